"""Profiles, comparisons, similar groups and trends over the bus: geo's own handlers, a real database."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest

from services.geo.atlas import Atlas
from services.geo.layers.indexes import Group, Layers
from services.indicators.releases.release_commands import activate, build_release
from shared.bus.memory import MemoryBus
from shared.errors import NoRelease, NotFound, UnknownCommunes, UnknownRelease
from shared.schemas.geo_facts import GroupKind
from shared.schemas.geo_outline import GivenGroup, GivenTerritory
from shared.schemas.indicators import DIAGNOSE, DiagnosticRequest
from shared.schemas.indicators_compare import COMPARE, FIND_SIMILAR, ComparisonRequest, SimilarRequest
from shared.schemas.indicators_profile import MAKE_PROFILE, Profile, ProfileRequest
from shared.schemas.indicators_trend import MAKE_TREND, TrendRequest
from tests.golden import COMMUNES, of_another_year, write_golden_folder
from tests.integration.indicators.world import bus_with_geo, golden_atlas, serving

CODES = tuple(sorted(COMMUNES))
EPCIS = {"200": CODES[:2], "201": CODES[2:3], "202": CODES[3:]}


def world() -> Atlas:
    groups = {code: Group(code, f"CC {code}", communes) for code, communes in EPCIS.items()}
    return replace(golden_atlas(), layers=Layers(groups={GroupKind.EPCI: groups}))


def epci(code: str, nom: str | None = None) -> GivenTerritory:
    return GivenTerritory(groupe=GivenGroup(nature=GroupKind.EPCI, code=code), nom=nom)


@pytest.fixture
async def bus() -> AsyncIterator[MemoryBus]:
    async with bus_with_geo(world()) as found:
        yield found


async def published(bus: MemoryBus, pool: asyncpg.Pool, folder: Path) -> str:
    facts = await build_release(folder, bus=bus, pool=pool)
    await activate(pool, facts.id, unaudited=True)
    return facts.id


@pytest.fixture
async def first(bus: MemoryBus, pool: asyncpg.Pool, tmp_path: Path) -> AsyncIterator[str]:
    release = await published(bus, pool, write_golden_folder(tmp_path / "producteur"))
    async with serving(bus, pool):
        yield release


async def profile(bus: MemoryBus, **asked: object) -> Profile:
    return await bus.call(MAKE_PROFILE, ProfileRequest.model_validate(asked))


async def test_a_group_has_the_profile_of_its_communes(bus: MemoryBus, first: str) -> None:
    found = await profile(bus, groupe={"nature": "epci", "code": "200"})
    same = await profile(bus, communes=list(EPCIS["200"]))
    whole = await bus.call(DIAGNOSE, DiagnosticRequest(communes=EPCIS["200"]))
    assert (found.territory.nom, found.territory.code, found.territory.communes) == ("CC 200", "200", 2)
    assert found.release.id == first
    assert found.indicators == same.indicators == whole.indicators
    assert found.activity == whole.activity


@pytest.mark.parametrize("groupe", [{"nature": "france"}, {"nature": "region", "code": "93"}])
async def test_france_and_a_region_are_territories(
    bus: MemoryBus, first: str, groupe: dict[str, str]
) -> None:
    found = await profile(bus, groupe=groupe)
    assert found.territory.communes == len(CODES)
    assert found.territory.population == sum(COMMUNES.values())
    listed = await profile(bus, communes=list(CODES))
    assert [answer.count for answer in found.indicators] == [answer.count for answer in listed.indicators]


async def test_what_is_not_there_is_said(bus: MemoryBus, first: str) -> None:
    with pytest.raises(NotFound, match="999"):
        await profile(bus, groupe={"nature": "epci", "code": "999"})
    with pytest.raises(UnknownRelease, match="n’existe pas"):
        await profile(bus, communes=list(CODES), release="inconnu")


async def test_without_a_release_nothing_is_compared(bus: MemoryBus, pool: asyncpg.Pool) -> None:
    async with serving(bus, pool):
        with pytest.raises(NoRelease):
            await bus.call(MAKE_TREND, TrendRequest(communes=CODES))


async def test_territories_are_compared_and_the_one_at_fault_is_named(bus: MemoryBus, first: str) -> None:
    asked = (epci("200"), GivenTerritory(communes=CODES[2:], nom="Reste"))
    table = await bus.call(COMPARE, ComparisonRequest(territoires=asked))
    assert [one.nom for one in table.territoires] == ["CC 200", "Reste"]
    whole = await profile(bus, communes=list(CODES[2:]))
    assert [row.values[1].rate for row in table.indicators] == [answer.rate for answer in whole.indicators]
    wrong = (epci("200"), GivenTerritory(communes=("99999",), nom="Ailleurs"))
    with pytest.raises(UnknownCommunes, match=r"Territoire 2 .*Ailleurs.*99999") as caught:
        await bus.call(COMPARE, ComparisonRequest(territoires=wrong))
    assert (caught.value.extensions["territoire"], caught.value.extensions["codes"]) == (2, ["99999"])


async def test_a_territory_finds_those_that_resemble_it(bus: MemoryBus, first: str) -> None:
    found = await bus.call(
        FIND_SIMILAR, SimilarRequest(groupe=GivenGroup(nature=GroupKind.EPCI, code="200"), nombre=1)
    )
    assert (found.parmi, found.regroupements, len(found.semblables)) == (GroupKind.EPCI, 2, 1)
    nearest = found.semblables[0].territoire
    assert nearest.code in {"201", "202"}
    assert [one.code for one in found.comparaison.territoires] == ["200", nearest.code]
    assert {one.id for one in found.criteres} >= {"population", "densite"}
    with pytest.raises(NotFound, match="cpts"):
        await bus.call(FIND_SIMILAR, SimilarRequest(communes=CODES[:1], parmi=GroupKind.CPTS))


async def test_a_trend_has_the_vintages_once_in_service(
    bus: MemoryBus, pool: asyncpg.Pool, tmp_path: Path, first: str
) -> None:
    folder = of_another_year(write_golden_folder(tmp_path / "suivant"))
    draft = await build_release(folder, bus=bus, pool=pool)
    alone = await bus.call(MAKE_TREND, TrendRequest(communes=CODES))
    assert [facts.id for facts in alone.releases] == [first]
    await activate(pool, draft.id, unaudited=True)
    both = await bus.call(MAKE_TREND, TrendRequest(communes=CODES))
    assert [facts.id for facts in both.releases] == [first, draft.id]
    diabetes = next(series for series in both.series if series.id == "ald_08_diabete")
    assert [point.vintage for point in diabetes.points] == ["var-2022", "var-2023"]
    assert diabetes.points[1].comparable is not None
    assert diabetes.points[1].comparable.difference == 0
