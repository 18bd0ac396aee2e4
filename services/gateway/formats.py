"""Which format a caller wants: `f`, else the Accept header, else nothing (the body decides)."""

from shared.errors import NotAcceptable
from shared.schemas.reports import MEDIA_TYPES, ReportFormat

AVAILABLE = tuple(form.value for form in ReportFormat)


def requested_format(f: str | None, accept: str | None) -> ReportFormat | None:
    """Format asked for, None when any will do. Raises NotAcceptable with the available ones."""
    if f is not None:
        if f not in AVAILABLE:
            raise NotAcceptable(
                f"Le format «\u00a0{f}\u00a0» n’existe pas\u202f; formats disponibles\u00a0: {', '.join(AVAILABLE)}.",
                available=AVAILABLE,
            )
        return ReportFormat(f)
    by_type = {media.split(";")[0]: form for form, media in MEDIA_TYPES.items()}
    for media, _ in sorted(_ranges(accept or "*/*"), key=lambda one: -one[1]):
        if media == "*/*":
            return None
        for known, form in by_type.items():
            if known == media or (media.endswith("/*") and known.startswith(media[:-1])):
                return form
    raise NotAcceptable(
        f"Aucun format ne convient à «\u00a0{accept}\u00a0»\u202f; types disponibles\u00a0: {', '.join(by_type)}.",
        available=AVAILABLE,
    )


def _ranges(accept: str) -> list[tuple[str, float]]:
    # RFC 9110 §12.5.1: media ranges with a weight `q`; a range at q=0 is refused by the caller.
    ranges = []
    for part in accept.split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                try:
                    weight = float(value)
                except ValueError:
                    weight = 0.0
        if media and weight > 0:
            ranges.append((media.lower(), weight))
    return ranges
