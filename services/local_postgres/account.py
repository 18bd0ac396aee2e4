"""As whom the embedded PostgreSQL runs: it refuses root, and we create no system user.

An ordinary user runs it as itself. Root runs it as the owner of its data, `nobody` at first, through setpriv, with
the one capability that lets that account reach a checkout under /root, and only where it is needed.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534
CAPABILITIES = (None, "dac_read_search", "dac_override")


class NoAccount(Exception):
    """No way was found to run the server as another account than root; the message says what was tried."""


@dataclass(frozen=True)
class Account:
    """The owner of the server's files and the words to put before its commands."""

    uid: int
    gid: int
    prefix: tuple[str, ...]

    def give(self, path: Path) -> None:
        """Make this account the owner of `path`, which only root can and needs to do."""
        if os.geteuid() != self.uid:
            os.chown(path, self.uid, self.gid)


def choose(cluster: Path, workplace: Path, program: Path) -> Account:
    """Return the account that can run `program` (pg_config) and write in `workplace`, a directory made over to it.

    `cluster` is the data directory, which may not exist yet; its owner, if any, stays its owner.
    """
    setpriv = shutil.which("setpriv")
    ends_with_parent = (setpriv, "--pdeathsig", "INT", "--") if setpriv else ()
    if os.geteuid() != 0:
        if cluster.exists() and cluster.stat().st_uid != os.geteuid():
            raise NoAccount(f"ses données appartiennent au compte {cluster.owner()}, qui n’est pas le vôtre")
        return Account(os.geteuid(), os.getegid(), ends_with_parent)
    if setpriv is None:
        raise NoAccount("la commande setpriv manque (paquet util-linux)")
    uid, gid = _owner(cluster)
    reasons = []
    for capability in CAPABILITIES:  # the least first
        account = Account(uid, gid, _as_account(setpriv, uid, gid, capability))
        account.give(workplace)
        reason = _cannot(account, workplace, program)
        if reason is None:
            return account
        reasons.append(reason)
    raise NoAccount(" ; ".join(dict.fromkeys(reasons)))


def _owner(cluster: Path) -> tuple[int, int]:
    if cluster.exists() and cluster.stat().st_uid != 0:
        return cluster.stat().st_uid, cluster.stat().st_gid
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return NOBODY, NOBODY
    return nobody.pw_uid, nobody.pw_gid


def _as_account(setpriv: str, uid: int, gid: int, capability: str | None) -> tuple[str, ...]:
    caps = f"-all,+{capability}" if capability else "-all"
    return (
        setpriv,
        f"--reuid={uid}",
        f"--regid={gid}",
        "--clear-groups",
        f"--inh-caps={caps}",
        f"--ambient-caps={caps}",
        # access(2), by which PostgreSQL finds its own programs, would otherwise look without the capability
        *(("--securebits=+no_setuid_fixup",) if capability else ()),
        "--no-new-privs",
        "--pdeathsig",
        "INT",
        "--",
    )


def _cannot(account: Account, workplace: Path, program: Path) -> str | None:
    """Try for real: return what fails, None when the account can write in `workplace` and find `program`'s place."""
    script = 'test -w "$1" && exec "$2" --bindir'
    command = [*account.prefix, "/bin/sh", "-c", script, "sh", str(workplace), str(program)]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    return done.stderr.strip() or f"le compte {account.uid} ne peut pas écrire dans {workplace}"
