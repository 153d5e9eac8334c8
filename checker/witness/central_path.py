"""A primal-dual interior point method, at any precision, for sums of convex functions of one number and a norm.

The problem is ``min Σ h_j((Gw − k)_j) + β‖w‖``, as :mod:`checker.witness.separable` has it, with the multipliers p.

**The central path.** The upper bound (ε = 1) and the lower one (ε = −1) of p_j push it with a force ``f ≥ 0``, which at
the optimum is 0 away from the bound.  With ``t = Gw − k``, ``s = −Gᵀp`` and ``τ ≥ ‖w‖``, the points of the path have

    ``t_j = q_j p_j + Σ εf``,  ``f·ε(bound − p_j) = μ``,  ``τβ − wᵀs = μ``,  ``βw = τs``,

with ``log p_j − log(1 − p_j)`` in place of ``q_j p_j`` for the logistic loss.  As μ falls to 0 they approach an optimal
pair.  The logistic loss needs no bounds in principle, as its conjugate is infinitely steep at them; but with them a p_j
that is tiny at the optimum, like ``exp(−10⁴)``, only has to be small beside the gap (entropy with a barrier: C.-G. Han,
P. Pardalos and Y. Ye, 1992).

**The steps** are Newton's on these equations, those of the cone ``‖w‖ ≤ τ`` too (F. Alizadeh, J.-P. Haeberly and
M. Overton, 1998), with the predictor and the corrector of S. Mehrotra (1992).  They converge quadratically where the
optimum is unique and no force vanishes together with its distance, and elsewhere by a constant factor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import mul

from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from checker.kernel.progress import watched
from checker.witness.exact import WitnessError
from checker.witness.pieces import Piece
from checker.witness.separable import GUARD, PrimalDual, Separable, check, column, exact_optimum, spread
from checker.witness.spectral import identity, inner, length

# Each at twice the precision of the one before, and from another start.
_ATTEMPTS = 3
# Most data take 10 to 30; degenerate ones took up to 111, where these were counted.
_STEPS = 150
_STALLED = 40
_ZERO, _ONE = arb(0), arb(1)


def central_path(pieces: Sequence[Piece], inputs: fmpq_mat, offsets: fmpq_mat, radius: fmpq, bits: int) -> PrimalDual:
    """A w and a p whose values differ by at most ``2^-bits`` of the primal one.

    Args:
        pieces: the N functions h_j.
        inputs: G, of shape (N, d).
        offsets: k, of shape (N, 1).
        radius: β ≥ 0.
        bits: of the gap, relative to the primal value, or to ``2^-bits`` of that of ``w = 0`` if this is larger.

    Returns:
        p is inside its intervals and ``‖Gᵀp‖ ≤ β`` exactly if β > 0; if β = 0, ``‖Gᵀp‖ ≤ 2^-bits‖G‖‖p‖``.  Some optima
        are exact, with p on bounds: ``w = 0`` where derivatives of the h_j are a feasible p, and values of 0.

    Raises:
        WitnessError: shapes that do not fit, β < 0, an interval that no h_j has, or a gap that was not closed; no w is
            optimal, for one, if β = 0 and the losses are logistic on data that a hyperplane separates.
    """
    check(pieces, inputs, offsets, radius)
    exact, columns = exact_optimum(pieces, inputs, offsets, radius)
    if exact is not None:
        return exact
    independent = fmpq_mat([[row[i] for i in columns] for row in inputs.tolist()])
    before, gap = ctx.prec, arb("inf")
    try:
        for attempt in range(_ATTEMPTS):
            ctx.prec = 3 * (bits + GUARD) << attempt
            problem, taken = Separable(pieces, independent, offsets, radius, bits), 0
            for point in watched("following the central path", _Path(problem, attempt).points()):
                taken, gap = taken + 1, problem.gap(point.weights, point.multipliers)
                close = gap <= arb(2) ** -(bits + 1)
                found = problem.rounded(point.weights, point.multipliers) if close else None
                if found is not None:
                    return spread(found, columns, inputs.ncols())
            if taken == _STEPS and attempt > 0:  # not for lack of digits
                break
    finally:
        ctx.prec = before
    raise WitnessError(f"the gap between the primal and the dual value is {float(gap.mid()):.1e} of the primal one")


@dataclass(frozen=True)
class _Bound:
    """An end of the interval of p_j, for ``row = j``; side is ε."""

    row: int
    side: int
    value: arb


@dataclass(frozen=True)
class _Point:
    """w, τ, s, p and the force of every bound; or changes of them."""

    weights: arb_mat
    height: arb
    slope: arb_mat
    multipliers: list[arb]
    forces: list[arb]

    def plus(self, step: _Point, share: arb) -> _Point:
        """After a part of a step."""
        return _Point(
            weights=(self.weights + step.weights * share).mid(),
            height=(self.height + step.height * share).mid(),
            slope=(self.slope + step.slope * share).mid(),
            multipliers=[(p + x * share).mid() for p, x in zip(self.multipliers, step.multipliers, strict=True)],
            forces=[(f + x * share).mid() for f, x in zip(self.forces, step.forces, strict=True)],
        )


@dataclass(frozen=True)
class _System:
    """What all steps from a point share.

    The distances of p from its bounds, ``dp/dt``, ``t − qp − Σεf`` (or with the logit of p for qp), the matrices of
    :meth:`_Path._cone`, and the one of the equations for the change of w.
    """

    distances: list[arb]
    compliances: list[arb]
    residuals: list[arb]
    linear: arb_mat
    constant: arb_mat
    matrix: arb_mat


class _Path:
    """The points of the path, at the present precision, in balls whose radii are dropped."""

    def __init__(self, problem: Separable, attempt: int) -> None:
        self.problem, self.attempt = problem, attempt
        self.inputs, self.transposed, self.radius = problem.inputs, problem.transposed, problem.radius
        self.logistic = [row for row, piece in enumerate(problem.pieces) if piece.logistic]
        self.bounds = [
            # Rounded inwards.
            _Bound(row, side, arb(value).lower() if side > 0 else arb(value).upper())
            for row, piece in enumerate(problem.pieces)
            for side, value in ((1, piece.upper), (-1, piece.lower))
            if value is not None
        ]

    def points(self) -> Iterator[_Point]:
        """Points nearer and nearer to the optimum, until the steps become too short."""
        point = self._start()
        for _ in range(_STEPS):
            yield point
            system, mean = self._system(point), self._mean(point)
            try:
                predictor = self._direction(point, system, _ZERO, None)
            except ZeroDivisionError:
                return
            reach = self._reach(point, system, predictor).min(_ONE)
            left = self._mean(point.plus(predictor, reach)) / mean if mean > 0 else _ZERO
            aim = max(1 - reach, left) ** 3 * mean
            step = self._direction(point, system, aim, predictor)
            share = self._reach(point, system, step)
            if share < reach / 8:  # the corrector, or a point far from the path, is in the way
                step = self._direction(point, system, max(mean, aim), None)
                share = self._reach(point, system, step)
            share = (share * (1 - (1 - reach) ** 2 / 10)).min(_ONE).mid()
            if not share > arb(2) ** -_STALLED:
                return
            point = point.plus(step, share)

    def _start(self) -> _Point:
        """``w = 0``, p amid its interval or the part of it that it may need, and forces of the same μ.

        The size of w is guessed from its sizes at the kinks: the largest one, and in later attempts smaller ones.
        """
        lengths = [length(arb_mat([row])) for row in self.inputs.tolist()]
        sizes = [
            abs(k) + int(piece.logistic)
            for piece, k in zip(self.problem.pieces, self.problem.offsets.entries(), strict=True)
        ]
        scales = sorted(k / row for k, row in zip(sizes, lengths, strict=True) if row > 0)
        scale = scales[-1 - (len(scales) - 1) * self.attempt // (_ATTEMPTS - 1)] if scales else _ONE
        multipliers, mean = list[arb](), _ZERO
        for piece, q, row, k in zip(self.problem.pieces, self.problem.curvatures, lengths, sizes, strict=True):
            size = max(scale * row, k) if row > 0 or k > 0 else _ONE
            far = 4 * size / q if q > 0 else arb("inf")
            lower, upper = piece.clipped(-far), piece.clipped(far)
            multipliers.append(arb((lower + upper) / 2).mid())
            mean = max(mean, (upper - lower) * size).mid()
        forces = [(mean / distance).mid() for distance in self._distances(multipliers)]
        height, zero = (mean / self.radius).mid() if self.radius > 0 else _ZERO, arb_mat(self.inputs.ncols(), 1)
        return _Point(zero, height, zero, multipliers, forces)

    def _distances(self, multipliers: Sequence[arb]) -> list[arb]:
        return [(bound.side * (bound.value - multipliers[bound.row])).mid() for bound in self.bounds]

    def _mean(self, point: _Point) -> arb:
        """The mean of what is μ on the path."""
        total = sum(map(mul, point.forces, self._distances(point.multipliers)), start=_ZERO)
        total += point.height * self.radius - inner(point.weights, point.slope)
        return (total / max(1, len(self.bounds) + int(self.radius > 0))).mid()

    def _system(self, point: _Point) -> _System:
        distances, outputs = self._distances(point.multipliers), self.problem.outputs(point.weights)
        stiffness = list(self.problem.curvatures)
        residuals = [t - q * p for t, q, p in zip(outputs, self.problem.curvatures, point.multipliers, strict=True)]
        for bound, force, distance in zip(self.bounds, point.forces, distances, strict=True):
            stiffness[bound.row] += force / distance
            residuals[bound.row] -= bound.side * force
        for row in self.logistic:
            p = point.multipliers[row]
            stiffness[row] += 1 / (p * (1 - p))
            residuals[row] -= (p / (1 - p)).log()
        compliances = [(1 / x).mid() for x in stiffness]
        scaled = arb_mat([[c * x for x in row] for c, row in zip(compliances, self.inputs.tolist(), strict=True)])
        linear, constant = self._cone(point)
        matrix = (self.transposed * scaled.mid() + linear).mid()
        return _System(distances, compliances, residuals, linear, constant, matrix)

    def _cone(self, point: _Point) -> tuple[arb_mat, arb_mat]:
        """The A and B with ``Δs = A·Δw − B(f + sg/β)``, from the equations of the cone without Δτ.

        They are ``βΔw − τΔs − sΔτ = f`` and ``βΔτ − sᵀΔw − wᵀΔs = g``.
        """
        unit, (w, s) = identity(self.inputs.ncols()), (point.weights, point.slope)
        if self.radius == 0:
            return unit * 0, unit * 0
        share = 1 / (self.radius * point.height + inner(w, s))
        constant = (unit - s * w.transpose() * share) * (1 / point.height)
        return (constant * (unit * self.radius - s * s.transpose() * (1 / self.radius))).mid(), constant.mid()

    def _direction(self, point: _Point, system: _System, mean: arb, before: _Point | None) -> _Point:
        """The step to the point of the path with that μ; the terms of second order are taken from the one before."""
        residuals, aims, w, s = list(system.residuals), list[arb](), point.weights, point.slope
        for at, (bound, force, distance) in enumerate(zip(self.bounds, point.forces, system.distances, strict=True)):
            bent = bound.side * before.multipliers[bound.row] * before.forces[at] if before is not None else 0
            aims.append(((mean - force * distance + bent) / distance).mid())
            residuals[bound.row] -= bound.side * aims[at]
        if before is not None:
            for row in self.logistic:
                p, change = point.multipliers[row], before.multipliers[row]
                residuals[row] += (1 / p**2 - 1 / (1 - p) ** 2) * change**2 / 2
        constant, second = s * 0, _ZERO
        if self.radius > 0:
            first, second = s * point.height - w * self.radius, mean - point.height * self.radius + inner(w, s)
            if before is not None:
                first, second = first + before.slope * before.height, second + inner(before.weights, before.slope)
            constant = (system.constant * (first + s * (second / self.radius))).mid()
        # With p + Δp but for what Δw adds to it.
        ahead = [p + c * r for p, c, r in zip(point.multipliers, system.compliances, residuals, strict=True)]
        right = constant - s - self.transposed * column(ahead)
        weights = system.matrix.solve(right.mid(), algorithm="approx").mid()
        outputs = (self.inputs * weights).mid().entries()
        multipliers = [(c * (x + r)).mid() for c, x, r in zip(system.compliances, outputs, residuals, strict=True)]
        slope = (system.linear * weights - constant).mid()
        height = (second + inner(s, weights) + inner(w, slope)) / self.radius if self.radius > 0 else _ZERO
        forces = [
            (aim + bound.side * force * multipliers[bound.row] / distance).mid()
            for bound, aim, force, distance in zip(self.bounds, aims, point.forces, system.distances, strict=True)
        ]
        return _Point(weights, height.mid(), slope, multipliers, forces)

    def _reach(self, point: _Point, system: _System, step: _Point) -> arb:
        """The part of a step that ends at the first bound."""
        rates = [-change / force for change, force in zip(step.forces, point.forces, strict=True)]
        for bound, distance in zip(self.bounds, system.distances, strict=True):
            rates.append(bound.side * step.multipliers[bound.row] / distance)
        if self.radius > 0:
            rates.append(_rate(point.height, point.weights, step.height, step.weights))
            rates.append(_rate(self.radius, point.slope, _ZERO, step.slope))
        fastest = max((rate.mid() for rate in rates), default=_ZERO)
        return (1 / fastest).mid() if fastest > 0 else arb("inf")


def _rate(height: arb, vector: arb_mat, rise: arb, change: arb_mat) -> arb:
    """``1/α`` for the least α > 0 at which a point of the cone ``‖vector‖ ≤ height`` reaches its boundary, or 0."""
    inside, outside = height**2 - inner(vector, vector), rise**2 - inner(change, change)
    middle = height * rise - inner(vector, change)
    discriminant = (middle * middle - inside * outside).mid()
    return (discriminant.sqrt() - middle) / inside if discriminant > 0 else _ZERO
