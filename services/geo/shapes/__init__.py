"""Polygons and what is computed from them: coverage, borders, unions, projections, the arrays of an Atlas."""
