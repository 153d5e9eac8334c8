"""Exact interpolants of nearly least norm."""

from __future__ import annotations

import numpy as np
from flint import fmpq, fmpq_mat, fmpz, fmpz_mat, nmod_mat

from checker.kernel.matrices import least_norm
from checker.witness.fixed_point import (
    Floats,
    float_exponent,
    integers_from_floats,
    integers_to_floats,
    power_of_two,
)

_PRIME = (1 << 61) - 1
# Up to this many rows the exact least-norm solution costs less than an approximate one and its repair.
_DIRECT = 8
_GUARD = 16
_SLACK = 6
_WELL_CONDITIONED = 1e12


def interpolate(inputs: fmpq_mat, target: fmpq_mat, bits: int) -> tuple[fmpq_mat, fmpq_mat]:
    """A ``w`` with ``Xw = y`` exactly and ``‖w‖`` least to ``bits`` bits, and an α with ``Xᵀα ≈ w``.

    Where w is not the least-norm solution itself, it differs from it by ``2^(−bits/2)``, orthogonally; so does ``Xᵀα``.

    Args:
        inputs: X, of shape (n, d).
        target: y, of shape (n, 1), in the range of X.
        bits: binary digits of the norm.

    Returns:
        w of shape (d, 1) and α of shape (n, 1).
    """
    if _DIRECT < inputs.nrows() <= inputs.ncols():
        found = _approximately(inputs, target, bits)
        if found is not None:
            return found
    weights = least_norm(inputs, target)
    return weights, least_norm(inputs.transpose(), weights)


def _approximately(inputs: fmpq_mat, target: fmpq_mat, bits: int) -> tuple[fmpq_mat, fmpq_mat] | None:
    numerators, denominator = inputs.numer_denom()
    above, below = target.numer_denom()
    if above == fmpz_mat(above.nrows(), 1):
        return None
    floats, shift = integers_to_floats(numerators)
    columns, condition = _well_conditioned(numerators, floats)
    if not np.isfinite(condition):
        return None
    # What rounding w by e leaves of y is repaired by S⁻¹Xe, S the square matrix of the chosen columns.
    half = bits // 2 + _GUARD + int(np.log2(condition))
    found = _refined(numerators, above, floats, shift, half)
    if found is None:
        return None
    # With X = N/q, y = t/u and NNᵀa = t·2^places: w = (q/u)·Nᵀa·2^−places and α = (q²/u)·a·2^−places.
    a, places = found
    unit = fmpq(denominator, below)
    hidden = numerators.transpose() * a
    length = max(int(entry.bit_length()) for entry in hidden.entries())
    dropped = min(places, max(0, length - half))
    rough = fmpz_mat(hidden.nrows(), 1, [entry >> dropped for entry in hidden.entries()])
    unit_of_rough = unit * power_of_two(dropped - places)
    try:
        repair = _solve(numerators, columns, above * (fmpz(1) << (places - dropped)) - numerators * rough)
    except ZeroDivisionError:
        return None
    entries = (fmpq_mat(rough) * unit_of_rough).entries()
    for column, entry in zip(columns, repair, strict=True):
        entries[column] += entry * unit_of_rough
    return fmpq_mat(inputs.ncols(), 1, entries), fmpq_mat(a) * (unit * denominator * power_of_two(-places))


def _well_conditioned(numerators: fmpz_mat, floats: Floats) -> tuple[list[int], float]:
    """As many columns as rows, and ``‖X‖·‖S⁻¹‖`` for the square matrix S of them; infinite where there are none."""
    columns = list(range(numerators.nrows()))
    condition = _condition(floats, columns)
    if condition < _WELL_CONDITIONED:
        return columns, condition
    reduced, found = nmod_mat(numerators, _PRIME).rref()
    if found < numerators.nrows():
        return columns, np.inf
    # Columns independent modulo a prime are independent over Q.
    columns = [next(j for j in range(row, reduced.ncols()) if int(reduced[row, j])) for row in range(found)]
    return columns, _condition(floats, columns)


def _condition(floats: Floats, columns: list[int]) -> float:
    with np.errstate(all="ignore"):
        try:
            return float(np.linalg.norm(floats) * np.linalg.norm(np.linalg.inv(floats[:, columns])))
        except np.linalg.LinAlgError:
            return float("inf")


def _refined(
    numerators: fmpz_mat, right: fmpz_mat, floats: Floats, shift: int, bits: int
) -> tuple[fmpz_mat, int] | None:
    """``a·2^places`` with ``NNᵀa ≈ right`` to ``bits`` bits, and places; None where float64 is not enough."""
    with np.errstate(all="ignore"):
        rows = 1 / np.linalg.norm(floats, axis=1)
        scaled = floats * rows[:, None]
        try:
            inverse = np.linalg.inv(scaled @ scaled.T) * rows[:, None] * rows
        except np.linalg.LinAlgError:
            return None
    column, column_shift = integers_to_floats(right)
    first = inverse @ column[:, 0]
    size = float_exponent(first) + column_shift - 2 * shift
    if not np.all(np.isfinite(first)):
        return None
    places, last = max(0, bits - size), 0
    a = integers_from_floats(first, column_shift - 2 * shift + places)
    transposed, goal = numerators.transpose(), right * (fmpz(1) << places)
    while True:
        residual, residual_shift = integers_to_floats(goal - numerators * (transposed * a))
        correction = inverse @ residual[:, 0]
        a += integers_from_floats(correction, residual_shift - 2 * shift)
        step = float_exponent(correction) + residual_shift - 2 * shift - size - places
        # The next correction would be smaller by the same factor as this one.
        if min(step, 2 * step - last) <= _SLACK - bits:
            return a, places
        if step >= last:
            return None
        last = step


def _solve(matrix: fmpz_mat, columns: list[int], right: fmpz_mat) -> list[fmpq]:
    """``S⁻¹·right`` for the square matrix S of the given columns, each freed of its power of two to shorten S."""
    rows, shifts = matrix.transpose().tolist(), list[int]()
    chosen = [rows[column] for column in columns]
    for at, row in enumerate(chosen):
        union = 0
        for entry in row:
            union |= int(entry)
        shifts.append((union & -union).bit_length() - 1)
        chosen[at] = [entry >> shifts[-1] for entry in row]
    solution = fmpz_mat(chosen).transpose().solve(right)
    return [entry * power_of_two(-shift) for entry, shift in zip(solution.entries(), shifts, strict=True)]
