"""A polygon as GeoJSON (RFC 7946) gives it: bare or in a Feature. What is no polygon of a territory is refused here.

An altitude and members that say nothing of the ground (bbox, properties, crs…) are let in and left out.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, WithJsonSchema

from shared.schemas.base import Asked

Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, strict=True)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, strict=True)]
Position = Annotated[tuple[Longitude, Latitude], Field(description="Longitude, latitude en degrés")]

MAX_VERTICES = 20_000
# The métropole is 15 degrees wide; a projection in metres means nothing far beyond its territory.
MAX_DEGREES = 20


def _on_the_ground(position: Any) -> Any:
    return position[:2] if isinstance(position, list | tuple) else position


Degrees = Annotated[float, Field(allow_inf_nan=False, strict=True)]
Vertex = Annotated[
    tuple[Degrees, Degrees],
    BeforeValidator(_on_the_ground),
    WithJsonSchema(
        {
            "type": "array",
            "items": {"type": "number"},
            "minItems": 2,
            "description": "Longitude, latitude en degrés\u202f; une altitude est ignorée",
        }
    ),
]
Rings = Annotated[tuple[Annotated[tuple[Vertex, ...], Field(min_length=4)], ...], Field(min_length=1)]


class _GeoJson(Asked):
    model_config = ConfigDict(extra="ignore")


class GivenPolygon(_GeoJson):
    """A GeoJSON Polygon: closed rings, the shell first."""

    type: Literal["Polygon"]
    coordinates: Rings


class GivenMultiPolygon(_GeoJson):
    """A GeoJSON MultiPolygon."""

    type: Literal["MultiPolygon"]
    coordinates: Annotated[tuple[Rings, ...], Field(min_length=1)]


GivenGeometry = Annotated[GivenPolygon | GivenMultiPolygon, Field(discriminator="type")]


class GivenFeature(_GeoJson):
    """The GeoJSON Feature of a polygon."""

    type: Literal["Feature"]
    geometry: GivenGeometry


Given = GivenPolygon | GivenMultiPolygon | GivenFeature


def rings_of(area: Given) -> tuple[Rings, ...]:
    """Rings of each polygon of an area."""
    geometry = area.geometry if isinstance(area, GivenFeature) else area
    return (geometry.coordinates,) if isinstance(geometry, GivenPolygon) else geometry.coordinates


def _of_a_territory(area: Given) -> Given:
    rings = [ring for polygon in rings_of(area) for ring in polygon]
    vertices = sum(map(len, rings))
    if vertices > MAX_VERTICES:
        limit, received = (f"{number:,}".replace(",", "\u202f") for number in (MAX_VERTICES, vertices))
        raise ValueError(f"au plus {limit} sommets sont admis, {received} reçus")
    for axis, (name, most) in enumerate((("longitude", 180), ("latitude", 90))):
        values = [position[axis] for ring in rings for position in ring]
        if min(values) < -most or max(values) > most:
            raise ValueError(
                f"une {name} sort de {most} degrés\u00a0: des degrés (WGS84) sont attendus, longitude d’abord"
            )
        if max(values) - min(values) > MAX_DEGREES:
            raise ValueError(f"au plus {MAX_DEGREES} degrés de {name} sont admis, d’un bord à l’autre")
    for number, ring in enumerate(rings, start=1):
        if ring[0] != ring[-1]:
            raise ValueError(
                f"l’anneau {number} n’est pas fermé\u00a0: son dernier point doit être le premier"
            )
    return area


GivenArea = Annotated[
    Given,
    Field(
        discriminator="type",
        description="Polygon ou MultiPolygon GeoJSON (WGS84), ou la Feature qui en porte un",
    ),
    AfterValidator(_of_a_territory),
]
