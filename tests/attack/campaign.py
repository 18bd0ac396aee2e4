"""Runs every attack against one API, and draws claims from all that was learnt."""

import time
from collections.abc import Callable, Mapping, Sequence

from tests.attack.api import Api
from tests.attack.channels import beside, errors, timing, validators
from tests.attack.documents import documents
from tests.attack.facts import Claim, Fact
from tests.attack.findings import Findings
from tests.attack.inference import Scope, infer
from tests.attack.precision import noise, rounding
from tests.attack.session import Session, open_session
from tests.attack.siblings import comparisons, likenesses, profiles, trends
from tests.attack.territories import alone, blocs, complements, differencing, pairs

Attack = Callable[[Session], None]

# In the order in which a claim is put down to them: the first that allows it.
ATTACKS: Mapping[str, Attack] = {
    "alone": alone,
    "differencing": differencing,
    "complements": complements,
    "blocs": blocs,
    "pairs": pairs,
    "profiles": profiles,
    "comparisons": comparisons,
    "likenesses": likenesses,
    "trends": trends,
    "beside": beside,
    "errors": errors,
    "documents": documents,
    "validators": validators,
    "timing": timing,
    "rounding": rounding,
    "noise": noise,
}
# What answers carry beside counts: each is an attack of its own, whoever asked.
CARRIED = ("references", "links", "rates", "ranks", "differences")


def attack(
    api: Api, departement: str, names: Sequence[str] = tuple(ATTACKS), *, whole: bool = True
) -> Findings:
    """Attack the communes of a département with the attacks named. Raises Refused where the API is not one.

    Unless `whole`, claims are not put down to one attack each, and nothing is supposed: it takes a tenth of the time.
    """
    start = time.monotonic()
    session = open_session(api, departement)
    for name in names:
        ATTACKS[name](session)
    return Findings(
        departement=departement,
        calls=api.calls,
        facts=len(session.facts),
        claims=(*session.claims, *concluded(session, names, whole=whole)),
        supposed=concluded(session, names, suppose=True) if whole else (),
        leaks=tuple(dict.fromkeys(session.leaks)),
        seconds=time.monotonic() - start,
    )


def concluded(
    session: Session, names: Sequence[str], *, whole: bool = True, suppose: bool = False
) -> tuple[Claim, ...]:
    """Claims inferred from all that was learnt, each put down to the first attack that allows it if `whole`."""
    scope = Scope(session.ground, session.knowledge, session.scope, suppose=suppose)
    facts = list(session.sure)
    left = {_key(claim): claim for claim in infer(facts, scope, "together")}
    found: list[Claim] = []
    used: list[Fact] = []
    for origin in (*names[:1], *CARRIED, *names[1:]) if whole else ():
        more = [fact for fact in facts if fact.attack == origin]
        if not more or not left:
            continue
        used += more
        for claim in infer(used, scope, origin):
            if _key(claim) in left:
                found.append(claim)
                del left[_key(claim)]
    return (*found, *left.values())


def _key(claim: Claim) -> tuple[str, str]:
    return (claim.target, claim.commune)
