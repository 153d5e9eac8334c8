"""Optima in mpmath or in fractions, by code that shares nothing with the checker: closed forms, and Newton's method."""

from collections.abc import Sequence
from fractions import Fraction

import mpmath
import numpy as np

DPS = 90
# A reference has DPS digits, less its conditioning; what it is compared with has 50.
REFERENCE_DIGITS, DIGITS = 60, 50


def to_mpmath(matrix) -> mpmath.matrix:
    """From a matrix of rationals (flint's, or rows of integers and fractions)."""
    rows = matrix.tolist() if hasattr(matrix, "tolist") else matrix
    return mpmath.matrix([[number(entry) for entry in row] for row in rows])


def number(value) -> mpmath.mpf:
    """A rational of any kind, to DPS digits."""
    if hasattr(value, "p"):
        return mpmath.mpf(int(value.p)) / int(value.q)
    exact = Fraction(value)
    return mpmath.mpf(exact.numerator) / exact.denominator


def ends(result, side: str = "primal") -> tuple[mpmath.mpf, mpmath.mpf]:
    return mpmath.mpf(result.values[side]["lower"]), mpmath.mpf(result.values[side]["upper"])


def assert_encloses(result, value, side: str = "primal", digits: int = DIGITS) -> None:
    """The value lies in the enclosure, which is narrow."""
    lower, upper = ends(result, side)
    slack = abs(value) * mpmath.mpf(10) ** -(digits + REFERENCE_DIGITS - DIGITS)
    assert lower - slack <= value <= upper + slack
    assert upper - lower <= abs(value) * mpmath.mpf(10) ** -digits


def singular_values(matrix) -> list[mpmath.mpf]:
    """The nonzero ones, decreasing."""
    thin = matrix if matrix.rows >= matrix.cols else matrix.T
    found = sorted(mpmath.svd_r(thin, compute_uv=False), reverse=True)
    return [value for value in found if value > found[0] * cutoff()]


