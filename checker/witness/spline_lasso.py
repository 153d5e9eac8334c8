"""``min ½‖f − y‖² + βΣ|c_j|`` over ReLU networks on the line, solved exactly in rationals.

On the data, every neuron is a combination of neurons with knots among them, that cost no more.  So this is a lasso with
a free intercept whose columns, the atoms, are ``(x − x_k)₊`` and ``(x_k − x)₊``.  As ``(x_n − x)₊ + (x − x_1)₊`` is
constant, ``2n − 3`` of them are enough: one at x_1, facing right, and two at each inner point.

**Few neurons.** On the data, the atom at x_1 is a *line*, ``x`` plus a constant, and so is the difference of two atoms
at one knot, ``(x − x_k)₊ − (x_k − x)₊ = x − x_k``.  A combination of atoms that is constant on the data has no jump at
an inner point, so it is one of lines, and takes two of them.  Hence atoms are independent, modulo constants, if and
only if they contain at most one line; then there are at most n−1, one for each of the n−2 inner points and one more for
the line.  The search moves from one such set to another.

**The search** (feature-sign search: H. Lee, A. Battle, R. Raina and A. Ng, *Efficient sparse coding algorithms*, 2007).
The optimum for a set of atoms with given signs solves a linear system, tridiagonal in the values of f at the knots.
Where it has other signs, one goes towards it until the first coefficient vanishes, drops that, and solves again.  Where
all signs are right, the atom whose dual constraint is violated most is added.  Every optimum reached in this way is
strictly better than the one before, ties or not, so that no set with its signs comes back.

**Never a second line.** With ``G_k = λᵀ(x − x_k)₊`` the correlations of atoms are G_k (facing right) and ``G_k − G_1``
(facing left), and ±β for those in the set.  Two rules hold at the start and remain true: atoms at one knot have one
sign; beside the atom at x_1, those facing right have its sign and those facing left the other one.  For an atom that
would break a rule is not the one violated most: the other one at its knot, or at the knot of the atom it conflicts
with, or the one at x_1, is violated by β more.  So a line makes ``G_1 = ±β`` (at x_1) or ``G_1 = 0`` (two at a knot),
and atoms that would complete a second one have correlations 0 or ±β, which violate nothing.

A search in floats starts the exact one close to its end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flint import fmpq, fmpq_mat

from checker.witness.exact import WitnessError
from checker.witness.rounding import norm_squared
from checker.witness.spline import Neuron, Spline
from checker.witness.spline_interpolation import interpolant, weights_of_moments

# An fmpq in the exact search, a float in the one before it.
Number = Any
# The orientation of an atom, and the index of its knot.
Atom = tuple[int, int]
_LINE = (1, 0)
# Of linear systems solved, in floats and again in rationals; 3n were enough on all data tried, from any start.
_STEPS_PER_POINT = 20
_LEAST_STEPS = 200
_FLOAT_TOLERANCE = 1e-12


@dataclass(frozen=True)
class _Problem:
    """The data, at least two points with strictly increasing positions, and β > 0."""

    positions: Sequence[Number]
    values: Sequence[Number]
    beta: Number


def regularized(x: fmpq_mat, y: fmpq_mat, beta: fmpq) -> tuple[tuple[Neuron, ...], fmpq, fmpq_mat]:
    """The network that minimises ``½‖f(x) − y‖² + βΣ|c_j|``, and the dual point ``λ = y − f(x)``.

    The dual is ``max λᵀy − ½‖λ‖²`` over ``1ᵀλ = 0``, ``|λᵀ(x − x_k)₊| ≤ β`` and ``|λᵀ(x_k − x)₊| ≤ β``.  Before it
    returns anything, it checks exactly that λ is feasible, that ``λᵀa = β·sign(c)`` for every neuron ``c·a``, and that
    both objective values are equal.

    Args:
        x: of shape (n, 1), strictly increasing.
        y: of shape (n, 1).
        beta: β > 0.

    Returns:
        At most n−1 neurons (none for n = 1) in the order of their knots, all among the data; the offset b_0; λ of shape
        (n, 1).

    Raises:
        WitnessError: β is not positive, x does not increase, or the optimum was not reached after 200 + 20n steps.
    """
    if beta <= 0:
        raise WitnessError(f"it needs a positive beta, not {beta}; for beta = 0 interpolate instead")
    neurons, _ = interpolant(x, y)
    if x.nrows() == 1:
        return (), y[0, 0], fmpq_mat(1, 1)
    problem = _Problem(x.entries(), y.entries(), beta)
    index = {knot: k for k, knot in enumerate(problem.positions)}
    starts = [
        {(neuron.orientation, index[neuron.knot]): neuron.coefficient for neuron in neurons},
        _guess(problem),
    ]
    start = min(starts, key=lambda coefficients: _objective(problem, coefficients))
    found, optimal = _search(problem, start, fmpq(0))
    if not optimal:
        raise WitnessError(f"the search for the network did not end after {_steps(problem)} steps")
    neurons = _neurons(problem, found)
    offset = _offset(problem, neurons)
    spline = Spline.of_neurons(neurons, offset)
    lam = y - fmpq_mat(x.nrows(), 1, [spline(z) for z in problem.positions])
    if not _optimal(x, y, beta, neurons, offset, lam):
        raise WitnessError("the network that the search ended with is not optimal")
    return neurons, offset, lam


def _steps(problem: _Problem) -> int:
    return _LEAST_STEPS + _STEPS_PER_POINT * len(problem.positions)


def _search(problem: _Problem, start: Mapping[Atom, Number], tolerance: Number) -> tuple[dict[Atom, Number], bool]:
    """Nonzero coefficients of the optimum, and whether it is one; if not, the steps were used up.

    Args:
        problem: data and β.
        start: nonzero coefficients that obey the rules.
        tolerance: by how much a dual constraint may be violated.
    """
    coefficients = dict(start)
    signs = {atom: 1 if value > 0 else -1 for atom, value in coefficients.items()}
    for _ in range(_steps(problem)):
        target, moments = _solve(problem, signs)
        wrong = [atom for atom in signs if target[atom] * signs[atom] <= 0]
        if wrong:
            coefficients = _towards(target, coefficients, wrong)
        else:
            correlations = _correlations(moments)
            worst = max(correlations, key=lambda atom: abs(correlations[atom]))
            if abs(correlations[worst]) <= problem.beta + tolerance:
                return target, True
            signs[worst] = 1 if correlations[worst] > 0 else -1
            coefficients = {**target, worst: 0}
        signs = {atom: signs[atom] for atom in coefficients}
    return {atom: value for atom, value in coefficients.items() if value != 0}, False


def _towards(
    target: Mapping[Atom, Number], coefficients: Mapping[Atom, Number], wrong: Iterable[Atom]
) -> dict[Atom, Number]:
    """The point on the way to the target where the first of the wrong ones vanishes; what vanishes there is dropped."""
    reach = {atom: coefficients[atom] / (coefficients[atom] - target[atom]) for atom in wrong}
    step = min(reach.values())
    moved = {atom: value + step * (target[atom] - value) for atom, value in coefficients.items()}
    return {atom: value for atom, value in moved.items() if reach.get(atom) != step}


def _lines(atoms: Collection[Atom]) -> list[dict[Atom, int]]:
    """The combinations of atoms that are ``x`` plus a constant on the data."""
    pairs = [{(1, k): 1, (-1, k): -1} for orientation, k in atoms if orientation < 0 and (1, k) in atoms]
    return [{_LINE: 1}, *pairs] if _LINE in atoms else pairs


def _obeys_the_rules(coefficients: Mapping[Atom, Number]) -> bool:
    """Whether there is at most one line, and the signs are as in the rules by which there is never a second one."""
    lines, first = _lines(coefficients), coefficients.get(_LINE, 0)
    one_sign = all(coefficients[1, k] * coefficients[-1, k] > 0 for line in lines for o, k in line if o < 0)
    return len(lines) <= 1 and one_sign and all(o * value * first >= 0 for (o, _), value in coefficients.items())


def _solve(problem: _Problem, signs: Mapping[Atom, int]) -> tuple[dict[Atom, Number], list[Number]]:
    """The optimum over sums of the atoms, with ``Σ s_j c_j`` for ``Σ|c_j|``, and the moments of its residual.

    f is given by its values h at the nodes: the knots, the first and the last point.  With m_1 its slope at the first
    point and d_k its jumps, the penalty is ``G_1 m_1 + Σ G_k d_k``, with ``G_k = βs`` for right-facing atoms and
    ``G_k = G_1 + βs`` for left-facing ones; so its gradient in h is the weights on the nodes with these moments.  A
    line among the atoms gives G_1; without one, G_1 is the multiplier of the constraint ``m_1 + Σ_left d_k = 0``.

    Args:
        problem: data and β.
        signs: independent atoms with the signs of their coefficients.

    Returns:
        The coefficient of each atom, and ``G_k = λᵀ(x − x_k)₊`` for all k, ``λ = y − f``.
    """
    beta, lines = problem.beta, _lines(signs)
    nodes = [0, *sorted({k for _, k in signs} - {0}), len(problem.positions) - 1]
    places = [problem.positions[k] for k in nodes]
    inner = nodes[1:-1]
    # At a knot with both atoms the right-facing one serves: either condition implies the other, given G_1.
    left = {k for k in inner if (1, k) not in signs}
    fixed = [beta * signs[-1 if k in left else 1, k] for k in inner]
    base = weights_of_moments(places, [0, *fixed, 0])
    tilt = weights_of_moments(places, [1, *(int(k in left) for k in inner), 0])
    diagonal, beside, right = _normal_equations(problem, nodes)
    right = [value - penalty for value, penalty in zip(right, base, strict=True)]
    heights, change = _tridiagonal(diagonal, beside, [right, tilt])
    if lines:
        first = beta * sum(signs[atom] * weight for atom, weight in lines[0].items())
    else:
        first = _dot(tilt, heights) / _dot(tilt, change)
    heights = [height - first * amount for height, amount in zip(heights, change, strict=True)]
    slopes = [(b - a) / (end - start) for (start, a), (end, b) in pairwise(zip(places, heights, strict=True))]
    jumps = dict(zip(inner, [after - before for before, after in pairwise(slopes)], strict=True))
    found = {(orientation, k): jumps[k] for orientation, k in signs if k > 0}
    if lines:
        # tilt is the functional m_1 + Σ_left d_k: what the line has to add.
        amount = _dot(tilt, heights)
        for atom, weight in lines[0].items():
            found[atom] = amount * weight if weight < 0 or atom == _LINE else jumps[atom[1]] + amount
    return found, _moments(problem, nodes, heights, slopes)


def _normal_equations(problem: _Problem, nodes: Sequence[int]) -> tuple[list[Number], list[Number], list[Number]]:
    """``NᵀN`` (its diagonal, and what is beside it) and ``Nᵀy``, for N interpolating from the nodes to the data."""
    positions, values = problem.positions, problem.values
    diagonal, beside, right = [0] * len(nodes), [0] * (len(nodes) - 1), [0] * len(nodes)
    diagonal[0], right[0] = positions[0] * 0 + 1, values[0]
    for at, (start, end) in enumerate(pairwise(nodes)):
        length = positions[end] - positions[start]
        for i in range(start + 1, end):
            share = (positions[i] - positions[start]) / length
            rest = 1 - share
            diagonal[at] += rest * rest
            diagonal[at + 1] += share * share
            beside[at] += share * rest
            right[at] += rest * values[i]
            right[at + 1] += share * values[i]
        diagonal[at + 1] += 1
        right[at + 1] += values[end]
    return diagonal, beside, right


def _tridiagonal(
    diagonal: Sequence[Number], beside: Sequence[Number], columns: Sequence[Sequence[Number]]
) -> list[list[Number]]:
    """The solutions of a symmetric positive definite tridiagonal system for several right sides."""
    pivots, factors = [diagonal[0]], list[Number]()
    for entry, off in zip(diagonal[1:], beside, strict=True):
        factors.append(off / pivots[-1])
        pivots.append(entry - factors[-1] * off)
    solutions = []
    for column in columns:
        found = [column[0]]
        for entry, factor in zip(column[1:], factors, strict=True):
            found.append(entry - factor * found[-1])
        found[-1] = found[-1] / pivots[-1]
        for at in reversed(range(len(factors))):
            found[at] = found[at] / pivots[at] - factors[at] * found[at + 1]
        solutions.append(found)
    return solutions


def _moments(
    problem: _Problem, nodes: Sequence[int], heights: Sequence[Number], slopes: Sequence[Number]
) -> list[Number]:
    """``G_k = λᵀ(x − x_k)₊`` for all k, with λ what the function leaves of y."""
    positions, values = problem.positions, problem.values
    fitted = [heights[0]]
    for start, end, height, slope in zip(nodes, nodes[1:], heights, slopes, strict=False):
        fitted += [height + slope * (positions[i] - positions[start]) for i in range(start + 1, end + 1)]
    moments, after = [fitted[0] * 0], 0
    for i in reversed(range(1, len(fitted))):
        after += values[i] - fitted[i]
        moments.append(moments[-1] + after * (positions[i] - positions[i - 1]))
    return moments[::-1]


def _correlations(moments: Sequence[Number]) -> dict[Atom, Number]:
    """``λᵀa`` for all atoms a: ``G_k`` for those facing right, ``G_k − G_1`` for those facing left."""
    facing_right = {(1, k): moments[k] for k in range(len(moments) - 1)}
    return facing_right | {(-1, k): moments[k] - moments[0] for k in range(1, len(moments) - 1)}


def _dot(left: Sequence[Number], right: Sequence[Number]) -> Number:
    return sum(a * b for a, b in zip(left, right, strict=True))


def _guess(problem: _Problem) -> dict[Atom, Number]:
    """The optimum in floats, on data moved and scaled to the unit square; no atoms where floats do not reach."""
    start, mean = problem.positions[0], sum(problem.values) / len(problem.values)
    width = problem.positions[-1] - start
    height = max(abs(value - mean) for value in problem.values)
    if height == 0:
        return {}
    try:
        scaled = _Problem(
            [_float((position - start) / width) for position in problem.positions],
            [_float((value - mean) / height) for value in problem.values],
            # No correlation is larger than n, so that above it the network vanishes.
            _float(min(problem.beta / (width * height), fmpq(len(problem.values)))),
        )
        found, _ = _search(scaled, {}, _FLOAT_TOLERANCE * len(problem.values))
        exact = {atom: fmpq(*value.as_integer_ratio()) * height / width for atom, value in found.items()}
    except (ArithmeticError, ValueError):
        # A gap or a value that vanishes in floats.
        return {}
    # Where β is below what floats resolve, they may end anywhere.
    return exact if _obeys_the_rules(exact) else {}


def _float(value: fmpq) -> float:
    return int(value.p) / int(value.q)


def _neurons(problem: _Problem, coefficients: Mapping[Atom, Number]) -> tuple[Neuron, ...]:
    found = [Neuron(o, problem.positions[k], value) for (o, k), value in coefficients.items()]
    return tuple(sorted(found, key=lambda neuron: (neuron.knot, neuron.orientation)))


def _offset(problem: _Problem, neurons: Sequence[Neuron]) -> fmpq:
    """The best offset: the mean of what the neurons leave of y."""
    spline = Spline.of_neurons(neurons, fmpq(0))
    left = [value - spline(z) for z, value in zip(problem.positions, problem.values, strict=True)]
    return sum(left, start=fmpq(0)) / len(left)


def _objective(problem: _Problem, coefficients: Mapping[Atom, Number]) -> fmpq:
    neurons = _neurons(problem, coefficients)
    spline = Spline.of_neurons(neurons, _offset(problem, neurons))
    squares = sum((spline(z) - value) ** 2 for z, value in zip(problem.positions, problem.values, strict=True))
    return squares / 2 + problem.beta * sum(abs(neuron.coefficient) for neuron in neurons)


def _optimal(x: fmpq_mat, y: fmpq_mat, beta: fmpq, neurons: Sequence[Neuron], offset: fmpq, lam: fmpq_mat) -> bool:
    """Whether network and λ satisfy the optimality conditions, each by its definition, in rationals."""
    row, positions = lam.transpose(), x.entries()
    ones = fmpq_mat(x.nrows(), 1, [1] * x.nrows())
    columns = [[max(o * (z - knot), fmpq(0)) for z in positions] for o in (1, -1) for knot in positions]
    columns += [[max(n.orientation * (z - n.knot), fmpq(0)) for z in positions] for n in neurons]
    correlations = (row * fmpq_mat(columns).transpose()).entries()
    feasible, tight = correlations[: 2 * x.nrows()], correlations[2 * x.nrows() :]
    coefficients = [neuron.coefficient for neuron in neurons]
    fitted = ones * fmpq_mat(1, 1, [offset])
    if neurons:
        fitted += fmpq_mat(columns[2 * x.nrows() :]).transpose() * fmpq_mat(len(neurons), 1, coefficients)
    primal = norm_squared(fitted - y) / 2 + beta * sum(map(abs, coefficients), start=fmpq(0))
    return (
        len(neurons) < x.nrows()
        and y - fitted == lam
        and (row * ones)[0, 0] == 0
        and all(abs(value) <= beta for value in feasible)
        and all(value == (beta if c > 0 else -beta) for value, c in zip(tight, coefficients, strict=True))
        and primal == (row * y)[0, 0] - norm_squared(lam) / 2
    )
