"""Facts and checks of a territory (DOMAIN §1). Pure: an Atlas and a request in, a Territory out."""

from collections import Counter
from collections.abc import Iterable

from services.geo.atlas import Atlas, Commune
from services.geo.layers.indexes import Quartiers
from services.geo.territory.blocks import in_one_block
from services.geo.territory.checks import checks
from services.geo.territory.codes import Chosen, choose
from services.geo.territory.french import thousands
from services.geo.territory.funding import Bareme
from services.geo.territory.notices import territory_notices
from services.geo.territory.people import accessibility, ages
from services.geo.territory.quartiers import aided, count, generation
from services.geo.territory.quartiers import facts as quartier_facts
from services.geo.territory.surroundings import cpts_names, neighbours, overlaps
from services.geo.territory.zoned import AIDED, of_doctors, of_professions, totals
from shared.errors import EmptyTerritory, TerritoryTooLarge
from shared.schemas.geo import CommuneFacts, DepartementShare, ResolveTerritory, Territory
from shared.schemas.geo_facts import Zonage


def chosen_communes(atlas: Atlas, given: tuple[str, ...], maximum: int) -> Chosen:
    """The communes of a request, at least one and at most `maximum`.

    Raises EmptyTerritory, TerritoryTooLarge, UnknownCommunes, AmbiguousCommunes.
    """
    if not given:
        raise EmptyTerritory("Un territoire compte au moins une commune\u00a0: donnez leurs codes Insee.")
    received = len(set(given))
    if received > maximum:
        raise TerritoryTooLarge(
            f"Un territoire compte au plus {thousands(maximum)} communes, {thousands(received)} ont été données.",
            maximum=maximum,
            received=received,
        )
    return choose(atlas, given)


def resolve(
    atlas: Atlas, request: ResolveTerritory, *, scales: Iterable[Bareme], max_communes: int
) -> Territory:
    """Facts, checks and size of the communes asked for. Raises what `chosen_communes` does."""
    chosen = chosen_communes(atlas, request.communes, max_communes)
    communes = chosen.communes
    population = sum(commune.population or 0 for commune in communes)
    areas = [commune.area_km2 for commune in communes if commune.area_km2 is not None]
    quartiers = generation(atlas, request.qpv_generation)
    facts = tuple(_facts(atlas, commune, request, quartiers) for commune in communes)
    departements = departement_shares(atlas, communes)
    block = in_one_block(atlas, communes)
    territory = Territory(
        nom=request.nom,
        communes=facts,
        population=population,
        superficie_km2=round(sum(areas), 2) if areas else None,
        departements=departements,
        regions=tuple(atlas.regions[code] for code in sorted({commune.region for commune in communes})),
        pieces=block.pieces,
        d_un_seul_tenant=block.d_un_seul_tenant,
        relie=block.relie,
        liaisons=block.liaisons,
        rapprochements=block.rapprochements,
        enclaves=block.enclaves,
        plusieurs_departements=len(departements) > 1,
        cpts=overlaps(atlas, communes) if atlas.layers.cpts else None,
        quartiers=quartier_facts(quartiers, communes) if quartiers else None,
        voisines=neighbours(atlas, communes) if request.voisines else None,
        qpv_par_commune=_qpv(facts),
        zonage=totals(communes, [fact.zonage for fact in facts]),
        tailles=tuple(scale.size_class(population) for scale in scales),
        ages=ages(atlas, communes),
        apl=accessibility(atlas, communes),
        dataset=atlas.dataset,
    )
    notices = (*chosen.notices, *territory_notices(atlas, request, territory))
    return territory.model_copy(update={"notices": notices, "controles": checks(territory)})


def _facts(
    atlas: Atlas, commune: Commune, request: ResolveTerritory, quartiers: Quartiers | None
) -> CommuneFacts:
    zonage, year = of_doctors(atlas, commune, request.zonage_millesime)
    hors_zone = zonage is not Zonage.INCONNU and zonage not in AIDED
    return CommuneFacts(
        code=commune.code,
        nom=commune.nom,
        population=commune.population,
        departement=commune.departement,
        region=commune.region,
        epci=atlas.epcis[commune.epci] if commune.epci else None,
        qpv=count(atlas, commune, request.qpv_generation),
        zonage=zonage,
        zonage_millesime=year,
        cpts=", ".join(cpts_names(atlas, commune)) or None if atlas.layers.cpts else None,
        contour=commune.contour,
        qpv_en_zone=_aided(quartiers, commune, request) if quartiers and hors_zone else (),
        zonages=of_professions(atlas, commune, request.professions, request.zonage_millesime),
    )


def _aided(quartiers: Quartiers, commune: Commune, request: ResolveTerritory) -> tuple[str, ...]:
    return tuple(quartier.code for quartier in aided(quartiers, commune, request.zonage_millesime))


def departement_shares(atlas: Atlas, communes: tuple[Commune, ...]) -> tuple[DepartementShare, ...]:
    """Départements of these communes, the one with the most of them first."""
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


def _qpv(communes: Iterable[CommuneFacts]) -> int | None:
    # A sum over part of the communes would read as the whole: unknown somewhere is unknown.
    known = [commune.qpv for commune in communes]
    return None if None in known else sum(qpv or 0 for qpv in known)
