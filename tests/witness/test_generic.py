"""Points from the statement alone: rays, boundaries of dual constraints, and networks of a local search."""

from __future__ import annotations

import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from sympy import Rational

from checker.datasets.dataset import Dataset
from checker.kernel.case import Case
from checker.kernel.evaluate import Evaluation, Machine
from checker.statement import (
    Infeasible,
    Maximize,
    Minimize,
    Relation,
    StrongDuality,
    Theorem,
    WeakDuality,
    absolute,
    at_most,
    dimension,
    dot,
    equal,
    ones,
    sqrt,
)
from checker.statement import vector as column_of
from checker.witness.boundary import boundary_points
from checker.witness.descent import descents
from checker.witness.numeric import Floats, NoFloats
from checker.witness.rays import rays
from checker.witness.siblings import Siblings, fitted, related
from theorems import convex_losses, deep_linear, deep_relu, lemmas, two_layer_linear, two_layer_relu


def matrix(*rows: list[int]) -> fmpq_mat:
    return fmpq_mat([[fmpq(entry) for entry in row] for row in rows])


LINEAR = {"n": 2, "d": 1, "m": 2, "X": matrix([1], [0])}
RELU = {
    "n": 2, "d": 1, "m": 2, "X": matrix([1], [-1]), "c": matrix([1], [-1]), "a": matrix([1]), "alpha": fmpq(2),
    "gamma": fmpq(-1), "y": matrix([2], [-1]),
}  # fmt: skip


def case(theorem: Theorem, data: dict, points: list) -> Case:
    return Case(Machine(theorem.program), data, points, 20)


def test_a_ray_is_found_exactly_where_the_target_is_out_of_range():
    theorem = two_layer_linear.strong_duality
    for target, expected in ([3, 4], 1), ([3, 0], 0):
        data = LINEAR | {"y": matrix(*([entry] for entry in target))}
        found = rays(Machine(theorem.program), Dataset(data))
        assert len(found) == expected
        assert not found or case(theorem, data, found).ray(0)


def test_a_ray_of_a_constraint_over_neurons_and_of_an_equation_is_found():
    theorem = two_layer_relu.rank_one
    data = RELU | {"X": matrix([1], [1]), "c": matrix([1], [1]), "y": matrix([1], [2])}
    found = rays(Machine(theorem.program), Dataset(data))
    assert case(theorem, data, found).ray(0)
    # Twice the same point with two targets.
    x, y = matrix([1], [1]), matrix([0], [1])
    spline = {"n": 2, "m": 1, "x": x, "y": y}
    found = rays(Machine(two_layer_relu.spline.program), Dataset(spline))
    assert case(two_layer_relu.spline, spline, found).ray(0)


@pytest.mark.parametrize("factor", [1, sqrt(2)])
def test_boundary_points_respect_numbers_that_are_not_to_be_negative(factor):
    """``max λ₁ + λ₂`` over ``|λ₁ + 10λ₂| ≤ ½`` and ``λ ≤ 1`` is 0.95, at (1, −0.05)."""
    n = dimension("n")
    c, lam, y = column_of("c", n), column_of("lambda", n), column_of("y", n)
    inside = Relation("nonnegative", factor * (ones(n) - lam))
    dual = Maximize(dot(y, lam), over=[lam], subject_to=[inside, at_most(absolute(dot(c, lam)), Rational(1, 2))])
    theorem = Theorem(title="Sizes", claims=[WeakDuality(Minimize(dot(y, y), over=[]), dual)])
    data = {"n": 2, "c": matrix([1], [10]), "y": matrix([1], [1])}
    found = [point["lambda"] for point in boundary_points(Machine(theorem.program), Dataset(data), [], 20)]
    best = max(point[0, 0] + point[1, 0] for point in found)
    assert fmpq(9, 10) < best <= fmpq(19, 20)
    assert all(max(point.entries()) <= 1 and abs(point[0, 0] + 10 * point[1, 0]) <= fmpq(1, 2) for point in found)


@pytest.mark.parametrize(
    ("factors", "best"), [((1, 1), fmpq(1, 2)), ((sqrt(2), sqrt(8)), fmpq(1, 2)), ((sqrt(2), sqrt(3)), None)]
)
def test_boundary_points_satisfy_equations_with_irrational_coefficients_that_have_a_root_in_common(factors, best):
    """``max λ₁`` over ``|λ₁| ≤ ½`` and an equation in λ₁ and λ₂."""
    n = dimension("n")
    lam, y, z = column_of("lambda", n), column_of("y", n), column_of("z", n)
    sums = equal(factors[0] * dot(y, lam) + factors[1] * dot(z, lam), 0)
    dual = Maximize(dot(y, lam), over=[lam], subject_to=[sums, at_most(absolute(dot(y, lam)), Rational(1, 2))])
    theorem = Theorem(title="Sums", claims=[WeakDuality(Minimize(dot(y, y), over=[]), dual)])
    data = {"n": 2, "y": matrix([1], [0]), "z": matrix([0], [1])}
    found = boundary_points(Machine(theorem.program), Dataset(data), [], 20)
    assert max((float(point["lambda"][0, 0]) for point in found), default=None) == (best and pytest.approx(float(best)))
    assert all(case(theorem, data, [point]).bracket(0).dual is not None for point in found)


