"""Splines: values in fractions and by linear and quadratic programs, on drawn, hard and real data."""

import random
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from click.testing import CliRunner

import checker
from checker.cli import main
from tests.theorems.references import DPS, assert_encloses, ends
from tests.theorems.relu_references import (
    DATA,
    SOLVED,
    cheapest,
    largest_response,
    least_total_weight,
    longley,
    nile,
    of_depth,
    rectified_spline,
    rounded,
    smoothed,
    smoothed_exactly,
    spline_cost,
)
from tests.theorems.test_deep_relu import assert_lies_in, decided, enclosed
from tests.theorems.test_two_layer_relu import CLOSE, HUGE, TINY, few, slowly, verdicts, worst_of
from theorems import deep_relu
from theorems import two_layer_relu as two

CONVEX = ([0, 1, 2, 3], [0, 1, 3, 6])

# One-dimensional data, and what they cost, by hand where it is written.
POINTS = {
    "one point": ([3], [5], 0),
    "one point at zero": ([0], [0], 0),
    "two points": ([0, 2], [1, 5], 2),
    "two points on both sides of zero": ([-1, 1], [1, -1], 1),
    "three points": ([-2, 0, 5], [0, 1, -1], Fraction(9, 10)),
    "equally spaced": ([0, 1, 2, 3, 4, 5], [0, 3, 1, 4, 1, 5], 23),
    "a convex function": (*CONVEX, 3),
    "a line": ([0, 1, 3, 7], [1, 3, 7, 15], 2),
    "a constant": ([0, 1, 3], [2, 2, 2], 0),
    "zeros": ([0, 1, 2], [0, 0, 0], 0),
    "a knot with two neurons": ([0, 1, 2, 3], [0, -1, 0, 2], 3),
    "clusters": ([0, CLOSE, 1, 1 + CLOSE, 2], [0, 1, 0, 1, 0], None),
    "clusters on a line": ([0, CLOSE, 1, 1 + CLOSE, 2], [0, CLOSE, 1, 1 + CLOSE, 2], 1),
    "huge data": ([HUGE, 2 * HUGE, 5 * HUGE], [HUGE, -HUGE, 3 * HUGE], None),
    "tiny data": ([TINY, 2 * TINY, 5 * TINY], [TINY, -TINY, 3 * TINY], None),
    "huge inputs": ([0, HUGE, 3 * HUGE], [1, 2, 0], 2 * TINY),
    "tiny targets": ([0, 1, 3], [TINY, -TINY, TINY], 3 * TINY),
    "all scales": ([0, TINY, 1, HUGE], [0, 1, TINY, HUGE], None),
}


FEW = [
    "one point", "two points", "three points", "equally spaced", "a line", "zeros", "clusters", "huge data",
    "tiny data", "all scales",
]  # fmt: skip


def data(x, y, **more) -> dict:
    return {"x": x, "y": y} | more


@pytest.mark.parametrize("name", POINTS)
def test_the_reference_says_what_is_known_by_hand(name):
    x, y, cost = POINTS[name]
    assert cost is None or spline_cost(x, y) == cost


@pytest.mark.parametrize("name", few(POINTS, *FEW))
def test_interpolation_costs_the_closed_form_exactly(name):
    x, y, _ = POINTS[name]
    result = checker.verify(two.spline, data=data(x, y), settings={"m": max(1, len(x) - 1)})
    assert worst_of(result) == {"holds"}
    evidence = {claim.claim: claim.evidence for claim in result.claims}
    assert evidence["strong-duality-of-products"] == "exact"
    assert evidence["dual-value" if len(x) > 1 else "one-point"] == "exact"
    with mpmath.workdps(DPS):
        for side in ("primal", "dual"):
            assert_encloses(result, rounded(spline_cost(x, y)), side)


@pytest.mark.parametrize("name", few(POINTS, "one point", "a line", "clusters", "all scales"))
def test_the_function_costs_what_its_network_does(name):
    x, y, _ = POINTS[name]
    result = checker.verify(two.spline_cost, data=data(x, y), settings={"m": max(1, len(x) - 1)})
    assert worst_of(result) == {"holds"}
    with mpmath.workdps(DPS):
        assert_encloses(result, rounded(spline_cost(x, y)))


