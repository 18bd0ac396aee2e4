"""Whether a territory is in one block: its pieces, the links between them, what would join them, enclaves. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.geo.atlas import Atlas, Commune
from services.geo.territory.gaps import bridges, enclosed
from services.geo.territory.islands import described, people, pieces
from services.geo.territory.links import declared_links, joined, known_links
from shared.schemas.base import Place
from shared.schemas.geo_checks import Enclave, Joining, Link, Piece


@dataclass(frozen=True)
class Block:
    """What a Territory says of its shape, under the same names."""

    pieces: tuple[Piece, ...]
    d_un_seul_tenant: bool | None
    relie: bool | None
    liaisons: tuple[Link, ...]
    rapprochements: tuple[Joining, ...]
    enclaves: tuple[Enclave, ...]


def in_one_block(atlas: Atlas, communes: Sequence[Commune], declared: Sequence[Link] | None = None) -> Block:
    """Pieces and enclaves of a territory; `declared` links are those of the shipped file unless given.

    A commune without polygon leaves it unknown whether the territory is in one block, unless it is alone.
    """
    drawn = atlas.indices(tuple(commune for commune in communes if commune.contour)).tolist()
    told = len(drawn) == len(communes) or len(communes) == 1
    groups = pieces(atlas, set(drawn))
    links = known_links(atlas, declared_links() if declared is None else declared) if len(groups) > 1 else {}
    group_of, used = joined(groups, links)
    return Block(
        pieces=described(atlas, groups),
        d_un_seul_tenant=len(groups) <= 1 if told else None,
        relie=len(set(group_of)) <= 1 if told else None,
        liaisons=used,
        rapprochements=tuple(
            Joining(
                morceaux=bridge.ends,
                communes=_places(atlas, bridge.units),
                population=people(atlas, bridge.units),
                liaisons=tuple(links[ends] for ends in bridge.links),
            )
            for bridge in (bridges(atlas, groups, group_of, links) if len(set(group_of)) > 1 else ())
        ),
        enclaves=tuple(
            Enclave(
                communes=_places(atlas, one.units), population=people(atlas, one.units), fermee=one.closed
            )
            for one in (enclosed(atlas, groups) if drawn else ())
        ),
    )


def _places(atlas: Atlas, units: Sequence[int]) -> tuple[Place, ...]:
    return tuple(Place(code=atlas.communes[unit].code, nom=atlas.communes[unit].nom) for unit in units)
