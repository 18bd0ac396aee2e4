"""The secret that orders the communes to join: one per vintage, worked out anew each time and never stored.

A public order would let the last commune that joined a bloc be inferred (CONFIDENTIALITY, `atoms`).
"""

import hmac

from pydantic import SecretStr

from shared.errors import MissingSecrecyKey

# Characters of the master key: 128 bits where they are hexadecimal digits.
SHORTEST = 32
# Of releases that hide nothing (drawn counts) or join nothing: whoever builds them gets the same bytes.
PUBLIC = b"rezone: an order that protects nobody, for counts that are nobody's"
ABSENT = (
    "La politique «\u00a0atoms\u00a0» regroupe les communes dans un ordre secret\u00a0: des données réelles demandent "
    "une clé d’au moins 32 caractères dans REZONE_INDICATORS_SECRECY_KEY. Faites-en une "
    "(«\u00a0openssl rand -hex 32\u00a0») et gardez-la hors de la base, avec vos autres secrets\u00a0: "
    "sans elle, un millésime ne peut pas être reconstruit à l’identique."
)


def vintage_key(master: bytes, vintage: str) -> bytes:
    """The 32 bytes of one vintage (HMAC-SHA256): they tell nothing of the master, nor of another vintage."""
    return hmac.digest(master, b"rezone/secrecy/1/" + vintage.encode(), "sha256")


def key_for(master: SecretStr | None, vintage: str, *, needed: bool) -> bytes:
    """Key of a vintage to build; without a master, the public one unless it is `needed`. Raises MissingSecrecyKey."""
    if master is None:
        if needed:
            raise MissingSecrecyKey(ABSENT)
        return vintage_key(PUBLIC, vintage)
    return vintage_key(master.get_secret_value().encode(), vintage)
