"""Vector tiles (MVT, WebMercatorQuad) of the collections of the Atlas."""
