"""What a caller should know of a territory beside its facts, in French sentences. Pure."""

from collections.abc import Iterable, Sequence

from services.geo.atlas import Atlas
from services.geo.layers.kinds import Profession
from services.geo.territory.french import listed
from services.geo.territory.zoned import vintages
from shared.schemas.geo import CommuneFacts, ResolveTerritory, Territory
from shared.schemas.geo_checks import Notice


def territory_notices(atlas: Atlas, request: ResolveTerritory, territory: Territory) -> Iterable[Notice]:
    """Notices on what is missing, on the links that join pieces, and on QPV in a zone that their commune is not in."""
    yield from _gaps(territory.communes)
    yield from _links(territory)
    yield from _quartiers(territory)
    yield from _zonage(atlas, request, territory)


def _gaps(communes: Sequence[CommuneFacts]) -> Iterable[Notice]:
    without_polygon = [commune for commune in communes if not commune.contour]
    if without_polygon:
        yield Notice(
            code="sans_contour",
            detail=f"Sans contour connu, donc ni dessinées, ni comptées dans la superficie, "
            f"ni dans le contrôle d’un seul tenant\u00a0: {_named(without_polygon)}.",
            communes=_codes(without_polygon),
        )
    unpeopled = [commune for commune in communes if commune.population is None]
    if unpeopled:
        yield Notice(
            code="population_inconnue",
            detail=f"Population inconnue, comptée pour zéro\u00a0: {_named(unpeopled)}.",
            communes=_codes(unpeopled),
        )


def _links(territory: Territory) -> Iterable[Notice]:
    names = {commune.code: commune.nom for commune in territory.communes}
    for link in territory.liaisons:
        one, other = link.communes
        yield Notice(
            code="liaison",
            detail=f"{names[one]} ({one}) et {names[other]} ({other}) n’ont pas de limite commune, mais sont "
            f"reliées\u00a0: {link.nom}.",
            communes=link.communes,
        )


def _quartiers(territory: Territory) -> Iterable[Notice]:
    holding = [commune for commune in territory.communes if commune.qpv_en_zone]
    if holding and territory.quartiers:
        codes = {code for commune in holding for code in commune.qpv_en_zone}
        names = [one.nom for one in territory.quartiers.quartiers if one.code in codes]
        yield Notice(
            code="qpv_en_zone",
            detail=f"Hors zone pour les médecins, mais avec un quartier prioritaire en ZIP ou en ZAC\u00a0: "
            f"{_named(holding)}. Quartiers\u00a0: {listed(names, most=20)}.",
            communes=_codes(holding),
        )


def _zonage(atlas: Atlas, request: ResolveTerritory, territory: Territory) -> Iterable[Notice]:
    year = request.zonage_millesime
    asked = dict.fromkeys(request.professions)
    # The facts that ship with the project know the doctors' zonage of a few communes without any layer.
    if year is not None and territory.zonage.renseignees < territory.zonage.communes:
        asked[Profession.MEDECIN] = None
    for profession in asked:
        known = vintages(atlas, profession)
        if not known or (year is not None and year not in known):
            which = f" de {year}" if year is not None else ""
            loaded = listed(map(str, known), most=20) or "aucun"
            yield Notice(
                code="zonage_absent",
                detail=f"Aucun zonage national{which} n’est chargé pour la profession {profession}. "
                f"Millésimes chargés\u00a0: {loaded}.",
            )


def _named(communes: Sequence[CommuneFacts]) -> str:
    return listed((f"{commune.nom} ({commune.code})" for commune in communes), most=20)


def _codes(communes: Sequence[CommuneFacts]) -> tuple[str, ...]:
    return tuple(commune.code for commune in communes)
