"""Make `.venv` from a hashed lock: `python3 deploy/bootstrap.py [run|check|test|bench]`, standard library alone.

It does nothing, in a blink and without a network, when what the target needs is already there. It must not import
the project, and must run on an old Python at least as far as the sentence that asks for a newer one.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "rezone.json"
LOG = VENV / "installation.log"
OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")

# A larger lock holds the smaller ones: installing it serves their targets too.
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock")
LOCK_OF = {"run": LOCKS[0], "check": LOCKS[1], "test": LOCKS[1], "bench": LOCKS[2]}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")

# Started as a shell script so that no path is written in it: one with spaces does no harm.
COMMAND = """#!/bin/sh
'''exec' "$(dirname "$(readlink -f "$0")")/python" "$0" "$@"
' '''
import sys

from services.cli import main

if __name__ == "__main__":
    sys.exit(main())
"""


def main() -> None:
    """Prepare the target given on the command line; exit with a French sentence where it cannot be."""
    parser = argparse.ArgumentParser(description="Prépare l’environnement de Rezone.")
    parser.add_argument("target", nargs="?", default="run", choices=sorted(LOCK_OF))
    target = parser.parse_args().target
    if sys.version_info < OLDEST:
        run_with_newer_python()
    provide_system_packages(system_packages(target))
    if installed(LOCK_OF[target]):
        say("Environnement Python\u00a0: tout est là.")
    else:
        install(LOCK_OF[target])


def say(sentence: str) -> None:
    """Print at once, so that the order with the programs' own output holds."""
    print(sentence, flush=True)


def run_with_newer_python() -> None:
    """Go on with a newer interpreter of this machine, or say how to get one."""
    for name in NEWER:
        found = shutil.which(name)
        if found:
            os.execv(found, [found, *sys.argv])
    sys.exit(
        "Python 3.11 ou plus récent est nécessaire (trouvé\u00a0: {}.{}). À lancer d’abord\u00a0:\n"
        "  sudo apt-get install -y python3.11 python3.11-venv".format(*sys.version_info)
    )


def system_packages(target: str) -> list[str]:
    """Return the Debian packages that the target needs and this machine lacks."""
    lacking = []
    if not PYTHON.exists() and importlib.util.find_spec("ensurepip") is None:
        lacking.append("python{}.{}-venv".format(*sys.version_info))
    if target in ("test", "bench") and not broker_answers() and not rabbitmq_server():
        lacking.append("rabbitmq-server")
    if target == "test" and not any(map(shutil.which, CHROMIUM)):
        lacking.append("chromium")
    if target == "test" and not shutil.which("pdftotext"):
        lacking.append("poppler-utils")
    return lacking


def rabbitmq_server() -> str | None:
    """Debian keeps it in /usr/sbin, which is not on an ordinary user's PATH."""
    return shutil.which(
        "rabbitmq-server", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/lib/rabbitmq/bin"
    )


def broker_answers() -> bool:
    """Whether AMQP_URL or the usual local port accepts a connection."""
    given = urlsplit(os.environ.get("AMQP_URL", ""))
    for host, port in ((given.hostname, given.port or 5672), ("127.0.0.1", 5672)):
        if host:
            try:
                socket.create_connection((host, port), timeout=1).close()
            except OSError:
                continue
            return True
    return False


def provide_system_packages(packages: list[str]) -> None:
    """Install them as root, services left unstarted; otherwise say the one line to run first, and stop there."""
    if not packages:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(
            "Il manque à cette machine de quoi continuer. À lancer d’abord, une seule fois\u00a0:\n"
            f"  sudo apt-get update && sudo apt-get install -y {' '.join(packages)}"
        )
    say(f"Installation des paquets du système\u00a0: {', '.join(packages)}…")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with services_left_unstarted():
        for command in (["apt-get", "-qq", "update"], ["apt-get", "-qq", "-y", "install", *packages]):
            if subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=False).returncode != 0:
                sys.exit(f"Cette commande a échoué\u00a0: {' '.join(command)}")


