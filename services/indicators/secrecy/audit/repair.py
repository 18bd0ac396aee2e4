"""Mends a partition that an audit could narrow: each atom at fault is joined with one near, and all is cut again."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt

from services.indicators.geography import Geography
from services.indicators.secrecy.audit.attack import WORKERS, Progress, audit, sets_told
from services.indicators.secrecy.audit.externals import External
from services.indicators.secrecy.audit.findings import AuditReport, Flag
from services.indicators.secrecy.audit.forms import ancestors
from services.indicators.secrecy.partition import Pairs
from services.indicators.secrecy.piece import NONE, Cut, Mask, Partition, Piece

# Three départements of a synthetic France (seed 2023) took four: a round is made only where something is still found.
ROUNDS = 20
Joined = dict[str, list[tuple[int, int]]]


def audited(
    cut: Callable[[Pairs], Partition],
    pieces: Sequence[Piece],
    geography: Geography,
    *,
    departements: Collection[str] | None = None,
    externals: Sequence[External] = (),
    workers: int = WORKERS,
    progress: Progress = lambda _departement, _done, _all: None,
) -> tuple[Partition, AuditReport]:
    """Cut, attack, join what is at fault, and again: at most ROUNDS times. The report is that of the partition given.

    `cut` takes the pairs of units that each row must not keep apart. Its `repaired` counts the atoms joined.
    """
    attack = partial(
        audit,
        geography=geography,
        departements=departements,
        externals=externals,
        workers=workers,
        progress=progress,
    )
    forced: Joined = {}
    partition = cut(forced)
    report = attack(pieces, partition)
    for turn in range(ROUNDS):
        # What resists is told by a row above: its atom is joined too.
        more = merges(report.flags, pieces, partition, geography, above=turn > 0)
        if not more:
            break
        for row, pairs in more.items():
            forced.setdefault(row, []).extend(pairs)
        # Families of rows are cut and attacked apart: those where nothing was found stay as they are.
        rows = {flag.row for flag in report.flags}
        again = {piece.family for piece in pieces if piece.name in rows}
        touched = [piece for piece in pieces if piece.family in again]
        before = sets_told(touched, partition, geography, report.departements)
        partition = cut(forced)
        latest = attack(touched, partition)
        report = replace(
            latest,
            atoms=report.atoms - before + latest.atoms,
            unsafe=report.unsafe,
            solved=report.solved + latest.solved,
            seconds=report.seconds + latest.seconds,
        )
    return partition, replace(report, repaired=sum(map(len, forced.values())))


def merges(
    flags: Sequence[Flag],
    pieces: Sequence[Piece],
    partition: Partition,
    geography: Geography,
    *,
    above: bool = False,
) -> Joined:
    """For each atom at fault, a unit of it and the unit of another atom of the row that it is to be joined with.

    The nearest of those of several communes in the département, else any there, else in the région, else anywhere.
    A program that the truth does not satisfy is a fault of the audit, not of an atom: nothing is joined for it.
    `above`: the atoms of the rows that it follows are joined too, where they hold several communes.
    """
    by_name = {piece.name: piece for piece in pieces}
    rings = [np.array(geography.departements), np.array(geography.regions), np.zeros(len(geography.codes))]
    found: dict[tuple[str, int], tuple[int, int]] = {}
    for flag in [*flags, *(_above(flags, by_name, partition) if above else ())]:
        cut = partition[flag.row]
        # In no atom, a commune is on its own.
        atom = (flag.row, int(cut.atom[flag.unit]) or -1 - flag.unit)
        if flag.reason == "infeasible" or atom in found:
            continue
        other = _nearest(flag.unit, _choices(flag.unit, by_name[flag.row], cut, rings), geography)
        if other is not None:
            found[atom] = (flag.unit, other)
    pairs: Joined = {}
    for (row, _), pair in found.items():
        pairs.setdefault(row, []).append(pair)
    return pairs


def _above(flags: Sequence[Flag], by_name: Mapping[str, Piece], partition: Partition) -> Iterator[Flag]:
    for flag in flags:
        for name in ancestors(by_name[flag.row], by_name):
            atom = partition[name].atom
            if atom[flag.unit] != NONE and (atom == atom[flag.unit]).sum() > 1:
                yield replace(flag, row=name)


def _choices(unit: int, piece: Piece, cut: Cut, rings: Sequence[npt.NDArray[np.generic]]) -> Mask:
    """Units of other atoms, in the smallest ring that has any."""
    other = piece.loaded & (cut.atom != cut.atom[unit]) & (cut.atom != NONE)
    several = np.bincount(cut.atom[piece.loaded], minlength=len(cut.shown)) > 1
    found: Mask = other
    for ring in rings:
        found = other & (ring == ring[unit])
        if found.any():
            joined: Mask = found & several[cut.atom]
            return joined if joined.any() else found
    return found


def _nearest(unit: int, choices: Mask, geography: Geography) -> int | None:
    """Nearest choice by the centres of communes; in the order of codes where they are not known."""
    units = np.flatnonzero(choices)
    if not len(units):
        return None
    longitude, latitude = np.radians(geography.centres[units] - geography.centres[unit]).T
    apart = np.hypot(longitude * np.cos(np.radians(geography.centres[unit, 1])), latitude)
    known = ~np.isnan(apart)
    if not known.any():
        return int(units[np.abs(units - unit).argmin()])
    return int(units[known][apart[known].argmin()])
