"""The wall: raw counts live in services/indicators, and no answer carries that of an unsafe commune."""

import inspect
import pkgutil
import re
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from services.indicators import raw
from services.indicators.building.publish import fingerprint
from services.indicators.folder.check import Checked
from services.indicators.folder.read import Reading
from services.indicators.folder.table import Table
from services.indicators.release import Published
from shared import schemas
from shared.schemas import base, catalogue, geo, geo_outline, indicators, indicators_profile, reports
from tests.unit.indicators.worlds import diagnostic, indicator, release_of, write_folder

CODES = ("83001", "83002", "83003", "83004", "83005")
# Numbers of one commune that are public: geography, residents, headcounts of open registers.
PUBLIC_NUMBERS = {
    "population",
    "qpv",
    "zonage_millesime",
    "total",
    "communes",
    "contour",
    "label",
    "centre",
    "polygones",
    "populations",
    "superficie_km2",
    "densite",
}
# What indicators answer: all their modules, those to come included.
ANSWERS = tuple(
    import_module(found.name)
    for found in pkgutil.iter_modules(schemas.__path__, f"{schemas.__name__}.")
    if found.name.startswith(indicators.__name__)
)
MODULES = (base, catalogue, geo, geo_outline, *ANSWERS, reports)
NUMBER = re.compile(r"\b(int|float|Decimal)\b")


def shapes(module: ModuleType) -> list[type[BaseModel]]:
    members = (value for _, value in inspect.getmembers(module, inspect.isclass))
    return [
        shape for shape in members if issubclass(shape, BaseModel) and shape.__module__ == module.__name__
    ]


def test_a_shape_of_one_commune_has_no_number_but_public_ones() -> None:
    of_a_place = [
        shape
        for module in MODULES
        for shape in shapes(module)
        if "code" in shape.model_fields and "level" not in shape.model_fields
    ]
    known = {geo.CommuneFacts, geo.Membership, indicators.CommuneHeadcount, base.Place}
    assert {*known, geo_outline.Outline, indicators_profile.TerritorySummary} <= set(of_a_place)
    for shape in of_a_place:
        numbers = {name for name, field in shape.model_fields.items() if NUMBER.search(str(field.annotation))}
        assert numbers <= PUBLIC_NUMBERS, shape.__name__


def test_communes_appear_in_answers_only_as_places_or_public_headcounts() -> None:
    for module in (*ANSWERS, reports):
        for shape in shapes(module):
            for name, field in shape.model_fields.items():
                kind = str(field.annotation)
                if "communes" in name and "int" not in kind:
                    allowed = ("Place", "CommuneHeadcount", "GivenCode", "str")
                    assert any(word in kind for word in allowed), f"{shape.__name__}.{name}: {kind}"


def test_no_shared_shape_has_the_name_of_a_raw_field() -> None:
    raw_names = {
        *("numerator", "denominator", "persons", "patients", "quantity", "largest_share"),
        *("patients_share", "quantity_share", "consumers"),
    }
    for module in MODULES:
        for shape in shapes(module):
            in_words = shape is catalogue.CatalogueEntry
            assert in_words or not raw_names & set(shape.model_fields), shape.__name__


def test_raw_counts_never_print_themselves() -> None:
    kinds = [kind for _, kind in inspect.getmembers(raw, inspect.isclass) if kind.__module__ == raw.__name__]
    assert {raw.RawCounts, raw.RawByAge, raw.RawReferences, raw.RawSupply, raw.RawRelease} <= set(kinds)
    silent: list[type[object]] = [*kinds, Table, Checked, Reading, Published]
    for kind in silent:
        assert kind.__repr__ is object.__repr__, kind.__name__


class Row(NamedTuple):
    """A line of one file: shown where its commune is safe, `hidden` (of a drawn number 0 to 4) where it is not."""

    file: str
    shown: str
    hidden: Callable[[int], str]


