"""Losses as formulas of one output, and the least costs that follow: by CVXPY, by many starts, and by Newton's method.

Nothing here is taken from the library's own losses.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import cvxpy
import mpmath
import numpy as np
from scipy.optimize import minimize

from tests.theorems.references import DIGITS, number
from tests.theorems.relu_references import solved

Number = Callable[..., mpmath.mpf]


@dataclass(frozen=True)
class Reference:
    """A loss of one output: its value, its slope and the slope of that off its kinks, its kinks, and CVXPY's sum."""

    value: Number
    slope: Number
    curvature: Number
    convex: Callable[..., cvxpy.Expression]
    kinks: Callable[..., Sequence[mpmath.mpf]] = lambda y: ()
    labels: bool = False
    parameters: dict[str, Fraction] = field(default_factory=dict)


DELTA, EPSILON = Fraction(3, 4), Fraction(1, 3)


def _side(r) -> int:
    return int(r > 0) - int(r < 0)


def _beyond(r):
    return max(abs(r) - number(EPSILON), 0)


def _clipped(r):
    return max(-number(DELTA), min(r, number(DELTA)))


def _sigmoid(t):
    return 1 / (1 + mpmath.exp(-t))


REFERENCES = {
    "squared": Reference(
        lambda z, y: (z - y) ** 2 / 2, lambda z, y: z - y, lambda z, y: 1, lambda z, y: cvxpy.sum_squares(z - y) / 2
    ),
    "absolute": Reference(
        lambda z, y: abs(z - y), lambda z, y: _side(z - y), lambda z, y: 0, lambda z, y: cvxpy.norm1(z - y),
        kinks=lambda y: (y,),
    ),
    "huber": Reference(
        lambda z, y: abs(z - y) ** 2 / 2 - (max(abs(z - y) - number(DELTA), 0)) ** 2 / 2,
        lambda z, y: _clipped(z - y), lambda z, y: int(abs(z - y) < number(DELTA)),
        lambda z, y: cvxpy.sum(cvxpy.huber(z - y, float(DELTA))) / 2, parameters={"delta": DELTA},
    ),
    "epsilon-insensitive": Reference(
        lambda z, y: _beyond(z - y), lambda z, y: _side(z - y) * int(_beyond(z - y) > 0), lambda z, y: 0,
        lambda z, y: cvxpy.sum(cvxpy.pos(cvxpy.abs(z - y) - float(EPSILON))),
        kinks=lambda y: (y - number(EPSILON), y + number(EPSILON)), parameters={"epsilon": EPSILON},
    ),
    "hinge": Reference(
        lambda z, y: max(1 - y * z, 0), lambda z, y: -y * int(y * z < 1), lambda z, y: 0,
        lambda z, y: cvxpy.sum(cvxpy.pos(1 - cvxpy.multiply(y, z))), kinks=lambda y: (y,), labels=True,
    ),
    "squared-hinge": Reference(
        lambda z, y: max(1 - y * z, 0) ** 2 / 2, lambda z, y: -y * max(1 - y * z, 0), lambda z, y: int(y * z < 1),
        lambda z, y: cvxpy.sum_squares(cvxpy.pos(1 - cvxpy.multiply(y, z))) / 2, labels=True,
    ),
    "logistic": Reference(
        lambda z, y: mpmath.log1p(mpmath.exp(-y * z)), lambda z, y: -y * _sigmoid(-y * z),
        lambda z, y: _sigmoid(z) * _sigmoid(-z), lambda z, y: cvxpy.sum(cvxpy.logistic(-cvxpy.multiply(y, z))),
        labels=True,
    ),
}  # fmt: skip


def drawn(name: str, seed: int, n: int = 5, d: int = 2) -> tuple[list[list[Fraction]], list[Fraction]]:
    """Inputs and targets."""
    source = random.Random(f"{name}/{seed}")
    X = [[Fraction(source.randint(-9, 9), source.randint(1, 4)) for _ in range(d)] for _ in range(n)]
    if REFERENCES[name].labels:
        return X, [Fraction(source.choice((-1, 1))) for _ in range(n)]
    return X, [Fraction(source.randint(-9, 9), source.randint(1, 4)) for _ in range(n)]


def settings(name: str, **others) -> dict[str, str]:
    """What the library is given beside the data."""
    return {key: str(value) for key, value in (REFERENCES[name].parameters | others | {"loss": name}).items()}


def cost(name: str, X, y, beta, depth: int, w) -> mpmath.mpf:
    """``ℓ(Xw) + β(L/2)‖w‖^(2/L)`` in mpmath."""
    loss, size = REFERENCES[name].value, mpmath.norm(w)
    outputs = [mpmath.fdot(map(number, row), w) for row in X]
    penalty = number(beta) * depth / 2 * (size ** (mpmath.mpf(2) / depth) if size else 0)
    return mpmath.fsum(loss(z, number(t)) for z, t in zip(outputs, y, strict=True)) + penalty


