"""The rows of counts.csv, and the denominators that they share, as pieces to cut."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from services.indicators.catalogue import Catalogue, Indicator, Split
from services.indicators.raw import ABSENT, RawRelease
from services.indicators.secrecy.denominators import Column, chains
from services.indicators.secrecy.families import families
from services.indicators.secrecy.piece import Ints, Mask, Piece
from services.indicators.secrecy.ranges import Range


class PeoplePieces:
    """Indicators of a release. Arrays are one value per unit."""

    def __init__(self, raw: RawRelease, catalogue: Catalogue, *, two_sided: bool, derived: bool) -> None:
        self._raw, self._two_sided = raw, two_sided
        self._people = catalogue.limits.people
        self._column = {entry.id: rank for rank, entry in enumerate(catalogue.counted)}
        given = (raw.counts.numerator != ABSENT).any(axis=0)
        self._entries = {
            entry.id: entry
            for entry in catalogue.counted
            if given[self._column[entry.id]] and (derived or entry.derived_from is None)
        }
        self._splits = {split.both: split for split in catalogue.splits if self._holds(split)}
        self._available = raw.consumers >= catalogue.limits.consumers
        self._chains = chains(list(self._columns()))
        self._parents = {entry.id: self._parents_of(entry) for entry in self._entries.values()}
        links = self._parents | {column.name: (before,) for column, before in self._chains.cut if before}
        self._family = families([*self._entries, *(column.name for column, _ in self._chains.cut)], links)

    def all(self) -> list[Piece]:
        """Every denominator that is not a row itself, then every row."""
        return [
            *(self._denominator(column, before) for column, before in self._chains.cut if not column.row),
            *(self._row(entry) for entry in self._entries.values()),
        ]

    def _n(self, name: str) -> Ints:
        found: Ints = np.maximum(self._raw.counts.numerator[:, self._column[name]], 0)
        return found

    def _d(self, name: str) -> Ints:
        found: Ints = np.maximum(self._raw.counts.denominator[:, self._column[name]], 0)
        return found

    def _loaded(self, name: str) -> Mask:
        found: Mask = (self._raw.counts.numerator[:, self._column[name]] != ABSENT) & self._available
        return found

    def _holds(self, split: Split) -> bool:
        return {split.row, split.column, split.both} <= self._entries.keys()

    def _columns(self) -> Iterator[Column]:
        """Denominators, and the counts that are some indicator's denominator."""
        wholes = {entry.denominator_indicator for entry in self._entries.values()}
        for name, entry in self._entries.items():
            if name in wholes:
                yield Column(name, self._n(name), self._loaded(name), row=True)
            elif entry.denominator is not None:
                yield Column(f"d.{name}", self._d(name), self._loaded(name), row=False)

    def _parents_of(self, entry: Indicator) -> tuple[str, ...]:
        """Rows that this one must be cut no finer than: its denominator, and the groups that hold its people."""
        before = {column.name: name for column, name in self._chains.cut if name}
        named = (
            self._chains.last.get(f"d.{entry.id}"),
            before.get(entry.id),
            entry.denominator_indicator,
            entry.derived_from,
            *entry.parents,
        )
        return tuple(dict.fromkeys(name for name in named if name and self._is_cut(name)))

    def _is_cut(self, name: str) -> bool:
        return name in self._entries or any(column.name == name for column, _ in self._chains.cut)

    def _denominator(self, column: Column, before: str | None) -> Piece:
        """The people counted among: hidden with the consumers of the commune as their upper bound."""
        most = np.maximum(self._raw.consumers, column.values)
        bounds = Range(column.values, most)
        bounds.count("d", self._people)
        return self._piece(column.name, (before,) if before else (), bounds, column.values, column.loaded)

    def _row(self, entry: Indicator) -> Piece:
        name, people = entry.id, self._people
        n, loaded = self._n(name), self._loaded(name)
        if entry.derived_from in self._entries and self._is_another(entry, entry.derived_from):
            return self._as_another(entry, entry.derived_from)
        counted = entry.denominator is not None
        d = self._d(name) if counted else np.zeros_like(n)
        bounds = Range(n, d if counted and entry.unit == "percent" else self._most(n, entry))
        self._heads(bounds, entry, loaded)
        if counted:
            bounds.behind("d", d, people)
        for parent in entry.parents:
            if parent in self._entries:
                bounds.rest(f"{parent} - {name}", self._n(parent), people, ((parent, 1), (name, -1)))
        if counted and (entry.complement or (self._two_sided and entry.sensitive)):
            bounds.rest("d - n", d, people, ((self._among(name), 1), (name, -1)))
        for parent in entry.parents:
            if parent in self._entries and entry.complement and self._entries[parent].complement:
                self._outside(bounds, name, parent)
        split = self._splits.get(name)
        if split:
            # The fourth cell of the table: neither in the row nor in the column.
            neither = d - self._n(split.row) - self._n(split.column)
            bounds.at_least(-neither)
            terms = ((self._among(name), 1), (split.row, -1), (split.column, -1), (name, 1))
            bounds.count(f"{split.id}: ni l’un ni l’autre", people, neither, terms)
        return self._piece(name, self._parents[name], bounds, n, loaded, d)

    def _is_another(self, entry: Indicator, source: str) -> bool:
        """Whether a derived count is its source's in every commune that has it, or nobody."""
        loaded = self._loaded(entry.id) & self._loaded(source)
        n = self._n(entry.id)
        return bool(((n == self._n(source)) | (n == 0))[loaded].all())

    def _as_another(self, entry: Indicator, source: str) -> Piece:
        """The source over public zones: known wherever the source is, and told with it."""
        n = self._n(entry.id)
        bounds = Range(n, n)
        bounds.at_least(n)
        piece = self._piece(entry.id, self._parents[entry.id], bounds, n, self._loaded(entry.id))
        return replace(piece, cut_as=source)

    def _outside(self, bounds: Range, name: str, parent: str) -> None:
        """Those of the parent's denominator who are in none of the two: under 70 and with a médecin traitant."""
        own, above = self._among(name), self._among(parent)
        terms = ((above, 1), (own, -1), (parent, -1), (name, 1))
        if len(dict(terms)) == len(terms):
            offset = self._d(parent) - self._d(name) - self._n(parent)
            bounds.at_least(-offset)
            bounds.count(f"{above} - {own} - {parent} + {name}", self._people, offset, terms)

    def _among(self, name: str) -> str:
        """Row that counts the denominator of an indicator."""
        return self._chains.own[f"d.{name}"]

    def _most(self, n: Ints, entry: Indicator) -> Ints | None:
        return np.maximum(self._raw.consumers, n) if entry.kind == "count" else None

    def _heads(self, bounds: Range, entry: Indicator, loaded: Mask) -> None:
        """The threshold bears on distinct persons where they are given (DOMAIN §3)."""
        persons = self._raw.counts.persons[:, self._column[entry.id]]
        n = self._n(entry.id)
        if not ((persons != ABSENT) & loaded).any():
            bounds.count("n", self._people)
            return
        heads = np.where(persons == ABSENT, n, np.minimum(persons, n))
        bounds.behind("persons", heads, self._people)
        bounds.at_least(np.where(heads >= self._people, self._people, 0))

    def _piece(
        self,
        name: str,
        parents: tuple[str, ...],
        bounds: Range,
        n: Ints,
        loaded: Mask,
        d: Ints | None = None,
    ) -> Piece:
        return Piece(
            name=name,
            family=self._family[name],
            parents=parents,
            published=name in self._entries,
            n=n,
            d=np.zeros_like(n) if d is None else d,
            loaded=loaded,
            low=bounds.low,
            high=bounds.high,
            threshold=self._people,
            quorums=tuple(bounds.quorums),
            among=self._chains.own.get(f"d.{name}"),
        )
