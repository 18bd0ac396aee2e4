"""Small worlds made by hand: a few communes, their folder, the release made from it, territories in it."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from services.indicators.answers.diagnostic import diagnose
from services.indicators.building.build import Choices
from services.indicators.catalogue import load_catalogue
from services.indicators.folder.read import read_folder
from services.indicators.geography import Geography, geography_of
from services.indicators.release import Release
from services.indicators.secrecy.partition import Policy
from shared.schemas.base import Place
from shared.schemas.geo import (
    CommuneFacts,
    Dataset,
    DepartementShare,
    Membership,
    Territory,
    Zonage,
    ZonageTotals,
)
from shared.schemas.indicators import Diagnostic, Focus, IndicatorAnswer
from tests.first_cut import Built, build

CATALOGUE = load_catalogue()
KEY = b"a key for tests"
TOML = """\
vintage = "essai"
title = "Un petit monde"
synthetic = true
cog = 2026
source = "Fait à la main"
period = "2025"
"""


def membership(
    code: str,
    region: str = "93",
    zonage: Zonage = Zonage.INCONNU,
    *,
    epci: str | None = None,
    population: int | None = 1000,
    centre: tuple[float, float] | None = None,
) -> Membership:
    """A commune; its département is the start of its code. 751xx are parts of 75056."""
    ville = "75056" if code.startswith("751") else None
    return Membership(
        code=code,
        nom=f"Commune {code}",
        departement=code[:2],
        region=region,
        epci=epci,
        population=population,
        nature="arrondissement" if ville else "commune",
        ville=ville,
        zonage=zonage,
        centre=centre,
    )


def geography(codes: Iterable[str]) -> Geography:
    """A France made of these communes."""
    return geography_of([membership(code) for code in codes], 2026, "essai")


def territory(
    codes: Sequence[str], zonages: Mapping[str, Zonage] | None = None, region: str = "93"
) -> Territory:
    """What geo would answer for these communes."""
    zoned = zonages or {}
    departements = sorted({code[:2] for code in codes})
    facts = tuple(
        CommuneFacts(
            code=code,
            nom=f"Commune {code}",
            population=1000,
            departement=code[:2],
            region=region,
            zonage=zoned.get(code, Zonage.INCONNU),
        )
        for code in sorted(codes)
    )
    known = [zoned[code] for code in codes if zoned.get(code, Zonage.INCONNU) is not Zonage.INCONNU]
    return Territory(
        communes=facts,
        population=1000 * len(codes),
        superficie_km2=None,
        departements=tuple(
            DepartementShare(
                code=code,
                nom=f"Département {code}",
                communes=sum(c[:2] == code for c in codes),
                region=region,
            )
            for code in departements
        ),
        regions=(Place(code=region, nom=f"Région {region}"),),
        pieces=(),
        d_un_seul_tenant=True,
        qpv_par_commune=None,
        zonage=ZonageTotals(
            zip=known.count(Zonage.ZIP),
            zac=known.count(Zonage.ZAC),
            renseignees=len(known),
            communes=len(codes),
        ),
        tailles=(),
        dataset=Dataset(id="essai", cog=2026),
    )


def write_folder(folder: Path, toml: str = TOML, /, **files: str | Sequence[str]) -> Path:
    """Write release.toml and the files named (`counts="..."`), given whole or as a list of lines."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "release.toml").write_text(toml, encoding="utf-8")
    for name, content in files.items():
        text = content if isinstance(content, str) else "\n".join(content) + "\n"
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def release_of(
    folder: Path, codes: Iterable[str], *, two_sided: bool = False, policy: Policy = "commune-mask"
) -> Release:
    """Release of a folder that must be accepted."""
    return built_of(folder, geography(codes), Choices(policy, two_sided, KEY)).release


def built_of(folder: Path, world: Geography, choices: Choices) -> Built:
    """What is built from a folder that must be accepted."""
    raw, problems = read_folder(folder, CATALOGUE, world)
    assert raw is not None, problems
    return build(raw, world, choices)


def diagnostic(
    release: Release, codes: Sequence[str], zonages: Mapping[str, Zonage] | None = None
) -> Diagnostic:
    """Diagnostic of a territory of this world."""
    return diagnose(release, territory(codes, zonages), CATALOGUE, Focus())


def indicator(answer: Diagnostic, name: str) -> IndicatorAnswer:
    """One indicator of a diagnostic."""
    return next(found for found in answer.indicators if found.id == name)
