"""The value of a supremum of rectified neurons: against every pattern of signs, sweeps of angles, grids, symmetries."""

import math
import random
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from flint import arb, fmpq, fmpq_mat

from checker.kernel.numbers import Undecidable, ball, compare, multiply, root_of
from checker.statement import (
    absolute,
    at_most,
    dimension,
    dot,
    fold,
    matrix,
    norm,
    ones,
    pinv,
    relu,
    scalar,
    supremum,
    trace,
    vector,
)
from checker.statement.compiler import Compiler
from tests.kernel.neurons import (
    ACTIVATIONS,
    IDENTITY,
    RELU,
    UNIT,
    X,
    b,
    column,
    d,
    data,
    lam,
    n,
    neurons,
    r,
    squared_supremum,
    table,
    u,
    w,
    x,
)
from tests.kernel.values import evaluation, value

m = dimension("m")
Y, mu, a, c, e, k = matrix("Y", m, d), vector("mu", m), vector("a", d), vector("c", n), vector("e", m), scalar("k")


@cache
def _compiled(expression):
    compiler = Compiler()
    return compiler, compiler.expression(expression)


def kernel(expression, **values):
    """The value of an expression, which is compiled once."""
    compiler, slot = _compiled(expression)
    return evaluation(compiler, values)[slot]


def is_infinite(found) -> bool:
    return isinstance(found, arb) and not found.is_finite() and bool(found > 0)


def agrees(found, squared) -> bool:
    """Whether a value is exactly the root of the square expected, or ``+∞`` for None."""
    if squared is None:
        return is_infinite(found)
    return not isinstance(found, arb) and compare(found, root_of(squared, 2)) == 0


def number(found) -> float:
    return float(ball(found).mid())


# ---------------------------------------------------------------- random differential testing


def _vector(source, size) -> list[int]:
    return [source.randint(-2, 2) for _ in range(size)]


def _rows(source, number_, size) -> list[list[int]]:
    """Data that are often degenerate: repeated, opposite, stretched and zero rows, or one direction only."""
    rows, mode = [_vector(source, size) for _ in range(number_)], source.random()
    if mode < 0.3:
        for i in range(1, number_):
            if source.random() < 0.5:
                rows[i] = [entry * source.choice([1, -1, 2, -2, 0]) for entry in rows[source.randrange(i)]]
    elif mode < 0.45:
        direction = _vector(source, size)
        rows = [[entry * source.randint(-2, 2) for entry in direction] for _ in rows]
    return rows


def check_one_rectifier(source) -> None:
    """``sup |λᵀφ(X u + b 1)|`` with each activation, signed or not, with a bias or not."""
    number_, size, bias, both = source.randint(1, 4), source.randint(1, 3), source.random() < 0.5, source.random() < 0.7
    rows, weights = _rows(source, number_, size), _vector(source, number_)
    if bias and source.random() < 0.7:
        weights[-1] = -sum(weights[:-1])
    activation, slopes = ACTIVATIONS[source.choice(list(ACTIVATIONS))]
    gates = [[*row, 1] for row in rows] if bias else rows
    found = kernel(neurons(activation, bias=bias, both=both), **data(rows, weights))
    expected = squared_supremum(gates, weights, slopes, bias=bias, both=both)
    assert agrees(found, expected), (rows, weights, slopes, bias, both)


