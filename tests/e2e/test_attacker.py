"""The attacker against the suite as users run it, on a whole synthetic département: it must come back with nothing."""

import asyncio
import csv
import gzip
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest

from services.indicators.synthetic import draw_folder
from services.local_postgres import LocalPostgres
from shared.schemas.geo import Membership
from tests.attack.api import Api
from tests.attack.campaign import attack
from tests.attack.differential import differences, questions
from tests.attack.knowledge import read_catalogue
from tests.attack.truth import read_truth
from tests.e2e.conftest import ASSETS
from tests.e2e.processes import Client, running
from tests.e2e.territory import rezone, write_small_reference

# Lozère, rural and of small communes, in a France of two départements.
DEPARTEMENT = "48"
DEPARTEMENTS = frozenset((DEPARTEMENT, "04"))
COG = 2026
UNSAFE, AVAILABLE = 11, 50
BUILT_AT = "2026-01-01T00:00:00+00:00"
SEEDS = {"commune-mask": 1, "atoms": 2}


@dataclass(frozen=True)
class Suite:
    """A running suite: its base URL, the release built under each policy, and the folder that it was built from."""

    url: str
    releases: dict[str, str]
    folders: dict[str, Path]


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_reference(tmp_path_factory.mktemp("référentiel"), departements=DEPARTEMENTS)


def memberships(reference: Path) -> list[Membership]:
    """Communes of the reference, as geo would list them."""
    epci = {
        member["code"]: one["code"]
        for one in json.loads((reference / "epci.json").read_bytes())
        for member in one["membres"]
    }
    return [
        Membership(
            code=one["code"],
            nom=one["nom"],
            departement=one["departement"],
            region=one["region"],
            epci=epci.get(one["code"]),
            population=one["population"],
        )
        for one in json.loads((reference / "communes.json").read_bytes())
        if one["type"] == "commune-actuelle"
    ]


@pytest.fixture(scope="module")
def folders(reference: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A producer's folder for each policy, of two vintages that share nothing."""
    home = tmp_path_factory.mktemp("producteur")
    communes = memberships(reference)
    return {policy: draw_folder(communes, COG, home / policy, seed) for policy, seed in SEEDS.items()}


def prepared(home: Path, reference: Path, folders: dict[str, Path]) -> tuple[dict[str, str], dict[str, str]]:
    """Environment of a suite whose database holds a release of each folder, and the id of each release."""
    (home / "assets").symlink_to(ASSETS)
    environment = {"REZONE_DATA_DIR": str(home), "DATABASE_URL": "", "AMQP_URL": ""}
    imported = rezone(environment, "import", "reference", "--from", str(reference))
    assert imported.returncode == 0, imported.stderr
    releases = {}
    for policy, folder in folders.items():
        chosen = ("--policy", policy, "--activate")
        built = rezone(environment, "release", "build", "--from", str(folder), *chosen)
        assert built.returncode == 0, built.stderr
        found = re.search(rf"synthetique-{SEEDS[policy]}-{policy}[\w-]*", built.stderr)
        assert found, built.stderr
        releases[policy] = found[0]
    built_at_one_moment(home)
    return environment, releases


def built_at_one_moment(home: Path) -> None:
    """Give every release the same dates of building and audit, which answers tell: two suites then tell the same."""
    statements = (
        f"UPDATE indicators.release SET facts = jsonb_set(facts, '{{built_at}}', '\"{BUILT_AT}\"')",
        f"UPDATE indicators.release_audit SET audited_at = '{BUILT_AT}'",
    )

    async def update(url: str) -> None:
        connection = await asyncpg.connect(url)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    loop = asyncio.new_event_loop()
    with LocalPostgres(home) as server:
        loop.run_until_complete(update(server.url))
    loop.close()


@pytest.fixture(scope="module")
def suite(
    reference: Path, folders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Suite]:
    environment, releases = prepared(tmp_path_factory.mktemp("données"), reference, folders)
    with running(environment, tmp_path_factory.mktemp("journaux")) as processes:
        yield Suite(processes["suite"].client.base, releases, folders)


@pytest.mark.parametrize("policy", list(SEEDS))
def test_nothing_is_learnt_of_few_people_through_the_public_api(suite: Suite, policy: str) -> None:
    api = Api(suite.url, suite.releases[policy])
    findings = attack(api, DEPARTEMENT, whole=False)
    knowledge = read_catalogue(api.get("/v1/indicators").json())
    communes = [one["code"] for one in api.get(f"/geo/departements/{DEPARTEMENT}/communes").json()]
    api.close()
    truth = read_truth(suite.folders[policy], knowledge, two_sided=policy == "atoms")
    assert truth.protected_cells(frozenset(communes)) > 5000
    wrong_or_learnt = [claim for claim in findings.claims if truth.verdict(claim)]
    assert wrong_or_learnt == []
    assert findings.leaks == ()


@pytest.fixture(scope="module")
def double(
    reference: Path, folders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Suite]:
    """A suite whose counts differ from the first one's where they are hidden, and nowhere else."""
    altered = altered_copy(folders["commune-mask"], tmp_path_factory.mktemp("producteur double"))
    home = tmp_path_factory.mktemp("données doubles")
    altogether = folders | {"commune-mask": altered}
    environment, releases = prepared(home, reference, altogether)
    with running(environment, tmp_path_factory.mktemp("journaux doubles")) as processes:
        yield Suite(processes["suite"].client.base, releases, altogether)


def altered_copy(folder: Path, copy: Path) -> Path:
    """Copy of a folder where neighbours on the list have exchanged their patients of an ALD, when both had few."""
    shutil.copytree(folder, copy, dirs_exist_ok=True)
    with gzip.open(folder / "counts.csv.gz", "rt", encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    few = [
        line for line in lines if line["indicator"].startswith("ald_") and line["indicator"] != "ald_17_plus"
    ]
    few = [line for line in few if int(line["numerator"]) < UNSAFE and int(line["denominator"]) >= AVAILABLE]
    for one, other in zip(few[::2], few[1::2], strict=False):
        if one["indicator"] == other["indicator"] and one["commune"][:2] == other["commune"][:2]:
            one["numerator"], other["numerator"] = other["numerator"], one["numerator"]
    with gzip.open(copy / "counts.csv.gz", "wt", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
    return copy


def test_an_answer_says_the_same_whatever_is_hidden(suite: Suite, double: Suite) -> None:
    release = suite.releases["commune-mask"]
    assert double.releases == suite.releases
    one, other = Api(suite.url, release), Api(double.url, release)
    codes = [commune["code"] for commune in one.get(f"/geo/departements/{DEPARTEMENT}/communes").json()]
    found = differences(one, other, questions([codes[:1], codes[3:5], codes], release))
    one.close()
    other.close()
    assert found == []


def test_the_folders_of_the_two_suites_differ(suite: Suite, double: Suite) -> None:
    first, second = (one.folders["commune-mask"] / "counts.csv.gz" for one in (suite, double))
    assert gzip.decompress(first.read_bytes()) != gzip.decompress(second.read_bytes())
    assert Client(suite.url).get("/v1/releases").json() != []
