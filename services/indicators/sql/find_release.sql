SELECT id, vintage, audited, active, activated_at IS NOT NULL AS activated, facts, layout FROM release WHERE id = $1
