"""SQL of audits: their figures and what they found, kept with the release and carried by no answer."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import orjson

from services.indicators import store
from services.indicators.secrecy.findings import AuditReport
from services.indicators.store import Connection, Pool, Record, Verdict
from shared import __version__


@dataclass(frozen=True)
class StoredAudit:
    """One audit of a release. `rows`: cells found by row and reason; which communes they are stays in the schema."""

    at: datetime
    version: str
    verdict: Verdict
    report: AuditReport
    rows: dict[tuple[str, str], int]


def verdict_of(report: AuditReport) -> Verdict:
    """What a report says of its release."""
    if report.exact or report.narrow or report.rule or report.infeasible:
        return "failed"
    return "passed" if report.complete else "partial"


async def save_audit(
    connection: Connection, release_id: str, report: AuditReport, codes: Sequence[str], at: datetime
) -> None:
    """Write an audit and tell listening processes, within the caller's transaction. `codes` of the units."""
    figures = {name: value for name, value in asdict(report).items() if name != "flags"}
    flags = [[flag.row, codes[flag.unit], flag.quorum, flag.reason] for flag in report.flags]
    await connection.execute(
        store.query("insert_audit"),
        *(release_id, at, __version__, verdict_of(report)),
        *(orjson.dumps(figures).decode(), orjson.dumps(flags).decode()),
    )
    await store.notify(connection, release_id)


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
