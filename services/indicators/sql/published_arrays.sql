SELECT name, dtype, shape, body FROM published_array WHERE release = $1
