"""Codes of communes are repaired or refused with a reason, duplicates count once, contradictions are refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.geo.imports.readers.recognise import open_table
from services.geo.imports.readers.triage import Kept, Triage
from tests.unit.geo.imports.readers.tabular import BOOK, silent, written


def commune(given_code: str) -> tuple[str | None, Triage]:
    triage = Triage(BOOK, silent)
    return triage.commune(7, given_code), triage


@pytest.mark.parametrize("said", ["1001", "1001.0", "01001.0", "1001,0"])
def test_a_leading_zero_lost_in_a_spreadsheet_is_put_back_and_counted(said: str) -> None:
    code, triage = commune(said)
    assert code == "01001"
    assert triage.notices == ("codes rétablis (zéro initial ou casse perdus dans un tableur)\u00a0: 1",)


def test_corsican_codes_are_read_in_either_case() -> None:
    assert commune("2a004")[0] == "2A004"
    assert commune("2B033")[0] == "2B033"


def test_a_current_code_is_no_matter_of_notice() -> None:
    code, triage = commune("97411")
    assert (code, triage.notices, triage.rejects) == ("97411", (), ())


def test_an_old_code_with_one_successor_is_kept_as_given_and_counted() -> None:
    code, triage = commune("83999")
    assert code == "83999"
    assert triage.notices == ("codes de communes anciennes, rattachés à leur commune actuelle\u00a0: 1",)


def test_the_code_of_a_split_commune_is_refused_and_names_the_candidates() -> None:
    code, triage = commune("01234")
    assert code is None
    assert triage.rejects[0].line == 7
    assert "01001, 01002" in triage.rejects[0].reason


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("83777", "code inconnu du COG 2026"),
        ("", "code commune absent"),
        ("Aups", "ce n’est pas un code commune"),
        ("830011", "ce n’est pas un code commune"),
        ("9A401", "ce n’est pas un code commune"),
    ],
)
def test_what_is_no_known_commune_is_refused_with_its_reason(said: str, reason: str) -> None:
    code, triage = commune(said)
    assert code is None
    assert [(reject.reason, reject.value) for reject in triage.rejects] == [(reason, said)]


def test_collectivities_out_of_scope_are_counted_together() -> None:
    triage = Triage(BOOK, silent)
    assert [triage.commune(2, code) for code in ("97501", "98735", "97801")] == [None] * 3
    assert triage.rejects == ()
    assert triage.aside == 3
    assert len(triage.notices) == 1


def test_units_under_the_header_and_notes_at_the_foot_are_no_data(tmp_path: Path) -> None:
    text = "code;valeur\n;En nombre\n83001;1\nSource : Insee, recensement de la population;\n83002;\n"
    table = open_table(written(tmp_path, text), "une table", (("code",),))
    triage = Triage(BOOK, silent)
    assert [line for line, _ in triage.rows(table, 0)] == [3, 5]
    assert triage.read == 2


def test_progress_is_told_as_a_share_of_the_file(tmp_path: Path) -> None:
    heard: list[float | None] = []
    text = "code;valeur\n" + "83001;1\n" * 5000
    table = open_table(written(tmp_path, text), "une table", (("code",),))
    triage = Triage(BOOK, lambda _, share: heard.append(share))
    assert sum(1 for _ in triage.rows(table, 0)) == 5000
    assert len(heard) == 2
    assert all(share is not None and 0 < share < 1 for share in heard)


def test_the_same_row_twice_counts_once() -> None:
    triage = Triage(BOOK, silent)
    kept: Kept[str, int] = Kept(triage)
    for line in (2, 3):
        kept.add(line, "83001", 1, "83001 1")
    assert kept.rows() == (1,)
    assert triage.notices == ("lignes répétées à l’identique, laissées de côté\u00a0: 1",)


def test_rows_that_contradict_each_other_are_all_refused_and_name_each_other() -> None:
    triage = Triage(BOOK, silent)
    kept: Kept[str, int] = Kept(triage)
    for line, value in ((2, 1), (5, 2), (9, 1)):
        kept.add(line, "83001", value, f"83001 {value}")
    assert len(kept) == 0
    assert [reject.value for reject in triage.rejects] == ["83001 1", "83001 2", "83001 1"]
    assert [(reject.line, reject.reason) for reject in triage.rejects] == [
        (2, "contredit la ligne 5"),
        (5, "contredit la ligne 2"),
        (9, "contredit la ligne 2"),
    ]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["83001", "83002", "1001", "83777", "97501", "01234", ""]), st.integers(0, 1)
        )
    )
)
def test_every_row_is_kept_refused_or_left_aside(rows: list[tuple[str, int]]) -> None:
    triage = Triage(BOOK, silent)
    kept: Kept[str, int] = Kept(triage)
    for line, (said, value) in enumerate(rows):
        if code := triage.commune(line, said):
            kept.add(line, code, value, said)
    assert len(rows) == len(kept.rows()) + len(triage.rejects) + triage.aside
