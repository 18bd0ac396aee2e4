"""Indicators of a territory: what is summed, left out, compared, and what has no value."""

from pathlib import Path

import pytest

from services.indicators.release import Release
from shared.schemas.geo import Zonage
from shared.schemas.indicators import Diagnostic, SplitAnswer, Status
from tests.unit.indicators.worlds import diagnostic, indicator, release_of, write_folder

CODES = ("83001", "83002", "83003", "83004")
HEADER = "indicator,commune,numerator,denominator"
CONSUMERS = ("commune,consumers", *(f"{code},1000" for code in CODES))


def made(
    tmp_path: Path, *rows: str, references: tuple[str, ...] = (), codes: tuple[str, ...] = CODES
) -> Release:
    files = (
        {"references": ("indicator,level,code,numerator,denominator,rate", *references)} if references else {}
    )
    folder = write_folder(tmp_path, counts=[HEADER, *rows], consumers=CONSUMERS, **files)
    return release_of(folder, codes)


def split(answer: Diagnostic, name: str) -> SplitAnswer:
    return next(found for found in answer.splits if found.id == name)


def test_a_neutralised_commune_leaves_both_sides_of_the_rate(tmp_path: Path) -> None:
    release = made(
        tmp_path,
        "ald_08_diabete,83001,50,1000",
        "ald_08_diabete,83002,10,1000",
        "ald_08_diabete,83003,40,800",
    )
    found = indicator(diagnostic(release, CODES[:3]), "ald_08_diabete")
    assert (found.rate, found.count) == (5.0, 90)
    assert [place.code for place in found.neutralised.communes] == ["83002"]
    assert (found.neutralised.rate, found.covered_population_share) == (33.3, 66.7)


def test_where_all_are_left_out_there_is_neither_count_nor_rate(tmp_path: Path) -> None:
    release = made(tmp_path, "ald_08_diabete,83001,5,1000", references=("ald_08_diabete,france,FR,,,5.1",))
    found = indicator(diagnostic(release, ["83001"]), "ald_08_diabete")
    assert (found.status, found.rate, found.count) == (Status.SUPPRESSED, None, None)
    assert [reference.difference for reference in found.references] == [None, None, None]


def test_no_row_for_the_communes_is_unavailable_and_none_at_all_is_missing(tmp_path: Path) -> None:
    answer = diagnostic(made(tmp_path, "ald_08_diabete,83001,50,1000"), ["83002"])
    assert indicator(answer, "ald_08_diabete").status is Status.UNAVAILABLE
    assert indicator(answer, "ald_13_maladie_coronaire").status is Status.MISSING
    assert answer.top_ald == ()


def test_a_commune_that_the_release_does_not_know_is_left_out(tmp_path: Path) -> None:
    release = made(tmp_path, "ald_08_diabete,83001,50,1000")
    found = indicator(diagnostic(release, ["83001", "83999"]), "ald_08_diabete")
    assert (found.count, [place.code for place in found.neutralised.communes]) == (50, ["83999"])


@pytest.mark.parametrize(
    ("counts", "rate", "status"),
    [
        ((50, 20, 40, 30), 3.5, Status.PUBLISHED),
        ((50, 3, 40, 30), 3.1, Status.PUBLISHED),
        ((50, 20, 40), None, Status.MISSING),
        ((1, 2, 3, 4), None, Status.SUPPRESSED),
    ],
    ids=["all published", "one hidden", "one without data", "fewer than eleven in all"],
)
def test_a_reference_is_summed_where_all_have_data_and_it_may_be_told(
    tmp_path: Path, counts: tuple[int, ...], rate: float | None, status: Status
) -> None:
    rows = [f"ald_08_diabete,{code},{n},1000" for code, n in zip(CODES, counts, strict=False)]
    found = indicator(diagnostic(made(tmp_path, *rows), ["83001"]), "ald_08_diabete")
    assert [(reference.rate, reference.status) for reference in found.references] == [(rate, status)] * 3
    assert {reference.count for reference in found.references} == {None}


