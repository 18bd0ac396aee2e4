"""Settings of the geo service."""

from typing import ClassVar

from pydantic import Field

from shared.settings import CommonSettings


class GeoSettings(CommonSettings):
    """`max_communes`: communes that one territory may hold. Its ports are beside the gateway's, not the same."""

    prefix: ClassVar[str] = "REZONE_GEO_"

    port: int = Field(default=8001, ge=0, le=65535)
    metrics_port: int = Field(default=9001, ge=0, le=65535)
    max_communes: int = Field(default=2000, ge=1, le=40_000)
