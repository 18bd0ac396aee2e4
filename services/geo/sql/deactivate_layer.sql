UPDATE layer SET active = false
WHERE active AND (kind, variant) = (SELECT kind, variant FROM layer WHERE id = $1) AND id <> $1;
