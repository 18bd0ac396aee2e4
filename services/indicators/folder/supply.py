"""professionals.csv, activity.csv, acts.csv: headcounts, patients and acts of each commune."""

import numpy as np

from services.indicators.catalogue import Catalogue
from services.indicators.folder.checks import optional_decimals, pair, placed, placed_decimals, twice
from services.indicators.folder.columns import BLANK, Floats, Ints
from services.indicators.folder.known import Vocabulary
from services.indicators.folder.problems import BadRow
from services.indicators.folder.table import Column, Table
from services.indicators.raw import ABSENT

PROFESSIONALS, ACTIVITY, ACTS = "professionals.csv", "activity.csv", "acts.csv"


def professionals_columns(known: Vocabulary) -> tuple[Column, ...]:
    """Columns of professionals.csv; pharmacies and the like leave ages empty."""
    return (
        Column("profession", known.profession),
        Column("commune", known.commune),
        Column("total"),
        Column("age_60_plus", blank=True),
        Column("age_65_plus", blank=True),
    )


def professionals_of(
    table: Table, catalogue: Catalogue, communes: int, problems: list[BadRow]
) -> tuple[Ints, Ints, Ints]:
    """Headcounts, 60+ and 65+, communes by professions. A commune without a row has no professional."""
    profession, total = table.integers["profession"], table.integers["total"]
    older, oldest = table.integers["age_60_plus"], table.integers["age_65_plus"]
    aged = np.array([entry.ages for entry in catalogue.professions])[profession]
    problems += table.bad(
        ~aged & (older != BLANK) | ~aged & (oldest != BLANK),
        "age_60_plus",
        "cette profession n’a pas d’âges\u00a0: laissez les deux cases vides",
    )
    problems += table.bad(older > total, "age_60_plus", "plus de 60 ans et plus que de professionnels")
    problems += table.bad(
        (older != BLANK) & (oldest > older), "age_65_plus", "plus de 65 ans et plus que de 60 ans et plus"
    )
    problems += table.bad(oldest > total, "age_65_plus", "plus de 65 ans et plus que de professionnels")
    shape = (communes, len(catalogue.professions))
    cell = table.integers["commune"] * shape[1] + profession
    problems += twice(table, cell, "profession,commune")
    columns = ("total", "age_60_plus", "age_65_plus")
    heads, seniors, eldest = (placed(shape, cell, values) for values in (total, older, oldest))
    for column, values in zip(columns, (heads, seniors, eldest), strict=True):
        problems += _larger_parts(column, values, placed(shape, cell, table.line), catalogue)
    return heads, seniors, eldest


def _larger_parts(column: str, total: Ints, line: Ints, catalogue: Catalogue) -> list[BadRow]:
    """Professions counted in another one with more heads than it, where both are given. `line`: each cell's."""
    position = {entry.id: column for column, entry in enumerate(catalogue.professions)}
    problems = []
    for entry in catalogue.professions:
        if entry.part_of is not None:
            part, whole = total[:, position[entry.id]], total[:, position[entry.part_of]]
            larger = (whole != ABSENT) & (part > whole)
            reason = f"plus de {entry.id} que de {entry.part_of}, qui les compte aussi"
            lines = line[larger, position[entry.id]]
            problems += [BadRow(PROFESSIONALS, int(at), column, reason) for at in lines]
    return problems


def activity_columns(known: Vocabulary) -> tuple[Column, ...]:
    """Columns of activity.csv."""
    return (
        Column("profession", known.profession),
        Column("commune", known.commune),
        Column("professionals"),
        Column("patients", blank=True),
        Column("largest_share", decimal=True, optional=True, blank=True),
    )


def activity_of(
    table: Table, catalogue: Catalogue, communes: int, problems: list[BadRow]
) -> tuple[Ints, Ints, Floats]:
    """Active professionals, their patients, largest share; communes by professions."""
    profession, active = table.integers["profession"], table.integers["professionals"]
    patients = table.integers["patients"]
    followed = np.array([bool(entry.acts) for entry in catalogue.professions])[profession]
    problems += table.bad(~followed, "profession", "cette profession n’a pas d’activité suivie")
    problems += table.bad((active == 0) & (patients > 0), "patients", "des patients sans professionnel actif")
    shape = (communes, len(catalogue.professions))
    cell = table.integers["commune"] * shape[1] + profession
    problems += twice(table, cell, "profession,commune")
    shares = _shares(table, problems)
    return placed(shape, cell, active), placed(shape, cell, patients), placed_decimals(shape, cell, shares)


def acts_columns(known: Vocabulary) -> tuple[Column, ...]:
    """Columns of acts.csv."""
    return (
        Column("profession", known.profession),
        Column("commune", known.commune),
        Column("act", known.act),
        Column("quantity"),
        Column("largest_share", decimal=True, optional=True, blank=True),
    )


def acts_of(table: Table, known: Vocabulary, communes: int, problems: list[BadRow]) -> tuple[Ints, Floats]:
    """Quantity of each kind of act and largest share; communes by kinds of act."""
    kind = pair(table, "profession", "act", known.acts)
    problems += table.bad(kind == ABSENT, "act", "cet acte n’est pas suivi pour cette profession")
    shape = (communes, len(known.acts))
    cell = table.integers["commune"] * shape[1] + kind
    kept = kind != ABSENT
    problems += twice(table, np.where(kept, cell, ABSENT - table.line), "profession,commune,act")
    shares = _shares(table, problems)
    return (
        placed(shape, cell[kept], table.integers["quantity"][kept]),
        placed_decimals(shape, cell[kept], shares[kept]),
    )


def _shares(table: Table, problems: list[BadRow]) -> Floats:
    # Producers write 0.4 or 40: a largest share under 1 % cannot be, so the two are told apart.
    given = optional_decimals(table, "largest_share")
    shares = np.where(given > 1, given / 100, given)
    problems += table.bad(shares > 1, "largest_share", "une part va de 0 à 1, ou de 0 à 100 en pourcentage")
    return shares
