"""A synthetic département of 240 communes, drawn, cut under both policies and attacked whole: nothing comes out."""

from pathlib import Path

import numpy as np
import pytest

from services.indicators.building.build import Choices, Draft
from services.indicators.folder.read import read_folder
from services.indicators.geography import Geography, geography_of
from services.indicators.raw import RawRelease
from services.indicators.release import HIDDEN
from services.indicators.secrecy.audit.attack import audit, families
from services.indicators.secrecy.audit.build import programme
from services.indicators.secrecy.audit.components import tangled
from services.indicators.secrecy.audit.findings import Flag
from services.indicators.secrecy.audit.grade import limits, needed, prior_at_most
from services.indicators.secrecy.audit.reach import MARGIN, extremes, reach
from services.indicators.secrecy.audit.repair import audited, merges
from services.indicators.secrecy.partition import Pairs, Policy
from services.indicators.secrecy.piece import Cut, Mask, Partition, Piece
from services.indicators.synthetic import draw_folder
from shared.schemas.geo import Membership
from tests.unit.indicators.audit_worlds import alone, cut, ground, row
from tests.unit.indicators.test_cut import PLACES, made
from tests.unit.indicators.test_cut import world as geography_of_eighteen
from tests.unit.indicators.test_cut_by_age import built
from tests.unit.indicators.worlds import CATALOGUE, KEY, membership

COMMUNES, EPCIS, COLUMNS = 240, 12, 16


