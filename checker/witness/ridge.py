"""Projection onto ``{λ : ‖Xᵀλ‖ ≤ β}`` at any precision: the secular equation of ridge regression.

The projection of y is ``λ = (I + ν·XXᵀ)⁻¹y`` with the ``ν > 0`` at which ``‖Xᵀλ‖ = β``, and ``y − λ = X·w`` with
``w = ν·Xᵀλ``.  With ``A`` the integer numerators of X (``X = A/q``), or their transpose where X has more rows than
columns, the unknowns ``(v, μ)``, ``μ = ν/q²``, satisfy ``(I + μ·AAᵀ)v = b`` and ``‖v‖ = βq`` or ``‖Aᵀv‖ = βq``:
``v = λ, b = y`` for few rows, else ``v = Aλ, b = Ay``.

Both objectives are stationary at the optimum along the feasible set, so that points good to half the digits give values
good to all of them; only the factor that moves λ onto the sphere must be good to all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from flint import arb, arb_mat, ctx, fmpq, fmpq_mat, fmpz, fmpz_mat

from checker.witness.fixed_point import (
    NO_EXPONENT,
    Floats,
    dyadic,
    float_exponent,
    integers_from_floats,
    integers_to_floats,
    power_of_two,
    rationals_to_floats,
    squares,
    to_fixed,
)
from checker.witness.rounding import exponent, norm_squared, rational_of, rounded_matrix, sphere_factor

# Corrections in float64 cannot start below this μ·‖A‖²; μ = 0 then starts closer, near the threshold where w vanishes.
_SMALLEST_LOGARITHM = -45
_GUARD = 16
_SLACK = 6


@dataclass(frozen=True)
class _Secular:
    """``(I + μ·AAᵀ)v = b`` with ``‖Aᵀv‖`` (if ``weighted``) or ``‖v‖`` of ``length``; closeness ≈ log₂(1 − β/‖Xᵀy‖)."""

    matrix: fmpz_mat
    right: fmpq_mat
    length: fmpq
    weighted: bool
    closeness: int


@dataclass(frozen=True)
class _Solution:
    """``v·2^places`` in integers, μ, and the relative accuracy of v in bits."""

    v: fmpz_mat
    places: int
    mu: fmpq
    bits: int


def project(inputs: fmpq_mat, target: fmpq_mat, radius: fmpq, bits: int) -> tuple[fmpq_mat, fmpq_mat]:
    """The weights w and a feasible λ near the projection of y onto ``{λ : ‖Xᵀλ‖ ≤ radius}``.

    Args:
        inputs: X, of shape (n, d).
        target: y, of shape (n, 1), with ``‖Xᵀy‖ > radius``.
        radius: β > 0.
        bits: relative accuracy in binary digits of both objective values, at the best scaling of w in two layers.

    Returns:
        w of shape (d, 1) and λ of shape (n, 1) with ``‖Xᵀλ‖ ≤ radius`` exactly.

    Raises:
        ArithmeticError: the equation was not solved at any precision tried.
    """
    numerators, denominator = inputs.numer_denom()
    few_rows = inputs.nrows() <= inputs.ncols()
    transposed = numerators.transpose()
    above, below = target.numer_denom()
    correlation = transposed * above
    squared = fmpq(squares(correlation), below * below)
    length = radius * denominator
    problem = _Secular(
        matrix=numerators if few_rows else transposed,
        right=target if few_rows else fmpq_mat(correlation) * fmpq(1, below),
        length=length,
        weighted=few_rows,
        closeness=min(0, exponent((squared - length * length) / squared)),
    )
    half = bits // 2 + _GUARD
    found = _refined(problem, half) or _newton(problem, half)
    hidden, unit = transposed * found.v if few_rows else found.v, power_of_two(-found.places)
    # w = ν·Xᵀλ = (μq²)·(Aᵀλ/q)
    weights = rounded_matrix(fmpq_mat(hidden) * (found.mu * denominator * unit), found.bits)
    if few_rows:
        return weights, fmpq_mat(found.v) * (unit * sphere_factor(squares(hidden) * unit**2, length, bits))
    residual = target - inputs * weights
    return weights, residual * sphere_factor(norm_squared(inputs.transpose() * residual), radius, bits)


def _refined(problem: _Secular, bits: int) -> _Solution | None:
    """Float64 corrections of exact residuals, in the eigenbasis of the Gram matrix; None if they do not converge,
    or where the length is not positive.
    """
    matrix, matrix_shift = integers_to_floats(problem.matrix)
    column, column_shift = rationals_to_floats(problem.right)
    radius, radius_shift = rationals_to_floats(fmpq_mat(1, 1, [problem.length]))
    if radius[0, 0] <= 0:
        return None
    values, vectors = np.linalg.eigh(matrix @ matrix.T)
    values = np.maximum(values, 0.0)
    weights = values if problem.weighted else np.ones_like(values)
    components = vectors.T @ column[:, 0]
    # All floats are of order one: A = matrix·2^matrix_shift, b = column·2^column_shift, μ = relative·2^mu_shift.
    mu_shift, length_shift = -2 * matrix_shift, matrix_shift if problem.weighted else 0
    logarithm = 2 * (float(np.log2(radius[0, 0])) + radius_shift - column_shift - length_shift)
    relative = _start(values, weights * components**2, logarithm)
    mu, spread = dyadic(relative, mu_shift), 1 + relative * values
    start = components / spread
    image, gradient, size = values * start, weights * start, float_exponent(start)
    slope = float(gradient @ (image / spread))
    if size == NO_EXPONENT or not np.isfinite(spread[-1]) or not slope:
        return None
    # The gap is as the square of the error times 1 + μ‖A‖²; near the threshold w needs the bits by which it is small.
    bits += int(np.log2(spread[-1])) - problem.closeness
    places = bits - (column_shift + size)
    v, right = integers_from_floats(vectors @ start, bits - size), to_fixed(problem.right, places)
    goal = to_fixed(fmpq_mat(1, 1, [problem.length**2]), 2 * places)[0, 0]
    transposed, last = problem.matrix.transpose(), 0
    while True:
        scale = max(0, bits - exponent(mu)) if mu else 0
        hidden = transposed * v
        linear = (v - right) * (fmpz(1) << scale) + problem.matrix * hidden * to_fixed(fmpq_mat(1, 1, [mu]), scale)[
            0, 0
        ]
        floats, shift = integers_to_floats(linear)
        shift -= scale + bits - size
        excess = fmpz_mat(1, 1, [squares(hidden if problem.weighted else v) - goal])
        surplus, surplus_shift = integers_to_floats(excess)
        surplus_shift -= 2 * (bits - size + length_shift)
        shift, linear_shift = max(shift, surplus_shift), shift
        part = vectors.T @ np.ldexp(floats[:, 0], linear_shift - shift) / spread
        change = (float(np.ldexp(surplus[0, 0], surplus_shift - shift)) / 2 - float(gradient @ part)) / slope
        correction = -part - image / spread * change
        if not (np.all(np.isfinite(correction)) and np.isfinite(change)):
            return None
        v += integers_from_floats(vectors @ correction, shift + bits - size)
        mu += dyadic(change, mu_shift + shift)
        step = max(
            float_exponent(correction) + shift - size,
            float_exponent(change) + shift + mu_shift - exponent(mu) + problem.closeness,
        )
        # The next correction would be smaller by the same factor as this one.
        if min(step, 2 * step - last) <= _SLACK - bits:
            return _Solution(v, places, mu, bits) if mu > 0 else None
        if step >= last:
            return None
        last = step


def _start(values: Floats, components: Floats, logarithm: float) -> float:
    """The μ at which ``Σ componentsᵢ/(1 + μ·valuesᵢ)²`` is ``2^logarithm``, by bisection; 0 where it is tiny."""
    low, high = -64.0, 960.0
    for _ in range(60):
        middle = (low + high) / 2
        with np.errstate(all="ignore"):
            total = np.log2(np.sum(components / (1 + 2.0**middle * values) ** 2))
        low, high = (middle, high) if total > logarithm else (low, middle)
    return 0.0 if low < _SMALLEST_LOGARITHM else 2.0**low


def _newton(problem: _Secular, bits: int) -> _Solution:
    """Newton's method on ``1/‖v(μ)‖ − 1/length`` (Hebden 1973, Moré and Sorensen 1983) in balls, from μ = 0."""
    before, size = ctx.prec, problem.matrix.nrows()
    bits, trace = bits - problem.closeness, _trace(problem.matrix)
    try:
        for working in (4 * bits + 256, 16 * bits + 1024, 64 * bits + 4096):
            ctx.prec = working
            identity = arb_mat(size, size, [arb(int(i == j)) for i in range(size) for j in range(size)])
            gram = arb_mat(problem.matrix * problem.matrix.transpose())
            column, target, mu = arb_mat(problem.right), arb(problem.length), arb(0)
            for _ in range(1000):
                try:
                    inverse = (identity + gram * mu).inv()
                except ZeroDivisionError:
                    break
                v = inverse * column
                image = gram * v
                rows = (image if problem.weighted else v).transpose()
                length = (rows * v)[0, 0].sqrt()
                step = (length - target) / target * length * length / (rows * (inverse * image))[0, 0]
                mu = (mu + step).mid()
                if not step.is_finite():
                    break
                # μ is needed as accurately as v: the gap is as the square of the error times 1 + μ‖A‖².
                kept = bits + max(0, exponent(rational_of(mu, 8) * trace))
                if abs(step).mid() <= abs(mu) * arb(2) ** (-kept - 8):
                    if 2 * kept > working:
                        break
                    solution = fmpq_mat(size, 1, [rational_of(entry, 2 * kept) for entry in v.entries()])
                    places = kept - exponent(solution)
                    return _Solution(to_fixed(solution, places), places, rational_of(mu, 2 * kept), kept)
    finally:
        ctx.prec = before
    raise ArithmeticError("the secular equation of the projection did not converge")


def _trace(matrix: fmpz_mat) -> fmpz:
    entries = matrix.entries()
    return squares(fmpz_mat(len(entries), 1, entries))
