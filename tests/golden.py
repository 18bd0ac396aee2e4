"""A producer's folder whose release must give back the figures of a published report (Var, 2022).

Per-commune counts are made here: they sum to the published totals, and the communes that the report
leaves out get counts too small to be shown.
"""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

GOLDEN: dict[str, Any] = json.loads(
    (Path(__file__).parent / "data" / "golden_var_2022.json").read_text(encoding="utf-8")
)
COMMUNES: dict[str, int] = {commune["code"]: commune["population"] for commune in GOLDEN["communes"]}
CODE_OF: dict[str, str] = {commune["name"]: commune["code"] for commune in GOLDEN["communes"]}
LEVELS = {"departement": GOLDEN["departement"], "region": GOLDEN["region"], "france": "FR"}

ACTIVE = {
    "medecin_generaliste": "Médecins spécialistes en médecine générale",
    "infirmier": "Infirmiers",
    "masseur_kinesitherapeute": "Masseur-kinésithérapeute",
    "orthophoniste": "Orthophonistes",
    "orthoptiste": "Orthoptistes",
}
HEADCOUNTS = {
    "medecin_specialiste": "Tous les méd. spéc. hors méd. générale",
    "sage_femme": "Sage Femme",
    "pharmacie": "Pharmacie",
}
EVENTS = ("passages_urgences_sans_hospitalisation", "admissions_directes_medecine")
CONSUMERS = 128_400
SHOWN_FROM = 5
TOO_FEW = 4
TOML = """\
vintage = "var-2022"
title = "Figures d’un diagnostic publié, Var 2022"
synthetic = false
cog = 2026
source = "Diagnostic publié, Assurance Maladie"
period = "2022"

[indicators.depistage_col_uterus]
period = "2020-2022"
definition = "Frottis en 3 ans"
"""


def write_golden_folder(folder: Path) -> Path:
    """Write every file of the folder; the same folder is returned."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "release.toml").write_text(TOML, encoding="utf-8")
    _write(folder, "counts", "indicator,commune,numerator,denominator,persons", _counts())
    _write(folder, "references", "indicator,level,code,numerator,denominator,rate", _references())
    _write(folder, "consumers", "commune,consumers", split(CONSUMERS, COMMUNES).items())
    _write(folder, "professionals", "profession,commune,total,age_60_plus,age_65_plus", _professionals())
    _write(folder, "activity", "profession,commune,professionals,patients,largest_share", _activity())
    _write(
        folder,
        "activity_references",
        "profession,level,code,patients_per_professional",
        (
            (profession, level, code, patients_of(profession)[level])
            for profession in ACTIVE
            for level, code in LEVELS.items()
        ),
    )
    return folder


def of_another_year(folder: Path, vintage: str = "var-2023") -> Path:
    """The same folder with twice the people: another vintage, whose counts keep every link between them."""
    toml = folder / "release.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("var-2022", vintage), encoding="utf-8")
    for name, columns in (("counts", 2), ("consumers", 1)):
        path = folder / f"{name}.csv"
        header, *lines = path.read_text(encoding="utf-8").splitlines()
        rows = (line.split(",") for line in lines)
        doubled = (
            row[:columns] + [str(2 * int(value)) if value else "" for value in row[columns:]] for row in rows
        )
        path.write_text("\n".join([header, *(",".join(row) for row in doubled)]) + "\n", encoding="utf-8")
    return folder


def split(total: int, weights: dict[str, int]) -> dict[str, int]:
    """Share a total out by weight, in integers that sum to it (largest remainders)."""
    whole = sum(weights.values())
    shares = {code: total * weight // whole for code, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda code: (-(total * weights[code] % whole), code))
    for code in by_remainder[: total - sum(shares.values())]:
        shares[code] += 1
    return shares


def patients_of(profession: str) -> dict[str, Any]:
    """Published patients per professional, of the territory and its references."""
    found: dict[str, Any] = next(
        line for line in GOLDEN["patients_per_professional"] if line["category"] == ACTIVE[profession]
    )
    return found


def active_in(profession: str) -> dict[str, int]:
    """Active professionals of each commune, as published."""
    return {CODE_OF[line["commune"]]: line[profession] for line in GOLDEN["professionals_by_commune"]}


def _counts() -> Iterable[tuple[Any, ...]]:
    totals = {line["id"]: line["count"] for line in GOLDEN["counts"]}
    for name, total in totals.items():
        for code, count in split(total, COMMUNES).items():
            yield name, code, count, "", ""
    for line in GOLDEN["indicators"]:
        out = {CODE_OF[name] for name in line["neutralised"]}
        kept = {code: weight for code, weight in COMMUNES.items() if code not in out}
        numerators = split(line["count"], kept) | dict.fromkeys(out, TOO_FEW)
        denominators = _denominators(line, totals, kept, out)
        for code in COMMUNES:
            persons = max(numerators[code] * 4 // 5, 1) if line["id"] in EVENTS else ""
            yield line["id"], code, numerators[code], denominators[code], persons


def _denominators(
    line: dict[str, Any], totals: dict[str, int], kept: dict[str, int], out: set[str]
) -> dict[str, int]:
    """Of the consumers where the report counts them, else whatever gives the published rate."""
    if line["id"].startswith("sans_mt"):
        return split(totals["consommants_70_plus" if "70" in line["id"] else "consommants_17_plus"], COMMUNES)
    return split(round(line["count"] * 100 / line["rate"]), kept) | dict.fromkeys(out, 10 * TOO_FEW)


def _references() -> Iterable[tuple[Any, ...]]:
    for line in GOLDEN["indicators"]:
        for level, code in LEVELS.items():
            yield line["id"], level, code, "", "", line["refs"][level]
    for line in GOLDEN["counts"]:
        for level, code in LEVELS.items():
            yield line["id"], level, code, line["refs"][level], "", ""


def _professionals() -> Iterable[tuple[Any, ...]]:
    for profession in ACTIVE:
        for code, total in active_in(profession).items():
            yield profession, code, total, total * 2 // 5, total // 5
    for profession, category in HEADCOUNTS.items():
        total = next(line["total"] for line in GOLDEN["demography"] if line["category"] == category)
        for code, count in split(total, COMMUNES).items():
            yield profession, code, count, "", ""


def _activity() -> Iterable[tuple[Any, ...]]:
    for profession in ACTIVE:
        active = active_in(profession)
        shown = {code: count for code, count in active.items() if count >= SHOWN_FROM}
        ratio = patients_of(profession)["territoire"]
        patients = split(ratio * sum(shown.values()), shown) if shown else {}
        for code, count in active.items():
            yield profession, code, count, patients.get(code, 100 * count), 0.4 if count else ""


def _write(folder: Path, name: str, header: str, rows: Iterable[Iterable[Any]]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)
