SELECT facts, format, active, activated, verdict, audited_at FROM known_release ORDER BY built_at DESC, id
