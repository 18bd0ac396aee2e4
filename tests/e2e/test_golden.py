"""The published report of five communes of the Var comes back, figure by figure, through the HTTP API of both buses."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.processes import Client
from tests.e2e.territory import rezone
from tests.golden import GOLDEN

CODES = [commune["code"] for commune in GOLDEN["communes"]]
CODE_OF = {commune["name"]: commune["code"] for commune in GOLDEN["communes"]}
PROFESSION_OF = {
    "Médecins spécialistes en médecine générale": "medecin_generaliste",
    "Infirmiers": "infirmier",
    "Masseur-kinésithérapeute": "masseur_kinesitherapeute",
    "Orthophonistes": "orthophoniste",
    "Orthoptistes": "orthoptiste",
}


@pytest.fixture(scope="module")
def diagnostic(gateway: Client) -> dict[str, Any]:
    answer = gateway.post("/v1/diagnostics", {"communes": CODES, "nom": "Fréjus"})
    assert answer.status == 200, answer.body
    diagnostic: dict[str, Any] = answer.json()
    return diagnostic


def by_id(diagnostic: dict[str, Any]) -> dict[str, Any]:
    return {indicator["id"]: indicator for indicator in diagnostic["indicators"]}


def test_every_rate_and_count_is_that_of_the_report(diagnostic: dict[str, Any]) -> None:
    answered = by_id(diagnostic)
    expected = {one["id"]: (one["rate"], one["count"]) for one in GOLDEN["indicators"]}
    assert {key: (answered[key]["rate"], answered[key]["count"]) for key in expected} == expected


def test_every_reference_and_difference_is_that_of_the_report(diagnostic: dict[str, Any]) -> None:
    answered = by_id(diagnostic)
    for expected in GOLDEN["indicators"]:
        references = {one["level"]: one for one in answered[expected["id"]]["references"]}
        assert {level: one["rate"] for level, one in references.items()} == expected["refs"]
        assert {level: one["difference"] for level, one in references.items()} == expected["differences"]


def test_exactly_the_communes_of_the_report_are_neutralised(diagnostic: dict[str, Any]) -> None:
    answered = by_id(diagnostic)
    for expected in GOLDEN["indicators"]:
        neutralised = answered[expected["id"]]["neutralised"]
        assert [place["nom"] for place in neutralised["communes"]] == expected["neutralised"]
        assert neutralised["rate"] == 20.0 * len(expected["neutralised"])


def test_count_only_indicators_carry_counts_as_references(diagnostic: dict[str, Any]) -> None:
    answered = by_id(diagnostic)
    for expected in GOLDEN["counts"]:
        assert answered[expected["id"]]["count"] == expected["count"]
        references = {one["level"]: one["count"] for one in answered[expected["id"]]["references"]}
        assert references == expected["refs"]


def test_every_activity_line_is_that_of_the_report(diagnostic: dict[str, Any]) -> None:
    activity = {line["profession"]: line for line in diagnostic["activity"]}
    for profession, expected in GOLDEN["activity_suppression"].items():
        line = activity[profession]
        assert line["professionals"] == expected["total"]
        assert line["communes_sans_activite"] == expected["communes_sans_activite"]
        assert line["communes_neutralisees"] == expected["communes_neutralisees"]
        assert line["professionnels_neutralises"] == expected["professionnels_neutralises"]
        assert line["taux_neutralisation"] == expected["taux"]
        shown = line["communes_sans_activite"] + line["communes_neutralisees"] + line["communes_montrees"]
        assert shown == len(CODES)


def test_patients_per_professional_are_those_of_the_report(diagnostic: dict[str, Any]) -> None:
    activity = {line["profession"]: line for line in diagnostic["activity"]}
    for expected in GOLDEN["patients_per_professional"]:
        value = activity[PROFESSION_OF[expected["category"]]]["patients_par_professionnel"]
        assert value["value"] == expected["territoire"]
        assert value["status"] == ("published" if expected["territoire"] is not None else "suppressed")
        references = {one["level"]: one["value"] for one in value["references"]}
        assert references == {level: expected[level] for level in ("departement", "region", "france")}


def test_the_territory_is_one_piece_of_one_departement_and_of_size_3(gateway: Client) -> None:
    territory = gateway.post("/v1/territories", {"communes": CODES}).json()
    assert territory["d_un_seul_tenant"] is True
    assert [one["code"] for one in territory["departements"]] == ["83"]
    signed = territory["tailles"][0]
    assert (signed["taille"], signed["total"]) == (3, 370_000)
    assert sum(line["montant"] for line in signed["lignes"]) == signed["total"]


def test_the_answer_says_that_the_release_was_not_audited(diagnostic: dict[str, Any]) -> None:
    assert diagnostic["release"]["audited"] is False


@pytest.mark.parametrize(
    ("code", "neighbours"),
    [
        ("83061", ["06079", "83001", "83008", "83099", "83107", "83118", "83133"]),
        ("30334", ["30014", "30041", "30174", "30286", "30295", "30299", "30308"]),
    ],
)
def test_a_commune_touches_exactly_its_neighbours(gateway: Client, code: str, neighbours: list[str]) -> None:
    answer = gateway.get(f"/geo/communes/{code}/adjacentes")
    assert sorted(one["code"] for one in answer.json()) == neighbours
    assert all(one["longueur"] > 0 for one in answer.json())


def test_a_folder_that_is_not_there_is_said_in_french(environment: dict[str, str]) -> None:
    refused = rezone(environment, "release", "build", "--from", "nulle-part")
    assert refused.returncode == 1
    assert "nulle-part n’est pas un dossier" in refused.stderr


def test_a_new_release_is_not_activated_unaudited_by_accident(
    environment: dict[str, str], golden_folder: Path
) -> None:
    refused = rezone(
        environment, "release", "build", "--from", str(golden_folder), "--sans-audit", "--activate"
    )
    assert refused.returncode == 1
    assert "--unaudited" in refused.stderr


def test_the_command_line_gives_the_same_document_as_the_gateway(
    environment: dict[str, str], diagnostic: dict[str, Any]
) -> None:
    asked = ("diagnostic", "--communes", ",".join(CODES), "--nom", "Fréjus", "--format", "json")
    assert json.loads(rezone(environment, *asked).stdout) == diagnostic
