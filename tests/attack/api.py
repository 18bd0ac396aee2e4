"""The attacker's line to the public API: one connection kept open, every answer with its headers and its time."""

import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

TIMEOUT = 90.0
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Reply:
    """An HTTP answer: status, headers in lower case, body, and seconds from the question to the last byte."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    def json(self) -> Any:
        """Body as JSON."""
        return json.loads(self.body)


@dataclass
class Api:
    """The API at one base URL. `release` is asked for in every question that can name one; `calls` counts them."""

    base: str
    release: str | None = None
    calls: int = 0
    _connection: http.client.HTTPConnection | None = field(default=None, repr=False)

    def get(self, path: str) -> Reply:
        """Answer of a GET."""
        return self._ask("GET", path, None)

    def post(self, path: str, body: Any) -> Reply:
        """Answer of a POST; bytes go as they are, anything else as JSON."""
        return self._ask("POST", path, body if isinstance(body, bytes) else json.dumps(body).encode())

    def diagnose(self, codes: list[str], **more: Any) -> Reply:
        """Diagnostic of a territory."""
        return self.post("/v1/diagnostics", self.about(codes) | more)

    def document(self, codes: list[str], form: str) -> Reply:
        """Document of a territory in one format."""
        return self.post(f"/v1/reports?f={form}", self.about(codes))

    def about(self, codes: list[str]) -> dict[str, Any]:
        """Question about communes, of the release attacked."""
        return self.of_release({"communes": codes})

    def of_release(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Question put to the release attacked."""
        return asked | ({"release": self.release} if self.release else {})

    def _ask(self, method: str, path: str, body: bytes | None) -> Reply:
        self.calls += 1
        try:
            return self._exchange(method, path, body)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            # The server let an idle connection go: asked again on a new one.
            self._connection = None
            return self._exchange(method, path, body)

    def _exchange(self, method: str, path: str, body: bytes | None) -> Reply:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(urlsplit(self.base).netloc, timeout=TIMEOUT)
        start = time.perf_counter()
        self._connection.request(method, path, body, JSON if body is not None else {})
        answer = self._connection.getresponse()
        content = answer.read()
        seconds = time.perf_counter() - start
        return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, content, seconds)

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
