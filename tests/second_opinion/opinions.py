"""A rule for each kind of claim, from what the claims are documented to say."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from sympy import sympify

from checker.statement import claims as c
from checker.statement.theorem import Theorem
from tests.second_opinion import identities, weak_duality
from tests.second_opinion import matrices as m
from tests.second_opinion.emptiness import why_empty
from tests.second_opinion.evaluation import Evaluation
from tests.second_opinion.matrices import Matrix
from tests.second_opinion.names import leaves
from tests.second_opinion.numbers import Unknown, compare
from tests.second_opinion.opinion import Opinion
from tests.second_opinion.optima import Feasible, Optima, satisfies, violates
from tests.second_opinion.relations import agreement, digits, truth

# Digits that a violation of a relation may miss of half of those of its excess: costs may grow that slowly.
_FLAT = 3


class SecondOpinion:
    """Opinions on the claims of a theorem on one dataset.

    Args:
        theorem: the statement.
        data, points: values by name, as :mod:`.border` converts them; the first point is the witness's.
        asked: to how many digits brackets and equations are to close.
    """

    def __init__(self, theorem: Theorem, data: Mapping[str, Any], points: Sequence[Any], asked: int) -> None:
        self.theorem, self.asked = theorem, asked
        self.optima = Optima(theorem, data, points, lambda pair: self.on(pair).verdict == "holds")
        self._known: dict[str, Opinion] = {}

    def applies(self) -> bool | None:
        """Whether the data satisfy every assumption."""
        truths = [truth(assumption.relation, self.optima.facts) for assumption in self.theorem.given]
        return False if False in truths else None if None in truths else True

    def all(self) -> dict[str, Opinion]:
        return {claim.name: self.on(claim) for claim in self.theorem.claims}

    def on(self, claim: Any) -> Opinion:
        """The opinion on a claim of the theorem."""
        if claim.name not in self._known:
            self._known[claim.name] = self._opinion(claim)
        return self._known[claim.name]

    def _opinion(self, claim: Any) -> Opinion:
        truths = [truth(relation, self.optima.facts) for relation in claim.when]
        if False in truths:
            return Opinion("skipped")
        if None in truths:
            return Opinion("unknown", "what the claim presupposes")
        rules: dict[str, Callable[[Any], Opinion]] = {
            "weak-duality": self._weak_duality, "strong-duality": self._strong_duality,
            "optimal-value": self._optimal_value, "optimal-point": self._optimal_point, "infeasible": self._infeasible,
            "for-every-optimum": self._for_every_optimum, "some-optimum": self._some_optimum,
            "unique-optimum": self._unique_optimum, "vanishing": self._vanishing, "identity": self._identity,
            "relation": self._relation,
        }  # fmt: skip
        try:
            return rules[claim.kind](claim)
        except Unknown as error:
            return Opinion("unknown", str(error))

    def _equal(self, left: Any, right: Any) -> Opinion:
        """On two numbers that are to agree to the digits asked for."""
        if compare(left, right) in (-1, 1):
            return Opinion("refuted", "the two sides are apart")
        reached = agreement(left, right)
        return Opinion("holds" if reached >= self.asked else "unknown", f"to {reached} digits")

    # Weak duality.

    def _weak_duality(self, claim: c.WeakDuality) -> Opinion:
        tried = list(weak_duality.feasible_pairs(self.optima, claim))
        if any(compare(primal, dual) == -1 for _, primal, dual in tried):
            return Opinion("refuted", "a dual value above a primal one")
        if isinstance(claim.by, c.GapIdentity):
            flaw = identities.gap_flaw(self.theorem, claim)
            return Opinion("unproved" if flaw else "holds", flaw)
        if any(self._empty(problem) for problem in (claim.primal, claim.dual)):
            return Opinion("holds", "a side without points")
        if isinstance(claim.by, c.Chain):
            others = weak_duality.at_single_points(self.optima, claim)
            return weak_duality.by_chain(claim, [at for at, _, _ in tried], others, self.asked)
        return Opinion("holds" if tried else "unknown", "tried on pairs of feasible points")

    # Optima.

    def _strong_duality(self, claim: c.StrongDuality) -> Opinion:
        optima, problems = self.optima, (claim.primal, claim.dual)
        pairs = [p for p in optima.pairs if {p.primal, p.dual} & set(problems) and optima.claimed(p)]
        if any(self.on(pair).verdict == "refuted" for pair in pairs):
            return Opinion("refuted", "weak duality is refuted")
        if all(self._infinite(problem) for problem in problems):
            return Opinion("holds", "both are infinite")
        return self._equal(*map(optima.enclosed, problems))

    def _empty(self, problem: Any) -> str:
        return why_empty(problem, self.optima.facts, self.optima.variables)

    def _infinite(self, problem: Any) -> bool:
        """Whether an optimum is +∞: a minimum over nothing, or both sides of a pair whose dual grows along a ray."""
        pairs = self.optima.pairs_of(problem)
        rays = (not self.optima.feasible(pair.primal) and self.optima.grows(pair) for pair in pairs)
        return bool(problem.sense == "min" and self._empty(problem)) or any(rays)

    def _optimal_value(self, claim: c.OptimalValue) -> Opinion:
        if self._infinite(claim.problem):
            return Opinion("refuted", "the optimum is infinite")
        return self._equal(self.optima.enclosed(claim.problem), self.optima.facts(sympify(claim.value)))

    def _optimal_point(self, claim: c.OptimalPoint) -> Opinion:
        point = {variable.name: self.optima.facts(sympify(value)) for variable, value in claim.point.items()}
        at = self.optima.at(point)
        if not satisfies(claim.problem, at):
            return Opinion("refuted" if violates(claim.problem, at) else "unknown", "feasibility")
        minimises, value = claim.problem.sense == "min", at(claim.problem.objective)
        rival = self.optima.lowest(claim.problem) if minimises else self.optima.highest(claim.problem)
        if rival is not None and compare(value, rival) == (1 if minimises else -1):
            return Opinion("refuted", "a better point is known")
        bound = self.optima.ends(claim.problem)[0 if minimises else 1]
        if bound is None and self._infinite(claim.problem):
            return Opinion("refuted", "the optimum is infinite")
        if bound is None:
            raise Unknown("nothing bounds the optimum")
        return Opinion("holds" if agreement(value, bound) >= self.asked else "unknown", "against the bound")

    def _infeasible(self, claim: c.Infeasible) -> Opinion:
        problem = claim.problem
        if self.optima.feasible(problem):
            return Opinion("refuted", "a feasible point is known")
        for pair in self.optima.pairs_of(problem):
            if pair.primal == problem and self.optima.grows(pair):
                return Opinion("holds", "the dual grows without bound")
        if why := self._empty(problem):
            return Opinion("holds", why)
        raise Unknown("nothing shows that there is no point")

    # Every optimum, and some optimum.

    def _pair_of(self, problem: Any) -> c.WeakDuality:
        return next(pair for pair in self.optima.pairs if problem in (pair.primal, pair.dual))

    def _closed(self, pair: c.WeakDuality) -> tuple[Any, Any]:
        """The bracket of a pair that closes to the digits asked for."""
        if self.on(pair).verdict != "holds":
            raise Unknown("weak duality, on which the claim relies")
        above, below = self.optima.lowest(pair.primal), self.optima.highest(pair.dual)
        if above is None or below is None or agreement(above, below) < self.asked:
            raise Unknown("the bracket, on which the claim relies, is open")
        return above, below

    def _for_every_optimum(self, claim: c.ForEveryOptimum) -> Opinion:
        pair = self._pair_of(claim.primal)
        _, below = self._closed(pair)
        if identities.follows(self.theorem, pair, claim.relation):
            return Opinion("holds", "by the gap identity")
        if leaves(claim.relation) & {variable.name for variable in pair.dual.variables}:
            raise Unknown("the relation speaks of dual variables")
        tried = self.optima.feasible(pair.primal)
        for found in tried:
            answer = self._against(claim.relation, found, below)
            if answer:
                return answer
        return Opinion("holds" if tried else "unknown", "each that violates it costs more")

    def _against(self, relation: Any, found: Feasible, below: Any) -> Opinion | None:
        """What a network says against a relation at every optimum, if anything."""
        at = self.optima.at(found.point)
        answer = truth(relation, at)
        if answer is True:
            return None
        if answer is False and compare(found.value, below) == 0:
            return Opinion("refuted", "an optimum violates it")
        near = agreement(below, found.value)
        reached = digits(relation, at) if near >= self.asked else math.inf
        if 2 * reached + 2 * _FLAT >= min(near, 2 * self.asked):
            return None
        return Opinion("unknown", "a network that is optimal to the digits asked for violates it")

    def _some_optimum(self, claim: c.SomeOptimum) -> Opinion:
        _, below = self._closed(self._pair_of(claim.primal))
        for found in self.optima.feasible(claim.primal):
            at = self.optima.at(found.point)
            if agreement(found.value, below) < self.asked:
                continue
            if truth(claim.relation, at) is True or self._nearly(claim.relation, at):
                return Opinion("holds", "a network that is optimal to the digits asked for has it")
        raise Unknown("no optimal network with it is known")

    def _nearly(self, relation: Any, at: Evaluation) -> bool:
        inside = relation.sides[0] if relation.kind == "every" else relation
        return inside.kind == "equal" and digits(relation, at) >= self.asked

    def _unique_optimum(self, claim: Any) -> Opinion:
        pair, problem = self._pair_of(claim.problem), claim.problem
        above, below = self.optima.lowest(pair.primal), self.optima.highest(pair.dual)
        best, bound, worse = (above, below, 1) if problem.sense == "min" else (below, above, -1)
        names = [variable.name for variable in problem.variables]
        found = self.optima.feasible(problem)
        optimal = [f for f in found if bound is not None and compare(f.value, bound) == 0]
        if self.on(pair).verdict == "holds" and any(f.point[n] != optimal[0].point[n] for f in optimal for n in names):
            return Opinion("refuted", "two points are optimal")
        self._closed(pair)
        if identities.leave_no_choice(self.theorem, pair, problem):
            return Opinion("holds", "by the gap identity")
        others = [f for f in found if any(f.point[name] != self.optima.points[0].get(name) for name in names)]
        if not others or not all(compare(f.value, best) == worse for f in others):
            raise Unknown("no other point, or one that is not seen to be worse")
        return Opinion("holds", "each other point is worse")

    def _vanishing(self, claim: c.Vanishing) -> Opinion:
        pair = self._pair_of(claim.primal)
        above, below = self._closed(pair)
        condition = truth(claim.condition, self.optima.facts)
        example = self.optima.feasible(claim.primal)[0].point
        at = self.optima.at({name: _zero(value) for name, value in example.items()})
        dear = violates(claim.primal, at) or compare(at(claim.primal.objective), above) == 1
        optimal = satisfies(claim.primal, at) and compare(at(claim.primal.objective), below) == 0
        if condition is None or not (dear or optimal):
            raise Unknown("whether zero is optimal")
        if dear == condition:
            return Opinion("refuted", "zero is optimal and the condition says otherwise, or the other way round")
        if dear or identities.measures_weights(self.theorem, pair, claim):
            return Opinion("holds")
        return Opinion("unproved", "the size of the weights does not follow")

    # Relations.

    def _identity(self, claim: c.Identity) -> Opinion:
        return Opinion("holds" if identities.is_identity(self.theorem, claim.relation) else "refuted", "expanded")

    def _relation(self, claim: c.Holds) -> Opinion:
        facts, relation = self.optima.facts, claim.relation
        answer = truth(relation, facts)
        if relation.kind == "equal" and answer is None and digits(relation, facts) >= self.asked:
            answer = True
        return Opinion({True: "holds", False: "refuted", None: "unknown"}[answer])


def _zero(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_zero, value))
    return m.zero(value.rows, value.columns) if isinstance(value, Matrix) else Fraction(0)
