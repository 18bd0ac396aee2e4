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
    """The collections of one Atlas; made at the first question, then kept with it."""

    atlas: Atlas

    @cached_property
    def collections(self) -> Mapping[str, Collection]:
        """Collections by identifier, in the order they are listed."""
        made = (*reference_collections(self.atlas), *layer_collections(self.atlas))
        return {collection.id: collection for collection in made}

    @cached_property
    def texts(self) -> Mapping[str, FeatureTexts]:
        """Texts of each collection, themselves made when first read."""
        return {name: FeatureTexts(collection) for name, collection in self.collections.items()}

    @cached_property
    def version(self) -> str:
        """What an answer depends on beside the question: the code, the dataset and the layers in service."""
        ids = (__version__, self.atlas.dataset.id, *(one.id for one in self.atlas.layers.versions))
        return hashlib.sha256("\n".join(ids).encode()).hexdigest()[:16]
