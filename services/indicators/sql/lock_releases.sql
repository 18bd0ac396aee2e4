-- One publication or activation at a time, across processes; freed with the transaction.
SELECT pg_advisory_xact_lock(7204)
