"""The PDF as its readers find it: tags, headers, alternative texts, bookmarks, stamps, bytes."""

import io
from collections.abc import Iterator

import pikepdf
import pypdf
import pytest

from services.reports.assemble import assemble
from services.reports.renderers.pdf import render_pdf
from shared.errors import MissingAsset
from tests.integration.reports_assets import FONTS
from tests.reports_samples import subject


def made(count: int = 5, *, synthetic: bool = True, nom: str | None = None) -> bytes:
    return render_pdf(assemble(subject(count, synthetic=synthetic, audited=not synthetic, nom=nom)), FONTS)


@pytest.fixture(scope="module", params=[1, 5, 74])
def pdf(request: pytest.FixtureRequest) -> bytes:
    return made(request.param)


def elements(pdf: bytes) -> Iterator[tuple[pikepdf.Object, str]]:
    """Every tag of the structure tree with its parent's kind, in reading order."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        waiting = [(document.Root.StructTreeRoot, "")]
        while waiting:
            element, parent = waiting.pop(0)
            kind = str(element.get("/S", ""))
            if kind:
                yield element, parent
            kids = element.get("/K")
            inner = [] if kids is None else kids if isinstance(kids, pikepdf.Array) else [kids]
            waiting = [(kid, kind) for kid in inner if isinstance(kid, pikepdf.Dictionary)] + waiting


def scope(cell: pikepdf.Object) -> str:
    attributes = cell.get("/A", pikepdf.Array())
    owned = attributes if isinstance(attributes, pikepdf.Array) else [attributes]
    return next((str(a.Scope) for a in owned if "/Scope" in a), "")


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def test_the_pdf_is_tagged_french_and_titled(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert str(document.Root.Lang).startswith("fr")
        assert bool(document.Root.MarkInfo.Marked) is True
        assert bool(document.Root.ViewerPreferences.DisplayDocTitle) is True
        assert str(document.docinfo.Title).startswith("Diagnostic territorial de santé")
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")


def test_every_table_has_a_caption_column_headers_and_row_headers(pdf: bytes) -> None:
    tables = captions = 0
    last_row: list[str] = []
    for element, parent in elements(pdf):
        kind = str(element.S)
        tables += kind == "/Table"
        captions += kind == "/Caption"
        if kind == "/TR":
            assert not last_row or last_row[0] in {"/Row", "/Column"}
            last_row = []
        if kind in {"/TH", "/TD"}:
            assert parent == "/TR"
            last_row.append(scope(element))
            # Named headers would hide the row's own header from a reader that trusts them.
            assert "/Headers" not in repr(element.get("/A"))
    assert tables == captions >= 15


def test_every_figure_says_in_words_what_it_shows(pdf: bytes) -> None:
    alternatives = [str(element.Alt) for element, _ in elements(pdf) if element.S == "/Figure"]
    assert alternatives
    assert all("habitant" in text for text in alternatives)


def test_bookmarks_lead_to_every_section(pdf: bytes) -> None:
    titles = [
        str(item.title) for item in pypdf.PdfReader(io.BytesIO(pdf)).outline if not isinstance(item, list)
    ]
    assert titles[0] == "1. La carte"
    assert [title for title in titles if "Sources et méthode" in title]


def test_a_synthetic_release_is_stamped_on_every_page(pdf: bytes) -> None:
    texts = pages(pdf)
    assert all("Données synthétiques" in text and "Non audité" in text for text in texts)
    assert all(f"{rank} / {len(texts)}" in text for rank, text in enumerate(texts, 1))


def test_a_real_release_bears_no_stamp() -> None:
    assert not any("synthétiques" in text for text in pages(made(synthetic=False)))


def test_the_header_row_of_a_long_table_comes_back_on_each_page() -> None:
    assert (
        sum("Commune" in text and "Zonage" in text and "Population" in text for text in pages(made(74))) >= 2
    )


def test_the_same_document_has_the_same_bytes() -> None:
    assert made(74) == made(74)


def test_letters_that_the_font_lacks_do_not_stop_the_document() -> None:
    assert "Territoire ? de l’Uzège" in pages(made(nom="Territoire 😀 de l'Uzège"))[0].replace("\n", " ")


def test_a_difference_that_chance_could_make_is_marked_on_paper_too(pdf: bytes) -> None:
    text = "".join(pages(pdf)).replace("\u00a0", " ")
    assert "+0,2 ≈" in text
    assert "≈ : écart trop petit" in text
    # Nothing in these documents asks a question: a question mark would be a letter that the font lacks.
    assert "?" not in text


def test_an_interval_stays_on_one_line(pdf: bytes) -> None:
    assert "9,5 à 10,1" in "".join(pages(pdf)).replace("\u00a0", " ")


def test_a_missing_font_is_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(MissingAsset) as raised:
        render_pdf(assemble(subject()), tmp_path_factory.mktemp("empty"))
    assert raised.value.extensions["asset"] == "Public Sans"
