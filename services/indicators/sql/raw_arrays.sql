SELECT name, dtype, shape, body FROM raw_array WHERE release = $1 AND ($2::text[] IS NULL OR name = ANY ($2))
