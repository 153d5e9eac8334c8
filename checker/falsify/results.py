"""What an attack on a theorem returns: plain data, the same in Python, in JSON and in the report."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from checker.result import Counterexample, Line

OUTCOMES = ("needed", "not needed here", "open")
FATES = ("refuted", "uncertified", "equivalent", "survived")


@dataclass(frozen=True)
class DroppedAssumption:
    """One claim of a theorem, on data that do not satisfy one of the theorem's assumptions.

    Attributes:
        claim: its name.
        assumption: what was dropped; weakened: what took its place, or None if nothing did.
        outcome: ``needed`` (the claim is refuted on some dataset), ``not needed here`` (it holds on every wider
            dataset that was tried) or ``open`` (it could not be decided, or nothing was drawn).
        cases: wider datasets on which the claim holds.
        reason: what decided it, or why nothing did.
        counterexample: the smallest dataset found on which the claim fails; for ``needed`` alone.
    """

    claim: str
    assumption: Line
    outcome: str
    cases: int
    reason: str = ""
    weakened: Line | None = None
    counterexample: Counterexample | None = None


@dataclass(frozen=True)
class Mutant:
    """A theorem with one change in one place of its statement, and what became of it.

    Attributes:
        change: what was changed, such as ``a constant`` or ``a norm``.
        place: where: the name of a claim, or of a problem.
        before, after: the formula in which the change is, as it was and as it became.
        fate: ``refuted`` (on some dataset), ``uncertified`` (undecided where the original is decided, so that it
            could never pass), ``equivalent`` (it says the same, see reason) or ``survived`` (it holds on all datasets).
        claim: the claim that is refuted or not certified; '' for the other fates.
        cases: datasets on which it was decided.
        reason: for a survivor, why what it says is true as well, or '' if nobody has said so.
        counterexample: the smallest dataset found on which it fails; for ``refuted`` alone.
    """

    change: str
    place: str
    before: Line
    after: Line
    fate: str
    claim: str = ""
    cases: int = 0
    reason: str = ""
    counterexample: Counterexample | None = None

    @property
    def why(self) -> str:
        """Of a survivor: its reason, else that there is none."""
        if self.reason or self.cases:
            return self.reason or "it holds on every dataset, and no reason is written why it is true as well"
        return "no dataset was drawn on which the claims that it is in hold and say anything, so nothing was tried"


@dataclass(frozen=True)
class Falsification:
    """How a theorem stood up to being attacked: each assumption dropped, each mutant of the statement."""

    assumptions: tuple[DroppedAssumption, ...]
    mutants: tuple[Mutant, ...]

    def by_assumption(self) -> list[tuple[DroppedAssumption, ...]]:
        """The outcomes, those of one assumption together."""
        dropped = dict.fromkeys(entry.assumption.text for entry in self.assumptions)
        return [tuple(entry for entry in self.assumptions if entry.assumption.text == text) for text in dropped]

    @property
    def unexplained(self) -> tuple[Mutant, ...]:
        """The survivors for which no reason is written."""
        return tuple(mutant for mutant in self.mutants if mutant.fate == "survived" and not mutant.reason)

    def fates(self) -> dict[str, int]:
        """How many mutants there are of each fate."""
        counts = Counter(mutant.fate for mutant in self.mutants)
        return {fate: counts[fate] for fate in FATES}
