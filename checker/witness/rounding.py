"""Shared steps of a witness: from floats or balls to rationals, and strictly inside a feasible set.

None of this is trusted: a point that is moved or rounded wrongly is infeasible or suboptimal, and the kernel says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from flint import arb, ctx, fmpq, fmpq_mat, fmpz
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


def as_floats(matrix: fmpq_mat) -> tuple[NDArray[np.float64], int]:
    """A matrix as ``floats · 2^shift``, with floats of order one whatever its scale."""
    shift = exponent(matrix) if matrix.nrows() and matrix.ncols() else 0
    if shift < -(10**8):
        return np.zeros((matrix.nrows(), matrix.ncols())), 0
    numerator, denominator = matrix.numer_denom()
    # p/q · 2^-shift as an integer with 80 fractional bits, which a float then rounds.
    up = 80 - shift
    scale = fmpz(denominator)
    entries = [int((e << up) // scale if up >= 0 else (e >> -up) // scale) for e in numerator.entries()]
    floats = np.array([float(e) for e in entries]) * 2.0**-80
    return floats.reshape(matrix.nrows(), matrix.ncols()), shift


def from_floats(array: NDArray[np.float64], shift: int = 0) -> fmpq_mat:
    """The exact values of floats, times ``2^shift``."""
    columns = array if array.ndim == 2 else array.reshape(-1, 1)
    scale = fmpq(2) ** shift
    entries = [fmpq(*float(x).as_integer_ratio()) * scale for x in columns.ravel()]
    return fmpq_mat(columns.shape[0], columns.shape[1], entries)


def refine(
    residual: Callable[[fmpq_mat], fmpq_mat],
    solve: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    start: fmpq_mat,
    bits: int,
    steps: int = 60,
) -> fmpq_mat | None:
    """Iterative refinement: exact residuals, corrections from a float64 factorisation.

    Args:
        residual: ``F(x)``, exactly, as a column.
        solve: an approximate inverse of the Jacobian of F on float columns.
        start: the first x, a column.
        bits: relative accuracy wanted in x, in binary digits.
        steps: how many corrections to try.

    Returns:
        The refined x, or None if the corrections stop shrinking (too ill-conditioned for float64).
    """
    x, last = start, None
    for _ in range(steps):
        floats, shift = as_floats(residual(x))
        with np.errstate(all="ignore"):
            correction = solve(floats[:, 0])
        if not np.all(np.isfinite(correction)):
            return None
        delta = from_floats(correction, shift)
        size = exponent(delta)
        if last is not None and size >= last:
            return None
        x, last = rounded_matrix(x - delta, bits + 8), size
        if size <= exponent(x) - bits:
            return x
    return None


def shrink_inside(norm_squared: fmpq, radius: fmpq, bits: int) -> fmpq:
    """A factor just below ``radius / norm`` (at most 1) that moves a point of that norm inside the ball."""
    if norm_squared <= radius * radius:
        return fmpq(1)
    before, ctx.prec = ctx.prec, bits + 64
    try:
        factor = (arb(radius) / arb(norm_squared).sqrt()).lower()
        return rational_of(factor * (1 - arb(2) ** (-bits)), bits + 16)
    finally:
        ctx.prec = before


def sphere_factor(norm_squared: fmpq, radius: fmpq, bits: int) -> fmpq:
    """A factor just below ``radius / norm`` that moves a point of that norm, from inside or outside, onto the sphere.

    Args:
        norm_squared: of the point, positive.
        radius: of the sphere.
        bits: relative accuracy of the factor; it is rounded down, so that the point ends in the ball.
    """
    return square_root(radius * radius / norm_squared, bits)


def pad(column: fmpq_mat, width: int) -> fmpq_mat:
    """A d×width matrix with the given column first and zeros beside it."""
    entries: list[Any] = []
    for entry in column.entries():
        entries += [entry] + [fmpq(0)] * (width - 1)
    return fmpq_mat(column.nrows(), width, entries)


def one_neuron(weights: fmpq_mat, scale: fmpq, width: int) -> dict[str, fmpq_mat]:
    """``W_1 = (w/τ, 0, …)``, ``w_2 = (τ, 0, …)`` with τ near ``√scale``: balanced, and exact whatever τ was rounded to."""
    hidden = pad(weights * (1 / scale) if scale != 0 else weights, width)
    return {"W_1": hidden, "w_2": fmpq_mat(width, 1, [scale, *[fmpq(0)] * (width - 1)])}


def norm_squared(column: fmpq_mat) -> fmpq:
    """The sum of squares of a column."""
    return (column.transpose() * column)[0, 0]


def stack(*columns: Sequence[Any]) -> fmpq_mat:
    """Entries one below the other."""
    entries = [entry for column in columns for entry in column]
    return fmpq_mat(len(entries), 1, entries)