def test_a_count_is_summed_like_a_rate(tmp_path: Path) -> None:
    rows = [f"consommants_17_plus,{code},{n}," for code, n in zip(CODES, (50, 20, 40, 30), strict=True)]
    found = indicator(diagnostic(made(tmp_path / "a", *rows), CODES), "consommants_17_plus")
    assert [reference.count for reference in found.references] == [140] * 3
    rows = [f"consommants_17_plus,{code},2," for code in CODES]
    found = indicator(diagnostic(made(tmp_path / "b", *rows), CODES), "consommants_17_plus")
    assert {(reference.count, reference.status) for reference in found.references} == {
        (None, Status.SUPPRESSED)
    }


@pytest.mark.parametrize(
    "row",
    [
        "ald_08_diabete,departement,83,10,1000,",
        "passages_urgences_sans_hospitalisation,departement,83,40,10,",
    ],
)
def test_a_producers_counts_under_eleven_are_not_published(tmp_path: Path, row: str) -> None:
    name = row.split(",", maxsplit=1)[0]
    release = made(tmp_path, f"{name},83001,50,1000", references=(row, "consommants_17_plus,france,FR,10,,"))
    answer = diagnostic(release, ["83001"])
    assert indicator(answer, name).references[0].status is Status.MISSING
    assert indicator(answer, "consommants_17_plus").references[2].status is Status.MISSING


def test_the_producers_reference_wins_as_counts_or_as_a_rate(tmp_path: Path) -> None:
    release = made(
        tmp_path,
        "ald_08_diabete,83001,50,1000",
        "consommants_17_plus,83001,900,",
        references=(
            "ald_08_diabete,departement,83,95,2000,",
            "ald_08_diabete,region,93,,,4.25",
            "consommants_17_plus,france,,53000000,,",
        ),
    )
    answer = diagnostic(release, ["83001"])
    given = indicator(answer, "ald_08_diabete").references
    assert [(r.rate, r.difference, r.count) for r in given] == [
        (4.8, 0.2, None),
        (4.3, 0.7, None),
        (None, None, None),
    ]
    assert indicator(answer, "consommants_17_plus").references[2].count == 53_000_000


CROSSED = (
    "sans_mt_17_plus,83001,100,1000",
    "css_17_plus,83001,120,1000",
    "sans_mt_css_17_plus,83001,20,1000",
)


def test_a_split_gives_four_cells_that_add_up(tmp_path: Path) -> None:
    found = split(diagnostic(made(tmp_path, *CROSSED), ["83001"]), "mt_css_17_plus")
    assert [(cell.count, cell.rate) for cell in found.cells] == [
        (20, 2.0),
        (80, 8.0),
        (100, 10.0),
        (800, 80.0),
    ]


@pytest.mark.parametrize(
    "second",
    [
        ("sans_mt_17_plus,83002,30,500", "css_17_plus,83002,60,500", "sans_mt_css_17_plus,83002,20,500"),
        ("sans_mt_17_plus,83002,100,500", "css_17_plus,83002,60,500", "sans_mt_css_17_plus,83002,10,500"),
        ("sans_mt_17_plus,83002,100,500", "css_17_plus,83002,60,499", "sans_mt_css_17_plus,83002,20,500"),
    ],
    ids=["one margin minus the cell is 10", "the cell is 10", "the denominators differ"],
)
def test_one_unsafe_cell_takes_the_commune_out_of_the_whole_split(
    tmp_path: Path, second: tuple[str, ...]
) -> None:
    answer = diagnostic(made(tmp_path, *CROSSED, *second), CODES[:2])
    found = split(answer, "mt_css_17_plus")
    assert [cell.count for cell in found.cells] == [20, 80, 100, 800]
    assert [place.code for place in found.neutralised.communes] == ["83002"]
    alone = split(diagnostic(made(tmp_path / "b", *CROSSED, *second), ["83002"]), "mt_css_17_plus")
    assert (alone.status, alone.cells) == (Status.SUPPRESSED, ())


# One more commune, without data: no total of the département is known, so none but the unsafe one is hidden.
MORE = (*CODES, "83005")
WITHOUT_MT = tuple(f"sans_mt_17_plus,{code},{n},900" for code, n in zip(CODES, (50, 5, 40, 30), strict=True))


def test_the_sum_over_zip_and_zac_is_made_from_published_pieces(tmp_path: Path) -> None:
    zonages = dict(zip(CODES, (Zonage.ZIP, Zonage.ZAC, Zonage.HZ, Zonage.ZAC), strict=True))
    found = indicator(
        diagnostic(made(tmp_path, *WITHOUT_MT, codes=MORE), CODES, zonages), "sans_mt_zone_sous_dense"
    )
    assert (found.count, found.rate, found.unit) == (80, None, "count")
    assert [place.code for place in found.neutralised.communes] == ["83002"]
    assert found.covered_population_share == 66.7