@pytest.mark.parametrize("name", ["three points", "equally spaced", "all scales"])
def test_more_neurons_do_not_help(name):
    x, y, _ = POINTS[name]
    result = checker.verify(two.spline, data=data(x, y), settings={"m": len(x) + 4})
    assert worst_of(result) == {"holds"}
    with mpmath.workdps(DPS):
        assert_encloses(result, rounded(spline_cost(x, y)))


def whole_numbers(seed: int) -> tuple[list[int], list[int]]:
    source = random.Random(seed)
    n = source.randint(2, 7)
    return sorted(source.sample(range(-9, 10), n)), [source.randint(-9, 9) for _ in range(n)]


def assert_is_what_linear_programs_find(seed: int) -> None:
    x, y = whole_numbers(seed)
    cost = float(spline_cost(x, y))
    assert abs(least_total_weight(x, y) - cost) < SOLVED * (1 + cost)
    assert abs(largest_response(x, y) - cost) < SOLVED * (1 + cost)


@pytest.mark.parametrize("seed", range(30))
def test_the_closed_form_is_what_linear_programs_find(seed):
    assert_is_what_linear_programs_find(seed)


@pytest.mark.parametrize("seed", range(6))
def test_interpolation_costs_what_linear_programs_find(seed):
    assert_certified(seed)


def assert_certified(seed: int) -> None:
    x, y = whole_numbers(seed)
    result = checker.verify(two.spline, data=data(x, y))
    assert worst_of(result) == {"holds"}
    with mpmath.workdps(DPS):
        for side in ("primal", "dual"):
            assert_encloses(result, rounded(spline_cost(x, y)), side)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 300))
def test_more_data_cost_what_linear_programs_find(seed):
    assert_is_what_linear_programs_find(seed)
    assert_certified(seed)


def test_two_hundred_digits_of_a_spline_are_enclosed():
    x, y = [0, 1, Fraction(7, 3), 4], [0, 2, Fraction(1, 7), 5]
    plain = checker.verify(two.spline, data=data(x, y), digits=200)
    deep = checker.verify(deep_relu.spline, data=data(x, y, r=1), settings={"L": 5}, digits=200)
    smooth = checker.verify(two.spline_regularized, data=data(x, y, beta=Fraction(1, 7)), digits=200)
    for result in (plain, deep, smooth):
        assert worst_of(result) == {"holds"}
    with mpmath.workdps(260):
        assert_encloses(plain, rounded(spline_cost(x, y)), digits=200)
        for side in ("primal", "dual"):
            assert_encloses(deep, of_depth(spline_cost(x, y), 5), side, digits=200)
        assert_encloses(smooth, rounded(smoothed_exactly(x, y, Fraction(1, 7))), digits=200)


# The same optimum otherwise, and other optima.


@pytest.mark.parametrize("name", [name for name in POINTS if len(POINTS[name][0]) > 1])
def test_the_largest_neuron_has_its_knot_among_the_data(name):
    x, y, _ = POINTS[name]
    mean = sum(map(Fraction, y)) / len(y)
    assert checker.verify(two.bias_constraint, data={"x": x, "mu": [entry - mean for entry in y]}).holds


@pytest.mark.parametrize(("first", "second"), [(1, 2), (Fraction(1, 3), HUGE), (TINY, 1)])
def test_two_functions_are_optimal_on_convex_data(first, second):
    result = checker.verify(two.spline_not_unique, data={"x": [0, 1, 2, 3], "p_1": first, "p_2": second})
    assert result.holds
    # Both slopes and their sum are the cost, of the function as of the points (y_1 = 0).
    y = [0, first, 2 * first + Fraction(second) / 2, 3 * first + 3 * Fraction(second) / 2]
    assert spline_cost([0, 1, 2, 3], y) == first + second
    with mpmath.workdps(DPS):
        assert_encloses(result, rounded(Fraction(first) + second))


@pytest.mark.parametrize("height", [1, -3, Fraction(1, 7), HUGE, TINY])
@pytest.mark.parametrize("x", [[0, 1, 2], [-5, 0, Fraction(1, 3)], [0, CLOSE, 1]])
def test_one_neuron_does_not_rise_and_fall(x, height):
    result = checker.verify(two.spline_narrow, data={"x": x, "h": height})
    assert result.holds
    with mpmath.workdps(DPS):
        assert_encloses(result, rounded(Fraction(height) ** 2 / 2))


# Weight decay.


