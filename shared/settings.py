"""Settings read once from the environment into one frozen object per service.

A wrong or unknown setting stops the start with every problem listed; nothing is guessed.
"""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.validation import explain

PREFIX = "REZONE_"
SERVICES = ("GATEWAY", "GEO", "INDICATORS", "REPORTS")


class SettingsError(Exception):
    """Every wrong or unknown setting, one French sentence each, in `problems`."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("Réglages refusés\u00a0:\n" + "\n".join(f"  – {problem}" for problem in problems))
        self.problems = problems


class CommonSettings(BaseModel):
    """What every process needs. A field's variable is its alias, or the class's `prefix` and its name.

    `host` and `port` are those of the service's own HTTP face, `metrics_port` that of its operations.
    """

    model_config = ConfigDict(frozen=True, validate_by_name=True, hide_input_in_errors=True)
    prefix: ClassVar[str] = PREFIX

    data_dir: Path = Field(default=Path("var"), alias="REZONE_DATA_DIR")
    database_url: str | None = Field(
        default=None, alias="DATABASE_URL", pattern=r"^postgres(ql)?://", repr=False
    )
    amqp_url: str | None = Field(default=None, alias="AMQP_URL", pattern=r"^amqps?://", repr=False)
    bus_namespace: str = Field(
        default="rezone",
        alias="REZONE_BUS_NAMESPACE",
        pattern=r"^[a-z0-9-]{1,40}$",
        description="début de chaque nom sur le courtier, pour que deux suites le partagent",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", alias="REZONE_LOG_LEVEL")
    log_format: Literal["json", "console"] = Field(default="json", alias="REZONE_LOG_FORMAT")
    store_url: str | None = Field(
        default=None, alias="REZONE_STORE_URL", description="dossier ou adresse s3://"
    )
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    metrics_port: int = Field(default=9000, ge=0, le=65535)
    drain_seconds: float = Field(default=10.0, ge=0, le=300, alias="REZONE_DRAIN_SECONDS")

    @property
    def documents(self) -> str:
        """Address of the object store where generated documents lie."""
        return self.store_url or str(self.data_dir / "documents")


SettingsT = TypeVar("SettingsT", bound=CommonSettings)


def load(settings: type[SettingsT], environ: Mapping[str, str] = os.environ) -> SettingsT:
    """Read `settings` from the environment. Raises SettingsError with all problems at once."""
    names = environment_names(settings)
    unknown = (name for name in sorted(environ) if _is_ours(settings, name) and name not in names)
    problems = [_unknown(name, names) for name in unknown]
    values = {field: environ[name] for name, field in names.items() if environ.get(name)}
    try:
        loaded = settings.model_validate(values)
    except ValidationError as error:
        variables = {field: name for name, field in names.items()} | {name: name for name in names}
        secret = {name for name, field in names.items() if not settings.model_fields[field].repr}
        for fault in explain(error):
            variable = variables.get(fault["path"])
            shown = f"={fault['received']}" if variable not in secret else ""
            said = f"{variable}{shown}\u00a0: " if variable else ""
            problems.append(f"{said}{fault['message']}.")
        raise SettingsError(tuple(problems)) from None
    if problems:
        raise SettingsError(tuple(problems))
    return loaded


def environment_names(settings: type[CommonSettings]) -> dict[str, str]:
    """Field of `settings` by the environment variable that sets it."""
    return {
        field.alias or f"{settings.prefix}{name.upper()}": name
        for name, field in settings.model_fields.items()
    }


def _is_ours(settings: type[CommonSettings], name: str) -> bool:
    # A variable of another service is that service's business: four processes may share one environment.
    others = (f"{PREFIX}{service}_" for service in SERVICES if f"{PREFIX}{service}_" != settings.prefix)
    return name.startswith(PREFIX) and not name.startswith(tuple(others))


def _unknown(name: str, known: Mapping[str, str]) -> str:
    near = get_close_matches(name, list(known), n=1)
    hint = f" Vouliez-vous dire {near[0]}\u202f?" if near else ""
    return f"{name}\u00a0: réglage inconnu.{hint}"


def override(settings: SettingsT, given: Mapping[str, object]) -> SettingsT:
    """Return `settings` with the given fields (those that are not None) in place. Raises SettingsError."""
    changes = {field: value for field, value in given.items() if value is not None}
    try:
        return settings.model_validate({**settings.model_dump(), **changes})
    except ValidationError as error:
        problems = (f"{fault['path'] or 'réglages'}\u00a0: {fault['message']}" for fault in explain(error))
        raise SettingsError(tuple(problems)) from None
