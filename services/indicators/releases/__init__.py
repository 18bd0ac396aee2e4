"""What an administrator does with releases, and how they are kept: built, audited, frozen, put in service, retired."""
