"""What becomes of codes of an older COG: those counted with today's commune, and why the others cannot be. Pure."""

from collections.abc import Collection, Mapping, Sequence

from services.indicators.folder.counts import CONSUMERS, COUNTS
from services.indicators.folder.problems import BadRow, doubt, some

History = Mapping[str, tuple[str, ...]]
"""Current code(s) of each old code: one where it was merged or renamed, several where it was split."""


def successors(
    history: History, named: Collection[str], current: Collection[str], *, older: bool
) -> dict[str, str]:
    """Today's commune of each old code that can be counted with it.

    `older`: the folder says that its codes are those of an older COG. Where it does not, a commune that is given
    too (`named`) may already hold the old one's counts, and adding would count people twice.
    """
    return {
        code: now[0]
        for code, now in history.items()
        if len(now) == 1 and now[0] in current and (older or now[0] not in named)
    }


def why_old(code: str, history: History, cog: int) -> str | None:
    """Sentence for an old code that was not counted with another; None where it never was a commune."""
    now = history.get(code, ())
    if len(now) == 1:
        return (
            f"code ancien\u00a0: la commune {code} fait aujourd’hui partie de {now[0]}, qui a aussi ses lignes\u202f; "
            f"regroupez ses effectifs avec ceux de {now[0]}, ou, si les lignes de {now[0]} ne les comptent pas, dites "
            f"dans release.toml l’année de vos codes (cog, avant {cog})\u00a0: ils seront additionnés"
        )
    if now:
        return (
            f"code ancien\u00a0: la commune {code} a été scindée entre {', '.join(now)}\u202f; rien ne dit quelle part "
            "revient à chacune\u00a0: donnez les effectifs de chacune"
        )
    return None


def told(regrouped: Mapping[str, str], partial: Sequence[str], said: int, cog: int) -> list[BadRow]:
    """Warnings for old codes counted with today's communes. `said`: COG year of the folder.

    `partial`: communes for which some of their old communes lack what others give.
    """
    if not regrouped:
        return []
    pairs = [f"{old} avec {now}" for old, now in sorted(regrouped.items())]
    reason = (
        f"codes anciens comptés avec la commune du COG {cog} dont ils font partie (release.toml dit {said})\u00a0: "
        f"{some(pairs)}"
    )
    found = [doubt(CONSUMERS, "commune", reason, times=len(pairs))]
    if partial:
        reason = (
            f"indicateurs donnés pour une partie seulement des anciennes communes de {some(partial)}\u00a0: ils y "
            "seront «\u00a0indisponibles\u00a0»"
        )
        found.append(doubt(COUNTS, "commune", reason, times=len(partial)))
    return found
