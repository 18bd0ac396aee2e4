"""docs/dictionnaire.md, the data dictionary as people read it. Pure."""

from collections.abc import Sequence

from services.indicators.catalogue import Catalogue, Indicator, Split
from services.indicators.folder.description import FILE, Description
from services.indicators.folder.dictionary import File, choices, csv_files, typeset, words
from services.indicators.folder.known import COMMUNE
from services.indicators.folder.table import Column

HEAD = """\
# Dictionnaire des données du producteur

> Page engendrée par `rezone release dictionary`\u00a0: ne la modifiez pas à la main. Les règles communes et la façon \
de faire sont dans [donnees.md](donnees.md)\u202f; la même chose pour un programme (Frictionless Data Package)\u00a0: \
`rezone release dictionary --format json`. Un dossier rempli\u00a0: `rezone release example DOSSIER`.
"""
KINDS = {"proportion": "proportion", "event": "événement", "count": "effectif"}
LONGEST_LIST = 10


def markdown(catalogue: Catalogue) -> str:
    """Return the whole page, in French."""
    parts = [HEAD, "## Les fichiers\n", _description()]
    parts += [_file(file) for file in csv_files(catalogue)]
    parts.append("## Les indicateurs\n")
    parts.append(_thresholds(catalogue))
    for family in catalogue.families:
        entries = [entry for entry in catalogue.indicators if entry.family == family.id]
        splits = [split for split in catalogue.splits if split.family == family.id]
        rows = [_indicator(entry, catalogue) for entry in entries] + [_split(split) for split in splits]
        head = ("identifiant", "intitulé", "on compte", "parmi", "population", "nature", "seuil", "liens")
        parts.append(f"### {family.title}\n\n{_table(head, rows)}")
    parts.append(_professions(catalogue))
    bands = [(f"`{band.id}`", band.libelle) for band in catalogue.age_bands]
    parts.append(f"## Les tranches d’âge\n\n{_table(('tranche', 'intitulé'), bands)}")
    return typeset("\n".join(parts))


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _file(file: File) -> str:
    said = file.words
    rows = [
        (
            f"`{column.name}`",
            said.columns[column.name].about,
            _type(column),
            said.columns[column.name].unit or "",
            _constraints(column, key=column.name in said.key),
            f"`{said.columns[column.name].example}`",
        )
        for column in file.columns
    ]
    head = ("colonne", "contenu", "type", "unité", "contraintes", "exemple")
    state = "Obligatoire" if file.mandatory else "Facultatif"
    keys = ", ".join(f"`{name}`" for name in said.key)
    return (
        f"### {file.name}\n\n**{said.title}.** {state}. {said.about}\n\n{_table(head, rows)}\n"
        f"Deux lignes n’ont jamais les mêmes valeurs de {keys}.\n"
    )


def _type(column: Column) -> str:
    if column.known is None:
        return "décimal" if column.decimal else "entier"
    return "code Insee" if column.known.what == COMMUNE else "texte"


def _constraints(column: Column, *, key: bool) -> str:
    rules = ["clé"] if key else []
    rules += ["colonne facultative"] if column.optional else []
    rules += ["peut être vide"] if column.blank else []
    if column.known is None:
        rules.append("0 ou plus")
    elif column.known.what == COMMUNE:
        rules.append("5 caractères")
    elif (listed := choices(column)) and len(listed) <= LONGEST_LIST:
        rules.append("parmi " + ", ".join(f"`{value}`" for value in listed))
    elif listed:
        rules.append(f"voir les [{column.known.what}s](#les-{column.known.what}s)")
    return " ; ".join(rules)


def _description() -> str:
    said = words()[FILE]
    rows = [
        (
            f"`{name}`",
            told.about,
            "obligatoire" if Description.model_fields[name].is_required() else "facultatif",
            f"`{told.example}`",
        )
        for name, told in said.columns.items()
    ]
    table = _table(("clé", "contenu", "", "exemple"), rows)
    return f"### {FILE}\n\n**{said.title}.** Obligatoire. {said.about}\n\n{table}"


def _thresholds(catalogue: Catalogue) -> str:
    limits = catalogue.limits
    rows = [
        ("consommants d’une commune avant toute valeur", str(limits.consumers), "consumers"),
        ("personnes comptées, et personnes du dénominateur", str(limits.people), "people"),
        ("professionnels d’une profession avant son activité", str(limits.professionals), "professionals"),
        (
            "part du plus gros professionnel, au plus",
            f"{round(100 * limits.dominance)} %",
            "dominance_percent",
        ),
    ]
    told = [(what, value, catalogue.thresholds[name].source) for what, value, name in rows]
    return _table(("seuil", "valeur", "source"), told)


def _indicator(entry: Indicator, catalogue: Catalogue) -> tuple[str, ...]:
    return (
        f"`{entry.id}`",
        entry.title,
        entry.numerator,
        entry.denominator or "",
        entry.population,
        KINDS[entry.kind],
        _threshold(entry, catalogue.limits.people),
        _links(entry),
    )


def _threshold(entry: Indicator, people: int) -> str:
    if entry.file != "counts.csv":
        return f"aucun : {entry.file} est public"
    base = {"event": f"{people} personnes distinctes", "count": f"{people} personnes"}
    told = base.get(entry.kind, f"{people} personnes de part et d’autre")
    return told + (" ; complément protégé en bilatéral" if entry.sensitive or entry.complement else "")


def _links(entry: Indicator) -> str:
    links = [f"partie de `{parent}`" for parent in entry.parents]
    if entry.denominator_indicator:
        links.append(f"dénominateur égal à `{entry.denominator_indicator}`")
    if entry.derived_from:
        zones = " ou ".join(entry.derived_zonages)
        links.append(f"déduit de `{entry.derived_from}` en {zones} s’il n’est pas fourni")
    return " ; ".join(links)


def _split(split: Split) -> tuple[str, ...]:
    links = f"déduit de `{split.row}`, `{split.column}` et `{split.both}` : pas de lignes"
    shared = "les quatre cases ensemble"
    return (
        f"`{split.id}`",
        split.title,
        split.numerator,
        split.denominator,
        split.population,
        "tableau croisé",
        shared,
        links,
    )


def _professions(catalogue: Catalogue) -> str:
    rows = [
        (
            f"`{entry.id}`",
            entry.libelle,
            entry.groupe,
            "oui" if entry.ages else "non",
            ", ".join(f"`{act.id}` ({act.libelle})" for act in entry.acts),
            f"comptée dans `{entry.part_of}`" if entry.part_of else "",
        )
        for entry in catalogue.professions
    ]
    head = ("identifiant", "intitulé", "groupe", "âges", "actes suivis", "")
    return f"## Les professions\n\n{_table(head, rows)}"
