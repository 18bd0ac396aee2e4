"""Which files a folder gives: those that are read, and those that would be if they had the right name."""

from collections.abc import Iterator
from pathlib import Path

from services.indicators.folder import by_age, counts, references, supply
from services.indicators.folder.description import FILE
from services.indicators.folder.problems import BadRow
from services.indicators.folder.table import find

MANDATORY = (counts.COUNTS, counts.CONSUMERS)
OPTIONAL = (
    by_age.BY_AGE,
    references.REFERENCES,
    counts.POPULATION,
    supply.PROFESSIONALS,
    supply.ACTIVITY,
    supply.ACTS,
    references.ACTIVITY_REFERENCES,
    references.ACTS_REFERENCES,
)
TABLES = (*MANDATORY, *OPTIONAL)


def given_files(folder: Path, problems: list[BadRow]) -> frozenset[str]:
    """Return the names of the files to read, adding to `problems` those that cannot be and those that lack."""
    given = frozenset(file for file in TABLES if find(folder, file))
    strangers = list(_strangers(folder, given))
    problems += [row for _, row in strangers]
    misnamed = {meant for meant, _ in strangers}
    problems += [
        BadRow(file, 0, "", "fichier obligatoire absent du dossier")
        for file in MANDATORY
        if file not in given and file not in misnamed
    ]
    problems += [
        BadRow(
            file, 0, "", f"{file} et {file}.gz sont tous deux dans le dossier\u00a0: gardez un seul des deux"
        )
        for file in TABLES
        if (folder / file).is_file() and (folder / f"{file}.gz").is_file()
    ]
    return given


def _strangers(folder: Path, given: frozenset[str]) -> Iterator[tuple[str, BadRow]]:
    """Files that look like counts under a name that nothing reads, with the file that each was meant for, if any.

    The workbook from which a file that is given was made may stay beside it.
    """
    meant_by = {file.split(".")[0]: file for file in (FILE, *TABLES)}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        name, lower = path.name, path.name.lower()
        hidden = name.startswith(".")
        if hidden or not path.is_file() or name == FILE or name.removesuffix(".gz") in TABLES:
            continue
        meant = meant_by.get(lower.split(".")[0], "")
        is_table = lower.removesuffix(".gz").endswith(".csv")
        if meant and (is_table or (not (folder / meant).is_file() and meant not in given)):
            yield meant, BadRow(name, 0, "", f"fichier non lu\u00a0: {name}\u202f; attendu\u00a0: {meant}")
        elif is_table:
            reason = f"fichier inconnu\u202f; fichiers possibles\u00a0: {', '.join(TABLES)}"
            yield "", BadRow(name, 0, "", reason)
