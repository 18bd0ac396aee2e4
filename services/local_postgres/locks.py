"""Advisory file locks (flock), which the kernel lets go when their last holder dies; no waiting in here.

A lock taken here belongs to this process alone: a forked child does not keep it.
"""

import fcntl
import os
from pathlib import Path

ALONE = fcntl.LOCK_EX
SHARED = fcntl.LOCK_SH

_held: set[int] = set()


def take(path: Path, kind: int) -> int | None:
    """Return the descriptor that holds the lock on `path` (made if absent), None where others prevent it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    _held.add(descriptor)
    return descriptor


def release(descriptor: int) -> None:
    """Close `descriptor`; the lock lives on in the processes that inherited it on purpose, if any."""
    _held.discard(descriptor)
    os.close(descriptor)


def is_free(path: Path, kind: int) -> bool:
    """Return whether the lock could be taken at this instant."""
    descriptor = take(path, kind)
    if descriptor is None:
        return False
    release(descriptor)
    return True


def is_shared(path: Path) -> bool:
    """Return whether some process holds the lock shared, as opposed to nobody or one alone."""
    return not is_free(path, ALONE) and is_free(path, SHARED)


def _forget_in_child() -> None:
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


os.register_at_fork(after_in_child=_forget_in_child)
