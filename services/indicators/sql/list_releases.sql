SELECT id, facts, active, activated_at IS NOT NULL AS activated FROM release ORDER BY built_at DESC, id
