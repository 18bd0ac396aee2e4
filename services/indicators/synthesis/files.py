"""Writes what was drawn as a producer's folder (DESIGN §6), so that the ordinary loader reads it back."""

import gzip
from collections.abc import Iterable, Iterator
from itertools import repeat
from pathlib import Path

from services.indicators.geography import Geography
from services.indicators.synthesis.areas import Areas
from services.indicators.synthesis.calibration import load_calibration
from services.indicators.synthesis.draw import Ints, World
from services.indicators.synthesis.people import People
from services.indicators.synthesis.professionals import Professionals

FASTEST = 1
TOML = """\
# Fictitious counts, drawn from a seed: no person was counted.
vintage = "synthetique-{seed}"
title = "Données synthétiques, France entière"
synthetic = true
cog = {cog}
source = "Tirage aléatoire (graine {seed}), calé sur des taux publiés\u00a0: aucune personne réelle"
period = "fictive"
"""


def write_files(
    folder: Path, world: World, geography: Geography, people: People, professionals: Professionals, seed: int
) -> None:
    """Write release.toml and every CSV, gzip without a date, so that the same draw gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "release.toml").write_text(TOML.format(seed=seed, cog=geography.cog), encoding="utf-8")
    areas = Areas(world, geography)
    tables = (
        ("counts", "indicator,commune,numerator,denominator,persons", _counts(world, people)),
        ("references", "indicator,level,code,numerator,denominator,rate", areas.references(people)),
        ("consumers", "commune,consumers", _consumers(world, people)),
        ("population", "commune,band,value", _population(world, people)),
        ("professionals", "profession,commune,total,age_60_plus,age_65_plus", _heads(world, professionals)),
        (
            "activity",
            "profession,commune,professionals,patients,largest_share",
            _activity(world, professionals),
        ),
        ("acts", "profession,commune,act,quantity,largest_share", _acts(world, professionals)),
        (
            "activity_references",
            "profession,level,code,patients_per_professional",
            areas.patients(professionals),
        ),
        ("acts_references", "profession,act,level,code,quantity_per_professional", areas.acts(professionals)),
    )
    for name, header, lines in tables:
        body = f"{header}\n" + "".join(lines)
        (folder / f"{name}.csv.gz").write_bytes(gzip.compress(body.encode(), compresslevel=FASTEST, mtime=0))


def _cells(values: Ints | None) -> Iterable[int | str]:
    return repeat("") if values is None else values.tolist()


def _counts(world: World, people: People) -> Iterator[str]:
    for name, counted in people.indicators.items():
        columns = (counted.numerator, counted.denominator, counted.persons)
        rows = zip(world.codes, *map(_cells, columns), strict=False)
        yield "".join([f"{name},{code},{n},{d},{persons}\n" for code, n, d, persons in rows])


def _consumers(world: World, people: People) -> Iterator[str]:
    for code, consumers in zip(world.codes, people.consumers.tolist(), strict=True):
        yield f"{code},{consumers}\n"


def _population(world: World, people: People) -> Iterator[str]:
    bands = list(load_calibration().age_bands)
    for code, values in zip(world.codes, people.population.tolist(), strict=True):
        for band, value in zip(bands, values, strict=True):
            yield f"{code},{band},{value}\n"


def _heads(world: World, professionals: Professionals) -> Iterator[str]:
    """Communes without a professional have no row: registers list who is there."""
    for name, heads in professionals.heads.items():
        ages = map(_cells, (heads.age_60_plus, heads.age_65_plus))
        for code, total, older, oldest in zip(world.codes, heads.total.tolist(), *ages, strict=False):
            if total:
                yield f"{name},{code},{total},{older},{oldest}\n"


def _activity(world: World, professionals: Professionals) -> Iterator[str]:
    for name, active in professionals.active.items():
        patients = professionals.patients[name]
        rows = zip(
            world.codes,
            active.tolist(),
            patients.value.tolist(),
            patients.largest_share.tolist(),
            strict=True,
        )
        for code, count, value, largest in rows:
            if count:
                yield f"{name},{code},{count},{value},{largest:.3f}\n"


def _acts(world: World, professionals: Professionals) -> Iterator[str]:
    for (name, act), quantity in professionals.acts.items():
        active = professionals.active[name].tolist()
        rows = zip(world.codes, active, quantity.value.tolist(), quantity.largest_share.tolist(), strict=True)
        for code, count, value, largest in rows:
            if count:
                yield f"{name},{code},{act},{value},{largest:.3f}\n"
