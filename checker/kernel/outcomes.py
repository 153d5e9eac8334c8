"""The outcome of a claim, and where the rule of each kind of claim is entered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from checker.kernel.case import Case, Mapped
from checker.kernel.numbers import Undecidable


@dataclass(frozen=True)
class Outcome:
    """A verdict on one claim: its evidence, the digits reached (None: exact), the sides compared, the points tried."""

    verdict: str
    evidence: str = ""
    digits: int | None = None
    reason: str = ""
    left: Any = None
    right: Any = None
    relies_on: tuple[str, ...] = ()
    tries: int = 0


Rule = Callable[[Case, Mapped], Outcome]
_rules: dict[str, Rule] = {}


def rule(*kinds: str) -> Callable[[Rule], Rule]:
    """Enters a function as what decides claims of these kinds, or ``when`` a claim says anything."""

    def enter(function: Rule) -> Rule:
        _rules.update(dict.fromkeys(kinds, function))
        return function

    return enter


def outcome_of(case: Case, claim: Mapped) -> Outcome:
    """What the rule of a claim says, ``undecided`` where it cannot say; remembered for the case."""
    if claim["name"] not in case.decided:
        try:
            presupposed = _rules["when"](case, claim)
            ready = presupposed.verdict == "holds"
            case.decided[claim["name"]] = _rules[claim["kind"]](case, claim) if ready else presupposed
        except Undecidable as error:
            case.decided[claim["name"]] = Outcome("undecided", reason=str(error))
    outcome: Outcome = case.decided[claim["name"]]
    return outcome


def unless(flaw: str, outcome: Outcome) -> Outcome:
    """The outcome, unless something stands against it.

    Raises:
        Undecidable: that, in words.
    """
    if flaw:
        raise Undecidable(flaw)
    return outcome
