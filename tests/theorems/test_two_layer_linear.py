"""Networks with one output: the chapter's values against computations that share no code with it."""

from pathlib import Path

import mpmath
import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

import checker
from checker.datasets.dataset import Dataset
from checker.datasets.strategies import matrices, nonzero
from tests.theorems.references import DPS, assert_encloses, ends, of_least_norm, ridge, to_mpmath
from theorems.two_layer_linear import extreme_points, off_range, regularized, strong_duality, unit_columns

DATA = Path(__file__).parents[2] / "theorems" / "data"
sizes = st.integers(1, 5)


@st.composite
def data(draw):
    n, d = draw(sizes), draw(sizes)
    X = draw(nonzero(n, d))
    return n, d, X, X * draw(matrices(d, 1)), draw(matrices(n, 1)), draw(st.integers(1, 60))


@pytest.mark.parametrize("theorem", [strong_duality, unit_columns, extreme_points], ids=lambda t: t.title)
@settings(max_examples=15, deadline=None)
@given(drawn=data())
def test_the_interpolation_optimum_is_the_least_norm(theorem, drawn):
    _, _, X, y, _, _ = drawn
    result = checker.verify(theorem, data={"X": X, "y": y}, settings={"m": 2})
    zero = all(entry == 0 for entry in y.entries())
    assert result.verdict == ("inapplicable" if theorem is extreme_points and zero else "holds")
    with mpmath.workdps(DPS):
        if result.holds:
            for side in ("primal", "dual"):
                assert_encloses(result, mpmath.fsum(of_least_norm(X, y)), side)


@settings(max_examples=25, deadline=None)
@given(data())
def test_the_regularised_optimum_solves_the_secular_equation(drawn):
    n, d, X, _, y, beta = drawn
    result = checker.verify(regularized, data=Dataset({"n": n, "d": d, "m": 2, "X": X, "y": y, "beta": fmpq(beta, 7)}))
    assert result.holds
    with mpmath.workdps(DPS):
        assert_encloses(result, ridge(to_mpmath(X), to_mpmath(y), mpmath.mpf(beta) / 7))


def test_the_optimal_neuron_is_the_unit_vector_along_the_least_norm_interpolant():
    X, y = [[2, -1, 3], [1, 4, 1]], [5, -6]
    (certificate,) = checker.verify(extreme_points, data={"X": X, "y": y}, settings={"m": 2}).certificates.values()
    with mpmath.workdps(DPS):
        inputs, target = to_mpmath(X), mpmath.matrix(y)
        interpolant = inputs.T * mpmath.lu_solve(inputs * inputs.T, target)
        unit = interpolant / mpmath.norm(interpolant)
        network = {name: to_mpmath(value) for name, value in certificate["points"][0].items()}
        neuron = network["W_1"][:, 0]
        for direction in (network["u"], inputs.T * network["lambda"], neuron):
            along = mpmath.norm(direction) * unit
            assert mpmath.norm(direction - along) < mpmath.norm(direction) * mpmath.mpf(10) ** -25
        assert abs(mpmath.norm(inputs.T * network["lambda"]) - 1) < mpmath.mpf(10) ** -50


def test_both_sides_are_infinite_off_the_range():
    result = checker.verify(off_range, data={"X": [[1], [1]], "y": [1, 0]})
    assert result.holds
    assert result.values["primal"] == {"lower": "inf", "upper": "inf"}


def test_data_in_range_do_not_concern_the_statement_off_the_range():
    assert checker.verify(off_range, data={"X": [[1]], "y": [1]}).verdict == "inapplicable"


@pytest.mark.parametrize("theorem", [strong_duality, unit_columns, extreme_points], ids=lambda t: t.title)
def test_the_first_rows_of_longley_are_interpolated(theorem):
    result = checker.verify(theorem, data=DATA / "longley.csv", rows=5)
    assert result.holds
    with mpmath.workdps(DPS):
        rows = [[mpmath.mpf(entry) for entry in line.split(",")] for line in _lines("longley.csv")[:5]]
        # Its features are nearly collinear: X† amplifies what the reference rounds.
        X, y = mpmath.matrix([row[:-1] for row in rows]), mpmath.matrix([row[-1] for row in rows])
        assert_encloses(result, mpmath.norm(X.T * mpmath.lu_solve(X * X.T, y)))


def _lines(file: str) -> list[str]:
    return (DATA / file).read_text(encoding="utf-8").splitlines()[1:]


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
