"""Profiles, comparisons, similar groups and trends through the HTTP API of both buses."""

from typing import Any

import pytest

from tests.e2e.processes import Client
from tests.golden import GOLDEN

CODES = [commune["code"] for commune in GOLDEN["communes"]]
RATES = {line["id"]: line["rate"] for line in GOLDEN["indicators"]}


def answered(gateway: Client, path: str, asked: dict[str, Any], status: int = 200) -> dict[str, Any]:
    answer = gateway.post(path, asked)
    assert answer.status == status, answer.body
    body: dict[str, Any] = answer.json()
    return body


def test_the_profile_of_a_list_has_the_rates_of_the_report_and_their_intervals(gateway: Client) -> None:
    profile = answered(gateway, "/v1/profiles", {"communes": CODES})
    found = {line["id"]: line for line in profile["indicators"] if line["id"] in RATES}
    assert {name: line["rate"] for name, line in found.items()} == RATES
    for line in found.values():
        assert line["interval"]["low"] <= line["rate"] <= line["interval"]["high"]
    assert profile["territory"]["communes"] == len(CODES)


@pytest.mark.parametrize(
    "groupe",
    [{"nature": "france"}, {"nature": "region", "code": "93"}, {"nature": "departement", "code": "83"}],
)
def test_wider_territories_answer_alike(gateway: Client, groupe: dict[str, str]) -> None:
    profile = answered(gateway, "/v1/profiles", {"groupe": groupe})
    assert profile["territory"]["nature"] == groupe["nature"]
    assert {line["level"] for line in profile["indicators"][0]["references"]} >= {"france"}


def test_territories_stand_side_by_side_and_similar_ones_are_found(gateway: Client) -> None:
    asked = {"territoires": [{"communes": CODES[:2]}, {"communes": CODES[2:], "nom": "Reste"}]}
    table = answered(gateway, "/v1/comparisons", asked)
    assert [one["nom"] for one in table["territoires"]] == [None, "Reste"]
    assert {len(row["values"]) for row in table["indicators"]} == {2}
    trend = answered(gateway, "/v1/trends", {"communes": CODES})
    diabetes = next(series for series in trend["series"] if series["id"] == "ald_08_diabete")
    assert [point["rate"] for point in diabetes["points"]] == [RATES["ald_08_diabete"]]


@pytest.mark.parametrize(
    ("path", "asked", "status", "said"),
    [
        ("/v1/profiles", {}, 422, "soit «\u00a0communes\u00a0», soit «\u00a0groupe\u00a0»"),
        ("/v1/profiles", {"groupe": {"nature": "epci", "code": "0"}}, 404, "introuvables"),
        ("/v1/profiles", {"groupe": {"nature": "region"}}, 422, "le code du regroupement est attendu"),
        ("/v1/comparisons", {"territoires": [{"communes": CODES}]}, 422, "au moins 2"),
        (
            "/v1/comparisons",
            {"territoires": [{"communes": CODES}, {"communes": ["99999"]}]},
            422,
            "Territoire 2\u00a0: Code inconnu",
        ),
        ("/v1/similar", {"communes": CODES, "parmi": "cpts"}, 404, "Aucun regroupement"),
        ("/v1/trends", {"communes": []}, 422, "au moins une commune"),
    ],
)
def test_what_cannot_be_answered_is_said_in_french(
    gateway: Client, path: str, asked: dict[str, Any], status: int, said: str
) -> None:
    assert said in answered(gateway, path, asked, status)["detail"]
