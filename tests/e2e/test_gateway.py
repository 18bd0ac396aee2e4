"""What a portal meets at the gateway: documents, searches, validators, and problems that say what is wrong."""

import gzip
import http.client
import urllib.parse
import zlib

import pytest

from tests.e2e.processes import Client

VAR = ["83061", "83001", "83099", "83107", "83118"]


def test_the_report_comes_in_every_format(gateway: Client) -> None:
    pdf = gateway.post("/v1/reports?f=pdf", {"communes": VAR, "nom": "Fréjus"})
    assert (pdf.status, pdf.headers["content-type"]) == (200, "application/pdf")
    assert pdf.body.startswith(b"%PDF-")
    page = gateway.post("/v1/reports", {"communes": VAR}, Accept="text/html")
    assert page.headers["content-type"].startswith("text/html")
    assert "Saint-Raphaël" in page.body.decode()
    data = gateway.post("/v1/reports", {"communes": VAR, "format": "json"})
    assert data.headers["content-type"] == "application/json"


def test_the_same_report_has_the_same_bytes_in_whatever_order_the_communes_come(gateway: Client) -> None:
    first = gateway.post("/v1/reports?f=pdf", {"communes": VAR})
    again = gateway.post("/v1/reports?f=pdf", {"communes": list(reversed(VAR))})
    assert first.body == again.body
    assert first.headers["etag"] == again.headers["etag"]


def test_an_unavailable_format_names_those_that_exist(gateway: Client) -> None:
    refused = gateway.post("/v1/reports?f=docx", {"communes": VAR})
    assert refused.status == 406
    assert refused.json()["available"] == ["pdf", "html", "json"]


@pytest.mark.parametrize("written", ["frejus", "FRÉJUS", "Fréju", "frejsu"])
def test_a_commune_is_found_however_it_is_written(gateway: Client, written: str) -> None:
    found = gateway.get(f"/geo/communes?nom={urllib.parse.quote(written)}&fields=nom,code&limit=3").json()
    assert found[0]["code"] == "83061"


def test_communes_are_found_by_postal_code_and_by_departement(gateway: Client) -> None:
    assert "83061" in {one["code"] for one in gateway.get("/geo/communes?codePostal=83600").json()}
    var = gateway.get("/geo/communes?codeDepartement=83&fields=code,population").json()
    assert len(var) == 153
    assert set(var[0]) == {"nom", "code", "population"}


def test_an_unchanged_answer_is_not_sent_again(gateway: Client) -> None:
    first = gateway.get("/geo/communes/83061")
    assert first.json()["nom"] == "Fréjus"
    assert gateway.get("/geo/communes/83061", If_None_Match=first.headers["etag"]).status == 304
    catalogue = gateway.get("/v1/indicators")
    assert gateway.get("/v1/indicators", If_None_Match=catalogue.headers["etag"]).status == 304


def test_a_head_answers_without_a_body_and_the_connection_goes_on(gateway: Client) -> None:
    connection = http.client.HTTPConnection(gateway.base.removeprefix("http://"), timeout=30)
    connection.request("HEAD", "/geo/communes/83061")
    head = connection.getresponse()
    assert (head.status, head.read()) == (200, b"")
    connection.request("GET", "/geo/communes/83061?fields=code")
    assert b"83061" in connection.getresponse().read()
    connection.close()


def test_an_answer_deflated_on_the_bus_reaches_those_who_read_it_so(gateway: Client) -> None:
    codes = [one["code"] for one in gateway.get("/geo/communes?codeDepartement=30&fields=code").json()[:74]]
    asked = {"communes": codes}
    deflated = gateway.post("/v1/diagnostics", asked, Accept_Encoding="deflate")
    assert deflated.headers["content-encoding"] == "deflate"
    plain = gateway.post("/v1/diagnostics", asked, Accept_Encoding="deflate;q=0")
    assert "content-encoding" not in plain.headers
    assert zlib.decompress(deflated.body) == plain.body


def test_long_answers_travel_compressed(gateway: Client) -> None:
    answer = gateway.get("/v1/indicators", Accept_Encoding="gzip")
    assert answer.headers["content-encoding"] == "gzip"
    assert b"sans_mt_17_plus" in gzip.decompress(answer.body)


def test_all_unknown_codes_are_listed_at_once(gateway: Client) -> None:
    refused = gateway.post("/v1/territories", {"communes": ["83061", "1001", "99999", "83999"]})
    assert (refused.status, refused.headers["content-type"]) == (422, "application/problem+json")
    problem = refused.json()
    assert problem["code"] == "unknown-communes"
    assert set(problem["codes"]) == {"1001", "99999", "83999"}
    assert problem["correlation_id"]


