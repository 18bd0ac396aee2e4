"""Raw counts to a release and how its rows were cut. Pure: the clock and the folder come from the caller."""

from dataclasses import dataclass, field
from datetime import datetime

from services.indicators.building.area_sums import AreaSums
from services.indicators.building.publish import Sources, dominance_checked, fingerprint, publish
from services.indicators.building.references import gather_references
from services.indicators.building.sources import sources_of
from services.indicators.catalogue import Catalogue
from services.indicators.geography import Geography
from services.indicators.raw import RawRelease
from services.indicators.release import Release
from services.indicators.secrecy.order import Order
from services.indicators.secrecy.partition import Pairs, Plan, Policy, cut
from services.indicators.secrecy.piece import Partition, Piece
from services.indicators.secrecy.pieces import pieces
from shared.schemas.indicators import ReleaseFacts


@dataclass(frozen=True)
class Choices:
    """How counts are to be released.

    `key`: secret of the vintage, which orders the communes joined under `atoms`. `two_sided`: the complement of
    sensitive counts is protected too.
    """

    policy: Policy = "commune-mask"
    two_sided: bool = False
    key: bytes = field(default=b"", repr=False)


class Draft:
    """Counts not yet cut: their rows, the ways to cut them, and the release that a cut makes."""

    def __init__(self, raw: RawRelease, catalogue: Catalogue, geography: Geography, choices: Choices) -> None:
        self._choices = choices
        areas = AreaSums(geography)
        references = gather_references(raw, catalogue, areas)
        self._sources = Sources(raw, catalogue, geography, references, areas)
        self._exact = references.exact_totals(catalogue)
        self.pieces = cut_rows(raw, catalogue, choices.policy, two_sided=choices.two_sided)
        self._cut: Partition = {}
        self._pairs: dict[str, tuple[tuple[int, int], ...]] = {}

    def cut(self, forced: Pairs) -> Partition:
        """Cut of every row; `forced`: pairs of units that a row must not keep apart.

        Linked rows are cut together: a family whose pairs are those of the cut before keeps that cut.
        """
        choices = self._choices
        pairs = {row: tuple(joined) for row, joined in forced.items()}
        changed = {row for row in pairs.keys() | self._pairs.keys() if pairs.get(row) != self._pairs.get(row)}
        again = {piece.family for piece in self.pieces if piece.name in changed or not self._cut}
        plan = Plan(choices.policy, Order(choices.key), self._exact, pairs)
        rows = tuple(piece for piece in self.pieces if piece.family in again)
        self._cut = self._cut | cut(rows, self._sources.geography, plan)
        self._pairs = pairs
        return self._cut

    def release(self, partition: Partition, built_at: datetime) -> Release:
        """Release of a cut; its id is made from released values only."""
        raw, geography, choices = self._sources.raw, self._sources.geography, self._choices
        layout, published = publish(self._sources, self.pieces, partition)
        said = raw.description
        sides = "-bilateral" if choices.two_sided else ""
        facts = ReleaseFacts(
            id=f"{said.vintage}-{choices.policy}{sides}-{fingerprint(published)[:8]}",
            vintage=said.vintage,
            title=said.title,
            synthetic=said.synthetic,
            audited=False,
            policy=choices.policy,
            two_sided=choices.two_sided,
            dominance_checked=dominance_checked(raw),
            cog=said.cog,
            dataset=geography.dataset,
            built_at=built_at.isoformat(),
            sources=sources_of(raw, self._sources.catalogue, geography.cog),
        )
        return Release(facts, layout, published)


def cut_rows(raw: RawRelease, catalogue: Catalogue, policy: Policy, *, two_sided: bool) -> tuple[Piece, ...]:
    """Rows that a policy cuts, parents first."""
    # A count that is another's over some communes is cut with it where atoms hold several communes.
    return pieces(raw, catalogue, two_sided=two_sided, derived=policy == "commune-mask")
