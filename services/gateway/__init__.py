"""HTTP in, bus out: the face of the suite. It holds no domain data, no geometry and no count."""
