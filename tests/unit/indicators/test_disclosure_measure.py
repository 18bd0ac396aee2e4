"""What the benchmark of secrecy measures, on three communes where every share can be worked out by hand."""

from pathlib import Path

import numpy as np
import pytest

from services.indicators.atoms import AtomTable
from services.indicators.folder.read import read_folder
from services.indicators.geography import Geography, geography_of
from tests.bench.disclosure.kept import Truth, kept, naive
from tests.bench.disclosure.territories import DISC_RESIDENTS, Territories, discs, epcis
from tests.unit.indicators.worlds import CATALOGUE, membership, write_folder

ROW = "ald_14_insuffisance_respiratoire"
CODES, RESIDENTS = ("83001", "83002", "83003"), (1000, 2000, 3000)
COUNTED, AMONG = (4, 9, 50), (100, 200, 300)
# Position of the row, then of the patients of the one profession: the table holds nothing else.
COLUMNS = [0, 1]
WHOLE, ALONE = np.array([0, 1, 2]), np.array([0])


@pytest.fixture
def truth(tmp_path: Path) -> Truth:
    rows = zip(CODES, COUNTED, AMONG, strict=True)
    folder = write_folder(
        tmp_path / "folder",
        counts=["indicator,commune,numerator,denominator", *(f"{ROW},{code},{n},{d}" for code, n, d in rows)],
        consumers=["commune,consumers", *(f"{code},{d}" for code, d in zip(CODES, AMONG, strict=True))],
        activity=[
            "profession,commune,professionals,patients,largest_share",
            "infirmier,83001,3,60,0.5",
            "infirmier,83003,6,900,0.3",
        ],
    )
    world = geography_of(
        [membership(code, population=people) for code, people in zip(CODES, RESIDENTS, strict=True)],
        2026,
        "essai",
    )
    raw, problems = read_folder(folder, CATALOGUE, world)
    assert raw is not None, problems
    return Truth(raw, world, CATALOGUE)


def joined() -> AtomTable:
    """The first two communes in one atom of 13 people, the third alone; the activity of the third alone."""
    atom = np.array([[1, 0], [1, 0], [2, 3], [0, 0]], dtype=np.int32)
    size = np.array([0, 2, 1, 1], dtype=np.int32)
    n = np.array([0, 13, 50, 900], dtype=np.int32)
    d = np.array([0, 300, 300, 6], dtype=np.int32)
    return AtomTable(atom, size, n, d)


def test_the_naive_mask_keeps_what_passes_alone(truth: Truth) -> None:
    found = kept(naive(truth), COLUMNS, truth, Territories("all", [WHOLE]))
    every, passing, answered, counted, people, professionals, bias = found.figures()
    assert every == passing == 3000 / 6000
    assert answered == 1
    assert (counted, people, professionals) == (50 / 63, 300 / 600, 6 / 9)
    assert bias == pytest.approx(50 / 300 - 63 / 600)


def test_an_atom_of_several_communes_is_kept_whole(truth: Truth) -> None:
    found = kept(joined(), COLUMNS, truth, Territories("all", [WHOLE]))
    assert found.figures() == pytest.approx((1, 1, 1, 1, 1, 6 / 9, 0))


def test_a_pair_too_small_for_the_rule_counts_among_all_and_not_among_passing(truth: Truth) -> None:
    found = kept(joined(), COLUMNS, truth, Territories("two", [WHOLE, ALONE]))
    assert found.passing.tolist() == [[True], [False]]
    every, passing, *_ = found.figures()
    assert (every, passing) == (0.5, 1)
    assert found.least([ROW], 5) == [(ROW, 1.0)]


@pytest.fixture(scope="module")
def country() -> Geography:
    """A line of communes of 1 000 inhabitants, in EPCI of two."""
    return geography_of(
        [
            membership(f"83{rank:03}", epci=f"{rank // 2}", centre=(6 + rank / 1000, 43.5))
            for rank in range(600)
        ],
        2026,
        "essai",
    )


def test_an_epci_comes_whole_and_once(country: Geography) -> None:
    drawn = epcis(country).units
    assert all(len(units) == 2 and units[0] // 2 == units[1] // 2 for units in drawn)
    assert len({int(units[0]) for units in drawn}) == len(drawn)


def test_a_disc_is_of_neighbours_and_stops_at_its_residents(country: Geography) -> None:
    for units in discs(country).units:
        assert len(units) == DISC_RESIDENTS // 1000
        assert units[-1] - units[0] == len(units) - 1
