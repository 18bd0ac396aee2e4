"""Professionals and residents of a territory: headcounts are public facts, ages of professionals are protected."""

from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from services.indicators.answers.view import View
from services.indicators.catalogue import Catalogue, Profession
from services.indicators.release import NOT_GIVEN, Array, age_row, headcount_row
from services.indicators.rounding import share
from shared.schemas.base import Place
from shared.schemas.indicators import AgeBand, Demography, PopulationByAge, Status

ANSWERS = TypeAdapter(tuple[Demography, ...])
AGES = ("age_60_plus", "age_65_plus")
NOBODY = {"status": Status.NOT_APPLICABLE}


@dataclass(frozen=True, repr=False)
class Heads:
    """Headcounts of professions and whether the release speaks of them: communes by professions."""

    heads: Array
    covered: Array


def demography_answers(
    view: View, catalogue: Catalogue, *, by_commune: bool = True
) -> tuple[Demography, ...]:
    """Headcount and ages of each profession that the release counts, in the order of the catalogue.

    `by_commune`: with the headcount of each commune too.
    """
    layout, release = view.release.layout, view.release
    given = set(layout.with_headcount)
    found = [entry for entry in catalogue.professions if entry.id in given]
    columns = [layout.professions.index(entry.id) for entry in found]
    heads = release.published.headcount[view.units][:, columns].astype(np.int64)
    covered = np.stack([view.covers(headcount_row(entry.id)) for entry in found], axis=1) if found else heads
    counts = Heads(heads, covered != 0)
    ages = [_aged(view, found, age, counts) for age in AGES]
    absent = view.left_out_of(~counts.covered.T)
    lacking = np.sum(~counts.covered, axis=0).tolist()
    anywhere = np.any(counts.covered, axis=0).tolist()
    totals = heads.sum(axis=0).tolist()
    return ANSWERS.validate_python(
        [
            {
                "profession": entry.id,
                "libelle": entry.libelle,
                "groupe": entry.groupe,
                "status": Status.PUBLISHED if anywhere[at] else Status.UNAVAILABLE,
                "total": totals[at] if anywhere[at] else None,
                **{age: values[at] for age, values in zip(AGES, ages, strict=True)},
                "communes": _by_commune(view.places, heads[:, at].tolist()) if by_commune else (),
                "communes_absentes": absent[at].communes,
                "absentes": lacking[at],
            }
            for at, entry in enumerate(found)
        ]
    )


def _by_commune(places: tuple[Place, ...], heads: list[int]) -> list[dict[str, Any]]:
    return [
        {"code": place.code, "nom": place.nom, "total": total}
        for place, total in compress(zip(places, heads, strict=True), heads)
    ]


def _aged(view: View, found: list[Profession], age: str, counts: Heads) -> list[dict[str, Any]]:
    """Professionals over an age, summed over the atoms that may be shown; none where nobody practises."""
    rows = [view.release.rows[age_row(age, entry.id)] for entry in found]
    present = counts.heads > 0
    kept = view.totals.kept[:, rows] & present
    left_out = view.left_out_of((~kept & (present | ~counts.covered)).T)
    professionals = np.sum(counts.heads, axis=0, where=kept).tolist()
    nobody = (np.all(counts.covered, axis=0) & ~np.any(present, axis=0)).tolist()
    values: list[dict[str, Any]] = []
    for at, entry in enumerate(found):
        status = view.status(age_row(age, entry.id))
        if not entry.ages or nobody[at]:
            values.append(NOBODY)
        elif status is Status.MISSING:
            values.append({"status": status})
        else:
            values.append(
                {
                    "status": status,
                    "value": view.sums[0][rows[at]] if status is Status.PUBLISHED else None,
                    "neutralised": left_out[at],
                    "professionals": professionals[at],
                }
            )
    return values


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
