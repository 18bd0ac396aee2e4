"""Activity of the professionals of a territory: patients and acts per professional, communes left out.

sans activité + neutralisées + montrées = communes, always (DOMAIN §2).
"""

import math
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from services.indicators.answers.view import View
from services.indicators.catalogue import Catalogue, Profession
from services.indicators.release import Array, act_row, active_row, patients_row
from services.indicators.rounding import ratio_rounded, share
from shared.schemas.indicators import Activity, Status

ANSWERS = TypeAdapter(tuple[Activity, ...])


def activity_answers(view: View, catalogue: Catalogue) -> tuple[Activity, ...]:
    """Activity of each profession for which the release has any, in the order of the catalogue."""
    given = set(view.release.layout.with_activity)
    return ANSWERS.validate_python(
        [_activity(view, entry) for entry in catalogue.professions if entry.id in given]
    )


def _activity(view: View, entry: Profession) -> dict[str, Any]:
    release = view.release
    position = release.layout.professions.index(entry.id)
    active = release.published.active[view.units, position].astype(np.int64)
    covered = view.covers(active_row(entry.id))
    present = active > 0
    # A commune of an atom shared with others may have no professional: it is without activity, not shown.
    shown = view.kept(patients_row(entry.id)) & present
    idle = covered & ~present
    professionals, left_out = int(active.sum()), int(active[~shown].sum())
    absent = int(np.count_nonzero(~covered))
    acts = release.layout.acts
    ratios = [(patients_row(entry.id), release.published.patients_ratio[:, position])]
    for act in entry.acts:
        row = act_row(entry.id, act.id)
        ratios.append((row, release.published.quantity_ratio[:, acts.index(row)]))
    patients, *quantities = _ratios(view, ratios, active, covered)
    return {
        "profession": entry.id,
        "libelle": entry.libelle,
        "professionals": professionals,
        "communes_sans_activite": int(np.count_nonzero(idle)),
        "communes_neutralisees": int(np.count_nonzero(~idle & ~shown)),
        "communes_montrees": int(np.count_nonzero(shown)),
        "professionnels_neutralises": left_out,
        "taux_neutralisation": share(left_out, professionals),
        "communes_absentes": view.left_out(~covered).communes if absent else (),
        "absentes": absent,
        "patients_par_professionnel": patients,
        "actes": [
            {"act": act.id, "libelle": act.libelle, "quantity_per_professional": quantity}
            for act, quantity in zip(entry.acts, quantities, strict=True)
        ],
    }


def _ratios(
    view: View, ratios: list[tuple[str, Array]], active: Array, covered: Array
) -> list[dict[str, Any]]:
    """Whole units per professional over the communes shown, row by row; no value where none is (DOMAIN §2)."""
    rows = [view.release.rows[row] for row, _ in ratios]
    present = active > 0
    kept = view.totals.kept[:, rows].T & present
    left_out = view.left_out_of(~kept & (present | ~covered))
    professionals = (kept @ active).tolist()
    nobody = bool(covered.all() and not present.any())
    values = []
    for at, (row, references) in enumerate(ratios):
        status = view.status(row)
        if status is Status.UNAVAILABLE and nobody:
            # Professionals without the quantity are a gap in the data; no professional at all is a fact.
            status = Status.NOT_APPLICABLE
        value: dict[str, Any] = {"status": status, "references": _references(view, references)}
        if status is Status.PUBLISHED:
            n, d = view.sums
            value["value"] = ratio_rounded(n[rows[at]], d[rows[at]])
        if status not in (Status.MISSING, Status.NOT_APPLICABLE):
            value |= {"neutralised": left_out[at], "professionals": professionals[at]}
        values.append(value)
    return values


def _references(view: View, ratios: Array) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for area in view.areas:
        ratio = math.nan if area.position is None else float(ratios[area.position])
        given = not math.isnan(ratio)
        found.append(
            {
                "level": area.level,
                "code": area.code,
                "nom": area.nom,
                "status": Status.PUBLISHED if given else Status.MISSING,
                "value": ratio if given else None,
            }
        )
    return found
