INSERT INTO release (id, vintage, policy, two_sided, audited, facts, layout, built_at)
VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb, $8)
