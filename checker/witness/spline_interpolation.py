"""Cheapest ReLU networks through points of the line, and the dual points that show that none is cheaper.

For ``x_1 < … < x_n`` let ``m_k`` be the slope of the chord from ``(x_k, y_k)`` to the next point, and
``δ_k = m_k − m_{k−1}`` for ``1 < k < n``.  With A the sum of the positive δ_k, B that of the sizes of the negative ones
and ``TV = A + B``, the least cost is

    max(TV, A + m_1, B − m_1) = max(TV, (TV + |m_1 + m_{n−1}|)/2).

The dual, ``max λᵀy`` over ``1ᵀλ = 0``, ``|λᵀ(x − x_k)₊| ≤ 1`` and ``|λᵀ(x_k − x)₊| ≤ 1``, is simplest in the moments
``G_k = λᵀ(x − x_k)₊``, with ``G_n = 0`` and ``G_1 = λᵀx``: there ``λᵀy = G_1 m_1 + Σ G_k δ_k``, and the constraints are
``|G_k| ≤ 1`` and ``|G_k − G_1| ≤ 1``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from flint import fmpq, fmpq_mat

from checker.witness.exact import WitnessError
from checker.witness.spline import Neuron


def interpolant(x: fmpq_mat, y: fmpq_mat) -> tuple[tuple[Neuron, ...], fmpq]:
    """A cheapest network through all points, its knots among the data.

    Left-facing neurons make the slope before the data: ``m_1`` if they can, or else what comes closest in ``[−A, B]``,
    the rest being a right-facing neuron at x_1.  Each δ_k is the jump of one neuron, except where the first slope is
    reached halfway: there of one to the left and one to the right.

    Args:
        x: of shape (n, 1), strictly increasing.
        y: of shape (n, 1).

    Returns:
        At most n−1 neurons, in the order of their knots, and the offset b_0.

    Raises:
        WitnessError: x does not increase.
    """
    slopes = _chord_slopes(x, y)
    if not slopes:
        return (), y[0, 0]
    changes = [after - before for before, after in pairwise(slopes)]
    rise, fall = _rise_and_fall(changes)
    before = min(max(slopes[0], -rise), fall)
    neurons, missing = [Neuron(1, x[0, 0], slopes[0] - before)], -before
    for k, change in enumerate(changes, start=1):
        left = _between(change, missing)
        missing -= left
        neurons += [Neuron(-1, x[k, 0], left), Neuron(1, x[k, 0], change - left)]
    used = tuple(neuron for neuron in neurons if neuron.coefficient != 0)
    return used, _offset(used, x, y)


def second_interpolant(x: fmpq_mat, y: fmpq_mat) -> tuple[tuple[Neuron, ...], fmpq] | None:
    """Another cheapest network through all points, with a knot strictly between two of them.

    Where the jumps of :func:`interpolant` at neighbours x_k, x_{k+1} have one sign, they can become one: their sum, at
    their weighted mean.  That changes f strictly between the two points only, and leaves ``∫|f″|`` as it is.  For
    ``x = (0, 1, 2, 3)``, ``y = (0, 1, 3, 6)`` the knots 1 and 2 become 3/2.

    Args:
        x: of shape (n, 1), strictly increasing.
        y: of shape (n, 1).

    Returns:
        Neurons and offset as of :func:`interpolant`, the last such pair merged; None if there is none (the cheapest
        function may differ off the data nevertheless).

    Raises:
        WitnessError: x does not increase.
    """
    neurons, _ = interpolant(x, y)
    jumps = {z: sum((n.coefficient for n in neurons if n.knot == z), start=fmpq(0)) for z in x.entries()}
    pairs = [pair for pair in pairwise(x.entries()) if jumps[pair[0]] * jumps[pair[1]] > 0]
    if not pairs:
        return None
    left, right = pairs[-1]
    knot = (jumps[left] * left + jumps[right] * right) / (jumps[left] + jumps[right])
    merged: dict[tuple[fmpq, int], fmpq] = {}
    for neuron in neurons:
        at = (knot if neuron.knot in (left, right) else neuron.knot, neuron.orientation)
        merged[at] = merged.get(at, fmpq(0)) + neuron.coefficient
    found = tuple(Neuron(orientation, at, merged[at, orientation]) for at, orientation in sorted(merged))
    return found, _offset(found, x, y)


def optimal_cost(x: fmpq_mat, y: fmpq_mat) -> fmpq:
    """The least cost of a network through all points: ``max(TV, (TV + |m_1 + m_{n−1}|)/2)``, 0 for one point.

    Args:
        x: of shape (n, 1), strictly increasing.
        y: of shape (n, 1).

    Raises:
        WitnessError: x does not increase.
    """
    slopes = _chord_slopes(x, y)
    if not slopes:
        return fmpq(0)
    variation = sum((abs(after - before) for before, after in pairwise(slopes)), start=fmpq(0))
    return max(variation, (variation + abs(slopes[0] + slopes[-1])) / 2)


def dual_vertex(x: fmpq_mat, y: fmpq_mat) -> fmpq_mat:
    """An optimal vertex λ of the dual, of shape (n, 1).

    At a vertex ``G_1`` is 0, 1 or −1, and every other G_k the largest or the least that ``|G_k| ≤ 1`` and
    ``|G_k − G_1| ≤ 1`` leave; the best one takes the largest where ``δ_k ≥ 0``.

    Args:
        x: of shape (n, 1), strictly increasing.
        y: of shape (n, 1).

    Raises:
        WitnessError: x does not increase.
    """
    slopes = _chord_slopes(x, y)
    if not slopes:
        return fmpq_mat(1, 1)
    changes = [after - before for before, after in pairwise(slopes)]
    rise, fall = _rise_and_fall(changes)
    values = {1: rise + slopes[0], -1: fall - slopes[0]}
    # For two points G_1 is all there is, and 0 is not an end of [−1, 1].
    if changes:
        values[0] = rise + fall
    tilt = max(values, key=lambda first: values[first])
    largest, least = min(1, tilt + 1), max(-1, tilt - 1)
    moments = [fmpq(tilt), *(fmpq(largest if change >= 0 else least) for change in changes), fmpq(0)]
    return fmpq_mat(x.nrows(), 1, weights_of_moments(x.entries(), moments))


def weights_of_moments(positions: Sequence[Any], moments: Sequence[Any]) -> list[Any]:
    """The λ with ``1ᵀλ = 0`` and ``λᵀ(x − x_k)₊ = G_k``: ``λ_k = σ_k − σ_{k−1}`` with the slopes σ of G, 0 outside.

    Args:
        positions: x, at least two of them, increasing: rationals or floats.
        moments: G, one for each position, the last one zero.
    """
    points = pairwise(zip(positions, moments, strict=True))
    slopes = [(after - before) / (right - left) for (left, before), (right, after) in points]
    return [after - before for before, after in pairwise([0, *slopes, 0])]


def _chord_slopes(x: fmpq_mat, y: fmpq_mat) -> list[fmpq]:
    """``m_1, …, m_{n−1}``."""
    for k, (left, right) in enumerate(pairwise(x.entries()), start=1):
        if left >= right:
            raise WitnessError(f"it needs strictly increasing x, but x_{k} = {left} is followed by x_{k + 1} = {right}")
    points = pairwise(zip(x.entries(), y.entries(), strict=True))
    return [(after - before) / (right - left) for (left, before), (right, after) in points]


def _rise_and_fall(changes: Sequence[fmpq]) -> tuple[fmpq, fmpq]:
    """A and B."""
    rise = sum((change for change in changes if change > 0), start=fmpq(0))
    return rise, rise - sum(changes, start=fmpq(0))


def _between(change: fmpq, wanted: fmpq) -> fmpq:
    """What lies between 0 and both: the smaller one of two numbers of one sign, or 0."""
    return min(change, wanted, key=abs) if change * wanted > 0 else fmpq(0)


def _offset(neurons: Sequence[Neuron], x: fmpq_mat, y: fmpq_mat) -> fmpq:
    """The b_0 with which the function passes through the first point."""
    return y[0, 0] - sum((neuron(x[0, 0]) for neuron in neurons), start=fmpq(0))
