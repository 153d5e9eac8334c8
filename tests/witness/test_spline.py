"""Splines and networks: the same function exactly, its least cost, and equal functions as equal objects."""

from itertools import product

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.witness.exact import WitnessError
from checker.witness.spline import Neuron, Spline, network_of, unit_network_of

numbers = st.builds(fmpq, st.integers(-9, 9), st.integers(1, 4))
neurons_ = st.lists(st.builds(Neuron, st.sampled_from([1, -1]), numbers, numbers), max_size=6)
triples = st.lists(st.tuples(numbers, numbers, numbers), max_size=6)
PLACES = [fmpq(k, 8) for k in range(-100, 101, 7)]


def column(entries) -> fmpq_mat:
    return fmpq_mat(len(entries), 1, list(entries))


def relu(value: fmpq) -> fmpq:
    return max(value, fmpq(0))


def spline_of(network) -> Spline:
    return Spline.of_network(network["w"], network["b"], network["v"], network["b_0"])


def cost(network) -> fmpq:
    entries = network["w"].entries() + network["v"].entries()
    return sum((entry * entry for entry in entries), start=fmpq(0)) / 2


@given(triples, numbers)
@settings(max_examples=100, deadline=None)
def test_the_spline_of_a_network_is_its_function(network, offset):
    w, b, v = (column([triple[k] for triple in network]) for k in range(3))
    spline = Spline.of_network(w, b, v, offset)
    for z in [*PLACES, *spline.knots]:
        assert spline(z) == sum((v * relu(w * z + b) for w, b, v in network), start=offset)


@given(neurons_, numbers)
@settings(max_examples=100, deadline=None)
def test_the_spline_of_neurons_is_their_sum(neurons, offset):
    spline = Spline.of_neurons(neurons, offset)
    for z in [*PLACES, *spline.knots]:
        assert spline(z) == sum((n.coefficient * relu(n.orientation * (z - n.knot)) for n in neurons), start=offset)
        assert spline(z) == sum((neuron(z) for neuron in neurons), start=offset)


@given(neurons_, numbers)
@settings(max_examples=100, deadline=None)
def test_knots_increase_and_no_jump_is_zero(neurons, offset):
    spline = Spline.of_neurons(neurons, offset)
    assert list(spline.knots) == sorted(set(spline.knots))
    assert len(spline.slopes) == len(spline.knots) + 1
    assert all(jump != 0 for jump in spline.jumps)
    assert len(spline.jumps) == len(spline.knots)


@given(neurons_, numbers, numbers, numbers)
@settings(max_examples=100, deadline=None)
def test_equal_functions_are_equal_objects(neurons, offset, knot, other):
    # (z − τ)₊ − (τ − z)₊ = z − τ: two such pairs of opposite sign are a constant.
    idle = [
        Neuron(1, knot, fmpq(2)),
        Neuron(-1, knot, fmpq(-2)),
        Neuron(1, other, fmpq(-2)),
        Neuron(-1, other, fmpq(2)),
    ]
    spline = Spline.of_neurons(neurons, offset)
    assert Spline.of_neurons(idle + neurons[::-1], offset + 2 * (knot - other)) == spline
    assert Spline.of_neurons(neurons, offset + 1) != spline
    assert Spline.of_neurons([*neurons, Neuron(1, knot, fmpq(1))], offset) != spline


def test_jumps_at_one_knot_are_merged_and_those_that_cancel_are_dropped():
    knot = fmpq(1)
    spline = Spline.of_neurons(
        [Neuron(1, knot, fmpq(2)), Neuron(-1, knot, fmpq(1)), Neuron(1, fmpq(0), fmpq(0))], fmpq(5)
    )
    assert spline == Spline((knot,), (fmpq(-1), fmpq(2)), fmpq(6))
    line = Spline.of_neurons([Neuron(1, knot, fmpq(1)), Neuron(-1, knot, fmpq(-1))], fmpq(0))
    assert line == Spline((), (fmpq(1),), fmpq(-1))


def test_a_neuron_without_weight_is_a_constant():
    assert Spline.of_network(column([0, 0]), column([2, -2]), column([3, 7]), fmpq(1)) == Spline(
        (), (fmpq(0),), fmpq(7)
    )


@given(triples, numbers)
@settings(max_examples=200, deadline=None)
def test_no_network_costs_less_than_its_function(network, offset):
    w, b, v = (column([triple[k] for triple in network]) for k in range(3))
    assert cost({"w": w, "v": v}) >= Spline.of_network(w, b, v, offset).cost


