"""Hand-made territories and maps of 1 to some hundred communes: five real ones of Var, else invented ones."""

from zlib import crc32

from shared.schemas.base import Place
from shared.schemas.geo import (
    CommuneFacts,
    Dataset,
    DepartementShare,
    FundingLine,
    MapShape,
    Piece,
    SizeClass,
    Source,
    Territory,
    TerritoryMap,
    Zonage,
    ZonageTotals,
)

VAR = Place(code="83", nom="Var")
PACA = Place(code="93", nom="Provence-Alpes-Côte d'Azur")
VAR_COMMUNES = (
    ("83001", "Les Adrets-de-l'Estérel", 2750, 0, Zonage.HZ),
    ("83061", "Fréjus", 52672, 2, Zonage.HZ),
    ("83099", "Puget-sur-Argens", 8097, 0, Zonage.HZ),
    ("83107", "Roquebrune-sur-Argens", 14251, 0, Zonage.ZAC),
    ("83118", "Saint-Raphaël", 35042, 0, Zonage.ZAC),
)
NAMES = (
    "Uzès", "Arpaillargues-et-Aureillac", "Saint-Quentin-la-Poterie", "Montaren-et-Saint-Médiers", "Blauzac",
    "Sainte-Anastasie", "Collias", "Remoulins", "Castillon-du-Gard", "Vers-Pont-du-Gard", "Saint-Hilaire-d'Ozilhan",
    "La Bastide-d'Engras", "Lussan", "Fons-sur-Lussan", "Bouquet", "Serviers-et-Labaume", "Foissac", "Aigaliers",
    "Garrigues-Sainte-Eulalie", "Bourdic", "Aubussargues", "Le Pin", "Gaujac", "Pougnadoresse", "Vallabrix",
    "Saint-Victor-des-Oules", "Flaux", "Saint-Siffret", "Saint-Maximin", "Argilliers",
)  # fmt: skip
LINES = (
    ("fonctionnement", "Fonctionnement", None, True, (50000, 60000, 75000, 90000)),
    ("acces", "Accès aux soins", "fixe", True, (15000, 17500, 25000, 30000)),
    ("acces", "Accès aux soins", "variable", True, (15000, 17500, 25000, 30000)),
    ("parcours", "Parcours pluriprofessionnels", "fixe", True, (25000, 35000, 45000, 50000)),
    ("qualite", "Qualité et pertinence", "fixe", False, (7500, 10000, 15000, 20000)),
)


def scatter(*seed: object) -> float:
    """A number from 0 to 1 that looks random and never changes."""
    return crc32(repr(seed).encode()) / 2**32


def communes(count: int) -> tuple[CommuneFacts, ...]:
    """The five communes of Var for 5 or fewer, else `count` invented ones in two départements."""
    if count <= len(VAR_COMMUNES):
        return tuple(
            CommuneFacts(
                code=code, nom=nom, population=people, departement="83", region="93", qpv=qpv, zonage=zonage
            )
            for code, nom, people, qpv, zonage in VAR_COMMUNES[-count:]
        )
    return tuple(
        CommuneFacts(
            code=f"{30001 + rank}",
            nom=NAMES[rank % len(NAMES)] + (f" {rank // len(NAMES) + 1}" if rank >= len(NAMES) else ""),
            population=None if rank == 17 else int(60 * 150 ** scatter(rank, "p")),
            departement="30" if rank < count * 0.8 else "84",
            region="76",
            qpv=int(rank == 0),
            zonage=(Zonage.ZIP, Zonage.ZAC, Zonage.HZ, Zonage.INCONNU)[int(4 * scatter(rank, "z"))],
            cpts="CPTS des Garrigues" if rank % 9 == 4 else None,
        )
        for rank in range(count)
    )


