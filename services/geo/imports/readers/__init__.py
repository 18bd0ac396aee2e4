"""Readers of official files, one module per family: a path in, a FileReading out. Nothing is stored here."""
