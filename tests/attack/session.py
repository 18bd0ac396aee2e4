"""One attack under way: what was asked, what was told of each sum, and what was written down."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_
from typing import Any

from tests.attack.answers import Precision, Reader
from tests.attack.api import Api
from tests.attack.facts import UNBOUNDED, Claim, Fact, Ground, bits
from tests.attack.knowledge import Knowledge, read_catalogue

# An area of more communes than this is not asked whole, nor are its references used.
LARGEST_AREA = 1500


class Refused(Exception):
    """The API did not answer as it says it does."""


@dataclass(frozen=True)
class Told:
    """What an answer told of one indicator: its count (None where hidden) and the communes in it (bits)."""

    count: int | None
    rate: float | None
    kept: int
    unavailable: bool = False


@dataclass
class Session:
    """An attacker at work on the communes of one département (`scope`, bits of the ground)."""

    api: Api
    reader: Reader
    scope: int
    facts: list[Fact] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    told: dict[int, dict[str, Told]] = field(default_factory=dict)
    release: str | None = None

    @property
    def ground(self) -> Ground:
        """Communes that the attacker knows of."""
        return self.reader.ground

    @property
    def knowledge(self) -> Knowledge:
        """What the catalogue says."""
        return self.reader.knowledge

    @property
    def singles(self) -> Iterator[int]:
        """Each commune of the scope, as a set of one bit."""
        return (1 << place for place in bits(self.scope))

    def ask(self, communes: int, attack: str) -> dict[str, Told]:
        """What the API tells of a territory (bits), written down as facts; asked once. Raises Refused."""
        if communes not in self.told:
            reply = self.api.diagnose(self.ground.named(communes))
            if reply.status != 200:
                raise Refused(f"{reply.status}: {reply.body[:300]!r}")
            answer = reply.json()
            self.told[communes] = self._summary(answer, communes)
            self.release = answer.get("release", {}).get("id")
            self.facts += self.reader.facts(answer, communes, attack)
        return self.told[communes]

    def _summary(self, answer: dict[str, Any], communes: int) -> dict[str, Told]:
        return {
            one["id"]: Told(
                one["count"],
                one["rate"],
                self.reader.left(one["neutralised"], communes),
                one["status"] == "unavailable",
            )
            for one in answer["indicators"]
        }

    @property
    def sure(self) -> Iterator[Fact]:
        """Facts, references read with care: nobody says whether they hold communes of which there is no data.

        The sum of a reference is then at least that of all communes but these, and at most that of all; a rate is
        of one or the other, and says nothing of either.
        """
        without: dict[str, int] = {}
        for communes, told in self.told.items():
            for name, one in told.items():
                if one.unavailable and communes.bit_count() == 1:
                    without[name] = without.get(name, 0) | communes
        for fact in self.facts:
            unknown = fact.communes
            unknown &= reduce(or_, (without.get(name, 0) for name, _ in fact.terms))
            if fact.attack != "references" or not unknown:
                yield fact
            elif fact.exact:
                yield replace(fact, communes=fact.communes & ~unknown, low=-UNBOUNDED)
                yield replace(fact, high=UNBOUNDED)

    def doubt(self, reach: float) -> None:
        """From now on counts are read as up to `reach` away; what was read before is forgotten."""
        self.reader = replace(self.reader, precision=Precision(reach))
        self.facts.clear()
        self.told.clear()


def open_session(api: Api, departement: str) -> Session:
    """Read the catalogue and the list of communes. Raises Refused where the API has neither."""
    catalogue = api.get("/v1/indicators")
    listed = api.get("/geo/communes?fields=code,codeDepartement,codeRegion")
    if (catalogue.status, listed.status) != (200, 200):
        raise Refused(f"catalogue {catalogue.status}, communes {listed.status}")
    communes = listed.json()
    near = _near(communes, departement)
    ground = Ground(
        codes=tuple(one["code"] for one in near),
        departements=tuple(one["codeDepartement"] for one in near),
        regions=tuple(one["codeRegion"] for one in near),
        whole=frozenset(
            level for level, count in _sizes(communes, departement).items() if count <= LARGEST_AREA
        ),
    )
    scope = ground.area("departement", departement)
    if not scope:
        raise Refused(f"no commune in département {departement}")
    return Session(api, Reader(ground, read_catalogue(catalogue.json())), scope)


def _region(communes: list[dict[str, str]], departement: str) -> str | None:
    return next((one["codeRegion"] for one in communes if one["codeDepartement"] == departement), None)


def _sizes(communes: list[dict[str, str]], departement: str) -> dict[str, int]:
    region = _region(communes, departement)
    return {
        "departement": sum(one["codeDepartement"] == departement for one in communes),
        "region": sum(one["codeRegion"] == region for one in communes),
        "france": len(communes),
    }


def _near(communes: list[dict[str, str]], departement: str) -> list[dict[str, str]]:
    """All communes, or those of the région, or of the département alone: the largest area that is not too large."""
    region = _region(communes, departement)
    of_region = [one for one in communes if one["codeRegion"] == region]
    of_departement = [one for one in communes if one["codeDepartement"] == departement]
    return next((a for a in (communes, of_region) if len(a) <= LARGEST_AREA), of_departement)
