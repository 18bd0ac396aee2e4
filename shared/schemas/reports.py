"""Documents: what reports answers. Their bytes go through the object store, never over the bus."""

from enum import StrEnum

from pydantic import Field

from shared.contract import Contract
from shared.errors import MissingAsset, NoRelease, Overloaded, RenderingFailed, UnknownFocus, UnknownRelease
from shared.schemas.base import Answered, Asked, Communes, TerritoryName
from shared.schemas.geo import TERRITORY_ERRORS
from shared.schemas.indicators import Focus


class ReportFormat(StrEnum):
    """Formats a document can be made in."""

    PDF = "pdf"
    HTML = "html"
    JSON = "json"


MEDIA_TYPES = {
    ReportFormat.PDF: "application/pdf",
    ReportFormat.HTML: "text/html; charset=utf-8",
    ReportFormat.JSON: "application/json",
}


class ReportRequest(Asked):
    """A territory and how its document should look."""

    communes: Communes
    nom: TerritoryName = None
    focus: Focus = Focus()
    release: str | None = Field(default=None, max_length=80)
    format: ReportFormat = ReportFormat.PDF


class ReportMade(Answered):
    """Where the document lies (`key` in the object store) and what it is.

    `fingerprint` names the inputs (territory, release, dataset, version, format), `sha256` the bytes.
    """

    key: str
    format: ReportFormat
    media_type: str
    filename: str
    size: int
    sha256: str
    fingerprint: str


MAKE_REPORT = Contract(
    "reports.report.make.v1",
    ReportRequest,
    ReportMade,
    errors=(
        *TERRITORY_ERRORS,
        NoRelease,
        UnknownRelease,
        UnknownFocus,
        RenderingFailed,
        MissingAsset,
        Overloaded,
    ),
    timeout=60.0,
    summary="Un document, déposé dans l’entrepôt d’objets",
)
