INSERT INTO release_audit (release, audited_at, code_version, verdict, figures, flags, known_totals)
VALUES ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7::jsonb)
