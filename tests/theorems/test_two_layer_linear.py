"""The chapter's values against computations that share no code with it."""

from pathlib import Path

import mpmath
import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

import checker
from checker.datasets.dataset import Dataset
from checker.datasets.strategies import matrices, nonzero
from theorems.two_layer_linear import off_range, regularized, strong_duality

DPS = 90
DATA = Path(__file__).parents[2] / "theorems" / "data"


def to_mpmath(matrix):
    return mpmath.matrix([[mpmath.mpf(int(e.p)) / int(e.q) for e in row] for row in matrix.tolist()])


def ends(result) -> tuple[mpmath.mpf, mpmath.mpf]:
    return mpmath.mpf(result.values["primal"]["lower"]), mpmath.mpf(result.values["primal"]["upper"])


def assert_encloses(result, value) -> None:
    lower, upper = ends(result)
    slack = abs(value) * mpmath.mpf(10) ** -60  # the reference itself has DPS digits, less its conditioning
    assert lower - slack <= value <= upper + slack
    assert upper - lower <= abs(value) * mpmath.mpf(10) ** -50


def least_norm(X, y) -> mpmath.mpf:
    """``‖X†y‖`` from a singular value decomposition."""
    U, S, _ = mpmath.svd_r(X)
    total = mpmath.mpf(0)
    for i in range(len(S)):
        if S[i] > mpmath.mpf(10) ** (-DPS // 2):
            total += (mpmath.fsum(U[j, i] * y[j] for j in range(y.rows)) / S[i]) ** 2
    return mpmath.sqrt(total)


def ridge(X, y, beta) -> mpmath.mpf:
    """``min_w ½‖Xw − y‖² + β‖w‖`` by bisection on the secular equation in an eigenbasis."""
    values, vectors = mpmath.eigsy(X.T * X)
    b = vectors.T * (X.T * y)
    if mpmath.norm(b) <= beta:
        return mpmath.norm(y) ** 2 / 2

    def weights(mu):
        return [b[i] / (max(values[i], 0) + mu) for i in range(len(values))]

    def size(mu):
        return mu * mpmath.sqrt(mpmath.fsum(w**2 for w in weights(mu))) - beta

    low, high = mpmath.mpf(10) ** -40, mpmath.mpf(10) ** 40
    for _ in range(600):
        middle = mpmath.sqrt(low * high)
        low, high = (middle, high) if size(middle) < 0 else (low, middle)
    w = vectors * mpmath.matrix(weights(low))
    return mpmath.norm(X * w - y) ** 2 / 2 + beta * mpmath.norm(w)


sizes = st.integers(1, 5)


@st.composite
def data(draw):
    n, d = draw(sizes), draw(sizes)
    X = draw(nonzero(n, d))
    return n, d, X, X * draw(matrices(d, 1)), draw(matrices(n, 1)), draw(st.integers(1, 60))


@settings(max_examples=25, deadline=None)
@given(data())
def test_the_interpolation_optimum_is_the_least_norm(drawn):
    n, d, X, y, _, _ = drawn
    result = checker.verify(strong_duality, data=Dataset({"n": n, "d": d, "m": 2, "X": X, "y": y}))
    assert result.holds
    with mpmath.workdps(DPS):
        assert_encloses(result, least_norm(to_mpmath(X), to_mpmath(y)))


@settings(max_examples=25, deadline=None)
@given(data())
def test_the_regularised_optimum_solves_the_secular_equation(drawn):
    n, d, X, _, y, beta = drawn
    result = checker.verify(regularized, data=Dataset({"n": n, "d": d, "m": 2, "X": X, "y": y, "beta": fmpq(beta, 7)}))
    assert result.holds
    with mpmath.workdps(DPS):
        assert_encloses(result, ridge(to_mpmath(X), to_mpmath(y), mpmath.mpf(beta) / 7))


@pytest.mark.parametrize("theorem", [strong_duality, off_range, regularized], ids=lambda t: t.title)
def test_every_claim_holds_on_a_hundred_distinct_datasets_and_the_shipped_ones(theorem):
    result = checker.verify(theorem)
    assert result.holds
    assert sum(count for label, count in result.strata.items() if not label.endswith(".csv")) == 100
    assert sum(label.endswith(".csv") for label in result.strata) == len(theorem.examples)
    assert all(claim.verdict == "holds" and claim.cases > 50 for claim in result.claims)


def test_both_sides_are_infinite_off_the_range():
    result = checker.verify(off_range, data={"X": [[1], [1]], "y": [1, 0]})
    assert result.holds
    assert result.values["primal"] == {"lower": "inf", "upper": "inf"}


def test_data_in_range_do_not_concern_the_statement_off_the_range():
    assert checker.verify(off_range, data={"X": [[1]], "y": [1]}).verdict == "inapplicable"


@pytest.mark.parametrize("beta", ["1000", "1/1000", "1" + "0" * 30, "1e-30"])
@pytest.mark.parametrize("file", ["longley.csv", "diabetes.csv"])
def test_real_data_hold_at_every_scale_of_the_regularisation(file, beta):
    result = checker.verify(regularized, data=DATA / file, settings={"beta": beta})
    assert result.holds


def test_five_hundred_digits_are_enclosed_when_they_are_asked_for():
    result = checker.verify(regularized, data=DATA / "longley.csv", settings={"beta": "1000"}, digits=500)
    assert result.holds
    with mpmath.workdps(600):
        lower, upper = ends(result)
        assert upper - lower <= abs(upper) * mpmath.mpf(10) ** -500
