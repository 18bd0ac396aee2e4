SELECT id, cog, base, active, to_char(dataset.imported_at, 'YYYY-MM-DD HH24:MI') AS imported_at,
       (SELECT count(*) FROM commune WHERE dataset = id AND nature = 'commune') AS communes
FROM dataset ORDER BY active DESC, dataset.imported_at DESC;
