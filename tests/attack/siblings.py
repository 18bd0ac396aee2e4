"""Attacks on the routes that answer the same counts in another shape: profiles, comparisons, likenesses, trends."""

from typing import Any

from tests.attack.session import Session

COMPARED = 20
SAMPLE = 24


def profiles(session: Session) -> None:
    """Ask profiles of the département and of each commune."""
    for communes in (session.scope, *session.singles):
        reply = session.api.post("/v1/profiles", session.api.about(session.ground.named(communes)))
        if reply.status == 200:
            session.facts += session.reader.facts(reply.json(), communes, "profiles")


def comparisons(session: Session) -> None:
    """Compare all communes, as many at a time as are allowed."""
    singles = list(session.singles)
    for start in range(0, len(singles), COMPARED):
        communes = singles[start : start + COMPARED]
        territories = [{"communes": session.ground.named(commune)} for commune in communes]
        asked = session.api.of_release({"territoires": territories})
        reply = session.api.post("/v1/comparisons", asked)
        if reply.status == 200:
            _read(session, reply.json(), communes)


def likenesses(session: Session) -> None:
    """Ask what resembles a commune: the commune leads a table of its own."""
    for commune in list(session.singles)[:SAMPLE]:
        reply = session.api.post("/v1/similar", session.api.about(session.ground.named(commune)))
        if reply.status == 200:
            _read(session, reply.json()["comparaison"], [commune])


def _read(session: Session, table: dict[str, Any], communes: list[int]) -> None:
    """Values of single communes: a sum, where there is one, is that of the commune."""
    for line in table["indicators"]:
        if line["id"] in session.knowledge.kinds:
            for commune, value in zip(communes, line["values"], strict=False):
                session.facts += session.reader.value(line["id"], value, commune, "comparisons")


def trends(session: Session) -> None:
    """Ask the evolution of communes: what two vintages have in common must be told by each of them already."""
    for commune in list(session.singles)[:SAMPLE]:
        reply = session.api.post("/v1/trends", {"communes": session.ground.named(commune)})
        if reply.status == 200:
            _evolution(session, reply.json(), commune)


def _evolution(session: Session, answer: dict[str, Any], commune: int) -> None:
    own = [rank for rank, one in enumerate(answer["releases"]) if one["id"] == session.release]
    for series in answer["series"]:
        for rank in own:
            if series["id"] not in session.knowledge.kinds:
                continue
            point = series["points"][rank]
            session.facts += session.reader.value(series["id"], point, commune, "trends")
            if point["comparable"] is not None:
                rate = {"count": None, "rate": point["comparable"]["rate"]}
                session.facts += session.reader.value(series["id"], rate, commune, "trends")
