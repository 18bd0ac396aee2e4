"""One page of features as bytes, with its links; compressed from kept pieces where it can be. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from services.geo.features.collection import Collection
from services.geo.features.texts import FeatureTexts
from services.geo.ogc import items
from services.geo.ogc.crs import Crs
from services.geo.ogc.documents import JSON, NAMES, link
from services.geo.ogc.parameters import MEDIA, ItemsQuery
from services.geo.ogc.selection import select

GEOJSON = MEDIA["json"]
# Parameters that links of one page may change; the others are written once for all of them.
OF_ONE_LINK = ("limit", "f", "offset")


@dataclass(frozen=True)
class Asked:
    """How a page was asked for: address of the face, parameters as given, and the moment of the answer."""

    base: str
    parameters: tuple[tuple[str, str], ...]
    stamp: str
    gzip: bool


def page(texts: FeatureTexts, query: ItemsQuery, asked: Asked) -> bytes:
    """A feature collection, as a gzip file where that was asked. Raises InvalidQuery."""
    chosen = select(texts.collection, query)
    links = _page_links(texts.collection, query, chosen.matched, asked)
    before, after = items.envelope(links, chosen.matched, len(chosen.positions), asked.stamp)
    if not asked.gzip:
        return b"".join((before, items.features(texts, query, chosen.positions), after))
    if query.crs.native and query.wanted is None:
        return texts.gzipped(before, chosen.positions, after)
    return items.gzipped(before + items.features(texts, query, chosen.positions) + after)


def feature(texts: FeatureTexts, position: int, crs: Crs, base: str) -> bytes:
    """One feature with its links."""
    collection = texts.collection
    above = f"{base}/collections/{collection.id}"
    here = f"{above}/items/{collection.codes[position]}"
    links = [
        link(here, "self", GEOJSON, collection.codes[position]),
        link(above, "collection", JSON, collection.titre),
    ]
    return items.feature(texts, position, crs, links)


def _page_links(
    collection: Collection, query: ItemsQuery, matched: int, asked: Asked
) -> Sequence[dict[str, str]]:
    here = f"{asked.base}/collections/{collection.id}/items"

    given = dict(asked.parameters)

    fixed = urlencode({name: value for name, value in given.items() if name not in OF_ONE_LINK})

    def at(offset: int, form: str | None = given.get("f"), limit: str | None = given.get("limit")) -> str:
        own = [f"limit={limit}"] if limit else []
        own += [f"f={form}"] if form else []
        own += [f"offset={offset}"] if offset else []
        parameters = "&".join([fixed, *own] if fixed else own)
        return f"{here}?{parameters}" if parameters else here

    limit = query.limit or 0
    links = [link(at(query.offset), "self", GEOJSON, collection.titre)]
    links += [
        link(at(query.offset, form), "alternate", media, NAMES[form])
        for form, media in MEDIA.items()
        if form != "json"
    ]
    links.append(link(f"{asked.base}/collections/{collection.id}", "collection", JSON, collection.titre))
    if query.offset + limit < matched:
        links.append(link(at(query.offset + limit), "next", GEOJSON, "Page suivante"))
    if query.offset:
        # Before the fifth feature there are no ten: the page before is shorter, and repeats nothing.
        before = at(query.offset - limit) if query.offset >= limit else at(0, limit=str(query.offset))
        links.append(link(before, "prev", GEOJSON, "Page précédente"))
    return links