HEADERS = {
    "counts": "indicator,commune,numerator,denominator,persons",
    "professionals": "profession,commune,total,age_60_plus,age_65_plus",
    "activity": "profession,commune,professionals,patients,largest_share",
    "acts": "profession,commune,act,quantity,largest_share",
}
ROWS = (
    Row("counts", "consommants_17_plus,{},5000,,", lambda _: "consommants_17_plus,{},5000,,"),
    Row("counts", "consommants_70_plus,{},900,,", lambda n: f"consommants_70_plus,{{}},{n},,"),
    Row("counts", "ald_17_plus,{},900,5000,", lambda n: f"ald_17_plus,{{}},{n},5000,"),
    Row("counts", "ald_08_diabete,{},70,900,", lambda n: f"ald_08_diabete,{{}},{n},{n + 6},"),
    # The three indicators of a split: the margins may be shown, the cell where both meet may not.
    Row("counts", "sans_mt_17_plus,{},600,5000,", lambda _: "sans_mt_17_plus,{},600,5000,"),
    Row("counts", "css_17_plus,{},400,5000,", lambda _: "css_17_plus,{},400,5000,"),
    Row("counts", "sans_mt_css_17_plus,{},90,5000,", lambda n: f"sans_mt_css_17_plus,{{}},{n},5000,"),
    Row(
        "counts",
        "passages_urgences_sans_hospitalisation,{},600,5000,300",
        lambda n: f"passages_urgences_sans_hospitalisation,{{}},{30 + n},5000,{n + 1}",
    ),
    Row("professionals", "infirmier,{},20,9,6", lambda n: f"infirmier,{{}},20,{n},{n}"),
    Row("activity", "infirmier,{},10,900,0.2", lambda n: f"infirmier,{{}},4,{n * 100},0.2"),
    Row("activity", "orthoptiste,{},10,900,0.2", lambda n: f"orthoptiste,{{}},10,{n + 60},0.9"),
    Row("acts", "infirmier,{},ami,9000,0.2", lambda n: f"infirmier,{{}},ami,{n * 70},0.2"),
    Row("acts", "orthoptiste,{},amy,9000,0.2", lambda n: f"orthoptiste,{{}},amy,{n + 600},0.9"),
)
RATED = (
    *("ald_17_plus", "ald_08_diabete", "sans_mt_17_plus", "css_17_plus", "sans_mt_css_17_plus"),
    "passages_urgences_sans_hospitalisation",
)
AREAS = ("departement,83", "region,93", "france,FR")
REFERENCES = (
    "indicator,level,code,numerator,rate",
    *(f"{name},{area},,5.0" for name in RATED for area in AREAS),
    *(f"consommants_17_plus,{area},60000," for area in AREAS),
    *(f"consommants_70_plus,{area},7000," for area in AREAS),
)
small = st.lists(st.integers(0, 4), min_size=5, max_size=5)


@settings(max_examples=60, deadline=None)
@given(small, small, st.lists(st.booleans(), min_size=5, max_size=5))
def test_no_hidden_number_of_any_file_moves_the_release_or_an_answer(
    one: list[int], other: list[int], unsafe: list[bool]
) -> None:
    """References are the producer's: a sum over all communes tells what they are together, as it must."""

    def answers(of_the_unsafe: list[int]) -> list[str]:
        lines = {file: [header] for file, header in HEADERS.items()}
        for row in ROWS:
            for position, code in enumerate(CODES):
                text = row.hidden(of_the_unsafe[position]) if unsafe[position] else row.shown
                lines[row.file].append(text.format(code))
        lines["references"] = list(REFERENCES)
        consumers = ["commune,consumers", *(f"{code},9000" for code in CODES)]
        with tempfile.TemporaryDirectory() as name:
            release = release_of(write_folder(Path(name), consumers=consumers, **lines), CODES)
        found = [diagnostic(release, CODES), *(diagnostic(release, [code]) for code in CODES)]
        return [fingerprint(release.published), *(answer.model_dump_json() for answer in found)]

    assert answers(one) == answers(other)


cells = st.lists(st.integers(0, 10), min_size=5, max_size=5)


@settings(max_examples=40, deadline=None)
@given(cells, st.lists(st.booleans(), min_size=5, max_size=5), st.sets(st.sampled_from(CODES), min_size=1))
def test_an_unsafe_count_changes_no_answer_of_any_territory(
    few: list[int], unsafe: list[bool], inside: set[str]
) -> None:
    def answer(of_the_unsafe: list[int]) -> str:
        rows = ["indicator,commune,numerator,denominator"]
        for position, code in enumerate(CODES):
            n = of_the_unsafe[position] if unsafe[position] else 1000 + position
            rows.append(f"ald_08_diabete,{code},{n},5000")
        with tempfile.TemporaryDirectory() as name:
            folder = write_folder(
                Path(name),
                counts=rows,
                consumers=["commune,consumers", *(f"{code},9000" for code in CODES)],
                references=["indicator,level,code,rate"]
                + [f"ald_08_diabete,{area},5.0" for area in ("departement,83", "region,93", "france,FR")],
            )
            release = release_of(folder, CODES)
        found = diagnostic(release, sorted(inside))
        hidden = {code for code, is_unsafe in zip(CODES, unsafe, strict=True) if is_unsafe}
        out = indicator(found, "ald_08_diabete").neutralised.communes
        assert {place.code for place in out} == hidden & inside
        return found.model_dump_json()

    # The release id included: it is made from released values only.
    assert answer(few) == answer([10 - n for n in few])
