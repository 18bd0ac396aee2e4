"""What every form of FINESS comes down to: establishments and points, then structures with checked places. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.geo.imports.readers.finess_points import Point, place
from services.geo.imports.readers.triage import Kept, Triage
from services.geo.layers.kinds import Structure
from services.geo.territory.structure_kinds import category_labels

OVERSEAS = {"9A": "97", "9B": "97", "9C": "97", "9D": "97", "9E": "97", "9F": "97"}


@dataclass(frozen=True, slots=True)
class Establishment:
    """A row of FINESS as its file gives it; `line`: its line, or its number in the file."""

    line: int = field(compare=False)
    finess: str
    juridique: str
    nom: str
    categorie: str
    libelle: str
    commune: str
    adresse: str
    telephone: str


def commune_of(departement: str, commune: str) -> str:
    """INSEE code of FINESS's département and commune: 83 and 061 → 83061, 9D and 411 → 97411, 974 and 411 → 97411."""
    if len(commune) == 5:
        return commune
    within = OVERSEAS.get(departement.upper(), departement.upper().zfill(2))
    if len(within) == 3 and len(commune) == 3:
        within = within[:2]
    return within + commune.zfill(5 - len(within))


def words(*parts: str) -> str:
    """The parts that say something, as one line."""
    return " ".join(" ".join(part.split()) for part in parts if part and part.strip())


def structures_of(
    rows: Iterable[Establishment], points: Mapping[str, Point], triage: Triage
) -> tuple[Structure, ...]:
    """Structures sorted by FINESS number: rows without number, category or known commune are refused.

    Coordinates outside the département of the commune are dropped and counted.
    """
    kept: Kept[str, tuple[Establishment, str]] = Kept(triage)
    for row in rows:
        finess = _number(row.finess)
        if finess is None:
            triage.reject(row.line, "numéro FINESS de neuf caractères attendu", row.finess)
        elif not row.categorie:
            triage.reject(row.line, "catégorie absente", finess)
        elif commune := triage.commune(row.line, row.commune):
            if finess != row.finess:
                triage.note("numéros FINESS dont le zéro initial était perdu, rétabli")
            kept.add(row.line, finess, (row, commune), f"{finess} {row.nom}")
    found = {_number(row.finess) or row.finess: (row, commune) for row, commune in kept.rows()}
    communes = {finess: commune for finess, (_, commune) in found.items()}
    told = {finess: points[row.finess] for finess, (row, _) in found.items() if row.finess in points}
    placed = place(told, communes, triage)
    return tuple(_structure(finess, *found[finess], placed.get(finess)) for finess in sorted(found))


def _number(text: str) -> str | None:
    """Nine characters; a spreadsheet loses the zero of the first nine départements."""
    number = text.upper()
    if len(number) == 8 and number.isdigit():
        number = f"0{number}"
    return number if len(number) == 9 and number.isalnum() else None


def _structure(
    finess: str, row: Establishment, commune: str, lonlat: tuple[float, float] | None
) -> Structure:
    lon, lat = lonlat or (None, None)
    return Structure(
        finess=finess,
        finess_juridique=row.juridique or None,
        nom=row.nom or finess,
        categorie=row.categorie,
        libelle=row.libelle or category_labels().get(row.categorie, f"Catégorie {row.categorie}"),
        commune=commune,
        adresse=row.adresse or None,
        telephone=row.telephone or None,
        lon=lon,
        lat=lat,
    )
