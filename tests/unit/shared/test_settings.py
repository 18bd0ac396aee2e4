"""Settings: read from the environment, refused whole with every problem listed."""

from typing import ClassVar

import pytest
from pydantic import Field

from services.gateway.settings import GatewaySettings
from shared.settings import CommonSettings, SettingsError, load, override


class TreeSettings(CommonSettings):
    prefix: ClassVar[str] = "REZONE_GEO_"

    branches: int = Field(default=3, ge=1)


def test_defaults_serve_a_machine_without_any_variable() -> None:
    settings = load(TreeSettings, {})
    assert (str(settings.data_dir), settings.branches, settings.database_url) == ("var", 3, None)


def test_a_variable_is_read_by_its_name_and_an_empty_one_is_no_variable() -> None:
    settings = load(TreeSettings, {"REZONE_GEO_BRANCHES": "7", "REZONE_DATA_DIR": "/d", "DATABASE_URL": ""})
    assert (settings.branches, str(settings.data_dir), settings.database_url) == (7, "/d", None)


def test_every_problem_is_listed_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        load(TreeSettings, {"REZONE_GEO_BRANCHES": "0", "REZONE_LOG_LEVL": "info", "AMQP_URL": "http://x"})
    problems = "\n".join(refused.value.problems)
    assert len(refused.value.problems) == 3
    assert "REZONE_GEO_BRANCHES" in problems
    assert "AMQP_URL" in problems
    assert "Vouliez-vous dire REZONE_LOG_LEVEL" in problems


def test_the_variables_of_another_service_are_its_own_business() -> None:
    assert load(TreeSettings, {"REZONE_REPORTS_WORKERS": "2"}).branches == 3


def test_a_variable_of_nobody_is_refused_by_everyone() -> None:
    with pytest.raises(SettingsError):
        load(TreeSettings, {"REZONE_NOBODY": "2"})


def test_settings_cannot_change_once_read() -> None:
    settings = load(TreeSettings, {})
    with pytest.raises(ValueError, match="frozen"):
        settings.__setattr__("branches", 4)


def test_the_command_line_wins_over_the_environment() -> None:
    settings = load(TreeSettings, {"REZONE_GEO_PORT": "8011"})
    assert override(settings, {"port": 9, "host": None}).port == 9
    with pytest.raises(SettingsError):
        override(settings, {"port": 99_999})


def test_passwords_do_not_show_in_a_printed_object() -> None:
    assert "secret" not in repr(load(TreeSettings, {"DATABASE_URL": "postgresql://a:secret@b/c"}))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_a_gateway_on_the_loopback_needs_no_key(host: str) -> None:
    assert load(GatewaySettings, {"REZONE_GATEWAY_HOST": host}).host == host


def test_a_gateway_that_others_can_reach_must_be_opened_knowingly() -> None:
    with pytest.raises(SettingsError, match="REZONE_GATEWAY_OPEN"):
        load(GatewaySettings, {"REZONE_GATEWAY_HOST": "0.0.0.0"})
    opened = load(GatewaySettings, {"REZONE_GATEWAY_HOST": "0.0.0.0", "REZONE_GATEWAY_OPEN": "true"})
    assert opened.open
