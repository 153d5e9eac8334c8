"""Shared steps of a witness: from floats or balls to rationals, and strictly inside a feasible set.

None of this is trusted: a point that is moved or rounded wrongly is infeasible or suboptimal, and the kernel says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import arb, ctx, fmpq, fmpq_mat, fmpz

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def bits_for(digits: int, guard: int = 40) -> int:
    """Binary digits that hold ``digits`` decimal ones, with some to spare."""
    return int(digits * 3.3219281) + guard


def exponent(value: Any) -> int:
    """The e with ``2^(e−1) ≤ |value| < 2^(e+1)``; very negative for zero.  For a matrix, of its largest entry."""
    if isinstance(value, fmpq_mat):
        return max((exponent(entry) for entry in value.entries()), default=-(10**9))
    return int(abs(value.p)).bit_length() - int(value.q).bit_length() if value != 0 else -(10**9)


def rounded(value: fmpq, bits: int) -> fmpq:
    """The rational with ``bits`` binary digits after the point that lies at or just below ``value``."""
    return fmpq((value.p << bits) // value.q, fmpz(1) << bits) if bits >= 0 else fmpq(value.p // value.q)


def rounded_matrix(matrix: fmpq_mat, bits: int) -> fmpq_mat:
    """:func:`rounded` in every entry, relative to the largest one."""
    if all(entry == 0 for entry in matrix.entries()):
        return matrix
    places = max(0, bits - exponent(matrix))
    return fmpq_mat(matrix.nrows(), matrix.ncols(), [rounded(entry, places) for entry in matrix.entries()])


def rational_of(ball: arb, bits: int) -> fmpq:
    """A rational within ``2^-bits`` (relative) of the middle of a ball."""
    mantissa, power = ball.mid().man_exp()
    value = fmpq(mantissa) * (fmpq(2) ** int(power))
    return rounded(value, max(0, bits - exponent(value))) if value != 0 else value


def square_root(value: fmpq, bits: int, power: int = 2) -> fmpq:
    """``value^(1/power)`` to about ``bits`` binary digits, rounded down."""
    before, ctx.prec = ctx.prec, bits + 64
    try:
        root = arb(value).root(power).lower()
        return rational_of(root, bits)
    finally:
        ctx.prec = before


def from_floats(array: NDArray[np.float64], shift: int = 0) -> fmpq_mat:
    """The exact values of floats, times ``2^shift``."""
    columns = array if array.ndim == 2 else array.reshape(-1, 1)
    scale = fmpq(2) ** shift
    entries = [fmpq(*float(x).as_integer_ratio()) * scale for x in columns.ravel()]
    return fmpq_mat(columns.shape[0], columns.shape[1], entries)


def simple(point: Mapping[str, Any], largest: int = 1000) -> dict[str, Any]:
    """The point with the closest rationals of denominators up to ``largest``, which its floats may stand for.

    A family of layers is left as it is.
    """

    def near(value: fmpq) -> fmpq:
        found = Fraction(int(value.p), int(value.q)).limit_denominator(largest)
        return fmpq(found.numerator, found.denominator)

    def everywhere(value: fmpq_mat) -> fmpq_mat:
        return fmpq_mat(value.nrows(), value.ncols(), [*map(near, value.entries())])

    kinds = {fmpq: near, fmpq_mat: everywhere}
    return {name: kinds.get(type(value), lambda layers: layers)(value) for name, value in point.items()}


def sphere_factor(norm_squared: fmpq, radius: fmpq, bits: int) -> fmpq:
    """A factor just below ``radius / norm`` that moves a point of that norm, from inside or outside, onto the sphere.

    Args:
        norm_squared: of the point, positive.
        radius: of the sphere.
        bits: relative accuracy of the factor; it is rounded down, so that the point ends in the ball.
    """
    return square_root(radius * radius / norm_squared, bits)


def one_neuron(weights: fmpq_mat, width: int, bits: int) -> dict[str, fmpq_mat]:
    """``W_1 = (w/τ, 0, …)``, ``w_2 = (τ, 0, …)`` with ``τ ≈ √‖w‖``: ``W_1·w_2 = w`` exactly, whatever τ was rounded to.

    Args:
        weights: w, of shape (d, 1).
        width: the number of neurons.
        bits: binary digits to which the cost ``½(‖W_1‖_F² + ‖w_2‖²)`` is the least one, ``‖w‖``; τ needs half as many.
    """
    squared = norm_squared(weights)
    if squared == 0:
        return {"W_1": fmpq_mat(weights.nrows(), width), "w_2": fmpq_mat(width, 1)}
    # 1/τ is the rounded one, because multiplying by it keeps the denominators of w.
    inverse = square_root(1 / squared, bits // 2 + 8, 4)
    column, zero = (weights * inverse).entries(), [fmpq(0)] * (width - 1)
    hidden = [entry for first in column for entry in (first, *zero)]
    return {"W_1": fmpq_mat(weights.nrows(), width, hidden), "w_2": fmpq_mat(width, 1, [1 / inverse, *zero])}


def norm_squared(column: fmpq_mat) -> fmpq:
    """The sum of squares of a column."""
    return (column.transpose() * column)[0, 0]
