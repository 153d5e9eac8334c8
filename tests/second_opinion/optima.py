"""What feasible points say about the optima of a theorem's problems.

A point counts only if every constraint of its problem is seen to hold.  Values at feasible points of the two sides of a
pair enclose the optima of both, if the pair has weak duality.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

import sympy
from mpmath import iv

from checker.statement.claims import WeakDuality
from checker.statement.nodes import Optimum
from checker.statement.theorem import Theorem
from checker.statement.wellformed import problems_in
from tests.second_opinion.evaluation import Evaluation
from tests.second_opinion.matrices import Matrix, mapped
from tests.second_opinion.names import leaves
from tests.second_opinion.numbers import (
    INFINITE,
    Number,
    Unknown,
    compare,
    interval,
    is_exact,
    multiply,
    symbol_term,
)
from tests.second_opinion.relations import truth

Point = Mapping[str, Any]


@dataclass(frozen=True)
class Feasible:
    """A feasible point with the value of the objective there."""

    point: Point
    value: Number


class Optima:
    """Optima of a theorem's problems on one dataset.

    Args:
        theorem: whose claims of weak duality pair the problems.
        data, points: values by name, as :mod:`.border` converts them.
        bounds: whether a pair has weak duality, so that its points bound each other's problems.
    """

    def __init__(
        self, theorem: Theorem, data: Point, points: Sequence[Point], bounds: Callable[[WeakDuality], bool]
    ) -> None:
        self.data, self.points, self._bounds = data, list(points) or [{}], bounds
        self._theorem = theorem
        self.facts = Evaluation(data, lambda _, problem: self.enclosed(problem))
        self.pairs = [claim for claim in theorem.claims if isinstance(claim, WeakDuality)]
        problems = problems_in(theorem.expressions())
        self.variables = {variable.name for problem in problems for variable in problem.variables}
        self._feasible: dict[Any, list[Feasible]] = {}
        self._evaluations = [self.at(point) for point in self.points]

    def at(self, point: Point) -> Evaluation:
        """Expressions at a point; an optimum inside is enclosed by what the point says of it."""
        return Evaluation({**self.data, **point}, self._inside)

    def parameters(self, *problems: Any) -> set[str]:
        """The variables of other problems that some problems depend on."""
        own = {variable.name for problem in problems for variable in problem.variables}
        spoken = frozenset[str]().union(*(leaves(_without_optima(problem)) for problem in problems))
        return set(spoken & self.variables) - own

    def claimed(self, pair: WeakDuality) -> bool:
        """Whether weak duality of a pair is claimed on these data."""
        return all(truth(relation, self.facts) is True for relation in pair.when)

    def feasible(self, problem: Any) -> list[Feasible]:
        """The points that satisfy every constraint of a problem."""
        if problem not in self._feasible:
            names = {variable.name for variable in problem.variables} | self.parameters(problem)
            tried = zip(self.points, self._evaluations, strict=True)
            tried = tried if names else [({}, self.at({}))]
            self._feasible[problem] = [
                Feasible({name: point[name] for name in names}, at(problem.objective))
                for point, at in tried if names <= set(point) and satisfies(problem, at) and _has_value(problem, at)
            ]  # fmt: skip
        return self._feasible[problem]

    def lowest(self, problem: Any) -> Number | None:
        """The least upper bound of a minimum that feasible points give."""
        values = [_end(found.value, "b") for found in self.feasible(problem)]
        return None if problem.sense != "min" else _best(values, -1)

    def highest(self, problem: Any) -> Number | None:
        """The greatest lower bound of a maximum that feasible points give."""
        values = [_end(found.value, "a") for found in self.feasible(problem)]
        return None if problem.sense != "max" else _best(values, 1)

    def pairs_of(self, problem: Any) -> list[WeakDuality]:
        """The pairs with a problem that stand by themselves and have weak duality here."""
        return [
            pair for pair in self.pairs
            if problem in (pair.primal, pair.dual) and not self.parameters(pair.primal, pair.dual)
            and self.claimed(pair) and self._bounds(pair)
        ]  # fmt: skip

    def ends(self, problem: Any) -> tuple[Number | None, Number | None]:
        """The best lower and upper bound of an optimum."""
        pairs = self.pairs_of(problem)
        below = [value for pair in pairs if (value := self.highest(pair.dual)) is not None]
        above = [value for pair in pairs if (value := self.lowest(pair.primal)) is not None]
        return _best(below, 1), _best(above, -1)

    def enclosed(self, problem: Any) -> Number:
        """An optimum: a number where its two bounds are one, else an interval.

        Raises:
            Unknown: it is not enclosed, or its bounds are the wrong way round.
        """
        below, above = self.ends(problem)
        if below is None or above is None:
            raise Unknown("no feasible points enclose the optimum")
        order = compare(below, above)
        if order == 1:
            raise Unknown("the bounds of the optimum are the wrong way round")
        return below if order == 0 else iv.mpf([interval(below).a, interval(above).b])

    def _inside(self, at: Evaluation, problem: Any) -> Number:
        """The optimum of a maximum inside, between its own values and those of its own primal, at one point."""
        below, above = -INFINITE, INFINITE
        if satisfies(problem, at) and _has_value(problem, at):
            below = at(problem.objective)
        for pair in self.pairs:
            if pair.dual == problem and self._bounds(pair) and satisfies(pair.primal, at):
                above = at(pair.primal.objective)
        if problem.sense != "max" or above is INFINITE:
            raise Unknown("nothing bounds the optimum inside")
        return iv.mpf([interval(below).a, interval(above).b]) if below is not above else above

    def grows(self, pair: WeakDuality) -> bool:
        """Whether the first point spans a ray along which the dual is feasible and grows without bound."""
        names = {variable.name for variable in pair.dual.variables}
        if not names or not names <= set(self.points[0]) or pair.dual.sense != "max":
            return False
        scale = sympy.Symbol("s", positive=True)
        along = {name: _times(scale, self.points[0][name]) for name in names}
        at = Evaluation({**self.data, **along})
        try:
            for constraint in pair.dual.constraints:
                left, right = (symbol_term(at(side)) for side in constraint.sides)
                slope = sympy.expand(left / scale)
                if constraint.kind != "at_most" or slope.free_symbols or right.free_symbols:
                    return False
                if slope > 0 or right < 0:
                    return False
            slope = sympy.expand(symbol_term(at(pair.dual.objective)) / scale)
            return not slope.free_symbols and bool(slope > 0)
        except Unknown:
            return False


def satisfies(problem: Any, at: Evaluation) -> bool:
    """Whether every constraint is seen to hold at a point."""
    names = {variable.name for variable in problem.variables}
    return names <= set(at.values) and all(truth(constraint, at) is True for constraint in problem.constraints)


def violates(problem: Any, at: Evaluation) -> bool:
    """Whether some constraint is seen not to hold."""
    return any(truth(constraint, at) is False for constraint in problem.constraints)


def _has_value(problem: Any, at: Evaluation) -> bool:
    try:
        at(problem.objective)
    except Unknown:
        return False
    return True


def _without_optima(problem: Any) -> Any:
    return problem.replace(lambda e: isinstance(e, Optimum), lambda e: sympy.Integer(0))


def _end(value: Number, end: str) -> Number:
    return value if is_exact(value) else iv.mpf(getattr(value, end))


def _best(values: Sequence[Number], wanted: int) -> Number | None:
    return reduce(lambda a, b: b if compare(b, a) == wanted else a, values) if values else None


def _times(scale: Any, value: Any) -> Any:
    if isinstance(value, Matrix):
        return mapped(lambda entry: multiply(scale, entry), value)
    if isinstance(value, Fraction):
        return multiply(scale, value)
    raise Unknown("a ray of layers")
