"""Two linear layers with weight decay and the multinomial cross-entropy: both optima at any precision.

``CE(XW₁W₂; Y) + (β/2)(‖W₁‖_F² + ‖W₂‖_F²)`` is least where ``W = W₁W₂`` minimises ``CE(XW; Y) + β‖W‖_*`` and
``W₁ = U√Σ``, ``W₂ = √ΣVᵀ`` (Srebro, Rennie and Jaakkola 2004); the dual optimum is ``N = softmax(XW) − Y``.  The
Hessian is positive definite on what W is sought in (:mod:`checker.witness.softmax`), so that the optimum is unique.  A
barrier leads near it (:mod:`checker.witness.softmax_path`), and Newton's method to it
(:mod:`checker.witness.normal_map`).
"""

from __future__ import annotations

from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from checker.kernel.progress import watched
from checker.witness.exact import WitnessError
from checker.witness.normal_map import Normal, polished
from checker.witness.rounding import exponent, rational_of
from checker.witness.softmax import Softmax
from checker.witness.softmax_path import centres
from checker.witness.spectral import fits, largest

# Each at twice the precision of the one before.
_ATTEMPTS = 3
_GUARD = 64
_ROUGH = 16
# Of 1/100: where the path is left for Newton's method, if that arrives.
_POWERS = (1, 2, 4, 8, 16, 32, 64)

Point = tuple[fmpq_mat, fmpq_mat, fmpq_mat]


def cross_entropy(inputs: fmpq_mat, target: fmpq_mat, radius: fmpq, width: int, bits: int) -> Point:
    """Both layers and a feasible N near the optima of two linear layers with the cross-entropy and of its dual.

    Args:
        inputs: X, of shape (n, d).
        target: Y, of shape (n, K), with a 1 in each row and zeros beside it.
        radius: β > 0.
        width: the number m of neurons, at least the rank of the optimal ``W₁W₂``.
        bits: of the gap between both values, relative to the primal one.

    Returns:
        W₁ of shape (d, m), W₂ of shape (m, K) and N of shape (n, K) with ``N + Y ≥ 0``, ``N𝟏 = 0`` and
        ``σ_max(XᵀN) ≤ radius``, all exactly; zeros and ``1/K − Y`` where these are optimal.

    Raises:
        WitnessError: β ≤ 0, rows that are not one-hot, a width that is too small, or a gap that was not closed.
    """
    _check(inputs, target, radius)
    size, outputs = inputs.ncols(), target.ncols()
    slopes = fmpq_mat(target.nrows(), outputs, [fmpq(1, outputs) - y for y in target.entries()])
    if fits(inputs.transpose() * slopes, radius, bits):
        return fmpq_mat(size, width), fmpq_mat(width, outputs), slopes
    before, gap = ctx.prec, arb("inf")
    # The margins of a fit are about as many bits as those by which β lies below the threshold.
    spread = max(0, exponent(inputs.transpose() * slopes) - exponent(radius))
    try:
        for attempt in range(_ATTEMPTS):
            ctx.prec = 2 * (bits + spread + _GUARD) << attempt
            try:
                problem = _Problem(inputs, target, radius, width)
                found = problem.optimum(bits)
            except ZeroDivisionError:  # a matrix that is singular as far as the precision tells
                continue
            if found is not None:
                return found
            gap = min(gap, problem.reached)
    finally:
        ctx.prec = before
    raise WitnessError(f"the gap between the primal and the dual value is {float(gap.mid()):.1e} of the primal one")


def _check(inputs: fmpq_mat, target: fmpq_mat, radius: fmpq) -> None:
    if not radius > 0:
        raise WitnessError(f"it needs a beta greater than 0, not {radius}")
    if inputs.nrows() != target.nrows():
        raise WitnessError(f"it needs as many rows of targets as of inputs, not {target.nrows()} and {inputs.nrows()}")
    rows = [[int(y == 1) for y in row] for row in target.tolist()]
    if any(sum(row) != 1 for row in rows) or fmpq_mat(rows) != target:
        raise WitnessError("it needs targets with one 1 in each row and zeros beside it")


