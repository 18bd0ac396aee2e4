SELECT id, kind, variant, millesime, source, licence, detected, rows, rejects, active,
       to_char(layer.imported_at, 'YYYY-MM-DD HH24:MI') AS imported_at
FROM layer ORDER BY kind, variant, active DESC, layer.imported_at DESC;
