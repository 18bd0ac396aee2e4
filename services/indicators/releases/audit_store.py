"""SQL of audits: their figures and what they found, kept with the release and carried by no answer."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import orjson

from services.indicators import store
from services.indicators.secrecy.audit.externals import Declared
from services.indicators.secrecy.audit.findings import AuditReport
from services.indicators.store import Connection, Pool, Record, Verdict
from shared import __version__
from shared.errors import ReleaseConflict

MEANWHILE = (
    "Des totaux connus d’ailleurs ont été déclarés pendant l’audit de {}, qui n’en tient pas compte\u00a0: "
    "rien n’a été enregistré. Recommencez."
)


@dataclass(frozen=True)
class StoredAudit:
    """One audit of a release. `rows`: cells found by row and reason; which communes they are stays in the schema."""

    at: datetime
    version: str
    verdict: Verdict
    report: AuditReport
    rows: dict[tuple[str, str], int]


@dataclass(frozen=True, repr=False)
class Found:
    """What an audit of a vintage found. `known`: totals that it took for known from elsewhere.

    `before`: those declared for the vintage as it began, of which some may be of other counts.
    """

    report: AuditReport
    vintage: str
    known: Sequence[Declared]
    before: Sequence[Declared]


def verdict_of(report: AuditReport) -> Verdict:
    """What a report says of its release."""
    if report.passed:
        return "passed"
    return "partial" if report.clean else "failed"


async def save_audit(
    connection: Connection, release_id: str, found: Found, codes: Sequence[str], at: datetime
) -> None:
    """Write an audit and tell listening processes, within the caller's transaction. `codes` of the units.

    Raises ReleaseConflict where a total was declared meanwhile that the audit did not know of.
    """
    unheard = set(await known_totals(connection, found.vintage)) - {*found.before, *found.known}
    if unheard:
        raise ReleaseConflict(MEANWHILE.format(release_id), release=release_id)
    report = found.report
    figures = {name: value for name, value in asdict(report).items() if name != "flags"}
    flags = [[flag.row, codes[flag.unit], flag.quorum, flag.reason] for flag in report.flags]
    await connection.execute(
        store.query("insert_audit"),
        *(release_id, at, __version__, verdict_of(report)),
        *(orjson.dumps(figures).decode(), orjson.dumps(flags).decode()),
        orjson.dumps([[one.row, one.codes, one.total] for one in found.known]).decode(),
    )
    await store.notify(connection, release_id)


async def known_totals(connection: Connection | Pool, vintage: str) -> list[Declared]:
    """Totals that any audit of a vintage took for known from elsewhere."""
    rows = await connection.fetch(store.query("known_totals"), vintage)
    return [
        Declared(row, tuple(codes), total)
        for row, codes, total in (orjson.loads(one["total"]) for one in rows)
    ]


async def audits_of(connection: Connection | Pool, release_id: str) -> list[StoredAudit]:
    """Every audit of a release, newest first."""
    return [_stored(row) for row in await connection.fetch(store.query("audits"), release_id)]


def _stored(row: Record) -> StoredAudit:
    figures = orjson.loads(row["figures"])
    report = AuditReport(**{**figures, "departements": tuple(figures["departements"])})
    rows: dict[tuple[str, str], int] = {}
    for name, _, _, reason in orjson.loads(row["flags"]):
        rows[name, reason] = rows.get((name, reason), 0) + 1
    return StoredAudit(row["audited_at"], row["code_version"], row["verdict"], report, rows)