def test_boundary_points_are_feasible_and_nearly_optimal():
    theorem = two_layer_relu.rank_one
    found = boundary_points(Machine(theorem.program), Dataset(RELU), [], 20)
    bracket = case(theorem, RELU, found).bracket(0)
    assert found
    assert 3 - float(bracket.dual) < 0.1


@pytest.mark.parametrize(
    ("theorem", "data", "optimum"),
    [
        (two_layer_linear.strong_duality, LINEAR | {"y": matrix([3], [0])}, 3),
        (two_layer_linear.regularized, LINEAR | {"y": matrix([3], [0]), "beta": fmpq(1)}, 2.5),
        (two_layer_relu.rank_one, RELU, 3),
        (deep_linear.strong_duality, {"n": 1, "d": 1, "m": 1, "L": 3, "X": matrix([1]), "y": matrix([8])}, 6),
    ],
    ids=["interpolation", "regularised", "rectified", "deep"],
)
def test_a_local_search_finds_feasible_networks_of_nearly_least_cost(theorem, data, optimum):
    found = descents(Machine(theorem.program), Dataset(data), [], 20)
    value = case(theorem, data, found).bracket(0).primal
    assert found
    assert optimum - 1e-9 <= float(value) <= optimum + 1e-3


@pytest.mark.parametrize("theorem", [lemmas.squares, convex_losses.cross_entropy, deep_relu.balanced_norms])
def test_floats_are_the_values_of_the_kernel(theorem):
    from checker.datasets.drawing import draw_datasets

    machine, compared = Machine(theorem.program), 0
    for dataset in draw_datasets(theorem, 3, 0, lambda dataset: True).datasets:
        exact = Evaluation(machine, dataset.values)
        floats = {name: in_floats(value) for name, value in dataset.values.items()}
        for claim in machine.program["claims"]:
            for slot in claim.get("relation", {}).get("sides", []):
                try:
                    value = Floats(machine, floats)[slot]
                except NoFloats:
                    continue
                assert float(value) == pytest.approx(float(as_ball(exact[slot]).mid()), rel=1e-6, abs=1e-9)
                compared += 1
    assert compared


def as_ball(value):
    from checker.kernel.numbers import ball

    return ball(value)


def in_floats(value):
    if isinstance(value, list):
        return [in_floats(item) for item in value]
    if isinstance(value, fmpq_mat):
        return np.array([[float(entry.p) / float(entry.q) for entry in row] for row in value.tolist()])
    return value if isinstance(value, int) else float(value.p) / float(value.q)


def test_related_theorems_propose_points_with_what_they_need_recovered():
    theorem = deep_relu.rank_one
    assert deep_relu.rank_one_signed in related(theorem)
    values = {key: value for key, value in RELU.items() if key != "gamma"}
    data = values | {"L": 3, "y": RELU["c"], "alpha": fmpq(1)}
    assert fitted(deep_relu.rank_one_signed, Dataset(data))["gamma"] == -1
    found = Siblings(theorem)(Machine(theorem.program), Dataset(data), [], 20)
    bracket = case(theorem, data, found).bracket(0)
    assert float(bracket.primal) == pytest.approx(3)


def test_an_infeasible_minimum_is_seen_from_its_constraints():
    x, y = column_of("x", two_layer_linear.n), two_layer_linear.y
    P = Minimize(dot(x, x), over=[x], subject_to=[at_most(dot(x, x) ** 2, dot(y, y) - 2)], name="P")
    D = Maximize(-dot(x, x), over=[x], subject_to=[equal(x, x)], name="D")
    theorem = Theorem(title="t", claims=[WeakDuality(P, D), StrongDuality(P, D), Infeasible(P)])
    from checker.kernel.decide import decide

    outcomes = decide(case(theorem, {"n": 1, "y": matrix([1])}, [{}]))
    assert (outcomes["weak-duality"].verdict, outcomes["infeasible"].verdict) == ("holds", "holds")
    outcomes = decide(case(theorem, {"n": 1, "y": matrix([2])}, [{}]))
    assert (outcomes["weak-duality"].verdict, outcomes["infeasible"].verdict) == ("undecided", "undecided")
