"""An aiohttp server that answers the bytes of a file and does nothing else: the limit that a handler can reach.

Run: python -m tests.bench.peers.bare_server PORT CONTENT_TYPE FILE
"""

import sys
from pathlib import Path

from aiohttp import web


def main() -> None:
    """Serve until stopped."""
    port, content_type, file = sys.argv[1:4]
    body = Path(file).read_bytes()

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=body, content_type=content_type)

    app = web.Application()
    app.router.add_get("/", answer)
    web.run_app(app, host="127.0.0.1", port=int(port), print=None, access_log=None)


if __name__ == "__main__":
    main()
