"""Statistical secrecy: what may be published is decided once, when a release is built. Pure, on raw counts.

`pieces` says what each row of a release reveals; `partition` joins communes until nothing does; `closed_form`
and `audit` attack the result.
"""
