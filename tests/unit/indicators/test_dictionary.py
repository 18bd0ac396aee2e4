"""The data dictionary is made from the catalogue and from what the reader expects, and the page is up to date."""

import re
from pathlib import Path
from typing import Any

import pytest

from services.indicators.folder import dictionary
from services.indicators.folder.dictionary import COLUMNS, FileWords, csv_files, package, typeset, words
from services.indicators.folder.dictionary_text import markdown
from services.indicators.folder.files import MANDATORY, OPTIONAL
from tests.unit.indicators.worlds import CATALOGUE

PAGE = Path(__file__).parents[3] / "docs" / "dictionnaire.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown(CATALOGUE), (
        "rezone release dictionary > docs/dictionnaire.md"
    )


def test_every_file_that_is_read_is_described() -> None:
    assert set(COLUMNS) == {*MANDATORY, *OPTIONAL}
    assert {file.name for file in csv_files(CATALOGUE) if file.mandatory} == set(MANDATORY)


def test_every_indicator_and_profession_is_in_the_page() -> None:
    text = markdown(CATALOGUE)
    ids = [
        *CATALOGUE.by_id,
        *(entry.id for entry in CATALOGUE.splits),
        *(e.id for e in CATALOGUE.professions),
    ]
    assert [name for name in ids if f"| `{name}` |" not in text] == []


def test_words_about_other_columns_than_those_read_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    told = dict(words())
    said = told["consumers.csv"]
    told["consumers.csv"] = said.model_copy(update={"columns": {"commune": said.columns["commune"]}})
    monkeypatch.setattr(dictionary, "words", lambda: told)
    with pytest.raises(ValueError, match=re.escape("consumers.csv")):
        csv_files(CATALOGUE)


def fields(file: str) -> dict[str, dict[str, Any]]:
    resources = {resource["path"]: resource for resource in package(CATALOGUE, "1")["resources"]}
    return {field["name"]: field for field in resources[file]["schema"]["fields"]}


def test_the_table_schema_tells_types_and_constraints() -> None:
    found = fields("counts.csv")
    assert (found["commune"]["type"], found["numerator"]["type"]) == ("string", "integer")
    pattern = found["commune"]["constraints"]["pattern"]
    assert all(re.fullmatch(pattern, code) for code in ("01001", "2A004", "97411"))
    assert not re.fullmatch(pattern, "1001")
    assert found["denominator"]["constraints"] == {"required": False, "minimum": 0, "maximum": 2_000_000_000}
    assert found["indicator"]["constraints"]["enum"] == [entry.id for entry in CATALOGUE.counted]
    assert [name for name, field in found.items() if field["optionalColumn"]] == ["persons"]
    assert fields("references.csv")["rate"]["type"] == "number"
    assert fields("population.csv")["band"]["constraints"]["enum"][-1] == "90+"


def test_examples_are_cells_that_the_reader_takes() -> None:
    for file in csv_files(CATALOGUE):
        for column in file.columns:
            example = file.words.columns[column.name].example
            if column.known and column.known.index:
                assert column.known.what == "code de territoire" or example in column.known.index, example
            elif not column.known:
                assert float(example) >= 0


def test_keys_are_columns_of_their_file() -> None:
    assert all(set(said.key) <= set(said.columns) for said in words().values())


def test_french_spaces_are_put_in_words_of_a_data_file() -> None:
    assert (
        typeset("un : deux ; « trois » à 5 % ?")
        == "un\u00a0: deux\u202f; «\u00a0trois\u00a0» à 5\u202f%\u202f?"
    )
    said = FileWords.model_validate({"title": "a : b", "about": "c ; d", "key": [], "columns": {}})
    assert (said.title, said.about) == ("a\u00a0: b", "c\u202f; d")
    assert not re.search(r" [:;!?»%]|« ", markdown(CATALOGUE))
