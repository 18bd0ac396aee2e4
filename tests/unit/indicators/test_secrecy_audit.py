"""The attacker's programs on worlds small enough to write the answer down, or to try every possibility."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.indicators.secrecy.audit.attack import audit
from services.indicators.secrecy.audit.build import programme
from services.indicators.secrecy.audit.components import box_intervals, components
from services.indicators.secrecy.audit.externals import External
from services.indicators.secrecy.audit.grade import solved_grades
from services.indicators.secrecy.audit.programme import Programme
from services.indicators.secrecy.audit.reach import extremes, reach
from services.indicators.secrecy.piece import Cut, Partition, Piece
from tests.unit.indicators.audit_worlds import alone, cut, ground, possible, row

Intervals = dict[tuple[str, int, str], tuple[float, float]]


def intervals(attacked: Programme) -> Intervals:
    """What the solver finds of each count to protect, by row, unit and name of the count."""
    kept = attacked.targets.width() > 0
    part = attacked.part(np.ones(len(attacked.low), bool), np.ones(len(attacked.rows), bool), kept)
    found = extremes(part)
    # A count is given here less what is known of it: these worlds have nothing known in one.
    return {
        (part.names[rank], int(unit), name): (round(float(low), 6), round(float(high), 6))
        for rank, unit, name, low, high in zip(
            part.at_rank, part.at_unit, part.quorums, found.low, found.high, strict=True
        )
    }


def test_a_total_leaves_each_cell_what_the_others_can_be() -> None:
    # 11 to 12 for the safe one, so 25 less 12 less 10 at least for an unsafe one.
    piece = row("n", [6, 8, 11], among=[99, 99, 12])
    assert intervals(programme([piece], {"n": cut([1, 1, 1])})) == {
        ("n", 0, "n"): (3, 10),
        ("n", 1, "n"): (3, 10),
    }


def test_counts_of_hundreds_of_millions_are_numbers_like_others() -> None:
    # Acts are counted so. 11 to 200,000,001 for the safe one.
    piece = row("n", [6, 8, 200_000_000], among=[99, 99, 200_000_001])
    found = intervals(programme([piece], {"n": cut([1, 1, 1])}))
    assert found["n", 0, "n"] == found["n", 1, "n"] == (3, 10)


def test_a_part_that_is_known_to_be_large_gives_its_whole_away() -> None:
    # 11 at least are left out of `part` at unit 1, which has 11 at least: so `whole` has 22 there, 30 in all.
    whole = row("whole", [6, 24], most=99)
    part = row("part", [2, 12], parent=whole, most=99)
    found = intervals(programme([whole, part], {"whole": cut([1, 1]), "part": cut([1, 1])}))
    assert found["whole", 0, "n"] == (0, 8)
    # Alone, `whole` says 0 to 10: 30 less 99 to 30 less 11, within the rule.
    assert intervals(programme([whole], {"whole": cut([1, 1])}))["whole", 0, "n"] == (0, 10)


def test_a_family_of_one_row_needs_no_solver() -> None:
    report = audit(
        [row("n", [6, 8, 3], among=[99] * 3)],
        {"n": cut([1, 1, 1])},
        ground("01001", "01002", "01003"),
        workers=0,
    )
    assert (report.solved, report.unsafe, report.exact, report.narrow) == (0, 3, 0, 0)
    assert report.passed


def test_atoms_that_are_neither_shown_nor_derived_tell_nothing() -> None:
    piece = row("n", [9, 9, 9], among=[99] * 3)
    assert len(programme([piece], {"n": cut([1, 1, 1])}).rows) == 1
    assert len(programme([piece], {"n": cut([1, 1, 1], known=False)}).rows) == 0


def test_a_threshold_tested_on_the_territory_gives_every_cell_away() -> None:
    whole = row("whole", [40, 3, 25], among=[99] * 3)
    part = row("part", [12, 0, 8], among=whole, parent=whole)
    world = ground("01001", "01002", "01003")
    report = audit([whole, part], {"whole": alone(3), "part": alone(3)}, world, workers=0)
    unsafe = {(piece.name, int(unit)) for piece in (whole, part) for unit in np.flatnonzero(piece.unsafe)}
    assert {(f.row, f.unit) for f in report.flags if f.reason == "exact"} == unsafe
    assert report.exact == report.unsafe == 3
    assert report.rule > 0
    assert not report.passed


def test_what_the_rule_itself_leaves_closed_is_no_disclosure() -> None:
    # Nobody there to count: 0 is known to all.
    piece = row("n", [0, 30], among=[0, 99])
    assert audit([piece], {"n": alone(2)}, ground("01001", "01002"), workers=0).exact == 0


def test_subtracting_two_linked_blocs_isolates_a_commune() -> None:
    # The denominator is told on {0, 1} by one row and on {1, 2} by another: with 2 alone, 1 and 0 follow.
    whole = row("d", [5, 20, 30], most=99, published=False)
    one = row("one", [4, 15, 12], among=whole)
    other = row("other", [3, 12, 25], among=whole)
    cuts = {"d": cut([1, 1, 2]), "one": cut([1, 1, 2]), "other": cut([1, 1, 1])}
    world = ground("01001", "01002", "01003")
    assert audit([whole, one, other], cuts, world, workers=0).exact == 0
    torn = cuts | {"other": cut([1, 2, 2])}
    report = audit([whole, one, other], torn, world, workers=0)
    assert ("d", 0, "exact") in {(f.row, f.unit, f.reason) for f in report.flags}


def test_a_band_told_where_another_is_not_gives_it_away() -> None:
    whole = row("n", [45, 55, 70], most=99)
    young, middle, old = (
        row(f"n@{band}", n, parent=whole, most=99)
        for band, n in (("0-14", [5, 15, 20]), ("15-29", [20, 20, 30]), ("30+", [20, 20, 20]))
    )
    pieces, world = [whole, young, middle, old], ground("01001", "01002", "01003")
    alike = {"n": alone(3), **{piece.name: cut([1, 1, 2]) for piece in pieces[1:]}}
    assert audit(pieces, alike, world, workers=0).exact == 0
    apart = alike | {piece.name: alone(3) for piece in (middle, old)}
    report = audit(pieces, apart, world, workers=0)
    assert {(f.row, f.unit) for f in report.flags if f.reason == "exact"} == {("n@0-14", 0)}


def test_a_complement_of_a_known_count_is_graded_like_any_other() -> None:
    # Of 20 people in each of two communes 19 and 18 are vaccinated: 3 are not, which leaves 0 to 3 in each.
    vaccinated = row("n", [19, 18], among=[20, 20], two_sided=True)
    apart, world = {"n": cut([1, 1])}, ground("01001", "01002")
    report = audit([vaccinated], apart, world, workers=0)
    assert {(flag.unit, flag.quorum, flag.reason) for flag in report.flags if flag.reason != "rule"} == {
        (0, "d - n", "narrow"),
        (1, "d - n", "narrow"),
    }


def test_a_complement_in_a_linked_set_is_graded_like_any_other() -> None:
    # The same where the people counted among are a row of their own, and another row is linked to it.
    people = row("people", [20, 20], published=False)
    vaccinated = row("n", [19, 18], among=people, two_sided=True)
    other = row("m", [12, 13], among=people)
    partition = {"people": cut([1, 2]), "n": cut([1, 1]), "m": cut([1, 2])}
    report = audit([people, vaccinated, other], partition, ground("01001", "01002"), workers=0)
    assert {(flag.unit, flag.quorum, flag.reason) for flag in report.flags if flag.reason != "rule"} == {
        (0, "d - n", "narrow"),
        (1, "d - n", "narrow"),
    }


def test_people_of_some_zones_part_what_is_hidden() -> None:
    # Communes 0 and 1 are in a zone: their sum parts the bloc of three, and leaves the third alone.
    people = row("sans_mt_17_plus", [5, 9, 8], most=99)
    zoned = row("sans_mt_zone_sous_dense", [5, 9, 0], parent=people, most=99)
    names, world = (people.name, zoned.name), ground("01001", "01002", "01003")
    together = dict.fromkeys(names, cut([1, 1, 1]))
    report = audit([people, zoned], together, world, workers=0)
    assert ("sans_mt_17_plus", 2, "exact") in {(f.row, f.unit, f.reason) for f in report.flags}
    assert audit([people], together, world, workers=0).exact == 0


def test_a_set_that_spans_departements_is_attacked_whole() -> None:
    # 21 of at most 22: nothing of one département alone says so.
    whole = row("whole", [9, 12, 9, 12], most=99)
    part = row("part", [7, 7, 5, 2], parent=whole, most=99)
    cuts = {"whole": cut([1, 2, 3, 4], known=False), "part": cut([1, 1, 1, 1])}
    world = ground("01001", "01002", "02001", "02002")
    everywhere = audit([whole, part], cuts, world, workers=0)
    here = audit([whole, part], cuts, world, departements=["01"], workers=0)
    assert {(f.row, f.unit) for f in here.flags} == {(f.row, f.unit) for f in everywhere.flags if f.unit < 2}
    assert here.departements == ("01",)
    assert not here.complete
    assert not here.passed
    assert everywhere.complete


def test_a_truth_that_breaks_a_link_is_told_as_a_fault_of_the_data() -> None:
    whole = row("whole", [15, 20, 12], most=99)
    part = row("part", [18, 5, 3], parent=whole, most=99)
    report = audit(
        [whole, part],
        {"whole": cut([1, 1, 1]), "part": cut([1, 1, 1])},
        ground("01001", "01002", "01003"),
        workers=0,
    )
    assert report.infeasible > 0
    assert not report.passed


def test_a_program_without_any_point_is_told_as_such() -> None:
    whole = row("whole", [6, 24], most=99)
    part = row("part", [2, 12], parent=whole, most=99)
    attacked = programme([whole, part], {"whole": cut([1, 1]), "part": cut([1, 1])})
    impossible = replace(attacked.rows, low=attacked.rows.low + 500, high=attacked.rows.high + 500)
    assert solved_grades(replace(attacked, rows=impossible)).infeasible
    assert not solved_grades(attacked).infeasible


def test_a_total_known_from_elsewhere_is_a_row_of_the_program() -> None:
    piece = row("n", [6, 8, 7, 9], among=[99] * 4)
    world = ground("01001", "01002", "01003", "01004")
    cuts = {"n": cut([1, 1, 1, 1])}
    assert audit([piece], cuts, world, workers=0).passed
    known = External("n", np.array([0, 1, 2]), 21, 2)
    report = audit([piece], cuts, world, externals=[known], workers=0)
    assert report.externals == 1
    assert {(f.row, f.unit, f.reason) for f in report.flags} == {("n", 3, "exact")}


def test_processes_find_what_one_process_finds() -> None:
    whole = row("whole", [6, 24, 9, 30], most=99)
    part = row("part", [2, 12, 3, 14], parent=whole, most=99)
    cuts = {"whole": cut([1, 1, 2, 2]), "part": cut([1, 1, 2, 2])}
    world = ground("01001", "01002", "02001", "02002")
    told: list[tuple[str, int, int]] = []
    apart = audit([whole, part], cuts, world, workers=2, progress=lambda *step: told.append(step))
    assert apart.flags == audit([whole, part], cuts, world, workers=0).flags
    assert told == [("01", 1, 2), ("02", 2, 2)]


def test_what_progress_raises_stops_the_audit() -> None:
    class Enough(Exception):
        pass

    def stop(_departement: str, _done: int, _among: int) -> None:
        raise Enough

    whole = row("whole", [6, 24], most=99)
    part = row("part", [2, 12], parent=whole, most=99)
    cuts = {"whole": cut([1, 1]), "part": cut([1, 1])}
    for workers in (0, 1):
        with pytest.raises(Enough):
            audit([whole, part], cuts, ground("01001", "01002"), workers=workers, progress=stop)


@st.composite
def single_rows(draw: st.DrawFn) -> tuple[Piece, Cut]:
    units = draw(st.integers(2, 8))
    d = draw(st.lists(st.integers(0, 40), min_size=units, max_size=units))
    n = [draw(st.integers(0, most)) for most in d]
    labels = draw(st.lists(st.integers(1, 3), min_size=units, max_size=units))
    return row("n", n, among=d, two_sided=draw(st.booleans())), cut(labels)


@given(single_rows())
@settings(deadline=None, max_examples=60)
def test_the_closed_interval_of_one_row_is_the_solver_s(world: tuple[Piece, Cut]) -> None:
    attacked = programme([world[0]], {"n": world[1]})
    assert components(attacked).simple.all()
    low, high = box_intervals(attacked)
    seen = intervals(attacked)
    by_cell = {(int(unit)): (a, b) for unit, a, b in zip(attacked.unit, low, high, strict=True)}
    for (_, unit, name), ends in seen.items():
        if name == "n":
            assert ends == pytest.approx(by_cell[unit])
        else:
            assert ends[1] - ends[0] == pytest.approx(by_cell[unit][1] - by_cell[unit][0])


TOP = 4


@st.composite
def families(draw: st.DrawFn) -> tuple[list[Piece], Partition]:
    """A denominator, a group of its people, and a part of that group, cut in nested atoms; thresholds of 2."""
    units = 3
    counts = st.lists(st.integers(0, TOP), min_size=units, max_size=units)
    d = draw(counts)
    n = [draw(st.integers(0, most)) for most in d]
    m = [draw(st.integers(0, most)) for most in n]
    whole = row("d", d, most=TOP, threshold=2, published=draw(st.booleans()))
    group = row("n", n, among=whole, threshold=2, two_sided=draw(st.booleans()))
    part = row("m", m, among=group, parent=group, threshold=2)
    fine = draw(
        st.permutations([1, 2, 3]).flatmap(lambda p: st.sampled_from([p, [1, 1, 2], [1, 2, 2], [1, 1, 1]]))
    )
    coarse = fine if draw(st.booleans()) else [1, 1, 1]
    coarser = coarse if draw(st.booleans()) else [1, 1, 1]
    return [whole, group, part], {"d": cut(fine), "n": cut(coarse), "m": cut(coarser)}


@given(families())
@settings(deadline=None, max_examples=80)
def test_the_solver_s_interval_holds_every_possible_world(world: tuple[list[Piece], Partition]) -> None:
    """By trying them all. Whole numbers are some of what a linear program allows, so never outside it."""
    pieces, partition = world
    names, worlds = possible(pieces, partition, [TOP] * 3)
    attacked = programme(pieces, partition)
    assert not attacked.broken().any()
    by_name = {piece.name: piece for piece in pieces}
    for (name, unit, quorum), (low, high) in intervals(attacked).items():
        if quorum != "n":
            continue
        seen = worlds[names.index(name)][:, unit]
        assert low <= seen.min() <= by_name[name].n[unit] <= seen.max() <= high
        # The program never claims much more than there is: ends are those of whole numbers here.
        assert (np.ceil(low - 1e-6), np.floor(high + 1e-6)) == (seen.min(), seen.max())


@given(families(), st.floats(0.5, 4))
@settings(deadline=None, max_examples=40)
def test_looking_for_room_settles_as_the_extremes_do(
    world: tuple[list[Piece], Partition], need: float
) -> None:
    attacked = programme(*world)
    kept = attacked.targets.width() > 0
    part = attacked.part(np.ones(len(attacked.low), bool), np.ones(len(attacked.rows), bool), kept)
    if not kept.any():
        return
    exact = extremes(part)
    found = reach(part, np.full(kept.sum(), need))
    width = found.high - found.low
    close = width < need - 1e-6
    assert width[close] == pytest.approx((exact.high - exact.low)[close])
    assert (width <= exact.high - exact.low + 1e-6).all()


@given(families())
@settings(deadline=None, max_examples=40)
def test_only_a_total_discloses(world: tuple[list[Piece], Partition]) -> None:
    pieces, partition = world
    silent = {name: Cut(one.atom, one.shown & False, one.known & False) for name, one in partition.items()}
    attacked = programme(pieces, silent)
    assert not attacked.totals.any()
    if len(attacked.targets):
        kept = attacked.targets.width() > 0
        part = attacked.part(np.ones(len(attacked.low), bool), np.ones(len(attacked.rows), bool), kept)
        found = solved_grades(part)
        assert not found.infeasible
        assert not (found.exact | found.narrow).any()
