-- One publication or activation at a time, across processes; freed with the transaction.
-- 7200 is Rezone among the locks of the database, 2 the releases of indicators (1: the imports of geo).
SELECT pg_advisory_xact_lock(7200, 2)
