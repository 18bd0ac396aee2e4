"""The checks of DOMAIN §1 in plain words, from what was found: nothing is found here. Pure."""

from services.geo.territory.french import counted, listed, thousands
from shared.schemas.geo import Territory
from shared.schemas.geo_checks import Check, Joining


def checks(territory: Territory) -> tuple[Check, ...]:
    """Each check of a territory that has its facts, in the order in which a person reads them."""
    return (
        _continuity(territory),
        _enclaves(territory),
        _departements(territory),
        _cpts(territory),
        _zonage(territory),
        _size(territory),
    )


def _continuity(territory: Territory) -> Check:
    undrawn = sum(not commune.contour for commune in territory.communes)
    if territory.d_un_seul_tenant:
        return Check(code="continuite", etat="ok", detail="Le territoire est d’un seul tenant.")
    if territory.relie:
        names = listed(f"{link.nom}" for link in territory.liaisons)
        detail = f"{_pieces(territory)}, mais reliés\u00a0: {names}."
        return Check(code="continuite", etat="ok", detail=detail)
    if undrawn:
        what = counted(undrawn, "commune")
        detail = f"La continuité du territoire n’a pas pu être vérifiée\u00a0: {what} sans contour."
        return Check(code="continuite", etat="inconnu", detail=detail)
    detail = f"{_pieces(territory)}."
    if territory.rapprochements:
        ways = "\u202f; ".join(_joining(one) for one in territory.rapprochements[:3])
        detail += f" Pour les joindre\u00a0: {ways}."
    return Check(code="continuite", etat="attention", detail=detail)


def _pieces(territory: Territory) -> str:
    sentence = (
        f"Le territoire est en {counted(len(territory.pieces), 'morceau', 'morceaux')} sans limite commune"
    )
    islands = sum(piece.nature == "ile" for piece in territory.pieces)
    return f"{sentence}, dont {counted(islands, 'île')}" if islands else sentence


def _joining(one: Joining) -> str:
    names = listed(f"{place.nom} ({place.code})" for place in one.communes)
    return f"ajouter {names}, soit {counted(one.population, 'habitant')}"


def _enclaves(territory: Territory) -> Check:
    if not any(commune.contour for commune in territory.communes):
        detail = "Les communes entourées par le territoire n’ont pas pu être cherchées, faute de contours."
        return Check(code="enclaves", etat="inconnu", detail=detail)
    places = [place for enclave in territory.enclaves for place in enclave.communes]
    if not places:
        detail = "Aucune commune entourée par le territoire n’est laissée de côté."
        return Check(code="enclaves", etat="ok", detail=detail)
    verb = "est coupée" if len(places) == 1 else "sont coupées"
    people = sum(enclave.population for enclave in territory.enclaves)
    detail = (
        f"{counted(len(places), 'commune')} non {'choisie' if len(places) == 1 else 'choisies'} "
        f"({counted(people, 'habitant')}) {verb} des autres par le territoire\u00a0: "
        f"{listed(f'{place.nom} ({place.code})' for place in places)}."
    )
    return Check(code="enclaves", etat="attention", detail=detail)


def _departements(territory: Territory) -> Check:
    names = [departement.nom for departement in territory.departements]
    if len(names) == 1:
        detail = f"Le territoire est dans un seul département\u00a0: {names[0]}."
        return Check(code="departements", etat="ok", detail=detail)
    detail = (
        f"Le territoire relève de {len(names)}\u00a0départements ({listed(names)})\u00a0: "
        "c’est permis, mais plus lourd à conduire."
    )
    return Check(code="departements", etat="attention", detail=detail)


def _cpts(territory: Territory) -> Check:
    if territory.cpts is None:
        detail = "Aucun périmètre de CPTS n’est chargé\u00a0: les recouvrements ne sont pas connus."
        return Check(code="cpts", etat="inconnu", detail=detail)
    if not territory.cpts:
        return Check(code="cpts", etat="ok", detail="Aucune commune n’est dans une CPTS déjà connue.")
    held = {code for overlap in territory.cpts for code in overlap.communes}
    names = listed(f"{one.nom} ({counted(len(one.communes), 'commune')})" for one in territory.cpts)
    detail = (
        f"{counted(len(held), 'commune')} déjà dans une CPTS\u00a0: {names}. "
        "Deux CPTS ne peuvent pas couvrir un même territoire."
    )
    return Check(code="cpts", etat="attention", detail=detail)


def _zonage(territory: Territory) -> Check:
    zonage = territory.zonage
    if not zonage.renseignees:
        return Check(
            code="zonage", etat="inconnu", detail="Le zonage médecin n’est connu pour aucune commune."
        )
    detail = f"{zonage.zip + zonage.zac} sur {counted(zonage.communes, 'commune')} en ZIP ou en ZAC"
    if zonage.part_population is not None:
        share = f"{zonage.part_population:g}".replace(".", ",")
        detail += f", soit {share}\u202f% de la population"
    unknown = zonage.communes - zonage.renseignees
    if unknown:
        detail += f"\u202f; zonage inconnu pour {counted(unknown, 'commune')}"
    return Check(code="zonage", etat="inconnu" if unknown else "ok", detail=f"{detail}.")


def _size(territory: Territory) -> Check:
    people = f"{thousands(territory.population)}\u00a0habitants"
    unknown = sum(commune.population is None for commune in territory.communes)
    if unknown or not territory.tailles:
        detail = f"Taille incertaine\u00a0: {people} au moins, population inconnue pour {counted(unknown, 'commune')}."
        return Check(code="taille", etat="inconnu", detail=detail)
    size = territory.tailles[0]
    return Check(code="taille", etat="ok", detail=f"Taille {size.taille}\u00a0: {people} ({size.libelle}).")
