"""Every engine that protects badly is broken by the attack made for it, so that a zero elsewhere means something."""

import pytest

from tests.attack.api import Api
from tests.attack.campaign import ATTACKS, attack
from tests.attack.differential import differences, questions
from tests.attack.findings import Findings
from tests.attack.knowledge import read_catalogue
from tests.attack.naive import Engine, Mode
from tests.attack.naive_http import served
from tests.attack.naive_world import (
    ALD,
    COMMUNES,
    DEPARTEMENT,
    THRESHOLD,
    World,
    catalogue,
    draw_world,
    write_truth,
)
from tests.attack.truth import Truth, read_truth


@pytest.fixture(scope="module")
def world() -> World:
    return draw_world()


@pytest.fixture(scope="module")
def truth(world: World, tmp_path_factory: pytest.TempPathFactory) -> Truth:
    return read_truth(write_truth(world, tmp_path_factory.mktemp("vérité")), read_catalogue(catalogue()))


def attacked(world: World, mode: Mode, *names: str) -> Findings:
    with served(Engine(world, mode)) as url:
        api = Api(url)
        try:
            return attack(api, DEPARTEMENT, names or tuple(ATTACKS))
        finally:
            api.close()


def test_all_attacks_together_find_nothing_behind_a_mask_without_exact_totals(
    world: World, truth: Truth
) -> None:
    findings = attacked(world, Mode.MASK)
    assert truth.protected_cells(frozenset(world.consumers)) > 20
    assert findings.total(truth).recovered == 0
    assert findings.total(truth, supposed=True).recovered == 0
    assert findings.leaks == ()


@pytest.mark.parametrize(
    ("mode", "names", "least"),
    [
        (Mode.THRESHOLD_OF_TERRITORY, ("alone", "differencing"), 20),
        (Mode.RATE_SHOWN, ("alone",), 8),
        (Mode.SPLIT_BY_CELL, ("alone",), 5),
        (Mode.EXACT_REFERENCES, ("alone",), 1),
        (Mode.ROUNDED, ("alone", "rounding"), 1),
        (Mode.NOISY, ("alone", "noise"), 1),
        (Mode.VALIDATOR, ("alone", "validators"), 5),
        (Mode.SPEAKING_ERROR, ("alone", "errors"), 5),
        (Mode.RANKED, ("alone", "pairs"), 1),
        (Mode.DOCUMENT, ("alone", "documents"), 1),
        (Mode.COMPARED, ("alone", "comparisons"), 5),
        (Mode.DIFFERENCE, ("alone",), 5),
    ],
)
def test_each_fault_is_found_by_its_attack(
    world: World, truth: Truth, mode: Mode, names: tuple[str, ...], least: int
) -> None:
    total = attacked(world, mode, *names).total(truth)
    assert total.recovered >= least
    assert total.wrong == 0


@pytest.mark.parametrize("mode", [mode for mode in Mode if mode not in {Mode.MASK, Mode.SLOW}])
def test_all_attacks_together_put_recovered_counts_down_to_an_attack(
    world: World, truth: Truth, mode: Mode
) -> None:
    scores = attacked(world, mode).scores(truth)
    assert sum(score.recovered for score in scores.values()) >= 1
    assert "together" not in scores


def test_a_threshold_on_the_territory_protects_no_count_at_all(world: World, truth: Truth) -> None:
    total = attacked(world, Mode.THRESHOLD_OF_TERRITORY, "alone", "differencing").total(truth)
    assert total.exact == truth.protected_cells(frozenset(world.consumers))


def test_an_engine_that_works_longer_on_what_it_hides_is_noticed(world: World) -> None:
    assert any(leak.startswith("timing") for leak in attacked(world, Mode.SLOW, "alone", "timing").leaks)


def altered(world: World) -> World:
    """The same world but for one hidden count."""
    commune = next(code for code in COMMUNES if not world.safe(ALD[0], code))
    counts = {name: dict(values) for name, values in world.counts.items()}
    counts[ALD[0]][commune] += 1
    assert counts[ALD[0]][commune] < THRESHOLD
    return World(counts, world.consumers)


def told_apart(world: World, mode: Mode) -> list[str]:
    with served(Engine(world, mode)) as url, served(Engine(altered(world), mode)) as double:
        one, other = Api(url), Api(double)
        try:
            return differences(one, other, questions([[code] for code in COMMUNES]))
        finally:
            one.close()
            other.close()


def test_two_releases_that_hide_differently_are_told_apart_by_a_careless_validator(world: World) -> None:
    assert [line for line in told_apart(world, Mode.VALIDATOR) if "header etag" in line]
    assert told_apart(world, Mode.DOCUMENT)
    assert told_apart(world, Mode.MASK) == []
