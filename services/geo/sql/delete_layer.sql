DELETE FROM layer WHERE id = $1 AND NOT active;
