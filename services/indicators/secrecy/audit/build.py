"""From the rows of a family and their cut to the attacker's linear program: what is known, and what is not.

Known: the rule that each count passes or fails, the links between rows, every total that is published or can be
derived, and totals known from elsewhere. A count that a single answer tells is a constant, any other a variable.
Nothing here guesses: a bound that depends on another row is used as it stands only where that row is known, and is
a row of the program elsewhere. A denominator that is no row itself is known by the answers that show it alone.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from services.indicators.secrecy.audit.constraints import Constraints, Index, Reals, stacked, summed
from services.indicators.secrecy.audit.externals import External
from services.indicators.secrecy.audit.forms import Form, ancestors, counts, own_bounds
from services.indicators.secrecy.audit.links import links
from services.indicators.secrecy.audit.programme import Programme
from services.indicators.secrecy.piece import NONE, Cut, Mask, Partition, Piece, Small


def programme(family: Sequence[Piece], partition: Partition, externals: Sequence[External] = ()) -> Programme:
    """Program of the rows of one family, every parent included, over all units."""
    return _Build(family, partition, externals).programme()


class _Build:
    def __init__(self, family: Sequence[Piece], partition: Partition, externals: Sequence[External]) -> None:
        self._family, self._partition, self._externals = family, partition, externals
        self._by_name = {piece.name: piece for piece in family}
        self._rank = {piece.name: rank for rank, piece in enumerate(family)}
        self._whole = {piece.name: piece.among for piece in family}
        self._alone = {piece.name: self._told(piece) for piece in family}
        self._variable = np.full((len(family), len(family[0].n)), -1, dtype=np.intp)
        free = np.stack([piece.loaded & ~self._alone[piece.name] for piece in family])
        self._variable[free] = np.arange(free.sum())
        self._at = np.nonzero(free)

    def _told(self, piece: Piece) -> Mask:
        """Units whose count can be read: alone in an atom of the row, or of one that has it as its denominator."""
        rows = [other for other in self._family if self._whole[other.name] == piece.name]
        if piece.published:
            rows.append(piece)
        found = np.zeros(len(piece.n), dtype=bool)
        for row in rows:
            found |= alone(row, self._partition[row.name])
        return found

    def programme(self) -> Programme:
        """Bounds first, then what they leave of the rows."""
        found = {
            piece.name: [*counts(piece, self._by_name), *links(piece, self._by_name)]
            for piece in self._family
        }
        low, high = self._bounds(found)
        every = [form for some in found.values() for form in some]
        linked = stacked([self._rows(form) for form in every if not form.total])
        low, high, linked = _tightened(linked, low, high)
        truth = np.stack([piece.n for piece in self._family])[self._at].astype(np.float64)
        sums = [self._rows(form) for form in every if form.total]
        totals = stacked([self._atoms(), *self._known_elsewhere(), *sums])
        rows = stacked([linked, totals])
        is_total = np.arange(len(rows)) >= len(linked)
        targets, cells, quorums = self._targets(found)
        spans = np.stack([piece.high - piece.low for piece in self._family])
        outright = (targets.width() == 0) & (spans[cells] > 0)
        fixed = low == high
        rows, targets = rows.without(fixed, low), targets.without(fixed, low)
        least, most = rows.spread(low, high)
        # A row that the bounds imply tells nothing.
        telling = (rows.width() > 0) & ((least < rows.low) | (most > rows.high))
        return Programme(
            names=tuple(self._by_name),
            rank=self._at[0],
            unit=self._at[1],
            low=low,
            high=high,
            truth=truth,
            rows=rows.kept(telling),
            totals=is_total[telling],
            targets=targets,
            at_rank=cells[0],
            at_unit=cells[1],
            quorums=quorums,
            outright=outright,
            safe=~np.stack([piece.unsafe for piece in self._family])[self._at],
            above=self._above(),
        )

    def _above(self) -> Mask:
        found = np.zeros((len(self._family), len(self._family)), dtype=bool)
        for piece in self._family:
            for name in ancestors(piece, self._by_name):
                found[self._rank[piece.name], self._rank[name]] = True
        return found

    def _bounds(self, found: Mapping[str, Sequence[Form]]) -> tuple[Reals, Reals]:
        lows, highs = [], []
        for piece in self._family:
            settled = np.ones(len(piece.n), dtype=bool)
            for form in found[piece.name]:
                for name in () if form.total else form.terms.keys() - {piece.name}:
                    settled &= ~form.where | self._alone[name]
            low, high = own_bounds(piece)
            lows.append(np.where(settled, np.maximum(low, piece.low), low))
            highs.append(np.where(settled, np.minimum(high, piece.high), high))
        return np.stack(lows)[self._at].astype(np.float64), np.stack(highs)[self._at].astype(np.float64)

    def _rows(self, form: Form, where: Mask | None = None) -> Constraints:
        """One row for each unit where something of the form is hidden."""
        names = list(form.terms)
        units = np.flatnonzero(form.where if where is None else where)
        variables = np.stack([self._variable[self._rank[name]][units] for name in names])
        coefficients = np.array([form.terms[name] for name in names], dtype=np.float64)[:, None]
        known = np.stack([self._by_name[name].n[units] for name in names])
        constant = form.constant[units] + (coefficients * np.where(variables < 0, known, 0)).sum(axis=0)
        term, row = np.nonzero(variables >= 0)
        order = np.argsort(row, kind="stable")
        rows = Constraints(
            row[order],
            variables[term, row][order],
            np.broadcast_to(coefficients, variables.shape)[term, row][order],
            form.low[units] - constant,
            form.high[units] - constant,
        )
        return rows if where is not None else rows.kept(rows.width() > 0)

    def _atoms(self) -> Constraints:
        """Totals of the atoms of several communes, of each row that is answered and of its denominator, once each."""
        found = []
        for piece in self._family:
            if not piece.published:
                continue
            cut, whole = self._partition[piece.name], self._whole[piece.name]
            inside = piece.loaded & readable(cut)[cut.atom]
            found += [
                self._sums(self._by_name[name], cut.atom, inside) for name in (piece.name, whole) if name
            ]
        totals = stacked(found)
        # Constraints of the same variables: the sum of a number drawn for each tells them apart.
        drawn = np.random.default_rng(0).random(self._variable.max() + 1)
        first = np.zeros(len(totals), dtype=bool)
        first[np.unique(totals.at(drawn), return_index=True)[1]] = True
        return totals.kept(first)

    def _known_elsewhere(self) -> list[Constraints]:
        found = []
        for external in self._externals:
            piece = self._by_name[external.row]
            label = np.zeros(len(piece.n), dtype=np.intp)
            label[external.units] = 1
            rows = self._sums(piece, label, piece.loaded & (label > NONE))
            constant = piece.n[external.units][piece.loaded[external.units]].sum() - rows.low
            # A commune that the release has no count for is in the total all the same.
            whole = bool(piece.loaded[external.units].all())
            total = external.total - constant
            found.append(
                Constraints(
                    rows.row, rows.column, rows.value, total if whole else np.zeros_like(total), total
                )
            )
        return found

    def _sums(self, piece: Piece, label: Small | Index, inside: Mask) -> Constraints:
        """Sum of the hidden counts of each label, which whoever reads its total can tell."""
        variable = self._variable[self._rank[piece.name]]
        units = np.flatnonzero(inside & (variable >= 0))
        units = units[np.argsort(label[units], kind="stable")]
        _, row = np.unique(label[units], return_inverse=True)
        total = summed(row, piece.n[units].astype(np.float64), int(row.max(initial=-1)) + 1)
        return Constraints(row, variable[units], np.ones(len(units)), total, total)

    def _targets(
        self, found: Mapping[str, Sequence[Form]]
    ) -> tuple[Constraints, tuple[Index, Index], tuple[str, ...]]:
        parts, ranks, units, names = [], [], [], []
        for piece in self._family:
            left = piece.unsafe
            candidates = []
            for form in found[piece.name]:
                if form.quorum is not None and form.unsafe is not None:
                    candidates.append((form, form.where & form.unsafe, form.quorum))
                    left = left & ~(form.where & form.unsafe)
            # Unsafe for heads that no answer gives: its count is what would be learned.
            own = Form(
                piece.name, {piece.name: 1}, np.zeros_like(piece.n), piece.low, piece.high, piece.loaded
            )
            for form, where, name in [*candidates, (own, left, "n")]:
                rows = self._rows(form, where)
                parts.append(rows)
                ranks.append(np.full(len(rows), self._rank[piece.name], dtype=np.intp))
                units.append(np.flatnonzero(where))
                names += [name] * len(rows)
        return stacked(parts), (np.concatenate(ranks), np.concatenate(units)), tuple(names)


def readable(cut: Cut) -> Mask:
    """Labels whose sums are published or can be derived."""
    found = cut.known | cut.shown
    found[NONE] = False
    return found


def alone(piece: Piece, cut: Cut) -> Mask:
    """Units whose count can be read: alone in an atom whose sum can."""
    size = np.bincount(cut.atom[piece.loaded], minlength=len(cut.shown))
    found: Mask = piece.loaded & ((size == 1) & readable(cut))[cut.atom]
    return found


def _tightened(links: Constraints, low: Reals, high: Reals) -> tuple[Reals, Reals, Constraints]:
    """Bounds with the rows of one variable in them, until no row has one alone."""
    low, high = low.copy(), high.copy()
    while True:
        links = links.without(low == high, low)
        width = links.width()
        one = width == 1
        if not one.any():
            return low, high, links
        single = links.kept(one)
        ends = single.low * single.value, single.high * single.value
        # Coefficients are 1 or -1, so a bound is divided as it is multiplied.
        np.maximum.at(low, single.column, np.minimum(*ends))
        np.minimum.at(high, single.column, np.maximum(*ends))
        links = links.kept(width > 1)
