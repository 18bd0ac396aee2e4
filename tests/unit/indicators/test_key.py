"""The secret of a vintage: derived, never shown."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from services.indicators.releases.key import key_for, vintage_key
from services.indicators.settings import IndicatorsSettings
from shared.errors import MissingSecrecyKey
from shared.settings import SettingsError, load, override

VARIABLE = "REZONE_INDICATORS_SECRECY_KEY"
MASTER = "0f" * 32


def test_the_key_of_a_vintage_is_the_hmac_of_its_name() -> None:
    # RFC 2104 by hand: the inner and the outer hash of the padded key.
    padded = MASTER.encode().ljust(64, b"\0")
    inner = hashlib.sha256(bytes(b ^ 0x36 for b in padded) + b"rezone/secrecy/1/2024").digest()
    outer = hashlib.sha256(bytes(b ^ 0x5C for b in padded) + inner).digest()
    assert vintage_key(MASTER.encode(), "2024") == outer
    assert hmac.compare_digest(key_for(SecretStr(MASTER), "2024", needed=True), outer)


@given(st.binary(min_size=32, max_size=64), st.binary(min_size=32, max_size=64), st.text(), st.text())
def test_another_master_or_another_vintage_gives_another_key(
    one: bytes, other: bytes, vintage: str, later: str
) -> None:
    # HMAC pads keys with zeros to the block: two that differ by these alone are one.
    if one.rstrip(b"\0") != other.rstrip(b"\0"):
        assert vintage_key(one, vintage) != vintage_key(other, vintage)
    if vintage != later:
        assert vintage_key(one, vintage) != vintage_key(one, later)


def test_real_data_to_join_need_a_key_and_the_problem_says_how_to_make_one() -> None:
    with pytest.raises(MissingSecrecyKey, match=rf"{VARIABLE}.*openssl rand -hex 32"):
        key_for(None, "2024", needed=True)


def test_drawn_data_give_the_same_bytes_to_everybody() -> None:
    assert key_for(None, "synthetique", needed=False) == key_for(None, "synthetique", needed=False)
    assert key_for(None, "synthetique", needed=False) != key_for(
        SecretStr(MASTER), "synthetique", needed=False
    )


def test_the_key_is_a_setting_that_never_shows_itself() -> None:
    settings = load(IndicatorsSettings, {VARIABLE: MASTER})
    assert settings.secrecy_key is not None
    assert settings.secrecy_key.get_secret_value() == MASTER
    kept = override(settings, {"port": 8001})
    for shown in (
        repr(settings),
        str(settings),
        settings.model_dump_json(),
        repr(kept),
        str(kept.model_dump()),
    ):
        assert MASTER not in shown
    assert kept.secrecy_key == settings.secrecy_key


def test_a_short_key_is_refused_without_being_repeated() -> None:
    short = "une clé bien trop courte"
    with pytest.raises(SettingsError) as refused:
        load(IndicatorsSettings, {VARIABLE: short})
    assert VARIABLE in str(refused.value)
    assert "32" in str(refused.value)
    assert short not in f"{refused.value!s}{refused.value!r}{refused.value.__context__!s}"
