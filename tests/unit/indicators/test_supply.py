"""Professionals of a territory: public headcounts, protected patients, acts and ages."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.schemas.indicators import Activity, Demography, Diagnostic, Neutralised, Status
from tests.unit.indicators.worlds import CATALOGUE, diagnostic, indicator, release_of, write_folder

CODES = ("83001", "83002", "83003", "83004", "83005")
NO_COUNTS = {
    "counts": "indicator,commune,numerator,denominator\n",
    "consumers": ["commune,consumers", *(f"{code},1000" for code in CODES)],
}
ACTIVITY = "profession,commune,professionals,patients,largest_share"
ACTS = "profession,commune,act,quantity,largest_share"


def answered(folder: Path, **files: list[str]) -> Diagnostic:
    return diagnostic(release_of(write_folder(folder, **NO_COUNTS, **files), CODES), CODES)


def activity(answer: Diagnostic, profession: str = "infirmier") -> Activity:
    return next(found for found in answer.activity if found.profession == profession)


def demography(answer: Diagnostic, profession: str) -> Demography:
    return next(found for found in answer.demography if found.profession == profession)


row = st.tuples(
    st.integers(0, 12), st.one_of(st.none(), st.integers(0, 40)), st.one_of(st.none(), st.floats(0, 1))
)


@given(st.lists(st.one_of(st.none(), row), min_size=5, max_size=5))
def test_sans_activite_neutralisees_and_montrees_are_all_the_communes(
    rows: list[tuple[int, int | None, float | None] | None],
) -> None:
    lines = [ACTIVITY]
    for code, cells in zip(CODES, rows, strict=True):
        if cells:
            active, patients, share = cells
            seen = "" if patients is None else (patients if active else 0)
            lines.append(f"infirmier,{code},{active},{seen},{'' if share is None else f'{share:.3f}'}")
    with tempfile.TemporaryDirectory() as folder:
        answer = answered(Path(folder), activity=lines)
    if not answer.activity:
        assert all(cells is None for cells in rows)
        return
    found = activity(answer)
    parts = (found.communes_sans_activite, found.communes_neutralisees, found.communes_montrees)
    assert sum(parts) == len(CODES)
    assert found.communes_sans_activite == sum(cells is None or cells[0] == 0 for cells in rows)
    shown = [
        c for c in rows if c and c[0] >= 5 and (c[1] or 0) >= 11 and not (c[2] and round(c[2], 3) > 0.85)
    ]
    assert found.communes_montrees == len(shown)
    assert found.professionals - found.professionnels_neutralises == sum(cells[0] for cells in shown)
    assert (found.patients_par_professionnel.value is None) == (not shown)


def test_patients_and_acts_per_professional_leave_the_small_and_the_dominated_out(tmp_path: Path) -> None:
    answer = answered(
        tmp_path,
        activity=[
            ACTIVITY,
            "infirmier,83001,10,1000,0.2",
            "infirmier,83002,4,900,0.3",
            "infirmier,83003,6,900,0.86",
            "infirmier,83004,5,605,0.85",
        ],
        acts=[ACTS, "infirmier,83001,ami,30000,0.9", "infirmier,83004,AMI,10000,40"],
        activity_references=["profession,level,code,patients_per_professional", "infirmier,france,FR,230"],
        acts_references=[
            "profession,act,level,code,quantity_per_professional",
            "infirmier,ami,region,93,5000",
        ],
    )
    found = activity(answer)
    assert (found.professionals, found.professionnels_neutralises) == (25, 10)
    assert found.patients_par_professionnel.value == 107
    assert [reference.value for reference in found.patients_par_professionnel.references] == [None, None, 230]
    ami, ais = found.actes
    assert (ami.act, ami.quantity_per_professional.value) == ("ami", 2000)
    assert ami.quantity_per_professional.references[1].value == 5000
    assert ais.quantity_per_professional.status is Status.MISSING


def test_an_act_dropped_for_dominance_shows_what_its_value_covers(tmp_path: Path) -> None:
    answer = answered(
        tmp_path,
        activity=[ACTIVITY, "infirmier,83001,17,1000,0.2", "infirmier,83002,23,900,0.3"],
        acts=[ACTS, "infirmier,83001,ami,30000,0.4", "infirmier,83002,ami,9000,0.9"],
    )
    found = activity(answer)
    ami, ais = (act.quantity_per_professional for act in found.actes)
    patients = found.patients_par_professionnel
    assert (patients.professionals, patients.neutralised) == (40, Neutralised(communes=(), rate=0.0))
    assert (ami.professionals, found.professionals) == (17, 40)
    assert ami.neutralised is not None
    assert ([place.code for place in ami.neutralised.communes], ami.neutralised.rate) == (["83002"], 20.0)
    assert (ais.status, ais.professionals, ais.neutralised) == (Status.MISSING, None, None)


AGES = (
    "profession,commune,total,age_60_plus,age_65_plus",
    "infirmier,83001,20,6,4",
    "infirmier,83002,14,10,5",
    "infirmier,83003,3,3,0",
)


def test_an_age_shows_what_its_value_covers(tmp_path: Path) -> None:
    found = demography(answered(tmp_path, professionals=[*AGES]), "infirmier")
    assert (found.age_60_plus.professionals, found.age_65_plus.professionals) == (34, 14)
    assert found.age_65_plus.neutralised is not None
    assert [place.code for place in found.age_65_plus.neutralised.communes] == ["83001", "83003"]
    assert found.age_65_plus.neutralised.rate == 40.0


def test_those_of_sixty_to_sixty_four_cannot_be_told_by_difference(tmp_path: Path) -> None:
    rows = ["infirmier,83001,20,9,6", "infirmier,83002,20,15,8"]
    found = demography(answered(tmp_path, professionals=[AGES[0], *rows]), "infirmier")
    assert (found.age_60_plus.value, found.age_65_plus.value) == (24, 8)


PARIS = ("75056", "75101", "75102")


def paris(folder: Path, given: tuple[str, ...], asked: tuple[str, ...]) -> Diagnostic:
    """Answer for `asked` from professionals, activity and counts given for `given` (and for 83001)."""
    rows = ("83001", *given)
    written = write_folder(
        folder,
        counts=["indicator,commune,numerator,denominator", *(f"ald_08_diabete,{c},50,900" for c in rows)],
        consumers=["commune,consumers", *(f"{code},1000" for code in rows)],
        professionals=[
            "profession,commune,total,age_60_plus,age_65_plus",
            *(f"infirmier,{code},20,9,6" for code in rows),
            "sage_femme,83001,20,9,6",
        ],
        activity=[ACTIVITY, *(f"infirmier,{code},10,900,0.2" for code in rows)],
        acts=[ACTS, *(f"infirmier,{code},ami,900,0.2" for code in rows)],
    )
    return diagnostic(release_of(written, (*PARIS, "83001")), asked)


@pytest.mark.parametrize(
    ("given_for", "asked"),
    [(PARIS[:1], PARIS[1:]), (PARIS[1:], PARIS[:1]), (PARIS[1:2], PARIS[:1]), ((), ("99999",))],
    ids=["only the city is given", "only arrondissements are", "only one is", "nobody knows the commune"],
)
def test_what_is_known_of_the_city_says_nothing_of_its_arrondissements_nor_the_reverse(
    tmp_path: Path, given_for: tuple[str, ...], asked: tuple[str, ...]
) -> None:
    answer = paris(tmp_path, given_for, asked)
    nurses, found = demography(answer, "infirmier"), activity(answer)
    assert (nurses.status, nurses.total, nurses.communes) == (Status.UNAVAILABLE, None, ())
    assert {nurses.age_60_plus.status, nurses.age_65_plus.status} == {Status.UNAVAILABLE}
    assert [place.code for place in nurses.communes_absentes] == list(asked)
    assert (found.communes_sans_activite, found.communes_neutralisees, found.communes_montrees) == (
        *(0, len(asked)),
        0,
    )
    assert found.patients_par_professionnel.status is Status.UNAVAILABLE
    assert found.actes[0].quantity_per_professional.status is Status.UNAVAILABLE
    assert [place.code for place in found.communes_absentes] == list(asked)
    assert indicator(answer, "ald_08_diabete").status is Status.UNAVAILABLE


def test_a_territory_partly_covered_counts_what_is_and_names_the_rest(tmp_path: Path) -> None:
    answer = paris(tmp_path, PARIS[:1], ("75101", "83001"))
    nurses, found = demography(answer, "infirmier"), activity(answer)
    assert (nurses.status, nurses.total) == (Status.PUBLISHED, 20)
    assert [place.code for place in nurses.communes_absentes] == ["75101"]
    assert (found.communes_neutralisees, found.communes_montrees, found.professionals) == (1, 1, 10)
    assert found.patients_par_professionnel.neutralised is not None
    assert [place.code for place in found.patients_par_professionnel.neutralised.communes] == ["75101"]


def test_an_arrondissement_without_a_row_where_others_have_one_has_nobody(tmp_path: Path) -> None:
    answer = paris(tmp_path, PARIS[1:2], PARIS[2:])
    assert demography(answer, "infirmier").total == activity(answer).professionals == 0
    assert activity(answer).communes_sans_activite == 1
    # Neither the city nor an arrondissement has a midwife.
    assert (demography(answer, "sage_femme").total, demography(answer, "sage_femme").status) == (
        0,
        Status.PUBLISHED,
    )


def test_a_release_says_whether_dominance_was_checked(tmp_path: Path) -> None:
    with_share = answered(tmp_path / "a", activity=[ACTIVITY, "infirmier,83001,10,1000,0.2"])
    without = answered(tmp_path / "b", activity=[ACTIVITY, "infirmier,83001,10,1000,"])
    assert (with_share.release.dominance_checked, without.release.dominance_checked) == (True, False)


def test_headcounts_are_public_and_ages_are_sums_of_five_or_more(tmp_path: Path) -> None:
    answer = answered(
        tmp_path,
        professionals=[
            *AGES,
            "pharmacie,83001,2,,",
            "sage_femme,83001,0,0,0",
        ],
    )
    nurses, pharmacies = demography(answer, "infirmier"), demography(answer, "pharmacie")
    assert demography(answer, "sage_femme").age_60_plus.status is Status.NOT_APPLICABLE
    assert nurses.total == 37
    assert [(place.code, place.total) for place in nurses.communes] == [
        ("83001", 20),
        ("83002", 14),
        ("83003", 3),
    ]
    assert (nurses.age_60_plus.value, nurses.age_65_plus.value) == (16, 5)
    assert (pharmacies.total, pharmacies.age_60_plus.status) == (2, Status.NOT_APPLICABLE)


def test_without_the_files_there_is_no_activity_and_no_demography(tmp_path: Path) -> None:
    answer = answered(tmp_path)
    assert (answer.activity, answer.demography) == ((), ())
    assert len(CATALOGUE.acts) == 10


def test_no_age_is_told_of_a_part_of_a_profession(tmp_path: Path) -> None:
    # 20 - 17: the 3 who are in no part would be told.
    rows = ["medecin_generaliste,83001,40,20,12", "medecin_generaliste_mep,83001,20,17,9"]
    answer = answered(tmp_path, professionals=[AGES[0], *rows])
    whole, part = (demography(answer, name) for name in ("medecin_generaliste", "medecin_generaliste_mep"))
    assert (whole.age_60_plus.value, whole.age_65_plus.value) == (20, 12)
    assert (part.total, part.age_60_plus.status, part.age_65_plus.status) == (20, *[Status.MISSING] * 2)


def test_no_age_is_told_of_a_commune_under_fifty_consumers(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path,
        counts="indicator,commune,numerator,denominator\n",
        consumers=["commune,consumers", "83001,49", "83002,50"],
        professionals=[AGES[0], "infirmier,83001,20,9,", "infirmier,83002,20,8,"],
    )
    found = demography(diagnostic(release_of(folder, CODES[:2]), CODES[:2]), "infirmier")
    assert (found.total, found.age_60_plus.value) == (40, 8)


def test_a_mean_of_a_larger_area_is_told_in_whole_units(tmp_path: Path) -> None:
    answer = answered(
        tmp_path,
        activity=[ACTIVITY, "medecin_generaliste,83001,3,1234,0.4", "medecin_generaliste,83002,58,48320,0.1"],
        activity_references=[
            "profession,level,code,patients_per_professional",
            "medecin_generaliste,departement,83,812.36",
        ],
    )
    value = activity(answer, "medecin_generaliste").patients_par_professionnel
    assert [reference.value for reference in value.references] == [812, None, None]