def territory(count: int = 5, nom: str | None = None) -> Territory:
    chosen = communes(count)
    people = sum(commune.population or 0 for commune in chosen)
    in_var = chosen[0].departement == "83"
    shares = (
        (DepartementShare(code="83", nom="Var", communes=count, region="93"),)
        if in_var
        else tuple(
            DepartementShare(
                code=code, nom=nom_, communes=sum(c.departement == code for c in chosen), region="76"
            )
            for code, nom_ in (("30", "Gard"), ("84", "Vaucluse"))
        )
    )
    taille = 3 if people < 175_000 else 4
    codes = tuple(commune.code for commune in chosen)
    return Territory(
        nom=nom,
        communes=chosen,
        population=people,
        superficie_km2=347.2,
        departements=shares,
        regions=(PACA,) if in_var else (Place(code="76", nom="Occitanie"), PACA),
        pieces=(Piece(communes=codes, population=people),)
        if in_var
        else (Piece(communes=codes[3:], population=people), Piece(communes=codes[:3], population=900)),
        d_un_seul_tenant=in_var,
        qpv_par_commune=sum(commune.qpv or 0 for commune in chosen),
        zonage=ZonageTotals(
            zip=sum(c.zonage is Zonage.ZIP for c in chosen),
            zac=sum(c.zonage is Zonage.ZAC for c in chosen),
            renseignees=sum(c.zonage is not Zonage.INCONNU for c in chosen),
            communes=count,
        ),
        tailles=tuple(
            SizeClass(
                bareme=bareme,
                libelle=libelle,
                date=date,
                source=libelle,
                taille=taille,
                population_min=80_000,
                population_max=174_999,
                lignes=tuple(
                    FundingLine(
                        mission=mission, libelle=label, part=part, socle=core, montant=amounts[taille - 1]
                    )
                    for mission, label, part, core, amounts in LINES
                ),
                total=sum(line[4][taille - 1] for line in LINES),
            )
            for bareme, libelle, date in (
                ("aci-2019", "Accord conventionnel interprofessionnel", "2019-06-20"),
                ("projet-2019", "projet d'accord d'avril 2019", "2019-04-01"),
            )
        ),
        dataset=Dataset(
            id="cog-2026-a1b2c3",
            cog=2026,
            sources=(
                Source(
                    objet="Communes",
                    source="INSEE, code officiel géographique",
                    millesime="2026",
                    licence="Licence Ouverte 2.0",
                ),
            ),
        ),
    )


def territory_map(count: int = 5) -> TerritoryMap:
    """A jittered grid: the territory inside, one ring of neighbours around; communes share their vertices."""
    chosen = communes(count)
    side = 1
    while side * side < count:
        side += 1
    step = 1700 / (side + 2)
    lines = (count + side - 1) // side + 2
    corners = {
        (i, j): (
            int(i * step + (0.6 * (scatter(i, j, "x") - 0.5) * step if 0 < i < side + 2 else 0)),
            int(j * step + 0.6 * (scatter(i, j, "y") - 0.5) * step * (j > 0)),
        )
        for i in range(side + 3)
        for j in range(side + 3)
    }
    shapes = []
    for j in range(lines):
        for i in range(side + 2):
            ring = [corners[p] for p in ((i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1), (i, j))]
            label = (sum(x for x, _ in ring[:4]) // 4, sum(y for _, y in ring[:4]) // 4)
            rank = (j - 1) * side + i - 1
            inside = 0 < i <= side and j > 0 and 0 <= rank < count
            shapes.append(
                MapShape(
                    code=chosen[rank].code if inside else f"99{i:02}{j:02}",
                    nom=chosen[rank].nom if inside else f"Voisine-{i}-{j}",
                    role="territoire" if inside else "voisine",
                    polygones=((tuple(n for point in ring for n in point),),),
                    label=label,
                )
            )
    return TerritoryMap(
        epsg=2154,
        projection="Lambert-93 (EPSG:2154)",
        width=1700,
        height=int(step * lines),
        metres_par_mm=230.0,
        shapes=tuple(shapes),
        sources=(Source(objet="Contours", source="IGN, Admin Express", millesime="2018"),),
    )
