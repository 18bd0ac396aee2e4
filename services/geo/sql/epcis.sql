SELECT code, nom, forme FROM epci WHERE dataset = $1 ORDER BY code;
