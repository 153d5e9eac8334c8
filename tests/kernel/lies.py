"""Claims whose truth is known by construction, and how far the kernel may go in deciding them.

A claim compares two quantities of which one is the other times ``1 + ε``, with ε = ±10^-k.  Both are made of the same
data by an expression that is homogeneous of degree one, so that nothing here has to be evaluated to know the truth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from flint import fmpq

from checker.kernel.case import Case
from checker.kernel.decide import Outcome, decide
from checker.kernel.evaluate import Machine

DIGITS = 50
EXPONENTS = (45, 49, 51, 200)
SCALES = (0, 60, -60)


@dataclass(frozen=True)
class Miss:
    """By how much two quantities differ: ``ε = side·10^-exponent``, relative, at values of order 10^scale."""

    side: int
    exponent: int
    scale: int

    @property
    def epsilon(self) -> fmpq:
        return fmpq(self.side, 10**self.exponent)

    @property
    def factor(self) -> fmpq:
        """``1 + ε``."""
        return 1 + self.epsilon

    @property
    def size(self) -> fmpq:
        """``10^scale``."""
        return fmpq(10) ** self.scale


def drawn_miss(source: Random) -> Miss:
    """A miss, on one of the two sides or on none."""
    return Miss(source.choice((-1, -1, 1, 1, 0)), source.choice(EXPONENTS), source.choice(SCALES))


@dataclass(frozen=True)
class Planted:
    """A claim on one dataset.

    Attributes:
        what: names it.
        machine: a loaded program with a claim named ``claim``.
        data: the dataset.
        true: whether the claim holds there.
        exact: whether rational arithmetic decides it, so that it has to be decided.
        agreed: for a claim that promises equality to the digits asked for, to how many digits its sides agree; 0 for
            one that promises more.
        seen: whether balls at the digits asked for show that a false claim is false.
        points: what is proposed.
        unproved: verdicts that a false claim may have beside ``refuted``, where only a proof of it can fail.
    """

    what: str
    machine: Machine
    data: Mapping[str, Any]
    true: bool
    exact: bool
    agreed: int = 0
    seen: bool = False
    points: list[dict[str, Any]] = field(default_factory=lambda: [{}])
    unproved: tuple[str, ...] = ()
    claim: str = "claim"

    def outcome(self) -> Outcome:
        """What the kernel says."""
        return decide(Case(self.machine, self.data, self.points, DIGITS))[self.claim]

    def complaint(self) -> str:
        """'' if the kernel's verdict is one that the truth allows, else what is wrong with it."""
        found = self.outcome()
        allowed = self._allowed(found)
        said = f"{found.verdict} ({found.evidence}, {found.digits} digits; {found.reason})"
        return "" if found.verdict in allowed else f"{self.what}: {said}, but {self.true = }, {allowed = }"

    def _allowed(self, found: Outcome) -> set[str]:
        if self.true:
            return {"holds"} if self.exact else {"holds", "undecided"}
        if self.exact or self.seen:
            return {"refuted", *self.unproved}
        promised = found.evidence in ("enclosed", "sampled") and self.agreed >= DIGITS
        promised = promised and (found.digits is None or DIGITS <= found.digits <= self.agreed)
        return {"refuted", "undecided"} | ({"holds"} if promised else set())
