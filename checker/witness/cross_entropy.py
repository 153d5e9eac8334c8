"""Two linear layers with weight decay and the multinomial cross-entropy: both optima at any precision.

``CE(XW₁W₂; Y) + (β/2)(‖W₁‖_F² + ‖W₂‖_F²)`` is least where ``W = W₁W₂`` minimises ``f(W) = CE(XW; Y) + β‖W‖_*`` and
``W₁ = U√Σ``, ``W₂ = √ΣVᵀ`` (Srebro, Rennie and Jaakkola 2004); the dual optimum is ``N = softmax(XW) − Y``.

Only ``W = QVRᵀ`` with Q and R orthonormal bases of the row space of X and of the columns orthogonal to 𝟏 can be
optimal, since ``N𝟏 = 0``.  There the Hessian H of the loss is positive definite, so that the optimum is unique.

**Newton's method** is for the normal map (Robinson 1992) ``∇CE(S(A)) + (A − S(A))/τ = 0``, where S lowers singular
values by τβ, down to zero.  ``I − D + τHD`` is regular for every D in the generalised Jacobian of S, whether or not
singular values lie at the threshold, so that it converges quadratically from points near the optimum.  These are found
by continuation: from β at which zero is optimal down to the one that is given, by as large steps as converge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from checker.kernel.entrywise import softmax
from checker.kernel.matrices import factorise
from checker.kernel.progress import watched
from checker.witness.exact import WitnessError
from checker.witness.rounding import exponent, norm_squared, rational_of
from checker.witness.spectral import Decomposition, cholesky, decomposed, fits, identity, largest, length

# Each at twice the precision of the one before.
_ATTEMPTS = 3
_GUARD = 64
_STEPS = 40
_HALVINGS = 6
# Of the continuation, tried ones.
_STAGES = 100
_ROUGH = 16
_ONE = arb(1)

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
    classes = _classes(inputs, target, radius)
    size, outputs = inputs.ncols(), target.ncols()
    slopes = fmpq_mat(*_shape(target), [fmpq(1, outputs) - y for y in target.entries()])
    if fits(inputs.transpose() * slopes, radius, bits):
        return fmpq_mat(size, width), fmpq_mat(width, outputs), slopes
    before, gap = ctx.prec, arb("inf")
    # The margins of a fit are about as many bits as those by which β lies below the threshold.
    spread = max(0, exponent(inputs.transpose() * slopes) - exponent(radius))
    try:
        for attempt in range(_ATTEMPTS):
            ctx.prec = 2 * (bits + spread + _GUARD) << attempt
            problem = _Problem(inputs, target, radius, classes)
            try:
                state = problem.solved(bits + _ROUGH)
            except ZeroDivisionError:  # a matrix that is singular as far as the precision tells
                continue
            places = bits + _GUARD // 2
            while places <= ctx.prec:
                point = problem.rounded(state, width, places)
                gap = problem.gap(point) if point is not None else gap
                if point is not None and gap <= arb(2) ** -bits:
                    return point
                places *= 2
            if state.threshold > 1:  # not for lack of digits
                break
    finally:
        ctx.prec = before
    raise WitnessError(f"the gap between the primal and the dual value is {float(gap.mid()):.1e} of the primal one")


def _shape(matrix: fmpq_mat | arb_mat) -> tuple[int, int]:
    return matrix.nrows(), matrix.ncols()


def _classes(inputs: fmpq_mat, target: fmpq_mat, radius: fmpq) -> list[int]:
    """The column of the 1 in each row of Y."""
    if not radius > 0:
        raise WitnessError(f"it needs a beta greater than 0, not {radius}")
    if inputs.nrows() != target.nrows():
        raise WitnessError(f"it needs as many rows of targets as of inputs, not {target.nrows()} and {inputs.nrows()}")
    rows = [[int(y == 1) for y in row] for row in target.tolist()]
    if any(sum(row) != 1 for row in rows) or fmpq_mat(rows) != target:
        raise WitnessError("it needs targets with one 1 in each row and zeros beside it")
    return [row.index(1) for row in rows]


@dataclass(frozen=True)
class _State:
    """``A = V + τ·slope``, where no singular value of the slope is above the threshold t.

    ``whole`` decomposes A, and ``kept`` are the singular values of V; ``residual`` is the gradient of the loss at V
    plus the slope, and ``error`` its length over the threshold.
    """

    whole: Decomposition
    kept: list[arb]
    weights: arb_mat
    slope: arb_mat
    threshold: arb
    residual: arb_mat
    probabilities: arb_mat
    error: arb


class _Problem:
    """``CE(GVRᵀ) + t‖V‖_*`` at the present precision, in balls whose radii are dropped, for ``G = XQ/β``."""

    def __init__(self, inputs: fmpq_mat, target: fmpq_mat, radius: fmpq, classes: list[int]) -> None:
        self.exact, self.target, self.radius, self.classes = inputs, target, radius, classes
        columns, rows = factorise(inputs)
        triangle = cholesky(arb_mat(rows * rows.transpose()))
        self.rows = triangle.solve(arb_mat(rows), algorithm="approx").mid().transpose()
        self.inputs = (arb_mat(columns * (1 / radius)) * triangle).mid()
        self.columns = _contrasts(target.ncols())
        # No shorter step along a gradient than one that lowers the loss from anywhere.
        self.least = self.shift = (1 / length(self.inputs) ** 2).mid()
        self.labels = arb_mat(target)

    def solved(self, bits: int) -> _State:
        """The optimum for ``t = 1``, or for a larger one if the steps of the continuation became too many."""
        gradient = self._gradient(self._probabilities(arb_mat(self.inputs.ncols(), self.columns.ncols())))
        threshold = _decomposed(gradient).values[0]
        state = self._state((gradient * -self.shift).mid(), threshold)
        for found in watched("lowering the penalty", self._stages(state, threshold.log().mid())):
            state = found
        return self._reached(state, _ONE, bits) or state if state.threshold <= 1 else state

    def _stages(self, state: _State, left: arb) -> Iterator[_State]:
        """Optima for falling t, the last one for 1."""
        stride = left
        for _ in range(_STAGES):
            share = stride.min(left)
            ahead = (left - share).exp().mid() if share < left else _ONE
            found = self._reached(state, ahead, _ROUGH)
            stride = (stride * 2).mid() if found is not None else (share / 2).mid()
            if found is not None:
                state, left = found, (left - share).mid()
                yield state
                if ahead <= 1:
                    return

    def _reached(self, state: _State, threshold: arb, bits: int) -> _State | None:
        """The optimum for a threshold, from that for another one."""
        # With a small τ, V is nearly linear in A; with a large one, the slope beside it is.
        for shift in (self.least, (length(state.weights) / threshold).mid()):
            self.shift = shift
            found = self._newton(state, threshold, bits) if shift >= self.least else None
            if found is not None:
                return found
        return None

    def _newton(self, state: _State, threshold: arb, bits: int) -> _State | None:
        """The same with the present τ; None if no part of a step brings it closer."""
        slope = state.slope * (threshold / state.threshold)
        current = self._state((state.weights + slope * self.shift).mid(), threshold)
        for _ in range(_STEPS):
            if current.error <= arb(2) ** -bits:
                return current
            system = self._system(current)
            change, share, found = self._change(system, current, current.residual), _ONE, None
            size = length(change)
            for _ in range(_HALVINGS):
                point = current.weights + current.slope * self.shift + change * share
                found = self._state(point.mid(), threshold)
                # What a simplified step would still change, which does not depend on how equations are scaled.
                left = length(self._change(system, current, found.residual))
                if left < size * (1 - share / 64) or found.error <= arb(2) ** -bits:
                    break
                found, share = None, share / 2
            if found is None:
                return None
            current = found
        return None

    def _state(self, point: arb_mat, threshold: arb) -> _State:
        """What ``A`` stands for."""
        whole, limit = _decomposed(point), (self.shift * threshold).mid()
        kept = [(value - limit).mid() for value in whole.values if value > limit]
        weights = _product(whole, kept)
        slope = ((point - weights) / self.shift).mid()
        probabilities = self._probabilities(weights)
        residual = (self._gradient(probabilities) + slope).mid()
        error = (length(residual) / threshold).mid()
        return _State(whole, kept, weights, slope, threshold, residual, probabilities, error)

    def _probabilities(self, weights: arb_mat) -> arb_mat:
        return softmax((self.inputs * weights * self.columns.transpose()).mid()).mid()

    def _gradient(self, probabilities: arb_mat) -> arb_mat:
        return (self.inputs.transpose() * ((probabilities - self.labels) * self.columns)).mid()

    def _system(self, state: _State) -> arb_mat:
        """``Δ ↦ Δ − D[Δ] + τHD[Δ]``, in the basis of the singular vectors and flattened by rows."""
        whole, (rows, columns) = state.whole, _shape(state.weights)
        lowered = _derivative(whole.values, state.kept, rows, columns)
        curvature = self._hessian(state.probabilities, self.inputs * whole.left, self.columns * whole.right)
        return (identity(rows * columns) - lowered + curvature * lowered * self.shift).mid()

    def _change(self, system: arb_mat, state: _State, residual: arb_mat) -> arb_mat:
        """The Δ that the system maps to ``−τ·residual``."""
        whole, (rows, columns) = state.whole, _shape(residual)
        right = whole.left.transpose() * residual * whole.right * -self.shift
        solution = system.solve(arb_mat(rows * columns, 1, right.mid().entries()), algorithm="approx").mid()
        return (whole.left * arb_mat(rows, columns, solution.entries()) * whole.right.transpose()).mid()

    def _hessian(self, probabilities: arb_mat, left: arb_mat, right: arb_mat) -> arb_mat:
        """H, with matrices flattened by rows: ``Σ_i (gᵢgᵢᵀ)⊗(Rᵀ(diag(pᵢ) − pᵢpᵢᵀ)R)``."""
        table, columns = right.tolist(), right.transpose().tolist()
        outputs, weighted = list[list[arb]](), list[list[arb]]()
        for g, p in zip(left.mid().tolist(), probabilities.tolist(), strict=True):
            mean = [sum((x * y for x, y in zip(p, column, strict=True)), start=arb(0)) for column in columns]
            for probability, row in zip(p, table, strict=True):
                centred = [entry - middle for entry, middle in zip(row, mean, strict=True)]
                outputs.append([a * b for a in g for b in centred])
                weighted.append([probability * entry for entry in outputs[-1]])
        return (arb_mat(outputs).mid().transpose() * arb_mat(weighted).mid()).mid()

    def rounded(self, state: _State, width: int, places: int) -> Point | None:
        """The layers and N in rationals; None if it needs more digits to be feasible."""
        rank = len(state.kept)
        if rank > width:
            raise WitnessError(f"the optimum has rank {rank}, but there are only {width} neurons; give it {rank}")
        roots = [(value / self.radius).sqrt() for value in state.kept]
        first = _layer(self.rows * state.whole.left, roots, width, places)
        second = _layer(self.columns * state.whole.right, roots, width, places).transpose()
        shares = [_simplex(row, places) for row in state.probabilities.tolist()]
        slopes = fmpq_mat(shares) - self.target
        image = self.exact.transpose() * slopes
        goal = rational_of(self.radius / largest(image), places)
        # A share of N moves N + Y towards Y.
        slopes = slopes * min(fmpq(1), goal * (1 - fmpq(1, 2) ** (places - _ROUGH)))
        inside = fits(self.exact.transpose() * slopes, self.radius, places)
        return (first, second, slopes) if inside else None

    def gap(self, point: Point) -> arb:
        """The gap between both values, relative to the primal one."""
        first, second, slopes = point
        cost = norm_squared(_flat(first)) + norm_squared(_flat(second))
        primal, dual = arb(self.radius * cost / 2), arb(0)
        for row, label in zip(arb_mat(self.exact * first * second).tolist(), self.classes, strict=True):
            others = [(x - row[label]).exp() for k, x in enumerate(row) if k != label]
            primal += sum(others, start=arb(0)).log1p()
        for p in (slopes + self.target).entries():
            dual -= arb(p) * (arb(p - 1).log1p() if 2 * p > 1 else arb(p).log()) if p else 0
        return (abs(primal - dual) / primal).upper()


def _contrasts(size: int) -> arb_mat:
    """Orthonormal columns orthogonal to 𝟏, of shape (size, size − 1), as F. R. Helmert (1876) has them."""
    scale = [1 / arb(j * (j + 1)).sqrt() for j in range(1, size)]
    rows = [[x * (1 if i < j else -j if i == j else 0) for j, x in enumerate(scale, start=1)] for i in range(size)]
    return arb_mat(rows).mid()


def _decomposed(matrix: arb_mat) -> Decomposition:
    """With orthogonal matrices on both sides, of any shape."""
    rows, columns = _shape(matrix)
    if rows >= columns:
        return decomposed(matrix, identity(columns))
    found = decomposed(matrix.transpose(), identity(rows))
    return Decomposition(left=found.right, values=found.values, right=found.left)


def _product(whole: Decomposition, kept: list[arb]) -> arb_mat:
    rows, columns = whole.left.nrows(), whole.right.nrows()
    scaled = [[x * s for x, s in zip(row, kept, strict=False)] for row in whole.left.tolist()]
    right = [row[: len(kept)] for row in whole.right.tolist()]
    return (arb_mat(scaled) * arb_mat(right).transpose()).mid() if kept else arb_mat(rows, columns)


def _derivative(before: list[arb], kept: list[arb], rows: int, columns: int) -> arb_mat:
    """D, with matrices in the basis of the singular vectors flattened by rows: quotients of S at ``vᵢ, ±vⱼ``."""
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


def _flat(matrix: fmpq_mat) -> fmpq_mat:
    return fmpq_mat(matrix.nrows() * matrix.ncols(), 1, matrix.entries())
