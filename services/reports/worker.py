"""What runs in a rendering process: one job in, the bytes of one document out. No bus, no store, no clock."""

import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from ctypes import c_bool
from dataclasses import dataclass
from pathlib import Path

from services.reports.assemble import assemble
from services.reports.renderers.data import render_json
from services.reports.renderers.html import render_html
from services.reports.renderers.pdf import render_pdf
from services.reports.subject import Subject
from shared.errors import Problem, RenderingFailed
from shared.schemas.reports import ReportFormat


@dataclass(frozen=True)
class Job:
    """A document to make. `seconds`, from the start of rendering, after which the process gives itself up."""

    subject: Subject
    format: ReportFormat
    fonts: Path
    seconds: int


@dataclass(frozen=True)
class Failure:
    """A problem on its way back to the service: exceptions with arguments of their own do not cross processes."""

    problem: type[Problem]
    body: dict[str, object]


@dataclass
class _Process:
    # Tells the service, whatever happens next, that the document in hand was begun.
    begun: c_bool


_process = _Process(c_bool())


def start(begun: c_bool) -> None:
    """Prepare a fresh process: it outlives neither Ctrl-C's decision nor the service that started it.

    `begun` lies in memory shared with the service, and is set as each document begins.
    """
    _process.begun = begun
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_with, args=(parent.sentinel,), daemon=True).start()


def _leave_with(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)


def render(job: Job) -> bytes | Failure:
    """Bytes of the document, or the problem that prevented it.

    A rendering longer than `seconds` ends the process (SIGALRM's own effect reaches code that holds the
    interpreter), which the service sees as a dead worker.
    """
    _process.begun.value = True
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(job.seconds)
    try:
        return _rendered(job)
    except Problem as problem:
        wire = problem.to_wire()
        return Failure(type(problem), wire)
    except (ValueError, TypeError, LookupError, OSError) as error:
        failed = RenderingFailed(
            "Le document n’a pas pu être produit.", reason=f"{type(error).__name__}: {error}"
        )
        return Failure(RenderingFailed, failed.to_wire())
    finally:
        signal.alarm(0)


def _rendered(job: Job) -> bytes:
    document = assemble(job.subject)
    if job.format is ReportFormat.PDF:
        return render_pdf(document, job.fonts)
    if job.format is ReportFormat.HTML:
        return render_html(document)
    return render_json(job.subject, document)
