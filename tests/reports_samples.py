"""Hand-made answers of indicators and geo, to assemble documents from without those services."""

import csv
from pathlib import Path

from services.reports.subject import Subject
from shared.schemas.base import Place
from shared.schemas.catalogue import Catalogue, CatalogueEntry, Family, Profession
from shared.schemas.geo import CommuneFacts
from shared.schemas.indicators import (
    AgeBand,
    Diagnostic,
    Focus,
    IndicatorAnswer,
    IndicatorSource,
    Interval,
    Level,
    Neutralised,
    PopulationByAge,
    Reference,
    ReleaseFacts,
    SplitAnswer,
    SplitCell,
    Status,
    Unit,
)
from tests.reports_samples_geo import VAR_COMMUNES, communes, territory, territory_map
from tests.reports_samples_supply import PROFESSIONS, activity, demography

ROWS = tuple(csv.DictReader(Path(__file__).with_suffix(".csv").read_text(encoding="utf-8").splitlines()))
FAMILIES = (
    Family(id="patientele", title="La patientèle", section="territoire"),
    Family(id="acces", title="Accès aux soins", section="acces"),
    Family(id="parcours", title="Parcours de soins", section="parcours"),
    Family(id="prevention", title="Prévention", section="prevention"),
    Family(id="vaccination", title="Vaccination", section="vaccination"),
    Family(id="ald", title="Affections de longue durée", section="pathologies"),
)
BANDS = (
    ("0-14", 15_890),
    ("15-29", 14_210),
    ("30-44", 17_120),
    ("45-59", 22_344),
    ("60-74", 25_710),
    ("75-89", 14_988),
    ("90+", 2_550),
)


# Points that chance could move a rate by.
UNCERTAINTY = 0.3


def unit_of(row: dict[str, str]) -> Unit:
    return "count" if row["unit"] == "count" else "per_100" if row["unit"] == "per_100" else "percent"


def catalogue() -> Catalogue:
    return Catalogue(
        version="essai",
        families=FAMILIES,
        indicators=(
            *(
                CatalogueEntry(
                    id=row["id"],
                    title=row["title"],
                    family=row["family"],
                    kind="proportion",
                    population=row["population"],
                    numerator=row["title"].lower(),
                    denominator=row["population"],
                    unit=unit_of(row),
                    direction="neither",
                    sensitive=False,
                    threshold=11,
                )
                for row in ROWS
            ),
            CatalogueEntry(
                id="mt_css_17_plus",
                title="Médecin traitant et complémentaire santé solidaire",
                family="patientele",
                kind="split",
                population="consommants de 17 ans et plus",
                numerator="consommants",
                denominator=None,
                unit="percent",
                direction="neither",
                sensitive=False,
                threshold=11,
            ),
        ),
        professions=tuple(
            Profession(
                id=id_, libelle=libelle, groupe=groupe, activity=active is not None, ages=sixty is not None
            )
            for id_, libelle, groupe, _, sixty, _, active in PROFESSIONS
        ),
        thresholds={"consumers": 50, "people": 11, "professionals": 5, "dominance_percent": 85},
    )


def release(*, synthetic: bool = True, audited: bool = False) -> ReleaseFacts:
    return ReleaseFacts(
        id="synthetique-2022",
        vintage="2022",
        title="Données synthétiques 2022" if synthetic else "Données de santé 2022",
        synthetic=synthetic,
        audited=audited,
        policy="commune-mask",
        two_sided=False,
        dominance_checked=False,
        cog=2026,
        dataset="cog-2026-a1b2c3",
        built_at="2026-11-22T10:00:00+00:00",
        sources=(
            IndicatorSource(indicator=None, source="SNDS", period="2022"),
            IndicatorSource(
                indicator="vaccination_ror",
                source="DCIR",
                period="avril 2020 à mars 2022",
                definition="deux doses délivrées avant 24 mois.",
            ),
            IndicatorSource(indicator="ald_08_diabete", source="DCIR", period="2021"),
            IndicatorSource(indicator="ald_30_tumeur_maligne", source="DCIR", period="2021"),
        ),
    )


def _references(values: tuple[float | None, ...], rate: float | None, count: int) -> tuple[Reference, ...]:
    places: tuple[tuple[Level, str, str], ...] = (
        ("departement", "83", "Var"),
        ("region", "93", "Provence-Alpes-Côte d'Azur"),
        ("france", "FR", "France"),
    )
    if count > len(VAR_COMMUNES):
        places = (("departement", "30", "Gard"), ("departement", "84", "Vaucluse"), *places[1:])
        values = (values[0], *values)
    return tuple(
        Reference(
            level=level,
            code=code,
            nom=nom,
            rate=value,
            difference=round((rate or 0) - value, 1),
            spans=round(abs((rate or 0) - value), 1) <= UNCERTAINTY,
        )
        for (level, code, nom), value in zip(places, values, strict=True)
        if value is not None
    )


