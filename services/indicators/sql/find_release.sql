SELECT facts, layout, (layout->>'format')::integer AS format, active, activated_at IS NOT NULL AS activated
FROM release WHERE id = $1
