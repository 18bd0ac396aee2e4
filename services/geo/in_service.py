"""What is in service at one moment: the Atlas and everything derived from it, made together and replaced together."""

from dataclasses import dataclass

from services.geo.atlas import Atlas
from services.geo.features.made import Features, make_features
from services.geo.read.gazetteer import Gazetteer, build_gazetteer
from services.geo.tiles.served import Tiles


@dataclass(frozen=True)
class InService:
    """An Atlas and its indexes. Immutable: a request that holds one sees one dataset from end to end."""

    atlas: Atlas
    gazetteer: Gazetteer
    tiles: Tiles
    features: Features


def put_in_service(atlas: Atlas) -> InService:
    """Make every index of an Atlas; about a second for all France."""
    return InService(atlas, build_gazetteer(atlas), Tiles(atlas), make_features(atlas))