def smoothed_by_hand(x, y, beta) -> Fraction:
    """Two points come closer by β over their distance, each by half; from the threshold on both are at the mean."""
    gap, rise = Fraction(x[1]) - x[0], abs(Fraction(y[1]) - y[0])
    return beta * rise / gap - (beta / gap) ** 2 if 2 * beta < gap * rise else rise**2 / 4


@pytest.mark.parametrize("beta", [1, 4 - TINY, *slowly(TINY, 4, HUGE)])
@pytest.mark.parametrize("points", [([0, 2], [1, 5]), ([-1, 1], [3, -1]), ([0, HUGE], [0, 1])])
def test_two_points_are_smoothed_by_hand(points, beta):
    result = checker.verify(two.spline_regularized, data=data(*points, beta=beta))
    assert worst_of(result) == {"holds"}
    with mpmath.workdps(2 * DPS):
        assert_encloses(result, rounded(smoothed_by_hand(*points, Fraction(beta))))


@pytest.mark.parametrize("beta", [TINY, Fraction(1, 10), Fraction(2, 3), Fraction(2, 3) - TINY, HUGE])
def test_a_hill_is_smoothed_by_hand(beta):
    # λ = (−t, 2t, −t) with t = min(β, h/3) and h = 2.
    t = min(Fraction(beta), Fraction(2, 3))
    result = checker.verify(two.spline_regularized, data=data([0, 1, 2], [0, 2, 0], beta=beta))
    assert worst_of(result) == {"holds"}
    with mpmath.workdps(2 * DPS):
        assert_encloses(result, rounded(4 * t - 3 * t**2))


SEVERAL = [name for name in POINTS if "point" not in name]


@pytest.mark.parametrize("beta", [Fraction(1, 10), *slowly(TINY, 1, HUGE)])
@pytest.mark.parametrize(
    "name", few(SEVERAL, "equally spaced", "a line", "zeros", "clusters", "huge data", "all scales")
)
def test_hard_data_are_smoothed_to_all_digits(name, beta):
    x, y, _ = POINTS[name]
    result = checker.verify(two.spline_regularized, data=data(x, y, beta=beta))
    assert worst_of(result) == {"holds"}
    mean = sum(map(Fraction, y)) / len(y)
    constant = rounded(sum((Fraction(entry) - mean) ** 2 for entry in y) / 2)
    lower, upper = ends(result)
    # A constant costs no more than its distance, and interpolation no more than β times its own.
    assert 0 <= lower <= upper <= constant * (1 + SOLVED)
    assert upper <= rounded(Fraction(beta) * spline_cost(x, y)) * (1 + SOLVED)
    assert upper - lower <= upper * mpmath.mpf(10) ** -50


def assert_smoothed_as_by_quadratic_programs(seed: int) -> None:
    x, y = whole_numbers(seed)
    beta = Fraction(random.Random(seed).randint(1, 30), 7)
    result = checker.verify(two.spline_regularized, data=data(x, y, beta=beta))
    assert worst_of(result) == {"holds"}
    value, _ = smoothed(x, y, beta)
    lower, upper = ends(result)
    assert lower - SOLVED * (1 + upper) <= value <= upper + SOLVED * (1 + upper)
    with mpmath.workdps(DPS):
        for side in ("primal", "dual"):
            assert_encloses(result, rounded(smoothed_exactly(x, y, beta)), side)


@pytest.mark.parametrize("seed", [*range(5), *slowly(*range(5, 40))])
def test_smoothing_costs_what_quadratic_programs_find(seed):
    assert_smoothed_as_by_quadratic_programs(seed)


# Real series.


@pytest.mark.parametrize("rows", [12, *slowly(30, 100)])
def test_the_nile_is_a_spline(rows):
    x, y = nile(rows)
    plain = checker.verify(two.spline, data=DATA / "nile.csv", rows=rows)
    smooth = checker.verify(two.spline_regularized, data=DATA / "nile.csv", rows=rows, settings={"beta": 1000})
    assert worst_of(plain) == worst_of(smooth) == {"holds"}
    with mpmath.workdps(DPS):
        assert_encloses(plain, rounded(spline_cost(x, y)))
    value, _ = smoothed([z - x[0] for z in x], y, 1000)
    _, upper = ends(smooth)
    # The volumes are a thousand times the data of the other problems.
    assert abs(value - upper) <= 1e-5 * upper


