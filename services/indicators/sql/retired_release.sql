SELECT retired_at FROM retired_release WHERE id = $1
