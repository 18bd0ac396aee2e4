"""The read face that GIS people know: OGC API Features over the collections of the Atlas."""
