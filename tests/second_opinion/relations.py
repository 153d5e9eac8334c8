"""Whether a relation holds at some values, and to how many digits it nearly does."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from mpmath import mp

from tests.second_opinion import matrices as m
from tests.second_opinion.entrywise import rectified
from tests.second_opinion.evaluation import Evaluation
from tests.second_opinion.matrices import Matrix
from tests.second_opinion.norms import norm
from tests.second_opinion.numbers import Number, Unknown, compare, interval, is_exact, multiply, subtract
from tests.second_opinion.singular_values import singular_values

EXACTLY = math.inf


def truth(relation: Any, evaluation: Evaluation) -> bool | None:
    """True, False, or None where that is not known."""
    try:
        if relation.kind == "every":
            inside, *steps = relation.sides
            return every([truth(inside, at) for at in evaluation.steps(*steps)])
        return _decided(relation.kind, [evaluation(side) for side in relation.sides])
    except Unknown:
        return None


def every(truths: list[bool | None]) -> bool | None:
    return False if False in truths else None if None in truths else True


def _decided(kind: str, sides: list[Any]) -> bool | None:
    match kind:
        case "equal":
            return _equal(*sides)
        case "at_most" | "less":
            order = compare(*sides)
            return None if order is None else order < 0 or (kind == "at_most" and order == 0)
        case "nonnegative" | "positive":
            least = 0 if kind == "nonnegative" else 1
            orders = [compare(entry, Fraction(0)) for entry in sides[0].entries]
            return every([None if order is None else order >= least for order in orders])
        case "nonzero":
            answer = _equal(sides[0], m.zero(sides[0].rows, sides[0].columns) if _is_matrix(sides[0]) else Fraction(0))
            return None if answer is None else not answer
        case "increasing":
            return every([compare(a, b) == -1 for a, b in zip(sides[0].entries, sides[0].entries[1:], strict=False)])
        case "integral":
            return all(entry.denominator == 1 for entry in sides[0].entries)
        case "rank_at_most":
            return m.rank(sides[0]) <= sides[1]
        case "parallel":
            return every([_equal(minor, Fraction(0)) for minor in minors_beside(*sides)])
        case "in_range" | "outside_range":
            return m.in_range(*sides) == (kind == "in_range")
    raise Unknown(f"no rule for the relation {kind!r}")


def _is_matrix(value: Any) -> bool:
    return isinstance(value, Matrix)


def _equal(left: Any, right: Any) -> bool | None:
    if _is_matrix(left):
        if (left.rows, left.columns) != (right.rows, right.columns):
            return False
        orders = map(compare, left.entries, right.entries)
        return every([None if order is None else order == 0 for order in orders])
    order = compare(left, right)
    return None if order is None else order == 0


def minors_beside(matrix: Matrix, direction: Matrix) -> list[Number]:
    """What vanishes where every column is a multiple of the direction, which must not be zero unless they all are."""
    column = direction.entries
    if all(is_exact(entry) and entry == 0 for entry in column):
        return list(matrix.entries)
    return [
        subtract(multiply(matrix[i, j], column[k]), multiply(matrix[k, j], column[i]))
        for j in range(matrix.columns) for i in range(matrix.rows) for k in range(i)
    ]  # fmt: skip


def digits(relation: Any, evaluation: Evaluation) -> float:
    """To how many decimal digits a relation holds at least, relative to its left side; infinitely many: exactly.

    Raises:
        Unknown: a relation that holds or not, and never nearly.
    """
    if relation.kind == "every":
        inside, *steps = relation.sides
        return min((digits(inside, at) for at in evaluation.steps(*steps)), default=EXACTLY)
    if truth(relation, evaluation) is True:
        return EXACTLY
    sides = [evaluation(side) for side in relation.sides]
    match relation.kind:
        case "equal":
            return agreement(*sides)
        case "at_most":
            return agreement(*sides)
        case "nonnegative":
            return agreement(sides[0], m.mapped(rectified, sides[0]))
        case "rank_at_most":
            values = singular_values(sides[0])
            return _fewer(values[int(sides[1])], values[0])
        case "parallel":
            size = m.inner(sides[1], sides[1])
            along = m.times(sides[1], m.times(m.transpose(sides[1]), sides[0]))
            return agreement(m.scaled(size, sides[0]), along)
    raise Unknown(f"the relation {relation.kind!r} does not hold nearly")


def agreement(left: Any, right: Any) -> float:
    """To how many digits two numbers or matrices agree, relative to the left one."""
    if _is_matrix(left):
        difference = m.minus(left, right)
        if m.is_zero(difference):
            return EXACTLY
        return _fewer(norm("frobenius", difference), norm("frobenius", left))
    difference = subtract(left, right)
    if is_exact(difference) and difference == 0:
        return EXACTLY
    return _fewer(difference, left)


def _fewer(apart: Number, size: Number) -> float:
    """``−log₁₀(|apart|/|size|)``, rounded down; 0 where they may be as large."""
    above, below = abs(interval(apart)).b, abs(interval(size)).a
    if not below > 0 or above == mp.inf:
        return 0
    if above == 0:
        return EXACTLY
    ratio = mp.mpf(above) / mp.mpf(below)
    return max(0.0, float(-mp.log10(ratio)) - 0.001)