def departement() -> list[Membership]:
    """Communes a few kilometres apart on a grid, of the sizes of a rural département, twenty to an EPCI."""
    sizes = np.random.default_rng(2).lognormal(6.0, 1.2, COMMUNES).astype(int) + 60
    return [
        membership(
            f"02{rank + 1:03}",
            "32",
            epci=f"EPCI{rank * EPCIS // COMMUNES}",
            population=int(size),
            centre=(3 + 0.05 * (rank % COLUMNS), 49 + 0.03 * (rank // COLUMNS)),
        )
        for rank, size in enumerate(sizes)
    ]


@pytest.fixture(scope="module")
def geography() -> Geography:
    return geography_of(departement(), 2026, "essai")


@pytest.fixture(scope="module")
def raw(geography: Geography, tmp_path_factory: pytest.TempPathFactory) -> RawRelease:
    folder: Path = draw_folder(departement(), 2026, tmp_path_factory.mktemp("departement"))
    found, problems = read_folder(folder, CATALOGUE, geography)
    assert found is not None, problems[:3]
    return found


@pytest.mark.parametrize("policy", ["atoms", "commune-mask"])
def test_nothing_is_found_once_mended(raw: RawRelease, geography: Geography, policy: Policy) -> None:
    draft = Draft(raw, CATALOGUE, geography, Choices(policy, two_sided=policy == "atoms", key=KEY))
    partition, report = audited(draft.cut, draft.pieces, geography, workers=0)
    assert set(partition) == {piece.name for piece in draft.pieces}
    assert report.unsafe > 5000
    assert report.solved > 0
    assert (report.exact, report.narrow, report.rule, report.infeasible) == (0, 0, 0, 0)
    assert report.passed


def test_what_a_threshold_on_the_territory_gives_away_is_all_found(
    raw: RawRelease, geography: Geography
) -> None:
    """The same counts, each commune answered alone: every unsafe cell that is not public already is exact."""
    draft = Draft(raw, CATALOGUE, geography, Choices("atoms", two_sided=True, key=KEY))
    partition = {piece.name: singles(piece) for piece in draft.pieces}
    report = audit(draft.pieces, partition, geography, workers=0)
    open_to_doubt = sum(int((piece.unsafe & (piece.high > piece.low)).sum()) for piece in draft.pieces)
    assert report.exact == open_to_doubt > 5000
    assert report.infeasible == 0


def test_room_seen_on_the_way_is_room_found_cell_by_cell(raw: RawRelease, geography: Geography) -> None:
    """The quick search, and a minimum and a maximum for each count started cold: the same are left too narrow."""
    draft = Draft(raw, CATALOGUE, geography, Choices("atoms", two_sided=True, key=KEY))
    partition, everywhere = draft.cut({}), np.zeros(COMMUNES, dtype=np.intp)
    compared = 0
    for family in families(draft.pieces)[-6:]:
        attacked = programme(family, partition)
        for _, part in tangled(attacked, np.ones(len(attacked.targets), dtype=bool), everywhere):
            need = needed(prior_at_most(part), limits(part))
            found, exact = reach(part, need), extremes(part, warm=False)
            assert (
                (found.high - found.low < need - MARGIN) == (exact.high - exact.low < need - MARGIN)
            ).all()
            compared += len(need)
    assert compared > 300


def singles(piece: Piece) -> Cut:
    """Each commune with data in an atom of its own, shown."""
    everybody = alone(len(piece.n))
    return Cut(np.where(piece.loaded, everybody.atom, 0), everybody.shown, everybody.known)


@pytest.mark.parametrize("policy", ["atoms", "commune-mask"])
def test_bands_of_age_are_attacked_with_their_sums(policy: Policy) -> None:
    drawn = np.random.default_rng(5).integers(0, 40, (len(PLACES), 3)).tolist()
    released = built([tuple(cells) for cells in drawn], Choices(policy, key=KEY))
    report = audit(released.pieces, released.partition, geography_of_eighteen(), workers=0)
    assert report.unsafe > 0
    assert (report.rule, report.infeasible) == (0, 0)
    told = {piece.name: singles(piece) for piece in released.pieces}
    assert audit(released.pieces, told, geography_of_eighteen(), workers=0).exact > 0


def test_an_area_with_communes_that_nothing_may_hold_is_not_told(tmp_path: Path) -> None:
    """49 of at most 50 would leave each of five communes 9 or 10: no set may be told, and no area made of them."""
    found = made(tmp_path, "atoms", ald_08_diabete=((10, 400), (10, 400), (10, 400), (9, 400), (10, 400)))
    assert not found.partition["ald_08_diabete"].atom.any()
    rates = found.release.published.reference_rate[:, found.release.layout.indicators.index("ald_08_diabete")]
    assert (rates == HIDDEN).all()


def grid(*columns: int) -> Geography:
    """Communes of one département on a line, a degree apart."""
    return geography_of(
        [membership(f"01{rank:03}", centre=(float(column), 45.0)) for rank, column in enumerate(columns)],
        2026,
        "essai",
    )


def test_an_atom_at_fault_goes_with_the_nearest_of_several_communes() -> None:
    piece = row("n", [3, 30, 7, 8, 7, 8], among=[99] * 6)
    world = grid(0, 1, 8, 9, 4, 5)
    flags = [Flag("n", 0, "n", "exact"), Flag("n", 0, "d", "narrow")]
    partition = {"n": cut([1, 2, 3, 3, 4, 4])}
    # Commune 1 is nearer, and alone: what is left of it would have to be hidden too.
    assert merges(flags, [piece], partition, world) == {"n": [(0, 4)]}
    # With no other set of several, the nearest commune.
    assert merges(flags, [piece], {"n": cut([1, 2, 3, 4, 5, 6])}, world) == {"n": [(0, 1)]}


def test_where_no_centre_is_known_codes_tell_who_is_near() -> None:
    piece = row("n", [3, 30, 7, 8, 7, 8], among=[99] * 6)
    world = ground("01001", "01002", "01003", "01004", "01005", "01006")
    flags = [Flag("n", 5, "n", "exact")]
    assert merges(flags, [piece], {"n": cut([1, 1, 3, 3, 4, 5])}, world) == {"n": [(5, 3)]}


def test_alone_in_its_departement_an_atom_goes_with_the_next_and_never_out_of_the_row() -> None:
    piece = row("n", [3, 30, 7], among=[99] * 3)
    world = ground("01001", "02001", "02002")
    flags = [Flag("n", 0, "n", "exact")]
    assert merges(flags, [piece], {"n": cut([1, 2, 2])}, world) == {"n": [(0, 1)]}
    # What is in no atom cannot be joined with.
    assert merges(flags, [piece], {"n": cut([1, 0, 0])}, world) == {}


def test_what_the_truth_does_not_satisfy_is_no_reason_to_join() -> None:
    piece = row("n", [3, 30], among=[99] * 2)
    flags = [Flag("n", 0, "n", "infeasible")]
    assert merges(flags, [piece], {"n": alone(2)}, grid(0, 1)) == {}


def test_joining_stops_where_nothing_is_found_any_more() -> None:
    piece = row("n", [5, 6, 7, 40], among=[99] * 4)
    world, asked = grid(0, 1, 2, 3), []

    def cut_as_told(forced: Pairs) -> Partition:
        asked.append({name: list(pairs) for name, pairs in forced.items()})
        labels = np.arange(1, 5)
        for one, other in forced.get("n", []):
            labels[labels == labels[one]] = labels[other]
        return {"n": cut(labels.tolist())}

    partition, report = audited(cut_as_told, [piece], world, workers=0)
    assert asked[0] == {}
    assert report.passed
    assert report.repaired == sum(map(len, asked[-1].values())) > 0
    together: Mask = partition["n"].atom[:3] == partition["n"].atom[0]
    assert together.all()
