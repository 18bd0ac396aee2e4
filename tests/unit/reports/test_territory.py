"""What the document says of the territory's geography: what was checked, and nothing more."""

from collections.abc import Callable
from dataclasses import replace

from services.reports.assemble import assemble
from services.reports.document import Bullets, Figure, Notice, Section
from services.reports.sections.carte import section as carte
from services.reports.subject import Subject
from shared.schemas.base import Place
from shared.schemas.geo import CommuneFacts, Piece, Territory
from tests.reports_samples import subject
from tests.unit.reports.trees import NodeT, all_of


def with_territory(base: Subject, **fields: object) -> Subject:
    place = base.territory.model_copy(update=fields)
    return replace(base, diagnostic=base.diagnostic.model_copy(update={"territory": place}))


def communes_where(
    place: Territory, without_polygon: Callable[[CommuneFacts], bool]
) -> tuple[CommuneFacts, ...]:
    return tuple(
        commune.model_copy(update={"contour": not without_polygon(commune)}) for commune in place.communes
    )


def checks(of: Subject) -> str:
    return " ".join(all_of(assemble(of), Bullets)[0].items)


def test_nothing_is_said_of_cpts_where_no_perimeter_is_loaded() -> None:
    assert "CPTS" not in checks(subject())


def test_a_territory_in_pieces_lists_them_and_promises_no_link() -> None:
    pieces = (
        Piece(communes=("83061", "83099", "83107", "83118"), population=110_062),
        Piece(communes=("83001",), population=2750),
    )
    said = checks(with_territory(subject(), pieces=pieces, d_un_seul_tenant=False))
    assert "en 2\u00a0morceaux sans limite commune entre eux\u00a0: " in said
    assert "Fréjus avec 3\u00a0autres communes et Les Adrets-de-l’Estérel." in said
    assert "relier" not in said


def test_communes_without_polygon_are_said_to_be_unchecked() -> None:
    base = subject()
    known = with_territory(base, communes=communes_where(base.territory, lambda c: c.code == "83001"))
    assert "Les communes dont le contour est connu sont d’un seul tenant." in checks(known)
    assert "1\u00a0commune sans contour n’a pas pu être vérifiée." in checks(known)


def test_a_territory_without_any_polygon_is_not_said_to_be_in_one_block() -> None:
    base = subject()
    unknown = with_territory(base, communes=communes_where(base.territory, lambda _: True), pieces=())
    assert "n’a pas pu être vérifiée" in checks(unknown)
    assert "seul tenant" not in checks(unknown)


def test_density_is_given_only_where_every_area_is_known() -> None:
    base = subject()
    assert "au km²" in checks(base)
    partial = with_territory(base, communes=communes_where(base.territory, lambda c: c.code == "83001"))
    assert "km²" not in checks(partial)


def test_a_commune_off_the_map_is_not_said_to_lack_a_polygon() -> None:
    base = subject()
    off = base.territory_map.model_copy(update={"sans_contour": (Place(code="97411", nom="Saint-Denis"),)})
    (notice,) = _all(carte(replace(base, territory_map=off)), Notice)
    assert notice.text.startswith("Saint-Denis ne figure pas sur la carte")
    assert "n’a pas de contour" not in notice.text


def test_the_caption_says_what_white_stands_for() -> None:
    (figure,) = _all(carte(subject()), Figure)
    assert "En blanc\u00a0: la mer" in figure.caption


def _all(found: Section, kind: type[NodeT]) -> list[NodeT]:
    return [node for node in found.nodes if isinstance(node, kind)]
