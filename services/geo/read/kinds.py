"""The kinds of units that the face serves, and the addresses that read each. A table, no rule."""

from collections.abc import Callable
from dataclasses import dataclass

from services.geo.read.directory import Directory
from services.geo.read.gazetteer import Gazetteer
from shared.contract import Read
from shared.schemas import geo_read as face
from shared.schemas import geo_read_queries as asked


@dataclass(frozen=True)
class Kind:
    """Units of a kind: where they are kept, what one is called, and how a list and one of them are asked for."""

    units: Callable[[Gazetteer], Directory]
    named: str
    every: Read
    listing: type[asked.Listing]
    one: Read
    shape: type[asked.Shape]


COMMUNES = Kind(
    lambda gazetteer: gazetteer.communes,
    "Aucune commune",
    face.READ_COMMUNES,
    asked.CommuneQuery,
    face.READ_COMMUNE,
    asked.OneCommuneQuery,
)
OLD_COMMUNES = Kind(
    lambda gazetteer: gazetteer.old_communes,
    "Aucune commune associée ou déléguée",
    face.READ_OLD_COMMUNES,
    asked.OldCommuneQuery,
    face.READ_OLD_COMMUNE,
    asked.OneOldCommuneQuery,
)
EPCIS = Kind(
    lambda gazetteer: gazetteer.epcis,
    "Aucun EPCI",
    face.READ_EPCIS,
    asked.EpciQuery,
    face.READ_EPCI,
    asked.OneEpciQuery,
)
DEPARTEMENTS = Kind(
    lambda gazetteer: gazetteer.departements,
    "Aucun département",
    face.READ_DEPARTEMENTS,
    asked.DepartementQuery,
    face.READ_DEPARTEMENT,
    asked.OneDepartementQuery,
)
REGIONS = Kind(
    lambda gazetteer: gazetteer.regions,
    "Aucune région",
    face.READ_REGIONS,
    asked.RegionQuery,
    face.READ_REGION,
    asked.OneRegionQuery,
)
KINDS = (COMMUNES, OLD_COMMUNES, EPCIS, DEPARTEMENTS, REGIONS)

# Units that belong to one of another kind, and the parameter that says so.
BELONGING = (
    (face.READ_EPCI_COMMUNES, COMMUNES, EPCIS, "codeEpci"),
    (face.READ_DEPARTEMENT_COMMUNES, COMMUNES, DEPARTEMENTS, "codeDepartement"),
    (face.READ_REGION_DEPARTEMENTS, DEPARTEMENTS, REGIONS, "codeRegion"),
)
