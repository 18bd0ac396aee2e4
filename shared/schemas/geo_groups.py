"""Groups of communes: listed by kind, opened into their communes, and found from communes."""

from typing import Annotated

from pydantic import Field

from shared.contract import Contract
from shared.errors import AmbiguousCommunes, NoReference, NotFound, UnknownCommunes
from shared.schemas.base import Answered, Asked, Communes, Place
from shared.schemas.geo_facts import Dataset, GroupKind


class ListGroups(Asked):
    """Groups of a kind that hold a commune of the département and région asked for (all where none is)."""

    nature: GroupKind = Field(description="Nature des groupes")
    departement: str | None = Field(default=None, max_length=3, examples=["83"])
    region: str | None = Field(default=None, max_length=2, examples=["93"])


class GroupSummary(Place):
    """A group: number of communes, their residents, and the départements that it touches."""

    communes: int
    population: int
    departements: tuple[str, ...]


class Groups(Answered):
    """Groups by code. `disponible` is false where no layer of this kind is loaded: not the same as none."""

    nature: GroupKind
    disponible: bool
    groupes: tuple[GroupSummary, ...] = ()
    dataset: Dataset


# A CPTS without code in its file goes by its name.
GroupCode = Annotated[str, Field(min_length=1, max_length=200, examples=["200035319"])]


class OpenGroups(Asked):
    """Codes of groups of one kind, at most 200."""

    nature: GroupKind
    codes: tuple[GroupCode, ...] = Field(min_length=1, max_length=200, examples=[["200035319"]])


class GroupMembers(Place):
    """A group and the codes of its current communes, sorted."""

    communes: tuple[str, ...]


class OpenedGroups(Answered):
    """The groups asked for, in the same order, and the codes of all their communes together, each once, sorted."""

    nature: GroupKind
    groupes: tuple[GroupMembers, ...]
    communes: tuple[str, ...]
    dataset: Dataset


class GroupsOfCommunes(Asked):
    """Communes, at most 500, whose groups are wanted; all kinds loaded where no kind is named."""

    communes: Communes = Field(min_length=1, max_length=500)
    natures: tuple[GroupKind, ...] = Field(default=(), max_length=len(GroupKind))


class HoldingGroup(GroupMembers):
    """A group that holds some of the given communes: `choisies` those, `communes` all of its own."""

    choisies: tuple[str, ...]


class HoldingGroups(Answered):
    """Groups of one kind that hold given communes, the one with the most of them first."""

    nature: GroupKind
    disponible: bool
    groupes: tuple[HoldingGroup, ...]


class GroupsFound(Answered):
    """For each kind, the groups that hold the given communes: what adds or removes them in one move."""

    natures: tuple[HoldingGroups, ...]
    dataset: Dataset


LIST_GROUPS = Contract(
    "geo.groups.list.v1",
    ListGroups,
    Groups,
    errors=(NoReference, NotFound),
    timeout=5.0,
    summary="Regroupements de communes d’une nature",
)
OPEN_GROUPS = Contract(
    "geo.groups.open.v1",
    OpenGroups,
    OpenedGroups,
    errors=(NoReference, NotFound),
    timeout=5.0,
    summary="Communes de regroupements",
)
FIND_GROUPS = Contract(
    "geo.groups.of.v1",
    GroupsOfCommunes,
    GroupsFound,
    errors=(NoReference, UnknownCommunes, AmbiguousCommunes),
    timeout=5.0,
    summary="Regroupements qui contiennent des communes",
)
