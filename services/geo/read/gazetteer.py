"""Everything that a portal may look up, with its indexes. Pure, in memory."""

from dataclasses import dataclass

from services.geo.atlas import Atlas
from services.geo.read.communes import list_communes, list_old_communes
from services.geo.read.directory import Directory
from services.geo.read.unions import list_departements, list_epcis, list_regions


@dataclass(frozen=True)
class Gazetteer:
    """An Atlas and a directory of each kind of unit; positions among communes are those of `atlas.communes`."""

    atlas: Atlas
    communes: Directory
    old_communes: Directory
    epcis: Directory
    departements: Directory
    regions: Directory


def build_gazetteer(atlas: Atlas) -> Gazetteer:
    """Index everything of the Atlas; about half a second for all France."""
    return Gazetteer(
        atlas=atlas,
        communes=list_communes(atlas),
        old_communes=list_old_communes(atlas),
        epcis=list_epcis(atlas),
        departements=list_departements(atlas),
        regions=list_regions(atlas),
    )
