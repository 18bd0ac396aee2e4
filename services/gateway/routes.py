"""The route table: one line per operation, from an HTTP method and path to a contract."""

from dataclasses import dataclass
from typing import Any, Literal

from shared.contract import Contract
from shared.schemas.catalogue import LIST_CATALOGUE
from shared.schemas.geo import RESOLVE_TERRITORY
from shared.schemas.geo_codes import TELL_CODES
from shared.schemas.geo_groups import FIND_GROUPS, LIST_GROUPS, OPEN_GROUPS
from shared.schemas.geo_locate import LOCATE_DISC, LOCATE_POINTS, LOCATE_POLYGON
from shared.schemas.geo_structures import COUNT_STRUCTURES, LIST_STRUCTURES, NEAR_STRUCTURES
from shared.schemas.indicators import DIAGNOSE, LIST_RELEASES
from shared.schemas.indicators_compare import COMPARE, FIND_SIMILAR
from shared.schemas.indicators_profile import MAKE_PROFILE
from shared.schemas.indicators_trend import MAKE_TREND
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
        "/v1/communes/codes",
        TELL_CODES,
        "Ce que sont devenus des codes de tout millésime\u00a0: actuel, remplacé, ambigu (commune scindée) ou inconnu.",
    ),
    Route(
        "POST",
        "/v1/communes/locate",
        LOCATE_POINTS,
        "Commune de chaque point (longitude, latitude)\u202f; vide en mer et à l’étranger.",
    ),
    Route(
        "POST",
        "/v1/communes/cover",
        LOCATE_POLYGON,
        "Communes sous un polygone GeoJSON, avec la part couverte de chacune.",
    ),
    Route(
        "POST",
        "/v1/communes/near",
        LOCATE_DISC,
        "Communes à moins d’une distance d’un point ou d’une commune, de la plus proche à la plus lointaine. "
        "Depuis une commune, la distance part de son contour (0 pour celles qui la touchent) ou, quand `mesure` vaut "
        "centre, de son centre.",
    ),
    Route(
        "POST",
        "/v1/communes/groups",
        FIND_GROUPS,
        "Regroupements (EPCI, canton, bassin de vie, CPTS…) qui contiennent des communes, et toutes leurs communes.",
    ),
    Route(
        "POST",
        "/v1/groups",
        LIST_GROUPS,
        "Regroupements d’une nature, en France, dans une région ou un département.",
    ),
    Route(
        "POST",
        "/v1/groups/members",
        OPEN_GROUPS,
        "Communes actuelles de regroupements.",
    ),
    Route(
        "POST",
        "/v1/structures/count",
        COUNT_STRUCTURES,
        "Nombre de structures d’un territoire par genre et par commune, zéros compris\u202f; null là où le fichier "
        "importé ne dit rien.",
    ),
    Route(
        "POST",
        "/v1/structures",
        LIST_STRUCTURES,
        "Structures d’un territoire, page par page.",
    ),
    Route(
        "POST",
        "/v1/structures/near",
        NEAR_STRUCTURES,
        "Structures les plus proches d’un point ou du centre d’une commune, par genre.",
    ),
    Route(
        "POST",
        "/v1/diagnostics",
        DIAGNOSE,
        "Diagnostic complet\u00a0: indicateurs, références, neutralisation, démographie et activité.",
    ),
    Route(
        "POST",
        "/v1/profiles",
        MAKE_PROFILE,
        "Profil d’un territoire ou d’un regroupement entier (EPCI, CPTS, département, région, France)\u00a0: "
        "indicateurs avec leur intervalle de confiance, activité, population par âge.",
    ),
    Route(
        "POST",
        "/v1/comparisons",
        COMPARE,
        "Deux à vingt territoires, indicateur par indicateur, d’un même millésime.",
    ),
    Route(
        "POST",
        "/v1/similar",
        FIND_SIMILAR,
        "Les regroupements qui ressemblent le plus au territoire (population, densité, âges), et leur comparaison.",
    ),
    Route(
        "POST",
        "/v1/trends",
        MAKE_TREND,
        "Un territoire dans chacun des millésimes mis en service, avec un taux comparable d’un millésime à l’autre.",
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
