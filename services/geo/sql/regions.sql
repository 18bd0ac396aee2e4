SELECT code, nom FROM region WHERE dataset = $1 ORDER BY code;
