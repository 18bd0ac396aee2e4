"""The route table: one line per operation, from an HTTP method and path to a contract."""

from dataclasses import dataclass
from typing import Any, Literal

from shared.contract import Contract
from shared.schemas.catalogue import LIST_CATALOGUE
from shared.schemas.geo import RESOLVE_TERRITORY
from shared.schemas.indicators import DIAGNOSE, LIST_RELEASES
from shared.schemas.reports import MAKE_REPORT


@dataclass(frozen=True)
class Route:
    """An HTTP operation answered by a contract. POST takes the contract's request as its JSON body.

    `document` is true where the answer is the document itself, streamed from the object store.
    """

    method: Literal["GET", "POST"]
    path: str
    contract: Contract[Any, Any]
    description: str
    document: bool = False


ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/v1/territories",
        RESOLVE_TERRITORY,
        "Faits et contrôles d’un territoire\u00a0: communes, population, zonage, QPV, taille et financement possible.",
    ),
    Route(
        "POST",
        "/v1/diagnostics",
        DIAGNOSE,
        "Diagnostic complet\u00a0: indicateurs, références, neutralisation, démographie et activité.",
    ),
    Route(
        "POST",
        "/v1/reports",
        MAKE_REPORT,
        "Le rapport du territoire, dans le format demandé par `f` ou par l’en-tête Accept (pdf, html, json).",
        document=True,
    ),
    Route(
        "GET", "/v1/indicators", LIST_CATALOGUE, "Catalogue des indicateurs, familles, professions et seuils."
    ),
    Route("GET", "/v1/releases", LIST_RELEASES, "Millésimes de données connus et millésime actif."),
)
