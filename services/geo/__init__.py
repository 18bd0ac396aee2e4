"""The geo service: communes, adjacency, zonage and QPV; importers of official files. Holds no health count."""
