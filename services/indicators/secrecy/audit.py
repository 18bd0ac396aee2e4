"""The attacker: what linear programs find of the unsafe cells of a partition, over chosen départements or all.

Families of linked rows are attacked apart, and in each the sets of communes that no total or link connects: a set
may span départements, and is never cut. What one row alone constrains is answered in closed form, exactly.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Self

import numpy as np

from services.indicators.geography import Geography
from services.indicators.secrecy.audit_build import programme, readable
from services.indicators.secrecy.audit_components import components, first_columns
from services.indicators.secrecy.audit_grade import Grades, simple_grades, solved_grades
from services.indicators.secrecy.audit_programme import Programme
from services.indicators.secrecy.closed_form import failures
from services.indicators.secrecy.externals import External
from services.indicators.secrecy.findings import AuditReport, Flag
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
    run = _Run(pieces, partition, geography, chosen)
    flags = list(failures(pieces, partition))
    flags = [flag for flag in flags if run.inside[flag.unit]]
    rule = len(flags)
    with _Pool(workers) as pool:
        for family in _families(pieces):
            attacked = programme(family, partition, [e for e in externals if e.row in _names(family)])
            flags += run.without_solver(attacked)
            run.to_solve(attacked, pool)
        flags += run.solved(progress)
    cells = {reason: _cells(flags, reason) for reason in ("exact", "narrow", "infeasible")}
    return AuditReport(
        departements=chosen,
        complete=chosen == everywhere,
        atoms=sum(run.atoms(piece) for piece in pieces),
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


@dataclass(frozen=True, repr=False)
class _Task:
    """A program to solve, counted with one département."""

    departement: str
    programme: Programme
    grades: "Future[Grades]"


class _Pool:
    """Processes that grade programs; with none, the caller's own."""

    def __init__(self, workers: int) -> None:
        self._pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn")) if workers else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def submit(self, attacked: Programme) -> "Future[Grades]":
        if self._pool:
            return self._pool.submit(solved_grades, attacked)
        done: Future[Grades] = Future()
        done.set_result(solved_grades(attacked))
        return done


class _Run:
    """What one audit has found so far."""

    def __init__(
        self, pieces: Sequence[Piece], partition: Partition, geography: Geography, chosen: Sequence[str]
    ) -> None:
        self._pieces = {piece.name: piece for piece in pieces}
        self._partition = partition
        codes, self._departement = np.unique(np.array(geography.departements), return_inverse=True)
        self._codes: list[str] = codes.tolist()
        self.inside: Mask = np.isin(np.array(geography.departements), np.array(chosen))
        self._tasks: list[_Task] = []
        self.programs = 0

    def atoms(self, piece: Piece) -> int:
        """Atoms that the chosen départements have a part of, and whose sums can be read."""
        cut = self._partition[piece.name]
        return int(np.unique(cut.atom[self.inside & piece.loaded & readable(cut)[cut.atom]]).size)

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
            rows = np.zeros(len(attacked.rows), dtype=bool)
            rows[:] = simple[first_columns(attacked.rows)]
            part = attacked.part(simple, rows, single)
            exact, narrow = simple_grades(part)
            yield from _flags(part, exact, narrow)

    def to_solve(self, attacked: Programme, pool: _Pool) -> None:
        """Hand over the components of several rows that hold a cell of the chosen départements."""
        found = components(attacked)
        some = attacked.targets.width() > 0
        of_target = np.full(len(some), -1, dtype=np.intp)
        of_target[some] = found.of[first_columns(attacked.targets.kept(some))]
        wanted = np.zeros(len(found.of), dtype=bool)
        wanted[of_target[some & self.inside[attacked.at_unit]]] = True
        sound = np.ones(len(found.of), dtype=bool)
        sound[found.of[attacked.broken()]] = False
        kept = (wanted & sound)[found.of] & ~found.simple
        of_row = found.of[first_columns(attacked.rows)]
        # A component goes with the département of its first variable.
        place = self._departement[attacked.unit][found.of]
        for departement in np.unique(place[kept]).tolist():
            variables = kept & (place == departement)
            part = attacked.part(variables, variables[of_row], some & variables[of_target])
            self._tasks.append(_Task(self._codes[departement], part, pool.submit(part)))

    def solved(self, progress: Progress) -> Iterator[Flag]:
        """What the solver found, département by département."""
        waiting = sorted({task.departement for task in self._tasks})
        for done, departement in enumerate(waiting, 1):
            for task in self._tasks:
                if task.departement == departement:
                    yield from self._found(task)
            progress(departement, done, len(waiting))

    def _found(self, task: _Task) -> Iterator[Flag]:
        result, attacked = task.grades.result(), task.programme
        self.programs += result.solved
        if result.infeasible:
            for rank, unit in zip(attacked.at_rank.tolist(), attacked.at_unit.tolist(), strict=True):
                yield Flag(attacked.names[rank], unit, "n", "infeasible")
            return
        here = self.inside[attacked.at_unit]
        yield from _flags(attacked, result.exact & here, result.narrow & here)


def _flags(attacked: Programme, exact: Mask, narrow: Mask) -> Iterator[Flag]:
    for target in np.flatnonzero(exact | narrow).tolist():
        row, unit = attacked.names[attacked.at_rank[target]], int(attacked.at_unit[target])
        yield Flag(row, unit, attacked.quorums[target], "exact" if exact[target] else "narrow")


def _families(pieces: Iterable[Piece]) -> list[list[Piece]]:
    found: dict[str, list[Piece]] = {}
    for piece in pieces:
        found.setdefault(piece.family, []).append(piece)
    return list(found.values())


def _names(family: Iterable[Piece]) -> set[str]:
    return {piece.name for piece in family}


def _cells(flags: Iterable[Flag], reason: str) -> int:
    return len({(flag.row, flag.unit) for flag in flags if flag.reason == reason})