@pytest.mark.parametrize(
    ("zonages", "status"),
    [
        (dict.fromkeys(CODES, Zonage.HZ), Status.NOT_APPLICABLE),
        ({}, Status.UNAVAILABLE),
        ({"83001": Zonage.HZ, "83002": Zonage.ZIP}, Status.SUPPRESSED),
    ],
)
def test_without_any_commune_in_zip_or_zac_it_does_not_apply(
    tmp_path: Path, zonages: dict[str, Zonage], status: Status
) -> None:
    found = indicator(diagnostic(made(tmp_path, *WITHOUT_MT), CODES, zonages), "sans_mt_zone_sous_dense")
    assert (found.status, found.count) == (status, None)


def test_a_commune_of_unknown_zonage_is_left_out_and_named_not_taken_for_hors_zone(tmp_path: Path) -> None:
    zonages = {"83001": Zonage.ZIP, "83002": Zonage.HZ, "83004": Zonage.ZAC}
    release = made(tmp_path, *WITHOUT_MT, codes=MORE)
    found = indicator(diagnostic(release, CODES, zonages), "sans_mt_zone_sous_dense")
    assert (found.status, found.count) == (Status.PUBLISHED, 80)
    assert [place.code for place in found.neutralised.communes] == ["83003"]
    assert (found.neutralised.rate, found.covered_population_share) == (25.0, 66.7)
    none_inside = indicator(diagnostic(release, CODES, {"83002": Zonage.HZ}), "sans_mt_zone_sous_dense")
    assert none_inside.status is Status.UNAVAILABLE
    assert [place.code for place in none_inside.neutralised.communes] == ["83001", "83003", "83004"]


@pytest.mark.parametrize(
    ("given", "status"), [(29, Status.PUBLISHED), (33, Status.SUPPRESSED), (40, Status.PUBLISHED)]
)
def test_rows_given_for_it_make_it_an_ordinary_count(tmp_path: Path, given: int, status: Status) -> None:
    """Of 40 people without médecin traitant: 11 others, 7 (who could be told), or the same."""
    release = made(tmp_path, *WITHOUT_MT, f"sans_mt_zone_sous_dense,83003,{given},")
    found = indicator(diagnostic(release, CODES), "sans_mt_zone_sous_dense")
    assert (found.status, found.count) == (status, given if status is Status.PUBLISHED else None)


def test_residents_by_age_add_up_and_absent_communes_are_named(tmp_path: Path) -> None:
    bands = ("0-14", "15-29", "30-44", "45-59", "60-74", "75-89", "90+")
    folder = write_folder(
        tmp_path,
        counts=[HEADER],
        consumers=CONSUMERS,
        population=["commune,band,value", *(f"83001,{band},{10 * rank}" for rank, band in enumerate(bands))],
    )
    found = diagnostic(release_of(folder, CODES), CODES[:2]).population_by_age
    assert (found.population, [band.value for band in found.bands]) == (210, [0, 10, 20, 30, 40, 50, 60])
    assert [place.code for place in found.communes_absentes] == ["83002"]
    nothing = diagnostic(release_of(folder, CODES), ["83002"]).population_by_age
    assert (nothing.status, nothing.population, nothing.bands) == (Status.UNAVAILABLE, None, ())


def test_the_top_ald_are_ranked_by_released_rate_whatever_is_left_out(tmp_path: Path) -> None:
    rows = (
        "ald_08_diabete,83001,50,1000",
        "ald_08_diabete,83002,5,1000",
        "ald_13_maladie_coronaire,83001,40,1000",
        "ald_13_maladie_coronaire,83002,40,1000",
        "ald_30_tumeur_maligne,83001,20,1000",
        "ald_30_tumeur_maligne,83002,20,1000",
    )
    answer = diagnostic(made(tmp_path, *rows, codes=MORE), CODES[:2])
    # The count of diabetes, 50 where a commune is hidden, is under that of the second, 80.
    assert answer.top_ald == ("ald_08_diabete", "ald_13_maladie_coronaire", "ald_30_tumeur_maligne")
    assert indicator(answer, "ald_08_diabete").covered_population_share == 50.0
