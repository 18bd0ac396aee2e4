"""Professionals and residents of a territory: headcounts are public facts, ages of professionals are protected."""

import numpy as np

from services.indicators.catalogue import Catalogue, Profession
from services.indicators.release import NOT_GIVEN, Array, age_row, headcount_row
from services.indicators.rounding import share
from services.indicators.view import View
from shared.schemas.indicators import AgeBand, CommuneHeadcount, Demography, PopulationByAge, Status, Value


def demography_answers(
    view: View, catalogue: Catalogue, *, by_commune: bool = True
) -> tuple[Demography, ...]:
    """Headcount and ages of each profession that the release counts, in the order of the catalogue.

    `by_commune`: with the headcount of each commune too.
    """
    given = set(view.release.layout.with_headcount)
    found = (entry for entry in catalogue.professions if entry.id in given)
    return tuple(_demography(view, entry, by_commune=by_commune) for entry in found)


def _demography(view: View, entry: Profession, *, by_commune: bool) -> Demography:
    column = view.release.layout.professions.index(entry.id)
    heads = view.release.published.headcount[view.units, column].astype(np.int64)
    covered = view.covers(headcount_row(entry.id))
    anywhere = bool(covered.any())
    return Demography(
        profession=entry.id,
        libelle=entry.libelle,
        groupe=entry.groupe,
        status=Status.PUBLISHED if anywhere else Status.UNAVAILABLE,
        total=int(heads.sum()) if anywhere else None,
        age_60_plus=_aged(view, entry, "age_60_plus", heads, covered),
        age_65_plus=_aged(view, entry, "age_65_plus", heads, covered),
        communes=tuple(
            CommuneHeadcount(code=view.places[i].code, nom=view.places[i].nom, total=int(heads[i]))
            for i in np.flatnonzero(heads).tolist()
        )
        if by_commune
        else (),
        communes_absentes=view.left_out(~covered).communes,
        absentes=int((~covered).sum()),
    )


def _aged(view: View, entry: Profession, age: str, heads: Array, covered: Array) -> Value:
    """Professionals over an age, summed over the atoms that may be shown; none where nobody practises."""
    if not entry.ages or (covered.all() and not heads.any()):
        return Value(status=Status.NOT_APPLICABLE)
    row = age_row(age, entry.id)
    status = view.status(row)
    if status is Status.MISSING:
        return Value(status=status)
    kept = view.kept(row) & (heads > 0)
    shown = status is Status.PUBLISHED
    return Value(
        status=status,
        value=float(view.totals.n[view.release.rows[row]]) if shown else None,
        neutralised=view.left_out(~kept & ((heads > 0) | ~covered)),
        professionals=int(heads[kept].sum()),
    )


def population_answer(view: View, catalogue: Catalogue) -> PopulationByAge:
    """Residents by age band over the communes that the release has them for."""
    residents = view.release.published.population[view.units].astype(np.int64)
    absent = (residents == NOT_GIVEN).any(axis=1)
    places, number = view.left_out(absent).communes, int(absent.sum())
    if absent.all():
        return PopulationByAge(
            status=Status.UNAVAILABLE, population=None, bands=(), communes_absentes=places, absentes=number
        )
    sums = residents[~absent].sum(axis=0).tolist()
    whole = sum(sums)
    value_of = dict(zip(view.release.layout.bands, sums, strict=True))
    bands = tuple(
        AgeBand(
            band=band.id, libelle=band.libelle, value=value_of[band.id], share=share(value_of[band.id], whole)
        )
        for band in catalogue.age_bands
        if band.id in value_of
    )
    return PopulationByAge(
        status=Status.PUBLISHED,
        population=whole,
        bands=bands,
        communes_absentes=places,
        absentes=number,
    )
