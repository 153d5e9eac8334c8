"""The kernel decides the same assumptions that draw datasets: data that violate one are inapplicable, by its name."""

import pytest
from flint import fmpq, fmpq_mat

from checker.datasets.dataset import Dataset
from checker.engine import Engine
from checker.statement import (
    DistinctSorted,
    Integral,
    Nonnegative,
    Nonzero,
    Positive,
    SizeAtMost,
    Theorem,
    Whitened,
    at_least,
    dimensions,
    frobenius,
    matrix,
    norm,
    scalar,
    vector,
)

n, d = dimensions("n d")
X, x, beta = matrix("X", n, d), vector("x", n), scalar("beta")

CASES = [
    (DistinctSorted(x), {"x": [[-1], [0], [2]]}, {"x": [[0], [2], [1]]}, "x₁ < … < x_n"),
    (DistinctSorted(x), {"x": [[5]]}, {"x": [[1], [1]]}, "x₁ < … < x_n"),
    (Integral(x), {"x": [[3], [-2]]}, {"x": [[3], [fmpq(1, 2)]]}, "x ∈ ℤ^n"),
    (Whitened(X), {"X": [[fmpq(3, 5), fmpq(4, 5)]]}, {"X": [[1, 1]]}, "X Xᵀ = I"),
    (Whitened(X), {"X": [[0, 1], [-1, 0]]}, {"X": [[1], [0]]}, "X Xᵀ = I"),
    (Nonnegative(x), {"x": [[0], [1]]}, {"x": [[0], [fmpq(-1, 10**30)]]}, "x ≥ 0"),
    (Nonnegative(beta), {"beta": fmpq(0)}, {"beta": fmpq(-1)}, "0 ≤ β"),
    (Positive(beta), {"beta": fmpq(1, 10**30)}, {"beta": fmpq(0)}, "0 < β"),
    (Nonzero(x), {"x": [[0], [1]]}, {"x": [[0], [0]]}, "x ≠ 0"),
    (SizeAtMost(n, d), {"X": [[1, 2]]}, {"X": [[1], [2]]}, "n ≤ d"),
]


def dataset(values):
    complete = {"X": [[1]], "x": [[1]], "beta": fmpq(1), **values}
    made = {name: fmpq_mat(value) if isinstance(value, list) else value for name, value in complete.items()}
    rows = made["X"].nrows() if "X" in values else made["x"].nrows()
    return Dataset({**made, "n": rows, "d": made["X"].ncols()})


@pytest.mark.parametrize(("assumption", "good", "bad", "text"), CASES, ids=range(len(CASES)))
def test_an_assumption_is_decided_on_data(assumption, good, bad, text):
    claim = at_least(norm(x) + frobenius(X) + beta, beta)
    engine = Engine(Theorem(title="A theorem", claims=[claim], given=[assumption]))
    assert engine.inapplicable(dataset(good)) == ""
    assert engine.inapplicable(dataset(bad)).startswith(text)


def test_points_that_do_not_increase_are_named_with_what_to_do():
    claim = at_least(norm(x) + frobenius(X) + beta, beta)
    engine = Engine(Theorem(title="A theorem", claims=[claim], given=[DistinctSorted(x)]))
    twice, disordered = dataset({"x": [[1], [2], [2]]}), dataset({"x": [[0], [2], [1]]})
    assert engine.inapplicable(twice).endswith("(the point 2 occurs more than once; keep one row of it)")
    assert engine.inapplicable(disordered).endswith("(the points are not in increasing order; sort the rows)")
