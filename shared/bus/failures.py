"""What aio-pika raises when the broker goes, and what to say of it. It must not decide what to do then."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from aio_pika.exceptions import CONNECTION_EXCEPTIONS, AuthenticationError, ProbableAuthenticationError

# What aio-pika raises when the broker goes, refuses, or was never there.
LOST = (*CONNECTION_EXCEPTIONS, TimeoutError)
REFUSED = (AuthenticationError, ProbableAuthenticationError)


@contextmanager
def lost_is_not_cancelled() -> Iterator[None]:
    """Make a ConnectionError of the cancellation that aio-pika makes up when its connection drops."""
    try:
        yield
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise ConnectionError("connection dropped") from error


def why(error: BaseException) -> str:
    """Say in French why the broker cannot be reached, without what the error may quote (an address, a password)."""
    if isinstance(error, REFUSED):
        return "l’identifiant ou le mot de passe est refusé"
    if isinstance(error, TimeoutError):
        return "il ne répond pas"
    if isinstance(error, OSError) and not str(error):
        return "il est injoignable"
    return f"il est injoignable ou refuse la connexion ({type(error).__name__})"
