"""Integers as fixed-point numbers, and floats as the source of their corrections.

Iterative refinement works on columns of integers ``x·2^places``: products with an integer matrix are exact and fast,
and a float64 factorisation turns each exact residual into up to fifty further bits.
"""

from __future__ import annotations

import numpy as np
from flint import fmpq, fmpq_mat, fmpz, fmpz_mat
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_LARGEST_FLOAT_BITS = 1000
NO_EXPONENT = -(10**9)


def integers_to_floats(matrix: fmpz_mat) -> tuple[Floats, int]:
    """A matrix of integers as ``floats · 2^exponent``, the largest float in [1/2, 1]; a zero matrix has the exponent 0.

    Returns:
        floats of the matrix's shape, and the exponent.
    """
    entries, dropped = matrix.entries(), 0
    try:
        floats = np.fromiter(map(float, entries), np.float64, len(entries))
    except OverflowError:
        dropped = max(int(entry.bit_length()) for entry in entries) - _LARGEST_FLOAT_BITS
        floats = np.fromiter((float(entry >> dropped) for entry in entries), np.float64, len(entries))
    floats = floats.reshape(matrix.nrows(), matrix.ncols())
    largest = float_exponent(floats)
    return (floats, 0) if largest == NO_EXPONENT else (np.ldexp(floats, -largest), largest + dropped)


def rationals_to_floats(matrix: fmpq_mat) -> tuple[Floats, int]:
    """:func:`integers_to_floats` for rationals; the largest float is of order one."""
    numerators, denominator = matrix.numer_denom()
    floats, exponent = integers_to_floats(numerators)
    below, below_exponent = integers_to_floats(fmpz_mat(1, 1, [denominator]))
    return floats / below, exponent - below_exponent


def integers_from_floats(column: Floats, exponent: int) -> fmpz_mat:
    """``column · 2^exponent`` as integers, to 62 bits of the largest entry."""
    largest = float_exponent(column)
    if largest == NO_EXPONENT:
        return fmpz_mat(len(column), 1)
    mantissas = np.rint(np.ldexp(column, 62 - largest)).astype(np.int64)
    exponent += largest - 62
    if exponent < 0:
        mantissas = mantissas >> min(-exponent, 63)
    integers = fmpz_mat(len(column), 1, mantissas.tolist())
    return integers * (fmpz(1) << exponent) if exponent > 0 else integers


def float_exponent(floats: Floats | float) -> int:
    """The e with ``2^(e−1) ≤ |x| < 2^e`` for the largest entry x; :data:`NO_EXPONENT` if all are zero."""
    largest = float(np.max(np.abs(floats), initial=0.0))
    return int(np.frexp(largest)[1]) if largest else NO_EXPONENT


def to_fixed(matrix: fmpq_mat, places: int) -> fmpz_mat:
    """Every entry times ``2^places``, rounded down."""
    numerators, denominator = matrix.numer_denom()
    up, below = fmpz(1) << max(places, 0), fmpz(denominator) << max(-places, 0)
    if below == 1:
        return numerators * up
    return fmpz_mat(matrix.nrows(), matrix.ncols(), [entry * up // below for entry in numerators.entries()])


def power_of_two(exponent: int) -> fmpq:
    """``2^exponent``."""
    one = fmpz(1)
    return fmpq(one << exponent) if exponent >= 0 else fmpq(one, one << -exponent)


def dyadic(value: float, exponent: int) -> fmpq:
    """``value · 2^exponent``, exactly."""
    return fmpq(*float(value).as_integer_ratio()) * power_of_two(exponent)


def squares(column: fmpz_mat) -> fmpz:
    """The sum of squares of a column of integers."""
    return (column.transpose() * column)[0, 0]
