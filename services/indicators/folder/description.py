"""release.toml: what the producer says of the counts (vintage, sources, periods); holds no count."""

import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from rapidfuzz import process

from services.indicators.catalogue import Catalogue
from services.indicators.folder.problems import BadRow
from shared.schemas.indicators import IndicatorSource

FILE = "release.toml"


class OwnSource(BaseModel):
    """What one indicator says in place of the default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str | None = None
    period: str | None = None
    definition: str | None = None


class Description(BaseModel):
    """The keys of release.toml. `vintage` names the year of the data, and is frozen at activation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    vintage: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$")
    title: str = Field(min_length=1, max_length=200)
    synthetic: bool
    cog: int = Field(ge=2010, le=2100)
    source: str = Field(min_length=1)
    period: str = Field(min_length=1)
    definition: str | None = None
    indicators: dict[str, OwnSource] = {}

    def sources(self) -> tuple[IndicatorSource, ...]:
        """The default source, then that of each indicator with one of its own."""
        default = IndicatorSource(
            indicator=None, source=self.source, period=self.period, definition=self.definition
        )
        own = (
            IndicatorSource(
                indicator=name,
                source=said.source or self.source,
                period=said.period or self.period,
                definition=said.definition,
            )
            for name, said in self.indicators.items()
        )
        return (default, *own)


EXPECTED = {
    "vintage": 'un identifiant en minuscules, par exemple vintage = "2025"',
    "title": 'un titre, par exemple title = "Données 2025"',
    "synthetic": "true pour des données fictives, false pour des données réelles",
    "cog": "l’année du code officiel géographique des communes, par exemple cog = 2025",
    "source": 'l’origine des données, par exemple source = "SNDS, Cnam"',
    "period": 'la période observée, par exemple period = "2024"',
}

NOT_UTF_8 = "ce n’est pas de l’UTF-8\u00a0: enregistrez le fichier dans cet encodage"
NOT_TOML = (
    "TOML illisible\u00a0: chaque ligne est de la forme clé = valeur, les textes entre guillemets droits"
)
# Where the parser says that it stopped; at the end of the file it gives no line.
PLACE = re.compile(r"at line (\d+)")


def read_description(folder: Path, catalogue: Catalogue, problems: list[BadRow]) -> Description | None:
    """Read release.toml, adding to `problems`; None where it does not hold together."""
    path = folder / FILE
    if not path.is_file():
        keys = ", ".join(EXPECTED)
        problems.append(BadRow(FILE, 0, "", f"fichier obligatoire absent\u202f; il donne {keys}"))
        return None
    content = path.read_bytes()
    try:
        data = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        problems.append(BadRow(FILE, content.count(b"\n", 0, error.start) + 1, "", NOT_UTF_8))
        return None
    except tomllib.TOMLDecodeError as error:
        place = PLACE.search(str(error))
        problems.append(BadRow(FILE, int(place[1]) if place else 0, "", NOT_TOML))
        return None
    before = len(problems)
    problems += _unknown_indicators(data, catalogue)
    try:
        description = Description.model_validate(data)
    except ValidationError as error:
        problems += [_bad_key(dict(found)) for found in error.errors()]
        return None
    return description if len(problems) == before else None


def _unknown_indicators(data: dict[str, Any], catalogue: Catalogue) -> list[BadRow]:
    named = data.get("indicators")
    ids = [*catalogue.by_id, *(split.id for split in catalogue.splits)]
    found = []
    for name in named if isinstance(named, dict) else ():
        if name not in ids:
            near = process.extractOne(name, ids)
            reason = f"indicateur inconnu\u202f; le plus proche est {near[0]}"
            found.append(BadRow(FILE, 0, f"indicators.{name}", reason))
    return found


def _bad_key(error: dict[str, Any]) -> BadRow:
    path = ".".join(str(step) for step in error["loc"])
    expected = EXPECTED.get(path, "une valeur de la forme décrite dans docs/donnees.md")
    if error["type"] == "missing":
        reason = f"clé absente\u202f; attendu\u00a0: {expected}"
    elif error["type"] == "extra_forbidden":
        reason = f"clé inconnue\u202f; clés possibles\u00a0: {', '.join(Description.model_fields)}"
    else:
        reason = f"valeur refusée\u00a0: «\u00a0{error['input']}\u00a0»\u202f; attendu\u00a0: {expected}"
    return BadRow(FILE, 0, path, reason)