def check_several_terms(source) -> None:
    """``sup |λᵀ(X u + b c)₊ + μᵀ(Y u − b e)₊ + aᵀu + k b|``, in which any term can be missing or zero."""
    bias, both, second, linear = (source.random() < chance for chance in (0.7, 0.6, 0.4, 0.5))
    number_, other, size = source.randint(1, 3 if second else 4), source.randint(1, 2), source.randint(1, 3)
    rows, others = _rows(source, number_, size), _rows(source, other, size)
    first, last = _vector(source, number_), _vector(source, other)
    weights, weights_of_others, along, offset = (_vector(source, j) for j in (number_, other, size, 1))
    if source.random() < 0.6:
        # The function is bounded along the bias: neurons of which the biases balance, or that have none.
        last, offset, first = [0] * other, [0], [first[0], first[0], 0, 0][:number_]
        weights[: 2 if number_ > 1 else 1] = [weights[0], -weights[0]] if number_ > 1 else [0]
    function = dot(lam, relu(X * u + b * c if bias else X * u))
    gates = [row + [shift] * bias for row, shift in zip(rows, first, strict=True)]
    all_weights, slopes = list(weights), [RELU] * number_
    if second:
        function += dot(mu, relu(Y * u - b * e if bias else Y * u))
        gates += [row + [-shift] * bias for row, shift in zip(others, last, strict=True)]
        all_weights, slopes = all_weights + weights_of_others, slopes + [RELU] * other
    if linear:
        function += dot(a, u) + (k * b if bias else 0)
        gates, all_weights, slopes = [*gates, along + offset * bias], [*all_weights, 1], [*slopes, IDENTITY]
    expression = supremum(absolute(function) if both else function, over=[b, u] if bias else u, subject_to=UNIT)
    values = {"c": column(first), "Y": table(others), "mu": column(weights_of_others), "e": column(last)}
    values |= {"a": column(along), "k": fmpq(offset[0]), "m": other}
    found = kernel(expression, **data(rows, weights), **values)
    expected = squared_supremum(gates, all_weights, slopes, bias=bias, both=both)
    assert agrees(found, expected), (gates, all_weights, slopes, bias, both)


CHECKS = {"one rectifier": check_one_rectifier, "several terms": check_several_terms}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("check", CHECKS)
def test_the_value_is_exactly_the_largest_over_every_pattern_of_signs(check, seed):
    source = random.Random(f"{check}/{seed}")
    for _ in range(25):
        CHECKS[check](source)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("check", CHECKS)
def test_the_value_is_exactly_the_largest_over_every_pattern_of_signs_of_thousands(check, seed):
    source = random.Random(f"{check}/slow/{seed}")
    for _ in range(100):
        CHECKS[check](source)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30))
def test_the_value_is_exactly_the_largest_over_every_pattern_of_more_and_larger_signs(seed):
    source = random.Random(f"larger/{seed}")
    number_, size, bias = *source.choice([(7, 2), (6, 3), (5, 4), (8, 1)]), source.random() < 0.5
    rows = [[source.randint(-9, 9) for _ in range(size)] for _ in range(number_)]
    weights = [source.randint(-9, 9) for _ in range(number_)]
    weights[-1] -= sum(weights) * bias
    expected = squared_supremum([[*row, 1] for row in rows] if bias else rows, weights, bias=bias)
    assert agrees(kernel(neurons(bias=bias), **data(rows, weights)), expected)


# ---------------------------------------------------------------- sweeps and grids, which know nothing of duality


def evaluated(rows, weights, slopes, points, biases=0.0):
    """``Σ λ_i φ(x_i·u + b)`` at many points, a column each."""
    (p, q), inside = [number(slope) for slope in slopes], np.array(rows, dtype=float) @ points + biases
    return np.array(weights, dtype=float) @ (p * np.maximum(inside, 0) + q * np.maximum(-inside, 0))


