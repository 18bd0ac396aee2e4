"""Load on one HTTP address over the loopback: keep-alive connections that read whole answers and parse nothing.

The same few lines of client for every server, so that its own cost is the same on both sides of a ratio.
"""

import asyncio
import statistics
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECTIONS = 4


@dataclass(frozen=True)
class Load:
    """What a server did with a load: requests a second, 99th percentile in ms, bytes of one body."""

    rate: float
    p99_ms: float
    size: int


async def load(url: str, requests: int, *, connections: int = CONNECTIONS, headers: str = "") -> Load:
    """Ask `url` `requests` times over `connections` connections, after a tenth of it as warm-up."""
    await _asked(url, max(connections, requests // 10), connections, headers)
    started = time.perf_counter()
    answers = await _asked(url, requests, connections, headers)
    rate = len(answers) / (time.perf_counter() - started)
    durations = [duration for duration, _ in answers]
    return Load(rate, statistics.quantiles(durations, n=100)[98] * 1000, answers[0][1])


async def _asked(url: str, requests: int, connections: int, headers: str) -> list[tuple[float, int]]:
    each = max(1, requests // connections)
    asked = await asyncio.gather(*(_connection(url, each, headers) for _ in range(connections)))
    return [answer for answers in asked for answer in answers]


async def _connection(url: str, requests: int, headers: str) -> list[tuple[float, int]]:
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    request = f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\n{headers}\r\n".encode()
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    answers = []
    try:
        for _ in range(requests):
            started = time.perf_counter()
            writer.write(request)
            size = await _body(reader, url)
            answers.append((time.perf_counter() - started, size))
    finally:
        writer.close()
    return answers


async def _body(reader: asyncio.StreamReader, url: str) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if not head.startswith(b"http/1.1 200"):
        raise SystemExit(f"{url}: {head.splitlines()[0].decode()}")
    if b"content-length:" in head:
        size = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        await reader.readexactly(size)
        return size
    size = 0
    while chunk := int(await reader.readline(), 16):
        await reader.readexactly(chunk + 2)
        size += chunk
    await reader.readline()
    return size
