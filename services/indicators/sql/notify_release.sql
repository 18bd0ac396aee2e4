SELECT pg_notify('indicators_release', $1)
