"""The document as one self-contained accessible page: inline style and pictures, no script, no outside request."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from services.reports.document import Document


def render_html(document: Document) -> bytes:
    """Bytes of the page, UTF-8. Same document, same bytes."""
    return _environment().get_template("document.html.j2").render(doc=document).encode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("services.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    # Pictures come from our own svg_map, which escapes every name; everything else is escaped here.
    environment.filters["picture"] = Markup
    return environment
