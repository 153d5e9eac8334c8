"""Optima of ReLU networks in fractions, in mpmath and by CVXPY, written from the theory and not from the library."""

import csv
import math
import random
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import cvxpy
import mpmath
import numpy as np
from scipy.optimize import minimize

DATA = Path(__file__).parents[2] / "theorems" / "data"
# A solver's optimum of well-scaled data of size 1 to 10 is good to about 8 digits.
SOLVED = 1e-6


def size_of_rank_one(c, a, alpha, gamma) -> mpmath.mpf:
    """``(|α| + |γ|)/‖a‖``, without the term of a part of c that is zero."""
    weight = abs(Fraction(alpha)) * any(entry > 0 for entry in c) + abs(Fraction(gamma)) * any(entry < 0 for entry in c)
    squared = sum((Fraction(entry) ** 2 for entry in a), start=Fraction(0))
    return rounded(weight) / mpmath.sqrt(rounded(squared))


def of_depth(size, depth: int) -> mpmath.mpf:
    """``(L/2)·size^(2/L)``."""
    return mpmath.mpf(depth) / 2 * (rounded(size) ** (mpmath.mpf(2) / depth) if size else 0)


def rounded(value) -> mpmath.mpf:
    if isinstance(value, mpmath.mpf):
        return value
    exact = Fraction(value)
    return mpmath.mpf(exact.numerator) / exact.denominator


def slopes(x, y) -> list[Fraction]:
    """Those of the chords between neighbours."""
    points = [(Fraction(a), Fraction(b)) for a, b in zip(x, y, strict=True)]
    return [(after - before) / (right - left) for (left, before), (right, after) in pairwise(points)]


def spline_cost(x, y) -> Fraction:
    """``max(TV, (TV + |m_1 + m_(n−1)|)/2)``; 0 for one point."""
    found = slopes(x, y)
    if not found:
        return Fraction(0)
    variation = sum((abs(after - before) for before, after in pairwise(found)), start=Fraction(0))
    return max(variation, (variation + abs(found[0] + found[-1])) / 2)


def hinges(x: Sequence[float], knots: Sequence[float]) -> np.ndarray:
    """The functions ``(x − τ)₊`` and ``(τ − x)₊`` at the data, a column for each."""
    apart = np.subtract.outer(np.array(x, float), np.array(knots, float))
    return np.maximum(np.hstack([apart, -apart]), 0)


def solved(problem: cvxpy.Problem) -> float:
    return float(problem.solve(solver=cvxpy.CLARABEL, tol_gap_abs=1e-10, tol_gap_rel=1e-10, tol_feas=1e-10))


def least_total_weight(x, y) -> float:
    """The cheapest network through the data whose knots are data, or lie halfway between them."""
    knots = sorted({*x, *((left + right) / 2 for left, right in pairwise(x))})
    atoms = hinges(x, knots)
    weights, offset = cvxpy.Variable(atoms.shape[1]), cvxpy.Variable()
    return solved(cvxpy.Problem(cvxpy.Minimize(cvxpy.norm1(weights)), [atoms @ weights + offset == np.array(y, float)]))


def largest_response(x, y) -> float:
    """``max λᵀy`` over ``𝟏ᵀλ = 0``, ``|λᵀ(x − x_k)₊| ≤ 1`` and ``|λᵀ(x_k − x)₊| ≤ 1``."""
    atoms, dual = hinges(x, x), cvxpy.Variable(len(x))
    constraints = [cvxpy.sum(dual) == 0, cvxpy.abs(atoms.T @ dual) <= 1]
    return solved(cvxpy.Problem(cvxpy.Maximize(np.array(y, float) @ dual), constraints))


def smoothed(x, y, beta) -> tuple[float, np.ndarray]:
    """``min ½‖f(x) − y‖² + β·cost(f)`` over splines with their knots among the data, and the weights of its atoms."""
    atoms = hinges(x, x)
    weights, offset = cvxpy.Variable(atoms.shape[1]), cvxpy.Variable()
    loss = cvxpy.sum_squares(atoms @ weights + offset - np.array(y, float)) / 2
    value = solved(cvxpy.Problem(cvxpy.Minimize(loss + float(beta) * cvxpy.norm1(weights))))
    return value, weights.value


