"""Cheapest interpolants and dual vertices: exactly feasible, and exactly as good as each other."""

import csv
import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from hypothesis import example, given, settings
from hypothesis import strategies as st

from checker.witness.exact import WitnessError
from checker.witness.spline import Spline
from checker.witness.spline_interpolation import (
    dual_vertex,
    interpolant,
    optimal_cost,
    second_interpolant,
    weights_of_moments,
)

NILE = Path(__file__).parents[2] / "theorems" / "data" / "nile.csv"


def column(entries) -> fmpq_mat:
    return fmpq_mat(len(entries), 1, [fmpq(entry) for entry in entries])


def nile() -> tuple[fmpq_mat, fmpq_mat]:
    with NILE.open() as lines:
        rows = list(csv.DictReader(lines))
    return column([int(row["year"]) for row in rows]), column([int(row["volume"]) for row in rows])


@st.composite
def datasets(draw, largest=7):
    """Equally spaced, irregular or clustered points; any, few, collinear, convex or constant values; any scale."""
    size = draw(st.integers(1, largest))
    tiny = fmpq(1, 10**30)
    gaps = draw(
        st.one_of(
            st.just([fmpq(1)] * (size - 1)),
            st.lists(st.builds(fmpq, st.integers(1, 30), st.integers(1, 7)), min_size=size - 1, max_size=size - 1),
            st.lists(st.sampled_from([fmpq(1), tiny]), min_size=size - 1, max_size=size - 1),
        )
    )
    shape = draw(st.sampled_from(["any", "few", "few slopes", "convex", "constant"]))
    moderate = st.builds(fmpq, st.integers(-50, 50), st.integers(1, 6))
    entries = {"few": st.integers(-1, 1).map(fmpq), "few slopes": st.integers(-1, 1).map(fmpq)}.get(shape, moderate)
    drawn = draw(st.lists(entries, min_size=size, max_size=size))
    if shape == "convex":
        drawn = sorted(drawn)
    x, y = [draw(moderate)], [drawn[0]]
    for gap, value in zip(gaps, drawn[1:], strict=True):
        x.append(x[-1] + gap)
        y.append(y[-1] + gap * value if shape in ("few slopes", "convex") else value)
    if shape == "constant":
        y = [drawn[0]] * size
    scales = [fmpq(10) ** draw(st.sampled_from([0, 0, -30, 30])) for _ in range(2)]
    return column([value * scales[0] for value in x]), column([value * scales[1] for value in y])


def atoms(x: fmpq_mat) -> list[fmpq_mat]:
    """All ``(x − x_k)₊`` and ``(x_k − x)₊``."""
    return [column([max(o * (z - knot), fmpq(0)) for z in x.entries()]) for o in (1, -1) for knot in x.entries()]


def dot(left: fmpq_mat, right: fmpq_mat) -> fmpq:
    return (left.transpose() * right)[0, 0]


def total(neurons) -> fmpq:
    return sum((abs(neuron.coefficient) for neuron in neurons), start=fmpq(0))


def ones(x: fmpq_mat) -> fmpq_mat:
    return column([1] * x.nrows())


@given(datasets())
@settings(max_examples=300, deadline=None)
def test_network_and_dual_point_are_feasible_and_exactly_as_good_as_each_other(data):
    x, y = data
    neurons, offset = interpolant(x, y)
    spline = Spline.of_neurons(neurons, offset)
    assert spline.interpolates(x, y)
    assert len(neurons) <= x.nrows() - 1
    assert {neuron.knot for neuron in neurons} <= set(x.entries())
    assert {neuron.orientation for neuron in neurons} <= {1, -1}
    lam = dual_vertex(x, y)
    assert (lam.nrows(), lam.ncols()) == (x.nrows(), 1)
    assert dot(lam, ones(x)) == 0
    assert all(abs(dot(lam, atom)) <= 1 for atom in atoms(x))
    # By weak duality each is optimal.
    assert total(neurons) == dot(lam, y) == optimal_cost(x, y) == spline.cost


@given(datasets())
@settings(max_examples=150, deadline=None)
def test_the_dual_point_is_a_vertex(data):
    x, y = data
    lam = dual_vertex(x, y)
    tight = [ones(x), *(atom for atom in atoms(x) if abs(dot(lam, atom)) == 1)]
    assert fmpq_mat([row.entries() for row in tight]).rank() == x.nrows()


@given(datasets())
@settings(max_examples=300, deadline=None)
# One neuron faces each way at the knot 1, the first slope being half the jump there.
@example((column([0, 1, 2, 3]), column([0, -1, 0, 2])))
def test_another_cheapest_interpolant_bends_off_the_data(data):
    x, y = data
    found = second_interpolant(x, y)
    first = Spline.of_neurons(*interpolant(x, y))
    inner = [
        (y[k + 1, 0] - y[k, 0]) / (x[k + 1, 0] - x[k, 0]) - (y[k, 0] - y[k - 1, 0]) / (x[k, 0] - x[k - 1, 0])
        for k in range(1, x.nrows() - 1)
    ]
    if found is None:
        assert all(a * b <= 0 for a, b in pairwise(inner))
        return
    neurons, offset = found
    spline = Spline.of_neurons(neurons, offset)
    assert spline.interpolates(x, y)
    assert not spline.knots_among(x)
    assert len(spline.knots) == len(first.knots) - 1
    assert len(neurons) <= x.nrows() - 1
    assert total(neurons) == spline.cost == optimal_cost(x, y)


