"""An attacker of statistical secrecy that knows the public HTTP API alone.

`python -m tests.attack --url http://127.0.0.1:8000 --departement 48 --truth FOLDER` asks, infers and claims;
the producer's folder only tells afterwards which claims are true.
"""
