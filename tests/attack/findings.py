"""What an attack found: claims, in the order of the attacks that allowed them, and leaks that are no single count."""

from collections import Counter
from dataclasses import dataclass

from tests.attack.facts import Claim
from tests.attack.truth import Truth

EXACT = 1
NARROW = 5


@dataclass(frozen=True)
class Score:
    """Claims about protected counts: told exactly, told within 5 where the rule left 5, and wrong."""

    exact: int = 0
    narrow: int = 0
    wrong: int = 0

    @property
    def recovered(self) -> int:
        """Protected counts that somebody learnt."""
        return self.exact + self.narrow


@dataclass(frozen=True)
class Findings:
    """`claims` follow from the answers; `supposed` also from taking all that is hidden for few people."""

    departement: str
    calls: int
    facts: int
    seconds: float
    claims: tuple[Claim, ...]
    supposed: tuple[Claim, ...]
    leaks: tuple[str, ...]

    def scores(self, truth: Truth, *, supposed: bool = False) -> dict[str, Score]:
        """Score of each attack; counts that the rule allows to tell are not counted."""
        found: dict[str, Counter[str]] = {}
        for claim in self.supposed if supposed else self.claims:
            if verdict := truth.verdict(claim):
                found.setdefault(claim.attack, Counter())[verdict] += 1
        return {attack: Score(**counts) for attack, counts in found.items()}

    def total(self, truth: Truth, *, supposed: bool = False) -> Score:
        """Score of all attacks together."""
        scores = self.scores(truth, supposed=supposed).values()
        return Score(
            sum(score.exact for score in scores),
            sum(score.narrow for score in scores),
            sum(score.wrong for score in scores),
        )