@pytest.mark.parametrize(
    ("neurons", "expected"),
    [
        ([(1, 0, 1)], 1),
        ([(-1, 0, -3)], 3),
        ([(1, 0, 1), (-1, 0, 1)], 2),
        # A line, and a line beside a neuron: ∫|f″| alone is too little.
        ([(1, 0, 1), (-1, 0, -1)], 2),
        ([(1, 0, 1), (-1, 0, -1), (1, 1, 1)], 3),
        # A line that a jump of the other sign gives for nothing.
        ([(1, 0, 1), (1, 1, -1), (-1, 2, 1)], 3),
    ],
)
def test_the_cost_is_attained(neurons, expected):
    # None of these can be made of cheaper neurons, by the test above.
    built = [Neuron(orientation, fmpq(knot), fmpq(c)) for orientation, knot, c in neurons]
    assert Spline.of_neurons(built, fmpq(0)).cost == expected
    assert sum(abs(neuron.coefficient) for neuron in built) == expected


def test_the_total_variation_is_that_of_the_slope():
    spline = Spline((fmpq(0), fmpq(1)), (fmpq(1), fmpq(-2), fmpq(5)), fmpq(0))
    assert (spline.jumps, spline.total_variation, spline.cost) == ((-3, 7), 10, 10)
    assert Spline((fmpq(0),), (fmpq(3), fmpq(5)), fmpq(0)).cost == 8


def test_interpolation_and_knots_are_exact():
    spline = Spline((fmpq(1),), (fmpq(0), fmpq(1)), fmpq(2))
    x, y = column([0, 1, 2]), column([2, 2, 3])
    assert spline.interpolates(x, y)
    assert spline.knots_among(x)
    assert spline.knots_among(column([1]))
    for k in range(3):
        wrong = column(y.entries())
        wrong[k, 0] += fmpq(1, 10**60)
        assert not spline.interpolates(x, wrong)
    assert not spline.knots_among(column([0, fmpq(1) + fmpq(1, 10**60)]))


@given(neurons_, numbers, st.sampled_from([20, 100, 333]), st.sampled_from([-40, 0, 40]))
@settings(max_examples=60, deadline=None)
def test_a_network_is_exactly_the_spline_and_its_cost_nearly_that_of_its_neurons(neurons, offset, bits, power):
    neurons = [Neuron(n.orientation, n.knot, n.coefficient * fmpq(10) ** power) for n in neurons]
    network = network_of(neurons, offset, 8, bits)
    total = sum((abs(neuron.coefficient) for neuron in neurons), start=fmpq(0))
    assert spline_of(network) == Spline.of_neurons(neurons, offset)
    assert total <= cost(network) <= total * (1 + fmpq(2) ** (-2 * bits))


@given(neurons_, numbers)
@settings(max_examples=60, deadline=None)
def test_a_unit_network_is_exactly_the_spline_with_unit_weights(neurons, offset):
    network = unit_network_of(neurons, offset, 8)
    used = [neuron for neuron in neurons if neuron.coefficient != 0]
    assert spline_of(network) == Spline.of_neurons(neurons, offset)
    assert network["w"].entries() == [n.orientation for n in used] + [0] * (8 - len(used))
    assert network["v"].entries() == [n.coefficient for n in used] + [0] * (8 - len(used))


@pytest.mark.parametrize(
    "build", [lambda *args: network_of(*args, 50), unit_network_of], ids=["balanced", "with unit weights"]
)
def test_a_network_has_the_width_asked_for_or_is_refused(build):
    neurons = [Neuron(o, fmpq(k), fmpq(c)) for (o, k), c in zip(product((1, -1), (0, 1)), (1, -2, 3, 0), strict=True)]
    for width in (3, 4, 7):
        network = build(neurons, fmpq(1), width)
        assert {(network[name].nrows(), network[name].ncols()) for name in "wbv"} == {(width, 1)}
    with pytest.raises(WitnessError, match=r"^it proposed 3 neurons where the network has room for 2$"):
        build(neurons, fmpq(1), 2)


def test_no_neurons_make_a_network_of_zeros():
    network = network_of((), fmpq(4), 2, 50)
    assert network == {"w": fmpq_mat(2, 1), "b": fmpq_mat(2, 1), "v": fmpq_mat(2, 1), "b_0": 4}
