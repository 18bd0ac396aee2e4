"""What may be published: right atoms written down for worlds of five communes, and laws for any world."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.indicators.building.build import Choices
from services.indicators.folder.description import Description
from services.indicators.geography import Geography, geography_of
from services.indicators.raw import ABSENT, Ints, RawCounts, RawReferences, RawRelease, RawSupply
from services.indicators.secrecy.order import Order
from services.indicators.secrecy.partition import Plan, Policy, cut
from services.indicators.secrecy.piece import Cut, Piece
from services.indicators.secrecy.ranges import Range
from tests.first_cut import Built, build
from tests.unit.indicators.worlds import (
    CATALOGUE,
    KEY,
    built_of,
    diagnostic,
    geography,
    indicator,
    membership,
    release_of,
    write_folder,
)

CODES = ("83001", "83002", "83003", "83004", "83005")
HEADER = "indicator,commune,numerator,denominator,persons"
POLICIES: tuple[Policy, ...] = ("commune-mask", "atoms")


def made(folder: Path, policy: Policy, **rows: tuple[tuple[int, int], ...]) -> Built:
    """Five communes of one EPCI, one line of (numerator, denominator) per indicator."""
    counts = [
        f"{name},{code},{n},{d or ''},"
        for name, cells in rows.items()
        for code, (n, d) in zip(CODES, cells, strict=True)
    ]
    consumers = ["commune,consumers", *(f"{code},5000" for code in CODES)]
    written = write_folder(folder, counts=[HEADER, *counts], consumers=consumers)
    return built_of(written, geography(CODES), Choices(policy, policy == "atoms", KEY))


def atoms(built: Built, row: str) -> list[set[str]]:
    """Communes of each atom shown, in the order of their first commune."""
    cut = built.partition[row]
    groups: dict[int, set[str]] = {}
    for code, label in zip(CODES, cut.atom.tolist(), strict=True):
        if cut.shown[label]:
            groups.setdefault(label, set()).add(code)
    return list(groups.values())


def test_what_is_safe_stays_alone(tmp_path: Path) -> None:
    built = made(tmp_path, "atoms", ald_08_diabete=tuple((n, 4000) for n in (11, 20, 30, 40, 50)))
    assert atoms(built, "ald_08_diabete") == [{code} for code in CODES]


def test_the_unsafe_join_each_other_when_they_are_enough(tmp_path: Path) -> None:
    # 3 + 9 + 8 = 20 people: any of the three may have 0 to 10, which is all that the rule says.
    built = made(tmp_path, "atoms", ald_08_diabete=tuple((n, 4000) for n in (3, 9, 8, 400, 500)))
    assert atoms(built, "ald_08_diabete") == [set(CODES[:3]), {CODES[3]}, {CODES[4]}]


@pytest.mark.parametrize("few", [(10, 10), (9, 10), (0, 10), (3, 4)])
def test_two_that_would_tell_of_each_other_take_a_third(tmp_path: Path, few: tuple[int, int]) -> None:
    # 10 + 10 says that both have 10, 9 + 10 that both have 9 or 10; 0 + 10 and 3 + 4 are under 11.
    built = made(tmp_path, "atoms", ald_08_diabete=tuple((n, 4000) for n in (*few, 300, 400, 500)))
    joined = atoms(built, "ald_08_diabete")[0]
    assert len(joined) == 3
    assert set(CODES[:2]) < joined


def test_a_child_is_cut_no_finer_than_its_parents(tmp_path: Path) -> None:
    built = made(
        tmp_path,
        "atoms",
        consommants_17_plus=tuple((n, 0) for n in (900, 900, 900, 3000, 3000)),
        sans_mt_17_plus=tuple((n, d) for n, d in ((5, 900), (6, 900), (9, 900), (300, 3000), (400, 3000))),
        ald_17_plus=tuple((n, d) for n, d in ((200, 900), (210, 900), (220, 900), (600, 3000), (700, 3000))),
        sans_mt_ald_17_plus=tuple((n, d) for n, d in ((2, 900), (1, 900), (3, 900), (60, 3000), (70, 3000))),
    )
    parent, child = atoms(built, "sans_mt_17_plus"), atoms(built, "sans_mt_ald_17_plus")
    assert parent == [set(CODES[:3]), {CODES[3]}, {CODES[4]}]
    # 6 people without a médecin traitant and in ALD, of 20 without: too few, and one more commune joins.
    assert set(CODES[:3]) < child[0]


def test_of_a_family_the_rest_counts_too(tmp_path: Path) -> None:
    # 20 people without médecin traitant of which 15 are in ALD: the 5 who are not could be told.
    rows = {
        "consommants_17_plus": tuple((n, 0) for n in (900, 900, 900, 3000, 3000)),
        "sans_mt_17_plus": ((20, 900), (90, 900), (90, 900), (300, 3000), (400, 3000)),
        "ald_17_plus": ((200, 900), (210, 900), (220, 900), (600, 3000), (700, 3000)),
        "sans_mt_ald_17_plus": ((15, 900), (20, 900), (30, 900), (60, 3000), (70, 3000)),
    }
    assert {CODES[0]} in atoms(made(tmp_path / "a", "atoms", **rows), "sans_mt_17_plus")
    assert {CODES[0]} not in atoms(made(tmp_path / "b", "atoms", **rows), "sans_mt_ald_17_plus")
    assert {CODES[0]} not in atoms(made(tmp_path / "c", "commune-mask", **rows), "sans_mt_ald_17_plus")


def test_an_exact_total_hides_one_commune_more(tmp_path: Path) -> None:
    built = made(tmp_path, "commune-mask", ald_08_diabete=tuple((n, 4000) for n in (3, 20, 30, 40, 50)))
    assert atoms(built, "ald_08_diabete") == [{CODES[2]}, {CODES[3]}, {CODES[4]}]
    found = indicator(diagnostic(built.release, CODES), "ald_08_diabete")
    # 143 people of 20 000: the total of the département stays exact.
    assert [(reference.level, reference.rate) for reference in found.references] == [
        ("departement", 0.7),
        ("region", 0.7),
        ("france", 0.7),
    ]


def test_a_given_rate_hides_nothing_more(tmp_path: Path) -> None:
    rows = [f"ald_08_diabete,{code},{n},4000," for code, n in zip(CODES, (3, 20, 30, 40, 50), strict=True)]
    folder = write_folder(
        tmp_path,
        counts=[HEADER, *rows],
        consumers=["commune,consumers", *(f"{code},5000" for code in CODES)],
        references=["indicator,level,code,rate"]
        + [f"ald_08_diabete,{area},5.0" for area in ("departement,83", "region,93", "france,FR")],
    )
    found = indicator(diagnostic(release_of(folder, CODES), CODES), "ald_08_diabete")
    assert [place.code for place in found.neutralised.communes] == [CODES[0]]


def test_where_all_of_france_is_too_few_nothing_is_told(tmp_path: Path) -> None:
    for policy in POLICIES:
        built = made(tmp_path / policy, policy, ald_08_diabete=tuple((n, 4000) for n in (3, 0, 2, 1, 4)))
        found = indicator(diagnostic(built.release, CODES), "ald_08_diabete")
        assert (found.status, found.count) == ("suppressed", None)
        assert {reference.status for reference in found.references} == {"suppressed"}


# ── Laws, for any world ────────────────────────────────────────────────────────────────────────────

PLACES = tuple(f"{departement}{number:03}" for departement in ("83", "13", "30") for number in range(1, 7))
INDICATORS = (
    "consommants_17_plus",
    "ald_17_plus",
    "sans_mt_17_plus",
    "sans_mt_ald_17_plus",
    "depistage_sein",
    "ald_08_diabete",
)


def world() -> Geography:
    """Three départements of six communes in two EPCI each."""
    return geography_of(
        [
            membership(
                code,
                "93" if code[:2] != "30" else "76",
                epci=f"{code[:2]}-{int(code[2:]) % 2}",
                centre=(float(code[2:]), float(code[:2])),
            )
            for code in PLACES
        ],
        2026,
        "essai",
    )


def nothing(*shape: int) -> Ints:
    return np.full(shape, ABSENT, dtype=np.int64)


def release_with(cells: list[tuple[int, ...]]) -> RawRelease:
    """Counts that hold together, from a line of draws per commune."""
    units, entries = len(PLACES), [entry.id for entry in CATALOGUE.counted]
    numerator, denominator = nothing(units, len(entries)), nothing(units, len(entries))
    for unit, (adults, ald, without, both, women, screened, diabetics) in enumerate(cells):
        in_ald, alone = min(ald, adults), min(without, adults)
        values = {
            "consommants_17_plus": (adults, ABSENT),
            "ald_17_plus": (in_ald, adults),
            "sans_mt_17_plus": (alone, adults),
            "sans_mt_ald_17_plus": (max(min(both, in_ald, alone), in_ald + alone - adults), adults),
            "depistage_sein": (min(screened, women), women),
            "ald_08_diabete": (diabetics, 400),
        }
        for name, (n, d) in values.items():
            numerator[unit, entries.index(name)], denominator[unit, entries.index(name)] = n, d
    acts, professions, areas = len(CATALOGUE.acts), len(CATALOGUE.professions), len(world().areas)
    heads = nothing(units, professions)
    return RawRelease(
        Description(vintage="lois", title="Lois", synthetic=True, cog=2026, source="-", period="-"),
        frozenset(),
        np.full(units, 400, dtype=np.int64),
        nothing(units, len(CATALOGUE.age_bands)),
        RawCounts(numerator, denominator, nothing(units, len(entries))),
        RawReferences(*(nothing(areas, len(entries)) for _ in range(3))),
        RawSupply(
            total=heads,
            age_60_plus=heads,
            age_65_plus=heads,
            active=heads,
            patients=heads,
            patients_share=np.full((units, professions), np.nan),
            quantity=nothing(units, acts),
            quantity_share=np.full((units, acts), np.nan),
            patients_reference=np.full((areas, professions), np.nan),
            quantity_reference=np.full((areas, acts), np.nan),
        ),
    )


line = st.tuples(
    *(st.integers(0, most) for most in (90, 60, 40, 25, 60, 60, 30)),
)
worlds = st.lists(line, min_size=len(PLACES), max_size=len(PLACES))
policies = st.sampled_from(POLICIES)
choices = st.builds(Choices, policies, st.booleans(), st.binary(min_size=1, max_size=4))


def cut_of(cells: list[tuple[int, ...]], chosen: Choices) -> Built:
    return build(release_with(cells), world(), chosen)


def told(cut: Cut) -> list[np.ndarray]:
    """Units of each atom whose sum can be derived."""
    return [np.flatnonzero(cut.atom == label) for label in np.flatnonzero(cut.known).tolist()]


@settings(max_examples=60, deadline=None)
@given(worlds, choices)
def test_every_sum_that_can_be_derived_is_of_enough_heads(
    cells: list[tuple[int, ...]], chosen: Choices
) -> None:
    built = cut_of(cells, chosen)
    for piece in built.pieces:
        for units in told(built.partition[piece.name]):
            for quorum in piece.quorums:
                assert quorum.values[units].sum() >= quorum.threshold, (piece.name, quorum.name)


@settings(max_examples=60, deadline=None)
@given(worlds, choices)
def test_no_sum_narrows_what_the_rule_leaves_open(cells: list[tuple[int, ...]], chosen: Choices) -> None:
    built = cut_of(cells, chosen)
    for piece in built.pieces:
        unsafe = piece.unsafe
        for units in told(built.partition[piece.name]):
            for unit in units[unsafe[units]]:
                low, high = interval(piece, units, int(unit))
                allowed = min(int(piece.high[unit] - piece.low[unit]), piece.threshold - 1)
                assert low <= piece.n[unit] <= high
                assert high - low >= allowed, (piece.name, unit)


def interval(piece: Piece, units: np.ndarray, unit: int) -> tuple[int, int]:
    """What can be said of a cell by who knows the sum of its atom and the range of every other cell."""
    others = units[units != unit]
    total = int(piece.n[units].sum())
    low = max(int(piece.low[unit]), total - int(piece.high[others].sum()))
    return low, min(int(piece.high[unit]), total - int(piece.low[others].sum()))


@settings(max_examples=40, deadline=None)
@given(worlds, choices)
def test_every_atom_is_made_of_whole_atoms_of_its_parents(
    cells: list[tuple[int, ...]], chosen: Choices
) -> None:
    built = cut_of(cells, chosen)
    for piece in built.pieces:
        atom = built.partition[piece.name].atom
        for parent in piece.parents:
            held = built.partition[parent].atom
            for label in np.unique(held[held > 0]).tolist():
                assert len(np.unique(atom[(held == label) & piece.loaded])) <= 1, (piece.name, parent)


@settings(max_examples=40, deadline=None)
@given(worlds, choices, st.sets(st.sampled_from(PLACES), min_size=1), st.sampled_from(PLACES))
def test_one_more_commune_adds_nobody_or_at_least_eleven(
    cells: list[tuple[int, ...]], chosen: Choices, inside: set[str], added: str
) -> None:
    release = cut_of(cells, chosen).release
    before, after = (
        diagnostic(release, sorted(codes)) for codes in (inside - {added} or inside, inside | {added})
    )
    for name in INDICATORS:
        counts = [indicator(answer, name).count or 0 for answer in (before, after)]
        assert counts[1] - counts[0] == 0 or counts[1] - counts[0] >= 11, name
    # Those in a parent and not in its child, where both tell of the same communes.
    for parent, child in (("sans_mt_17_plus", "sans_mt_ald_17_plus"), ("ald_17_plus", "sans_mt_ald_17_plus")):
        one, other = (indicator(after, name) for name in (parent, child))
        if one.count and other.count and one.neutralised == other.neutralised:
            assert one.count - other.count >= 11


@settings(max_examples=30, deadline=None)
@given(worlds, choices)
def test_areas_and_their_parts_differ_by_nobody_or_at_least_eleven(
    cells: list[tuple[int, ...]], chosen: Choices
) -> None:
    built = cut_of(cells, chosen)
    shown = diagnostic(built.release, PLACES)
    for name in ("consommants_17_plus",):
        found = indicator(shown, name)
        total = next(reference for reference in found.references if reference.level == "france").count
        if total is not None:
            assert total - (found.count or 0) == 0 or total - (found.count or 0) >= 11


@settings(max_examples=20, deadline=None)
@given(worlds, choices)
def test_the_same_counts_and_key_give_the_same_release(cells: list[tuple[int, ...]], chosen: Choices) -> None:
    assert cut_of(cells, chosen).release.facts.id == cut_of(cells, chosen).release.facts.id


@settings(max_examples=30, deadline=None)
@given(worlds, choices, st.permutations(PLACES), st.integers(1, 17))
def test_disjoint_territories_add_up_where_no_atom_is_cut(
    cells: list[tuple[int, ...]], chosen: Choices, order: list[str], size: int
) -> None:
    release = cut_of(cells, chosen).release
    one, other = order[:size], order[size:]
    whole, first, second = (diagnostic(release, codes) for codes in (PLACES, one, other))
    for name in INDICATORS:
        parts = [indicator(answer, name) for answer in (first, second)]
        both = indicator(whole, name)
        assert sum(part.count or 0 for part in parts) <= (both.count or 0)
        if sum(len(part.neutralised.communes) for part in parts) == len(both.neutralised.communes):
            assert sum(part.count or 0 for part in parts) == (both.count or 0)


def test_a_key_changes_who_is_joined_and_who_is_near_stays_near() -> None:
    codes = [f"830{number:02}" for number in range(16)]
    grid = geography_of(
        [membership(c, epci="e", centre=(int(c[3:]) % 4, int(c[3:]) // 4 / 10)) for c in codes],
        2026,
        "grille",
    )
    n = np.full(16, 6, dtype=np.int64)
    bounds = Range(n, np.full(16, 400, dtype=np.int64))
    bounds.count("n", 11)
    everywhere = np.ones(16, dtype=bool)
    piece = Piece(
        "row", "row", (), True, n, n, everywhere, bounds.low, bounds.high, 11, tuple(bounds.quorums)
    )
    cuts = [cut((piece,), grid, Plan("atoms", Order(bytes([key]))))["row"].atom for key in range(8)]
    assert len({tuple(np.unique(atom, return_inverse=True)[1].tolist()) for atom in cuts}) > 1
    for atom in cuts:
        # Sixteen times 6: in sets of at least 11 (and a margin of 0 to 5), none larger than need be.
        assert set(np.unique(atom, return_counts=True)[1].tolist()) <= {3, 4, 5, 6, 7}


@pytest.mark.parametrize("policy", POLICIES)
def test_those_under_seventy_who_have_a_medecin_traitant_cannot_be_worked_out(
    tmp_path: Path, policy: Policy
) -> None:
    # In the first commune 300 - 280 - 40 + 24 = 4 people of 17 to 69 with one.
    built = made(
        tmp_path,
        policy,
        consommants_17_plus=((300, 0), *((3000, 0),) * 4),
        consommants_70_plus=((280, 0), *((900, 0),) * 4),
        sans_mt_17_plus=((40, 300), *((400, 3000),) * 4),
        sans_mt_70_plus=((24, 280), *((100, 900),) * 4),
    )
    assert {CODES[0]} in atoms(built, "sans_mt_17_plus")
    assert {CODES[0]} in atoms(built, "consommants_70_plus")
    assert {CODES[0]} not in atoms(built, "sans_mt_70_plus")


def test_the_commune_hidden_with_others_is_the_smallest_of_residents_not_of_counts() -> None:
    codes = [f"830{number:02}" for number in range(9)]
    world = geography_of(
        [membership(code, population=1000 - rank) for rank, code in enumerate(codes)], 2026, "essai"
    )
    n = np.array([9, 9, 12, 13, 40, 50, 60, 70, 80])
    bounds = Range(n, np.full(9, 400))
    bounds.count("n", 11)
    piece = Piece(
        "row",
        "row",
        (),
        True,
        n,
        n,
        np.ones(9, dtype=bool),
        bounds.low,
        bounds.high,
        11,
        tuple(bounds.quorums),
    )
    told = np.ones(len(world.areas), dtype=bool)
    found = cut((piece,), world, Plan("commune-mask", Order(b""), {"row": told}))["row"]
    assert np.flatnonzero(~found.shown[found.atom]).tolist() == [0, 1, 8]


def test_a_part_is_never_more_than_its_whole_in_what_is_left_open(tmp_path: Path) -> None:
    """23, 19 and 27 people without a médecin traitant, of which 14, 19 and 22 in ALD: 55 of 69 would tell."""
    built = made(
        tmp_path,
        "atoms",
        consommants_17_plus=((45, 0), (60, 0), (67, 0), (3000, 0), (3000, 0)),
        ald_17_plus=((14, 45), (34, 60), (34, 67), (900, 3000), (900, 3000)),
        sans_mt_17_plus=((23, 45), (19, 60), (27, 67), (400, 3000), (400, 3000)),
        sans_mt_ald_17_plus=((14, 45), (19, 60), (22, 67), (100, 3000), (100, 3000)),
    )
    assert set(CODES[:3]) not in atoms(built, "sans_mt_ald_17_plus")
