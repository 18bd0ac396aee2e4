"""Settings of the gateway."""

from ipaddress import ip_address
from typing import ClassVar, Self

from pydantic import Field, model_validator

from shared.settings import CommonSettings


class GatewaySettings(CommonSettings):
    """Where the gateway listens, where geo's read face is, how large a body may be, and who may reach it."""

    prefix: ClassVar[str] = "REZONE_GATEWAY_"

    geo_url: str = Field(default="http://127.0.0.1:8001", pattern=r"^https?://")
    max_body: int = Field(default=1 << 20, ge=1024, description="octets")
    open: bool = Field(default=False, description="Répondre sans clé ailleurs que sur l’adresse de bouclage")

    @model_validator(mode="after")
    def _listens_where_it_may(self) -> Self:
        # Keys do not exist yet: a gateway reachable by others must have been asked for as such.
        if not self.open and not _is_loopback(self.host):
            raise ValueError(
                "La passerelle n’écoute que sur l’adresse de bouclage (127.0.0.1) tant qu’elle n’a pas de clés\u202f; "
                "pour l’ouvrir sciemment, par exemple derrière un portail interne, donnez REZONE_GATEWAY_OPEN=true.",
            )
        return self


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
