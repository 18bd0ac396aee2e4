"""A diagnostic of 74 communes through the gateway: on RabbitMQ against a bare echo, in memory against a no-op handler.

Run: python -m tests.bench.gateway
"""

import asyncio
import csv
import os
import statistics
import tempfile
import time
from importlib.resources import files
from pathlib import Path

import aiohttp
import psutil
from aiohttp import web

from services.local_postgres import LocalPostgres
from shared.bus import codec
from shared.runtime import listening
from shared.schemas.indicators import Diagnostic
from shared.settings import CommonSettings, load
from tests.bench.bus_echo import bare_echo, measure
from tests.broker import any_broker
from tests.e2e.processes import SERVICES, running

REQUESTS = 400
WARM_UP = 60
ROUNDS = 3


def gard() -> list[str]:
    """The 74 communes of the published report of 2025."""
    text = files("services.geo").joinpath("data/zonage_faits.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return [row["code"] for row in rows if row["millesime"] == "2025"]


async def ask(url: str, path: str, count: int) -> list[float]:
    """Seconds of each of `count` requests, one at a time."""
    durations = []
    async with aiohttp.ClientSession(url) as session:
        for number in range(WARM_UP + count):
            started = time.perf_counter()
            async with session.post(path, json={"communes": gard()}) as answer:
                await answer.read()
                if answer.status != 200:
                    raise SystemExit(f"{path}: {answer.status}")
            if number >= WARM_UP:
                durations.append(time.perf_counter() - started)
    return durations


async def body_of(url: str, path: str) -> bytes:
    """The answer itself."""
    async with aiohttp.ClientSession(url) as session, session.post(path, json={"communes": gard()}) as answer:
        return await answer.read()


def line(name: str, durations: list[float], peer: list[float]) -> str:
    """One printed line: p50, p99 and the ratio of medians to the peer."""
    cuts, peer_cuts = (statistics.quantiles(values, n=100) for values in (durations, peer))
    ratio = cuts[49] / peer_cuts[49]
    return f"{name:40s} p50 {cuts[49] * 1000:7.2f} ms  p99 {cuts[98] * 1000:7.2f} ms  ratio {ratio:.2f}"


async def over_rabbitmq(gateway: str, amqp_url: str) -> None:
    """Four processes against a bare aio-pika echo of the same JSON, and of the same bytes once deflated."""
    reply = await body_of(gateway, "/v1/diagnostics")
    wire = codec.encode(Diagnostic.model_validate_json(reply)).body
    print(
        f"diagnostic of {len(gard())} communes: {len(reply)} bytes of JSON, {len(wire)} deflated on the wire"
    )
    peers = {
        name: await bare_echo(amqp_url, size) for name, size in (("JSON", len(reply)), ("wire", len(wire)))
    }
    echoed: dict[str, list[float]] = {name: [] for name in peers}
    asked: list[float] = []
    for _ in range(ROUNDS):
        for name, (echo, _close) in peers.items():
            await measure(echo, 1, WARM_UP)
            echoed[name] += (await measure(echo, 1, REQUESTS))[1]
        asked += await ask(gateway, "/v1/diagnostics", REQUESTS)
    for name, (_echo, close) in peers.items():
        await close()
        print(line(f"bare aio-pika echo of the {name} bytes", echoed[name], echoed[name]))
    for name, peer in echoed.items():
        print(line(f"gateway, four processes, to the {name} echo", asked, peer))


async def in_memory(gateway: str) -> None:
    """The suite in one process against an aiohttp handler that answers the same bytes and does nothing."""
    reply = await body_of(gateway, "/v1/diagnostics")

    async def nothing(request: web.Request) -> web.StreamResponse:
        await request.read()
        return web.Response(body=reply, content_type="application/json")

    app = web.Application()
    app.router.add_post("/v1/diagnostics", nothing)
    async with listening(app, "127.0.0.1", 0) as port:
        idle = await ask(f"http://127.0.0.1:{port}", "/v1/diagnostics", REQUESTS)
    asked = await ask(gateway, "/v1/diagnostics", REQUESTS)
    print(line("no-op aiohttp handler, same bytes", idle, idle))
    print(line("gateway, one process in memory", asked, idle))


def megabytes(pid: int) -> float:
    """Resident memory of a process and its children, in MB, the embedded PostgreSQL left out."""
    tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(one.memory_info().rss for one in tree if one.name() != "postgres") / 1e6


def main() -> None:
    """Bench on the data directory that the set-up made."""
    settings = load(CommonSettings)
    logs = Path(tempfile.mkdtemp(prefix="rezone-bench-"))
    environment = {"REZONE_DATA_DIR": str(settings.data_dir.resolve()), "DATABASE_URL": "", "AMQP_URL": ""}
    with running(environment, logs) as processes:
        suite = processes["suite"]
        asyncio.run(in_memory(suite.client.base))
        assert suite.popen is not None
        print(f"resident memory of the suite, all France loaded: {megabytes(suite.popen.pid):.0f} MB")
    with any_broker() as amqp_url, LocalPostgres(settings.data_dir) as server:
        given = {
            **environment,
            "AMQP_URL": amqp_url,
            "DATABASE_URL": server.url,
            "REZONE_BUS_NAMESPACE": f"bench-{os.getpid()}",
        }
        with running(given, logs, *SERVICES) as processes:
            asyncio.run(over_rabbitmq(processes["gateway"].client.base, amqp_url))


if __name__ == "__main__":
    main()
