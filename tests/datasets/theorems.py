"""Theorems that take every kind of data, for the tests of loading."""

from __future__ import annotations

from typing import Any

from checker.statement import Theorem, at_least, dimension, dimensions, dot, family, frobenius, matrix, norm, vector

n, d, K, L = dimensions("n d K L")
X, x, y, Y = matrix("X", n, d), vector("x", n), vector("y", n), matrix("Y", n, K)
W, slopes, c, a = family("W", depth=L, inputs=d), vector("s", n - 1), vector("c", n), vector("a", d)


def theorem_on(*expressions: Any) -> Theorem:
    """A theorem that speaks of the symbols of some expressions, each at least zero."""
    return Theorem(title="of this test", claims=[at_least(expression, 0) for expression in expressions])


vector_output = theorem_on(frobenius(X.T * Y))
spline = theorem_on(dot(x, y) ** 2)
layers = theorem_on(frobenius(X * W[1]), norm(W[L]))
with_slopes = theorem_on(norm(x), norm(slopes))
inputs_only = theorem_on(frobenius(X))
target_only = theorem_on(norm(y))
rank_one = theorem_on(frobenius(X - c * a.T), dot(c, y) ** 2)
q = dimension("q")
blocks = theorem_on(frobenius(Y), frobenius(matrix("V", n, q * K)), norm(vector("r", q + 1)))
shared = theorem_on(norm(y), norm(vector("r", n / (q - 1))))
hidden = theorem_on(frobenius(X) * dimension("m"), frobenius(matrix("W_1", d, dimension("m"))))
