UPDATE layer SET active = false WHERE id = $1;