class _Problem:
    """The problem at the present precision, its exact data, and the least gap that was reached."""

    def __init__(self, inputs: fmpq_mat, target: fmpq_mat, radius: fmpq, width: int) -> None:
        self.inputs, self.target, self.radius, self.width = inputs, target, radius, width
        self.classes = [row.index(1) for row in target.tolist()]
        self.loss, self.reached = Softmax(inputs, target, radius), arb("inf")

    def optimum(self, bits: int) -> Point | None:
        """The layers and N, once their gap is closed; None if it needs another precision."""
        for weights, slope in watched("lowering the barrier", centres(self.loss, _POWERS)):
            state = polished(self.loss, weights, slope, bits + _ROUGH)
            found = self._closed(state, bits) if state is not None else None
            if found is not None:
                return found
        return None

    def _closed(self, state: Normal, bits: int) -> Point | None:
        places = bits + _GUARD // 2
        while places <= ctx.prec:
            point = self._rounded(state, places)
            self.reached = min(self.reached, self._gap(point)) if point is not None else self.reached
            if point is not None and self.reached <= arb(2) ** -bits:
                return point
            places *= 2
        return None

    def _rounded(self, state: Normal, places: int) -> Point | None:
        """The layers and N in rationals; None if it needs more digits to be feasible."""
        rank = len(state.kept)
        if rank > self.width:
            raise WitnessError(f"the optimum has rank {rank}, but there are only {self.width} neurons; give it {rank}")
        roots = [(value / self.radius).sqrt() for value in state.kept]
        first = _layer(self.loss.rows * state.whole.left, roots, self.width, places)
        second = _layer(self.loss.columns * state.whole.right, roots, self.width, places).transpose()
        shares = [_simplex(row, places) for row in state.probabilities.tolist()]
        slopes = fmpq_mat(shares) - self.target
        goal = rational_of(self.radius / largest(self.inputs.transpose() * slopes), places)
        # A share of N moves N + Y towards Y.
        slopes = slopes * min(fmpq(1), goal * (1 - fmpq(1, 2) ** (places - _ROUGH)))
        inside = fits(self.inputs.transpose() * slopes, self.radius, places)
        return (first, second, slopes) if inside else None

    def _gap(self, point: Point) -> arb:
        """The gap between both values, relative to the primal one."""
        first, second, slopes = point
        cost = sum((w * w for w in first.entries() + second.entries()), start=fmpq(0))
        primal, dual = arb(self.radius * cost / 2), arb(0)
        for row, label in zip(arb_mat(self.inputs * first * second).tolist(), self.classes, strict=True):
            others = [(x - row[label]).exp() for k, x in enumerate(row) if k != label]
            primal += sum(others, start=arb(0)).log1p()
        for p in (slopes + self.target).entries():
            dual -= arb(p) * (arb(p - 1).log1p() if 2 * p > 1 else arb(p).log()) if p else 0
        return (abs(primal - dual) / primal).upper()


def _layer(matrix: arb_mat, factors: list[arb], width: int, places: int) -> fmpq_mat:
    """The first columns times the factors, and zeros after them."""
    zeros = [fmpq(0)] * (width - len(factors))
    kept = [[rational_of(x * y, places) for x, y in zip(row, factors, strict=False)] for row in matrix.tolist()]
    return fmpq_mat([row + zeros for row in kept])


def _simplex(row: list[arb], places: int) -> list[fmpq]:
    """Probabilities that sum to one exactly, each but the largest to that many digits of its own."""
    # Of a sample far from others the smaller ones have more digits than would fit anywhere.
    least = arb(2) ** (-2 * ctx.prec)
    shares = [rational_of(p, places) if p > least else fmpq(0) for p in row]
    at = shares.index(max(shares))
    shares[at] += 1 - sum(shares, start=fmpq(0))
    return shares
