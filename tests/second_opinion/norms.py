"""Norms of matrices and what is made of their singular values."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce

from tests.second_opinion.entrywise import rectified
from tests.second_opinion.matrices import Matrix, build, inner, total
from tests.second_opinion.numbers import (
    Number,
    Unknown,
    absolute,
    is_symbolic,
    larger,
    multiply,
    power,
    subtract,
)
from tests.second_opinion.singular_values import is_nonzero, singular_values

HALF = Fraction(1, 2)


def norm(kind: str, matrix: Matrix) -> Number:
    """The norm of a kind, as the nodes of statements name them."""
    if kind in ("two", "frobenius"):
        return power(inner(matrix, matrix), HALF)
    if kind == "one":
        return total(map(absolute, matrix.entries))
    if kind == "infinity":
        return reduce(larger, map(absolute, matrix.entries), Fraction(0))
    if kind == "columns":
        columns = (build(matrix.rows, 1, lambda i, _: matrix[i, j]) for j in range(matrix.columns))  # noqa: B023
        return reduce(larger, (norm("two", column) for column in columns), Fraction(0))
    if is_symbolic(*matrix.entries):
        raise Unknown(f"a {kind} norm in symbols")
    if kind == "spectral":
        return reduce(larger, singular_values(matrix), Fraction(0))
    if kind == "nuclear":
        return total(singular_values(matrix))
    raise Unknown(f"no rule for the norm {kind!r}")


def schatten(matrix: Matrix, order: Number) -> Number:
    """``(Σ σ^p)^(1/p)`` over the singular values that are not zero."""
    if not isinstance(order, Fraction) or order <= 0:
        raise Unknown("the order of a Schatten norm is not a positive fraction")
    powers = [power(value, order) for value in singular_values(matrix) if is_nonzero(value)]
    if len(powers) == 1:
        return norm("frobenius", matrix)
    return power(total(powers), 1 / order)


def excess(matrix: Matrix, bound: Number, largest: Number) -> Number:
    """``Σ (σ − b)₊²`` over the largest singular values."""
    if not isinstance(largest, Fraction) or largest.denominator != 1:
        raise Unknown("how many singular values count is not a whole number")
    chosen = singular_values(matrix)[: int(largest)]
    return total(power(rectified(subtract(value, bound)), Fraction(2)) for value in chosen)


def singular_value(matrix: Matrix, number: Number) -> Number:
    """The one of a number from 1, the largest first; zero past the last."""
    if not isinstance(number, Fraction) or number.denominator != 1 or number < 1:
        raise Unknown("there is no singular value of that number")
    return [*singular_values(matrix), *[Fraction(0)] * int(number)][int(number) - 1]


def singular_dot(left: Matrix, right: Matrix) -> Number:
    """``Σ σ_i(A)·σ_i(B)``."""
    return total(map(multiply, singular_values(left), singular_values(right)))


# By the names of the nodes.
OF_SINGULAR_VALUES: dict[str, Callable[..., Number]] = {
    "SchattenNorm": schatten, "Excess": excess, "SingularValue": singular_value, "SingularDot": singular_dot,
}  # fmt: skip
