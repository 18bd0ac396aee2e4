SELECT pg_notify('geo_dataset', $1);
