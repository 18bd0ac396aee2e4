SELECT id FROM release WHERE active
