"""Networks with several outputs: nuclear norms and shrunk singular values, in mpmath and in fractions."""

from fractions import Fraction
from pathlib import Path

import mpmath
import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

import checker
from checker.datasets.dataset import Dataset
from checker.datasets.strategies import matrices, nonzero
from tests.theorems.references import (
    DPS,
    assert_encloses,
    ends,
    nuclear_ridge,
    of_least_norm,
    reflections,
    shrunk,
)
from theorems.two_layer_linear import (
    vector_output,
    vector_output_narrow,
    vector_output_regularized,
    vector_output_whitened,
)

DATA = Path(__file__).parents[2] / "theorems" / "data"
PHYSIOLOGY = "Weight,Waist,Pulse"
sizes = st.integers(1, 4)
scales = st.integers(1, 60).map(lambda numerator: Fraction(numerator, 7))


def dataset(X, Y, width: int, beta=None) -> Dataset:
    """Matrices of flint or rows of fractions as data."""
    X, Y = (M if isinstance(M, fmpq_mat) else fmpq_mat([[exact(e) for e in row] for row in M]) for M in (X, Y))
    values = {"n": X.nrows(), "d": X.ncols(), "K": Y.ncols(), "m": width, "X": X, "Y": Y}
    return Dataset(values if beta is None else values | {"beta": exact(beta)})


def exact(value) -> fmpq:
    value = Fraction(value)
    return fmpq(value.numerator, value.denominator)


@st.composite
def in_range(draw):
    n, d, K = draw(sizes), draw(sizes), draw(sizes)
    X = draw(nonzero(n, d))
    return X, X * draw(matrices(d, K))


@settings(max_examples=25, deadline=None)
@given(in_range())
def test_the_interpolation_optimum_is_a_nuclear_norm(drawn):
    X, Y = drawn
    result = checker.verify(vector_output, data=dataset(X, Y, 4))
    assert result.holds
    with mpmath.workdps(DPS):
        for side in ("primal", "dual"):
            assert_encloses(result, mpmath.fsum(of_least_norm(X, Y)), side)


@st.composite
def whitened(draw):
    d = draw(sizes)
    n = draw(st.integers(1, d))
    entries = st.lists(st.integers(-3, 3), min_size=d, max_size=d)
    X = reflections(draw(st.lists(entries, min_size=1, max_size=3)), n)
    return X, draw(matrices(n, draw(sizes))), draw(scales)


@settings(max_examples=25, deadline=None)
@given(whitened())
def test_whitened_data_shrink_the_singular_values(drawn):
    X, Y, beta = drawn
    result = checker.verify(vector_output_whitened, data=dataset(X, Y, 4, beta))
    assert result.holds
    with mpmath.workdps(DPS):
        for side in ("primal", "dual"):
            assert_encloses(result, shrunk(Y, beta), side)


@settings(max_examples=12, deadline=None)
@given(whitened(), st.integers(1, 3))
def test_few_neurons_shrink_the_largest_singular_values_only(drawn, width):
    X, Y, beta = drawn
    result = checker.verify(vector_output_narrow, data=dataset(X, Y, width, beta))
    assert result.holds
    with mpmath.workdps(DPS):
        assert_encloses(result, shrunk(Y, beta, width), "primal")
        assert_encloses(result, shrunk(Y, beta), "dual")


def test_one_neuron_for_two_outputs_costs_a_half_more_than_the_dual_says():
    I, Y = [[1, 0], [0, 1]], [[3, 0], [0, 2]]  # noqa: E741 - the identity
    result = checker.verify(vector_output_narrow, data={"X": I, "Y": Y}, settings={"beta": 1, "m": 1})
    assert result.holds
    assert {claim.claim: claim.verdict for claim in result.claims}["gap"] == "holds"
    assert_encloses(result, mpmath.mpf("4.5"), "primal", digits=50)
    assert_encloses(result, mpmath.mpf(4), "dual", digits=50)


def test_digits_that_cancel_in_the_formula_of_the_optimum_are_made_up_for():
    # P* is about 10⁻⁸, the difference of two numbers of size 10²⁴.
    data = {"X": [[1]], "Y": [[10**12, 3, 0, 7]]}
    assert checker.verify(vector_output_narrow, data=data, settings={"beta": "1e-20", "m": 1}).holds


def test_numbers_that_a_solver_takes_for_infinite_do_no_harm():
    data = {"X": [[1, 0], [0, 1]], "Y": [[1, 2], [3, 4]]}
    assert checker.verify(vector_output_narrow, data=data, settings={"beta": "1e20", "m": 1}).holds