def smoothed_exactly(x, y, beta) -> Fraction:
    """The same in fractions: equations of the atoms that CVXPY finds, and the conditions of optimality.

    More atoms may have a weight than are independent; of those, sets are tried until one needs no weight of the other
    sign.

    Raises:
        ArithmeticError: the conditions hold for no set, as where CVXPY cannot tell which atoms have a weight.
    """
    points, target, bound = [Fraction(v) for v in x], [Fraction(v) for v in y], Fraction(beta)
    _, found = smoothed(x, y, beta)
    atoms = [[max(side * (z - knot), Fraction(0)) for z in points] for side in (1, -1) for knot in points]
    order = sorted((k for k in range(len(atoms)) if abs(found[k]) > 1e-7), key=lambda k: -abs(found[k]))
    source = random.Random(0)
    for _ in range(100):
        kept = independent([[Fraction(1)] * len(points), *(atoms[k] for k in order)])
        active = [order[i - 1] for i in kept if i]
        columns = [[Fraction(1)] * len(points), *(atoms[k] for k in active)]
        signs = [0, *(1 if found[k] > 0 else -1 for k in active)]
        gram = [[dot(a, b) for b in columns] for a in columns]
        weights = solve(gram, [dot(a, target) - bound * sign for a, sign in zip(columns, signs, strict=True)])
        fit = [dot(weights, [column[i] for column in columns]) for i in range(len(points))]
        left = [a - b for a, b in zip(target, fit, strict=True)]
        if all(w * s >= 0 for w, s in zip(weights, signs, strict=True)) and all(
            abs(dot(left, atom)) <= bound for atom in atoms
        ):
            return dot(left, left) / 2 + bound * sum((abs(weight) for weight in weights[1:]), start=Fraction(0))
        source.shuffle(order)
    raise ArithmeticError("the atoms that CVXPY found are not those of the optimum")


def dot(left, right) -> Fraction:
    return sum((a * b for a, b in zip(left, right, strict=True)), start=Fraction(0))


def independent(columns: Sequence[Sequence[Fraction]]) -> list[int]:
    """The numbers of those columns that are no combination of the ones before."""
    reduced: list[tuple[int, list[Fraction]]] = []
    kept = []
    for number, column in enumerate(columns):
        rest = list(column)
        for pivot, other in reduced:
            rest = [a - rest[pivot] / other[pivot] * b for a, b in zip(rest, other, strict=True)]
        if any(rest):
            reduced.append((next(i for i, entry in enumerate(rest) if entry), rest))
            kept.append(number)
    return kept


