SELECT code, millesime, zonage, qpv, source FROM zonage WHERE dataset = $1 ORDER BY code, millesime;
