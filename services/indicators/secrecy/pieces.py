"""Raw counts to the rows to cut, parents first: which heads each row reveals, and what its counts can be."""

from services.indicators.catalogue import Catalogue
from services.indicators.raw import RawRelease
from services.indicators.secrecy.age_pieces import age_pieces
from services.indicators.secrecy.people_pieces import PeoplePieces
from services.indicators.secrecy.piece import Piece
from services.indicators.secrecy.supply_pieces import supply_pieces


def pieces(raw: RawRelease, catalogue: Catalogue, *, two_sided: bool, derived: bool) -> tuple[Piece, ...]:
    """Every row of the release, and the denominators that several rows share, parents first.

    `two_sided`: the complement of a sensitive proportion, of a médecin traitant and of an age is protected too.
    `derived`: keep the counts that a producer gives of an indicator that is the sum of another over some communes.
    """
    people = PeoplePieces(raw, catalogue, two_sided=two_sided, derived=derived)
    found = people.all()
    if raw.by_age is not None:
        rows = {piece.name: piece for piece in found}
        found += age_pieces(raw.by_age, rows, catalogue, two_sided=two_sided)
    return (*_in_order(found), *supply_pieces(raw, catalogue, two_sided=two_sided))


def _in_order(found: list[Piece]) -> list[Piece]:
    """Parents first, else as given."""
    by_name = {piece.name: piece for piece in found}
    ordered: dict[str, Piece] = {}

    def place(piece: Piece) -> None:
        for parent in piece.parents:
            place(by_name[parent])
        ordered.setdefault(piece.name, piece)

    for piece in found:
        place(piece)
    return list(ordered.values())
