"""Facts and checks of a territory (DOMAIN §1). Pure: an Atlas and a request in, a Territory out."""

from collections import Counter
from collections.abc import Iterable

from services.geo.atlas import Atlas, Commune
from services.geo.codes import Chosen, choose
from services.geo.funding import Bareme
from shared.errors import EmptyTerritory, TerritoryTooLarge
from shared.schemas.geo import (
    CommuneFacts,
    DepartementShare,
    Notice,
    Piece,
    ResolveTerritory,
    Territory,
    Zonage,
    ZonageTotals,
)


def chosen_communes(atlas: Atlas, given: tuple[str, ...], maximum: int) -> Chosen:
    """The communes of a request, at least one and at most `maximum`.

    Raises EmptyTerritory, TerritoryTooLarge, UnknownCommunes, AmbiguousCommunes.
    """
    if not given:
        raise EmptyTerritory("Un territoire compte au moins une commune\u00a0: donnez leurs codes Insee.")
    received = len(set(given))
    if received > maximum:
        raise TerritoryTooLarge(
            f"Un territoire compte au plus {_thousands(maximum)} communes, {_thousands(received)} ont été données.",
            maximum=maximum,
            received=received,
        )
    return choose(atlas, given)


def resolve(
    atlas: Atlas, request: ResolveTerritory, *, scales: Iterable[Bareme], max_communes: int
) -> Territory:
    """Facts, pieces and size of the communes asked for. Raises what `chosen_communes` does."""
    chosen = chosen_communes(atlas, request.communes, max_communes)
    communes = chosen.communes
    population = sum(commune.population or 0 for commune in communes)
    areas = [commune.area_km2 for commune in communes if commune.area_km2 is not None]
    pieces = _pieces(atlas, communes)
    return Territory(
        nom=request.nom,
        communes=tuple(_facts(atlas, commune) for commune in communes),
        population=population,
        superficie_km2=round(sum(areas), 2) if areas else None,
        departements=_departements(atlas, communes),
        regions=tuple(atlas.regions[code] for code in sorted({commune.region for commune in communes})),
        pieces=pieces,
        d_un_seul_tenant=len(pieces) <= 1,
        qpv_par_commune=_qpv(communes),
        zonage=_zonage(communes),
        tailles=tuple(scale.size_class(population) for scale in scales),
        notices=(*chosen.notices, *_gaps(communes)),
        dataset=atlas.dataset,
    )


def _facts(atlas: Atlas, commune: Commune) -> CommuneFacts:
    return CommuneFacts(
        code=commune.code,
        nom=commune.nom,
        population=commune.population,
        departement=commune.departement,
        region=commune.region,
        epci=atlas.epcis[commune.epci] if commune.epci else None,
        qpv=commune.qpv,
        zonage=commune.zonage,
        zonage_millesime=commune.zonage_millesime,
        contour=commune.contour,
    )


def _pieces(atlas: Atlas, communes: tuple[Commune, ...]) -> tuple[Piece, ...]:
    drawn = tuple(commune for commune in communes if commune.contour)
    pieces = []
    for group in atlas.shapes.adjacency.components(atlas.indices(drawn).tolist()):
        members = [atlas.communes[position] for position in group]
        pieces.append(
            Piece(
                communes=tuple(member.code for member in members),
                population=sum(member.population or 0 for member in members),
            )
        )
    return tuple(sorted(pieces, key=lambda piece: (-piece.population, piece.communes)))


def _departements(atlas: Atlas, communes: tuple[Commune, ...]) -> tuple[DepartementShare, ...]:
    counts = Counter(commune.departement for commune in communes)
    return tuple(
        DepartementShare(
            code=code,
            nom=atlas.departements[code].nom,
            communes=count,
            region=atlas.departements[code].region.code,
        )
        for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def _qpv(communes: tuple[Commune, ...]) -> int | None:
    # A sum over part of the communes would read as the whole: unknown somewhere is unknown.
    known = [commune.qpv for commune in communes if commune.qpv is not None]
    return sum(known) if len(known) == len(communes) else None


def _zonage(communes: tuple[Commune, ...]) -> ZonageTotals:
    counts = Counter(commune.zonage for commune in communes)
    return ZonageTotals(
        zip=counts[Zonage.ZIP],
        zac=counts[Zonage.ZAC],
        renseignees=len(communes) - counts[Zonage.INCONNU],
        communes=len(communes),
    )


def _gaps(communes: tuple[Commune, ...]) -> Iterable[Notice]:
    without_polygon = [commune for commune in communes if not commune.contour]
    if without_polygon:
        yield Notice(
            code="sans_contour",
            detail=f"Sans contour connu, donc ni dessinées, ni comptées dans la superficie, "
            f"ni dans le contrôle d’un seul tenant\u00a0: {_listed(without_polygon)}.",
            communes=tuple(commune.code for commune in without_polygon),
        )
    unpeopled = [commune for commune in communes if commune.population is None]
    if unpeopled:
        yield Notice(
            code="population_inconnue",
            detail=f"Population inconnue, comptée pour zéro\u00a0: {_listed(unpeopled)}.",
            communes=tuple(commune.code for commune in unpeopled),
        )


def _listed(communes: list[Commune]) -> str:
    return ", ".join(f"{commune.nom} ({commune.code})" for commune in communes)


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")
