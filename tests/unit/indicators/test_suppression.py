"""The primary rule: which cells of a commune may be published (CONFIDENTIALITY, DOMAIN §2)."""

from pathlib import Path

import pytest

from shared.schemas.indicators import Status
from tests.unit.indicators.worlds import TOML, diagnostic, indicator, release_of, write_folder

BOTH = ("83001", "83002")
HEADER = "indicator,commune,numerator,denominator,persons"


def status_of(
    tmp_path: Path, name: str, cells: str, *, consumers: int = 1000, two_sided: bool = False
) -> Status:
    """Status of a commune alone, whose row is `cells`."""
    folder = write_folder(
        tmp_path,
        counts=[HEADER, f"{name},83001,{cells}"],
        consumers=["commune,consumers", f"83001,{consumers}"],
    )
    release = release_of(folder, BOTH, two_sided=two_sided)
    return indicator(diagnostic(release, ["83001"]), name).status


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ("11,100,", Status.PUBLISHED),
        ("10,100,", Status.SUPPRESSED),
        ("0,100,", Status.SUPPRESSED),
        ("11,11,", Status.PUBLISHED),
        ("95,100,", Status.PUBLISHED),
    ],
)
def test_eleven_people_are_needed_zero_is_too_few(tmp_path: Path, cells: str, status: Status) -> None:
    assert status_of(tmp_path, "depistage_sein", cells) is status


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ("40,30,11", Status.PUBLISHED),
        ("40,30,10", Status.SUPPRESSED),
        ("40,10,20", Status.SUPPRESSED),
        ("40,30,", Status.PUBLISHED),
    ],
)
def test_events_are_counted_by_the_persons_behind_them(tmp_path: Path, cells: str, status: Status) -> None:
    assert status_of(tmp_path, "passages_urgences_sans_hospitalisation", cells) is status


def test_two_sided_also_protects_the_few_who_are_not_screened(tmp_path: Path) -> None:
    assert status_of(tmp_path, "depistage_sein", "95,100,", two_sided=True) is Status.SUPPRESSED
    assert status_of(tmp_path, "depistage_sein", "89,100,", two_sided=True) is Status.PUBLISHED
    assert status_of(tmp_path, "ald_08_diabete", "95,100,", two_sided=True) is Status.PUBLISHED


@pytest.mark.parametrize(("consumers", "status"), [(49, Status.UNAVAILABLE), (50, Status.PUBLISHED)])
def test_a_commune_under_fifty_consumers_is_unavailable(
    tmp_path: Path, consumers: int, status: Status
) -> None:
    assert status_of(tmp_path, "ald_08_diabete", "20,49,", consumers=consumers) is status


def test_a_release_says_that_its_codes_are_of_another_cog(tmp_path: Path) -> None:
    files = {
        "counts": [HEADER, "ald_08_diabete,83001,20,40,"],
        "consumers": ["commune,consumers", "83001,100"],
    }
    other = release_of(write_folder(tmp_path, TOML.replace("2026", "2024"), **files), BOTH).facts
    assert "COG 2024 selon le producteur, lus avec le COG 2026" in str(other.sources[0].definition)
    assert release_of(write_folder(tmp_path, **files), BOTH).facts.sources[0].definition is None


def test_an_event_without_persons_says_that_its_threshold_is_weaker(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path,
        counts=[HEADER, "admissions_directes_medecine,83001,20,40,"],
        consumers=["commune,consumers", "83001,100"],
    )
    sources = {source.indicator: source for source in release_of(folder, BOTH).facts.sources}
    assert "Personnes distinctes" in str(sources["admissions_directes_medecine"].definition)
    assert sources[None].definition is None
