"""The document as PDF/UA-1 and PDF/A-2a, set by Typst. Same document, same bytes. Not for several threads at once."""

import re
import unicodedata
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import orjson
import typst

from services.reports.document import Document
from services.reports.renderers.pdf_tags import with_row_headers
from shared.errors import MissingAsset, RenderingFailed

FAMILY = "Public Sans"
STANDARDS: Final = ("ua-1", "a-2a")
# What the font can write; a name given by a caller may hold anything.
UNWRITABLE = re.compile(
    "[^\x20-\x7e\u00a0-\u017f\u2010\u2013\u2014\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u202f\u2039\u203a\u20ac\u2212\u2248\u2264\u2265\n]"
)
BLANK = b"#set page(width: 1pt, height: 1pt, margin: 0pt)"
# Typst forgets what it cached for a document after ten compilations that do not use it (DOMAIN §5).
FORGETTING = 11


def render_pdf(document: Document, fonts: Path) -> bytes:
    """Bytes of the PDF. Characters that the font lacks are written `?`.

    Raises MissingAsset where the font is not in `fonts`, RenderingFailed where Typst refuses the document.
    """
    compiler = _compiler(str(fonts))
    text = unicodedata.normalize("NFC", orjson.dumps(document).decode())
    try:
        made, warnings = compiler.compile_with_warnings(
            input=_template(),
            format="pdf",
            sys_inputs={"document": UNWRITABLE.sub("?", text)},
            pdf_standards=list(STANDARDS),
            timestamp=datetime.fromisoformat(document.date).replace(tzinfo=UTC),
        )
    except typst.TypstError as error:
        raise RenderingFailed("Le document n’a pas pu être mis en pages.", reason=error.message) from error
    if warnings:
        raise RenderingFailed("Le document a été mis en pages avec des défauts.", reason=warnings[0].message)
    if not isinstance(made, bytes):
        raise RenderingFailed("Le document n’a pas pu être mis en pages.", reason="aucun octet produit")
    _forget(compiler)
    return with_row_headers(made)


def _forget(compiler: typst.Compiler) -> None:
    for _ in range(FORGETTING):
        compiler.compile(input=BLANK, format="svg", sys_inputs={})


@cache
def _template() -> bytes:
    return (files("services.reports") / "templates" / "document.typ").read_bytes()


@cache
def _compiler(fonts: str) -> typst.Compiler:
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts])
    weights = {(font.weight, font.style) for font in found.fonts() if font.family == FAMILY}
    missing = sorted(
        {(400, "normal"), (500, "normal"), (600, "normal"), (700, "normal"), (400, "italic")} - weights
    )
    if missing:
        raise MissingAsset(
            f"La police {FAMILY} manque ou est incomplète. Lancez « make setup » pour l’installer.".replace(
                "« ", "«\u00a0"
            ).replace(" »", "\u00a0»"),
            asset=FAMILY,
            expected="400, 400 italique, 500, 600, 700",
            found=", ".join(f"{weight} {style}" for weight, style in sorted(weights)) or "aucune",
        )
    return typst.Compiler(font_paths=found)
