"""From raw counts to the release that serves. Pure: the last modules that see both."""
