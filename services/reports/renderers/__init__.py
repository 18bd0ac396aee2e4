"""One renderer per format: a Document in, bytes out. No domain rule here, and no word that people read."""