@contextlib.contextmanager
def services_left_unstarted() -> Iterator[None]:
    """Debian asks this file whether a package may start its service; 101 is a no. One that exists already stays."""
    policy = Path("/usr/sbin/policy-rc.d")
    try:
        with policy.open("x") as script:
            script.write("#!/bin/sh\nexit 101\n")
    except FileExistsError:
        yield
        return
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink()


def fingerprint(lock: str) -> str:
    """What an installation depends on: the lock's bytes, the interpreter, and where the venv lies."""
    content = hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()
    return f"{content} {sys.version_info.major}.{sys.version_info.minor} {VENV}"


def stamps() -> dict[str, str]:
    """Return what was installed whole: the fingerprint by lock file."""
    try:
        stamped = json.loads(STAMP.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return stamped if isinstance(stamped, dict) else {}


def installed(lock: str) -> bool:
    """Whether this lock, as it is now, was installed whole here and the interpreter still runs."""
    return PYTHON.exists() and (VENV / "bin" / "rezone").exists() and stamps().get(lock) == fingerprint(lock)


def has_pip() -> bool:
    """Whether the venv was made to the end: pip comes last."""
    if not PYTHON.exists():
        return False
    return (
        subprocess.run([str(PYTHON), "-m", "pip", "--version"], capture_output=True, check=False).returncode
        == 0
    )


def install(lock: str) -> None:
    """Make the venv if need be, install the lock into it, then the project itself, and stamp the result."""
    began = time.monotonic()
    moved = any(not stamp.endswith(fingerprint(lock).split(" ", 1)[1]) for stamp in stamps().values())
    if moved or not has_pip():
        say("Création de l’environnement Python (.venv)…")
        attempt([sys.executable, "-m", "venv", "--clear", str(VENV)])
    STAMP.unlink(missing_ok=True)
    total = sum(
        not line.startswith((" ", "#")) and "==" in line for line in (ROOT / lock).read_text().splitlines()
    )
    say(f"Installation de {lock}\u00a0: environ {total} paquets, à l’empreinte près…")
    options = [
        "--disable-pip-version-check",
        "--no-input",
        "--progress-bar=off",
        "--require-hashes",
        "--no-deps",
    ]
    attempt([str(PYTHON), "-m", "pip", "install", *options, "-r", str(ROOT / lock)], total)
    install_project()
    served = LOCKS[: LOCKS.index(lock) + 1]
    STAMP.write_text(json.dumps({each: fingerprint(each) for each in served}, indent=1))
    say(f"Environnement Python prêt en {time.monotonic() - began:.0f} s.")


def attempt(command: list[str], total: int = 0) -> None:
    """Run, keep what it says in LOG, show a count of the packages reached; on failure show the end of LOG."""
    VENV.mkdir(exist_ok=True)
    seen, last = 0, 0.0
    lines = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT
    ) as process:
        for line in process.stdout or ():
            lines.append(line)
            reached = line.startswith(("Collecting ", "Requirement already satisfied: "))
            seen += reached
            if line.startswith("Installing collected packages"):
                say("  téléchargements finis, mise en place…")
            elif reached and total and time.monotonic() - last > 1:
                last = time.monotonic()
                say(
                    "  {}/{} {}".format(
                        seen,
                        total,
                        line.partition(" ")[2].partition(" (from")[0].partition(" in ")[0].strip(),
                    )
                )
    if VENV.exists():
        LOG.write_text("".join(lines))
    if process.returncode != 0:
        sys.exit(
            "".join(lines[-12:])
            + f"\nL’installation a échoué (détail dans {LOG}). Vérifier l’accès au réseau et la "
            "place sur le disque, puis relancer la même commande."
        )


def install_project() -> None:
    """Put the checkout on the venv's path and the command `rezone` beside its python: no build, so no network."""
    (packages,) = (VENV / "lib").glob("python3*/site-packages")
    (packages / "rezone.pth").write_text("../../../..\n")
    command = VENV / "bin" / "rezone"
    command.write_text(COMMAND)
    command.chmod(0o755)


if __name__ == "__main__":
    main()
