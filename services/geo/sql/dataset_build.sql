SELECT body FROM atlas_array WHERE dataset = $1 AND name = 'build';
