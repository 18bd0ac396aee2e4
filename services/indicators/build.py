"""Raw counts to a release and the arrays kept beside it. Pure: the clock and the folder come from the caller."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from services.indicators.catalogue import Catalogue
from services.indicators.geography import Geography
from services.indicators.publish import dominance_checked, fingerprint, publish
from services.indicators.raw import RawRelease
from services.indicators.release import Array, Release
from services.indicators.sources import sources_of
from shared.schemas.indicators import ReleaseFacts


@dataclass(frozen=True, repr=False)
class Built:
    """A release with the raw arrays to keep beside it."""

    release: Release
    raw: dict[str, Array]


def build(
    raw: RawRelease,
    catalogue: Catalogue,
    geography: Geography,
    built_at: datetime,
    *,
    two_sided: bool = False,
) -> Built:
    """Release of raw counts under commune-mask; its id is made from released values only."""
    layout, published = publish(raw, catalogue, geography, two_sided=two_sided)
    said = raw.description
    policy = "commune-mask"
    sides = "-bilateral" if two_sided else ""
    facts = ReleaseFacts(
        id=f"{said.vintage}-{policy}{sides}-{fingerprint(published)[:8]}",
        vintage=said.vintage,
        title=said.title,
        synthetic=said.synthetic,
        audited=False,
        policy=policy,
        two_sided=two_sided,
        dominance_checked=dominance_checked(raw),
        cog=said.cog,
        dataset=geography.dataset,
        built_at=built_at.isoformat(),
        sources=sources_of(raw, catalogue, geography.cog),
    )
    return Built(Release(facts, layout, published), {name: _small(a) for name, a in raw.arrays().items()})


def _small(array: Array) -> Array:
    # Counts fit 32 bits (the loader refuses more), and half the bytes are stored.
    return array.astype(np.int32) if array.dtype == np.int64 else array
