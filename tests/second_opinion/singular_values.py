"""Singular values of rational matrices: square roots of the roots of a characteristic polynomial.

SymPy isolates the roots between rational ends; that each interval contains one is checked in fractions, by signs.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any

import sympy
from mpmath import iv

from tests.second_opinion.matrices import Matrix, characteristic_polynomial, times, transpose
from tests.second_opinion.numbers import Number, Unknown, compare, interval, is_exact, power

_X = sympy.Symbol("x")
_STEPS = 2000


@lru_cache(maxsize=2000)
def singular_values(matrix: Matrix) -> tuple[Number, ...]:
    """All of them, as many as the smaller side, the largest first."""
    flat = matrix if matrix.rows <= matrix.columns else transpose(matrix)
    squares = eigenvalues(times(flat, transpose(flat)))
    return tuple(power(square, Fraction(1, 2)) for square in squares)


def eigenvalues(gram: Matrix) -> list[Number]:
    """The eigenvalues of a symmetric matrix without negative ones, with multiplicities, the largest first."""
    coefficients = characteristic_polynomial(gram)
    polynomial = sympy.Poly([sympy.Rational(c.numerator, c.denominator) for c in coefficients], _X, domain="QQ")
    found = list[Number]()
    for factor, multiplicity in polynomial.factor_list()[1]:
        found += [value for value in _roots(factor) for _ in range(multiplicity)]
    if len(found) != gram.rows:
        raise Unknown("not every eigenvalue was found")
    found.sort(key=lambda value: interval(value).mid, reverse=True)
    if any(left is not right and compare(left, right) is None for left, right in pairwise(found)):
        raise Unknown("two eigenvalues are not told apart")
    return found


def _roots(factor: sympy.Poly) -> list[Number]:
    coefficients = [Fraction(int(c.p), int(c.q)) for c in factor.all_coeffs()]
    if len(coefficients) == 2:
        return [-coefficients[1] / coefficients[0]]
    ends = [tuple(Fraction(int(end.p), int(end.q)) for end in pair) for pair, _ in factor.intervals()]
    ends.sort()
    apart = all(left[1] <= right[0] for left, right in pairwise(ends))
    if not apart or len(ends) != factor.degree() or not all(_changes(coefficients, *pair) for pair in ends):
        raise Unknown("the eigenvalues are not isolated")
    return [_refined(coefficients, *pair) for pair in ends]


def _at(coefficients: list[Any], x: Any) -> Any:
    value = 0 * x
    for coefficient in coefficients:
        value = value * x + coefficient
    return value


def _changes(coefficients: list[Fraction], low: Fraction, high: Fraction) -> bool:
    return low < high and _at(coefficients, low) * _at(coefficients, high) < 0


def _refined(coefficients: list[Fraction], low: Fraction, high: Fraction) -> Any:
    """The root between two ends: by halves while the slope may vanish, then by Newton's method in intervals."""
    degree = len(coefficients) - 1
    slopes = [interval(c * (degree - i)) for i, c in enumerate(coefficients[:-1])]
    enclosed, exact = [interval(c) for c in coefficients], True
    rising = _at(coefficients, low) < 0
    within = iv.mpf([interval(low).a, interval(high).b])
    for _ in range(_STEPS):
        slope = _at(slopes, within)
        if 0 in slope and exact:
            middle = (low + high) / 2
            below = (_at(coefficients, middle) < 0) == rising
            low, high = (middle, high) if below else (low, middle)
            within = iv.mpf([interval(low).a, interval(high).b])
            continue
        exact = False
        middle = iv.mpf(within.mid)
        step = middle - _at(enclosed, middle) / slope
        narrower = iv.mpf([max(within.a, step.a), min(within.b, step.b)])
        if narrower.delta >= within.delta / 2:
            return narrower
        within = narrower
    raise Unknown("an eigenvalue is not enclosed")


def is_nonzero(value: Number) -> bool:
    """Whether a singular value is not zero; those that are, are known to be."""
    return not (is_exact(value) and value == 0)
