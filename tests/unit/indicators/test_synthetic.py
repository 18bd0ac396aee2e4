"""The synthetic folder: the ordinary loader accepts it, its links hold, its rates are those it is drawn to."""

from pathlib import Path

import numpy as np
import pytest

from services.indicators.building.build import Choices
from services.indicators.folder.read import read_folder
from services.indicators.geography import Geography, geography_of
from services.indicators.raw import ABSENT, RawRelease
from services.indicators.release import area_name
from services.indicators.synthetic import draw_folder
from shared.schemas.geo import Membership
from tests.first_cut import build
from tests.golden import GOLDEN
from tests.unit.indicators.worlds import CATALOGUE

AREAS = {"departement": ("departement", "83"), "region": ("region", "93"), "france": ("france", "FR")}
SIZES = (80, 400, 1500, 6000, 40_000, 250_000)


def country() -> list[Membership]:
    """A few communes of every size in five départements of two régions, and an arrondissement."""
    places = [("83", "93"), ("13", "93"), ("30", "76"), ("34", "76"), ("75", "11")]
    communes = [
        Membership(
            code=f"{departement}{number:03}",
            nom=f"Commune {departement}{number:03}",
            departement=departement,
            region=region,
            epci=None,
            population=size,
        )
        for departement, region in places
        for number, size in enumerate(SIZES * 4, 1)
    ]
    part = communes[-1].model_copy(update={"code": "75101", "nature": "arrondissement", "population": 900})
    return [*communes, part]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_folder(country(), 2026, tmp_path_factory.mktemp("synthetique"))


@pytest.fixture(scope="module")
def geography() -> Geography:
    return geography_of(country(), 2026, "essai")


@pytest.fixture(scope="module")
def raw(folder: Path, geography: Geography) -> RawRelease:
    found, problems = read_folder(folder, CATALOGUE, geography)
    assert found is not None, problems[:5]
    return found


def column(raw: RawRelease, name: str) -> np.ndarray:
    position = [entry.id for entry in CATALOGUE.counted].index(name)
    return np.maximum(raw.counts.numerator[:, position], 0)


def test_it_says_that_it_is_synthetic(raw: RawRelease) -> None:
    assert raw.description.synthetic
    assert "synthétiques" in raw.description.title


def test_rates_land_within_a_tenth_of_the_published_references(raw: RawRelease, geography: Geography) -> None:
    release = build(raw, geography, Choices()).release
    layout, published = release.layout, release.published
    for line in GOLDEN["indicators"]:
        position = layout.indicators.index(line["id"])
        for level, area in AREAS.items():
            tenths = int(published.reference_rate[layout.areas.index(area_name(*area)), position])
            assert abs(tenths - round(line["refs"][level] * 10)) <= 1, (line["id"], level)


def test_links_hold_exactly_in_every_commune(raw: RawRelease) -> None:
    adults, old = column(raw, "consommants_17_plus"), column(raw, "consommants_70_plus")
    without, without_old = column(raw, "sans_mt_17_plus"), column(raw, "sans_mt_70_plus")
    assert (old <= adults).all()
    assert (without_old <= np.minimum(without, old)).all()
    assert (without - without_old <= adults - old).all()
    for other in ("ald", "css"):
        whole, both = column(raw, f"{other}_17_plus"), column(raw, f"sans_mt_{other}_17_plus")
        assert (both <= np.minimum(whole, without)).all()
        assert (whole + without - both <= adults).all()


def test_age_bands_sum_to_the_population(raw: RawRelease, geography: Geography) -> None:
    sizes = {commune.code: commune.population for commune in country() if commune.nature == "commune"}
    for code, bands in zip(geography.codes, raw.population, strict=True):
        assert bands.sum() == sizes.get(code, ABSENT * len(bands))


def test_an_arrondissement_has_no_count_of_its_own(raw: RawRelease, geography: Geography) -> None:
    assert (raw.counts.numerator[geography.index["75101"]] == ABSENT).all()


def test_small_communes_mostly_have_no_professional(raw: RawRelease) -> None:
    nurses = raw.supply.total[:, [entry.id for entry in CATALOGUE.professions].index("infirmier")]
    assert 0 < (nurses > 0).sum() < len(nurses)
    assert (raw.supply.age_65_plus <= raw.supply.age_60_plus).all()
    assert (raw.supply.age_60_plus <= np.maximum(raw.supply.total, ABSENT)).all()


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(folder: Path, tmp_path: Path) -> None:
    again = draw_folder(country(), 2026, tmp_path / "same")
    other = draw_folder(country(), 2026, tmp_path / "other", seed=7)
    files = sorted(path.name for path in folder.iterdir())
    assert len(files) == 10
    assert all((folder / name).read_bytes() == (again / name).read_bytes() for name in files)
    assert (folder / "counts.csv.gz").read_bytes() != (other / "counts.csv.gz").read_bytes()
