SELECT id, kind, variant, millesime, source, licence, detected, rows, rejects, active
FROM layer WHERE active ORDER BY id;
