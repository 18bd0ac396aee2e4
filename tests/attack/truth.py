"""Scores claims against a producer's folder: it reads what the attacker never sees, and tells it nothing."""

import csv
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.attack.facts import Claim
from tests.attack.knowledge import Knowledge, Target

PEOPLE = 11
PROFESSIONALS = 5
CONSUMERS = 50
NARROW = 5
Verdict = Literal["exact", "narrow", "wrong"]


@dataclass(frozen=True)
class Truth:
    """Counts of a folder. `values` by row and commune; `persons` distinct people where they are given."""

    values: Mapping[str, Mapping[str, int]]
    persons: Mapping[str, Mapping[str, int]]
    consumers: Mapping[str, int]
    knowledge: Knowledge
    targets: Mapping[str, Target]

    def value(self, target: str, commune: str) -> int | None:
        """Count of a target in a commune, None where the folder has none."""
        values = [
            (self.values.get(name, {}).get(commune), weight) for name, weight in self.targets[target].terms
        ]
        if any(value is None for value, _ in values):
            return None
        return int(sum(weight * (value or 0) for value, weight in values))

    def protected(self, target: str, commune: str) -> bool:
        """Whether the rule forbids to tell this count: too few people in it or in its denominator."""
        value = self.value(target, commune)
        if value is None:
            return False
        if self.consumers.get(commune, CONSUMERS) < CONSUMERS:
            return not target.startswith("age_")
        heads = self.persons.get(target, {}).get(commune, value)
        base = self.values.get(self.knowledge.denominator.get(target, ""), {}).get(commune)
        threshold = PROFESSIONALS if target.startswith("age_") else PEOPLE
        return min(value, heads) < threshold or (base is not None and base < threshold)

    def verdict(self, claim: Claim) -> Verdict | None:
        """What a claim is worth; None where the rule lets it be told, or leaves no more to learn."""
        if claim.target not in self.targets or not self.protected(claim.target, claim.commune):
            return None
        value = self.value(claim.target, claim.commune)
        if value is None:
            return None
        if not claim.low <= value <= claim.high:
            return "wrong"
        prior = self._prior(claim.target, claim.commune, value)
        if claim.width == 0 and prior >= 1:
            return "exact"
        return "narrow" if claim.width < NARROW <= prior else None

    def protected_cells(self, communes: frozenset[str]) -> int:
        """How many counts the rule protects in these communes."""
        return sum(self.protected(name, commune) for name in self.targets for commune in communes)

    def _prior(self, target: str, commune: str, value: int) -> int:
        """Width of what somebody knows of a count who knows the rule and every count that may be told."""
        threshold = PROFESSIONALS if target.startswith("age_") else PEOPLE
        bounds = [threshold - 1] if value < threshold else []
        for holder in self.knowledge.parents.get(target, ()):
            known = self.values.get(holder, {}).get(commune)
            if known is not None and (holder.startswith("heads.") or not self.protected(holder, commune)):
                bounds.append(known)
        return min(bounds, default=PEOPLE)


def read_truth(folder: Path, knowledge: Knowledge, *, two_sided: bool = False) -> Truth:
    """Read counts, persons, consumers and ages of a producer's folder.

    `two_sided` protects what sensitive indicators leave of their denominators too; the rule lets others be told.
    """
    values: dict[str, dict[str, int]] = {}
    persons: dict[str, dict[str, int]] = {}
    for line in _lines(folder, "counts"):
        name, commune = line["indicator"], line["commune"]
        values.setdefault(name, {})[commune] = int(line["numerator"])
        if line["denominator"] and knowledge.denominator.get(name, "").startswith("d:"):
            values.setdefault(knowledge.denominator[name], {})[commune] = int(line["denominator"])
        if line.get("persons"):
            persons.setdefault(name, {})[commune] = int(line["persons"])
    for line in _lines(folder, "professionals"):
        for row, column in (
            ("heads", "total"),
            ("age_60_plus", "age_60_plus"),
            ("age_65_plus", "age_65_plus"),
        ):
            if line[column]:
                values.setdefault(f"{row}.{line['profession']}", {})[line["commune"]] = int(line[column])
    consumers = {line["commune"]: int(line["consumers"]) for line in _lines(folder, "consumers")}
    protected = knowledge.sensitive if two_sided else frozenset[str]()
    open_rests = {f"{base} - {name}" for name, base in knowledge.denominator.items() if name not in protected}
    targets = {
        target.name: target
        for target in knowledge.targets
        if target.name not in open_rests and not target.name.startswith("heads.")
    }
    return Truth(values, persons, consumers, knowledge, targets)


def _lines(folder: Path, name: str) -> Iterator[dict[str, str]]:
    plain, packed = folder / f"{name}.csv", folder / f"{name}.csv.gz"
    if plain.exists():
        with plain.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
    elif packed.exists():
        with gzip.open(packed, "rt", encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
