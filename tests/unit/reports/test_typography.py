from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.reports.typography import counted, day, euros, listing, number, rate, signed, typeset


def test_thousands_are_parted_by_a_narrow_no_break_space() -> None:
    assert number(52672) == "52\u202f672"
    assert euros(370_000) == "370\u202f000\u00a0€"


def test_a_whole_number_keeps_no_trailing_zero() -> None:
    assert rate(16.0, "percent") == "16\u202f%"
    assert rate(15.5, "percent") == "15,5\u202f%"
    assert rate(15.5, "per_100") == "15,5"


def test_a_difference_always_shows_its_sign() -> None:
    assert [signed(value) for value in (0.6, -4.3, 0.0, -0.0)] == ["+0,6", "−4,3", "0", "0"]


def test_french_takes_the_plural_from_two() -> None:
    assert [counted(n, "commune") for n in (0, 1, 2)] == [
        "0\u00a0commune",
        "1\u00a0commune",
        "2\u00a0communes",
    ]


def test_the_last_word_of_a_list_comes_after_et() -> None:
    assert listing(["a"]) == "a"
    assert listing(["a", "b", "c"]) == "a, b et c"
    assert listing([]) == ""


def test_a_date_may_stop_at_the_month() -> None:
    assert day("2026-11-22T10:00:00+00:00") == "22\u00a0novembre\u00a02026"
    assert day("2019-04") == "avril\u00a02019"
    assert day("2020-01-01") == "1er\u00a0janvier\u00a02020"
    assert day("l’an dernier") == "l’an dernier"


def test_words_of_data_files_get_french_spaces() -> None:
    assert typeset("L'accord : « oui » ; 5 %") == "L’accord\u00a0: «\u00a0oui\u00a0»\u202f; 5\u202f%"


@given(st.integers(-(10**9), 10**9))
def test_a_number_reads_back(value: int) -> None:
    assert int(number(value).replace("\u202f", "").replace("−", "-")) == value


@given(st.decimals(-1000, 1000, places=1))
def test_a_rate_reads_back(value: Decimal) -> None:
    assert float(number(float(value)).replace("\u202f", "").replace("−", "-").replace(",", ".")) == float(
        value
    )
