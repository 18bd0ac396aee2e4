SELECT name, dtype, shape, body FROM published_array WHERE release = $1 AND ($2::text[] IS NULL OR name = ANY ($2))
