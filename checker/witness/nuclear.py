"""Two linear layers with weight decay, or a nuclear norm: both optima at any precision.

``½‖XW₁W₂ − Y‖_F² + (β/2)(‖W₁‖_F² + ‖W₂‖_F²)`` is least where ``W = W₁W₂`` minimises ``½‖XW − Y‖_F² + β‖W‖_*`` and
``W₁ = U√Σ``, ``W₂ = √ΣVᵀ`` (Srebro, Rennie and Jaakkola 2004).  The dual optimum is ``Λ = Y − XW``, with
``σ_max(XᵀΛ) ≤ β``.

Only ``W = QW'Rᵀ`` with Q and R orthonormal bases of the row spaces of X and XᵀY can be optimal: W' is sought, from
``M = QᵀXᵀXQ/β`` and ``C = QᵀXᵀYR/β``.
"""

from __future__ import annotations

from flint import arb, arb_mat, ctx, fmpq, fmpq_mat, nmod_mat

from checker.witness.interior import central_points
from checker.witness.rounding import exponent, rational_of, rounded, rounded_matrix, square_root
from checker.witness.shrinkage import Factors, Quadratic, factors, solve
from checker.witness.spectral import cholesky, fits, identity, largest, length

_PRIME = (1 << 61) - 1
_ATTEMPTS = 3
_GUARD = 16
# A phase of the interior point method closes the gap by that many bits before Newton's method is tried again.
_PHASE = 32

Point = tuple[fmpq_mat, fmpq_mat, fmpq_mat]


def nuclear_ridge(inputs: fmpq_mat, target: fmpq_mat, radius: fmpq, width: int, bits: int) -> Point:
    """Both layers and a feasible Λ near the optima of ridge regression with two linear layers and its dual.

    Args:
        inputs: X, of shape (n, d).
        target: Y, of shape (n, K).
        radius: β > 0.
        width: the number m of neurons, at least the rank of XᵀY.
        bits: relative accuracy in binary digits of both objective values.

    Returns:
        W₁ of shape (d, m), W₂ of shape (m, K) and Λ of shape (n, K) with ``σ_max(XᵀΛ) ≤ radius`` exactly; the best ones
        found, if the values do not agree to that accuracy at any precision tried.
    """
    correlation = inputs.transpose() * target
    zeros = fmpq_mat(inputs.ncols(), width), fmpq_mat(width, target.ncols())
    if fits(correlation, radius, bits):
        return *zeros, target
    # A product MW of the size of C is compared with 1, and differs from it by little near the threshold.
    spread = max(0, exponent(correlation) - exponent(radius)) + _closeness(correlation, radius, bits)
    found: list[Point] = []
    before = ctx.prec
    for attempt in range(_ATTEMPTS):
        ctx.prec = (2 * bits + spread + 128) << attempt
        try:
            point = _proposed(inputs, target, radius, width, bits + _GUARD * attempt)
        except (ArithmeticError, ValueError):  # a pivot that vanished, or an infinite entry
            continue
        finally:
            ctx.prec = before
        if _relative_gap(inputs, target, radius, point) <= fmpq(1, 2) ** (bits - 4):
            return point
        found.append(point)
    found.append((*zeros, _feasible(inputs, target, radius, bits)))
    return min(found, key=lambda point: _relative_gap(inputs, target, radius, point))


def _closeness(correlation: fmpq_mat, radius: fmpq, bits: int) -> int:
    """The number of leading bits in which ``σ_max(XᵀY)`` and a smaller β agree; a large one if that is not seen."""
    before = ctx.prec
    try:
        for working in (128, 2 * bits, 8 * bits):
            ctx.prec = working
            above = rational_of(largest(correlation) / radius - 1, 8)
            if above > fmpq(1, 2) ** (working - 2 * _GUARD):
                break
    finally:
        ctx.prec = before
    return max(0, -exponent(above)) if above > 0 else working


