"""Settings of the indicators service."""

from typing import ClassVar

from pydantic import Field

from shared.settings import CommonSettings


class IndicatorsSettings(CommonSettings):
    """What the service keeps and answers.

    `releases_in_memory`: releases other than the active one kept loaded, least recently asked dropped first.
    """

    prefix: ClassVar[str] = "REZONE_INDICATORS_"

    releases_in_memory: int = Field(default=2, ge=1, le=20)
