"""What shows that no values of a problem's variables satisfy its constraints."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sympy import MatMul, MatrixSymbol, Transpose

from checker.statement import nodes
from checker.statement.symbols import Layer
from tests.second_opinion import matrices as m
from tests.second_opinion.evaluation import Evaluation
from tests.second_opinion.matrices import Matrix
from tests.second_opinion.names import leaves
from tests.second_opinion.numbers import Unknown, compare

_NONNEGATIVE = (nodes.Norm, nodes.SchattenNorm, nodes.Excess, nodes.Absolute)


def why_empty(problem: Any, facts: Evaluation, variables: set[str]) -> str:
    """Which constraint asks for too much, whatever the variables; '' if none is seen to."""
    for constraint in problem.constraints:
        try:
            if constraint.kind == "equal":
                reason = _equation(*constraint.sides, facts, variables)
            else:
                reason = _bound(constraint, facts)
        except Unknown:
            continue
        if reason:
            return reason
    return ""


def _equation(product: Any, right: Any, facts: Evaluation, variables: set[str]) -> str:
    target = facts(right)
    if not isinstance(target, Matrix):
        return ""
    factors = [factor for factor in _factors(product) if isinstance(factor, (MatrixSymbol, Layer))]
    sizes = [size for factor in factors for size in _sizes(factor, facts)]
    most = min((facts.whole(size) for size in sizes if not leaves(size) & variables), default=None)
    if most is not None and most < m.rank(target):
        return f"a product of rank at most {most}"
    first = _factors(product)[0]
    if isinstance(first, MatrixSymbol) and first.name not in variables and not m.in_range(target, facts(first)):
        return f"a target outside the range of {first}"
    return ""


def _bound(constraint: Any, facts: Evaluation) -> str:
    left, right = [*constraint.sides, None][:2]
    bounded = constraint.kind == "at_most" and isinstance(left, _NONNEGATIVE)
    return "what is at least zero is to be less" if bounded and compare(facts(right), Fraction(0)) == -1 else ""


def _factors(product: Any) -> list[Any]:
    """The factors of a product; of a fold that multiplies from the right, those that it starts with."""
    match product:
        case MatMul():
            return [factor for part in product.args for factor in _factors(part)]
        case Transpose():
            return [product, *_factors(product.args[0])]
        case nodes.Fold():
            body, hidden, start, *_ = product.args
            parts = _factors(body)
            if parts[0] != hidden or any(part.has(hidden) for part in parts[1:]):
                return [product]
            return _factors(start)
    return [product]


def _sizes(factor: Any, facts: Evaluation) -> list[Any]:
    if isinstance(factor, Layer):
        depth = facts.whole(factor.family.depth)
        return [factor.family.hidden] if factor.family.hidden is not None and depth > 1 else []
    return list(factor.shape)
