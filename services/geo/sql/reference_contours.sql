SELECT code, wkb FROM contour WHERE dataset = $1 ORDER BY code;
