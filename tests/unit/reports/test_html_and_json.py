import json

import pytest

from services.reports.assemble import assemble
from services.reports.renderers.data import render_json
from services.reports.renderers.html import render_html
from tests.reports_samples import subject
from tests.unit.reports.reader import read


@pytest.fixture(scope="module", params=[1, 5, 150])
def page(request: pytest.FixtureRequest) -> bytes:
    return render_html(assemble(subject(request.param)))


def test_the_page_is_in_french_has_a_title_and_one_first_heading(page: bytes) -> None:
    reader = read(page)
    assert reader.all("html") == [{"lang": "fr"}]
    assert reader.tags["h1"] == 1
    assert reader.tags["title"] >= 1


def test_the_page_asks_nothing_of_the_network(page: bytes) -> None:
    reader = read(page)
    assert not any("src" in attributes or tag in {"link", "script"} for tag, attributes in reader.attributes)
    assert all(str(a["href"]).startswith("#") for a in reader.all("a"))
    assert b"url(" not in page


def test_every_table_has_a_caption_and_headers_on_both_axes(page: bytes) -> None:
    reader = read(page)
    assert reader.tags["caption"] == reader.tags["table"] > 0
    assert {header["scope"] for header in reader.all("th")} == {"col", "row"}
    rows = sum(header["scope"] == "row" for header in reader.all("th"))
    assert rows == reader.tags["tr"] - reader.tags["table"]


def test_identifiers_are_unique_and_every_link_arrives(page: bytes) -> None:
    reader = read(page)
    ids = [attributes["id"] for _, attributes in reader.attributes if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = {str(a["href"])[1:] for a in reader.all("a")}
    named |= {str(a["aria-labelledby"]) for _, a in reader.attributes if "aria-labelledby" in a}
    assert named <= set(ids)


def test_the_stamp_is_on_the_page_and_only_where_it_must_be() -> None:
    assert "Données synthétiques · Non audité" in "".join(read(render_html(assemble(subject()))).text)
    real = render_html(assemble(subject(synthetic=False, audited=True))).decode()
    assert "synthétiques" not in real


def test_a_name_given_by_a_caller_is_only_text() -> None:
    page = render_html(assemble(subject(nom="<script>alert(1)</script>")))
    assert b"<script" not in page


def test_the_same_document_gives_the_same_bytes() -> None:
    assert render_html(assemble(subject())) == render_html(assemble(subject()))
    assert render_json(subject(), assemble(subject())) == render_json(subject(), assemble(subject()))


def test_json_holds_plain_numbers_and_the_tree_people_read() -> None:
    base = subject()
    body = json.loads(render_json(base, assemble(base)))
    assert sorted(body) == ["catalogue", "diagnostic", "document", "edition", "fingerprint"]
    first = body["diagnostic"]["indicators"][0]
    assert (first["rate"], first["count"]) == (9.8, 10598)
    assert body["document"]["sections"][0]["kind"] == "section"
