"""Gap identities and what they say of every optimum, expanded by SymPy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, reduce
from itertools import combinations
from typing import Any

import sympy
from sympy import MatAdd, MatrixExpr

from checker.statement import claims as c
from checker.statement import nodes
from checker.statement.symbols import Family
from checker.statement.theorem import Theorem
from tests.second_opinion import matrices as m
from tests.second_opinion.evaluation import Evaluation
from tests.second_opinion.matrices import Matrix
from tests.second_opinion.names import leaves
from tests.second_opinion.numbers import Number, Unknown, add, multiply, subtract, symbol_term
from tests.second_opinion.relations import minors_beside
from tests.second_opinion.symbolic import evaluations, vanishes


@lru_cache(maxsize=200)
def bare(expression: Any) -> Any:
    """An expression with what its defined names stand for."""
    defined = (nodes.Defined, nodes.DefinedMatrix)
    return expression.replace(lambda e: isinstance(e, defined), lambda e: e.args[0])


def _squared(value: Any) -> Number:
    return m.inner(value, value) if isinstance(value, Matrix) else multiply(value, value)


def _difference(left: Any, right: Any) -> Any:
    return m.minus(left, right) if isinstance(left, Matrix) else subtract(left, right)


def gap(at: Evaluation, claim: c.WeakDuality) -> Number:
    return subtract(at(claim.primal.objective), at(claim.dual.objective))


def _terms(at: Evaluation, by: c.GapIdentity) -> Iterator[Number]:
    for weight, inside in by.squares:
        yield multiply(at(weight), _squared(at(inside)))
    for slack in by.slacks:
        low, high = slack.relation.sides
        if slack.along is not None:
            along = at(slack.along)
            taken = _squared(m.times(at(low.args[0]), m.transpose(along)))
            room = subtract(multiply(_squared(at(high)), _squared(along)), taken)
        elif slack.squared:
            room = subtract(_squared(at(high)), _squared(at(low)))
        else:
            room = subtract(at(high), at(low))
        yield multiply(at(slack.multiplier), room)
    for residual in by.residuals:
        rest, factor = _difference(*map(at, residual.relation.sides)), at(residual.multiplier)
        yield m.inner(factor, rest) if isinstance(rest, Matrix) else multiply(factor, rest)
    for lemma in by.lemmas:
        yield subtract(*(at(side) for side in reversed(lemma.relation.sides)))


@lru_cache(maxsize=200)
def gap_flaw(theorem: Theorem, claim: c.WeakDuality) -> str:
    """'' if P − D is a sum of terms that are not negative at feasible points, else what is wrong."""
    by = claim.by
    constraints = [bare(r) for problem in (claim.primal, claim.dual) for r in problem.constraints]
    granted = [*constraints, *(bare(assumption.relation) for assumption in theorem.given)]
    for term, kind in [*((s, "at_most") for s in by.slacks), *((r, "equal") for r in by.residuals)]:
        if term.relation.kind != kind or bare(term.relation) not in constraints:
            return f"{term.relation} is no constraint of the pair"
    for lemma in by.lemmas:
        if lemma.relation.kind != "at_most" or any(bare(condition) not in granted for condition in lemma.conditions):
            return f"{lemma.by} asks for more than is granted"
    for slack in by.slacks:
        low = slack.relation.sides[0]
        if slack.along is not None and not (isinstance(low, nodes.Norm) and low.kind in _AT_LEAST_SPECTRAL):
            return f"{low} does not bound a spectral norm"
    for at in evaluations(theorem):
        weights = [at(weight) for weight, _ in by.squares] + [at(slack.multiplier) for slack in by.slacks]
        weights += [at(side) for s in by.slacks if s.squared and s.along is None for side in s.relation.sides]
        if not all(symbol_term(weight).is_nonnegative for weight in weights):
            return "a weight may be negative"
        if not vanishes(subtract(gap(at, claim), reduce(add, _terms(at, by)))):
            return "the two sides of the gap identity differ"
    return ""


_AT_LEAST_SPECTRAL = ("two", "frobenius", "spectral")


def _solved(claim: c.WeakDuality) -> Iterator[tuple[Any, Any, Any]]:
    """Weights of squares ``±(variable − value)``, the variables and the values."""
    for weight, inside in claim.by.squares:
        summands = (MatAdd if isinstance(inside, MatrixExpr) else sympy.Add).make_args(inside)
        for variable in (*claim.primal.variables, *claim.dual.variables):
            own = [summand for summand in summands if summand in (variable, -variable)]
            rest = [summand for summand in summands if summand not in own]
            if not isinstance(variable, Family) and len(own) == 1 and not any(r.has(variable) for r in rest):
                value = reduce(lambda a, b: a + b, rest) if rest else 0 * variable
                yield weight, variable, -value if own[0] == variable else value


def _at_vanishing_squares(theorem: Theorem, claim: c.WeakDuality) -> Iterator[list[Evaluation]]:
    """For each square that gives a variable, values in several shapes at which it vanishes."""
    for weight, variable, value in _solved(claim):
        places = list(evaluations(theorem))
        if all(symbol_term(at(weight)).is_positive for at in places):
            yield [at.at({variable.name: at(value)}) for at in places]


def follows(theorem: Theorem, claim: c.WeakDuality, relation: Any) -> bool:
    """Whether a relation holds wherever one of the squares of the gap identity vanishes."""
    return _some_square(theorem, claim, lambda at: _holds_identically(at, relation))


def _some_square(theorem: Theorem, claim: c.WeakDuality, holds: Callable[[Evaluation], bool]) -> bool:
    if not isinstance(claim.by, c.GapIdentity) or gap_flaw(theorem, claim):
        return False
    try:
        return any(all(map(holds, places)) for places in _at_vanishing_squares(theorem, claim))
    except Unknown:
        return False


def leave_no_choice(theorem: Theorem, claim: c.WeakDuality, problem: Any) -> bool:
    """Whether vanishing squares give every variable of a problem by the data and the other side's optimum."""
    names = {variable.name for variable in problem.variables}
    if not isinstance(claim.by, c.GapIdentity) or gap_flaw(theorem, claim):
        return False
    given = [(weight, variable) for weight, variable, value in _solved(claim) if not leaves(value) & names]
    positive = [
        variable.name for weight, variable in given
        if all(symbol_term(at(weight)).is_positive for at in evaluations(theorem))
    ]  # fmt: skip
    return names <= set(positive)


