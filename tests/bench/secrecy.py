"""What each policy keeps of France, in territories drawn from a seed, and what cutting a release costs.

`naive` hides each commune that fails the primary rule, and nothing more: it is not safe, it is what safety is
compared with. A pair is a territory and an indicator. Columns:
  all       residents of the communes kept, of all: mean over every pair
  passing   the same over pairs whose own total passes the rule (11 people counted, 11 in the denominator and, where
            two-sided, 11 in the complement): those to which one could hope for an answer. The aims are on this one
  ALD, rest the same over the thirty ALD, most of them rare, and over the other indicators
  answered  of the passing pairs, those with a value
  counted   people counted (numerators) kept, of all, over every pair pooled; people: those counted among
  prof.     active professionals kept in patients per professional, of all, pooled
  bias      distance between the rate shown and that of everybody, in points: mean over passing proportions

Run: python -m tests.bench.secrecy (the reference must have been set up; the embedded server, or DATABASE_URL)
"""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from services.indicators.answers.profile import make_profile
from services.indicators.atoms import AtomTable
from services.indicators.building.build import Choices
from services.indicators.catalogue import load_catalogue
from services.indicators.release import Release
from services.indicators.releases.key import key_for
from services.indicators.secrecy.partition import Policy
from shared.schemas.base import Place
from shared.schemas.geo import Dataset, DepartementShare, Membership
from shared.schemas.geo_outline import Outline
from tests.bench.disclosure.france import drawn_france
from tests.bench.disclosure.kept import Truth, kept, naive
from tests.bench.disclosure.territories import Territories, discs, discs_of_residents, epcis
from tests.first_cut import build

# As a release is built unless told otherwise: two-sided under atoms alone.
POLICIES: tuple[tuple[Policy, bool], ...] = (("commune-mask", False), ("atoms", True))
COLUMNS = ("all", "passing", "ALD", "rest", "answered", "counted", "people", "prof.", "bias")
LEAST, PROFILE_COMMUNES, ROUNDS = 5, 74, 200
AIM_SECONDS, AIM_GIGABYTES, AIM_PROFILE_MS = 60, 2, 1
CATALOGUE = load_catalogue()
# A mask with the position in it of each row measured.
Masks = dict[str, tuple[AtomTable, list[int]]]


def main() -> None:
    """Measure in a process of its own, whose memory is only that of a build."""
    subprocess.run([sys.executable, "-m", "tests.bench.secrecy", "alone"], check=True)


def measure() -> None:
    """Draw France, cut it under each policy, and print what is kept."""
    raw, geography, memberships, dataset = drawn_france()
    truth = Truth(raw, geography, CATALOGUE)
    masks: Masks = {"naive": (naive(truth), list(range(len(truth.rows))))}
    for policy, two_sided in POLICIES:
        release = _built(truth, policy, two_sided=two_sided)
        masks[policy] = (release.table, [release.rows[row] for row in truth.rows])
        _print_profile(release, memberships, dataset)
    for territories in (epcis(geography), discs(geography), discs_of_residents(geography)):
        _print_table(truth, territories, masks)


def _built(truth: Truth, policy: Policy, *, two_sided: bool) -> Release:
    key = key_for(None, truth.raw.description.vintage, needed=False)
    started, worked = time.perf_counter(), time.process_time()
    choices = Choices(policy, two_sided, key)
    release = build(truth.raw, truth.geography, choices).release
    seconds, busy = time.perf_counter() - started, time.process_time() - worked
    print(
        f"{policy}: built in {seconds:.1f} s, {busy:.1f} s of one core, without the linear programs "
        f"(aim {AIM_SECONDS}); peak memory since the folder was drawn {_peak():.2f} GB (aim {AIM_GIGABYTES}); "
        f"{len(release.published.n) - 1:,} atoms"
    )
    return release.prepared()


def _peak() -> float:
    """Most memory this process ever held, in GB; what getrusage says may be of the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1e6


def _print_profile(release: Release, memberships: list[Membership], dataset: Dataset) -> None:
    """The longest list of a published report: communes of the Var, whole answer and its one pass over the atoms."""
    chosen = [one for one in memberships if one.departement == "83"][:PROFILE_COMMUNES]
    outline = Outline(
        nature="communes",
        code=None,
        nom=None,
        codes=tuple(one.code for one in chosen),
        noms=tuple(one.nom for one in chosen),
        populations=tuple(one.population for one in chosen),
        zonages=tuple(one.zonage for one in chosen),
        population=sum(one.population or 0 for one in chosen),
        superficie_km2=None,
        departements=(DepartementShare(code="83", nom="Var", communes=len(chosen), region="93"),),
        regions=(Place(code="93", nom="Provence-Alpes-Côte d’Azur"),),
        dataset=dataset,
    )
    units = release.positions(list(outline.codes))
    passes, answers = [], []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        release.table.totals(units)
        passed = time.perf_counter()
        make_profile(release, outline, CATALOGUE)
        passes.append(passed - started)
        answers.append(time.perf_counter() - passed)
    print(
        f"  profile of {len(chosen)} communes: {np.median(answers) * 1000:.2f} ms (aim {AIM_PROFILE_MS}), of which "
        f"{np.median(passes) * 1000:.2f} ms to sum the atoms of every row"
    )


def _print_table(truth: Truth, territories: Territories, masks: Masks) -> None:
    residents = [int(truth.geography.populations[units].sum()) for units in territories.units]
    communes = [len(units) for units in territories.units]
    aim = f"; aim of atoms, passing: {territories.aim:.0%}" if territories.aim else ""
    print(
        f"\n{territories.name}: median {np.median(residents):,.0f} residents, {np.median(communes):.0f} communes{aim}"
    )
    print(" " * 14 + "".join(f"{column:>9}" for column in COLUMNS))
    names = [one.id for one in truth.indicators]
    rare = np.array([name in CATALOGUE.ald for name in names])
    for mask, (table, columns) in masks.items():
        found = kept(table, columns, truth, territories)
        every, passing, *others, bias = found.figures()
        shares = (every, passing, found.passing_of(rare), found.passing_of(~rare), *others)
        print(f"{mask:14}" + "".join(f"{share * 100:9.1f}" for share in shares) + f"{bias * 100:9.2f}")
        least = ", ".join(f"{name} {share * 100:.0f}" for name, share in found.least(names, LEAST))
        print(f"{'':14}  least kept: {least}")


if __name__ == "__main__":
    if sys.argv[1:] == ["alone"]:
        measure()
    else:
        main()
