INSERT INTO layer (id, kind, variant, millesime, source, licence, detected, rows, rejects)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (id) DO NOTHING
RETURNING id;
