INSERT INTO release (id, vintage, policy, two_sided, facts, layout, built_at)
VALUES ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7)
