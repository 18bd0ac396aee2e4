"""How a value that may be hidden is written, and the words that explain each sign used."""

from collections.abc import Iterable

from services.reports.document import Cell, Row
from services.reports.typography import NOT_APPLICABLE, SUPPRESSED, UNAVAILABLE, number, rate
from shared.schemas.indicators import Status, Value

SIGNS = {
    Status.SUPPRESSED: SUPPRESSED,
    Status.UNAVAILABLE: UNAVAILABLE,
    Status.MISSING: UNAVAILABLE,
    Status.NOT_APPLICABLE: NOT_APPLICABLE,
}
MEANINGS = {
    SUPPRESSED: "valeur non montrée, pour protéger le secret des personnes (et non une valeur nulle)",
    UNAVAILABLE: "non disponible dans ce millésime de données",
    NOT_APPLICABLE: "sans objet",
}
# Why a commune is neutralised, by policy: never which of these reasons, which would say more about it.
WHY = {
    "commune-mask": "effectif trop petit, effectif caché pour qu’un autre ne se retrouve pas par soustraction, "
    "ou absence de donnée",
    "atoms": "groupe de communes qui déborde du territoire, effectif trop petit, ou absence de donnée",
}


def shown(value: float | None, status: Status, unit: str = "count", *, starred: bool = False) -> Cell:
    """Cell of a protected value: the value where published, else the sign that says why not, never 0."""
    if status is not Status.PUBLISHED:
        return Cell(SIGNS[status])
    if value is None:
        return Cell(UNAVAILABLE)
    return Cell(rate(value, unit) + ("\u00a0*" if starred else ""), value)


def partial(value: Value) -> bool:
    """Whether a published value leaves communes of the territory out, so that it takes a star."""
    return (
        value.status is Status.PUBLISHED
        and value.neutralised is not None
        and bool(value.neutralised.communes)
    )


def public(value: int | None) -> Cell:
    """Cell of a public number."""
    return Cell(UNAVAILABLE) if value is None else Cell(number(value), value)


def signs_note(rows: Iterable[Row], *, but: str = "") -> tuple[str, ...]:
    """One note with the meaning of each sign that these rows hold, `but` one explained elsewhere."""
    texts = {cell.text for row in rows for cell in row.cells} - {but}
    meanings = [f"{sign}\u00a0: {meaning}" for sign, meaning in MEANINGS.items() if sign in texts]
    return ("\u202f; ".join(meanings) + ".",) if meanings else ()
