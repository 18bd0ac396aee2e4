SELECT code, actuel, nature, nom FROM old_code WHERE dataset = $1 ORDER BY code, actuel;