def test_the_knots_one_and_two_become_one_between_them():
    x, y = column([0, 1, 2, 3]), column([0, 1, 3, 6])
    assert Spline.of_neurons(*interpolant(x, y)).knots == (0, 1, 2)
    assert Spline.of_neurons(*second_interpolant(x, y)).knots == (0, fmpq(3, 2))
    assert optimal_cost(x, y) == 3


@pytest.mark.parametrize(
    ("x", "y", "cost"),
    [
        ([3], [5], 0),
        ([0, 1], [2, 2], 0),
        ([0, 2], [0, 3], fmpq(3, 2)),
        ([0, 2], [3, 0], fmpq(3, 2)),
        ([-1, 0, 1], [1, 0, 1], 2),
        ([-1, 0, 1], [0, 0, 1], 1),
        ([0, 1, 2], [0, 1, 2], 1),
        # A zigzag's slopes cancel: it costs its total variation.
        ([0, 1, 2, 3], [0, 1, 0, 1], 4),
        ([0, 1, 2, 3], [0, 1, 3, 6], 3),
        ([0, 1, 2, 3], [0, -1, -3, -6], 3),
    ],
)
def test_costs_known_by_hand(x, y, cost):
    assert optimal_cost(column(x), column(y)) == cost
    assert total(interpolant(column(x), column(y))[0]) == cost


def test_a_first_slope_reached_halfway_splits_one_knot():
    neurons, offset = interpolant(column([0, 1, 2]), column([1, 0, 1]))
    assert [(n.orientation, n.knot, n.coefficient) for n in neurons] == [(-1, 1, 1), (1, 1, 1)]
    assert offset == 0
    halfway, _ = interpolant(column([0, 1, 2, 3]), column([0, -1, 0, 4]))
    assert [(n.orientation, n.knot, n.coefficient) for n in halfway] == [(-1, 1, 1), (1, 1, 1), (1, 2, 3)]


@given(datasets())
@settings(max_examples=100, deadline=None)
def test_weights_have_the_moments_they_are_made_of(data):
    x, y = data
    if x.nrows() > 1:
        moments = [*y.entries()[1:], fmpq(0)]
        lam = column(weights_of_moments(x.entries(), moments))
        assert [dot(lam, atom) for atom in atoms(x)[: x.nrows()]] == moments
        assert dot(lam, ones(x)) == 0


def test_the_nile_series():
    x, y = nile()
    neurons, offset = interpolant(x, y)
    lam = dual_vertex(x, y)
    assert len(neurons) <= 99
    assert Spline.of_neurons(neurons, offset).interpolates(x, y)
    assert dot(lam, ones(x)) == 0
    assert all(abs(dot(lam, atom)) <= 1 for atom in atoms(x))
    assert total(neurons) == dot(lam, y) == optimal_cost(x, y)
    others, other_offset = second_interpolant(x, y)
    assert Spline.of_neurons(others, other_offset).interpolates(x, y)
    assert total(others) == optimal_cost(x, y)


@pytest.mark.parametrize("function", [interpolant, second_interpolant, optimal_cost, dual_vertex])
@pytest.mark.parametrize("x", [[0, 2, 2], [0, 2, 1]])
def test_positions_that_do_not_increase_are_refused(function, x):
    with pytest.raises(WitnessError, match="strictly increasing x, but x_2 = 2 is followed by x_3 = "):
        function(column(x), column([1, 2, 3]))


def random_data(seed: int) -> tuple[fmpq_mat, fmpq_mat]:
    source = random.Random(seed)
    size = source.randint(2, 12)
    x = sorted(source.sample(range(-20, 20), size))
    y = [round(source.gauss(0, 3), source.choice([0, 2])) for _ in range(size)]
    return column(x), column([fmpq(round(100 * value), 100) for value in y])


def floats(matrix: fmpq_mat) -> np.ndarray:
    return np.array([int(entry.p) / int(entry.q) for entry in matrix.entries()])


def check_against_linear_program(seed: int) -> None:
    cvxpy = pytest.importorskip("cvxpy")
    x, y = random_data(seed)
    columns = np.array([floats(atom) for atom in atoms(x)]).T
    coefficients, offset = cvxpy.Variable(columns.shape[1]), cvxpy.Variable()
    program = cvxpy.Problem(cvxpy.Minimize(cvxpy.norm1(coefficients)), [columns @ coefficients + offset == floats(y)])
    value = program.solve(solver=cvxpy.CLARABEL)
    # Clarabel stops at a relative gap of 1e-8.
    assert value == pytest.approx(float(floats(column([optimal_cost(x, y)]))[0]), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seed", range(30))
def test_the_cost_is_that_of_a_linear_program(seed):
    check_against_linear_program(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30, 230))
def test_the_cost_is_that_of_a_linear_program_on_more_data(seed):
    check_against_linear_program(seed)
