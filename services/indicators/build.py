"""Raw counts to a release and how its rows were cut. Pure: the clock and the folder come from the caller."""

from dataclasses import dataclass, field
from datetime import datetime

from services.indicators.area_sums import AreaSums
from services.indicators.catalogue import Catalogue
from services.indicators.geography import Geography
from services.indicators.publish import Sources, dominance_checked, fingerprint, publish
from services.indicators.raw import RawRelease
from services.indicators.references import gather_references
from services.indicators.release import Release
from services.indicators.secrecy.order import Order
from services.indicators.secrecy.partition import Pairs, Plan, Policy, cut
from services.indicators.secrecy.piece import Partition, Piece
from services.indicators.secrecy.pieces import pieces
from services.indicators.sources import sources_of
from shared.schemas.indicators import ReleaseFacts


@dataclass(frozen=True)
class Choices:
    """How counts are to be released.

    `key`: secret of the vintage, which orders the communes joined under `atoms`. `two_sided`: the complement of
    sensitive counts is protected too. `forced`: units that an audit asks a row to join.
    """

    policy: Policy = "commune-mask"
    two_sided: bool = False
    key: bytes = field(default=b"", repr=False)
    forced: Pairs = field(default_factory=dict, repr=False)


@dataclass(frozen=True, repr=False)
class Built:
    """A release, and what an audit of it attacks."""

    release: Release
    pieces: tuple[Piece, ...]
    partition: Partition


def build(
    raw: RawRelease, catalogue: Catalogue, geography: Geography, built_at: datetime, choices: Choices
) -> Built:
    """Release of raw counts; its id is made from released values only."""
    areas = AreaSums(geography)
    references = gather_references(raw, catalogue, areas)
    to_cut = cut_rows(raw, catalogue, choices.policy, two_sided=choices.two_sided)
    plan = Plan(choices.policy, Order(choices.key), references.exact_totals(catalogue), choices.forced)
    partition = cut(to_cut, geography, plan)
    sources = Sources(raw, catalogue, geography, references, areas)
    layout, published = publish(sources, to_cut, partition)
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
        sources=sources_of(raw, catalogue, geography.cog),
    )
    return Built(Release(facts, layout, published), to_cut, partition)


def cut_rows(raw: RawRelease, catalogue: Catalogue, policy: Policy, *, two_sided: bool) -> tuple[Piece, ...]:
    """Rows that a policy cuts, parents first."""
    # A count that is another's over some communes is cut with it where atoms hold several communes.
    return pieces(raw, catalogue, two_sided=two_sided, derived=policy == "commune-mask")
