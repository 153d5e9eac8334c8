"""Exact interpolants of nearly least norm."""

from __future__ import annotations

import numpy as np
from flint import fmpq, fmpq_mat, fmpz_mat, nmod_mat

from checker.kernel.matrices import least_norm, rank
from checker.witness.rounding import as_floats, refine, rounded_matrix

_PRIME = (1 << 61) - 1
# Up to this many rows the exact least-norm solution costs less than an approximate one and its repair.
_DIRECT = 24


def _pivots(matrix: fmpz_mat) -> list[int]:
    """Columns that are independent modulo a prime, hence over Q."""
    reduced, found = nmod_mat(matrix, _PRIME).rref()
    columns, row = [], 0
    for column in range(matrix.ncols()):
        if row < found and int(reduced[row, column]) != 0:
            columns.append(column)
            row += 1
    return columns


def _select(matrix: fmpz_mat, rows: list[int], columns: list[int]) -> fmpz_mat:
    return fmpz_mat(len(rows), len(columns), [matrix[i, j] for i in rows for j in columns])


def interpolate(inputs: fmpq_mat, target: fmpq_mat, bits: int) -> tuple[fmpq_mat, fmpq_mat]:
    """A ``w`` with ``Xw = y`` exactly and ``‖w‖`` least to about ``bits`` bits, and an ``α`` with ``Xᵀα ≈ w``.

    Args:
        inputs: X, of shape (n, d).
        target: y, of shape (n, 1), in the range of X.
        bits: binary digits of the norm.

    Returns:
        w of shape (d, 1) and α of shape (n, 1).
    """
    n, d = inputs.nrows(), inputs.ncols()
    if n > _DIRECT and d > _DIRECT and rank(inputs) == n:
        found = _approximately(inputs, target, bits)
        if found is not None:
            return found
    weights = least_norm(inputs, target)
    return weights, least_norm(inputs.transpose(), weights)


def _approximately(inputs: fmpq_mat, target: fmpq_mat, bits: int) -> tuple[fmpq_mat, fmpq_mat] | None:
    numerators, denominator = inputs.numer_denom()
    gram = fmpq_mat(numerators * numerators.transpose())
    right = target * fmpq(denominator) ** 2
    floats, shift = as_floats(gram)
    try:
        inverse = np.linalg.inv(floats)
    except np.linalg.LinAlgError:
        return None
    start = fmpq_mat(target.nrows(), 1)

    def solve(column: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        return np.asarray(inverse @ column)

    # The residual is divided by 2^shift, so that the float inverse of the scaled Gram matrix applies to it.
    scale = fmpq(1) / fmpq(2) ** shift
    alpha = refine(lambda x: (gram * x - right) * scale, solve, start, bits)
    if alpha is None:
        return None
    weights = rounded_matrix(inputs.transpose() * alpha, bits)
    left_over = target - inputs * weights
    columns = _pivots(numerators)
    square = _select(numerators, list(range(inputs.nrows())), columns)
    rest, rest_denominator = (left_over * fmpq(denominator)).numer_denom()
    repair = square.solve(rest) * fmpq(1, rest_denominator)
    entries = weights.entries()
    for column, entry in zip(columns, repair.entries(), strict=True):
        entries[column] += entry
    return fmpq_mat(weights.nrows(), 1, entries), alpha
