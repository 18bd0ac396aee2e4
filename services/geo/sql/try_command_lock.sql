-- One import command at a time, from its first look to its switch. 3: after the switches (1) and the releases (2).
SELECT pg_try_advisory_lock(7200, 3);
