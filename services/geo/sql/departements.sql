SELECT code, nom, region FROM departement WHERE dataset = $1 ORDER BY code;
