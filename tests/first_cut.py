"""Releases as they are first cut, for tests and benchmarks: no audit, nothing stored."""

from dataclasses import dataclass
from datetime import UTC, datetime

from services.indicators.building.build import Choices, Draft
from services.indicators.catalogue import load_catalogue
from services.indicators.geography import Geography
from services.indicators.raw import RawRelease
from services.indicators.release import Release
from services.indicators.secrecy.piece import Partition, Piece

BUILT_AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, repr=False)
class Built:
    """A release, and what an audit of it attacks."""

    release: Release
    pieces: tuple[Piece, ...]
    partition: Partition


def build(raw: RawRelease, geography: Geography, choices: Choices) -> Built:
    """Release of raw counts under the catalogue shipped, on one date."""
    draft = Draft(raw, load_catalogue(), geography, choices)
    partition = draft.cut({})
    return Built(draft.release(partition, BUILT_AT), draft.pieces, partition)
