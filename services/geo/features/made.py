"""Every collection of what is in service, by its identifier, with its texts. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from services.geo.atlas import Atlas
from services.geo.features.collection import Collection
from services.geo.features.from_layers import layer_collections
from services.geo.features.from_reference import reference_collections
from services.geo.features.texts import FeatureTexts
from shared import __version__


@dataclass(frozen=True)
class Features:
    """The collections of one Atlas by identifier, in the order they are listed; `texts` are made when first read."""

    atlas: Atlas
    collections: Mapping[str, Collection]
    texts: Mapping[str, FeatureTexts]

    @cached_property
    def version(self) -> str:
        """What an answer depends on beside the question: the code, the dataset and the layers in service."""
        ids = (__version__, self.atlas.dataset.id, *(one.id for one in self.atlas.layers.versions))
        return hashlib.sha256("\n".join(ids).encode()).hexdigest()[:16]


def make_features(atlas: Atlas) -> Features:
    """Every collection of an Atlas; some 150 ms for all France."""
    made = (*reference_collections(atlas), *layer_collections(atlas))
    return Features(atlas, {one.id: one for one in made}, {one.id: FeatureTexts(one) for one in made})
