"""What official files say beside the national reference: rows, their storage, and their indexes on the Atlas."""
