"""What communes belong to, and the current codes of old ones: the facts other services ask geo for. Pure."""

from services.geo.atlas import Atlas
from services.geo.territory.codes import current_codes
from services.geo.territory.surroundings import cpts_codes
from shared.errors import NotFound
from shared.schemas.geo import CodeHistory, CurrentCodes, ListMemberships, Membership, Memberships


def list_memberships(atlas: Atlas, request: ListMemberships) -> Memberships:
    """Communes and arrondissements of a département (none asked: none listed), and every département.

    Raises NotFound for a département that is not one.
    """
    if request.departement is not None and request.departement not in atlas.departements:
        raise NotFound(
            f"Le département {request.departement} n’existe pas. Exemples de codes\u00a0: 01, 2A, 83, 974.",
            departement=request.departement,
        )
    return Memberships(
        communes=tuple(
            Membership(
                code=commune.code,
                nom=commune.nom,
                departement=commune.departement,
                region=commune.region,
                epci=commune.epci,
                population=commune.population,
                nature=commune.nature,
                ville=commune.whole,
                zonage=commune.zonage,
                cpts=cpts_codes(atlas, commune),
                centre=commune.centre,
            )
            for commune in atlas.communes
            if commune.departement == request.departement
        ),
        departements=tuple(atlas.departements[code] for code in sorted(atlas.departements)),
        dataset=atlas.dataset,
    )


def find_current_codes(atlas: Atlas, request: CurrentCodes) -> CodeHistory:
    """Current code(s) of each given code; an empty list where the code is unknown."""
    return CodeHistory(actuels={code: current_codes(atlas, code) for code in request.codes})
