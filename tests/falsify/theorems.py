"""Theorems with planted assumptions: superfluous, needed, and such that a witness fails without them."""

from __future__ import annotations

from typing import Any

from checker.statement import (
    Holds,
    InRange,
    Maximize,
    Minimize,
    Nonzero,
    Positive,
    StrongDuality,
    Theorem,
    WeakDuality,
    at_least,
    at_most,
    dimensions,
    dot,
    equal,
    less,
    matrix,
    norm,
    scalar,
    vector,
)

n, d = dimensions("n d")
X, x, y, w, lam = matrix("X", n, d), vector("x", n), vector("y", n), vector("w", d), vector("lambda", n)
beta = scalar("beta")

triangle = Theorem(
    title="The triangle inequality, of vectors that need not be nonzero",
    given=[Nonzero(x), Positive(beta)],
    claims=[
        Holds(at_most(norm(x + y), norm(x) + norm(y)), name="triangle"),
        Holds(at_least(beta, 0), name="sign"),
        Holds(less(0, norm(x)), name="length"),
    ],
)


def only_in_range(data: Any) -> dict[str, Any]:
    """A witness that has nothing to say on other data."""
    from checker.kernel.matrices import least_norm

    found = least_norm(data["X"], data["y"])
    if data["X"] * found != data["y"]:
        raise ValueError("y is to be in the range of X")
    return {"w": found, "lambda": least_norm(data["X"].transpose(), found)}


primal = Minimize(norm(w) ** 2 / 2, over=[w], subject_to=[equal(X * w, y)], name="P")
dual = Maximize(dot(lam, y) - norm(X.T * lam) ** 2 / 2, over=[lam], name="D")
least_norm_solution = Theorem(
    title="Least norm",
    given=[InRange(y, X)],
    claims=[WeakDuality(primal, dual), StrongDuality(primal, dual)],
    witness=only_in_range,
)
