"""The peers of the OGC face on the same communes: tipg and pygeoapi over PostGIS, each with two workers.

PostGIS is no part of the suite: where the PostgreSQL at hand does not have it, the peers are not measured, and
the benchmark says so. Everything is made in a database of its own, dropped at the end.
"""

import asyncio
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import numpy as np
import shapely
import yaml

from services.geo.atlas import Atlas
from services.geo.shapes.projections import legal_projections, to_degrees

USUAL = "postgresql://postgres@127.0.0.1:5432/postgres"
WORKERS = "2"
STARTING_SECONDS = 60


@contextmanager
def postgis(atlas: Atlas) -> Iterator[str | None]:
    """URL of a database with the table `communes` (EPSG:4326, indexed), or None where there is no PostGIS."""
    url = os.environ.get("DATABASE_URL", USUAL)
    name = f"rezone_bench_{secrets.token_hex(4)}"
    if not asyncio.run(_has_postgis(url)):
        yield None
        return
    asyncio.run(_execute(url, f"CREATE DATABASE {name}"))
    own = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    try:
        asyncio.run(_fill(own, atlas))
        yield own
    finally:
        asyncio.run(_execute(url, f"DROP DATABASE {name} WITH (FORCE)"))


async def _has_postgis(url: str) -> bool:
    try:
        server = await asyncpg.connect(url)
    except (OSError, asyncpg.PostgresError):
        return False
    try:
        return bool(
            await server.fetchval("SELECT count(*) FROM pg_available_extensions WHERE name = 'postgis'")
        )
    finally:
        await server.close()


async def _execute(url: str, statement: str) -> None:
    server = await asyncpg.connect(url)
    try:
        await server.execute(statement)
    finally:
        await server.close()


async def _fill(url: str, atlas: Atlas) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("CREATE EXTENSION postgis")
        await connection.execute(
            "CREATE TABLE given (code text, nom text, departement text, region text, epci text, "
            "population integer, wkb bytea)"
        )
        await connection.copy_records_to_table("given", records=_records(atlas))
        await connection.execute(
            "CREATE TABLE communes AS SELECT row_number() OVER (ORDER BY code)::integer AS id, code, nom, "
            "departement, region, epci, population, "
            "ST_Multi(ST_GeomFromWKB(wkb, 4326))::geometry(MultiPolygon, 4326) AS geom FROM given"
        )
        await connection.execute("DROP TABLE given")
        await connection.execute("ALTER TABLE communes ADD PRIMARY KEY (id)")
        await connection.execute("CREATE INDEX ON communes USING gist (geom)")
        await connection.execute("CREATE INDEX ON communes (code)")
        await connection.execute("VACUUM ANALYZE communes")
    finally:
        await connection.close()


def _records(atlas: Atlas) -> list[tuple[object, ...]]:
    records: list[tuple[object, ...]] = []
    for rank, projection in enumerate(legal_projections()):
        here = np.flatnonzero(atlas.shapes.projection == rank)
        metres = atlas.shapes.levels[0].polygons.take(here)
        coordinates = to_degrees(shapely.get_coordinates(metres), projection.epsg).round(6)
        degrees = shapely.to_wkb(shapely.set_coordinates(metres, coordinates))
        for position, wkb in zip(here.tolist(), degrees.tolist(), strict=True):
            one = atlas.communes[position]
            records.append((one.code, one.nom, one.departement, one.region, one.epci, one.population, wkb))
    return records


@contextmanager
def tipg(database: str) -> Iterator[str]:
    """URL of the collection of communes, as tipg serves it."""
    settings = {"DATABASE_URL": database, "TIPG_DB_SCHEMAS": '["public"]'}
    with _uvicorn("tipg.main:app", settings, "/collections/public.communes") as url:
        yield f"{url}/collections/public.communes"


@contextmanager
def pygeoapi(database: str) -> Iterator[str]:
    """URL of the collection of communes, as pygeoapi serves it."""
    with tempfile.TemporaryDirectory(prefix="rezone-bench-") as folder:
        port = _free_port()
        config, api = Path(folder, "config.yml"), Path(folder, "openapi.yml")
        config.write_text(yaml.safe_dump(_pygeoapi_config(database, port)), encoding="utf-8")
        settings = {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(api)}
        subprocess.run(
            (
                *(sys.executable, "-c", "from pygeoapi import cli; cli()"),
                *("openapi", "generate", str(config), "--output-file", str(api)),
            ),
            check=True,
            env={**os.environ, **settings},
            capture_output=True,
        )
        with _uvicorn("pygeoapi.starlette_app:APP", settings, "/collections/communes", port) as url:
            yield f"{url}/collections/communes"


def _pygeoapi_config(database: str, port: int) -> dict[str, object]:
    parts = urlsplit(database)
    data = {
        "host": parts.hostname,
        "port": parts.port or 5432,
        "dbname": parts.path.lstrip("/"),
        "user": parts.username,
        "password": parts.password or "",
        "search_path": ["public"],
    }
    about = {"title": "Communes", "description": "Communes", "keywords": ["communes"]}
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port},
            "url": f"http://127.0.0.1:{port}",
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "language": "en-US",
            "limits": {"default_items": 10, "max_items": 10_000},
            "map": {"url": "http://127.0.0.1/{z}/{x}/{y}", "attribution": ""},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                **about,
                "keywords_type": "theme",
                "url": "http://127.0.0.1",
                "terms_of_service": "bench",
            },
            "license": {"name": "Licence Ouverte 2.0", "url": "http://127.0.0.1"},
            "provider": {"name": "bench", "url": "http://127.0.0.1"},
            "contact": {"name": "bench", "email": "bench@localhost", "url": "http://127.0.0.1"},
        },
        "resources": {
            "communes": {
                "type": "collection",
                **about,
                "extents": {"spatial": {"bbox": [-180, -90, 180, 90]}},
                "links": [],
                "providers": [
                    {
                        "type": "feature",
                        "name": "PostgreSQL",
                        "data": data,
                        "id_field": "id",
                        "table": "communes",
                        "geom_field": "geom",
                    }
                ],
            }
        },
    }


@contextmanager
def bare(body: bytes, content_type: str) -> Iterator[str]:
    """URL of an aiohttp server, in a process of its own, that answers these bytes and does nothing else."""
    with tempfile.TemporaryDirectory(prefix="rezone-bench-") as folder:
        file = Path(folder, "body")
        file.write_bytes(body)
        port = _free_port()
        command = [sys.executable, "-m", "tests.bench.peers.bare_server", str(port), content_type, str(file)]
        with _running(command, {}, f"http://127.0.0.1:{port}", "/"):
            yield f"http://127.0.0.1:{port}/"


@contextmanager
def _uvicorn(app: str, settings: dict[str, str], path: str, port: int | None = None) -> Iterator[str]:
    port = port or _free_port()
    command = [sys.executable, "-m", "uvicorn", app, "--port", str(port), "--workers", WORKERS]
    command += ["--log-level", "error", "--no-access-log"]
    with _running(command, settings, f"http://127.0.0.1:{port}", path) as url:
        yield url


@contextmanager
def _running(command: list[str], settings: dict[str, str], url: str, path: str) -> Iterator[str]:
    process = subprocess.Popen(command, env={**os.environ, **settings})
    try:
        _wait(process, url + path)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(process: "subprocess.Popen[bytes]", url: str) -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=10).read()
        except (OSError, urllib.error.URLError):
            time.sleep(0.3)
        else:
            return
    raise SystemExit(f"{url} did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
