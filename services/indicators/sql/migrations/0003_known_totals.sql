-- Totals that an audit took for known from elsewhere (row, codes of communes, total): what was told stays told, and
-- every later audit of the vintage takes them too. Like raw counts, they are read by no query that answers.
ALTER TABLE release_audit ADD COLUMN known_totals jsonb NOT NULL DEFAULT '[]';
