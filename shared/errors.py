"""The problems a caller can meet, each with a stable code, a French title and an HTTP status (RFC 9457).

A problem is raised where the fact is known, crosses the bus as `{code, detail, ...}`, is rebuilt from
the contract's own list and becomes problem+json at the edge. No problem may carry a raw count.
"""

from typing import Any, ClassVar, Self

# Members of problem+json that are the edge's to write (RFC 9457), and the two of the wire.
RESERVED = frozenset({"type", "title", "status", "detail", "instance", "code"})


class Problem(Exception):
    """An error meant for the caller. `detail` is a French sentence; `extensions` are JSON values."""

    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Erreur interne"
    status: ClassVar[int] = 500

    def __init__(self, detail: str, **extensions: Any) -> None:
        taken = RESERVED.intersection(extensions)
        if taken:
            raise ValueError(f"members of every problem cannot be extensions: {', '.join(sorted(taken))}")
        super().__init__(detail)
        self.detail = detail
        self.extensions = extensions

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON object that crosses the bus: code, detail and the extensions."""
        return {"code": self.code, "detail": self.detail, **self.extensions}

    @classmethod
    def from_wire(cls, body: dict[str, Any]) -> Self:
        """Rebuild the problem from `to_wire`'s object."""
        extensions = {key: value for key, value in body.items() if key not in RESERVED}
        return cls(str(body.get("detail", cls.title)), **extensions)


class Internal(Problem):
    """Anything not foreseen: the caller gets a correlation id, never a traceback."""


class InvalidRequest(Problem):
    """The request does not have the contract's shape; `errors` lists `{path, message, received}`."""

    code, title, status = "invalid-request", "Demande invalide", 422


class InvalidQuery(InvalidRequest):
    """The same of an address's parameters, with the status that GIS clients and geo.api.gouv.fr's know."""

    code, title, status = "invalid-query", "Paramètre invalide", 400


class BadRequest(Problem):
    """What the HTTP server itself refuses: a malformed chunk, an expectation that cannot be met."""

    code, title, status = "bad-request", "Demande refusée", 400


class NotJson(Problem):
    """The body is not JSON."""

    code, title, status = "not-json", "Corps de la demande illisible", 400


class MessageTooLarge(Problem):
    """A message or body over its limit; `maximum` and `received` are said, in bytes."""

    code, title, status = "message-too-large", "Demande trop volumineuse", 413


class NotFound(Problem):
    """No such resource."""

    code, title, status = "not-found", "Ressource introuvable", 404


class MethodNotAllowed(Problem):
    """The resource exists but not for this method; `allowed` lists those it has."""

    code, title, status = "method-not-allowed", "Méthode non permise", 405


class NotAcceptable(Problem):
    """No representation fits the Accept header or `f`; `available` lists those that exist."""

    code, title, status = "not-acceptable", "Format indisponible", 406


class ServiceUnavailable(Problem):
    """A service (or the broker or the database) does not answer in time; trying again later may work."""

    code, title, status = "service-unavailable", "Service momentanément indisponible", 503


class Overloaded(Problem):
    """The service refuses work to protect itself; `retry_after` in seconds."""

    code, title, status = "overloaded", "Trop de demandes en cours", 429


class EmptyTerritory(Problem):
    """No commune was given."""

    code, title, status = "empty-territory", "Territoire vide", 422


class TerritoryTooLarge(Problem):
    """More communes than a territory may hold; `maximum` and `received` are said."""

    code, title, status = "territory-too-large", "Territoire trop grand", 422


class UnknownCommunes(Problem):
    """Codes that no loaded COG knows; `codes` lists them all, `suggestions` maps some to a likely code."""

    code, title, status = "unknown-communes", "Communes inconnues", 422


class AmbiguousCommunes(Problem):
    """Old codes of split communes: `codes` maps each to its current candidates, one must be chosen."""

    code, title, status = "ambiguous-communes", "Communes à préciser", 422


class NoReference(Problem):
    """The national reference (communes, polygons) is not loaded yet."""

    code, title, status = "no-reference", "Référentiel géographique non chargé", 503


class NoRelease(Problem):
    """No release is active, or the one asked for does not exist; `available` lists the known ids."""

    code, title, status = "no-release", "Aucun millésime de données disponible", 503


class UnknownRelease(Problem):
    """The release asked for does not exist; `available` lists the known ids."""

    code, title, status = "unknown-release", "Millésime de données inconnu", 422


class UnknownFocus(Problem):
    """A focus names an indicator, profession or section that the catalogue does not hold; `unknown`, `available`."""

    code, title, status = "unknown-focus", "Choix inconnu", 422


class RejectedFolder(Problem):
    """A producer's folder with bad rows: `rows` lists `{file, line, column, reason}`; nothing was loaded."""

    code, title, status = "rejected-folder", "Données refusées", 422


class ReleaseConflict(Problem):
    """A release stands in the way: its vintage is frozen otherwise, it holds the same data, it is in service."""

    code, title, status = "release-conflict", "Millésime déjà établi", 409


class ReleaseNotAudited(Problem):
    """A release without a passing audit is activated only when asked for as such."""

    code, title, status = "release-not-audited", "Millésime non audité", 409


class MissingSecrecyKey(Problem):
    """A real release whose communes are joined by a secret order cannot be built without the secret."""

    code, title, status = "missing-secrecy-key", "Clé de secret absente", 409


class MissingAsset(Problem):
    """A file that the set-up fetches is absent or broken; `asset`, `expected`, `found` are said."""

    code, title, status = "missing-asset", "Fichier manquant ou abîmé", 500


class BadReference(Problem):
    """A reference file cannot be imported: `file`, `line` or `feature`, and the reason; nothing was loaded."""

    code, title, status = "bad-reference", "Fichier refusé", 422


class RenderingFailed(Problem):
    """A document could not be made; `reason` says why, without a traceback."""

    code, title, status = "rendering-failed", "Document impossible à produire", 500
