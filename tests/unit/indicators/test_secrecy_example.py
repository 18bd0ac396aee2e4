"""The five communes of docs/secret-statistique.md: what the page says of them is what is built."""

from pathlib import Path

import numpy as np
import pytest

from services.indicators.building.build import Choices
from services.indicators.geography import geography_of
from services.indicators.secrecy.partition import Policy
from tests.first_cut import Built
from tests.unit.indicators.worlds import KEY, built_of, membership, write_folder

ROW = "ald_14_insuffisance_respiratoire"
CODES = ("83001", "83002", "83003", "83004", "83005")
CONSUMERS = (260, 110, 480, 1700, 5200)
THREE_UNSAFE, ONE_UNSAFE = (4, 0, 9, 35, 120), (4, 15, 28, 35, 120)


def built(folder: Path, policy: Policy, counts: tuple[int, ...]) -> Built:
    world = geography_of(
        [
            membership(code, epci="243000000", population=2 * people)
            for code, people in zip(CODES, CONSUMERS, strict=True)
        ],
        2026,
        "essai",
    )
    rows = zip(CODES, counts, CONSUMERS, strict=True)
    write_folder(
        folder,
        counts=["indicator,commune,numerator,denominator", *(f"{ROW},{code},{n},{d}" for code, n, d in rows)],
        consumers=["commune,consumers", *(f"{c},{d}" for c, d in zip(CODES, CONSUMERS, strict=True))],
    )
    return built_of(folder, world, Choices(policy, policy == "atoms", KEY))


def answered(made: Built, communes: str) -> tuple[int, str]:
    """Count told of a territory of communes named A to E, and which of them are in it."""
    units = np.array(["ABCDE".index(name) for name in communes])
    totals, row = made.release.table.totals(units), made.release.rows[ROW]
    kept = "".join(name for name, inside in zip(communes, totals.kept[:, row], strict=True) if inside)
    return int(totals.n[row]), kept


def atoms(made: Built) -> list[str]:
    cut = made.partition[ROW]
    return ["".join("ABCDE"[u] for u in np.flatnonzero(cut.atom == label)) for label in np.unique(cut.atom)]


@pytest.mark.parametrize(
    ("communes", "mask", "joined"),
    [
        ("D", (35, "D"), (35, "D")),
        ("AD", (35, "D"), (35, "D")),
        ("ABC", (0, ""), (13, "ABC")),
        ("ABCD", (35, "D"), (48, "ABCD")),
        ("ABDE", (155, "DE"), (155, "DE")),
        ("ABCDE", (155, "DE"), (168, "ABCDE")),
    ],
)
def test_answers_about_three_unsafe_communes(
    tmp_path: Path, communes: str, mask: tuple[int, str], joined: tuple[int, str]
) -> None:
    assert answered(built(tmp_path / "mask", "commune-mask", THREE_UNSAFE), communes) == mask
    assert answered(built(tmp_path / "atoms", "atoms", THREE_UNSAFE), communes) == joined


@pytest.mark.parametrize("policy", ["commune-mask", "atoms"])
def test_the_exact_rate_of_the_departement_is_told_with_three_unsafe(tmp_path: Path, policy: Policy) -> None:
    release = built(tmp_path / "release", policy, THREE_UNSAFE).release
    assert release.published.reference_rate[0, release.column[ROW]] == 22  # tenths: 168 of 7 750


def test_one_unsafe_commune_takes_enough_with_it_to_stay_as_wide_as_the_rule(tmp_path: Path) -> None:
    made = built(tmp_path / "atoms", "atoms", ONE_UNSAFE)
    assert atoms(made) == ["AC", "B", "D", "E"]
    masked = built(tmp_path / "mask", "commune-mask", ONE_UNSAFE)
    assert answered(masked, "ABCDE") == (155, "DE")
