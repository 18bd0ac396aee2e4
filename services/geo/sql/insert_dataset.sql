INSERT INTO dataset (id, cog, base) VALUES ($1, $2, $3);
