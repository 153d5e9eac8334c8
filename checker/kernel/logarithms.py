"""Sums of logarithms with exact coefficients: whether two of them are equal, which no ball can tell.

By Baker's theorem 1 and the logarithms of the primes are linearly independent over the algebraic numbers, so that a
sum of them is zero where each of its coefficients is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, reduce
from typing import Any, TypeAlias

from flint import fmpq, fmpq_mat, fmpz

from checker.kernel import matrices as m
from checker.kernel.evaluate import Evaluation, is_zero
from checker.kernel.numbers import Undecidable, add, compare, is_exact, multiply

_LARGEST_FACTORED = 1 << 64

# The exact coefficient, a number or a matrix, of the logarithm of each prime; that of 1 is what has no logarithm.
Logarithms: TypeAlias = dict[int, Any]


def equal(evaluation: Evaluation, left: int, right: int) -> bool:
    """Whether two numbers are one sum of logarithms; False where they are not, and where that is not seen."""
    try:
        return _vanishes(_difference(_logarithms(evaluation, left), _logarithms(evaluation, right)))
    except Undecidable:
        return False


def _logarithms(evaluation: Evaluation, slot: int) -> Logarithms:
    value = evaluation[slot]
    if isinstance(value, (fmpq_mat, m.Scaled)) or is_exact(value):
        return {1: value}
    operation, *a = evaluation.machine.code[slot]
    of = partial(_logarithms, evaluation)
    match operation:
        case "softplus" if is_zero(zeros := evaluation[a[0]]):
            rows, columns = m.shape(zeros)
            return {2: fmpq_mat(rows, columns, [1] * (rows * columns))}
        case "xlogx" | "logsumexp":
            root, matrix = m.rational(evaluation[a[0]])
            if root == 1:
                return (_xlogx if operation == "xlogx" else _logsumexp)(matrix)
        case "add" | "total":
            return reduce(_sum, _each(evaluation, slot, of))
        case "multiply":
            return reduce(partial(_bilinear, _times), map(of, a))
        case "inner":
            return _bilinear(m.inner, *map(of, a))
        case "transpose" | "trace":
            return {prime: getattr(m, operation)(coefficient) for prime, coefficient in of(a[0]).items()}
        case "maximum" | "largest":
            # All that may be the largest have to be one number.
            found = _each(evaluation, slot, lambda s: None if compare(evaluation[s], value) == -1 else of(s))
            possible: list[Logarithms] = [largest for largest in found if largest is not None]
            if all(_vanishes(_difference(possible[0], other)) for other in possible[1:]):
                return possible[0]
    raise Undecidable("this is not seen to be a sum of logarithms")


def _each(evaluation: Evaluation, slot: int, function: Callable[[int], Any]) -> list[Any]:
    """A function of each of the summands of a sum, or of what a maximum is taken of."""
    operation, *a = evaluation.machine.code[slot]
    if operation in ("add", "maximum"):
        return list(map(function, a))
    found, (body, index, *ends) = [], a
    for step in evaluation.steps(*ends):
        with evaluation.bound(**{index: step}):
            found.append(function(body))
    return found


def _xlogx(matrix: fmpq_mat) -> Logarithms:
    found: dict[int, list[fmpq]] = {}
    entries = matrix.entries()
    for place, x in enumerate(entries):
        for prime, exponent in _exponents(x).items() if x > 0 else ():
            found.setdefault(prime, [fmpq(0)] * len(entries))[place] = exponent * x
    return {1: fmpq_mat(*m.shape(matrix)), **{p: fmpq_mat(*m.shape(matrix), column) for p, column in found.items()}}


def _logsumexp(matrix: fmpq_mat) -> Logarithms:
    rows = matrix.tolist()
    if any(x != row[0] for row in rows for x in row):
        raise Undecidable("exponentials of different numbers are not seen to have a sum with a logarithm")
    factors = _exponents(fmpq(matrix.ncols()))
    found = {prime: fmpq_mat(len(rows), 1, [exponent] * len(rows)) for prime, exponent in factors.items()}
    return {1: fmpq_mat(len(rows), 1, [row[0] for row in rows]), **found}


def _exponents(x: fmpq) -> dict[int, int]:
    """The exponents of the primes in a rational number > 0."""
    if max(x.p, x.q) > _LARGEST_FACTORED:
        raise Undecidable("the logarithm of a number as large as this is not taken apart")
    return {int(prime): sign * exponent for part, sign in ((x.p, 1), (x.q, -1)) for prime, exponent in _factors(part)}


def _factors(number: fmpz) -> list[tuple[fmpz, int]]:
    return number.factor() if number > 1 else []


def _sum(left: Logarithms, right: Logarithms) -> Logarithms:
    both = {p: (m.sum_of if m.is_matrix(left[p]) else add)(left[p], right[p]) for p in left.keys() & right.keys()}
    return {**left, **right, **both}


def _difference(left: Logarithms, right: Logarithms) -> Logarithms:
    return _sum(left, {prime: _times(fmpq(-1), coefficient) for prime, coefficient in right.items()})


def _bilinear(function: Callable[[Any, Any], Any], left: Logarithms, right: Logarithms) -> Logarithms:
    if left.keys() != {1} and right.keys() != {1}:
        raise Undecidable("a product of two logarithms is not a sum of them")
    return {p * q: function(a, b) for p, a in left.items() for q, b in right.items()}


def _times(left: Any, right: Any) -> Any:
    if m.is_matrix(left):
        return m.product(left, right) if m.is_matrix(right) else m.scale(right, left)
    return m.scale(left, right) if m.is_matrix(right) else multiply(left, right)


def _vanishes(found: Logarithms) -> bool:
    return all(is_zero(coefficient) for coefficient in found.values())