@pytest.mark.parametrize("rows", [8, *slowly(30, 100)])
def test_the_nile_is_a_deep_spline(rows):
    result = checker.verify(deep_relu.spline, data=DATA / "nile.csv", rows=rows, settings={"L": 3, "r": 1})
    assert worst_of(result) == {"holds"}
    with mpmath.workdps(DPS):
        for side in ("primal", "dual"):
            assert_encloses(result, of_depth(spline_cost(*nile(rows)), 3), side)


def test_twelve_years_of_the_nile_are_exact():
    # The volumes change by 40, −197, 247, −50, 0, −347, 417, 140, −230, −145 and −60 from year to year.
    x, y = nile(12)
    assert spline_cost(x, y) == 2956


LONGLEY = ["POP", *slowly("GNP", "ARMED", "UNEMP")]


@pytest.mark.parametrize("name", LONGLEY)
def test_columns_of_longley_are_splines(name):
    x, y = longley(name)
    assert len(set(x)) == 16
    result = checker.verify(two.spline, data=data(x, y))
    assert worst_of(result) == {"holds"}
    with mpmath.workdps(DPS):
        assert_encloses(result, rounded(spline_cost(x, y)))


@pytest.mark.slow
@pytest.mark.parametrize("depth", [3, 4])
@pytest.mark.parametrize("name", LONGLEY)
def test_columns_of_longley_are_deep_splines(name, depth):
    x, y = longley(name)
    result = checker.verify(deep_relu.spline, data=data(x, y, r=1), settings={"L": depth})
    assert worst_of(result) == {"holds"}
    with mpmath.workdps(DPS):
        for side in ("primal", "dual"):
            assert_encloses(result, of_depth(spline_cost(x, y), depth), side)


# Deep networks.

NONNEGATIVE = [name for name in POINTS if len(POINTS[name][0]) > 1 and min(POINTS[name][0]) >= 0]


@pytest.mark.parametrize("depth", [3, *slowly(5, 20)])
@pytest.mark.parametrize(
    "name", few(NONNEGATIVE, "two points", "equally spaced", "a constant", "a line", "clusters", "all scales")
)
def test_deep_splines_cost_a_power_of_two_layers(name, depth):
    x, y, _ = POINTS[name]
    chosen = {"L": depth, "r": 1, "m": len(x) - 1}
    result = checker.verify(deep_relu.spline, data=data(x, y), settings=chosen)
    assert worst_of(result) == {"holds"}
    assert verdicts(result)["constant-left-of-zero"] == ("holds" if spline_cost(x, y) else "inapplicable")
    with mpmath.workdps(DPS):
        for side in ("primal", "dual"):
            assert_encloses(result, of_depth(spline_cost(x, y), depth), side)


@pytest.mark.parametrize(("depth", "r"), [(4, TINY), (5, HUGE), (8, 1)])
def test_deeper_splines_are_constant_left_of_zero_anywhere(depth, r):
    x, y = [0, 1, Fraction(5, 2)], [1, -2, 4]
    result = checker.verify(deep_relu.spline, data=data(x, y, r=r), settings={"L": depth})
    assert result.holds
    with mpmath.workdps(DPS):
        for side in ("primal", "dual"):
            assert_encloses(result, of_depth(spline_cost(x, y), depth), side)


def test_the_smallest_inputs_of_both_signs_cost_two_point_four_against_one_and_a_half():
    points = data([-1, 1], [-1, 1])
    result = checker.verify(deep_relu.spline_signed, data=points, settings={"L": 3})
    assert result.holds
    assert result.values["primal"]["lower"].startswith("2.381101577952")
    with mpmath.workdps(DPS):
        assert_encloses(result, 3 * mpmath.mpf(2) ** (mpmath.mpf(2) / 3) / 2)
        found = decided(deep_relu.spline_signed, points, L=3)
        assert_lies_in(enclosed(found, "dual-value"), mpmath.mpf(3) / 2)


@pytest.mark.parametrize("depth", [3, 6])
@pytest.mark.parametrize(("x", "y"), [([-1, 2], [-1, 1]), ([3, -1], [0, TINY]), ([-HUGE, TINY], [HUGE, 0])])
def test_inputs_of_both_signs_rise_on_the_side_of_the_farther_point(x, y, depth):
    found = decided(deep_relu.spline_signed, data(x, y), L=depth)
    assert {name: outcome.verdict for name, outcome in found.outcomes.items()}["gap"] == "holds"
    rise = abs(Fraction(y[1]) - y[0])
    with mpmath.workdps(DPS):
        assert_lies_in(enclosed(found, "optimal-value"), of_depth(rise / max(map(abs, x)), depth))
        assert_lies_in(enclosed(found, "dual-value"), of_depth(rise / abs(Fraction(x[1]) - x[0]), depth))


