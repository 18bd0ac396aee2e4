SELECT code, nom, nature, parent, departement, region, epci, siren, codes_postaux, population
FROM commune WHERE dataset = $1 ORDER BY code COLLATE "C";
