"""Documents out of the object store and down to the caller, never whole in memory."""

from urllib.parse import quote

from aiohttp import ETag, web

from shared.objects import ObjectStore
from shared.schemas.reports import ReportMade


async def stream_document(
    request: web.Request, documents: ObjectStore, made: ReportMade
) -> web.StreamResponse:
    """Stream the document with its length, name and validator. Raises NotFound before anything is sent."""
    response = web.StreamResponse()
    response.headers["Content-Type"] = made.media_type
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(made.filename)}"
    response.headers["Content-Length"] = str(made.size)
    response.headers["X-Rezone-Fingerprint"] = made.fingerprint
    response.etag = ETag(made.sha256[:32])
    # The first bytes are read before the headers leave, so that a missing object is still a problem.
    chunks = aiter(documents.stream(made.key))
    first = await anext(chunks, b"")
    await response.prepare(request)
    await response.write(first)
    async for chunk in chunks:
        await response.write(chunk)
    await response.write_eof()
    return response