def by_cvxpy(name: str, X, y, beta) -> tuple[float, np.ndarray]:
    """The least ``ℓ(Xw) + β‖w‖`` and its w."""
    w, inputs, target = cvxpy.Variable(len(X[0])), np.array(X, float), np.array(y, float)
    objective = REFERENCES[name].convex(inputs @ w, target) + float(beta) * cvxpy.norm(w)
    return solved(cvxpy.Problem(cvxpy.Minimize(objective))), w.value


def over_columns(name: str, columns, y, beta, free: int = 0) -> float:
    """The least ``ℓ(Cα) + β‖α‖₁``, the first entries of α not counted."""
    matrix, target = np.array(columns, float).T, np.array(y, float)
    alpha = cvxpy.Variable(matrix.shape[1])
    objective = REFERENCES[name].convex(matrix @ alpha, target)
    if matrix.shape[1] > free:
        objective += float(beta) * cvxpy.norm1(alpha[free:])
    return solved(cvxpy.Problem(cvxpy.Minimize(objective)))


def by_many_starts(name: str, X, y, beta, depth: int, starts: int = 24) -> tuple[float, np.ndarray]:
    """The least ``ℓ(Xw) + β(L/2)‖w‖^(2/L)`` that simplices from points all around lead to, and its w; or zero."""
    source, inputs, target = np.random.default_rng(0), np.array(X, float), [float(t) for t in y]
    loss, zero = REFERENCES[name].value, np.zeros(len(X[0]))

    def total(w) -> float:
        size = float(np.linalg.norm(w)) ** (2 / depth)
        return float(sum(loss(z, t) for z, t in zip(inputs @ w, target, strict=True))) + float(beta) * depth / 2 * size

    options = {"xatol": 1e-12, "fatol": 1e-13, "maxiter": 400}
    best = (total(zero), zero)
    with mpmath.workprec(53):
        for _ in range(starts):
            start = source.normal(size=len(zero)) * 10 ** source.uniform(-2, 1)
            found = minimize(total, start, method="Nelder-Mead", options=options)
            if found.fun < best[0] - 1e-10:
                best = (float(found.fun), found.x)
    return best


def polished(name: str, X, y, beta, depth: int, start) -> mpmath.mpf:
    """The least cost near a point, by Newton's method, those samples that lie at a kink there being kept at it.

    Raises:
        ArithmeticError: it does not converge, or a multiplier is no slope of its kink.
    """
    loss, width = REFERENCES[name], len(X[0])
    inputs, target = [[number(entry) for entry in row] for row in X], [number(t) for t in y]
    w = mpmath.matrix([mpmath.mpf(float(entry)) for entry in start])
    if mpmath.norm(w) < 1e-7:
        return cost(name, X, y, beta, depth, mpmath.zeros(width, 1))
    kept = [
        (i, kink) for i, row in enumerate(inputs) for kink in loss.kinks(target[i])
        if abs(mpmath.fdot(row, w) - kink) < 1e-5
    ]  # fmt: skip
    at_kinks, size, exponent = {i for i, _ in kept}, width + len(kept), mpmath.mpf(2) / depth - 2
    mu = [mpmath.mpf(0)] * len(kept)
    for _ in range(100):
        r = mpmath.norm(w)
        error, matrix = mpmath.zeros(size, 1), mpmath.zeros(size, size)
        for k in range(width):
            error[k] = number(beta) * r**exponent * w[k]
            for j in range(width):
                matrix[k, j] = number(beta) * r**exponent * (int(j == k) + exponent * w[j] * w[k] / r**2)
        for i, row in enumerate(inputs):
            if i not in at_kinks:
                z = mpmath.fdot(row, w)
                for k in range(width):
                    error[k] += loss.slope(z, target[i]) * row[k]
                    for j in range(width):
                        matrix[k, j] += loss.curvature(z, target[i]) * row[j] * row[k]
        for at, (i, kink) in enumerate(kept):
            error[width + at] = mpmath.fdot(inputs[i], w) - kink
            for k in range(width):
                error[k] += mu[at] * inputs[i][k]
                matrix[k, width + at] = matrix[width + at, k] = inputs[i][k]
        step = mpmath.lu_solve(matrix, error)
        w -= step[:width, 0]
        mu = [multiplier - step[width + at] for at, multiplier in enumerate(mu)]
        if mpmath.norm(step) < mpmath.mpf(10) ** -(DIGITS + 20):
            break
    else:
        raise ArithmeticError("Newton's method did not converge")
    for (i, kink), multiplier in zip(kept, mu, strict=True):
        low, high = (loss.slope(kink + side * mpmath.mpf(10) ** -9, target[i]) for side in (-1, 1))
        if not low <= multiplier <= high:
            raise ArithmeticError("a sample that was kept at a kink leaves it")
    return cost(name, X, y, beta, depth, w)
