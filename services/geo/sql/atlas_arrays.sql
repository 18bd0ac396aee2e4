SELECT name, dtype, shape, body FROM atlas_array WHERE dataset = $1 ORDER BY name, part;
