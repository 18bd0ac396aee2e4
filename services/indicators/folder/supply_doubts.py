"""Professionals, patients and acts that the files tell differently: warnings. Pure."""

import numpy as np
import numpy.typing as npt

from services.indicators.catalogue import Catalogue
from services.indicators.folder.problems import BadRow, codes_of, doubt, many, some
from services.indicators.folder.supply import ACTIVITY, ACTS, PROFESSIONALS
from services.indicators.geography import Geography
from services.indicators.raw import ABSENT, RawRelease

# A largest share may be rounded to a hundredth: it falls short of an equal part by half of one at most.
ROUNDED = 0.005
Mask = npt.NDArray[np.bool_]


def supply_doubts(raw: RawRelease, catalogue: Catalogue, geography: Geography) -> list[BadRow]:
    """Warnings on who is active, and on acts and largest shares."""
    return [*_professionals(raw, catalogue, geography), *_shares(raw, catalogue, geography)]


def _professionals(raw: RawRelease, catalogue: Catalogue, geography: Geography) -> list[BadRow]:
    found = []
    for column, profession in enumerate(catalogue.professions):
        total, active = raw.supply.total[:, column], raw.supply.active[:, column]
        more = codes_of((total != ABSENT) & (active > total), geography)
        if more:
            reason = (
                f"{profession.id}\u00a0: plus de professionnels actifs que {PROFESSIONALS} n’en compte dans "
                f"{many(len(more), 'commune')} ({some(more)})"
            )
            found.append(doubt(ACTIVITY, "professionals", reason, times=len(more)))
    return found


def _shares(raw: RawRelease, catalogue: Catalogue, geography: Geography) -> list[BadRow]:
    """Acts of nobody, and a largest share that is less than an equal part: the largest is at least the mean."""
    professions = [entry.id for entry in catalogue.professions]
    of = [professions.index(profession.id) for profession, _ in catalogue.acts]
    supply = raw.supply
    active = np.maximum(supply.active, 0)
    found = []
    orphans: Mask = (supply.quantity > 0) & (active[:, of] == 0)
    nobody = codes_of(np.asarray(orphans.any(axis=1)), geography)
    if nobody:
        reason = (
            f"actes sans professionnel actif dans {ACTIVITY}\u00a0: {some(nobody)}, ils ne seront pas montrés"
        )
        found.append(doubt(ACTS, "quantity", reason, times=len(nobody)))
    for file, shares, heads in (
        (ACTIVITY, supply.patients_share, active),
        (ACTS, supply.quantity_share, active[:, of]),
    ):
        low: Mask = (heads > 0) & (shares + ROUNDED < 1 / np.maximum(heads, 1))
        if low.any():
            where = (
                f"{many(int(low.sum()), 'ligne')} ({some(codes_of(np.asarray(low.any(axis=1)), geography))})"
            )
            reason = (
                f"la part du plus gros est inférieure à une part égale dans {where}\u00a0: de 0 à 1, ou de 0 à "
                "100 en pourcentage\u202f?"
            )
            found.append(doubt(file, "largest_share", reason, times=int(low.sum())))
    return found
