"""Which features of a collection a CQL2 tree keeps. Pure; features where the answer is unknown are left out."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from services.geo.features.collection import Collection, Property
from services.geo.ogc import cql_values as values
from services.geo.ogc.cql import Node, refused
from services.geo.ogc.cql_values import Kind, Value
from services.geo.ogc.crs import Crs, ground_to_lonlat
from services.geo.shapes.polygons import Geometries, Mask
from shared.errors import InvalidQuery

GEOMETRY = "geometry"
KINDS: Mapping[str, Kind] = {
    "texte": "texte",
    "nombre": "nombre",
    "entier": "nombre",
    "date": "date",
    "liste": "liste",
}
# Each predicate, and the one that says the same with its two sides exchanged.
SPATIAL: Mapping[str, tuple[Callable[[Geometries, BaseGeometry], Mask], str]] = {
    # The geometry asked about is the prepared one, which goes first.
    "s_intersects": (lambda units, geometry: shapely.intersects(geometry, units), "s_intersects"),
    "s_disjoint": (shapely.disjoint, "s_disjoint"),
    "s_within": (shapely.within, "s_contains"),
    "s_contains": (shapely.contains, "s_within"),
    "s_equals": (shapely.equals, "s_equals"),
    "s_touches": (shapely.touches, "s_touches"),
    "s_crosses": (shapely.crosses, "s_crosses"),
    "s_overlaps": (shapely.overlaps, "s_overlaps"),
}
FUNCTIONS = ("casei", "accenti", *SPATIAL, *values.RELATIONS)


def kept(collection: Collection, tree: Node, crs: Crs) -> Mask:
    """Mask of the features for which the filter is true; its geometries are in `crs`. Raises InvalidQuery."""
    answer = _Evaluation(collection, crs).truth(tree)
    if answer.literal:
        return np.full(len(collection), answer.data.as_py() is True)
    filled = pc.fill_null(answer.data, fill_value=False)
    mask: Mask = filled.to_numpy(zero_copy_only=False) if isinstance(filled, pa.Array) else filled.to_numpy()
    return mask


class _Evaluation:
    def __init__(self, collection: Collection, crs: Crs) -> None:
        self.collection = collection
        self.crs = crs

    def truth(self, node: Node) -> Value:
        value = self.value(node)
        if value.kind == "vide":
            return values.UNKNOWN
        if value.kind != "booléen":
            raise refused(
                "une condition est attendue (une comparaison, ou plusieurs jointes par AND, OR, NOT), "
                f"et non {values.EXAMPLES[value.kind]}."
            )
        return value

    def value(self, node: Node) -> Value:
        match node:
            case {"op": str(operator), "args": list(arguments)}:
                return self._operation(operator.lower(), arguments)
            case {"property": str(name)}:
                return self._column(name)
            case {"date": str(text)} | {"timestamp": str(text)}:
                return values.instant(text)
            case {"type": _, "coordinates": _} | {"type": _, "geometries": _} | {"bbox": _}:
                return Value("géométrie", node, literal=True)
            case list():
                return Value("liste", [self._text(one) for one in node], literal=True)
            case dict():
                raise refused(f"«\u00a0{', '.join(node)[:60]}\u00a0» n’est pas servi ici.")
            case _:
                return values.literal(node)

    def _operation(self, operator: str, given: list[Node]) -> Value:
        match operator, given:
            case "and" | "or", [_, *_]:
                found = self._joined(operator, given)
            case "not", [one]:
                truth = self.truth(one)
                found = Value("booléen", pc.invert(truth.data), truth.literal)
            case "isnull", [one]:
                found = self._is_null(one)
            case "between", [one, low, high]:
                found = values.between(self.value(one), self.value(low), self.value(high))
            case "in", [one, list(listed)]:
                found = values.among(self.value(one), [self.value(item) for item in listed])
            case "like", [one, pattern]:
                found = values.like(self.value(one), self.value(pattern))
            case "casei" | "accenti", [one]:
                found = values.folded(operator, self.value(one))
            case _, [one, two]:
                found = self._binary(operator, one, two)
            case _:
                raise _unknown(operator, len(given))
        return found

    def _binary(self, operator: str, one: Node, two: Node) -> Value:
        if operator in values.COMPARED:
            return values.compare(operator, self.value(one), self.value(two))
        if operator in values.ARITHMETIC:
            return values.calculate(operator, self.value(one), self.value(two))
        if operator in values.RELATIONS:
            return values.related(operator, self.value(one), self.value(two))
        if operator in SPATIAL:
            return self._spatial(operator, self.value(one), self.value(two))
        raise _unknown(operator, 2)

    def _joined(self, operator: str, given: list[Node]) -> Value:
        join = pc.and_kleene if operator == "and" else pc.or_kleene
        answer = self.truth(given[0])
        for node in given[1:]:
            answer = values.joined(join, answer, self.truth(node))
        return answer

    def _is_null(self, node: Node) -> Value:
        value = self.value(node)
        if value.kind == "géométrie" and not value.literal:
            return Value("booléen", pa.array(np.isnan(self.collection.bounds[:, 0])))
        if value.literal and not isinstance(value.data, pa.Scalar):
            return Value("booléen", pa.scalar(value=False), literal=True)
        return values.is_null(value)

    def _column(self, name: str) -> Value:
        if name == GEOMETRY:
            return Value("géométrie", None)
        found = self.collection.property(name)
        if found is None:
            raise unknown_property(self.collection, "filter", name)
        return Value(KINDS[found.type], self.column(found))

    def column(self, found: Property) -> Any:
        column = self.collection.table.column(found.nom).combine_chunks()
        if found.type == "date":
            return column.cast(pa.timestamp("us"))
        return column.cast(pa.float64()) if found.type == "entier" else column

    def _text(self, node: Node) -> str:
        if not isinstance(node, str):
            raise refused("une liste de textes entre apostrophes est attendue.")
        return node

    def _spatial(self, function: str, one: Value, two: Value) -> Value:
        if one.kind != "géométrie" or two.kind != "géométrie" or one.literal == two.literal:
            raise refused(
                f"{function.upper()} compare la propriété geometry à une géométrie, "
                f"comme {function.upper()}(geometry, POINT(6.73 43.43))."
            )
        if one.literal:
            function, one, two = SPATIAL[function][1], two, one
        geometry = self._geometry(two.data)
        answer = standing(self.collection, function, geometry)
        return Value("booléen", pa.array(answer, mask=np.isnan(self.collection.bounds[:, 0])))

    def _geometry(self, given: Mapping[str, Any]) -> BaseGeometry:
        try:
            if "bbox" in given:
                box = [float(part) for part in given["bbox"]]
                geometry = shapely.box(*(box if len(box) == 4 else [*box[:2], *box[3:5]]))
            else:
                geometry = shapely.force_2d(shapely.from_geojson(orjson.dumps(given)))
        except (ValueError, TypeError, shapely.errors.ShapelyError):
            raise refused(
                f"cette géométrie ne se lit pas\u00a0: {str(dict(given))[:80]}. Un polygone est fermé "
                "(dernier point égal au premier) et a quatre points au moins."
            ) from None
        if not np.isfinite(shapely.get_coordinates(geometry)).all() or shapely.is_empty(geometry):
            raise refused("une géométrie vide, ou sans coordonnées finies, ne trouve rien.")
        if not shapely.is_valid(geometry):
            reason = shapely.is_valid_reason(geometry)
            raise refused(f"cette géométrie n’est pas valide ({reason}).")
        lonlat = ground_to_lonlat(geometry, self.crs)
        if not np.isfinite(shapely.get_coordinates(lonlat)).all():
            raise refused("cette géométrie sort du monde\u202f; vérifiez filter-crs et l’ordre des axes.")
        return lonlat


def standing(collection: Collection, function: str, geometry: BaseGeometry) -> NDArray[np.bool_]:
    """Features in that relation to a geometry in degrees; False without geometry, but for `s_disjoint`."""
    if function == "s_disjoint":
        return ~standing(collection, "s_intersects", geometry)
    west, south, east, north = shapely.bounds(geometry).tolist()
    bounds = collection.bounds
    near = np.flatnonzero(
        (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    )
    answer = np.zeros(len(collection), dtype=bool)
    if len(near):
        answer[near] = collection.ground.meeting(collection.units[near], SPATIAL[function][0], geometry)
    return answer


def unknown_property(collection: Collection, parameter: str, name: str) -> InvalidQuery:
    """The problem of a property that the collection does not have."""
    known = ", ".join([*(one.nom for one in collection.properties), GEOMETRY])
    problem = refused(
        f"la collection {collection.id} n’a pas de propriété «\u00a0{name[:40]}\u00a0»\u202f; "
        f"propriétés\u00a0: {known}."
    )
    problem.extensions["parameter"] = parameter
    return problem


def _unknown(operator: str, arguments: int) -> InvalidQuery:
    return refused(
        f"la fonction «\u00a0{operator[:40]}\u00a0» à {arguments} argument(s) n’existe pas\u202f; "
        f"fonctions\u00a0: {', '.join(FUNCTIONS)}."
    )
