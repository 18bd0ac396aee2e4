"""An attacker with linear programs, on what a release would tell: what it finds is mended before anything serves."""