def test_a_constant_costs_nothing_on_inputs_of_both_signs():
    result = checker.verify(deep_relu.spline_signed, data=data([-1, 1], [2, 2]), settings={"L": 3})
    assert worst_of(result) == {"holds"}
    assert verdicts(result)["gap"] == "inapplicable"
    assert result.values["primal"] == {"lower": "0", "upper": "0"}


@pytest.mark.parametrize(
    ("x", "y", "value"),
    [([-1, 1], [-1, 1], 3 * 2 ** (2 / 3) / 2), ([1, 3], [0, 2], 1.5), ([-1, 2], [1, 0], 3 * 0.5 ** (2 / 3) / 2)],
)
def test_no_network_of_a_search_is_cheaper_than_the_spline(x, y, value):
    def network(layers, biases):
        return rectified_spline(np.array(x, float), layers, biases)

    found = cheapest([(1, 2), (2, 2), (2, 1)], network, np.array(y, float), biases=3)
    # Equations hold to 1e-7.
    assert value - 1e-5 <= found <= value + 1e-3


# Data that a statement does not concern.

OUTSIDE = {
    "a point with two targets": (two.spline, data([0, 1, 1], [0, 1, 2]), {}, "x₁ < … < x_n"),
    "points out of order": (two.spline_cost, data([0, 2, 1], [0, 1, 2]), {}, "x₁ < … < x_n"),
    "too few neurons": (two.spline, data([0, 1, 2], [0, 1, 2]), {"m": 1}, "n − 1 ≤ m"),
    "no weight decay": (two.spline_regularized, data([0, 1], [0, 1]), {"beta": 0}, "0 < β"),
    "a point with two targets, smoothed": (
        two.spline_regularized, data([0, 0], [0, 1]), {"beta": 1}, "x₁ < … < x_n"
    ),
    "another function": (two.spline_not_unique, data([0, 1, 2, 3], [0, 1, 3, 7]), {}, "y = "),
    "five points": (two.spline_not_unique, {"x": [0, 1, 2, 3, 4], "p_1": 1, "p_2": 1}, {}, "n ≤ 4"),
    "no rise": (two.spline_narrow, {"x": [0, 1, 2], "h": 0}, {}, "h ≠ 0"),
    "an input below zero": (deep_relu.spline, data([-1, 1], [0, 1]), {"L": 3, "r": 1}, "x ≥ 0"),
    "two layers": (deep_relu.spline, data([0, 1], [0, 1]), {"L": 2, "r": 1}, "3 ≤ L"),
    "a deep spline through one point": (deep_relu.spline, data([1], [0]), {"L": 3, "r": 1}, "2 ≤ n"),
    "a place right of zero": (deep_relu.spline, data([0, 1], [0, 1]), {"L": 3, "r": -1}, "0 < r"),
    "inputs of one sign": (deep_relu.spline_signed, data([1, 2], [0, 1]), {"L": 3}, "(−x)₊ ≠ 0"),
    "three inputs of both signs": (deep_relu.spline_signed, data([-1, 0, 1], [0, 1, 2]), {"L": 3}, "n ≤ 2"),
    "a response that is not centred": (two.bias_constraint, {"x": [0, 1], "mu": [1, 1]}, {}, "𝟏ᵀμ = 0"),
}  # fmt: skip


@pytest.mark.parametrize("name", OUTSIDE)
def test_data_outside_the_assumptions_are_named(name):
    theorem, given, chosen, assumption = OUTSIDE[name]
    result = checker.verify(theorem, data=given, settings=chosen)
    assert result.verdict == "inapplicable"
    assert [record.reason.startswith(assumption) for record in result.datasets] == [True], result.datasets[0].reason


@pytest.mark.parametrize(("theorem", "chosen"), [("spline", ()), ("spline-regularized", ("--set", "beta=1"))])
def test_the_command_line_names_points_with_two_targets_and_ends_with_one(theorem, chosen, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "twice.csv").write_text("x,y\n0,1\n1,2\n1,3\n", encoding="utf-8")
    arguments = ["verify", f"two-layer-relu/{theorem}", "--data", "twice.csv", *chosen]
    done = CliRunner().invoke(main, arguments, prog_name="checker")
    assert done.exit_code == 1
    assert "x₁ < … < x_n" in done.output
