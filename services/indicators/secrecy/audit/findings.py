"""What an audit of a partition finds, as the audit's programs pass it on. It stays in the indicators service."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Flag:
    """A cell that the audit could narrow: row, unit (position), and why. Never leaves the service."""

    row: str
    unit: int
    quorum: str
    reason: Literal["exact", "narrow", "infeasible", "rule"]


@dataclass(frozen=True)
class AuditReport:
    """Result of an audit. `passed` needs every département audited and no flag.

    `atoms`: sets whose sums are told or can be derived; `unsafe`: cells under their threshold; `solved`: linear
    programs that it took, repairs included. `exact`, `narrow`: cells that an attacker with a linear program finds
    within less than 1, or less than 5 where the rule alone allowed 5; `rule`: faults of the closed form, one for each
    atom and reason; `infeasible`: cells that the counts themselves put out of the program, a fault of the data or of
    the audit. `repaired`: atoms joined with another before this audit; `externals`: totals declared by the user.
    `flags` say which cells: they stay in the service.
    """

    departements: tuple[str, ...]
    complete: bool
    atoms: int
    unsafe: int
    solved: int
    exact: int
    narrow: int
    rule: int
    infeasible: int
    repaired: int
    seconds: float
    externals: int = 0
    flags: tuple[Flag, ...] = field(default=(), repr=False)

    @property
    def clean(self) -> bool:
        """Whether nothing was found, wherever the audit looked."""
        return not (self.exact or self.narrow or self.rule or self.infeasible)

    @property
    def passed(self) -> bool:
        """Whether the whole release was audited and nothing was found."""
        return self.complete and self.clean
