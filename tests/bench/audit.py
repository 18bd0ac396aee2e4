"""The audit of all France: closed rule, linear programs, memory; and one département against HiGHS used plainly.

The peer is what one writes first: the same programs of a département in HiGHS, started cold with its presolve for
each minimum and each maximum. It is timed on some cells drawn from a seed, and its time for all is worked out from
those; the cells must be graded alike.

Run: python -m tests.bench.audit (the reference must have been set up; the embedded server, or DATABASE_URL)
"""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from services.indicators.building.build import Choices, Draft
from services.indicators.catalogue import load_catalogue
from services.indicators.geography import Geography
from services.indicators.secrecy.audit.attack import audit, families
from services.indicators.secrecy.audit.build import programme
from services.indicators.secrecy.audit.closed_form import failures
from services.indicators.secrecy.audit.components import tangled
from services.indicators.secrecy.audit.grade import limits, needed, prior_at_most
from services.indicators.secrecy.audit.programme import Programme
from services.indicators.secrecy.audit.reach import MARGIN, extremes, reach
from services.indicators.secrecy.partition import Policy
from services.indicators.secrecy.piece import Partition, Piece
from tests.bench.disclosure.france import drawn_france

POLICIES: tuple[Policy, ...] = ("commune-mask", "atoms")
AIM_MINUTES, AIM_GIGABYTES, AIM_CLOSED = 20, 2, 1
# A rural département, of 800 communes; cells timed in each of its programs.
DEPARTEMENT, CELLS = "02", 10
CATALOGUE = load_catalogue()


def main() -> None:
    """Measure in a process of its own, whose memory is only that of an audit."""
    subprocess.run([sys.executable, "-m", "tests.bench.audit", "alone"], check=True)


def measure() -> None:
    """Draw France, cut it under each policy, attack it, and print what that costs and finds."""
    raw, geography, _, _ = drawn_france()
    for policy in POLICIES:
        draft = Draft(raw, CATALOGUE, geography, Choices(policy, policy == "atoms", b"banc"))
        partition = draft.cut({})
        _print_france(policy, draft.pieces, partition, geography)
        _print_departement(draft.pieces, partition, geography)


def _print_france(policy: str, pieces: tuple[Piece, ...], partition: Partition, geography: Geography) -> None:
    started = time.perf_counter()
    failures(pieces, partition)
    closed = time.perf_counter() - started
    report = audit(pieces, partition, geography)
    print(
        f"{policy}: {report.seconds:.1f} s for France (aim {AIM_MINUTES} min), {len(report.departements)} "
        f"départements, {report.seconds / len(report.departements):.2f} s each; closed rule {closed:.2f} s "
        f"(aim {AIM_CLOSED}); "
        f"{_peak():.2f} GB at most in the process that leads (aim {AIM_GIGABYTES})"
    )
    print(
        f"  {report.unsafe:,} unsafe cells, {report.atoms:,} atoms, {report.solved:,} programs solved; as first cut, "
        f"before it is mended: {report.exact} exact, {report.narrow} narrow, {report.rule} against the rule, "
        f"{report.infeasible} infeasible"
    )


def _peak() -> float:
    """Most memory this process ever held, in GB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1e6


def _print_departement(pieces: tuple[Piece, ...], partition: Partition, geography: Geography) -> None:
    programmes = _programmes(pieces, partition, geography)
    cells = sum(len(attacked.targets) for attacked in programmes)
    own = peer = 0.0
    timed = unlike = 0
    for attacked in programmes:
        need = needed(prior_at_most(attacked), limits(attacked))
        started = time.perf_counter()
        found = reach(attacked, need)
        own += time.perf_counter() - started
        chosen = _some(attacked)
        part = attacked.part(np.ones(len(attacked.low), bool), np.ones(len(attacked.rows), bool), chosen)
        started = time.perf_counter()
        exact = extremes(part, warm=False)
        peer += (time.perf_counter() - started) / chosen.sum() * len(chosen)
        timed += int(chosen.sum())
        wide = (found.high - found.low >= need - MARGIN)[chosen]
        unlike += int((wide != (exact.high - exact.low >= need[chosen] - MARGIN)).sum())
    print(
        f"  département {DEPARTEMENT}: {cells:,} counts in {len(programmes)} programs, {own:.2f} s; HiGHS cold, two "
        f"programs a count: {peer:.0f} s (from {timed} counts), {peer / own:.0f} times ours; {unlike} settled otherwise"
    )


def _programmes(pieces: tuple[Piece, ...], partition: Partition, geography: Geography) -> list[Programme]:
    """What needs a solver and holds a cell of the département."""
    here = np.array(geography.departements) == DEPARTEMENT
    place = np.zeros(len(here), dtype=np.intp)
    attacked = [programme(family, partition) for family in families(pieces)]
    return [part for one in attacked for _, part in tangled(one, here[one.at_unit], place)]


def _some(attacked: Programme) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    count = len(attacked.targets)
    chosen = np.zeros(count, dtype=bool)
    chosen[np.random.default_rng(1).permutation(count)[:CELLS]] = True
    return chosen


if __name__ == "__main__":
    if sys.argv[1:] == ["alone"]:
        measure()
    else:
        main()
