"""Newton's method for ``min ½⟨W, MW⟩ − ⟨C, W⟩ + ‖W‖_*``: quadratic convergence without knowing the rank.

W is optimal if and only if ``W = S(W + τ(C − MW))`` for a ``τ > 0``, where S lowers every singular value by τ, down to
zero.  S is strongly semismooth (Jiang, Sun and Toh 2013), and ``I − D(I − τM)`` is regular for every D in its
generalised Jacobian if M is positive definite; so a singular value of ``C − MW`` may be close to 1, or at 1 without one
of W beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb, arb_mat

from checker.witness.spectral import Decomposition, decomposed, identity, length

_PATIENCE = 3
_LIMIT = 40


@dataclass(frozen=True)
class Quadratic:
    """The problem: ``gram`` M of shape (k, k), positive definite; ``correlation`` C of shape (k, l) with k ≥ l."""

    gram: arb_mat
    correlation: arb_mat


@dataclass(frozen=True)
class Factors:
    """``W = left·diag(values)·rightᵀ`` with orthonormal columns, of shapes (k, r) and (l, r), and r positive values."""

    left: arb_mat
    values: list[arb]
    right: arb_mat


def factors(matrix: arb_mat, threshold: arb, start: arb_mat) -> tuple[Factors, Decomposition]:
    """The matrix with every singular value lowered by the threshold, and its own decomposition."""
    whole = decomposed(matrix, start)
    values = [(value - threshold).mid() for value in whole.values if value > threshold]
    return Factors(_leading(whole.left, len(values)), values, _leading(whole.right, len(values))), whole


def _leading(matrix: arb_mat, columns: int) -> arb_mat:
    return arb_mat(matrix.nrows(), columns, [entry for row in matrix.tolist() for entry in row[:columns]])


def product(found: Factors) -> arb_mat:
    """W itself."""
    scaled = [[x * y for x, y in zip(row, found.values, strict=True)] for row in found.left.tolist()]
    left = arb_mat(found.left.nrows(), len(found.values), [entry for row in scaled for entry in row])
    return (left * found.right.transpose()).mid()


def solve(problem: Quadratic, start: arb_mat, tau: arb, bits: int) -> Factors | None:
    """The optimum near a start, at the present precision.

    Args:
        problem: M and C.
        start: of C's shape.
        tau: how far a step along the gradient goes, positive; ``‖W‖/‖C − MW‖`` balances the two.
        bits: binary digits to which ``C − MW`` lies in the unit ball and both objective values agree, and, where MW is
            small, of MW.

    Returns:
        The optimum, or None if a few steps brought it no closer.
    """
    gram, current, basis = problem.gram, start, identity(start.ncols())
    best, waited = arb("inf"), 0
    for _ in range(_LIMIT):
        lowered, whole = factors((current + (problem.correlation - gram * current) * tau).mid(), tau, basis)
        weights = product(lowered)
        excess = (current - weights).mid()
        # For W = S(V) and Z = (V − W)/τ, which lies in the unit ball, this is C − MW − Z.
        error = length(gram * excess - excess / tau)
        if error <= arb(2) ** -bits * length(gram * weights).min(arb(1)):
            return lowered
        best, waited = (error, 0) if error < best / 2 else (best, waited + 1)
        if waited == _PATIENCE:
            return None
        current, basis = (current + _step(gram * tau, excess, lowered.values, whole)).mid(), whole.right
    return None


def _step(gram: arb_mat, excess: arb_mat, lowered: list[arb], whole: Decomposition) -> arb_mat:
    """The solution Δ of ``Δ − D[Δ − τMΔ] = −excess``, in the basis of the singular vectors.

    There ``D[G]ᵢⱼ = αᵢⱼGᵢⱼ + γᵢⱼGⱼᵢ``, with ``α ± γ`` the difference quotients of S at ``vᵢ, ±vⱼ``.  D vanishes where
    neither i nor j is above the threshold, so that Δ is known there.
    """
    rows, columns, rank = excess.nrows(), excess.ncols(), len(lowered)
    before = whole.values + [arb(0)] * (rows - columns)
    after = lowered + [arb(0)] * (rows - rank)
    change = (-(whole.left.transpose() * excess * whole.right)).mid().tolist()
    operator = (whole.left.transpose() * gram * whole.left - identity(rows)).mid().tolist()
    places = [(i, j) for i in range(rows) for j in range(columns) if i < rank or j < rank]
    position = {place: at for at, place in enumerate(places)}
    matrix, right = [[arb(0)] * len(places) for _ in places], [change[i][j] for i, j in places]
    for at, (i, j) in enumerate(places):
        matrix[at][at] += 1
        turned = (1 if i < rank and j < rank else (after[i] - after[j]) / (before[i] - before[j])) if i != j else 1
        mirrored = (after[i] + after[j]) / (before[i] + before[j]) if i != j else 1
        terms = [(i, j, (mirrored + turned) * arb(0.5))]
        terms += [(j, i, (turned - mirrored) * arb(0.5))] if i < columns and i != j else []
        for row, column, weight in terms:
            for k in range(rows):
                factor = weight * operator[row][k]
                if (k, column) in position:
                    matrix[at][position[k, column]] += factor
                else:
                    right[at] -= factor * change[k][column]
    if places:
        solution = arb_mat(matrix).mid().solve(arb_mat(len(places), 1, right).mid(), algorithm="approx")
        for (i, j), entry in zip(places, solution.entries(), strict=True):
            change[i][j] = entry
    return (whole.left * arb_mat(change) * whole.right.transpose()).mid()
