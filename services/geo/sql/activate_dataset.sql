UPDATE dataset SET active = true WHERE id = $1;
