"""The one way a reader refuses a file: a BadReference that names it and says that nothing was loaded."""

from typing import Any

from shared.errors import BadReference


def refuse(file: str, reason: str, **where: Any) -> BadReference:
    """The problem to raise: `reason` is French, without its final stop; `where`: line, feature, features…"""
    return BadReference(f"{file}\u00a0: {reason}. Rien n’a été chargé.", file=file, **where)
