"""Engines that protect badly, each in its own way, behind the routes of the real one: what the attacker must break."""

import hashlib
import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

from tests.attack.naive_world import (
    ALD,
    BOTH,
    CELLS,
    COMMUNES,
    DEPARTEMENT,
    ROWS,
    SPLIT,
    THRESHOLD,
    World,
)

STEP = 5
REACH = 3
SECONDS_PER_PERSON = 0.01
TOP = 5


class Mode(StrEnum):
    """What an engine does wrong. MASK alone does nothing wrong: each unsafe count is left out everywhere."""

    MASK = "mask"
    THRESHOLD_OF_TERRITORY = "threshold of the territory"
    RATE_SHOWN = "rate shown"
    SPLIT_BY_CELL = "split by cell"
    EXACT_REFERENCES = "exact references"
    ROUNDED = "rounded"
    NOISY = "noisy"
    VALIDATOR = "validator"
    SPEAKING_ERROR = "speaking error"
    SLOW = "slow"
    RANKED = "ranked"
    DOCUMENT = "document"
    COMPARED = "compared"
    DIFFERENCE = "difference"


UNMASKED = frozenset((Mode.THRESHOLD_OF_TERRITORY, Mode.RATE_SHOWN, Mode.ROUNDED, Mode.NOISY))


@dataclass
class Engine:
    """Answers of one world in one mode."""

    world: World
    mode: Mode
    noise: np.random.Generator = field(default_factory=lambda: np.random.default_rng(1))

    def diagnostic(self, communes: list[str], *, raw: bool = False) -> dict[str, Any]:
        """Diagnostic of a territory, in the shape of the real one."""
        return {
            "territory": {"communes": [{"code": code, "zonage": "inconnu"} for code in communes]},
            "indicators": [self._indicator(name, communes, raw=raw) for name in ROWS],
            "splits": [self._split(communes)],
            "top_ald": self._top(communes),
        }

    def kept(self, name: str, communes: list[str], *, raw: bool = False) -> list[str]:
        """Communes in the sum of a row."""
        if raw or self.mode in UNMASKED:
            return communes
        return [code for code in communes if self.world.safe(name, code)]

    def total(self, name: str, communes: list[str]) -> int:
        """Sum of a row."""
        return sum(self.world.counts[name][code] for code in communes)

    def _indicator(self, name: str, communes: list[str], *, raw: bool) -> dict[str, Any]:
        kept = self.kept(name, communes, raw=raw)
        exact = self.total(name, kept)
        hidden = not kept or (self.mode in UNMASKED and not raw and not self._blurred and exact < THRESHOLD)
        of = self.world.denominator(name)
        rate = None if of is None or not kept else round(1000 * exact / sum(of[code] for code in kept)) / 10
        count = None if hidden else self._told(exact)
        shown = (not hidden or self.mode is Mode.RATE_SHOWN) and not self._blurred
        return {
            "id": name,
            "status": "suppressed" if hidden else "published",
            "count": None if self.mode is Mode.RATE_SHOWN and of is not None else count,
            "rate": rate if shown else None,
            "neutralised": {"communes": [{"code": code} for code in communes if code not in kept]},
            "covered_population_share": 100.0 * len(kept) / len(communes),
            "references": self._references(name, communes),
        }

    @property
    def _blurred(self) -> bool:
        return self.mode in {Mode.ROUNDED, Mode.NOISY}

    def _told(self, count: int) -> int:
        if self.mode is Mode.ROUNDED:
            return STEP * round(count / STEP)
        if self.mode is Mode.NOISY:
            return count + int(self.noise.integers(-REACH, REACH + 1))
        return count

    def _references(self, name: str, communes: list[str]) -> list[dict[str, Any]]:
        of = self.world.denominator(name)
        area = {"level": "departement", "code": DEPARTEMENT, "count": None, "rate": None}
        if self.mode is Mode.EXACT_REFERENCES:
            return [area | {"count": self.total(name, list(COMMUNES))}]
        if self.mode is Mode.DIFFERENCE and of is not None:
            rate = round(100 * self.total(name, communes) / sum(of[code] for code in communes), 1)
            return [area | {"rate": 10.0, "difference": round(rate - 10.0, 1)}]
        return []

    def _split(self, communes: list[str]) -> dict[str, Any]:
        safe = [code for code in communes if min(self.world.cells(code)) >= THRESHOLD]
        cells = []
        for rank, cell in enumerate(CELLS):
            by_cell = [code for code in communes if self.world.cells(code)[rank] >= THRESHOLD]
            kept = by_cell if self.mode is Mode.SPLIT_BY_CELL else safe
            count = sum(self.world.cells(code)[rank] for code in kept) if kept else None
            cells.append({"id": cell, "count": count if len(communes) == 1 or kept is safe else None})
        if self._blurred:
            cells = []
        left = [] if self.mode is Mode.SPLIT_BY_CELL else [{"code": c} for c in communes if c not in safe]
        return {"id": SPLIT, "cells": cells, "neutralised": {"communes": left}}

    def _top(self, communes: list[str]) -> list[str]:
        raw = self.mode is Mode.RANKED
        counts = {name: self.total(name, self.kept(name, communes, raw=raw)) for name in ALD}
        ranked = sorted((name for name in ALD if counts[name]), key=lambda name: -counts[name])
        return [] if self._blurred or self.mode in UNMASKED else ranked[:TOP]

    def comparison(self, territories: list[list[str]]) -> dict[str, Any]:
        """Table of several territories: one mode forgets to protect it."""
        columns = [
            [self._indicator(name, communes, raw=self.mode is Mode.COMPARED) for name in ROWS]
            for communes in territories
        ]
        values = [
            [one | {"neutralised": {"number": len(one["neutralised"]["communes"])}} for one in line]
            for line in zip(*columns, strict=True)
        ]
        return {"indicators": [{"id": name, "values": line} for name, line in zip(ROWS, values, strict=True)]}

    def headers(self, communes: list[str]) -> dict[str, str]:
        """Headers of an answer: one mode hashes what it hides."""
        if self.mode is not Mode.VALIDATOR:
            return {}
        counts = ",".join(str(self.total(name, communes)) for name in ROWS)
        return {"ETag": f'W/"{hashlib.sha256(counts.encode()).hexdigest()[:32]}"'}

    def refusal(self, communes: list[str], asked: list[str]) -> str | None:
        """Words of a refusal: one mode says how few there are."""
        for name in asked:
            if name not in ROWS:
                return f"Le catalogue ne connaît pas {name}."
            if self.mode is Mode.SPEAKING_ERROR and not self.kept(name, communes):
                return f"{name}\u00a0: {self.total(name, communes)} personnes, c’est trop peu."
        return None

    def wait(self, communes: list[str]) -> None:
        """Take time: one mode more where it hides more."""
        if self.mode is Mode.SLOW and len(communes) == 1:
            hidden = sum(self.total(name, communes) for name in (BOTH, *ALD) if not self.kept(name, communes))
            time.sleep(SECONDS_PER_PERSON * hidden)
