"""What becomes of each mutant of a theorem: refuted, uncertified, equivalent, or survived."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from checker.datasets.climbing import climbed
from checker.datasets.dataset import Dataset
from checker.datasets.pushing import least_room
from checker.display import show
from checker.falsify.equivalence import equivalence, special
from checker.falsify.mutants import Altered, mutants_of, unproved
from checker.falsify.one_norm import same_norm
from checker.falsify.original import Original, Point
from checker.falsify.results import Mutant
from checker.falsify.weaker import weaker
from checker.kernel.case import Case
from checker.kernel.decide import Outcome, decide
from checker.kernel.evaluate import Machine
from checker.result import Counterexample, Line
from checker.statement.claims import Holds, Vanishing, WeakDuality
from checker.statement.mathml import mathml
from checker.statement.problems import Problem
from checker.statement.text import text
from checker.statement.theorem import Theorem
from checker.witness.attack import attacks, slanted
from checker.witness.boundary import boundary_points

_TRIES = 32
"""For each dataset, so many that a search tries in order to break an inequality that holds on all that were drawn."""
_STEPS = 300
"""So many a search goes from each start, in order to do so where all these hold."""


def attacked_mutants(
    theorem: Theorem, *, cases: int, digits: int, seed: int, on_mutant: Callable[[Mutant], None] = lambda mutant: None
) -> tuple[Mutant, ...]:
    """Makes every mutant of a theorem, and finds out what becomes of it.

    Args:
        theorem: whose statement is mutated.
        cases: datasets for each mutant, eight times as many for those that hold on all of them.
        digits: decimal digits to which brackets must close.
        seed: for the datasets.
        on_mutant: called after each mutant.
    """
    original, found = Original(theorem, cases=cases, digits=digits, seed=seed), list[Mutant]()
    for altered in mutants_of(theorem):
        found.append(Attack(original, altered).fate())
        on_mutant(found[-1])
    return tuple(found)


def stale(theorem: Theorem, mutants: Sequence[Mutant]) -> list[str]:
    """The formulas for which a theorem gives a reason, though no mutant of that formula survives without it."""
    told = {mutant.after.text for mutant in mutants if mutant.reason == theorem.also_true.get(mutant.after.text)}
    return [formula for formula in theorem.also_true if formula not in told]


class Attack:
    """One mutant, decided on one dataset after the other, until a claim is refuted.

    Args:
        original: what it was made from.
        altered: the mutant.
    """

    def __init__(self, original: Original, altered: Altered) -> None:
        self.original, self.altered = original, altered
        self.refuted, self.open = "", ""
        self.cases, self.reason = 0, ""
        self.example: Counterexample | None = None
        self._load(altered.theorem)

    def _load(self, theorem: Theorem) -> None:
        self._theorem, self._machine = theorem, Machine(theorem.program)
        symbols = theorem.program["symbols"]
        self._variables = {name for name, symbol in symbols.items() if symbol["role"] == "variable"}
        stated = self.original.theorem.claims
        self._same = {c.name for c in theorem.claims if isinstance(c, WeakDuality) and c in stated}

    def fate(self) -> Mutant:
        """Decides the mutant on as many datasets as it takes."""
        self._on(self.original.first)
        if not self.refuted:
            if reason := equivalence(*self.altered.formulas, self.original.trials):
                return self._told("equivalent", reason=reason)
            if not self.open and (reason := self._visible()):
                return self._told("survived", reason=reason)
            said = self.original.theorem.also_true.get(text(self.altered.formulas[1]), "")
            # What somebody says for a mutant spares it the longest search, and no other.
            searches = (self._others, self._applying, self._examples, self._closest, self._climbed)
            for more in searches[: -1 if said else None]:
                if not self.refuted and not self.open:
                    self._on(more())
        if self.refuted:
            return self._told("refuted", self.refuted)
        if self.open:
            return self._told("uncertified", self.open, self.reason)
        return self._told("survived", reason=said or self._special())

    def _others(self) -> list[Dataset]:
        return self.original.others

    def _applying(self) -> list[Dataset]:
        """More data that meet what the claim presupposes, which few of those drawn may do."""
        conditional = [c.name for c in self.original.theorem.claims if c.name in self.altered.part.claims and c.when]
        return self.original.applying(conditional[0]) if len(self.altered.part.claims) == len(conditional) else []

    def _examples(self) -> list[Dataset]:
        return self.original.examples

    def _closest(self) -> list[Dataset]:
        """Data on which what is claimed has the least room."""
        tries = _TRIES * self.original.cases
        return least_room(self.original.theorem, self._machine, self.original.seed, tries)

    def _climbed(self) -> list[Dataset]:
        """Data that small steps have led to where it has none."""
        known = [*self.original.first, *self.original.others, *self._applying(), *self._examples()]
        return climbed(self.original.theorem, self._machine, known, self.original.seed, _STEPS)

    def _visible(self) -> str:
        """Why what a survivor says is true as well, if that can be seen from the statement."""
        (before, after), theorem, claim = self.altered.formulas, self.original.theorem, self._claim()
        if claim is None or isinstance(claim, Vanishing):
            return ""
        same = [c.name for c in theorem.claims if isinstance(c, Holds) and not c.when and c.relation == after]
        if same:
            return f"it is the claim {same[0]} of the same theorem"
        return weaker(theorem, before, after) or same_norm(theorem, claim, before, after)

    def _special(self) -> str:
        """Why a survivor is a special case, if it says something of the data alone."""
        claim, after, trials = self._claim(), self.altered.formulas[1], self.original.trials
        return special(self.original.theorem, claim, after, trials) if isinstance(claim, Holds) else ""

    def _claim(self) -> Any:
        """The claim of the original in which the change is; None where it is in a problem."""
        return next((claim for claim in self.original.theorem.claims if claim.name == self.altered.part.name), None)

    def _told(self, fate: str, claim: str = "", reason: str = "") -> Mutant:
        before, after = (Line("", text(formula), mathml(formula)) for formula in self.altered.formulas)
        change, place = self.altered.change, self.altered.part.name
        return Mutant(change, place, before, after, fate, claim, self.cases, reason, self.example)

    def _on(self, datasets: Sequence[Dataset]) -> None:
        for dataset in datasets:
            held = self.original.held(dataset) & self.altered.part.claims
            self.cases += bool(held)
            if held:
                self._decide(dataset, held)
            if self.refuted:
                return

    def _decide(self, dataset: Dataset, held: set[str]) -> None:
        """Decides the claims that hold for the original, first with the witness's points alone."""
        points = self._own(self.original.proposed(dataset))
        outcomes = self._outcomes(dataset, points, held)
        if any(outcome.verdict == "undecided" or outcome.evidence == "sampled" for outcome in outcomes.values()):
            outcomes = self._outcomes(dataset, points + self._rivals(dataset, points), held)
        for name, outcome in outcomes.items():
            if outcome.verdict == "refuted":
                sides = show(outcome.left), show(outcome.right)
                self.refuted = name
                self.example = Counterexample(dataset.to_json(), "refuted", outcome.reason, *sides)
                return
        undecided = [name for name, outcome in outcomes.items() if outcome.verdict == "undecided"]
        if undecided and not self.open:
            self.open, self.reason = undecided[0], outcomes[undecided[0]].reason
            self._drop_proof(dataset, held)

    def _outcomes(self, dataset: Dataset, points: list[Point], names: set[str]) -> dict[str, Outcome]:
        case = Case(self._machine, dataset.values, points, self.original.digits)
        # That an optimum is bounded has been decided for the original, where the change is not in its pair.
        case.decided.update((name, o) for name, o in self.original.outcomes(dataset).items() if name in self._same)
        return decide(case, names)

    def _drop_proof(self, dataset: Dataset, held: set[str]) -> None:
        """Goes on without what proved weak duality and does no longer, so that other claims can still be refuted.

        That is sound: where weak duality is false, so is the mutant.
        """
        claims = tuple(unproved(claim, self.altered.part.claims) for claim in self._theorem.claims)
        if claims != self._theorem.claims:
            self._load(self._theorem.restated(claims=claims))
            self._decide(dataset, held)

    def _own(self, points: Sequence[Point]) -> list[Point]:
        """Points without the variables that the mutant does not have."""
        return [{name: value for name, value in point.items() if name in self._variables} for point in points]

    def _rivals(self, dataset: Dataset, points: list[Point]) -> list[Point]:
        """What attacks the original; where a problem is another, what attacks that, and solves it."""
        if not isinstance(self.altered.after, Problem):
            return self._own(self.original.rivals(dataset))
        given, names = points[0] if points else {}, sorted(symbol.name for symbol in self.altered.after.variables)
        found = attacks(self._machine, dataset, given, self.original.digits) + slanted(given, names)
        for problem in [*self.original.problems, self.altered.after]:
            found += self._own(self.original.solved(problem, dataset))
        return found + boundary_points(self._machine, dataset, points, self.original.digits)
