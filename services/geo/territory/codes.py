"""Given codes → current communes: unknown ones, old ones, split ones, duplicates. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from services.geo.atlas import Atlas, Commune
from services.geo.territory.french import listed, thousands
from shared.errors import AmbiguousCommunes, UnknownCommunes
from shared.schemas.base import Place
from shared.schemas.geo_checks import Notice
from shared.schemas.geo_codes import CodeFate, CodeFates, CodesHistory

# Prefixes of the collectivities of the Pacific and the Atlantic, which the COG lists and Rezone does not serve, and
# the codes that Saint-Barthélemy and Saint-Martin had as communes of Guadeloupe, until 2007.
OUT_OF_SCOPE = ("975", "977", "978", "984", "986", "987", "988", "989", "97123", "97127")

# Names or codes in one sentence; the problem or the notice lists all the codes.
MOST_TOLD = 20


@dataclass(frozen=True)
class Chosen:
    """Current communes sorted by code, each once, and what had to be changed to get there."""

    communes: tuple[Commune, ...]
    notices: tuple[Notice, ...]


def current_codes(atlas: Atlas, code: str) -> tuple[str, ...]:
    """Current code(s) of a code of any COG year: itself, its successor, several where split, none if unknown."""
    return (code,) if code in atlas.index else atlas.successors.get(code, ())


def choose(atlas: Atlas, given: Iterable[str]) -> Chosen:
    """The communes meant by `given`. Raises UnknownCommunes with all of them, then AmbiguousCommunes."""
    codes = list(given)
    found = {code: current_codes(atlas, code) for code in codes}
    _refuse_unknown(atlas, [code for code, current in found.items() if not current])
    _refuse_split(atlas, {code: current for code, current in found.items() if len(current) > 1})
    notices = [
        Notice(
            code="commune_remplacee",
            detail=f"{_old_name(atlas, code)}{_apposed(atlas, code)} est aujourd’hui dans "
            f"{_named(atlas, current[0])}.",
            communes=(code, current[0]),
        )
        for code, current in found.items()
        if current[0] != code
    ]
    mapped = [found[code][0] for code in codes]
    covered = _arrondissements_covered(atlas, set(mapped))
    twice = sorted(code for code, times in Counter(mapped).items() if times > 1)
    if twice:
        names = listed((_named(atlas, code) for code in twice), most=MOST_TOLD)
        notices.append(
            Notice(
                code="doublon",
                detail=f"Communes données plusieurs fois, comptées une seule\u00a0: {names}.",
                communes=tuple(twice),
            )
        )
    if covered:
        names = listed((_named(atlas, code) for code in covered), most=MOST_TOLD)
        notices.append(
            Notice(
                code="doublon",
                detail=f"Arrondissements déjà compris dans leur commune, choisie aussi\u00a0: {names}.",
                communes=tuple(covered),
            )
        )
    kept = sorted(set(mapped).difference(covered))
    return Chosen(tuple(atlas.communes[atlas.index[code]] for code in kept), tuple(notices))


def suggestion(atlas: Atlas, code: str) -> str | None:
    """The code that was probably meant: a zero lost by a spreadsheet, a letter in lower case, stray spaces."""
    cleaned = "".join(code.split()).upper()
    for candidate in (cleaned, cleaned.zfill(5)):
        if candidate != code and current_codes(atlas, candidate):
            return candidate
    return None


def tell_codes(atlas: Atlas, request: CodesHistory) -> CodeFates:
    """What became of each code, in the order given; nothing is refused."""
    return CodeFates(
        cog=atlas.dataset.cog,
        codes=tuple(_fate(atlas, code) for code in request.codes),
        dataset=atlas.dataset,
    )


def _fate(atlas: Atlas, code: str) -> CodeFate:
    current = current_codes(atlas, code)
    places = tuple(Place(code=one, nom=atlas.communes[atlas.index[one]].nom) for one in current)
    here = atlas.get(code)
    if here is not None:
        return CodeFate(code=code, statut="actuel", nom=here.nom, nature=here.nature, actuels=places)
    if not current:
        return CodeFate(code=code, statut="inconnu", proche=suggestion(atlas, code))
    return CodeFate(
        code=code,
        statut="remplace" if len(current) == 1 else "ambigu",
        nom=atlas.old_names.get(code),
        nature=atlas.old_natures.get(code, "ancien"),
        actuels=places,
    )


def _refuse_unknown(atlas: Atlas, unknown: list[str]) -> None:
    if not unknown:
        return
    suggestions = {code: likely for code in unknown if (likely := suggestion(atlas, code))}
    sentences = [
        f"Code inconnu du code officiel géographique {atlas.dataset.cog}\u00a0: {unknown[0]}."
        if len(unknown) == 1
        else f"{thousands(len(unknown))}\u00a0codes inconnus du code officiel géographique "
        f"{atlas.dataset.cog}\u00a0: {listed(unknown, most=MOST_TOLD)}."
    ]
    sentences += [
        f"Pour {code}, vouliez-vous dire {likely}\u202f?" for code, likely in [*suggestions.items()][:5]
    ]
    if any(code.startswith(OUT_OF_SCOPE) for code in unknown):
        sentences.append("Seuls la métropole et les cinq départements d’outre-mer sont servis.")
    raise UnknownCommunes(" ".join(sentences), codes=unknown, suggestions=suggestions)


def _refuse_split(atlas: Atlas, split: dict[str, tuple[str, ...]]) -> None:
    if split:
        choices = "\u202f; ".join(
            f"{_old_name(atlas, code)}\u00a0: {' ou '.join(_named(atlas, one) for one in current)}"
            for code, current in [*split.items()][:MOST_TOLD]
        )
        more = f" (et {thousands(len(split) - MOST_TOLD)}\u00a0de plus)" if len(split) > MOST_TOLD else ""
        raise AmbiguousCommunes(
            f"Anciens codes partagés entre plusieurs communes actuelles, à préciser\u00a0: {choices}{more}.",
            codes={code: list(current) for code, current in split.items()},
        )


def _arrondissements_covered(atlas: Atlas, codes: set[str]) -> list[str]:
    return sorted(code for code in codes if atlas.communes[atlas.index[code]].whole in codes)


def _named(atlas: Atlas, code: str) -> str:
    return f"{atlas.communes[atlas.index[code]].nom} ({code})"


def _old_name(atlas: Atlas, code: str) -> str:
    name = atlas.old_names.get(code)
    return f"{name} ({code})" if name else f"L’ancienne commune {code}"


def _apposed(atlas: Atlas, code: str) -> str:
    natures = {"deleguee": ", commune déléguée,", "associee": ", commune associée,"}
    return natures.get(atlas.old_natures.get(code, ""), "")
