"""Pages of a list and validators of answers: what their headers say. Pure."""

import hashlib

from yarl import URL

from services.geo.read.directory import Found
from shared.conditional import weak_etag
from shared.schemas.geo_read_queries import Listing, Shape

# Part of validators: a change in how units are written is another version of every answer.
WRITTEN = 1


def validator(dataset: str, asked: str) -> str:
    """ETag of an answer that depends on the dataset and the address alone: known before any work."""
    return weak_etag(hashlib.sha256(f"{WRITTEN} {dataset} {asked}".encode()).hexdigest()[:32])


def paging(address: str, query: Listing, found: Found) -> dict[str, str]:
    """Number of units that match, and links (RFC 8288) to the pages before and after that of this address."""
    headers = {"X-Total-Count": str(found.matched)}
    if not query.limit:
        return headers
    offsets = {}
    if query.offset + query.limit < found.matched:
        offsets["next"] = query.offset + query.limit
    if query.offset > 0:
        offsets["prev"] = max(0, query.offset - query.limit)
    links = [
        f'<{URL(address).update_query(offset=str(offset))}>; rel="{relation}"'
        for relation, offset in offsets.items()
    ]
    return headers | ({"Link": ", ".join(links)} if links else {})


def media_type(query: Shape) -> str:
    """Media type of an answer."""
    return "application/geo+json" if query.format == "geojson" else "application/json"