def _proposed(inputs: fmpq_mat, target: fmpq_mat, radius: fmpq, width: int, bits: int) -> Point:
    """The rounded optima at the present precision."""
    gram, correlation = inputs.transpose() * inputs, inputs.transpose() * target
    rows, columns = _row_space(inputs), _row_space(correlation)
    problem = Quadratic(
        gram=(rows.transpose() * arb_mat(gram * (1 / radius)) * rows).mid(),
        correlation=(rows.transpose() * arb_mat(correlation * (1 / radius)) * columns).mid(),
    )
    found = _optimum(problem, bits + 6)
    rank = min(width, len(found.values))
    roots = [value.sqrt() for value in found.values[:rank]]
    # Rounding W by e changes XᵀΛ/β by Me/β.
    size = exponent(rational_of(found.values[0], bits)) if rank else 0
    kept = bits + _GUARD + max(0, exponent(gram) + size - exponent(radius))
    first = _rounded_columns(rows * found.left, roots, width, kept)
    second = _rounded_columns(columns * found.right, roots, width, kept).transpose()
    return first, second, _feasible(inputs, target - inputs * (first * second), radius, bits)


def _optimum(problem: Quadratic, bits: int) -> Factors:
    """Newton's method from zero, then from points of the central path until it converges or the gap is closed."""
    correlation = problem.correlation
    start = arb_mat(correlation.nrows(), correlation.ncols())
    found = solve(problem, start, (1 / length(problem.gram)).mid(), bits)
    closed, weights = 0, start
    for weights, gap in central_points(problem, bits + 100) if found is None else ():
        size = length(weights)
        if gap <= size * arb(2) ** -bits:
            break
        if gap <= size * arb(2) ** -(closed + _PHASE):
            closed += _PHASE
            found = solve(problem, weights, size, bits)
            if found is not None:
                break
    return found or factors(weights, arb(0), identity(weights.ncols()))[0]


def _row_space(matrix: fmpq_mat) -> arb_mat:
    """Orthonormal columns that span the rows of a matrix of shape (n, d), of shape (d, rank)."""
    numerators, _ = matrix.numer_denom()
    # Rows independent modulo a prime are independent over Q.
    reduced, rank = nmod_mat(numerators.transpose(), _PRIME).rref()
    if rank == matrix.ncols():
        return identity(rank)
    pivots = [next(j for j in range(row, reduced.ncols()) if int(reduced[row, j])) for row in range(rank)]
    table = matrix.tolist()
    chosen = fmpq_mat([table[pivot] for pivot in pivots])
    triangle = cholesky(arb_mat(chosen * chosen.transpose()))
    return triangle.solve(arb_mat(chosen), algorithm="approx").mid().transpose()


def _rounded_columns(matrix: arb_mat, factors: list[arb], width: int, bits: int) -> fmpq_mat:
    """The first columns times the factors, and zeros after them."""
    rows = [[rational_of(x * y, 2 * bits) for x, y in zip(row, factors, strict=False)] for row in matrix.tolist()]
    zeros = [fmpq(0)] * (width - len(factors))
    return rounded_matrix(fmpq_mat([row + zeros for row in rows]), bits)


def _feasible(inputs: fmpq_mat, residual: fmpq_mat, radius: fmpq, bits: int) -> fmpq_mat:
    """A rounded multiple of the residual just inside ``σ_max(XᵀΛ) ≤ radius``."""
    transposed = inputs.transpose()
    image = transposed * residual
    places = bits + _GUARD + inputs.nrows().bit_length() + max(exponent(inputs) - exponent(radius), -exponent(residual))
    before, ctx.prec = ctx.prec, 2 * bits + 64
    try:
        goal = rational_of(radius / largest(image), bits + _GUARD)
    finally:
        ctx.prec = before
    for attempt in range(4):
        factor = min(fmpq(1), goal * (1 - fmpq(1, 2) ** (bits + 6 - 4 * attempt)))
        entries = [rounded(entry * factor, places) for entry in residual.entries()]
        dual = fmpq_mat(residual.nrows(), residual.ncols(), entries)
        if fits(transposed * dual, radius, bits):
            return dual
    # The norm of Frobenius bounds the spectral one.
    return residual * min(fmpq(1), square_root(radius * radius / _squares(image), bits))


def _relative_gap(inputs: fmpq_mat, target: fmpq_mat, radius: fmpq, point: Point) -> fmpq:
    first, second, dual = point
    primal = (_squares(inputs * (first * second) - target) + radius * (_squares(first) + _squares(second))) / 2
    pairs = zip(dual.entries(), target.entries(), strict=True)
    bound = sum((x * y for x, y in pairs), start=fmpq(0)) - _squares(dual) / 2
    return (primal - bound) / primal if primal else fmpq(0)


def _squares(matrix: fmpq_mat) -> fmpq:
    return sum((entry * entry for entry in matrix.entries()), start=fmpq(0))
