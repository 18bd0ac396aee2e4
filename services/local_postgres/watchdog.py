"""The process that stands between `rezone` and the embedded PostgreSQL, so that neither outlives its use.

Run as a script by local_postgres.py, with the standard library alone (it must start in milliseconds):
`postgres_watchdog.py USERS_LOCK DESCRIPTOR COMMAND...`. DESCRIPTOR is the open `server.lock`, which the server's
processes inherit and thus hold. It must not import the project.
"""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

RECOVERY = 15.0
PATIENCE = 30
PAUSE = 0.05


class Watchdog:
    """Keeps `command` running while any process holds `users_lock`, a lock that dies with its holder."""

    def __init__(
        self, users_lock: Path, command: Sequence[str], descriptor: int, patience: int = PATIENCE
    ) -> None:
        self.users_lock = users_lock
        self.command = command
        self.descriptor = descriptor
        self.patience = patience
        self.server: subprocess.Popen[bytes] | None = None
        self.stopping = False
        self.over = False

    def run(self) -> int:
        """Watch to the end, in the main thread of a process of its own (it takes the signals over).

        Return the server's exit status, 0 when it was stopped because nobody used it any more.

        A server that fails by itself (status above 0) is not started again: its log says why. One that was killed
        is, and for RECOVERY seconds its failures are tried again: backends of the dead one may linger.
        """
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
            signal.signal(number, self._stop)
        threading.Thread(target=self._wait_for_disuse, daemon=True).start()
        try:
            return self._keep_running()
        finally:
            self.over = True
            signal.alarm(0)

    def _keep_running(self) -> int:
        recovering_until = 0.0
        while not self.stopping:
            self.server = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, pass_fds=(self.descriptor,)
            )
            if self.stopping:
                self.server.send_signal(signal.SIGINT)
            status = self.server.wait()
            if status < 0:
                recovering_until = time.monotonic() + RECOVERY
            elif not self.stopping and time.monotonic() > recovering_until:
                return status
            time.sleep(PAUSE)
        return 0

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        """Ask for a fast shutdown, and after `patience` seconds for an immediate one (recovery at next start)."""
        self.stopping = True
        if self.server is not None:
            self.server.send_signal(signal.SIGQUIT if number == signal.SIGALRM else signal.SIGINT)
        signal.alarm(self.patience)

    def _wait_for_disuse(self) -> None:
        """Hold the lock to the end once obtained: a newcomer waits for this server to be gone."""
        fcntl.flock(os.open(self.users_lock, os.O_RDWR), fcntl.LOCK_EX)
        if not self.over:
            os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    if os.fork():
        os._exit(0)  # the watchdog outlives the process that started it as long as another uses the server
    sys.exit(Watchdog(Path(sys.argv[1]), sys.argv[3:], int(sys.argv[2])).run())
