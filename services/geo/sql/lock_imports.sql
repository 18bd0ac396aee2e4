-- One import at a time, across processes. 7200 is Rezone, 1 the imports of geo (2: the releases of indicators).
SELECT pg_advisory_xact_lock(7200, 1);