def test_an_old_code_is_mapped_with_a_notice(gateway: Client) -> None:
    # Larche merged with Meyronnes into Val-d'Oronaye on 1 January 2016.
    territory = gateway.post("/v1/territories", {"communes": ["04100"]}).json()
    assert [one["code"] for one in territory["communes"]] == ["04120"]
    assert [notice["code"] for notice in territory["notices"]] == ["commune_remplacee"]


def test_duplicates_are_dropped_with_a_notice(gateway: Client) -> None:
    territory = gateway.post("/v1/territories", {"communes": ["83061", "83061", "83118"]}).json()
    assert [one["code"] for one in territory["communes"]] == ["83061", "83118"]
    assert [notice["code"] for notice in territory["notices"]] == ["doublon"]


def test_an_empty_list_and_a_list_too_long_are_refused(gateway: Client) -> None:
    assert gateway.post("/v1/diagnostics", {"communes": []}).json()["code"] == "empty-territory"
    codes = [f"{number:05d}" for number in range(40_000)]
    refused = gateway.post("/v1/territories", {"communes": codes})
    assert refused.status == 422
    assert (refused.json()["received"], refused.json()["maximum"]) == (40_000, 2_000)


def test_a_body_over_the_limit_says_both_sizes(gateway: Client) -> None:
    refused = gateway.post("/v1/territories", b'{"communes": ["' + b"8" * 1_100_000 + b'"]}')
    assert refused.status == 413
    assert refused.json()["maximum"] == 1 << 20


def test_a_body_that_is_not_json_is_a_problem_with_its_place(gateway: Client) -> None:
    refused = gateway.post("/v1/diagnostics", b"communes=83061")
    assert (refused.status, refused.json()["code"]) == (400, "not-json")
    assert "ligne 1" in refused.json()["detail"]


def test_a_wrong_type_deep_inside_is_named_by_its_path(gateway: Client) -> None:
    refused = gateway.post("/v1/diagnostics", {"communes": ["83061", 83118], "focus": {"pathologies": [1]}})
    assert refused.status == 422
    assert {fault["path"] for fault in refused.json()["errors"]} == {"communes[1]", "focus.pathologies[0]"}


def test_an_unknown_field_is_named(gateway: Client) -> None:
    refused = gateway.post("/v1/territories", {"commune": ["83061"]})
    assert {fault["path"] for fault in refused.json()["errors"]} == {"commune", "communes"}


def test_a_name_with_a_control_character_is_refused(gateway: Client) -> None:
    refused = gateway.post("/v1/reports?f=pdf", {"communes": VAR, "nom": "a\u0007b"})
    assert (refused.status, refused.json()["errors"][0]["path"]) == (422, "nom")


def test_a_body_that_is_not_compressed_as_it_says_is_refused(gateway: Client) -> None:
    refused = gateway.post("/v1/territories", b"abc", Content_Encoding="gzip")
    assert (refused.status, refused.json()["code"]) == (400, "bad-request")


def test_an_unknown_address_and_a_wrong_method_are_problems(gateway: Client) -> None:
    assert gateway.get("/v1/nulle-part").json()["code"] == "not-found"
    refused = gateway.get("/v1/territories")
    assert (refused.status, refused.headers["allow"]) == (405, "POST")


def test_an_unknown_release_and_focus_are_refused(gateway: Client) -> None:
    assert (
        gateway.post("/v1/diagnostics", {"communes": VAR, "release": "x"}).json()["code"] == "unknown-release"
    )
    refused = gateway.post("/v1/diagnostics", {"communes": VAR, "focus": {"pathologies": ["ald_99_x"]}})
    assert refused.json()["code"] == "unknown-focus"


def test_the_correlation_id_of_the_caller_is_kept(gateway: Client) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = gateway.post(
        "/v1/territories", {"communes": ["0"]}, traceparent=f"00-{trace}-00f067aa0ba902b7-01"
    )
    assert answer.headers["x-correlation-id"] == trace
    assert answer.json()["correlation_id"] == trace


def test_the_descriptions_and_the_reference_page_are_served(gateway: Client) -> None:
    assert gateway.get("/openapi.json").json()["openapi"] == "3.1.0"
    assert gateway.get("/asyncapi.yaml").body.startswith(b"asyncapi: 3")
    assert b"swagger-ui-bundle.js" in gateway.get("/docs").body
    assert gateway.get("/docs/swagger-ui-bundle.js").status == 200
    assert gateway.get("/docs/nothing.js").json()["code"] == "not-found"
