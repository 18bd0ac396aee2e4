"""The producer's folder (DESIGN §6): read whole or not at all, every bad row told with its place and its cure."""