def swept(rows, weights, slopes) -> float:
    """``max |f|`` on the circle, on which f is ``|c|·cos(θ − θ_c)`` between two angles at which a neuron switches."""
    kinks = [math.atan2(row[1], row[0]) + turn * math.pi / 2 for row in rows if any(row) for turn in (1, 3)]
    angles, best = sorted({angle % math.tau for angle in kinks} | {0.0, math.pi}), 0.0
    for start, end in pairwise([*angles, angles[0] + math.tau]):
        quarters = np.array([start, (start + end) / 2, end])
        circle = np.array([np.cos(quarters), np.sin(quarters)])
        values = evaluated(rows, weights, slopes, circle)
        best = max(best, *abs(values))
        # The gradient from two values, if the arc is long enough to have two.
        width = (end - start) / 2
        if width > 1e-6:
            along, slope = values[1], (values[2] - values[0]) / (2 * math.sin(width))
            peak = math.atan2(slope, along)
            inside = any(abs(peak + turn) <= width for turn in (-math.pi, 0, math.pi))
            best = max(best, math.hypot(along, slope) if inside else 0.0)
    return best


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("seed", range(12))
def test_in_the_plane_the_value_is_the_largest_of_a_sweep_over_angles(name, seed):
    source, (activation, slopes) = random.Random(f"{name}/{seed}"), ACTIVATIONS[name]
    rows = [[source.randint(-9, 9) for _ in range(2)] for _ in range(source.randint(1, 9))]
    weights = [source.randint(-9, 9) for _ in rows]
    found = number(kernel(neurons(activation), **data(rows, weights)))
    assert found == pytest.approx(swept(rows, weights, slopes), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("seed", range(12))
def test_of_numbers_without_a_bias_the_value_is_at_one_of_two_points(seed):
    source = random.Random(seed)
    inputs, weights = ([source.randint(-9, 9) for _ in range(7)] for _ in range(2))
    line = kernel(LINE, x=column(inputs), n=7, **{"lambda": column(weights)})
    at = {
        end: sum(weight * max(end * input_, 0) for weight, input_ in zip(weights, inputs, strict=True))
        for end in (1, -1)
    }
    assert line == max(map(abs, at.values()))


LINE = supremum(absolute(dot(lam, relu(w * x))), over=w, subject_to=[at_most(absolute(w), 1)])
KINKED = dot(lam, relu(w * x + b * ones(n)))
SPLINE = supremum(absolute(KINKED), over=[w, b], subject_to=[at_most(absolute(w), 1)])


@pytest.mark.parametrize("seed", range(25))
def test_with_a_bias_the_value_is_at_a_kink_at_one_of_the_data(seed):
    source = random.Random(seed)
    inputs, weights = ([fmpq(source.randint(-9, 9), source.randint(1, 3)) for _ in range(6)] for _ in range(2))
    weights[-1] -= sum(weights, fmpq(0))
    at = [
        sum((v * max(side * (s - kink), fmpq(0)) for v, s in zip(weights, inputs, strict=True)), fmpq(0))
        for kink in inputs
        for side in (1, -1)
    ]
    values = {"x": column(inputs), "lambda": column(weights), "n": 6}
    assert kernel(SPLINE, **values) == max(map(abs, at))
    signed = supremum(KINKED, over=[w, b], subject_to=[at_most(absolute(w), 1)])
    assert kernel(signed, **values) == max([*at, fmpq(0)])


@pytest.mark.parametrize("seed", range(6))
def test_in_space_no_point_of_a_fine_grid_exceeds_the_value_and_one_comes_near(seed):
    source, (_, slopes) = random.Random(seed), ACTIVATIONS["rectifier"]
    rows = [[source.randint(-9, 9) for _ in range(3)] for _ in range(5)]
    weights = [source.randint(-9, 9) for _ in rows]
    found = number(kernel(neurons(), **data(rows, weights)))
    heights, turns = np.meshgrid(np.linspace(0, math.pi, 400), np.linspace(0, math.tau, 800))
    sphere = np.array([np.sin(heights) * np.cos(turns), np.sin(heights) * np.sin(turns), np.cos(heights)])
    most = abs(evaluated(rows, weights, slopes, sphere.reshape(3, -1))).max()
    mesh, steepest = (
        math.pi / 399 + math.tau / 799,
        sum(abs(v) * math.hypot(*s) for v, s in zip(weights, rows, strict=True)),
    )
    assert most <= found * (1 + 1e-12) <= most + mesh * steepest


@pytest.mark.parametrize("seed", range(8))
def test_in_the_plane_with_a_bias_no_angle_and_kink_exceeds_the_value_and_one_comes_near(seed):
    source, (_, slopes) = random.Random(seed), ACTIVATIONS["rectifier"]
    rows = [[source.randint(-9, 9) for _ in range(2)] for _ in range(4)]
    weights = [source.randint(-9, 9) for _ in rows]
    weights[-1] -= sum(weights)
    found = number(kernel(neurons(bias=True), **data(rows, weights)))
    angles = np.linspace(0, math.tau, 100_000)
    circle = np.array([np.cos(angles), np.sin(angles)])
    most = max(abs(evaluated(rows, weights, slopes, circle, -(np.array(row) @ circle))).max() for row in rows)
    longest = max(math.hypot(*row) for row in rows)
    steepest = sum(abs(v) * (math.hypot(*s) + longest) for v, s in zip(weights, rows, strict=True))
    assert most <= found * (1 + 1e-12) <= most + steepest * math.tau / 99_999


# ---------------------------------------------------------------- known values, degenerate data


KNOWN = {
    "one neuron": ([[3, 4]], [2], 10),
    "one neuron, negative": ([[3, 4]], [-2], 10),
    "a zero row": ([[0, 0]], [7], 0),
    "zero rows among others": ([[0, 0], [3, 4], [0, 0]], [7, 1, -7], 5),
    "no weight": ([[1, 2], [3, 4]], [0, 0], 0),
    "a weight of zero leaves its neuron out": ([[3, 4], [100, 7]], [1, 0], 5),
    "repeated rows add": ([[3, 4], [3, 4]], [1, 2], 15),
    "repeated rows cancel": ([[3, 4], [3, 4]], [1, -1], 0),
    "parallel rows add with their lengths": ([[3, 4], [6, 8]], [1, -1], 5),
    "opposite rows never fire together": ([[3, 4], [-3, -4]], [1, -1], 5),
    "opposite rows of one sign": ([[3, 4], [-6, -8]], [1, 1], 10),
    "orthogonal rows fire together": ([[3, 0], [0, 4]], [1, 1], 5),
    "orthogonal rows against each other": ([[3, 0], [0, 4]], [1, -1], 4),
    "on a ray in which hyperplanes meet": ([[1, 0, 0], [0, 1, 0], [-1, -1, 0], [0, 0, 2]], [-9, -9, -9, 1], None),
    "more inputs than samples": ([[2, 3, 6, 0, 0]], [1], 7),
    "rank one": ([[1, 2, 2], [-2, -4, -4], [3, 6, 6]], [1, 1, 1], 12),
    "rank two in space": ([[3, 4, 0], [0, 0, 1], [3, 4, 0]], [1, 0, 1], 10),
    "rank nought": ([[0, 0, 0], [0, 0, 0]], [1, -1], 0),
}


@pytest.mark.parametrize("name", KNOWN)
def test_degenerate_data_have_the_values_one_computes_by_hand(name):
    rows, weights, expected = KNOWN[name]
    found = kernel(neurons(), **data(rows, weights))
    assert expected is None or found == expected
    assert agrees(found, squared_supremum(rows, weights))


def test_a_maximum_can_lie_on_a_hyperplane_on_which_a_cheap_neuron_just_does_not_fire():
    # f = (u₁)₊ − 100 (u₂)₊ − 100 (−u₂)₊ + (3 u₁ + 4 u₂)₊ is largest where u₂ = 0 exactly, inside no cell.
    rows, weights = [[1, 0], [0, 1], [0, -1], [3, 4]], [1, -100, -100, 1]
    signed = kernel(neurons(both=False), **data(rows, weights))
    assert signed == 4
    assert agrees(signed, squared_supremum(rows, weights, both=False))


def test_without_an_absolute_value_only_the_positive_side_counts_and_zero_is_always_reached():
    assert kernel(neurons(both=False), **data([[3, 4]], [-2])) == 0
    assert kernel(neurons(both=False), **data([[3, 4], [-3, -4]], [-2, 1])) == 5
    assert kernel(neurons(), **data([[3, 4], [-3, -4]], [-2, 1])) == 10


INFINITE = [
    # λ, with |·|, without: b → ∞ grows like 1ᵀλ, b → −∞ silences each neuron.
    ([1, 2], True, True),
    ([-1, -2], True, False),
    ([3, -1], True, True),
    ([1, -3], True, False),
    ([fmpq(1, 10**60), 0], True, True),
    ([fmpq(-1, 10**60), 0], True, False),
    ([2, -2], False, False),
    ([0, 0], False, False),
]


@pytest.mark.parametrize(("weights", "both", "signed"), INFINITE)
@pytest.mark.parametrize("radius", [0, 1, fmpq(1, 10**30)])
def test_with_a_bias_the_value_is_infinite_exactly_where_the_weights_do_not_balance(weights, both, signed, radius):
    values = data([[1, 2], [-1, 5]], weights) | {"r": fmpq(radius)}
    assert is_infinite(kernel(neurons(bias=True, radius=r), **values)) is both
    assert is_infinite(kernel(neurons(bias=True, both=False, radius=r), **values)) is signed


def test_with_a_bias_leaky_neurons_grow_to_both_sides_and_absolute_values_to_the_same_one():
    leaky, folded = ACTIVATIONS["leaky"][0], ACTIVATIONS["absolute value"][0]
    for weights in ([1, 0], [-1, 0]):
        assert is_infinite(kernel(neurons(leaky, bias=True, both=False), **data([[1], [2]], weights)))
        growing = is_infinite(kernel(neurons(folded, bias=True, both=False), **data([[1], [2]], weights)))
        assert growing is (weights == [1, 0])
    assert kernel(neurons(folded, bias=True), **data([[1], [3]], [1, -1])) == 2
    assert kernel(neurons(leaky, bias=True), **data([[1], [3]], [1, -1])) == 2


def test_a_bias_that_enters_nothing_changes_nothing():
    free = supremum(absolute(dot(lam, relu(X * u))), over=[u, b], subject_to=UNIT)
    assert kernel(free, **data([[3, 4], [1, 1]], [1, 0])) == 5


def test_a_bias_that_enters_linearly_beside_rectifiers_without_it_makes_the_value_infinite_either_way():
    beside = supremum(dot(lam, relu(X * u)) + k * b, over=[u, b], subject_to=UNIT)
    for slope in (fmpq(1, 10**50), fmpq(-1, 10**50)):
        assert is_infinite(kernel(beside, k=slope, **data([[3, 4]], [1])))
    assert kernel(beside, k=fmpq(0), **data([[3, 4]], [1])) == 5


def test_a_free_number_may_be_written_before_the_bounded_one():
    swapped = supremum(absolute(KINKED), over=[b, w], subject_to=[at_most(absolute(w), 1)])
    values = {"x": column([0, 1, 2, 3]), "lambda": column([1, -1, -1, 1]), "n": 4}
    assert kernel(swapped, **values) == kernel(SPLINE, **values) == 1
    # The other way round the input's weight is free and the bias bounded, so that it is the kink that grows.
    turned = supremum(absolute(KINKED), over=[w, b], subject_to=[at_most(absolute(b), 1)])
    assert is_infinite(kernel(turned, **values | {"lambda": column([1, -2, 0, 0])}))


# ---------------------------------------------------------------- symmetries, scales and radii


ROWS, WEIGHTS = [[3, -1], [1, 2], [-2, 2], [0, 1], [1, 2]], [2, -3, 1, -1, 4]
BALANCED = [2, -3, 1, -1, 1]
VALUE = kernel(neurons(), **data(ROWS, WEIGHTS))
BIASED = kernel(neurons(bias=True), **data(ROWS, BALANCED))


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("scale", [fmpq(1, 10**80), fmpq(7, 3), fmpq(10**90)])
def test_the_value_scales_with_the_data_the_weights_and_the_radius(scale, bias):
    weights, expected = (BALANCED, BIASED) if bias else (WEIGHTS, VALUE)
    plain = data(ROWS, weights)
    scaled = [[scale * entry for entry in row] for row in ROWS]
    assert kernel(neurons(bias=bias), **plain | {"X": table(scaled)}) == multiply(scale, expected)
    assert kernel(neurons(bias=bias), **data(ROWS, [-scale * weight for weight in weights])) == multiply(
        scale, expected
    )
    assert kernel(neurons(bias=bias, radius=r), **plain, r=scale) == multiply(scale, expected)


def test_a_radius_of_nought_leaves_nought():
    assert kernel(neurons(radius=r), **data(ROWS, WEIGHTS), r=fmpq(0)) == 0
    assert kernel(neurons(bias=True, radius=r), **data(ROWS, BALANCED), r=fmpq(0)) == 0


def test_a_radius_that_is_a_root_scales_the_value_exactly():
    rooted = kernel(neurons(radius=norm(a)), **data(ROWS, WEIGHTS), a=column([1, 1]))
    assert rooted == multiply(VALUE, root_of(fmpq(2), 2))
    cube = kernel(neurons(radius=norm(a) ** (k * 2 / 3)), **data(ROWS, WEIGHTS), a=column([1, 1]), k=fmpq(1))
    assert compare(cube, multiply(VALUE, root_of(fmpq(2), 3))) == 0


def test_weights_that_are_a_root_times_rationals_scale_the_value_exactly():
    for number_, expected in ((fmpq(2), VALUE), (fmpq(9), VALUE)):
        scaled = supremum(absolute(dot(norm(a) * lam, relu(X * u))), over=u, subject_to=UNIT)
        found = kernel(scaled, **data(ROWS, WEIGHTS), a=fmpq_mat(2, 1, [number_, number_]))
        assert found == multiply(multiply(number_, root_of(fmpq(2), 2)), expected)
    kinked = supremum(absolute(norm(a) * KINKED), over=[w, b], subject_to=[at_most(absolute(w), norm(a))])
    values = {"x": column([0, 1, 2, 3]), "lambda": column([1, -1, -1, 1]), "n": 4, "d": 2, "a": column([1, 2])}
    assert kernel(kinked, **values) == 5


def test_weights_with_two_unrelated_roots_are_undecided():
    mixed = norm(a) * dot(lam, relu(X * u)) + norm(c) * dot(lam, relu(-X * u))
    with pytest.raises(Undecidable, match=r"rational multiples of one number|exact values"):
        kernel(
            supremum(mixed, over=u, subject_to=UNIT),
            **data(ROWS, WEIGHTS),
            a=column([1, 1]),
            c=column([1, 1, 1, 0, 0]),
        )


def test_the_value_does_not_depend_on_the_order_of_samples_or_on_a_rotation():
    order = [3, 0, 4, 2, 1]
    shuffled = data([ROWS[i] for i in order], [WEIGHTS[i] for i in order])
    assert kernel(neurons(), **shuffled) == VALUE
    rotation = table([[fmpq(3, 5), fmpq(4, 5)], [fmpq(-4, 5), fmpq(3, 5)]])
    for bias, weights, expected in ((False, WEIGHTS, VALUE), (True, BALANCED, BIASED)):
        turned = data(ROWS, weights)
        assert kernel(neurons(bias=bias), **turned | {"X": turned["X"] * rotation}) == expected


def test_inputs_that_no_sample_uses_change_nothing():
    wider = [[0, *row, 0, 0] for row in ROWS]
    assert kernel(neurons(), **data(wider, WEIGHTS)) == VALUE
    assert kernel(neurons(bias=True), **data(wider, BALANCED)) == BIASED


def test_with_a_bias_a_shift_of_all_data_changes_nothing():
    shifted = [[first + 5, second - fmpq(7, 3)] for first, second in ROWS]
    assert kernel(neurons(bias=True), **data(shifted, BALANCED)) == BIASED


def test_a_split_weight_is_the_weight_of_both_parts():
    assert kernel(neurons(), **data([*ROWS, ROWS[0]], [WEIGHTS[0] - 9, *WEIGHTS[1:], 9])) == VALUE


def test_a_row_divided_by_a_positive_number_takes_its_weight_times_it():
    tenth = [[fmpq(entry, 10) for entry in ROWS[0]], *ROWS[1:]]
    assert kernel(neurons(), **data(tenth, [WEIGHTS[0] * 10, *WEIGHTS[1:]])) == VALUE


# ---------------------------------------------------------------- expressions that are linear in other words


@pytest.mark.parametrize("seed", range(5))
def test_a_linear_expression_has_the_norm_of_its_gradient(seed):
    source = random.Random(seed)
    rows, weights = [_vector(source, 3) for _ in range(4)], _vector(source, 4)
    values = data(rows, weights)
    gradient = values["X"].transpose() * values["lambda"]
    squared = (gradient.transpose() * gradient)[0, 0]
    for body in (dot(lam, X * u), dot(X.T * lam, u), trace(X * u * lam.T), -dot(lam, X * u)):
        assert agrees(kernel(supremum(body, over=u, subject_to=UNIT), **values), squared)


def test_a_constant_pseudo_inverse_power_or_fold_before_the_variable_is_a_constant():
    values = data([[3, 0], [0, 4]], [1, 1]) | {"k": fmpq(3)}
    # (X†)ᵀλ = (1/3, 1/4)
    least = supremum(dot(lam, pinv(X) * u), over=u, subject_to=UNIT)
    assert kernel(least, **values) == fmpq(5, 12)
    rectified = supremum(dot(lam, relu(pinv(X) * u)), over=u, subject_to=UNIT)
    assert kernel(rectified, **values) == fmpq(5, 12)
    after = supremum(dot(lam, pinv(X) * relu(X * u)), over=u, subject_to=UNIT)
    assert agrees(kernel(after, **values), squared_supremum([[1, 0], [0, 1]], [1, 1]))
    assert kernel(supremum(k**2 * dot(lam, relu(X * u)), over=u, subject_to=UNIT), **values) == 45
    hidden, step = matrix("H", n, d), dimension("l")
    folded = fold(step * hidden, hidden, X, step, 1, 3)
    assert kernel(supremum(dot(lam, relu(folded * u)), over=u, subject_to=UNIT), **values) == 30


def test_a_number_by_itself_ranges_over_its_interval():
    assert value(supremum(w, over=w, subject_to=[at_most(absolute(w), r)]), r=fmpq(5, 2)) == fmpq(5, 2)
    assert is_infinite(value(supremum(b, over=[w, b], subject_to=[at_most(absolute(w), 1)])))
    assert is_infinite(value(supremum(absolute(w - b), over=[w, b], subject_to=[at_most(absolute(w), 1)])))


def test_a_neuron_of_two_layers_whose_first_is_fixed_is_one_of_rectified_data():
    second = supremum(absolute(dot(lam, relu(relu(X) * u))), over=u, subject_to=UNIT)
    rows, weights = [[3, -4], [-1, 2]], [1, -2]
    assert agrees(kernel(second, **data(rows, weights)), squared_supremum([[3, 0], [0, 2]], weights))


def test_rectified_matrices_are_gated_entry_by_entry():
    # ⟨M, (u aᵀ)₊⟩ has a hyperplane for each entry of u aᵀ, two of which are the same up to the sign.
    outer = supremum(dot(Y, relu(e * 1 * dot(a, u) * a.T)), over=u, subject_to=UNIT)
    values = {"Y": table([[1, 2]]), "e": column([1]), "a": column([3, -4]), "m": 1, "d": 2}
    # f = 1·(3t)₊ + 2·(−4t)₊ with t = a·u in [−5, 5].
    assert value(outer, **values) == 40
