"""What everybody can know of the indicators: the public catalogue's links, read as inequalities between counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.attack.facts import Terms, row

# The catalogue's words say it: patients without médecin traitant of the communes in ZIP and ZAC.
DERIVED = {"sans_mt_zone_sous_dense": ("sans_mt_17_plus", frozenset(("ZIP", "ZAC")))}
# Those who have a médecin traitant are an answer as much as those who have none.
WITH_AND_WITHOUT = frozenset(("sans_mt_17_plus", "sans_mt_70_plus"))
EVERYBODY = "Tous les consommants"
AGES = ("age_60_plus", "age_65_plus")


@dataclass(frozen=True)
class Target:
    """A count to recover in each commune: a row, or the difference of two that a subtraction would give."""

    name: str
    terms: Terms


@dataclass(frozen=True)
class Knowledge:
    """`denominator` of each rate, `parents` that hold a row's people, `splits` as (row, column, both, whole).

    `sensitive`: what is left of their denominator may be protected as well.
    """

    kinds: Mapping[str, str]
    titles: Mapping[str, str]
    denominator: Mapping[str, str]
    parents: Mapping[str, tuple[str, ...]]
    splits: Mapping[str, tuple[str, str, str, str]]
    people: int
    ald: frozenset[str]
    sensitive: frozenset[str]

    @property
    def at_least(self) -> list[tuple[Terms, float]]:
        """Sums that are at least a number in every commune: subsets, and the fourth cell of each 2 by 2 table."""
        subsets = [
            (((parent, 1.0), (child, -1.0)), 0.0)
            for child, parents in self.parents.items()
            for parent in parents
        ]
        fourth = [(self.cells(name)[3], 0.0) for name in self.splits]
        return [*subsets, *fourth]

    def cells(self, split: str) -> tuple[Terms, Terms, Terms, Terms]:
        """Terms of the four cells of a split: row and column, row only, column only, neither."""
        first, second, both, whole = self.splits[split]
        return (
            row(both),
            ((first, 1.0), (both, -1.0)),
            ((second, 1.0), (both, -1.0)),
            ((whole, 1.0), (first, -1.0), (second, -1.0), (both, 1.0)),
        )

    @property
    def targets(self) -> list[Target]:
        """Counts of people that no answer may give away where they are few."""
        counted = [Target(name, row(name)) for name in self.kinds]
        ages = [Target(name, row(name)) for name in self.parents if name.startswith(AGES)]
        bases = [Target(name, row(name)) for name in dict.fromkeys(self.denominator.values())]
        rests = [
            Target(f"{parent} - {child}", ((parent, 1.0), (child, -1.0)))
            for child, parents in self.parents.items()
            for parent in parents
            if parent in self.kinds or parent.startswith(("age_", "d:"))
        ]
        fourth = [Target(f"{name}: neither", self.cells(name)[3]) for name in self.splits]
        found = {target.name: target for target in (*counted, *ages, *bases, *rests, *fourth)}
        return list(found.values())


def read_catalogue(answer: dict[str, Any]) -> Knowledge:
    """Knowledge of a catalogue as GET /v1/indicators gives it."""
    entries = [entry for entry in answer["indicators"] if entry["id"] not in DERIVED]
    counted = {
        entry["id"]: entry
        for entry in entries
        if entry["kind"] != "split" and entry["id"] != "population_par_age"
    }
    denominator: dict[str, str] = {}
    parents: dict[str, tuple[str, ...]] = {}
    for name, entry in counted.items():
        wholes = [link for link in entry["links"] if counted.get(link, {}).get("kind") == "count"]
        if entry["kind"] != "count":
            # All consumers are one denominator, whether the catalogue links the rates or not. Others may be described
            # in the same words and be other people: those who begin one treatment or another.
            same = "d:everybody" if entry["population"] == EVERYBODY else f"d:{name}"
            denominator[name] = wholes[0] if wholes else same
        holders = [link for link in entry["links"] if link in counted]
        base = [denominator[name]] if entry["kind"] == "proportion" else []
        parents[name] = tuple(dict.fromkeys([*base, *holders]))
    for entry in answer["professions"]:
        sixty, sixty_five = (f"{age}.{entry['id']}" for age in AGES)
        parents[sixty] = (f"heads.{entry['id']}",)
        parents[sixty_five] = (sixty, f"heads.{entry['id']}")
    splits = {
        entry["id"]: (*entry["links"][:3], denominator[entry["links"][2]])
        for entry in entries
        if entry["kind"] == "split" and set(entry["links"]) <= counted.keys()
    }
    return Knowledge(
        kinds={name: entry["kind"] for name, entry in counted.items()},
        titles={name: entry["title"] for name, entry in counted.items()},
        denominator=denominator,
        parents=parents,
        splits=splits,
        people=answer["thresholds"]["people"],
        sensitive=frozenset(
            name for name, entry in counted.items() if entry.get("sensitive") or name in WITH_AND_WITHOUT
        ),
        ald=frozenset(name for name, entry in counted.items() if entry["family"] == "ald"),
    )