def cutoff() -> mpmath.mpf:
    return mpmath.mpf(10) ** (-mpmath.mp.dps // 2)


def pseudo_inverse(matrix) -> mpmath.matrix:
    """From a singular value decomposition."""
    if matrix.rows < matrix.cols:
        return pseudo_inverse(matrix.T).T
    left, values, right = mpmath.svd_r(matrix)
    inverse = mpmath.zeros(len(values))
    for i in range(len(values)):
        if values[i] > values[0] * cutoff():
            inverse[i, i] = 1 / values[i]
    return right.T * inverse * left.T


def of_least_norm(inputs, target) -> list[mpmath.mpf]:
    """The singular values of ``X†Y``."""
    return singular_values(pseudo_inverse(to_mpmath(inputs)) * to_mpmath(target))


def power_sum(values: Sequence[mpmath.mpf], order) -> mpmath.mpf:
    """``Σ σ_i^order``."""
    return mpmath.fsum(value**order for value in values)


def ridge(X, y, beta) -> mpmath.mpf:
    """``min_w ½‖Xw − y‖² + β‖w‖`` by bisection on the secular equation in an eigenbasis."""
    values, vectors = mpmath.eigsy(X.T * X)
    b = vectors.T * (X.T * y)
    if mpmath.norm(b) <= beta:
        return mpmath.norm(y) ** 2 / 2

    def weights(mu):
        return [b[i] / (max(values[i], 0) + mu) for i in range(len(values))]

    def size(mu):
        return mu * mpmath.sqrt(mpmath.fsum(w**2 for w in weights(mu))) - beta

    low, high = mpmath.mpf(10) ** -40, mpmath.mpf(10) ** 40
    for _ in range(600):
        middle = mpmath.sqrt(low * high)
        low, high = (middle, high) if size(middle) < 0 else (low, middle)
    w = vectors * mpmath.matrix(weights(low))
    return mpmath.norm(X * w - y) ** 2 / 2 + beta * mpmath.norm(w)


def shrunk(target, beta, most: int | None = None) -> mpmath.mpf:
    """``½‖Y‖_F² − ½Σ(σ_i − β)₊²`` over the largest singular values, as many as said."""
    matrix, bound = to_mpmath(target), number(beta)
    values = singular_values(matrix)[:most]
    return (squares(matrix) - mpmath.fsum(max(value - bound, 0) ** 2 for value in values)) / 2


def nuclear_ridge(inputs, target, beta) -> mpmath.mpf:
    """``min_W ½‖XW − Y‖_F² + β‖W‖_*`` by Newton's method on ``W = prox(W − τ∇)``, with finite differences.

    It starts from proximal gradient steps in float64; its own gap, to a feasible multiple of the residual, certifies
    it. W is sought in the row space of X, where it must lie.
    """
    bound, Y = number(beta), to_mpmath(target)
    X = in_row_space(to_mpmath(inputs))
    gram, correlation = X.T * X, X.T * Y
    rows, columns = correlation.rows, correlation.cols
    step = 1 / max(gram[i, i] for i in range(rows))

    def shape(entries) -> mpmath.matrix:
        return mpmath.matrix([[entries[i * columns + j] for j in range(columns)] for i in range(rows)])

    def moved(weights) -> mpmath.matrix:
        return lowered(weights - step * (gram * weights - correlation), step * bound)

    weights, size = shape(_proximal(gram, correlation, float(bound)).ravel().tolist()), rows * columns
    for _ in range(40):
        error = weights - moved(weights)
        value, gap = _gap(X, Y, bound, weights)
        if gap <= value * mpmath.mpf(10) ** -(DIGITS + 10):
            return value
        jacobian, tiny = mpmath.zeros(size), mpmath.mpf(10) ** (-DPS // 2)
        for at in range(size):
            shifted = weights.copy()
            shifted[at // columns, at % columns] += tiny
            change = shifted - moved(shifted) - error
            for i in range(size):
                jacobian[i, at] = change[i // columns, i % columns] / tiny
        weights = weights - shape(mpmath.lu_solve(jacobian, mpmath.matrix([e for row in error.tolist() for e in row])))
    raise ArithmeticError("Newton's method did not converge")


def in_row_space(X) -> mpmath.matrix:
    """``XQ`` with an orthonormal basis Q of the row space of X, in which the Gram matrix is diagonal."""
    values, vectors = mpmath.eigsy(X.T * X)
    kept = [j for j in range(len(values)) if values[j] > max(values) * cutoff()]
    return X * mpmath.matrix([[vectors[i, j] for j in kept] for i in range(vectors.rows)])


def _proximal(gram, correlation, bound: float, steps: int = 4000) -> np.ndarray:
    G, C = (np.array(matrix.tolist(), dtype=float) for matrix in (gram, correlation))
    step = 1 / np.max(np.abs(G))
    weights = momentum = np.zeros_like(C)
    for k in range(steps):
        left, values, right = np.linalg.svd(momentum - step * (G @ momentum - C), full_matrices=False)
        before, weights = weights, (left * np.maximum(values - step * bound, 0)) @ right
        momentum = weights + (weights - before) * k / (k + 3)
    return weights


def lowered(matrix, threshold) -> mpmath.matrix:
    """Every singular value lowered, down to zero."""
    if matrix.rows < matrix.cols:
        return lowered(matrix.T, threshold).T
    left, values, right = mpmath.svd_r(matrix)
    return left * mpmath.diag([max(value - threshold, 0) for value in values]) * right


def _gap(X, Y, bound, weights) -> tuple[mpmath.mpf, mpmath.mpf]:
    residual = Y - X * weights
    image = mpmath.svd_r(tall(X.T * residual), compute_uv=False)
    factor = min(1, bound / image[0]) if image[0] else 1
    primal = squares(residual) / 2 + bound * mpmath.fsum(mpmath.svd_r(tall(weights), compute_uv=False))
    inner = mpmath.fsum(a * b for a, b in zip(residual, Y, strict=True))
    return primal, primal - factor * inner + factor**2 * squares(residual) / 2


def tall(matrix) -> mpmath.matrix:
    return matrix if matrix.rows >= matrix.cols else matrix.T


def squares(matrix) -> mpmath.mpf:
    return mpmath.fsum(entry**2 for entry in matrix)


def reflections(vectors: Sequence[Sequence[int]], rows: int) -> list[list[Fraction]]:
    """The first rows of a product of Householder reflections ``I − 2vvᵀ/vᵀv``: rational and orthonormal."""
    size = len(vectors[0])
    matrix = [[Fraction(int(i == j)) for j in range(size)] for i in range(size)]
    for v in vectors:
        length = sum(entry * entry for entry in v)
        if length:
            for row in matrix:
                along = Fraction(2, length) * sum(a * b for a, b in zip(row, v, strict=True))
                row[:] = [a - along * b for a, b in zip(row, v, strict=True)]
    return matrix[:rows]
