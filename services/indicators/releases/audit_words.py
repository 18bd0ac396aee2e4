"""What audits say of a release, in a few French words."""

from services.indicators.store import Known

NEVER, PARTIAL, FAILED = "jamais audité", "audité en partie", "audit en échec"


def audit_state(known: Known) -> str:
    """State and date, as a list shows them."""
    if known.verdict is None or known.audited_at is None:
        return NEVER
    word = {"passed": "audité", "partial": PARTIAL, "failed": FAILED}[known.verdict]
    return f"{word} le {known.audited_at:%d/%m/%Y}"


def not_audited(known: Known) -> str:
    """Why a release cannot be put in service, and how it can."""
    why = {
        None: "n’a jamais été audité",
        "partial": "n’a été audité que pour quelques départements",
        "failed": "a échoué à son audit de confidentialité\u00a0: de petits effectifs s’y retrouvent",
    }.get(known.verdict, "n’a pas d’audit réussi")
    command = f"«\u00a0rezone release audit {known.facts.id}\u00a0»"
    ask = f"Voyez {command}" if known.verdict == "failed" else f"Auditez-le ({command})"
    return (
        f"Le millésime {known.facts.id} {why}. {ask}, ou, pour le mettre en service malgré tout, ajoutez "
        "--unaudited\u00a0: chaque réponse et chaque document le dira."
    )
