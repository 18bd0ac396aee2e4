"""`python -m tests.attack`: attacks a running API, and scores the claims where the truth is given."""

import argparse
import sys
from pathlib import Path

from tests.attack.api import Api
from tests.attack.campaign import attack
from tests.attack.findings import Findings
from tests.attack.knowledge import read_catalogue
from tests.attack.truth import Truth, read_truth

WRITE = sys.stdout.write


def main() -> int:
    """Attack and tell; 1 where a protected count was recovered or something leaked."""
    parser = argparse.ArgumentParser(prog="python -m tests.attack", description=__doc__)
    parser.add_argument("--url", required=True, help="base URL of the public API")
    parser.add_argument("--departement", required=True, help="département to attack, 48 for instance")
    parser.add_argument("--release", help="release to ask for; the active one if none")
    parser.add_argument("--truth", type=Path, help="the producer's folder, for scoring alone")
    parser.add_argument("--two-sided", action="store_true", help="score what is left of denominators too")
    asked = parser.parse_args()
    api = Api(asked.url, asked.release)
    findings = attack(api, asked.departement)
    WRITE(
        f"{findings.departement}: {findings.calls} calls, {findings.facts} facts, {findings.seconds:.1f} s, "
        f"{len(findings.claims)} counts told or inferred\n"
    )
    for leak in findings.leaks:
        WRITE(f"leak: {leak}\n")
    if asked.truth is None:
        return bool(findings.leaks)
    knowledge = read_catalogue(api.get("/v1/indicators").json())
    truth = read_truth(asked.truth, knowledge, two_sided=asked.two_sided)
    return tell(findings, truth) or bool(findings.leaks)


def tell(findings: Findings, truth: Truth) -> bool:
    """Print the score of each attack; whether any protected count was recovered."""
    for supposed, title in ((False, "inferred"), (True, "supposing all that is hidden to be few")):
        for name, score in findings.scores(truth, supposed=supposed).items():
            WRITE(f"  {title}, {name}: {score.exact} exact, {score.narrow} narrow, {score.wrong} wrong\n")
        total = findings.total(truth, supposed=supposed)
        WRITE(f"{title}: {total.exact} exact, {total.narrow} narrow, {total.wrong} wrong\n")
    return findings.total(truth).recovered > 0


if __name__ == "__main__":
    raise SystemExit(main())