def _interval(rate: float, unit: Unit) -> Interval:
    return Interval(
        low=round(max(0, rate - UNCERTAINTY), 1),
        high=round(rate + UNCERTAINTY, 1),
        method="byar" if unit == "per_100" else "wilson",
    )


def _left_out(chosen: tuple[CommuneFacts, ...], rank: int) -> Neutralised:
    if len(chosen) <= len(VAR_COMMUNES):
        left = chosen[:1] if rank % 4 == 2 and len(chosen) > 1 else ()
    else:
        left = chosen[rank :: max(2, 7 - rank % 6)] if rank % 3 else ()
    return Neutralised(
        communes=tuple(Place(code=c.code, nom=c.nom) for c in left),
        rate=round(100 * len(left) / len(chosen), 1),
    )


def diagnostic(
    count: int = 5, *, nom: str | None = None, synthetic: bool = True, audited: bool = False
) -> Diagnostic:
    """A whole profile; the vaccination of infants is suppressed where there is a single commune."""
    chosen = communes(count)
    place = territory(count, nom)
    everyone = Neutralised(communes=tuple(Place(code=c.code, nom=c.nom) for c in chosen), rate=100.0)
    answers = []
    for rank, row in enumerate(ROWS):
        id_, rate = row["id"], float(row["rate"]) if row["rate"] else None
        values = tuple(
            float(row[level]) if row[level] else None for level in ("departement", "region", "france")
        )
        hidden = count == 1 and id_ in {"vaccination_ror", "antibioresistance_moins_4_ans"}
        answers.append(
            IndicatorAnswer(
                id=id_,
                status=Status.SUPPRESSED if hidden else Status.PUBLISHED,
                unit=unit_of(row),
                rate=None if hidden else rate,
                count=None if hidden else int(row["count"]),
                neutralised=everyone if hidden else _left_out(chosen, rank),
                interval=None if hidden or rate is None else _interval(rate, unit_of(row)),
                covered_population_share=None if hidden else 97.4,
                references=_references(values, rate, count),
            )
        )
    ages = sum(value for _, value in BANDS)
    return Diagnostic(
        territory=place,
        release=release(synthetic=synthetic, audited=audited),
        indicators=tuple(answers),
        splits=(
            SplitAnswer(
                id="mt_css_17_plus",
                status=Status.PUBLISHED,
                cells=tuple(
                    SplitCell(id=id_, libelle=label, rate=share, count=people)
                    for id_, label, share, people in (
                        ("avec_mt_avec_css", "Avec médecin traitant, avec la CSS", 6.9, 7507),
                        ("avec_mt_sans_css", "Avec médecin traitant, sans la CSS", 83.3, 89975),
                        ("sans_mt_avec_css", "Sans médecin traitant, avec la CSS", 1.1, 1139),
                        ("sans_mt_sans_css", "Sans médecin traitant, sans la CSS", 8.7, 9459),
                    )
                ),
                neutralised=_left_out(chosen, 2),
            ),
        ),
        top_ald=("ald_30_tumeur_maligne", "ald_08_diabete", "ald_13_maladie_coronaire"),
        focus=Focus(pathologies=("ald_15_alzheimer",)),
        population_by_age=PopulationByAge(
            status=Status.PUBLISHED,
            population=ages,
            bands=tuple(
                AgeBand(
                    band=band,
                    libelle="90 ans et plus" if band == "90+" else f"{band.replace('-', ' à ')} ans",
                    value=value,
                    share=round(100 * value / ages, 1),
                )
                for band, value in BANDS
            ),
        ),
        demography=tuple(demography(line, chosen) for line in PROFESSIONS),
        activity=tuple(activity(line, count) for line in PROFESSIONS if line[6] is not None),
    )


def subject(
    count: int = 5, *, nom: str | None = None, synthetic: bool = True, audited: bool = False
) -> Subject:
    """A territory of `count` communes, ready to assemble."""
    return Subject(
        diagnostic(count, nom=nom, synthetic=synthetic, audited=audited),
        catalogue(),
        territory_map(count),
        fingerprint="0123456789abcdef" * 4,
        edition="essai",
    )
