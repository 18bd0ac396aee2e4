"""What a folder leaves out: files, indicators, communes. Nothing here stops a release; all of it is told. Pure."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.indicators.catalogue import Catalogue
from services.indicators.folder import by_age, counts, references, supply
from services.indicators.folder.problems import BadRow, doubt, many, some
from services.indicators.geography import NO_VILLE, Geography
from services.indicators.raw import ABSENT, Ints, RawRelease

LACK = {
    by_age.BY_AGE: "aucun taux ne sera standardisé sur l’âge",
    references.REFERENCES: "les références seront des sommes de communes, absentes dès qu’une seule est masquée",
    counts.POPULATION: "aucune pyramide des âges",
    supply.PROFESSIONALS: "aucune démographie des professionnels",
    supply.ACTIVITY: "aucune activité des professionnels",
    supply.ACTS: "aucun acte par professionnel",
    references.ACTIVITY_REFERENCES: "aucune référence de patients par professionnel",
    references.ACTS_REFERENCES: "aucune référence d’actes par professionnel",
}


@dataclass(frozen=True)
class Coverage:
    """Communes of a département, and those of which consumers.csv speaks (themselves, or by arrondissements)."""

    departement: str
    communes: int
    given: int


def coverage(consumers: Ints, geography: Geography) -> list[Coverage]:
    """Coverage of each département, in the order of their codes. `consumers`: by unit, ABSENT where not given."""
    given = _given(consumers, geography)
    departements, of = np.unique(
        np.array(geography.departements)[geography.whole].astype(str), return_inverse=True
    )
    all_of = np.bincount(of, minlength=len(departements))
    given_of = np.bincount(of[given[geography.whole]], minlength=len(departements))
    return [
        Coverage(str(code), int(whole), int(part))
        for code, whole, part in zip(departements, all_of, given_of, strict=True)
    ]


def nothing(raw: RawRelease) -> list[BadRow]:
    """Error for a folder that holds no value to publish: its release would put out the one in service."""
    if any(
        (array.astype(np.float64) >= 0).any() for name, array in raw.arrays().items() if name != "consumers"
    ):
        return []
    reason = "rien à publier\u00a0: aucune ligne d’effectifs, ni ici ni ailleurs\u202f; donnez au moins un indicateur"
    return [BadRow(counts.COUNTS, 0, "", reason)]


def missing(
    raw: RawRelease, catalogue: Catalogue, geography: Geography, refused: Collection[str] = ()
) -> list[BadRow]:
    """Warnings for files, indicators and communes that are not there, and for protections that cannot be checked.

    `refused`: files with rows that could not be read, of which nobody can say yet what they leave out.
    """
    found = [
        doubt(file, "", f"fichier facultatif absent\u00a0: {lack}")
        for file, lack in LACK.items()
        if file not in raw.given
    ]
    if counts.COUNTS in raw.given and counts.COUNTS not in refused:
        found += _indicators(raw, catalogue, geography)
    if counts.CONSUMERS in raw.given and counts.CONSUMERS not in refused:
        found += _communes(raw, geography)
    return found + _unchecked(raw, catalogue)


def _indicators(raw: RawRelease, catalogue: Catalogue, geography: Geography) -> list[BadRow]:
    found = []
    given = raw.counts.numerator != ABSENT
    if not given.any():
        return [doubt(counts.COUNTS, "", "aucun effectif lu")]
    open_to_all = raw.consumers >= catalogue.limits.consumers
    for column, entry in enumerate(catalogue.counted):
        holes = [geography.codes[unit] for unit in np.flatnonzero(open_to_all & ~given[:, column])]
        if entry.derived_from and not given[:, column].any():
            continue
        if not given[:, column].any():
            reason = f"aucune ligne pour {entry.id} ({entry.title})\u00a0: l’indicateur sera «\u00a0manquant\u00a0»"
            found.append(doubt(counts.COUNTS, "indicator", reason))
        elif holes:
            reason = (
                f"{entry.id} manque dans {many(len(holes), 'commune')} d’au moins {catalogue.limits.consumers} "
                f"consommants ({some(holes)})\u00a0: l’absence n’est pas un zéro, écrivez les zéros"
            )
            found.append(doubt(counts.COUNTS, "commune", reason, times=len(holes)))
    return found


def _communes(raw: RawRelease, geography: Geography) -> list[BadRow]:
    given = _given(raw.consumers, geography)
    covered = coverage(raw.consumers, geography)
    empty = [part.departement for part in covered if not part.given]
    found = []
    if empty:
        reason = f"aucune commune donnée dans {many(len(empty), 'département')} ({some(empty, 10)})"
        found.append(doubt(counts.CONSUMERS, "commune", reason, times=len(empty)))
    for part in covered:
        if 0 < part.given < part.communes:
            out = [
                geography.codes[unit]
                for unit in geography.communes_of(("departement", part.departement))
                if not given[unit]
            ]
            reason = (
                f"département {part.departement}\u00a0: {many(len(out), 'commune')} sur {part.communes} sans ligne "
                f"({some(out)})\u00a0: «\u00a0indisponible\u00a0»"
            )
            found.append(doubt(counts.CONSUMERS, "commune", reason, times=len(out)))
    return found


def _unchecked(raw: RawRelease, catalogue: Catalogue) -> list[BadRow]:
    found = []
    for column, entry in enumerate(catalogue.counted):
        alone = (raw.counts.numerator[:, column] != ABSENT) & (raw.counts.persons[:, column] == ABSENT)
        if entry.kind == "event" and alone.any():
            where = many(int(alone.sum()), "commune")
            reason = (
                f"{entry.id}\u00a0: personnes distinctes absentes de {where}\u202f; le seuil de "
                f"{catalogue.limits.people} portera sur les événements, et le millésime le dira"
            )
            found.append(doubt(counts.COUNTS, "persons", reason, times=int(alone.sum())))
    shares = (
        (supply.ACTIVITY, raw.supply.patients, raw.supply.patients_share),
        (supply.ACTS, raw.supply.quantity, raw.supply.quantity_share),
    )
    for file, values, share in shares:
        unknown = int(((values > 0) & np.isnan(share)).sum())
        if unknown:
            reason = f"part du plus gros absente de {many(unknown, 'ligne')}\u00a0: la dominance ne sera pas vérifiée"
            found.append(doubt(file, "largest_share", reason, times=unknown))
    return found


def _given(consumers: Ints, geography: Geography) -> npt.NDArray[np.bool_]:
    """Units of which consumers.csv speaks; a city is when one of its arrondissements is."""
    given: npt.NDArray[np.bool_] = consumers != ABSENT
    parts = geography.villes != NO_VILLE
    np.logical_or.at(given, geography.villes[parts], given[parts])
    return given
