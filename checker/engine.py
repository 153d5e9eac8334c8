"""Decides a theorem on one dataset: has points proposed, has the kernel decide, and attacks what stays open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from checker.certificates import feasible_points
from checker.datasets.dataset import Dataset
from checker.kernel.case import Case
from checker.kernel.decide import Outcome, decide
from checker.kernel.evaluate import Machine
from checker.result import worst
from checker.statement.text import text
from checker.statement.theorem import Theorem
from checker.witness.propose import Proposal, propose, rivals, takes_digits

Proposer = Callable[[Machine, Dataset, list[dict[str, Any]], int], list[dict[str, Any]]]


@dataclass
class Decided:
    """What was decided on one dataset; the points that a certificate of it holds."""

    dataset: Dataset
    inapplicable: str
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    points: list[dict[str, Any]] = field(default_factory=list)
    certifying: list[Mapping[str, Any]] = field(default_factory=list)
    case: Case | None = None

    @property
    def verdict(self) -> str:
        if self.inapplicable:
            return "inapplicable"
        return worst(outcome.verdict for outcome in self.outcomes.values())


class Engine:
    """Decides one theorem on datasets; verdicts are remembered per dataset.

    Args:
        theorem: compiled once, here.
        digits: decimal digits to which brackets must close.
        more: propose further points in turn, given those there are, for as long as claims are undecided, as on data
            that the author's witness is not meant for.
    """

    def __init__(self, theorem: Theorem, digits: int = 50, more: Sequence[Proposer] = ()) -> None:
        self.theorem, self.digits, self.more = theorem, digits, more
        self.machine = Machine(theorem.program)
        self._decided: dict[str, Decided] = {}

    def inapplicable(self, dataset: Dataset) -> str:
        """The assumption that a dataset does not satisfy; '' if the theorem applies."""
        reason = Case(self.machine, dataset.values, [{}], self.digits).inapplicable()
        return reason + _disorder(self.theorem, reason, dataset) if reason else ""

    def decide(self, dataset: Dataset) -> Decided:
        """Decides every claim on one dataset."""
        if dataset.digest not in self._decided:
            self._decided[dataset.digest] = self._decide(dataset)
        return self._decided[dataset.digest]

    def _decide(self, dataset: Dataset) -> Decided:
        reason = self.inapplicable(dataset)
        if reason:
            return Decided(dataset, reason)
        proposal, asked = Proposal(), self.digits
        decided = Decided(dataset, "")
        for _ in range(3):
            proposal = propose(self.theorem, self.machine, dataset, asked)
            decided = self._with(dataset, proposal.points)
            asked = 2 * asked + 20
            if not takes_digits(self.theorem) or not any(_too_wide(o) for o in decided.outcomes.values()):
                break
        points = proposal.points
        for propose_more in self.more:
            if any(outcome.verdict == "undecided" for outcome in decided.outcomes.values()):
                points = points + propose_more(self.machine, dataset, points, self.digits)
                decided = self._with(dataset, points)
        if any(self._open(name, outcome) for name, outcome in decided.outcomes.items()):
            points = points or [{}]
            decided = self._with(dataset, points + rivals(self.theorem, self.machine, dataset, points, self.digits))
        if decided.case is not None:
            decided.certifying = feasible_points(decided.case)
            decided.case.forget()
        if proposal.reason:
            decided.outcomes = {
                name: replace(o, reason=f"{proposal.reason}; {o.reason}" if o.reason else proposal.reason)
                if o.verdict == "undecided" else o for name, o in decided.outcomes.items()
            }  # fmt: skip
        return decided

    def _with(self, dataset: Dataset, points: list[dict[str, Any]]) -> Decided:
        case = Case(self.machine, dataset.values, points, self.digits)
        return Decided(dataset, "", decide(case), points, case=case)

    def _open(self, name: str, outcome: Outcome) -> bool:
        """Whether points of the witness alone leave a claim open, or only sampled."""
        return outcome.verdict == "undecided" or outcome.evidence == "sampled"


def _disorder(theorem: Theorem, reason: str, dataset: Dataset) -> str:
    """What is wrong with points that were to increase strictly, as a user of a file has to mend it."""
    for assumption in theorem.given:
        if assumption.domain and assumption.domain[1] == "increasing" and text(assumption.relation) == reason:
            entries = dataset[assumption.domain[0].name].entries()
            twice = next((entry for entry in entries if entries.count(entry) > 1), None)
            if twice is not None:
                return f" (the point {twice} occurs more than once; keep one row of it)"
            return " (the points are not in increasing order; sort the rows)"
    return ""


def _too_wide(outcome: Outcome) -> bool:
    return outcome.verdict == "undecided" and outcome.evidence == "enclosed"
