"""Continuous piecewise linear functions of one variable, and the two-layer ReLU networks that are such functions.

A network ``f(z) = Σ_j v_j(w_j z + b_j)₊ + b_0`` costs ``½Σ(w_j² + v_j²)``.  Scaling ``(w_j, b_j)`` up and ``v_j``
down leaves f as it is; the cost is then at least ``Σ|w_j v_j|``, and equal to it where ``|w_j| = |v_j|``.  So a neuron
is, up to scale, a ``c·(o(z − τ))₊`` that costs ``|c|``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flint import fmpq, fmpq_mat

from checker.witness.exact import WitnessError
from checker.witness.rounding import square_root


@dataclass(frozen=True)
class Neuron:
    """The function ``c·(o(z − τ))₊``.

    Args:
        orientation: o, 1 for a neuron that is zero left of its knot, -1 for one that is zero right of it.
        knot: τ.
        coefficient: c.
    """

    orientation: int
    knot: fmpq
    coefficient: fmpq

    def __call__(self, z: fmpq) -> fmpq:
        return self.coefficient * max(self.orientation * (z - self.knot), fmpq(0))


@dataclass(frozen=True)
class Spline:
    """A continuous piecewise linear function of all z; equal functions are equal objects.

    Args:
        knots: where the slope changes, increasing.
        slopes: before the first knot, between neighbours, and after the last one; neighbours differ.
        intercept: at 0 of the line before the first knot.
    """

    knots: tuple[fmpq, ...]
    slopes: tuple[fmpq, ...]
    intercept: fmpq

    @classmethod
    def of_network(cls, weights: fmpq_mat, biases: fmpq_mat, outputs: fmpq_mat, offset: fmpq) -> Spline:
        """The function ``Σ_j v_j(w_j z + b_j)₊ + b_0``.

        Args:
            weights: w, of shape (m, 1).
            biases: b, of shape (m, 1).
            outputs: v, of shape (m, 1).
            offset: b_0.
        """
        neurons = []
        for w, b, v in zip(weights.entries(), biases.entries(), outputs.entries(), strict=True):
            if w == 0:
                offset += v * max(b, fmpq(0))
            else:
                neurons.append(Neuron(1 if w > 0 else -1, -b / w, v * abs(w)))
        return cls.of_neurons(neurons, offset)

    @classmethod
    def of_neurons(cls, neurons: Iterable[Neuron], offset: fmpq) -> Spline:
        """The sum of the neurons and of the offset."""
        jumps: dict[fmpq, fmpq] = {}
        slope, intercept = fmpq(0), fmpq(offset)
        for neuron in neurons:
            jumps[neuron.knot] = jumps.get(neuron.knot, fmpq(0)) + neuron.coefficient
            if neuron.orientation < 0:
                slope -= neuron.coefficient
                intercept += neuron.coefficient * neuron.knot
        knots = sorted(knot for knot, jump in jumps.items() if jump != 0)
        slopes = [slope]
        for knot in knots:
            slopes.append(slopes[-1] + jumps[knot])
        return cls(tuple(knots), tuple(slopes), intercept)

    def __call__(self, z: fmpq) -> fmpq:
        bent = (jump * (z - knot) for knot, jump in zip(self.knots, self.jumps, strict=True) if knot < z)
        return sum(bent, start=self.intercept + self.slopes[0] * z)

    @property
    def jumps(self) -> tuple[fmpq, ...]:
        """By how much the slope changes at each knot; none is zero."""
        return tuple(after - before for before, after in pairwise(self.slopes))

    @property
    def total_variation(self) -> fmpq:
        """``∫|f″|``: the sum of the sizes of all jumps."""
        return sum(map(abs, self.jumps), start=fmpq(0))

    @property
    def cost(self) -> fmpq:
        """The infimum of the costs of the networks that are this function: ``max(∫|f″|, |f′(−∞) + f′(+∞)|)``.

        Source: P. Savarese, I. Evron, D. Soudry and N. Srebro, *How do infinite width bounded norm networks look in
        function space?*, 2019, theorem 3.1.
        """
        return max(self.total_variation, abs(self.slopes[0] + self.slopes[-1]))

    def interpolates(self, x: fmpq_mat, y: fmpq_mat) -> bool:
        """Whether ``f(x_i) = y_i`` for all i; x and y of shape (n, 1)."""
        return all(self(z) == value for z, value in zip(x.entries(), y.entries(), strict=True))

    def knots_among(self, x: fmpq_mat) -> bool:
        """Whether every knot is an entry of x."""
        return set(self.knots) <= set(x.entries())


def network_of(neurons: Sequence[Neuron], offset: fmpq, width: int, bits: int) -> dict[str, Any]:
    """A balanced network that is exactly the sum of the neurons and of the offset.

    With ``r ≈ √|c|``, ``w = o·r``, ``b = −o·r·τ`` and ``v = c/r``: whatever r was rounded to, f is exact; only the cost
    exceeds ``Σ|c|``, by a relative error of about ``2^(−2·bits)``.

    Args:
        neurons: those of coefficient zero are left out.
        offset: b_0.
        width: the number of neurons of the network; the ones that are not needed are zero.
        bits: relative accuracy of r in binary digits.

    Returns:
        "w", "b" and "v" of shape (width, 1), and "b_0".

    Raises:
        WitnessError: more neurons than ``width``.
    """
    scales = [square_root(abs(neuron.coefficient), bits + 2) for neuron in neurons if neuron.coefficient != 0]
    return _network(neurons, scales, offset, width)


def unit_network_of(neurons: Sequence[Neuron], offset: fmpq, width: int) -> dict[str, Any]:
    """The network with ``w_j = ±1`` and ``v_j = c_j``; as :func:`network_of` otherwise."""
    return _network(neurons, [fmpq(1) for neuron in neurons if neuron.coefficient != 0], offset, width)


def _network(neurons: Sequence[Neuron], scales: Sequence[fmpq], offset: fmpq, width: int) -> dict[str, Any]:
    used = [neuron for neuron in neurons if neuron.coefficient != 0]
    if len(used) > width:
        raise WitnessError(f"it proposed {len(used)} neurons where the network has room for {width}")
    w, b, v = (fmpq_mat(width, 1) for _ in range(3))
    for at, (neuron, scale) in enumerate(zip(used, scales, strict=True)):
        w[at, 0] = neuron.orientation * scale
        b[at, 0] = -w[at, 0] * neuron.knot
        v[at, 0] = neuron.coefficient / scale
    return {"w": w, "b": b, "v": v, "b_0": fmpq(offset)}
