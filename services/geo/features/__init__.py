"""Collections of features, ready to be served by any face."""
