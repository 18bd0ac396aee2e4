"""The gateway's proxy to geo's read face, between two real servers."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from services.gateway.proxy import proxy_routes
from shared.origins import public_url
from shared.runtime import listening
from shared.web import http_app, json_response


async def who(request: web.Request) -> web.StreamResponse:
    answer = json_response({"url": public_url(request), "trace": request.headers["traceparent"]})
    answer.headers.add("Link", "</1>; rel=next")
    answer.headers.add("Link", "</0>; rel=prev")
    return answer


async def echo(request: web.Request) -> web.StreamResponse:
    return json_response(await request.json(), status=201)


async def long_stream(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(3):
        await response.write(b"x" * 100_000)
        await asyncio.sleep(0.01)
    await response.write_eof()
    return response


async def moved(_: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/geo/who")


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    behind = http_app(
        (
            web.get("/geo/who", who),
            web.get("/ogc", who),
            web.post("/geo/echo", echo),
            web.get("/ogc/long", long_stream),
            web.get("/geo/moved", moved),
            web.get("/healthz", who),
        )
    )
    async with (
        listening(behind, "127.0.0.1", 0) as geo,
        aiohttp.ClientSession(auto_decompress=False) as upstream,
        listening(http_app(proxy_routes(upstream, f"http://127.0.0.1:{geo}")), "127.0.0.1", 0) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        yield session


async def test_the_service_behind_knows_the_address_that_the_caller_used(
    session: aiohttp.ClientSession,
) -> None:
    answer = await session.get("/geo/who")
    assert (await answer.json())["url"] == str(answer.url.origin())
    named = await session.get(
        "/geo/who", headers={"x-forwarded-host": "rezone.example", "X-Forwarded-Proto": "https"}
    )
    assert (await named.json())["url"] == "https://rezone.example"


async def test_headers_given_several_times_stay_several(session: aiohttp.ClientSession) -> None:
    answer = await session.get("/ogc")
    assert answer.headers.getall("Link") == ["</1>; rel=next", "</0>; rel=prev"]


async def test_a_question_by_post_goes_through_with_its_body_and_status(
    session: aiohttp.ClientSession,
) -> None:
    answer = await session.post("/geo/echo", json={"codes": ["83061"]})
    assert (answer.status, await answer.json()) == (201, {"codes": ["83061"]})


async def test_a_long_answer_streams_whole(session: aiohttp.ClientSession) -> None:
    answer = await session.get("/ogc/long")
    assert len(await answer.read()) == 300_000


async def test_head_gives_the_headers_alone(session: aiohttp.ClientSession) -> None:
    answer = await session.head("/geo/who")
    assert (answer.status, await answer.read()) == (200, b"")


async def test_what_geo_says_is_passed_on_and_not_followed(session: aiohttp.ClientSession) -> None:
    assert (await session.get("/geo/moved", allow_redirects=False)).status == 302


async def test_dots_do_not_climb_out_of_the_face(session: aiohttp.ClientSession) -> None:
    origin = (await session.get("/geo/who")).url
    reader, writer = await asyncio.open_connection(origin.host, origin.port)
    writer.write(b"GET /geo/../healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert (await reader.read()).startswith(b"HTTP/1.1 404")
    writer.close()


async def test_a_long_address_goes_through(session: aiohttp.ClientSession) -> None:
    answer = await session.get("/geo/who", params={"code": ",".join(["83061"] * 6000)})
    assert answer.status == 200


@pytest.mark.parametrize("framing", ["Content-Length: 600", "Transfer-Encoding: chunked"])
async def test_an_answer_cut_behind_is_cut_before_the_caller_too(framing: str) -> None:
    async def cut_short(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        begun = b"7\r\n[1,2,3,\r\n" if "chunked" in framing else b"[1,2,3,"
        writer.write(f"HTTP/1.1 200 OK\r\n{framing}\r\n\r\n".encode() + begun)
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.close()

    behind = await asyncio.start_server(cut_short, "127.0.0.1", 0)
    geo = behind.sockets[0].getsockname()[1]
    async with (
        behind,
        aiohttp.ClientSession(auto_decompress=False) as upstream,
        listening(http_app(proxy_routes(upstream, f"http://127.0.0.1:{geo}")), "127.0.0.1", 0) as port,
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /geo/x HTTP/1.1\r\nHost: a\r\n\r\n")
        received = b""
        with contextlib.suppress(ConnectionResetError):
            received = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        assert received.count(b"HTTP/1.1") <= 1
        assert b"problem" not in received


async def test_a_service_that_is_away_is_said_in_french() -> None:
    async with (
        aiohttp.ClientSession(auto_decompress=False) as upstream,
        listening(http_app(proxy_routes(upstream, "http://127.0.0.1:9")), "127.0.0.1", 0) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        answer = await session.get("/ogc")
        assert answer.status == 503
        assert "service géographique" in (await answer.json())["detail"]
