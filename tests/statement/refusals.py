"""Symbols for statements that are refused, and what a refusal has to be."""

import pytest

from checker.statement import (
    Holds,
    Maximize,
    Minimize,
    StatementError,
    Theorem,
    WeakDuality,
    at_most,
    dimension,
    dimensions,
    dot,
    equal,
    family,
    frobenius,
    matrix,
    norm,
    scalar,
    vector,
)

n, d, m, L = dimensions("n d m L")
l = dimension("l")  # noqa: E741 - the layer
X, W1, C = matrix("X", n, d), matrix("W_1", d, m), matrix("C", n, n)
y, lam, w2, u, z = vector("y", n), vector("lambda", n), vector("w_2", m), vector("u", d), vector("z", n)
beta, t = scalar("beta"), scalar("t")
W = family("W", depth=L, inputs=d)
H = matrix("H", n, W.width(l - 1))

interpolates = equal(X * W1 * w2, y)
in_ball = at_most(norm(X.T * lam), 1)
primal = Minimize((frobenius(W1) ** 2 + norm(w2) ** 2) / 2, over=[W1, w2], subject_to=[interpolates])
dual = Maximize(dot(lam, y), over=[lam], subject_to=[in_ball])
weak = WeakDuality(primal, dual)


def theorem(*claims, **arguments):
    return Theorem(**{"title": "A theorem", "claims": list(claims) or [Holds(at_most(0, norm(y)))], **arguments})


def refused(make, match):
    with pytest.raises(StatementError, match=match) as caught:
        make()
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
