"""The attacker: what linear programs find of the unsafe cells of a partition, over chosen départements or all.

Families of linked rows are attacked apart, and in each the sets of communes that no total or link connects: a set
may span départements, and is never cut. What one row alone constrains is answered in closed form, exactly.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context

import numpy as np

from services.indicators.geography import Geography
from services.indicators.secrecy.audit.build import programme, readable
from services.indicators.secrecy.audit.closed_form import failures
from services.indicators.secrecy.audit.components import components, first_columns, tangled
from services.indicators.secrecy.audit.externals import External
from services.indicators.secrecy.audit.findings import AuditReport, Flag
from services.indicators.secrecy.audit.grade import Grades, simple_grades, solved_grades
from services.indicators.secrecy.audit.programme import Programme
from services.indicators.secrecy.piece import Mask, Partition, Piece

WORKERS = 2
# Département, départements done, départements in all.
Progress = Callable[[str, int, int], None]


def audit(
    pieces: Sequence[Piece],
    partition: Partition,
    geography: Geography,
    *,
    departements: Collection[str] | None = None,
    externals: Sequence[External] = (),
    workers: int = WORKERS,
    progress: Progress = lambda _departement, _done, _all: None,
) -> AuditReport:
    """Attack a partition; all départements where none is named. `workers`: processes, 0 to stay in this one.

    What `progress` raises stops the audit and reaches the caller, with no process left behind.
    """
    started = time.perf_counter()
    everywhere = tuple(sorted(set(geography.departements)))
    chosen = everywhere if departements is None else tuple(sorted(set(departements) & set(everywhere)))
    run = _Run(partition, geography, chosen)
    flags = [flag for flag in failures(pieces, partition) if run.touches(flag)]
    rule = len(flags)
    for family in families(pieces):
        names = {piece.name for piece in family}
        attacked = programme(family, partition, [known for known in externals if known.row in names])
        flags += run.without_solver(attacked)
        run.keep(attacked)
    flags += run.solved(workers, progress)
    cells = {reason: _cells(flags, reason) for reason in ("exact", "narrow", "infeasible")}
    return AuditReport(
        departements=chosen,
        complete=chosen == everywhere,
        atoms=sets_told(pieces, partition, geography, chosen),
        unsafe=sum(int((piece.unsafe & run.inside).sum()) for piece in pieces),
        solved=run.programs,
        exact=cells["exact"],
        narrow=cells["narrow"],
        rule=rule,
        infeasible=cells["infeasible"],
        repaired=0,
        seconds=time.perf_counter() - started,
        externals=len(externals),
        flags=tuple(flags),
    )


def sets_told(
    pieces: Iterable[Piece], partition: Partition, geography: Geography, departements: Sequence[str]
) -> int:
    """Atoms that some départements have a part of, and whose sums can be read."""
    inside = np.isin(np.array(geography.departements), np.array(departements))
    found = 0
    for piece in pieces:
        cut = partition[piece.name]
        found += int(np.unique(cut.atom[inside & piece.loaded & readable(cut)[cut.atom]]).size)
    return found


class _Run:
    """What one audit has found so far."""

    def __init__(self, partition: Partition, geography: Geography, chosen: Sequence[str]) -> None:
        self._partition = partition
        codes, self._departement = np.unique(np.array(geography.departements), return_inverse=True)
        self._codes: list[str] = codes.tolist()
        self.inside: Mask = np.isin(np.array(geography.departements), np.array(chosen))
        self._programmes: dict[str, list[Programme]] = {}
        self.programs = 0

    def touches(self, flag: Flag) -> bool:
        """Whether the atom of a flag has a commune in the chosen départements."""
        atom = self._partition[flag.row].atom
        return bool(self.inside[atom == atom[flag.unit]].any())

    def without_solver(self, attacked: Programme) -> Iterator[Flag]:
        """What is known outright, what the truth breaks, and what one row alone constrains."""
        broken = attacked.broken() & self.inside[attacked.unit]
        for rank, unit in zip(attacked.rank[broken].tolist(), attacked.unit[broken].tolist(), strict=True):
            yield Flag(attacked.names[rank], unit, "n", "infeasible")
        here = self.inside[attacked.at_unit]
        yield from _flags(attacked, attacked.outright & here, np.zeros(len(here), dtype=bool))
        simple = components(attacked).simple
        single = here & (attacked.targets.width() == 1)
        single[single] = simple[first_columns(attacked.targets.kept(single))]
        if single.any():
            part = attacked.part(simple, simple[first_columns(attacked.rows)], single)
            exact, narrow = simple_grades(part)
            yield from _flags(part, exact, narrow)

    def keep(self, attacked: Programme) -> None:
        """Keep for the solver what several rows constrain, and holds a cell of the chosen départements."""
        for rank, part in tangled(attacked, self.inside[attacked.at_unit], self._departement):
            self._programmes.setdefault(self._codes[rank], []).append(part)

    def solved(self, workers: int, progress: Progress) -> Iterator[Flag]:
        """What the solver finds, département by département."""
        order = sorted(self._programmes)
        work = [self._programmes[departement] for departement in order]
        with ExitStack() as stack:
            results: Iterable[list[Grades]] = map(_graded, work)
            if workers:
                pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
                stack.callback(pool.shutdown, cancel_futures=True)
                results = pool.map(_graded, work)
            for done, (departement, result) in enumerate(zip(order, results, strict=True), 1):
                for attacked, found in zip(self._programmes[departement], result, strict=True):
                    yield from self._found(attacked, found)
                progress(departement, done, len(order))

    def _found(self, attacked: Programme, found: Grades) -> Iterator[Flag]:
        self.programs += found.solved
        here = self.inside[attacked.at_unit]
        if found.infeasible:
            for target in np.flatnonzero(here).tolist():
                row = attacked.names[attacked.at_rank[target]]
                yield Flag(row, int(attacked.at_unit[target]), attacked.quorums[target], "infeasible")
        yield from _flags(attacked, found.exact & here, found.narrow & here)


def _graded(programmes: Sequence[Programme]) -> list[Grades]:
    return [solved_grades(attacked) for attacked in programmes]


def _flags(attacked: Programme, exact: Mask, narrow: Mask) -> Iterator[Flag]:
    for target in np.flatnonzero(exact | narrow).tolist():
        row, unit = attacked.names[attacked.at_rank[target]], int(attacked.at_unit[target])
        yield Flag(row, unit, attacked.quorums[target], "exact" if exact[target] else "narrow")


def families(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Rows linked together, in the order given."""
    found: dict[str, list[Piece]] = {}
    for piece in pieces:
        found.setdefault(piece.family, []).append(piece)
    return list(found.values())


def _cells(flags: Iterable[Flag], reason: str) -> int:
    return len({(flag.row, flag.unit) for flag in flags if flag.reason == reason})
