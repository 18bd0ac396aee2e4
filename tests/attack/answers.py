"""Reads answers of the API as facts. Nothing is asked here, and nothing is concluded."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tests.attack.facts import UNBOUNDED, Fact, Ground, Terms, row
from tests.attack.knowledge import DERIVED, Knowledge

HALF_A_TENTH = 0.05
# Beyond this many communes, what a rounded rate says of their denominators is too loose to keep.
FEW = 12
TOP = 5


@dataclass(frozen=True)
class Precision:
    """How far a count that is told may be from the count: half a rounding step, or the noise's reach."""

    reach: float = 0.0

    def around(self, count: float) -> tuple[float, float]:
        """Bounds of the count behind the one told."""
        return (count - self.reach, count + self.reach) if self.reach else (count, count)


@dataclass(frozen=True)
class Reader:
    """Reads answers about communes of one ground, in the light of one catalogue."""

    ground: Ground
    knowledge: Knowledge
    precision: Precision = Precision()

    def facts(self, answer: dict[str, Any], communes: int, attack: str) -> Iterator[Fact]:
        """Every fact of a diagnostic, or of anything shaped like one."""
        for indicator in answer.get("indicators", ()):
            yield from self._indicator(indicator, answer, communes, attack)
        for split in answer.get("splits", ()):
            yield from self._split(split, communes)
        for line in answer.get("activity", ()):
            yield from self._activity(line, communes, attack)
        for line in answer.get("demography", ()):
            yield from self._ages(line, communes, attack)
        yield from self._ranks(answer, communes)

    def left(self, neutralised: dict[str, Any] | None, communes: int) -> int:
        """Communes of a territory that are in a sum; none where the answer only counts those left out."""
        if neutralised is None:
            return communes
        if neutralised.get("number") and not neutralised["communes"]:
            return 0
        return communes & ~self.ground.mask(place["code"] for place in neutralised["communes"])

    def _indicator(
        self, told: dict[str, Any], answer: dict[str, Any], communes: int, attack: str
    ) -> Iterator[Fact]:
        name, concerned = told["id"], communes
        if name in DERIVED:
            name, zonages = DERIVED[name]
            listed = answer["territory"]["communes"]
            if not isinstance(listed, list):
                return  # a profile only counts its communes
            zoned = (c["code"] for c in listed if c["zonage"] in zonages)
            concerned &= self.ground.mask(zoned)
        if name not in self.knowledge.kinds:
            return
        kept = self.left(told["neutralised"], concerned)
        yield from self.value(name, told, kept or concerned, attack)
        if told["rate"] is None:
            yield from self._differences(name, told, kept or concerned)
        if told["id"] == name:
            yield from self._references(name, told)

    def value(self, name: str, told: dict[str, Any], communes: int, attack: str) -> Iterator[Fact]:
        """What a count and a rate over communes say."""
        count, rate = told["count"], told["rate"]
        if count is not None:
            yield Fact(row(name), communes, *self.precision.around(count), attack)
        if rate is not None:
            yield from self._rate(name, rate, count, communes, attack if count is not None else "rates")

    def _rate(self, name: str, rate: float, count: int | None, communes: int, attack: str) -> Iterator[Fact]:
        """A rounded rate ties a count to its denominator: it tells either one where the other is known."""
        base = self.knowledge.denominator[name]
        least, most = max(rate - HALF_A_TENTH, 0) / 100, (rate + HALF_A_TENTH) / 100
        if count is None or self.precision.reach:
            yield Fact(((name, 1.0), (base, -most)), communes, -UNBOUNDED, 0, attack)
            if least:
                yield Fact(((name, 1.0), (base, -least)), communes, 0, UNBOUNDED, attack)
        elif base.startswith("d:") and communes.bit_count() <= FEW:
            highest = count / least if least else UNBOUNDED
            yield Fact(row(base), communes, count / most, highest, attack)

    def _differences(self, name: str, told: dict[str, Any], communes: int) -> Iterator[Fact]:
        """A difference with a reference tells the rate that it is taken from."""
        for one in told["references"]:
            if one["rate"] is not None and one.get("difference") is not None:
                rate = one["rate"] + one["difference"]
                yield from self._rate(name, rate, None, communes, "differences")
                return

    def _references(self, name: str, told: dict[str, Any]) -> Iterator[Fact]:
        for reference in told["references"]:
            area = self.ground.area(reference["level"], reference["code"])
            if area and reference["count"] is not None:
                yield Fact(row(name), area, *self.precision.around(reference["count"]), "references")
            if area and reference["rate"] is not None:
                yield from self._rate(name, reference["rate"], None, area, "references")

    def _split(self, told: dict[str, Any], communes: int) -> Iterator[Fact]:
        if told["id"] not in self.knowledge.splits:
            return
        kept = self.left(told["neutralised"], communes)
        for cell, terms in zip(told["cells"], self.knowledge.cells(told["id"]), strict=False):
            if cell["count"] is not None and kept:
                yield Fact(terms, kept, *self.precision.around(cell["count"]), "links")

    def _activity(self, told: dict[str, Any], communes: int, attack: str) -> Iterator[Fact]:
        """A ratio rounded to a whole number, times the professionals shown, who are public."""
        profession = told["profession"]
        acts = [
            (f"acts.{profession}.{one['act']}", one["quantity_per_professional"]) for one in told["actes"]
        ]
        for name, value in ((f"patients.{profession}", told["patients_par_professionnel"]), *acts):
            if value["value"] is not None:
                active, ratio = value["professionals"], value["value"]
                kept = self.left(value["neutralised"], communes)
                yield Fact(row(name), kept, (ratio - 0.5) * active, (ratio + 0.5) * active, attack)

    def _ages(self, told: dict[str, Any], communes: int, attack: str) -> Iterator[Fact]:
        profession = told["profession"]
        if communes.bit_count() == 1 and told["total"] is not None:
            yield Fact(row(f"heads.{profession}"), communes, told["total"], told["total"], attack)
        for age in ("age_60_plus", "age_65_plus"):
            value = told[age]
            if value["value"] is not None:
                kept = self.left(value["neutralised"], communes)
                yield Fact(row(f"{age}.{profession}"), kept, value["value"], value["value"], attack)

    def _ranks(self, answer: dict[str, Any], communes: int) -> Iterator[Fact]:
        """A ranking that what is told does not explain looks at what is hidden: it orders whole counts."""
        top = list(answer.get("top_ald", ()))
        told = {one["id"]: one for one in answer.get("indicators", ()) if one["id"] in self.knowledge.ald}
        if not top or any(
            _explained(top, {n: one[by] for n, one in told.items()}) for by in ("count", "rate")
        ):
            return
        others = [name for name in told if name not in top]
        below = [(top[-1], name) for name in others] if len(top) == TOP else []
        for above, under in (*pairwise(top), *below):
            terms: Terms = ((above, 1.0), (under, -1.0))
            yield Fact(terms, communes, 0, UNBOUNDED, "ranks")


def _explained(top: list[str], told: dict[str, float | None]) -> bool:
    """Whether a ranking is that of the values told."""
    values = [told.get(name) for name in top]
    known = [value for value in values if value is not None]
    rest = [value for name, value in told.items() if name not in top and value is not None]
    return (
        len(known) == len(values)
        and known == sorted(known, reverse=True)
        and max(rest, default=0) <= known[-1]
    )