def solve(matrix: Sequence[Sequence[Fraction]], right: Sequence[Fraction]) -> list[Fraction]:
    """Gauss–Jordan elimination of a regular system."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at in range(len(rows)):
        pivot = next(i for i in range(at, len(rows)) if rows[i][at])
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [entry / rows[at][at] for entry in rows[at]]
        for i, row in enumerate(rows):
            if i != at:
                rows[i] = [a - row[at] * b for a, b in zip(row, rows[at], strict=True)]
    return [row[-1] for row in rows]


# Networks on inputs with one or two features, by the patterns of their neurons.


def directions(X) -> list[tuple[float, ...]]:
    """A direction inside each cone on which no neuron switches, for integer inputs with one or two features."""
    if len(X[0]) == 1:
        return [(1,), (-1,)]
    edges = {reduced(-b * side, a * side) for a, b in X if (a, b) != (0, 0) for side in (1, -1)}
    around = sorted(edges, key=lambda edge: math.atan2(edge[1], edge[0]))
    between = zip(around, [*around[1:], around[0]], strict=True)
    # Between opposite edges, which are those of one line alone, a quarter of a turn.
    return [(-a[1], a[0]) if (a[0] + b[0], a[1] + b[1]) == (0, 0) else shared(a, b) for a, b in between]


def shared(a: tuple[int, int], b: tuple[int, int]) -> tuple[float, float]:
    """A direction between two, less than half a turn apart."""
    return a[0] / math.hypot(*a) + b[0] / math.hypot(*b), a[1] / math.hypot(*a) + b[1] / math.hypot(*b)


def reduced(a: int, b: int) -> tuple[int, int]:
    return a // math.gcd(a, b), b // math.gcd(a, b)


def patterns(X) -> list[tuple[int, ...]]:
    """Which samples are positive, for each cone."""
    return sorted({tuple(int(np.dot(row, u) > 0) for row in X) for u in directions(X)})


def trained(X, y, beta) -> tuple[float, list[tuple[int, tuple[int, ...], np.ndarray]]]:
    """The convex program over all patterns: its value, and the sign, pattern and weights of each neuron."""
    inputs, target = np.array(X, float), np.array(y, float)
    neurons, constraints = [], []
    for pattern in patterns(X):
        side = 2 * np.array(pattern) - 1
        for sign in (1, -1):
            weights = cvxpy.Variable(inputs.shape[1])
            constraints.append(cvxpy.multiply(side, inputs @ weights) >= 0)
            neurons.append((sign, pattern, weights))
    fit = sum(sign * cvxpy.multiply(np.array(pattern), inputs @ weights) for sign, pattern, weights in neurons)
    size = sum(cvxpy.norm(weights) for _, _, weights in neurons)
    value = solved(cvxpy.Problem(cvxpy.Minimize(cvxpy.sum_squares(fit - target) / 2 + float(beta) * size), constraints))
    found = [(sign, pattern, weights.value) for sign, pattern, weights in neurons]
    return value, [neuron for neuron in found if np.linalg.norm(neuron[2]) > 1e-5]


def trained_closely(X, y, beta, digits: int) -> mpmath.mpf:
    """The same to many digits: Newton's method on the neurons that CVXPY finds, and a dual value that confirms it.

    Raises:
        ArithmeticError: the gap is not closed, as where a neuron lies on the boundary of its cone.
    """
    _, neurons = trained(X, y, beta)
    bound, width = rounded(beta), len(X[0])
    inputs, target = mpmath.matrix(X), mpmath.matrix(y)
    stacked = mpmath.zeros(len(neurons) * width, len(X))
    for j, (sign, pattern, _) in enumerate(neurons):
        for k in range(width):
            for i in range(len(X)):
                stacked[j * width + k, i] = sign * pattern[i] * inputs[i, k]
    z = mpmath.matrix([mpmath.mpf(float(entry)) for _, _, weights in neurons for entry in weights])
    for _ in range(60):
        hessian, gradient = stacked * stacked.T, stacked * (stacked.T * z - target)
        for j in range(len(neurons)):
            block = z[j * width : (j + 1) * width, 0]
            norm = mpmath.norm(block)
            for i in range(width):
                gradient[j * width + i] += bound * block[i] / norm
                for k in range(width):
                    hessian[j * width + i, j * width + k] += (
                        bound / norm * (int(i == k) - block[i] * block[k] / norm**2)
                    )
        step = mpmath.lu_solve(hessian, gradient)
        z -= step
        if mpmath.norm(step) <= mpmath.mpf(10) ** -(digits + 5) * mpmath.norm(z):
            break
    left = target - stacked.T * z
    size = mpmath.fsum(mpmath.norm(z[j * width : (j + 1) * width, 0]) for j in range(len(neurons)))
    shrink = min(1, bound / largest_neuron(X, left))
    value, squared = squares(left) / 2 + bound * size, squares(left)
    gap = value - (shrink * mpmath.fdot(left, target) - shrink**2 * squared / 2)
    inside = all(
        (2 * pattern[i] - 1) * mpmath.fdot(X[i], z[j * width : (j + 1) * width, 0]) >= 0
        for j, (_, pattern, _) in enumerate(neurons) for i in range(len(X))
    )  # fmt: skip
    if not inside or not 0 <= gap <= value * mpmath.mpf(10) ** -digits:
        raise ArithmeticError("the neurons that CVXPY found are not those of the optimum")
    return value


def squares(column) -> mpmath.mpf:
    return mpmath.fsum(entry**2 for entry in column)


def largest_neuron(X, response) -> mpmath.mpf:
    """``sup |λᵀ(Xu)₊|`` over ``‖u‖ ≤ 1``: on each cone at the gradient, if that lies inside, else on an edge."""
    width, best = len(X[0]), mpmath.mpf(0)
    for pattern in patterns(X):
        h = [mpmath.fsum(response[i] * X[i][k] for i in range(len(X)) if pattern[i]) for k in range(width)]
        for side in (1, -1):
            if all((2 * pattern[i] - 1) * side * mpmath.fdot(X[i], h) >= 0 for i in range(len(X))):
                best = max(best, mpmath.norm(mpmath.matrix(h)))
    for row in X if width == 2 else ():
        for side in (1, -1) if any(row) else ():
            u = [-row[1] * side / mpmath.hypot(*row), row[0] * side / mpmath.hypot(*row)]
            best = max(best, abs(mpmath.fsum(r * max(mpmath.fdot(x, u), 0) for r, x in zip(response, X, strict=True))))
    return best


def nile(rows: int) -> tuple[list[int], list[int]]:
    """The first years and volumes."""
    return tuple([int(row[name]) for row in table("nile.csv")[:rows]] for name in ("year", "volume"))


def longley(name: str) -> tuple[list[Fraction], list[Fraction]]:
    """A column as input, increasing, with TOTEMP as target."""
    pairs = sorted((Fraction(row[name]), Fraction(row["TOTEMP"])) for row in table("longley.csv"))
    return [x for x, _ in pairs], [y for _, y in pairs]


def table(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


# Networks from random weights, made cheaper step by step.


def rectified(inputs: np.ndarray, layers: Sequence[np.ndarray]) -> np.ndarray:
    for layer in layers[:-1]:
        inputs = np.maximum(inputs @ layer, 0)
    return (inputs @ layers[-1])[:, 0]


def rectified_spline(x: np.ndarray, layers: Sequence[np.ndarray], biases: np.ndarray) -> np.ndarray:
    """With a bias in each neuron of the last hidden layer, and one after it."""
    hidden = x[:, None]
    for layer in layers[:-2]:
        hidden = np.maximum(hidden @ layer, 0)
    return (np.maximum(hidden @ layers[-2] + biases[:-1], 0) @ layers[-1])[:, 0] + biases[-1]


def cheapest(shapes, network, target, biases: int = 0, starts: int = 20) -> float:
    """The least ``½Σ‖W_l‖²`` of the networks that quadratic programs lead to, from random weights, and that fit.

    Args:
        shapes: of the layers.
        network: from layers and biases to outputs.
        target: y.
        biases: how many there are.
        starts: how many networks.
    """
    source, ends = np.random.default_rng(0), np.cumsum([0, *(rows * columns for rows, columns in shapes)])
    weighs = np.concatenate([np.ones(ends[-1]), np.zeros(biases)])

    def misses(point):
        layers = [point[a:b].reshape(shape) for a, b, shape in zip(ends, ends[1:], shapes, strict=False)]
        return network(layers, point[ends[-1] :]) - target

    best = np.inf
    for _ in range(starts):
        found = minimize(
            lambda point: (weighs * point) @ point / 2, source.normal(size=len(weighs)),
            jac=lambda point: weighs * point, method="SLSQP", constraints={"type": "eq", "fun": misses},
            options={"maxiter": 500, "ftol": 1e-12},
        )  # fmt: skip
        if np.max(np.abs(misses(found.x))) < 1e-7:
            best = min(best, found.fun)
    return best
