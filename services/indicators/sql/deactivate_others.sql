UPDATE release SET active = false WHERE active AND id <> $1
