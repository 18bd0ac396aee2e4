SELECT facts, (layout->>'format')::integer AS format, active, activated_at IS NOT NULL AS activated
FROM release ORDER BY built_at DESC, id