@st.composite
def general(draw):
    n, d, K = draw(sizes), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    return draw(nonzero(n, d)), draw(matrices(n, K)), draw(scales)


@settings(max_examples=15, deadline=None)
@given(general())
def test_the_regularised_optimum_is_that_of_newtons_method(drawn):
    X, Y, beta = drawn
    result = checker.verify(vector_output_regularized, data=dataset(X, Y, 3, beta))
    assert result.holds
    with mpmath.workdps(DPS):
        for side in ("primal", "dual"):
            assert_encloses(result, nuclear_ridge(X, Y, beta), side)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=5), scales)
def test_diagonal_data_are_shrunk_entry_by_entry(pairs, beta):
    size = range(len(pairs))
    X, Y = ([[Fraction(pairs[i][k] if i == j else 0) for j in size] for i in size] for k in range(2))
    result = checker.verify(vector_output_regularized, data=dataset(X, Y, len(pairs), beta))
    assert result.holds
    # ½(xw − y)² + β|w| is least at w = (xy ∓ β)/x², or zero.
    value = Fraction(0)
    for x, y in pairs:
        over = max(abs(Fraction(x * y)) - beta, Fraction(0))
        w = over / (x * x) if over else Fraction(0)
        value += (abs(x) * w - abs(y)) ** 2 / 2 + beta * w
    with mpmath.workdps(DPS):
        assert_encloses(result, mpmath.mpf(value.numerator) / value.denominator)


@settings(max_examples=15, deadline=None)
@given(whitened(), st.integers(1, 9))
def test_scaled_orthonormal_columns_shrink_what_they_see_of_the_target(drawn, factor):
    rows, _, beta = drawn
    # X = c·Qᵀ with orthonormal rows of Q: ½‖XW − Y‖² is ½c²‖W − QY/c‖² and what is left of Y.
    X = [[factor * row[i] for row in rows] for i in range(len(rows[0]))]
    Y = [[Fraction((3 * i + 5 * j * j) % 7 - 3) for j in range(3)] for i in range(len(X))]
    result = checker.verify(vector_output_regularized, data=dataset(X, Y, 3, beta))
    assert result.holds
    seen = [[sum(q * Y[i][j] for i, q in enumerate(row)) for j in range(3)] for row in rows]
    left = sum(e * e for row in Y for e in row) - sum(e * e for row in seen for e in row)
    with mpmath.workdps(DPS):
        rest = mpmath.mpf(left.numerator) / left.denominator / 2
        assert_encloses(result, shrunk(seen, beta / factor) + rest)


def test_three_rows_of_linnerud_are_interpolated():
    result = checker.verify(vector_output, data=DATA / "linnerud.csv", rows=3, target=PHYSIOLOGY)
    assert result.holds
    X, Y = linnerud(3)
    with mpmath.workdps(DPS):
        assert_encloses(result, mpmath.fsum(of_least_norm(X, Y)))


@pytest.mark.parametrize("beta", ["1000", "1", "1/1000"])
def test_linnerud_is_certified_at_every_scale_of_the_regularisation(beta):
    result = checker.verify(
        vector_output_regularized, data=DATA / "linnerud.csv", target=PHYSIOLOGY, settings={"beta": beta}
    )
    assert result.holds
    X, Y = linnerud(20)
    with mpmath.workdps(DPS):
        assert_encloses(result, nuclear_ridge(X, Y, Fraction(beta)))


def linnerud(rows: int) -> tuple[list[list[int]], list[list[int]]]:
    """Exercises and physiology."""
    lines = (DATA / "linnerud.csv").read_text(encoding="utf-8").splitlines()[1 : rows + 1]
    table = [[int(entry) for entry in line.split(",")] for line in lines]
    return [row[:3] for row in table], [row[3:] for row in table]


@pytest.mark.parametrize("target", ["bp,progression", "bp,s6,progression"])
@pytest.mark.parametrize("beta", ["1000", "1/1000"])
def test_diabetes_with_several_targets_is_certified(target, beta):
    result = checker.verify(
        vector_output_regularized, data=DATA / "diabetes.csv", target=target, settings={"beta": beta}
    )
    assert result.holds
    with mpmath.workdps(DPS):
        lower, upper = ends(result)
        assert upper - lower <= upper * mpmath.mpf(10) ** -50
