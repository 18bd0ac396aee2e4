from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from services.geo.imports.ids import reference_id
from services.geo.imports.reading import ReferencePatch
from services.geo.imports.records import (
    CommuneRow,
    DepartementRow,
    EpciRow,
    OldCodeRow,
    Reference,
    RegionRow,
    SourceRow,
)
from services.geo.imports.reference_patch import patched, same_shapes
from shared.errors import BadReference


def commune(code: str, population: int | None = 1000, **changes: Any) -> CommuneRow:
    facts: dict[str, Any] = {
        "code": code,
        "nom": f"Commune {code}",
        "nature": "commune",
        "parent": None,
        "departement": "83",
        "region": "93",
        "epci": "200",
        "siren": f"21{code}",
        "codes_postaux": (f"{code[:3]}00",),
        "population": population,
    }
    return CommuneRow(**{**facts, **changes})


def bare(code: str, **changes: Any) -> CommuneRow:
    """A commune as the COG gives it: no postal code, EPCI nor population."""
    return commune(code, None, epci=None, siren=None, codes_postaux=(), **changes)


def box(column: int) -> bytes:
    wkb: bytes = shapely.box(column, 43, column + 1, 44).wkb
    return wkb


def reference(*codes: str, contours: Mapping[str, bytes] | None = None) -> Reference:
    made = {code: box(number) for number, code in enumerate(codes)}
    return Reference(
        id="cog2025-base",
        cog=2025,
        sources=(SourceRow("Communes", "Insee", "2025", None), SourceRow("Contours", "IGN", "2025", None)),
        communes=tuple(commune(code) for code in codes),
        old_codes=(OldCodeRow("83900", codes[0], "ancien", "Vieille"),),
        departements=(DepartementRow("83", "Var", "93"),),
        regions=(RegionRow("93", "PACA"),),
        epcis=(EpciRow("200", "CC", "CC"), EpciRow("201", "CA", "CA")),
        zonage=(),
        contours=dict(made if contours is None else contours),
    )


BASE = reference("83001", "83002", "83003")
COG = ReferencePatch(cog=2026, objet="Communes", source="Insee, v_commune", millesime="2026")


def found(base: Reference, code: str) -> CommuneRow:
    return next(row for row in base.communes if row.code == code)


def test_a_new_cog_keeps_what_it_does_not_say() -> None:
    named = bare("83001", nom="Nouveau nom")
    made = patched(BASE, replace(COG, communes=(named, bare("83002"), bare("83003")))).reference
    assert made.cog == 2026
    assert found(made, "83001") == replace(commune("83001"), nom="Nouveau nom")
    assert made.communes[1:] == BASE.communes[1:]
    assert made.contours == BASE.contours
    assert made.sources == (SourceRow("Communes", "Insee, v_commune", "2026", None), BASE.sources[1])


def test_a_merged_commune_takes_people_postal_codes_ground_and_old_codes_of_both() -> None:
    merged = replace(
        COG,
        communes=(bare("83002"), bare("83003")),
        old_codes=(OldCodeRow("83001", "83002", "deleguee", "Commune 83001"),),
    )
    made = patched(BASE, merged)
    row = found(made.reference, "83002")
    assert (row.population, row.codes_postaux, row.epci) == (2000, ("83000",), "200")
    assert shapely.from_wkb(made.reference.contours["83002"]).equals(shapely.box(0, 43, 2, 44))
    assert "83001" not in made.reference.contours
    assert {(old.code, old.actuel) for old in made.reference.old_codes} == {
        ("83001", "83002"),
        ("83900", "83002"),
    }
    assert made.notices == ()


def test_a_restored_commune_and_the_one_it_left_have_no_known_population_and_it_is_said() -> None:
    back = replace(COG, communes=tuple(bare(code) for code in ("83001", "83002", "83003", "83900")))
    made = patched(BASE, back)
    assert found(made.reference, "83900").population is None
    assert found(made.reference, "83001").population is None
    assert made.reference.old_codes == ()
    assert "83001, 83900" in made.notices[0]
    assert "sans contour" in made.notices[1]


def test_the_polygon_of_a_restored_commune_is_taken_from_the_one_it_left() -> None:
    both: bytes = shapely.box(0, 43, 2, 44).wkb
    base = reference("83001", contours={"83001": both})
    back = replace(COG, communes=(bare("83001"), bare("83900")), old_contours={"83900": box(1)})
    made = patched(base, back).reference
    assert shapely.from_wkb(made.contours["83001"]).equals(shapely.from_wkb(box(0)))
    assert made.contours["83900"] == box(1)


def test_a_commune_gone_without_successor_is_said() -> None:
    made = patched(BASE, replace(COG, communes=(bare("83001"), bare("83002"))))
    assert "83003" in made.notices[0]
    assert "mouvements" in made.notices[0]


def test_contours_of_a_departement_replace_those_alone() -> None:
    some = ReferencePatch(contours={"83002": box(9)}, objet="Contours", source="IGN", partial=True)
    made = patched(BASE, some).reference
    assert made.contours == {**BASE.contours, "83002": box(9)}
    assert made.communes == BASE.communes
    assert [row.objet for row in made.sources] == ["Communes", "Contours", "Contours"]
    whole = ReferencePatch(contours=BASE.contours, objet="Contours", source="IGN", millesime="2026")
    assert [row.millesime for row in patched(made, whole).reference.sources] == ["2025", "2026"]


def test_contours_of_an_older_year_join_in_the_communes_of_today() -> None:
    older = ReferencePatch(contours={"83001": box(0), "83900": box(7)}, objet="Contours", source="IGN")
    made = patched(BASE, older).reference
    assert shapely.from_wkb(made.contours["83001"]).area == pytest.approx(2)
    assert made.contours["83002"] == BASE.contours["83002"]


def test_populations_and_epci_change_nobody_else() -> None:
    counted = patched(BASE, ReferencePatch(populations={"83002": 5}, objet="Populations", source="Insee"))
    assert [row.population for row in counted.reference.communes] == [1000, 5, 1000]
    assert same_shapes(counted.reference, BASE)
    moved = ReferencePatch(
        epcis=BASE.epcis, epci_of={"83002": "201", "83001": "200"}, objet="EPCI", source="x"
    )
    made = patched(BASE, moved).reference
    assert [row.epci for row in made.communes] == ["200", "201", None]
    assert not same_shapes(made, BASE)


def test_a_commune_of_an_unknown_departement_is_refused() -> None:
    with pytest.raises(BadReference, match="98"):
        patched(BASE, replace(COG, communes=(bare("98001", departement="98"),)))


def test_the_same_patch_twice_says_nothing_new_and_gives_the_same_id() -> None:
    patch = ReferencePatch(populations={"83002": 5}, objet="Populations", source="Insee", millesime="2026")
    once = patched(BASE, patch)
    twice = patched(once.reference, patch)
    assert not once.same
    assert twice.same
    assert twice.reference.id == once.reference.id


@given(st.dictionaries(st.sampled_from(["83001", "83002", "83003"]), st.integers(0, 10**6)))
def test_a_patch_over_itself_is_itself(populations: dict[str, int]) -> None:
    patch = ReferencePatch(populations=populations, objet="Populations", source="Insee")
    once = patched(BASE, patch).reference
    again = patched(once, patch)
    assert again.same
    assert again.reference == once
    assert once.id == reference_id(once)
