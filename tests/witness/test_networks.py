"""Other networks of one product: each computes the same, some cost as much, some more, and some have a higher rank."""

import random
from functools import reduce
from itertools import pairwise
from operator import mul

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.datasets import strategies as s
from checker.datasets.dataset import Dataset
from checker.engine import Engine
from checker.kernel.matrices import identity, rank
from checker.statement import (
    Maximize,
    Minimize,
    StrongDuality,
    Theorem,
    WeakDuality,
    at_most,
    dimensions,
    dot,
    equal,
    family,
    fold,
    frobenius,
    matrix,
    norm,
    total,
    vector,
)
from checker.witness.attack import attacks
from checker.witness.factorisation import branches, deep, rank_one_layers
from checker.witness.networks import same_product
from theorems.deep_linear import parallel, two_optima, vector_output
from theorems.two_layer_linear import strong_duality
from theorems.two_layer_relu import spline

BITS = 200


def product(layers) -> fmpq_mat:
    return reduce(mul, layers)


def cost(layers) -> fmpq:
    return sum((entry * entry for layer in layers for entry in layer.entries()), start=fmpq(0)) / 2


def others(layers, seed=0) -> list:
    return list(same_product(layers, random.Random(seed)))


@st.composite
def networks(draw):
    widths = draw(st.lists(st.integers(1, 3), min_size=3, max_size=5))
    return [draw(s.matrices(a, b, s.fractions(5))) for a, b in pairwise(widths)]


