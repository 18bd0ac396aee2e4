SELECT code, nom FROM epci WHERE dataset = $1 ORDER BY code;
