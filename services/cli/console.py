"""How the command speaks to a person: progress and problems on stderr, never on stdout."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from services.gateway.settings import GatewaySettings
from shared.errors import Problem
from shared.logging import configure_logging
from shared.settings import CommonSettings, load

MAX_ROWS = 30
T = TypeVar("T")

stderr = Console(stderr=True, highlight=False)
Step = Callable[..., None]


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run one command's coroutine; Ctrl-C stops it."""
    return asyncio.run(work)


def quiet_settings() -> CommonSettings:
    """Settings of a one-off command, whose logs show warnings alone, in clear."""
    settings = load(GatewaySettings)
    configure_logging(level=max(settings.log_level, "warning", key=_rank), form="console")
    return settings


def _rank(level: str) -> int:
    return ("debug", "info", "warning", "error").index(level)


class Telling(Protocol):
    """Tells the step, and the share of it done (0 to 1) where it is known."""

    def __call__(self, sentence: str, share: float | None = None, /) -> None:
        """Show it."""


@contextmanager
def progress(title: str) -> Iterator[Telling]:
    """Show what is being done and since when; the value given tells the step."""
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TimeElapsedColumn(),
        console=stderr,
        transient=not stderr.is_terminal,
    ) as bars:
        task = bars.add_task(title, total=None)

        said = title

        def step(sentence: str, share: float | None = None, /) -> None:
            nonlocal said
            bars.update(task, description=sentence, completed=share or 0.0)
            # A total of None shows that nobody knows how long it takes.
            bars.tasks[task].total = None if share is None else 1.0
            if not stderr.is_terminal and sentence != said:
                stderr.print(sentence)
            said = sentence

        yield step
        bars.update(task, total=1, completed=1)


def fail(problem: Problem) -> None:
    """Say a problem in words: its title, detail and, for a refused folder, its first rows."""
    stderr.print(f"[bold red]{problem.title}[/]\u00a0: {escape(problem.detail)}", soft_wrap=True)
    rows = problem.extensions.get("rows", ())
    for row in rows[:MAX_ROWS]:
        place = f"{row.get('file')}, ligne {row.get('line')}"
        column = f", colonne {row['column']}" if row.get("column") else ""
        stderr.print(f"  – {place}{column}\u00a0: {row.get('reason')}", soft_wrap=True, markup=False)
    if len(rows) > MAX_ROWS:
        stderr.print(f"  … et {len(rows) - MAX_ROWS} autres.")
