"""The reference of the API at /docs: Swagger UI from local assets, no outside request."""

from importlib.resources import files
from pathlib import Path

from aiohttp import web

from shared.errors import MissingAsset, NotFound

FILES = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'"
)


def docs_routes(assets: Path) -> tuple[web.RouteDef, ...]:
    """Routes of the page, its start script and its two assets found under `assets`/swagger-ui."""
    templates = files("services.gateway") / "docs"
    page = (templates / "index.html").read_bytes()
    script = (templates / "start.js").read_bytes()

    async def index(_: web.Request) -> web.StreamResponse:
        return web.Response(body=page, content_type="text/html", headers={"Content-Security-Policy": POLICY})

    async def start(_: web.Request) -> web.StreamResponse:
        return web.Response(body=script, content_type="text/javascript")

    async def asset(request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        path = assets / "swagger-ui" / name
        if name not in FILES:
            raise NotFound(f"La page /docs n’a pas de fichier {name}.")
        if not path.is_file():
            raise MissingAsset(
                f"Le fichier {name} de la page /docs manque\u202f; relancez `make setup`.",
                asset=name,
                expected=str(path),
            )
        return web.FileResponse(path, headers={"Content-Type": FILES[name]})

    return (
        web.get("/docs", index),
        web.get("/docs/start.js", start),
        web.get("/docs/{name:[a-z.-]+}", asset),
    )
