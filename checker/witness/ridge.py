"""Projection onto ``{λ : ‖Xᵀλ‖ ≤ β}`` at any precision: the secular equation of ridge regression.

The projection of y is ``λ = (I + ν·XXᵀ)⁻¹y`` with the ``ν > 0`` at which ``‖Xᵀλ‖ = β``, and ``y − λ = X·w`` with
``w = ν·Xᵀλ``.  With ``A`` the smaller of the two Gram matrices the unknowns ``(v, ν)`` satisfy
``(I + νA)v = b, ⟨v, Mv⟩ = β²``: ``v = λ, b = y, M = A`` if n ≤ d, else ``v = Xᵀλ, b = Xᵀy, M = I``.
"""

from __future__ import annotations

import numpy as np
from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from checker.witness.rounding import (
    as_floats,
    exponent,
    from_floats,
    norm_squared,
    rational_of,
    refine,
    rounded_matrix,
    shrink_inside,
    stack,
)

# Up to this size Newton's method in ball arithmetic is cheaper than refinement with a float64 Jacobian.
_SMALL = 28


def project(inputs: fmpq_mat, target: fmpq_mat, radius: fmpq, bits: int) -> tuple[fmpq_mat, fmpq_mat]:
    """The weights w and a feasible λ near the projection of y onto ``{λ : ‖Xᵀλ‖ ≤ radius}``.

    Args:
        inputs: X, of shape (n, d).
        target: y, of shape (n, 1), with ``‖Xᵀy‖ > radius``.
        radius: β > 0.
        bits: relative accuracy of w and λ in binary digits.

    Returns:
        w of shape (d, 1) and λ of shape (n, 1) with ``‖Xᵀλ‖ ≤ radius`` exactly.
    """
    transposed = inputs.transpose()
    rows_fewer = inputs.nrows() <= inputs.ncols()
    gram = inputs * transposed if rows_fewer else transposed * inputs
    right = target if rows_fewer else transposed * target
    v, nu = _secular(gram, right, radius, rows_fewer, bits)
    hidden = transposed * v if rows_fewer else v
    weights = rounded_matrix(hidden * nu, bits + 16)
    residual = target - inputs * weights
    factor = shrink_inside(norm_squared(transposed * residual), radius, bits)
    return weights, residual * factor


def _secular(gram: fmpq_mat, right: fmpq_mat, radius: fmpq, weighted: bool, bits: int) -> tuple[fmpq_mat, fmpq]:
    start = _start(gram, right, radius, weighted)
    if gram.nrows() > _SMALL:
        found = _refined(gram, right, radius, weighted, start, bits)
        if found is not None:
            return found
    return _newton(gram, right, radius, weighted, start, bits)


def _start(gram: fmpq_mat, right: fmpq_mat, radius: fmpq, weighted: bool) -> fmpq:
    """A first ν in float64, by bisection on its logarithm in the eigenbasis of the Gram matrix; at least 0."""
    matrix, matrix_shift = as_floats(gram)
    column, column_shift = as_floats(right)
    values, vectors = np.linalg.eigh(matrix)
    values = np.maximum(values, 0.0)
    components = (vectors.T @ column[:, 0]) ** 2 * (values if weighted else 1.0)
    # Everything is relative: eigenvalues to 2^matrix_shift, the right side to 2^column_shift.
    logarithm = 2 * (_log2(radius) - column_shift) - (matrix_shift if weighted else 0)
    low, high = -200.0, 200.0
    for _ in range(100):
        middle = (low + high) / 2
        total = float(np.sum(components / (1 + 2.0**middle * values) ** 2))
        if total > 0 and np.log2(total) > logarithm:
            low = middle
        else:
            high = middle
    if low < -45:  # near the threshold where the network vanishes: Newton from zero converges monotonically
        return fmpq(0)
    return from_floats(np.array([2.0**low]), -matrix_shift)[0, 0]


def _log2(value: fmpq) -> float:
    size = exponent(value)
    scaled = value / fmpq(2) ** size
    return size + float(np.log2(int(scaled.p) / int(scaled.q)))


def _newton(
    gram: fmpq_mat, right: fmpq_mat, radius: fmpq, weighted: bool, start: fmpq, bits: int
) -> tuple[fmpq_mat, fmpq]:
    """Newton's method on ``1/‖v(ν)‖ − 1/β`` (Hebden 1973; Moré and Sorensen 1983), in balls of enough precision."""
    before = ctx.prec
    size = gram.nrows()
    try:
        for working in (2 * bits + 128, 8 * bits + 512, 32 * bits + 2048):
            ctx.prec = working
            identity = arb_mat(size, size, [arb(int(i == j)) for i in range(size) for j in range(size)])
            matrix, column, target = arb_mat(gram), arb_mat(right), arb(radius)
            nu = arb(start)
            for _ in range(400):
                try:
                    shifted = identity + matrix * nu
                    v = shifted.solve(column)
                    image = matrix * v
                    slope = shifted.solve(image)
                except ZeroDivisionError:
                    break
                length = ((v.transpose() * (image if weighted else v))[0, 0]).sqrt()
                change = (slope.transpose() * (image if weighted else v))[0, 0]
                step = (length - target) / target * length * length / change
                nu = (nu + step).mid()
                if not step.is_finite():
                    break
                if abs(step).mid() <= abs(nu) * arb(2) ** (-bits - 8):
                    solution = [rational_of(entry, 2 * bits) for entry in v.entries()]
                    return rounded_matrix(stack(solution), bits + 16), rational_of(nu, bits + 16)
    finally:
        ctx.prec = before
    raise ArithmeticError("the secular equation of the projection did not converge")


def _refined(
    gram: fmpq_mat, right: fmpq_mat, radius: fmpq, weighted: bool, start: fmpq, bits: int
) -> tuple[fmpq_mat, fmpq] | None:
    """Refinement of ``(v, ν)`` with exact residuals and one float64 Jacobian, after scaling to order one."""
    matrix, matrix_shift = as_floats(gram)
    column, column_shift = as_floats(right)
    by_matrix, by_column = fmpq(2) ** -matrix_shift, fmpq(2) ** -column_shift
    scaled_gram, scaled_right = gram * by_matrix, right * by_column
    scaled_radius = radius * radius * by_column**2 * (by_matrix if weighted else 1)
    nu = start / by_matrix
    if nu == 0:
        return None
    size = gram.nrows()
    nu_float = int(nu.p) / int(nu.q)
    v_float = np.linalg.solve(np.eye(size) + nu_float * matrix, column[:, 0])
    image = matrix @ v_float
    gradient = 2 * (image if weighted else v_float)
    jacobian = np.block(
        [[np.eye(size) + nu_float * matrix, image[:, None] * nu_float], [gradient[None, :], np.zeros((1, 1))]]
    )
    try:
        inverse = np.linalg.inv(jacobian)
    except np.linalg.LinAlgError:
        return None

    def residual(x: fmpq_mat) -> fmpq_mat:
        entries = x.entries()
        v, relative = fmpq_mat(size, 1, entries[:-1]), entries[-1]
        product = scaled_gram * v
        linear = v + product * (nu * relative) - scaled_right
        length = (v.transpose() * (product if weighted else v))[0, 0]
        return stack(linear.entries(), [length - scaled_radius])

    first = stack(from_floats(v_float).entries(), [fmpq(1)])
    found = refine(residual, lambda r: np.asarray(inverse @ r), first, bits + 16)
    if found is None:
        return None
    entries = found.entries()
    return fmpq_mat(size, 1, entries[:-1]) * (1 / by_column), nu * entries[-1] * by_matrix
