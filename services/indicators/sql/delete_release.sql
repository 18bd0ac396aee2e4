DELETE FROM release WHERE id = $1
