"""Settings of the indicators service."""

from typing import ClassVar

from pydantic import Field, SecretStr, field_validator

from services.indicators.releases.key import SHORTEST
from shared.settings import CommonSettings


class IndicatorsSettings(CommonSettings):
    """What the service keeps and answers.

    `releases_in_memory`: releases other than the active one kept loaded, least recently asked dropped first. A trend
    reads the last six vintages.
    `secrecy_key`: the master key of the order in which communes are joined; only `rezone release build` needs it.
    """

    prefix: ClassVar[str] = "REZONE_INDICATORS_"

    releases_in_memory: int = Field(default=5, ge=1, le=20)
    secrecy_key: SecretStr | None = Field(default=None, repr=False)

    @field_validator("secrecy_key")
    @classmethod
    def _long_enough(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and len(key.get_secret_value()) < SHORTEST:
            raise ValueError(f"au moins {SHORTEST} caractères sont attendus (openssl rand -hex 32)")
        return key
