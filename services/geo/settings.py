"""Settings of the geo service."""

from typing import ClassVar

from pydantic import Field

from shared.settings import CommonSettings


class GeoSettings(CommonSettings):
    """`max_communes`: communes that one territory may hold."""

    prefix: ClassVar[str] = "REZONE_GEO_"

    max_communes: int = Field(default=2000, ge=1, le=40_000)
