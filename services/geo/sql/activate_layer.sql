UPDATE layer SET active = true WHERE id = $1;
