"""Two-layer ReLU networks with weight decay, trained to the global optimum at any precision, and a λ that proves it.

``min ½‖(XW)₊v − y‖² + (β/2)(‖W‖_F² + ‖v‖²)`` is ``min ½‖Σ s_j(Xz_j)₊ − y‖² + βΣ‖z_j‖`` over neurons z_j with signs s_j,
a convex program over the cones on which neurons are linear (M. Pilanci and T. Ergen, *Neural networks are convex
regularizers*, 2020, Theorem 1).  Its dual is ``max λᵀy − ½‖λ‖²`` over ``sup_{‖u‖≤1} |λᵀ(Xu)₊| ≤ β``.

**The search.** While λ, which is what the neurons leave of y, violates the constraint, the largest neuron joins.  Then
the cost is minimised with every neuron in its cone; one that runs into the boundary goes on in a face of it.  Neurons
that can be added to each other are, and the outputs of the others are kept independent.  Every round ends at the
minimum of its cones, below the round before: no set of cones comes back, and there are finitely many.

**The minimum** within fixed cones is smooth, and Newton's method converges to it quadratically: where the second
derivative of ``Σ‖z_j‖`` vanishes, each z_j changes by a multiple of itself, so that the Hessian is positive definite if
the outputs are independent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from checker.kernel.arrangements import Signs
from checker.kernel.progress import watched
from checker.witness.exact import WitnessError
from checker.witness.neurons import Arrangement, Largest, Neuron, Problem
from checker.witness.rounding import bits_for, norm_squared, rational_of, sphere_factor, square_root
from checker.witness.spectral import inner, length

# Each at twice the precision of the one before; a second one was needed by 1 in 1000 random datasets.
_ATTEMPTS = 3
# Neurons that join, and Newton steps after each: at most 63 and 137 on all data tried, where most take 10 and 5.
_ROUNDS = 400
_STEPS = 500
_GUARD = 32
_DECREASE = 0.001

Signed = tuple[int, fmpq_mat]


@dataclass(frozen=True)
class Trained:
    """Neurons ``(s_j, z_j)`` with z_j of shape (d, 1), at most n of them, and a feasible λ of shape (n, 1)."""

    neurons: tuple[Signed, ...]
    dual: fmpq_mat


def train(inputs: fmpq_mat, target: fmpq_mat, beta: fmpq, digits: int) -> Trained:
    """The optimum, to more than ``digits`` digits of its cost.

    It returns nothing before it has checked ``sup |λᵀ(Xu)₊| ≤ β`` in rationals, and the gap between the two values in
    balls.

    Args:
        inputs: X, of shape (n, d).
        target: y, of shape (n, 1).
        beta: β > 0.
        digits: the gap is at most ``2^-bits_for(digits)`` of the cost; it is 0 where β leaves no network.

    Raises:
        WitnessError: β is not positive, y has another number of rows than X, the samples cut the space into too many
            cones, or the gap was not closed.
    """
    if beta <= 0:
        raise WitnessError(f"it needs a positive beta, not {beta}")
    if (target.nrows(), target.ncols()) != (inputs.nrows(), 1):
        raise WitnessError(f"it needs a y of shape ({inputs.nrows()}, 1), not ({target.nrows()}, {target.ncols()})")
    arrangement = Arrangement.of(inputs)
    if arrangement.largest(target).squared <= beta * beta:
        return Trained((), target)
    bits, before = bits_for(digits), ctx.prec
    search = _Search(arrangement, target, beta, bits)
    try:
        for attempt in range(_ATTEMPTS):
            # A cost is good to twice the bits of its neurons.
            ctx.prec = 2 * (bits + _GUARD) << attempt
            found = search.run()
            if found is not None:
                return found
    finally:
        ctx.prec = before
    raise WitnessError(f"the gap between network and dual point is {float(search.gap.mid()):.1e} of the cost")


def network(neurons: Sequence[Signed], inputs: int, width: int, bits: int) -> tuple[fmpq_mat, fmpq_mat]:
    """W of shape (d, m) and v of shape (m, 1) with ``(XW)₊v = Σ s_j(Xz_j)₊`` exactly, for any X.

    Args:
        neurons: signs, and z_j of shape (d, 1), not zero.
        inputs: d, the number of inputs.
        width: m, the number of neurons; those beyond the given ones are zero.
        bits: to which ``‖w_j‖ = |v_j|``, relative.

    Raises:
        WitnessError: there are more neurons than the width.
    """
    if len(neurons) > width:
        raise WitnessError(f"the network needs {len(neurons)} neurons, and its width is {width}")
    first, second = fmpq_mat(inputs, width), fmpq_mat(width, 1)
    for j, (sign, weights) in enumerate(neurons):
        # 1/|v_j| is the rounded one, because multiplying by it keeps the denominators of z_j.
        inverse = square_root(1 / norm_squared(weights), bits, 4)
        second[j, 0] = sign / inverse
        for i, entry in enumerate(weights.entries()):
            first[i, j] = entry * inverse
    return first, second


class _Search:
    """The neurons found so far; each run goes on from them at the precision of the moment."""

    def __init__(self, arrangement: Arrangement, target: fmpq_mat, beta: fmpq, bits: int) -> None:
        self.arrangement, self.target, self.beta, self.bits = arrangement, target, beta, bits
        self.neurons: list[Neuron] = []
        self.gap = arb(1)

    def run(self) -> Trained | None:
        """The optimum; None where a set of cones came back, or only rounding errors of λ violate its constraint."""
        problem, limit = Problem(self.arrangement, self.target, self.beta), self.beta * self.beta
        seen = set[frozenset[tuple[int, Signs]]]()
        for _ in watched("letting neurons join the network", iter(range(_ROUNDS))):
            self.neurons = _minimised(problem, self.neurons)
            point, largest = self._checked()
            # Just below the threshold a network that vanishes closes the gap as well, but it is not the best one.
            accuracy = self.bits if self.neurons else ctx.prec
            feasible = largest.squared <= limit * (1 + fmpq(1, 1 << accuracy))
            if self.gap <= arb(2) ** -self.bits and (self.neurons or feasible):
                return point
            cones = frozenset((neuron.sign, neuron.cone.signs) for neuron in self.neurons)
            if cones in seen or feasible:
                break
            seen.add(cones)
            self.neurons.append(problem.joining(largest))
        return None

    def _checked(self) -> tuple[Trained, Largest]:
        """Rational neurons and a feasible λ, whose gap is recorded; the largest neuron before λ was made feasible."""
        inputs, found, left, size = self.arrangement.inputs, list[Signed](), self.target, arb(0)
        for neuron in self.neurons:
            entries = [rational_of(entry, ctx.prec // 2 + _GUARD) for entry in neuron.weights.entries()]
            # Projected, so that samples on whose hyperplanes the neuron lies are at zero exactly.
            weights = neuron.cone.projection * fmpq_mat(len(entries), 1, entries)
            outputs = [max(entry, fmpq(0)) * neuron.sign for entry in (inputs * weights).entries()]
            left -= fmpq_mat(len(outputs), 1, outputs)
            size += arb(norm_squared(weights)).sqrt()
            found.append((neuron.sign, weights))
        largest, limit = self.arrangement.largest(left), self.beta * self.beta
        dual = left * sphere_factor(largest.squared, self.beta, ctx.prec) if largest.squared > limit else left
        cost = arb(norm_squared(left)) / 2 + arb(self.beta) * size
        bound = (dual.transpose() * self.target)[0, 0] - norm_squared(dual) / 2
        self.gap = (cost - arb(bound)) / cost
        return Trained(tuple(found), dual), largest


def _minimised(problem: Problem, start: Sequence[Neuron]) -> list[Neuron]:
    """The minimum over the cones of the neurons, or over the faces into which they run, by damped Newton steps."""
    neurons = problem.independent(problem.merged(start))
    cost, precision = problem.cost(neurons), arb(2) ** -ctx.prec
    for _ in range(_STEPS if neurons else 0):
        steps, decrement = _newton(problem, neurons)
        # λ changes by less than the root of the decrement, and the dual value by that times ‖y‖.
        last = decrement * problem.scale <= precision * cost * cost
        reach, runs, row = _boundary(problem, neurons, steps)
        share, hit = (reach, True) if reach <= 1 else (arb(1), False)
        while True:
            pairs = zip(neurons, steps, strict=True)
            moved = [replace(neuron, weights=(neuron.weights + step * share).mid()) for neuron, step in pairs]
            if problem.cost(moved) <= cost - share * decrement * _DECREASE + problem.noise:
                break
            share, hit = share / 2, False
            if share * share < precision:
                return neurons
        if hit:
            moved[runs : runs + 1] = problem.landed(moved[runs], row)
            moved = problem.merged(moved)
        # A neuron that is gone but for rounding errors.
        moved = [n for n in moved if (problem.beta * length(n.weights)) ** 4 > cost**4 * precision**3]
        neurons = problem.independent(moved)
        cost = problem.cost(neurons)
        if not neurons or (last and not hit):
            break
    return neurons


def _newton(problem: Problem, neurons: Sequence[Neuron]) -> tuple[list[arb_mat], arb]:
    """The step of every neuron, and twice by how much the quadratic model decreases.

    With the slopes S of all neurons, one below another, the Hessian is ``SSᵀ``, and for each of them the block
    ``β(I − ẑẑᵀ)/‖z‖``, which keeps the steps in the subspaces of the cones.
    """
    size = problem.inputs.ncols()
    stacked = arb_mat([[x * n.sign for x in row] for n in neurons for row in problem.slopes(n.cone).tolist()]).mid()
    hessian = (stacked * stacked.transpose()).mid().tolist()
    gradient = (-stacked * problem.left(neurons)).mid().entries()
    for first, neuron in zip(range(0, len(gradient), size), neurons, strict=True):
        norm = length(neuron.weights)
        unit = [(x / norm).mid() for x in neuron.weights.entries()]
        for i in range(size):
            gradient[first + i] += problem.beta * unit[i]
            for k in range(size):
                hessian[first + i][first + k] += problem.beta / norm * (int(i == k) - unit[i] * unit[k])
    right = arb_mat(len(gradient), 1, gradient).mid()
    step = -arb_mat(hessian).mid().solve(right, algorithm="approx").mid()
    entries = step.entries()
    return [arb_mat(size, 1, entries[at : at + size]) for at in range(0, len(entries), size)], -inner(step, right)


def _boundary(problem: Problem, neurons: Sequence[Neuron], steps: Sequence[arb_mat]) -> tuple[arb, int, int]:
    """How far the steps can go until a neuron reaches the boundary of its cone; which one, and at which sample."""
    found = (arb("inf"), 0, 0)
    for at, (neuron, step) in enumerate(zip(neurons, steps, strict=True)):
        values, changes = ((problem.inputs * column).mid().entries() for column in (neuron.weights, step))
        for row, sign in enumerate(neuron.cone.signs):
            if sign * changes[row] < 0:
                reach = (-values[row] / changes[row]).mid().max(arb(0))
                found = (reach, at, row) if reach < found[0] else found
    return found
