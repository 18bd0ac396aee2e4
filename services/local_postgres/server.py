"""The life of the embedded PostgreSQL: started, joined, let go. It never kills a server that another process uses.

Two locks tell the truth without guessing at process ids. `server.lock` is held by the watchdog and the server's own
processes, to the last backend: whoever obtains it knows that no server lives there. `users.lock` is held, shared, by
each process that uses the server: when the last one lets go, even killed with -9, the watchdog stops the server.
"""

import asyncio
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from services.local_postgres import locks
from services.local_postgres.cluster import USER, Cluster, PostgresFailed, Running

TIMEOUT = 60.0
PAUSE = 0.01
ATTEMPTS = 3


class LocalPostgres:
    """The server of one data directory: `with LocalPostgres(data_dir) as server`, or `async with`."""

    def __init__(self, data_dir: Path) -> None:
        self.cluster = Cluster(data_dir.resolve() / "postgres")
        self._use: int | None = None
        self._started = False
        self._running: Running | None = None
        self._port: int | None = None

    @property
    def running(self) -> Running:
        """The server's process and port when it was started or joined; raises PostgresFailed while it is not."""
        if self._running is None:
            raise PostgresFailed("La base de données intégrée n’est pas démarrée.")
        return self._running

    @property
    def url(self) -> str:
        """The asyncpg DSN of the database `postgres`, with the password: `url_of("postgres")`."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """Return the asyncpg DSN of `database`, on 127.0.0.1, as the superuser USER."""
        port = self.running.port
        password = quote(self.cluster.password, safe="")
        return f"postgresql://{USER}:{password}@127.0.0.1:{port}/{quote(database, safe='')}"

    @property
    def joined(self) -> bool:
        """Whether another process started the server that is in use."""
        return self._running is not None and not self._started

    def start(self) -> None:
        """Start the server or join the one that runs; return when it answers. Started again, it keeps its port.

        Raises PostgresFailed, with the end of the server's log, when it dies on the way or takes over TIMEOUT.
        """
        if self._running is not None:
            return
        try:
            self.cluster.home.mkdir(parents=True, exist_ok=True)
            self._use = self._hold_use()
            self._running = self._reach()
        except OSError as reason:
            raise PostgresFailed(
                f"Le dossier {self.cluster.home} n’est pas utilisable\u00a0: {reason}."
            ) from reason
        finally:
            if self._running is None:
                self.stop()
        self._port = self._running.port

    def stop(self) -> None:
        """Let the server go; return when it has stopped, at once where another process still uses it."""
        self._running, self._started = None, False
        if self._use is None:
            return
        locks.release(self._use)
        self._use = None
        for _ in _until_timeout():
            used = locks.is_shared(self.cluster.users_lock)
            if used or locks.is_free(self.cluster.server_lock, locks.ALONE):
                return

    def _hold_use(self) -> int:
        """Hold `users.lock` shared; a watchdog that stops its server holds it alone, to its end."""
        for _ in _until_timeout():
            use = locks.take(self.cluster.users_lock, locks.SHARED)
            if use is not None:
                return use
        raise PostgresFailed(
            "Le serveur précédent de la base de données intégrée n’en finit pas de s’arrêter."
        )

    def _reach(self) -> Running:
        """Wait for a server that answers; start one whenever there is none, another port each time."""
        attempts = 0
        for _ in _until_timeout():
            alone = locks.take(self.cluster.server_lock, locks.ALONE)
            if alone is not None:
                attempts += 1
                try:
                    self._launch(alone, attempts)
                finally:
                    locks.release(alone)
            elif (running := self.cluster.running()) is not None:
                return running
        raise PostgresFailed("La base de données intégrée tarde trop à démarrer.", log=self.cluster.tail())

    def _launch(self, alone: int, attempt: int) -> None:
        """Start the server; on a new attempt the last one has died, and only a port taken meanwhile is an excuse."""
        log = self.cluster.tail()
        if attempt > 1 and ("could not bind" not in log or attempt > ATTEMPTS):
            raise PostgresFailed(
                f"La base de données intégrée s’est arrêtée au démarrage\u00a0:\n{log}", log=log
            )
        self.cluster.launch(alone, _port(self._port if attempt == 1 else None))
        self._started = True

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self.start)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.stop)


def _port(preferred: int | None) -> int:
    """Return `preferred` where it is free, else a free port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", preferred or 0))
        except OSError:
            return _port(None)
        port: int = probe.getsockname()[1]
        return port


def _until_timeout() -> Iterator[None]:
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        yield
        time.sleep(PAUSE)
