"""The manners of the HTTP edge, on a real server over the loopback."""

import gzip
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from shared.errors import Overloaded, UnknownCommunes
from shared.origins import open_to_all
from shared.runtime import PortTaken, Readiness, health_routes, listening, operations_app
from shared.schemas.base import Asked
from shared.service import Service
from shared.web import http_app, json_response, read_json, read_query


class Tree(Asked):
    name: str
    height: float = 1.0


async def tree(request: web.Request) -> web.StreamResponse:
    return json_response(await read_json(request, Tree))


async def ask_tree(request: web.Request) -> web.StreamResponse:
    return json_response(read_query(request, Tree))


async def long_list(_: web.Request) -> web.StreamResponse:
    return json_response(["chêne"] * 1000)


async def unknown(_: web.Request) -> web.StreamResponse:
    raise UnknownCommunes("Le code 0 est inconnu.", codes=["0"])


async def busy(_: web.Request) -> web.StreamResponse:
    raise Overloaded("Trop de demandes.", retry_after=7)


async def broken(_: web.Request) -> web.StreamResponse:
    raise RuntimeError("secret")


ROUTES = (
    web.post("/trees", tree),
    web.get("/trees", ask_tree),
    web.get("/list", long_list),
    web.get("/unknown", unknown),
    web.get("/busy", busy),
    web.get("/broken", broken),
    *open_to_all((web.get("/open/trees", ask_tree), web.post("/open/trees", tree))),
)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with (
        listening(http_app(ROUTES, max_body=1000), "127.0.0.1", 0) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        yield session


async def test_a_body_is_read_into_its_shape(session: aiohttp.ClientSession) -> None:
    async with session.post("/trees", json={"name": "chêne"}) as answer:
        assert await answer.json() == {"name": "chêne", "height": 1.0}
        assert answer.headers["X-Correlation-Id"]


async def test_a_query_is_read_into_its_shape(session: aiohttp.ClientSession) -> None:
    async with session.get("/trees", params={"name": "if", "height": "2.5"}) as answer:
        assert await answer.json() == {"name": "if", "height": 2.5}
    async with session.get("/trees", params={"nom": "if"}) as answer:
        assert {fault["path"] for fault in (await answer.json())["errors"]} == {"name", "nom"}


async def test_a_problem_carries_its_status_code_and_extensions(session: aiohttp.ClientSession) -> None:
    async with session.get("/unknown") as answer:
        problem = await answer.json(content_type="application/problem+json")
    assert (answer.status, problem["type"], problem["codes"]) == (
        422,
        "urn:rezone:problem:unknown-communes",
        ["0"],
    )


async def test_an_overloaded_service_says_when_to_come_back(session: aiohttp.ClientSession) -> None:
    async with session.get("/busy") as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "7")


async def test_the_unforeseen_gives_an_id_and_no_secret(session: aiohttp.ClientSession) -> None:
    async with session.get("/broken") as answer:
        text = await answer.text()
    assert answer.status == 500
    assert "secret" not in text
    assert answer.headers["X-Correlation-Id"] in text


async def test_a_body_over_the_limit_is_refused_before_it_is_read(session: aiohttp.ClientSession) -> None:
    async with session.post("/trees", data=b"x" * 2000) as answer:
        problem = await answer.json(content_type=None)
    assert (answer.status, problem["maximum"], problem["received"]) == (413, 1000, 2000)


async def test_a_cacheable_answer_is_validated_and_compressed(session: aiohttp.ClientSession) -> None:
    async with session.get("/list") as answer:
        assert len(await answer.json()) == 1000
        etag = answer.headers["ETag"]
    async with session.get("/list", headers={"If-None-Match": etag}) as answer:
        assert (answer.status, await answer.read()) == (304, b"")
    async with session.get("/list", headers={"If-None-Match": '"other"'}) as answer:
        assert answer.status == 200
    raw = aiohttp.ClientSession(auto_decompress=False)
    async with raw, raw.get(answer.url, headers={"Accept-Encoding": "gzip"}) as packed:
        assert gzip.decompress(await packed.read()).startswith(b'["ch')


async def test_readiness_says_why_not_by_subject() -> None:
    readiness = Readiness()
    readiness.watch(Service("arbre", unready_reason=lambda: "Il neige."))
    async with (
        listening(operations_app(readiness), "127.0.0.1", 0) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        async with session.get("/readyz") as answer:
            assert answer.status == 503
            assert set((await answer.json())["reasons"]) == {"processus", "arbre"}
        readiness.phase = None
        async with session.get("/readyz") as answer:
            assert (await answer.json())["reasons"] == {"arbre": "Il neige."}
        readiness.checks.clear()
        async with session.get("/readyz") as answer:
            assert answer.status == 200
        async with session.get("/healthz") as answer:
            assert await answer.json() == {"status": "ok"}
        async with session.get("/metrics") as answer:
            assert "rezone_http_requests_total" in await answer.text()


async def test_the_public_face_says_that_it_is_not_ready_but_not_why() -> None:
    readiness = Readiness()
    async with (
        listening(http_app(health_routes(readiness)), "127.0.0.1", 0) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
        session.get("/readyz") as answer,
    ):
        assert (answer.status, await answer.json()) == (503, {"ready": False})


async def test_a_port_already_taken_is_said_in_french() -> None:
    async with listening(http_app(ROUTES), "127.0.0.1", 0) as port:
        with pytest.raises(PortTaken, match=f"127.0.0.1:{port}"):
            async with listening(http_app(ROUTES), "127.0.0.1", port):
                pass


async def test_open_data_may_be_read_from_any_origin_problems_included(
    session: aiohttp.ClientSession,
) -> None:
    for path, status in (("/open/trees?name=frêne", 200), ("/open/trees?nom=frêne", 422)):
        answer = await session.get(path, headers={"Origin": "https://portail.example"})
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (status, "*")
    asked = await session.options("/open/trees")
    assert (asked.status, asked.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert "POST" in asked.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Origin" not in (await session.get("/trees?name=frêne")).headers


async def test_a_304_says_what_the_200_says_of_caches(session: aiohttp.ClientSession) -> None:
    first = await session.get("/list")
    again = await session.get("/list", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304
    assert {name: again.headers[name] for name in ("ETag", "Cache-Control", "Vary")} == {
        name: first.headers[name] for name in ("ETag", "Cache-Control", "Vary")
    }
