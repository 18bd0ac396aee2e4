"""The wall: raw counts live in services/indicators, and no answer carries that of an unsafe commune."""

import inspect
import re
import tempfile
from pathlib import Path
from types import ModuleType

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from services.indicators import raw
from services.indicators.release import Published
from shared.schemas import base, geo, indicators, reports
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
    "polygones",
}
NUMBER = re.compile(r"\b(int|float|Decimal)\b")


def shapes(module: ModuleType) -> list[type[BaseModel]]:
    members = (value for _, value in inspect.getmembers(module, inspect.isclass))
    return [
        shape for shape in members if issubclass(shape, BaseModel) and shape.__module__ == module.__name__
    ]


def test_a_shape_of_one_commune_has_no_number_but_public_ones() -> None:
    of_a_place = [
        shape
        for module in (base, geo, indicators, reports)
        for shape in shapes(module)
        if "code" in shape.model_fields and "level" not in shape.model_fields
    ]
    assert {geo.CommuneFacts, geo.Membership, indicators.CommuneHeadcount, base.Place} <= set(of_a_place)
    for shape in of_a_place:
        numbers = {name for name, field in shape.model_fields.items() if NUMBER.search(str(field.annotation))}
        assert numbers <= PUBLIC_NUMBERS, shape.__name__


def test_communes_appear_in_answers_only_as_places_or_public_headcounts() -> None:
    for module in (indicators, reports):
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
    for module in (base, geo, indicators, reports):
        for shape in shapes(module):
            in_words = shape is indicators.CatalogueEntry
            assert in_words or not raw_names & set(shape.model_fields), shape.__name__


def test_raw_counts_never_print_themselves() -> None:
    for kind in (raw.RawCounts, raw.RawReferences, raw.RawSupply, raw.RawRelease, Published):
        assert kind.__repr__ is object.__repr__, kind.__name__


cells = st.lists(st.integers(0, 10), min_size=5, max_size=5)


@settings(max_examples=40)
@given(cells, st.lists(st.booleans(), min_size=5, max_size=5), st.sets(st.sampled_from(CODES), min_size=1))
def test_an_unsafe_count_changes_no_answer_of_any_territory(
    small: list[int], unsafe: list[bool], inside: set[str]
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
    assert answer(small) == answer([10 - n for n in small])
