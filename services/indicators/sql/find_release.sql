SELECT facts, layout, format, active, activated, verdict, audited_at FROM known_release WHERE id = $1
