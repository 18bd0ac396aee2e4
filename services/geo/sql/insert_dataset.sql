INSERT INTO dataset (id, cog) VALUES ($1, $2);