@given(networks(), st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_each_network_has_exactly_the_product_and_the_shapes_of_the_given_one(layers, seed):
    found = others(layers, seed)
    assert found
    for other in found:
        assert [(m.nrows(), m.ncols()) for m in other] == [(m.nrows(), m.ncols()) for m in layers]
        assert product(other) == product(layers)


@given(networks())
@settings(max_examples=20, deadline=None)
def test_the_given_network_is_left_as_it_was(layers):
    before = [fmpq_mat(layer) for layer in layers]
    others(layers)
    assert layers == before


def test_equal_seeds_give_equal_networks():
    layers = rank_one_layers(fmpq_mat(2, 1, [9, 12]), 4, 3, BITS)
    assert others(layers, 3) == others(layers, 3)
    assert any(others(layers, seed) != others(layers, 3) for seed in range(4, 12))


TWO = [fmpq_mat(2, 2, [3, 1, 1, 2]), fmpq_mat(2, 1, [1, 4])]


def test_rotated_neurons_cost_exactly_as_much_and_all_else_another_amount():
    costs = [cost(other) for other in others(TWO)]
    assert costs.count(cost(TWO)) == 1
    rotated = others(TWO)[costs.index(cost(TWO))]
    turn = TWO[0].inv() * rotated[0]
    assert turn * turn.transpose() == identity(2)
    assert rotated != TWO


@pytest.mark.parametrize("depth", [2, 3, 5])
def test_an_optimal_network_gives_others_that_are_optimal_and_costlier_ones(depth):
    # Cost ½Σ‖W_l‖² ≥ (L/2)·‖W_1⋯W_L‖^(2/L), here with a product of norm 4, so (2·cost/L)^L ≥ 16.
    layers = rank_one_layers(fmpq_mat(2, 1, [fmpq(12, 5), fmpq(16, 5)]), depth, 2, BITS)
    costs = [cost(other) for other in others(layers)]
    assert all((2 * value / depth) ** depth >= 16 for value in costs)
    assert cost(layers) in costs
    assert sum(value > cost(layers) for value in costs) >= 5


def test_a_rotation_splits_a_neuron_that_is_alone():
    layers = rank_one_layers(fmpq_mat(2, 1, [9, 12]), 2, 2, BITS)
    assert layers[0].tolist()[0][1] == 0
    split = next(other for other in others(layers) if cost(other) == cost(layers))
    assert all(entry != 0 for entry in split[0].entries())
    assert rank(split[0]) == 1


def test_an_idle_neuron_raises_the_rank_at_a_price():
    layers = rank_one_layers(fmpq_mat(2, 1, [9, 12]), 3, 3, BITS)
    ranks = [[rank(layer) for layer in other] for other in others(layers)]
    assert [1, 1, 1] in ranks
    assert [2, 1, 1] in ranks
    assert [1, 2, 1] in ranks
    for other in others(layers):
        if max(map(rank, other)) > 1:
            assert cost(other) > cost(layers)


def test_an_idle_neuron_raises_the_rank_along_any_weights():
    layers = rank_one_layers(fmpq_mat(2, 1, [1, 2]), 2, 2, BITS)
    assert any(rank(other[0]) == 2 for other in others(layers))


def test_a_network_of_one_neuron_is_only_put_out_of_balance():
    layers = [fmpq_mat(2, 1, [1, 2]), fmpq_mat(1, 1, [3])]
    assert [other[0] for other in others(layers)] == [layers[0] * 2, layers[0] * (1 + fmpq(1, 10**12))]


def attacked(theorem, values, point) -> list:
    return attacks(Engine(theorem).machine, Dataset(values), point, 50)


def test_attacks_on_networks_of_every_kind_are_feasible():
    data = {"n": 2, "d": 2, "m": 2, "K": 2, "X": identity(2), "Y": fmpq_mat(2, 2, [3, 0, 0, 2]), "L": 3, "h": 2}
    layers = deep(data["Y"], 3, 2, BITS)
    found = [p["U"] for p in attacked(vector_output, data, {"U": layers}) if "U" in p]
    assert sum(product(other) == data["Y"] and other != layers for other in found) >= 5
    side_by_side = branches(data["Y"], 3, 2, 2, BITS)
    found = [p["B"] for p in attacked(parallel, data, {"B": side_by_side}) if "B" in p]
    same = [other for other in found if product(other[0]) + product(other[1]) == data["Y"] and other != side_by_side]
    assert len(same) >= 5
    two = {"W_1": fmpq_mat(2, 2, [9, 0, 12, 0]), "w_2": fmpq_mat(2, 1, [1, 0])}
    given_ = {"n": 2, "d": 2, "m": 2, "X": identity(2), "y": fmpq_mat(2, 1, [9, 12])}
    found = [p for p in attacked(strong_duality, given_, two) if "W_1" in p]
    assert sum(p["W_1"] * p["w_2"] == given_["y"] and p["W_1"] != two["W_1"] for p in found) >= 5


def test_each_variable_of_a_dual_is_tried_far_away_alone():
    data = {"n": 1, "d": 1, "s": fmpq(1), "X": identity(1), "y": fmpq_mat(1, 1, [2]), "beta": fmpq(1)}
    lines = {"q": 1, "rho": fmpq_mat(2, 1, [0, 3]), "V": fmpq_mat(1, 1, [-1])}
    found = [p for p in attacked(two_optima, data, lines) if "rho" in p]
    assert all(p["q"] == 1 for p in found)
    assert any(min(p["rho"].entries()) >= 10**6 and p["V"] == fmpq_mat(1, 1) for p in found)
    assert any(p["rho"] == fmpq_mat(2, 1) and p["V"][0, 0] >= 10**6 - 1 for p in found)


def test_dual_points_that_meet_an_equation_are_tried_beside_the_given_one():
    data = {"n": 3, "m": 2, "x": fmpq_mat(3, 1, [0, 1, 2]), "y": fmpq_mat(3, 1, [0, 1, 3])}
    optimal = fmpq_mat(3, 1, [0, -1, 1])
    found = [p["lambda"] for p in attacked(spline, data, {"lambda": optimal}) if "lambda" in p]
    near = [p for p in found if sum(p.entries()) == 0 and all(abs(e) < fmpq(1, 100) for e in (p - optimal).entries())]
    assert any(p != optimal and p[0, 0] != 0 for p in near)


n, d, L = dimensions("n d L")
l = dimensions("l")[0]  # noqa: E741 - the layer
X, y, lam, W = matrix("X", n, d), vector("y", n), vector("lambda", n), family("W", depth=L, inputs=d)


def test_a_network_of_one_layer_is_attacked_without_another_basis():
    hidden = matrix("H", n, W.width(l - 1))
    output = fold(hidden * W[l], hidden, X, l, 1, L)
    primal = Minimize(total(frobenius(W[l]) ** 2, l, 1, L) / 2, over=[W], subject_to=[equal(output, y)])
    dual = Maximize(dot(lam, y), over=[lam], subject_to=[at_most(norm(X.T * lam), 1)])
    theorem = Theorem(
        title="t",
        claims=[WeakDuality(primal, dual), StrongDuality(primal, dual)],
        witness=lambda data: {"W": [data["y"]], "lambda": fmpq_mat(2, 1)},
    )
    values = {"n": 2, "d": 2, "L": 1, "X": identity(2), "y": fmpq_mat(2, 1, [9, 12])}
    assert Engine(theorem).decide(Dataset(values)).verdict == "undecided"
