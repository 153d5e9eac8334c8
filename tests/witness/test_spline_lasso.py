"""The regularised spline: exact optimality by its definition, from any start, on data of every shape."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.witness import spline_lasso
from checker.witness.exact import WitnessError
from checker.witness.spline import Spline
from checker.witness.spline_interpolation import dual_vertex, optimal_cost
from checker.witness.spline_lasso import regularized
from tests.witness.test_spline_interpolation import (
    atoms,
    column,
    datasets,
    dot,
    floats,
    nile,
    ones,
    random_data,
    total,
)


def threshold(x: fmpq_mat, y: fmpq_mat) -> fmpq:
    """The least β for which no network is better than a constant: ``max |(y − mean)ᵀatom|``."""
    left = y - ones(x) * fmpq_mat(1, 1, [dot(ones(x), y) / x.nrows()])
    return max(abs(dot(left, atom)) for atom in atoms(x))


def check(x: fmpq_mat, y: fmpq_mat, beta: fmpq) -> tuple:
    """What makes network and dual point optimal, in rationals: both feasible, with the same value."""
    neurons, offset, lam = regularized(x, y, beta)
    spline = Spline.of_neurons(neurons, offset)
    assert (lam.nrows(), lam.ncols()) == (x.nrows(), 1)
    assert lam == y - column([spline(z) for z in x.entries()])
    assert len(neurons) <= x.nrows() - 1
    assert {neuron.knot for neuron in neurons} <= set(x.entries())
    assert dot(lam, ones(x)) == 0
    assert all(abs(dot(lam, atom)) <= beta for atom in atoms(x))
    assert dot(lam, lam) / 2 + beta * total(neurons) == dot(lam, y) - dot(lam, lam) / 2
    for neuron in neurons:
        atom = column([replace(neuron, coefficient=fmpq(1))(z) for z in x.entries()])
        assert dot(lam, atom) == (beta if neuron.coefficient > 0 else -beta)
    return neurons, offset, lam


betas = st.one_of(
    st.builds(fmpq, st.integers(1, 40), st.integers(1, 6)),
    st.sampled_from([fmpq(1, 10**60), fmpq(1, 10**9), fmpq(10**9), fmpq(10**60)]),
)


@given(datasets(), betas)
@settings(max_examples=200, deadline=None)
def test_network_and_dual_point_are_exactly_optimal(data, beta):
    check(*data, beta)


@given(datasets(), st.sampled_from([fmpq(1), fmpq(1, 2), fmpq(1) - fmpq(1, 10**12), fmpq(1, 10**12)]))
@settings(max_examples=200, deadline=None)
def test_the_network_vanishes_exactly_from_the_threshold_on(data, share):
    x, y = data
    least = threshold(x, y)
    if least > 0:
        neurons, _, _ = check(x, y, least * share)
        assert (not neurons) == (share == 1)


@given(datasets(largest=6), betas, st.booleans(), st.booleans())
@settings(max_examples=150, deadline=None)
def test_every_start_ends_at_the_same_function(data, beta, zero, floating):
    expected = check(*data, beta)
    with pytest.MonkeyPatch.context() as patch:
        if not floating:
            patch.setattr(spline_lasso, "_guess", lambda problem: {})
        if zero:
            patch.setattr(spline_lasso, "interpolant", lambda x, y: ((), fmpq(0)))
        found = check(*data, beta)
    # λ and so f on the data are unique.
    assert found[2] == expected[2]


@given(datasets(), betas)
@settings(max_examples=100, deadline=None)
def test_the_optimum_is_less_than_that_of_interpolation_by_the_square_of_beta(data, beta):
    # The cheapest interpolant is feasible here; β times a feasible point of its dual is feasible in the dual here.
    x, y = data
    neurons, _, lam = regularized(x, y, beta)
    vertex = dual_vertex(x, y)
    value = dot(lam, lam) / 2 + beta * total(neurons)
    assert 0 <= beta * optimal_cost(x, y) - value <= beta**2 * dot(vertex, vertex) / 2


def test_two_points_are_drawn_together_by_beta():
    # f = c·x + b_0 with c = 1 − 2β: minimise ¼(c − 1)² + βc.
    neurons, offset, lam = check(column([0, 1]), column([0, 1]), fmpq(1, 10))
    assert [(n.orientation, n.knot, n.coefficient) for n in neurons] == [(1, 0, fmpq(4, 5))]
    assert offset == fmpq(1, 10)
    assert lam == column([fmpq(-1, 10), fmpq(1, 10)])


def test_one_point_takes_no_neuron():
    assert regularized(column([3]), column([5]), fmpq(1)) == ((), 5, fmpq_mat(1, 1))


@pytest.mark.parametrize("beta", [1, 100, 10000])
def test_the_nile_series(beta):
    x, y = nile()
    neurons, _, lam = check(x, y, fmpq(beta))
    assert neurons
    assert max(int(entry.q).bit_length() for entry in lam.entries()) < 200


@pytest.mark.parametrize("start", ["from nothing", "from the interpolant"])
@pytest.mark.parametrize("beta", [1, 10, 100, 10000])
def test_the_nile_series_without_floats(monkeypatch, beta, start):
    monkeypatch.setattr(spline_lasso, "_guess", lambda problem: {})
    if start == "from nothing":
        monkeypatch.setattr(spline_lasso, "interpolant", lambda x, y: ((), fmpq(0)))
    check(*nile(), fmpq(beta))


def test_floats_come_so_close_that_one_exact_system_is_enough(monkeypatch):
    monkeypatch.setattr(spline_lasso, "_steps", lambda problem: 1 if isinstance(problem.beta, fmpq) else 3000)
    for beta in (1, 10, 100, 10000):
        check(*nile(), fmpq(beta))


@given(datasets(largest=6), betas)
@settings(max_examples=150, deadline=None)
def test_every_optimum_of_a_set_of_atoms_is_better_than_the_one_before(data, beta):
    """The reason why the search ends, ties or not; and the rules that keep atoms independent."""
    x, y = data
    values = []
    solve = spline_lasso._solve

    def watched(problem, signs):
        target, moments = solve(problem, signs)
        both = [k for o, k in signs if o < 0 and (1, k) in signs]
        assert len(both) + ((1, 0) in signs) <= 1
        assert all(signs[1, k] == signs[-1, k] for k in both)
        assert all(sign == o * signs[1, 0] for (o, k), sign in signs.items() if (1, 0) in signs)
        if isinstance(problem.beta, fmpq) and all(target[atom] * signs[atom] > 0 for atom in signs):
            values.append(spline_lasso._objective(problem, target))
        return target, moments

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spline_lasso, "_guess", lambda problem: {})
        patch.setattr(spline_lasso, "interpolant", lambda x, y: ((), fmpq(0)))
        patch.setattr(spline_lasso, "_solve", watched)
        regularized(x, y, beta)
    assert all(after < before for before, after in pairwise(values))


@pytest.mark.parametrize(
    ("coefficients", "obeys"),
    [
        ({}, True),
        ({(1, 1): 1, (-1, 1): 2, (1, 2): -1, (-1, 3): 1}, True),
        ({(1, 1): -1, (-1, 1): -2}, True),
        ({(1, 0): 2, (1, 1): 1, (-1, 2): -1}, True),
        ({(1, 0): -2, (1, 1): -1, (-1, 2): 1}, True),
        # Two lines.
        ({(1, 1): 1, (-1, 1): 2, (1, 2): -1, (-1, 2): -1}, False),
        # Two signs at one knot.
        ({(1, 1): 1, (-1, 1): -2}, False),
        # Beside the atom at the first point, one of the wrong sign to the right, or to the left.
        ({(1, 0): 2, (1, 1): -1}, False),
        ({(1, 0): 2, (-1, 1): 1}, False),
        ({(1, 0): -2, (-1, 1): -1}, False),
    ],
)
def test_the_rules_a_start_has_to_obey(coefficients, obeys):
    assert spline_lasso._obeys_the_rules(coefficients) == obeys


def test_a_step_ends_where_the_first_coefficient_vanishes():
    before = {(1, 0): fmpq(4), (1, 1): fmpq(2), (-1, 2): fmpq(-3), (-1, 1): fmpq(1)}
    target = {(1, 0): fmpq(8), (1, 1): fmpq(-2), (-1, 2): fmpq(1), (-1, 1): fmpq(3)}
    after = spline_lasso._towards(target, before, [(1, 1), (-1, 2)])
    assert after == {(1, 0): 6, (-1, 2): -1, (-1, 1): 2}
    target[-1, 2] = fmpq(3)
    assert spline_lasso._towards(target, before, [(1, 1), (-1, 2)]) == {(1, 0): 6, (-1, 1): 2}


@pytest.mark.parametrize("beta", [0, -1])
def test_a_beta_that_is_not_positive_is_refused(beta):
    with pytest.raises(WitnessError, match=f"positive beta, not {beta}; for beta = 0 interpolate"):
        regularized(column([0, 1]), column([0, 1]), fmpq(beta))


def test_positions_that_do_not_increase_are_refused():
    with pytest.raises(WitnessError, match="strictly increasing x"):
        regularized(column([0, 1, 1]), column([0, 1, 2]), fmpq(1))


def test_a_search_that_does_not_end_is_given_up(monkeypatch):
    monkeypatch.setattr(spline_lasso, "_steps", lambda problem: 2)
    monkeypatch.setattr(spline_lasso, "_guess", lambda problem: {})
    with pytest.raises(WitnessError, match="did not end after 2 steps"):
        regularized(*nile(), fmpq(100))


def moved(coefficients, atom):
    return {**coefficients, atom: coefficients[atom] * (1 + fmpq(1, 10**50))}


@pytest.mark.parametrize(
    "wrong",
    [
        lambda found: {},
        lambda found: {atom: -value for atom, value in found.items()},
        lambda found: moved(found, min(found)),
        lambda found: moved(found, max(found)),
        lambda found: {**found, (-1, 2): found.get((-1, 2), fmpq(0)) + fmpq(1, 10**50)},
        lambda found: {atom: found[atom] for atom in list(found)[1:]},
        # Two lines that differ by a constant.
        lambda found: {**found, (1, 0): fmpq(-1), (1, 1): fmpq(1), (-1, 1): fmpq(-1)},
    ],
)
def test_a_search_that_ends_with_something_else_is_refused(monkeypatch, wrong):
    x, y = column([0, 1, 2, 3, 5]), column([3, 0, 1, 0, 4])

    right = spline_lasso._search

    def search(problem, start, tolerance):
        found, optimal = right(problem, start, tolerance)
        return (wrong(found) if isinstance(problem.beta, fmpq) else found), optimal

    check(x, y, fmpq(1, 3))
    monkeypatch.setattr(spline_lasso, "_search", search)
    with pytest.raises(WitnessError, match="not optimal"):
        regularized(x, y, fmpq(1, 3))


def test_two_neurons_where_one_is_enough_are_refused(monkeypatch):
    # As good a function, and optimal in all else: x itself by two atoms that differ by a constant.
    monkeypatch.setattr(spline_lasso, "_guess", lambda problem: {})
    monkeypatch.setattr(spline_lasso, "_search", lambda *_: ({(1, 0): fmpq(2, 5), (-1, 1): fmpq(-2, 5)}, True))
    with pytest.raises(WitnessError, match="not optimal"):
        regularized(column([0, 1]), column([0, 1]), fmpq(1, 10))


def test_an_offset_that_is_not_the_best_one_is_refused(monkeypatch):
    # λ = y is no worse a value of the dual than the network's, but its sum is not zero.
    monkeypatch.setattr(spline_lasso, "_offset", lambda problem, neurons: fmpq(0))
    with pytest.raises(WitnessError, match="not optimal"):
        regularized(column([0, 1]), column([1, 1]), fmpq(2))


def check_against_quadratic_program(seed: int) -> None:
    cvxpy = pytest.importorskip("cvxpy")
    x, y = random_data(seed)
    beta = threshold(x, y) * fmpq(1, 2 + seed % 30) + fmpq(1, 1000)
    neurons, _, lam = regularized(x, y, beta)
    columns = np.array([floats(atom) for atom in atoms(x)]).T
    coefficients, offset = cvxpy.Variable(columns.shape[1]), cvxpy.Variable()
    weight = float(floats(column([beta]))[0])
    left = floats(y) - columns @ coefficients - offset
    program = cvxpy.Problem(cvxpy.Minimize(cvxpy.sum_squares(left) / 2 + weight * cvxpy.norm1(coefficients)))
    value = program.solve(solver=cvxpy.CLARABEL)
    exact = dot(lam, lam) / 2 + beta * total(neurons)
    # Clarabel stops at a relative gap of 1e-8; the residual is good to half as many digits.
    assert value == pytest.approx(float(floats(column([exact]))[0]), rel=1e-6, abs=1e-6)
    assert left.value == pytest.approx(floats(lam), rel=1e-3, abs=1e-3)


@pytest.mark.parametrize("seed", range(30))
def test_the_optimum_is_that_of_a_quadratic_program(seed):
    check_against_quadratic_program(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30, 230))
def test_the_optimum_is_that_of_a_quadratic_program_on_more_data(seed):
    check_against_quadratic_program(seed)
