SELECT commune.code, nom, nature, parent, departement, region, epci, siren, codes_postaux, population,
       latest.zonage, latest.millesime, latest.qpv
FROM commune
LEFT JOIN (
  SELECT DISTINCT ON (code) code, zonage, millesime, qpv
  FROM zonage WHERE dataset = $1 ORDER BY code, millesime DESC
) AS latest USING (code)
WHERE dataset = $1
ORDER BY commune.code COLLATE "C";
