"""Suprema of rectified neurons for the kernel's tests, and a slow exact reference that shares no idea with the kernel.

The reference goes through every pattern of signs.  On the closed cone of a pattern the function is linear, with a
gradient c, and by duality ``max {c·z : ‖u‖ ≤ 1, s_i·g_i·z ≥ 0} = min ‖c + Σ μ_i·s_i·g_i‖`` over the multipliers
``μ ≥ 0`` for which the bias has the coefficient zero (+∞ where none are).  An optimal μ is carried by independent
gates (Carathéodory), so that it is among the least squares of the sets of them.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import chain, combinations, product
from typing import Any

from flint import fmpq, fmpq_mat

from checker.statement import (
    absolute,
    at_most,
    dimensions,
    dot,
    matrix,
    norm,
    ones,
    relu,
    scalar,
    supremum,
    vector,
)

n, d = dimensions("n d")
X, lam, u = matrix("X", n, d), vector("lambda", n), vector("u", d)
x, w, b, r = vector("x", n), scalar("w"), scalar("b"), scalar("r")
UNIT = [at_most(norm(u), 1)]

RELU = (fmpq(1), fmpq(0))
LEAKY = (fmpq(1), fmpq(-1, 10))
FOLDED = (fmpq(1), fmpq(1))
IDENTITY = (fmpq(1), fmpq(-1))
# φ(t) = p·(t)₊ + q·(−t)₊
ACTIVATIONS = {
    "rectifier": (relu, RELU),
    "leaky": (lambda z: relu(z) - relu(-z) / 10, LEAKY),
    "absolute value": (lambda z: relu(z) + relu(-z), FOLDED),
    "identity": (lambda z: relu(z) - relu(-z), IDENTITY),
    "linear": (lambda z: z, IDENTITY),
}


def neurons(activation=relu, *, bias: bool = False, both: bool = True, radius: Any = 1) -> Any:
    """``sup |λᵀφ(X u + b 1)|`` over ``‖u‖ ≤ radius`` and, with a bias, over each b; without ``|·|`` on request."""
    inside = dot(lam, activation(X * u + b * ones(n) if bias else X * u))
    return supremum(
        absolute(inside) if both else inside, over=[u, b] if bias else u, subject_to=[at_most(norm(u), radius)]
    )


def table(rows: Sequence[Sequence[Any]]) -> fmpq_mat:
    """A matrix of rationals."""
    return fmpq_mat(len(rows), len(rows[0]), [rational(entry) for row in rows for entry in row])


def column(entries: Sequence[Any]) -> fmpq_mat:
    """A column of rationals."""
    return table([[entry] for entry in entries])


def rational(number: Any) -> fmpq:
    """An integer or a fraction as the kernel's rational."""
    return fmpq(number.numerator, number.denominator) if isinstance(number, Fraction) else fmpq(number)


def data(rows: Sequence[Sequence[Any]], weights: Sequence[Any]) -> dict[str, Any]:
    """The values of X, λ and their sizes."""
    return {"X": table(rows), "lambda": column(weights), "n": len(rows), "d": len(rows[0])}


def squared_supremum(
    gates: Sequence[Sequence[Any]], weights: Sequence[Any], slopes: Any = RELU, *, bias: bool = False, both: bool = True
) -> fmpq | None:
    """``(sup |Σ λ_i φ_i(g_i·z)|)²`` over ``z = u`` or ``z = (u, b)`` with ``‖u‖ ≤ 1``; None for ``+∞``.

    Args:
        gates: a row for each neuron; its last entry is the coefficient of the bias where there is one.
        weights: λ.
        slopes: ``(p, q)`` of each φ, or one for all.
        bias: whether the last coordinate is free.
        both: whether the absolute value is taken.
    """
    vectors = [table([gate]) for gate in gates]
    slopes, best = slopes if isinstance(slopes, list) else [slopes] * len(gates), fmpq(0)
    for pattern in product((1, -1), repeat=len(gates)):
        gradient = fmpq_mat(1, len(gates[0]))
        for vector_, weight, (p, q), sign in zip(vectors, weights, slopes, pattern, strict=True):
            gradient += vector_ * ((p if sign > 0 else -q) * rational(weight))
        cone = [vector_ * fmpq(sign) for vector_, sign in zip(vectors, pattern, strict=True)]
        for side in (1, -1) if both else (1,):
            found = _most_on_a_cone(gradient * fmpq(side), cone, bias)
            if found is None:
                return None
            best = max(best, found)
    return best


def _most_on_a_cone(gradient: fmpq_mat, cone: list[fmpq_mat], bias: bool) -> fmpq | None:
    size, least = gradient.ncols(), None
    inner = size - bias
    subsets = chain.from_iterable(combinations(cone, k) for k in range(min(len(cone), size) + 1))
    for chosen in subsets:
        k = len(chosen)
        rows = fmpq_mat(k, size, [entry for row in chosen for entry in row.entries()])
        if rows.rank() < k:
            continue
        thin = fmpq_mat(k, inner, [rows[i, j] for i in range(k) for j in range(inner)])
        short = fmpq_mat(inner, 1, gradient.entries()[:inner])
        last = [rows[i, size - 1] for i in range(k)] if bias else []
        balanced = any(last)
        if bias and not balanced and gradient[0, size - 1] != 0:
            continue
        square, right = thin * thin.transpose(), -(thin * short)
        if balanced:
            entries = [[*square.tolist()[i], last[i]] for i in range(k)] + [[*last, 0]]
            square, right = table(entries), column([*right.entries(), -gradient[0, size - 1]])
        multipliers = square.solve(right).entries()[:k] if k else []
        if all(multiplier >= 0 for multiplier in multipliers):
            rest = short + thin.transpose() * column(multipliers) if k else short
            value = (rest.transpose() * rest)[0, 0] if inner else fmpq(0)
            least = value if least is None else min(least, value)
    return least
