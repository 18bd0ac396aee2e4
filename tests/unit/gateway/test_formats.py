"""The format of a document: `f` first, then Accept with its weights, else the body decides."""

import pytest

from services.gateway.formats import requested_format
from shared.errors import NotAcceptable
from shared.schemas.reports import ReportFormat


@pytest.mark.parametrize(
    ("f", "accept", "expected"),
    [
        ("html", "application/pdf", ReportFormat.HTML),
        (None, "application/pdf", ReportFormat.PDF),
        (None, "text/html;q=0.4, application/json;q=0.8", ReportFormat.JSON),
        (None, "text/*", ReportFormat.HTML),
        (None, "application/pdf;q=0, text/html", ReportFormat.HTML),
        (None, "*/*", None),
        (None, None, None),
    ],
)
def test_the_caller_gets_the_format_asked_for(
    f: str | None, accept: str | None, expected: ReportFormat | None
) -> None:
    assert requested_format(f, accept) is expected


@pytest.mark.parametrize(
    ("f", "accept"), [("docx", None), (None, "image/png"), (None, "application/pdf;q=zero")]
)
def test_a_format_that_does_not_exist_names_those_that_do(f: str | None, accept: str | None) -> None:
    with pytest.raises(NotAcceptable) as refused:
        requested_format(f, accept)
    assert refused.value.extensions["available"] == ("pdf", "html", "json")
