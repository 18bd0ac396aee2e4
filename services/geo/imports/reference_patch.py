"""Puts what one official file says over the national reference in service: another reference. Pure.

What the file does not say is kept: by code, or from the communes that a new one was made of.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import shapely

from services.geo.imports.ids import reference_id
from services.geo.imports.reading import ReferencePatch
from services.geo.imports.records import CommuneRow, EpciRow, OldCodeRow, Reference, SourceRow
from services.geo.shapes.contour_parts import filled, gathered, sole_successors
from shared.errors import BadReference

NAMED = 10
# Populations of so many communes are the whole country's: those before are no longer a source.
NATIONAL = 0.9


@dataclass(frozen=True)
class Patched:
    """The new reference and, in French, what the file left unsaid. `same` where it says nothing new."""

    reference: Reference
    notices: tuple[str, ...]
    same: bool


def patched(base: Reference, patch: ReferencePatch) -> Patched:
    """The reference with the patch over it, under an id of its content. Raises BadReference where links break."""
    given = _communes(base, patch)
    current = {row.code for row in given}
    old_codes = _old_codes(base, patch, current)
    epcis = _epcis(base, patch)
    known = {row.code for row in epcis}
    communes = tuple(_settled(row, patch, known) for row in given)
    contours = _contours(base, patch, old_codes, current)
    reference = replace(
        base,
        cog=patch.cog or base.cog,
        sources=_sources(base, patch),
        communes=communes,
        old_codes=old_codes,
        epcis=epcis,
        contours=contours,
    )
    _check(reference)
    return Patched(
        replace(reference, id=reference_id(reference)), _notices(base, reference), same=reference == base
    )


def same_shapes(one: Reference, other: Reference) -> bool:
    """Whether the shapes made of both are the same: they depend on polygons and on what communes belong to."""
    return one.contours == other.contours and _memberships(one) == _memberships(other)


def _memberships(reference: Reference) -> list[tuple[str | None, ...]]:
    return [(row.code, row.parent, row.departement, row.region, row.epci) for row in reference.communes]


def _communes(base: Reference, patch: ReferencePatch) -> tuple[CommuneRow, ...]:
    if patch.communes is None:
        return base.communes
    known = {row.code: row for row in base.communes}
    merged = _predecessors(patch, known)
    restored = _givers(base, patch, known)
    rows = {row.code: row for row in base.communes} if patch.partial else {}
    for row in patch.communes:
        rows[row.code] = _completed(
            row, known.get(row.code), merged.get(row.code, []), gave=row.code in restored
        )
    if not patch.partial:
        return tuple(rows[code] for code in sorted(rows))
    gone = {row.code for row in patch.old_codes or ()} - {row.code for row in patch.communes}
    return tuple(rows[code] for code in sorted(rows) if code not in gone)


def _predecessors(patch: ReferencePatch, known: Mapping[str, CommuneRow]) -> dict[str, list[CommuneRow]]:
    """Communes of the base that each commune of the patch took in."""
    taken: dict[str, list[CommuneRow]] = {}
    new = {row.code for row in patch.communes or ()}
    for code, now in sole_successors(patch.old_codes or ()).items():
        if code in known and code not in new:
            taken.setdefault(now, []).append(known[code])
    return taken


def _givers(base: Reference, patch: ReferencePatch, known: Mapping[str, CommuneRow]) -> set[str]:
    """Communes that gave ground back to a restored one: their population is no longer what it was."""
    back = {row.code for row in patch.communes or () if row.code not in known}
    return {row.actuel for row in base.old_codes if row.code in back}


def _completed(
    row: CommuneRow, before: CommuneRow | None, taken: list[CommuneRow], *, gave: bool
) -> CommuneRow:
    parts = [*([before] if before else []), *taken]
    populations = [part.population for part in parts]
    counted = [count for count in populations if count is not None]
    total = sum(counted) if counted and len(counted) == len(populations) and not gave else None
    epcis = {part.epci for part in parts}
    main = before or (taken[0] if len(epcis) == 1 and taken else None)
    postal = dict.fromkeys(code for part in parts for code in part.codes_postaux)
    return replace(
        row,
        epci=row.epci or (main.epci if main else None),
        siren=row.siren or (before.siren if before else None),
        codes_postaux=row.codes_postaux or tuple(postal),
        population=total if row.population is None else row.population,
    )


def _old_codes(base: Reference, patch: ReferencePatch, current: set[str]) -> tuple[OldCodeRow, ...]:
    """Those of the patch, then those of the base that it does not tell of, followed to what is current now."""
    if patch.communes is None and patch.old_codes is None:
        return base.old_codes
    told = patch.old_codes or ()
    after: dict[str, list[str]] = {}
    for row in told:
        after.setdefault(row.code, []).append(row.actuel)
    rows = {(row.code, row.actuel): row for row in told if row.code not in current}
    for row in base.old_codes:
        if row.code in after or row.code in current:
            continue
        for now in [row.actuel] if row.actuel in current else after.get(row.actuel, []):
            rows.setdefault((row.code, now), replace(row, actuel=now))
    return tuple(rows[key] for key in sorted(rows) if key[1] in current)


def _epcis(base: Reference, patch: ReferencePatch) -> tuple[EpciRow, ...]:
    if patch.epcis is None:
        return base.epcis
    rows = {row.code: row for row in base.epcis} if patch.partial else {}
    rows |= {row.code: row for row in patch.epcis}
    return tuple(rows[code] for code in sorted(rows))


def _settled(row: CommuneRow, patch: ReferencePatch, epcis: set[str]) -> CommuneRow:
    """A commune with the EPCI and the population that the patch gives."""
    epci = row.epci
    if patch.epci_of is not None:
        kept = epci if patch.partial else None
        epci = patch.epci_of.get(row.code) or patch.epci_of.get(row.parent or row.code) or kept
    population = (patch.populations or {}).get(row.code, row.population)
    return replace(row, epci=epci if epci in epcis else None, population=population)


def _contours(
    base: Reference, patch: ReferencePatch, old_codes: tuple[OldCodeRow, ...], current: set[str]
) -> dict[str, bytes]:
    if patch.communes is None and patch.contours is None and not patch.old_contours:
        return base.contours
    kept = gathered(base.contours, old_codes, current)
    given = gathered(patch.contours or {}, old_codes, current)
    # A file that lacks a commune does not take its polygon away.
    full = filled({**kept, **given}, patch.old_contours, old_codes)
    lacking = [code for code in patch.old_contours if code in current and code not in full]
    for code in lacking:
        full[code] = patch.old_contours[code]
        for giver in (row.actuel for row in base.old_codes if row.code == code and row.actuel in full):
            full[giver] = _difference(full[giver], full[code])
    return full


def _difference(whole: bytes, part: bytes) -> bytes:
    left: bytes = shapely.to_wkb(shapely.difference(shapely.from_wkb(whole), shapely.from_wkb(part)))
    return left


def _sources(base: Reference, patch: ReferencePatch) -> tuple[SourceRow, ...]:
    """Where facts come from: a whole file takes the place of the one before, a partial one stands beside it."""
    new = SourceRow(patch.objet, patch.source, patch.millesime, patch.licence)
    if new in base.sources:
        return base.sources
    before = [row for row in base.sources if row.objet == patch.objet]
    counted = len(patch.populations or ())
    if not before or (patch.partial and counted < NATIONAL * len(base.communes)):
        return (*base.sources, new)
    return tuple(
        new if row is before[0] else row for row in base.sources if row is before[0] or row not in before
    )


def _check(reference: Reference) -> None:
    departements = {row.code for row in reference.departements}
    codes = {row.code for row in reference.communes}
    for row in reference.communes:
        if row.departement not in departements:
            raise BadReference(
                f"Commune {row.code}\u00a0: son département {row.departement} n’est pas de ceux que Rezone "
                "sert. Rien n’a été chargé.",
                feature=row.code,
            )
        if row.parent is not None and row.parent not in codes:
            raise BadReference(
                f"Arrondissement {row.code}\u00a0: sa commune {row.parent} n’est pas dans le fichier. "
                "Rien n’a été chargé.",
                feature=row.code,
            )


def _notices(base: Reference, reference: Reference) -> tuple[str, ...]:
    before = {row.code: row for row in base.communes}
    told = {row.code for row in reference.communes} | {row.code for row in reference.old_codes}
    lost = [code for code in before if code not in told]
    uncounted = [
        row.code
        for row in reference.communes
        if row.population is None and (row.code not in before or before[row.code].population is not None)
    ]
    bare = [
        row.code
        for row in reference.communes
        if row.code not in reference.contours and (row.code not in before or row.code in base.contours)
    ]
    found = (
        (lost, "disparues sans successeur connu, le fichier des mouvements les dirait"),
        (uncounted, "sans population connue, «\u00a0rezone import population\u00a0» la donnerait"),
        (bare, "sans contour, «\u00a0rezone import contours\u00a0» le donnerait"),
    )
    return tuple(f"Communes {words}\u00a0: {_listed(codes)}." for codes, words in found if codes)


def _listed(codes: Iterable[str]) -> str:
    every = list(codes)
    more = f" et {len(every) - NAMED} autres" if len(every) > NAMED else ""
    return ", ".join(every[:NAMED]) + more
