"""Activity of the professionals of a territory: patients and acts per professional, communes left out.

sans activité + neutralisées + montrées = communes, always (DOMAIN §2).
"""

import math

import numpy as np

from services.indicators.catalogue import Catalogue, Profession
from services.indicators.release import Array, act_row, active_row, patients_row
from services.indicators.rounding import ratio_rounded, share
from services.indicators.view import View
from shared.schemas.indicators import Activity, Acts, Status, Value, ValueReference


def activity_answers(view: View, catalogue: Catalogue) -> tuple[Activity, ...]:
    """Activity of each profession for which the release has any, in the order of the catalogue."""
    given = set(view.release.layout.with_activity)
    return tuple(_activity(view, entry) for entry in catalogue.professions if entry.id in given)


def _activity(view: View, entry: Profession) -> Activity:
    release = view.release
    position = release.layout.professions.index(entry.id)
    active = release.published.active[view.units, position].astype(np.int64)
    covered = view.covers(active_row(entry.id))
    row = patients_row(entry.id)
    # A commune of an atom shared with others may have no professional: it is without activity, not shown.
    shown = view.kept(row) & (active > 0)
    idle = covered & (active == 0)
    left_out = int(active[~shown].sum())
    return Activity(
        profession=entry.id,
        libelle=entry.libelle,
        professionals=int(active.sum()),
        communes_sans_activite=int(idle.sum()),
        communes_neutralisees=int((~idle & ~shown).sum()),
        communes_montrees=int(shown.sum()),
        professionnels_neutralises=left_out,
        taux_neutralisation=share(left_out, int(active.sum())),
        communes_absentes=view.left_out(~covered).communes,
        absentes=int((~covered).sum()),
        patients_par_professionnel=_ratio(
            view, row, active, covered, release.published.patients_ratio[:, position]
        ),
        actes=tuple(
            Acts(
                act=act.id,
                libelle=act.libelle,
                quantity_per_professional=_ratio(
                    view,
                    act_row(entry.id, act.id),
                    active,
                    covered,
                    release.published.quantity_ratio[:, release.layout.acts.index(act_row(entry.id, act.id))],
                ),
            )
            for act in entry.acts
        ),
    )


def _ratio(view: View, row: str, active: Array, covered: Array, references: Array) -> Value:
    """Whole units per professional over the communes shown; no value where none is (DOMAIN §2)."""
    kept = view.kept(row) & (active > 0)
    status = view.status(row)
    value = None
    if status is Status.PUBLISHED:
        column = view.release.rows[row]
        value = float(ratio_rounded(int(view.totals.n[column]), int(view.totals.d[column])))
    elif status is Status.UNAVAILABLE and covered.all() and not active.any():
        # Professionals without the quantity are a gap in the data; no professional at all is a fact.
        status = Status.NOT_APPLICABLE
    speaks = status not in (Status.MISSING, Status.NOT_APPLICABLE)
    return Value(
        status=status,
        value=value,
        neutralised=view.left_out(~kept & ((active > 0) | ~covered)) if speaks else None,
        professionals=int(active[kept].sum()) if speaks else None,
        references=_references(view, references),
    )


def _references(view: View, ratios: Array) -> tuple[ValueReference, ...]:
    found = []
    for area in view.areas:
        ratio = math.nan if area.position is None else float(ratios[area.position])
        given = not math.isnan(ratio)
        found.append(
            ValueReference(
                level=area.level,
                code=area.code,
                nom=area.nom,
                status=Status.PUBLISHED if given else Status.MISSING,
                value=ratio if given else None,
            )
        )
    return tuple(found)
