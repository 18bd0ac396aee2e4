"""The HTTP face of a naive engine: the routes of the real one that an attacker asks."""

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.attack.naive import Engine, Mode
from tests.attack.naive_world import COMMUNES, DEPARTEMENT, REGION, catalogue

Answer = tuple[int, Any]
PLACES = [{"code": code, "codeDepartement": DEPARTEMENT, "codeRegion": REGION} for code in COMMUNES]
READ = {"/v1/indicators": catalogue(), "/geo/communes": PLACES}


def asked_in(body: bytes) -> Answer:
    """The question in a body, at status 200, or the refusal of it."""
    try:
        asked = json.loads(body)
    except ValueError:
        return 400, {"detail": "JSON attendu."}
    if "territoires" in asked:
        return 200, asked | {"communes": [code for one in asked["territoires"] for code in one["communes"]]}
    communes = asked.get("communes")
    if not isinstance(communes, list) or not communes or not set(communes) <= set(COMMUNES):
        return 422, {"detail": "Des communes connues sont attendues."}
    if set(asked) - {"communes", "focus"}:
        return 422, {"detail": "Champ inconnu."}
    return 200, asked


def answered(engine: Engine, path: str, asked: dict[str, Any]) -> Answer:
    """Answer to a question about communes."""
    communes = asked["communes"]
    wanted = [name for names in asked.get("focus", {}).values() for name in names]
    refused = engine.refusal(communes, wanted)
    if refused is not None:
        return 422, {"detail": refused}
    engine.wait(communes)
    if path == "/v1/diagnostics":
        return 200, engine.diagnostic(communes)
    if path == "/v1/reports?f=json":
        return 200, {"diagnostic": engine.diagnostic(communes, raw=engine.mode is Mode.DOCUMENT)}
    if path == "/v1/comparisons":
        return 200, engine.comparison([one["communes"] for one in asked["territoires"]])
    return 404, {"detail": "Rien ici."}


def handler(engine: Engine) -> type[BaseHTTPRequestHandler]:
    """Handler of the questions put to one engine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Headers and body leave together: apart, each answer would wait for an acknowledgement.
        wbufsize = -1

        def do_GET(self) -> None:
            found = READ.get(self.path.split("?")[0])
            self.send(404 if found is None else 200, found, {})

        def do_POST(self) -> None:
            status, asked = asked_in(self.rfile.read(int(self.headers["Content-Length"])))
            if status != 200:
                return self.send(status, asked, {})
            return self.send(*answered(engine, self.path, asked), engine.headers(asked["communes"]))

        def send(self, status: int, answer: Any, headers: dict[str, str]) -> None:
            body = json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Say nothing: tests speak for themselves."""

    return Handler


@contextlib.contextmanager
def served(engine: Engine) -> Iterator[str]:
    """Base URL of an engine, served on this machine alone until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(engine))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
