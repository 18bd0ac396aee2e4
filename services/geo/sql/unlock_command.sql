SELECT pg_advisory_unlock(7200, 3);
