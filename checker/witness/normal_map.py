"""Newton's method for the optimality conditions of a cross-entropy with a nuclear norm, near the optimum.

The method is for the normal map (S. M. Robinson 1992) ``∇CE(T(A)) + (A − T(A))/τ = 0``, where T lowers singular values
by τ, down to zero.  ``I − D + τHD``, with the Hessian H of the loss, is regular for every D in the generalised Jacobian
of T, whether or not singular values lie at the threshold, so that it converges quadratically from points near the
optimum.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb, arb_mat

from checker.witness.softmax import Softmax, singular_values
from checker.witness.spectral import Decomposition, identity, length

_STEPS, _HALVINGS = 40, 6
_ONE = arb(1)


@dataclass(frozen=True)
class Normal:
    """``A = V + τ·slope``, where no singular value of the slope is above one.

    ``whole`` decomposes A, and ``kept`` are the singular values of V; ``residual`` is the gradient of the loss at V
    plus the slope.
    """

    whole: Decomposition
    kept: list[arb]
    weights: arb_mat
    slope: arb_mat
    residual: arb_mat
    probabilities: arb_mat


def polished(loss: Softmax, weights: arb_mat, slope: arb_mat, bits: int) -> Normal | None:
    """The optimum, with a residual of ``2^-bits``, from a V and an S near it; None if they are not near enough."""
    # No shorter step along a gradient than one that lowers the loss from anywhere.
    least = (1 / length(loss.inputs) ** 2).mid()
    # With a small τ, V is nearly linear in A; with a large one, the slope beside it is.
    for shift in (least, length(weights)):
        found = _Newton(loss, shift).optimum(weights, slope, bits) if shift >= least else None
        if found is not None:
            return found
    return None


class _Newton:
    """The method for one τ, at the present precision."""

    def __init__(self, loss: Softmax, shift: arb) -> None:
        self.loss, self.shift = loss, shift

    def optimum(self, weights: arb_mat, slope: arb_mat, bits: int) -> Normal | None:
        """None if no part of a step brings it closer."""
        current = self._at((weights + slope * self.shift).mid())
        for _ in range(_STEPS):
            if length(current.residual) <= arb(2) ** -bits:
                return current
            system = self._system(current)
            change, share, found = self._change(system, current, current.residual), _ONE, None
            size = length(change)
            for _ in range(_HALVINGS):
                found = self._at((current.weights + current.slope * self.shift + change * share).mid())
                # What a simplified step would still change, which does not depend on how equations are scaled.
                left = length(self._change(system, current, found.residual))
                if left < size * (1 - share / 64) or length(found.residual) <= arb(2) ** -bits:
                    break
                found, share = None, share / 2
            if found is None:
                return None
            current = found
        return None

    def _at(self, point: arb_mat) -> Normal:
        """What ``A`` stands for."""
        whole = singular_values(point)
        kept = [(value - self.shift).mid() for value in whole.values if value > self.shift]
        weights = _product(whole, kept)
        slope = ((point - weights) / self.shift).mid()
        probabilities = self.loss.probabilities(weights)
        residual = (self.loss.gradient(probabilities) + slope).mid()
        return Normal(whole, kept, weights, slope, residual, probabilities)

    def _system(self, at: Normal) -> arb_mat:
        """``Δ ↦ Δ − D[Δ] + τHD[Δ]``, in the basis of the singular vectors and flattened by rows."""
        whole, rows, columns = at.whole, at.weights.nrows(), at.weights.ncols()
        lowered = _derivative(whole.values, at.kept, rows, columns)
        curvature = self.loss.curvature(at.probabilities, whole.left, whole.right)
        return (identity(rows * columns) - lowered + curvature * lowered * self.shift).mid()

    def _change(self, system: arb_mat, at: Normal, residual: arb_mat) -> arb_mat:
        """The Δ that the system maps to ``−τ·residual``."""
        whole, rows, columns = at.whole, residual.nrows(), residual.ncols()
        right = whole.left.transpose() * residual * whole.right * -self.shift
        solution = system.solve(arb_mat(rows * columns, 1, right.mid().entries()), algorithm="approx").mid()
        return (whole.left * arb_mat(rows, columns, solution.entries()) * whole.right.transpose()).mid()


def _product(whole: Decomposition, kept: list[arb]) -> arb_mat:
    scaled = [[x * s for x, s in zip(row, kept, strict=False)] for row in whole.left.tolist()]
    right = [row[: len(kept)] for row in whole.right.tolist()]
    return (
        (arb_mat(scaled) * arb_mat(right).transpose()).mid()
        if kept
        else arb_mat(whole.left.nrows(), whole.right.nrows())
    )


def _derivative(before: list[arb], kept: list[arb], rows: int, columns: int) -> arb_mat:
    """D, with matrices in the basis of the singular vectors flattened by rows: quotients of T at ``vᵢ, ±vⱼ``."""
    after = kept + [arb(0)] * (len(before) - len(kept))
    rank, both = len(kept), len(before)
    matrix = [[arb(0)] * (rows * columns) for _ in range(rows * columns)]
    for i in range(rows):
        for j in range(columns):
            at = i * columns + j
            if min(i, j) >= rank:
                continue
            if i == j:
                matrix[at][at] = _ONE
            elif max(i, j) >= both:
                matrix[at][at] = after[min(i, j)] / before[min(i, j)]
            else:
                turned = _ONE if max(i, j) < rank else (after[i] - after[j]) / (before[i] - before[j])
                mirrored = (after[i] + after[j]) / (before[i] + before[j])
                matrix[at][at] = (mirrored + turned) / 2
                matrix[at][j * columns + i] = (turned - mirrored) / 2
    return arb_mat(matrix).mid()