def _holds_identically(at: Evaluation, relation: Any) -> bool:
    match relation.kind:
        case "equal":
            rest = _difference(*map(at, relation.sides))
            return all(map(vanishes, rest.entries)) if isinstance(rest, Matrix) else vanishes(rest)
        case "parallel":
            return all(map(vanishes, minors_beside(*map(at, relation.sides))))
        case "rank_at_most":
            return all(map(vanishes, _minors(at(relation.sides[0]), at.whole(relation.sides[1]) + 1)))
    return False


def _minors(matrix: Matrix, size: int) -> Iterator[Number]:
    for rows in combinations(range(matrix.rows), size):
        for columns in combinations(range(matrix.columns), size):
            yield sympy.Matrix([[symbol_term(matrix[i, j]) for j in columns] for i in rows]).det()


def measures_weights(theorem: Theorem, pair: c.WeakDuality, claim: c.Vanishing) -> bool:
    """Whether ``weight · Σ‖V‖² = size`` where the gap is zero, for a positive weight and a size without V."""
    variables = pair.primal.variables

    def equal(at: Evaluation) -> bool:
        squares = reduce(add, (_squared(at(variable)) for variable in variables))
        rest = subtract(multiply(at(claim.weight), squares), at(claim.size))
        return bool(symbol_term(at(claim.weight)).is_positive) and vanishes(subtract(rest, gap(at, pair)))

    return not any(claim.size.has(variable) for variable in variables) and _some_square(theorem, pair, equal)


def is_identity(theorem: Theorem, relation: Any) -> bool:
    """Whether an equation holds for all values of its symbols."""
    return all(_holds_identically(at, relation) for at in evaluations(theorem))
