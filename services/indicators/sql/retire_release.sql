INSERT INTO retired_release (id, vintage) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET retired_at = now()
