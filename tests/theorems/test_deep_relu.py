"""Deep ReLU networks on inputs of rank one: values written from the theory, over depths from 2 to 20."""

import random
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from click.testing import CliRunner
from flint import ctx

import checker
from checker.cli import main
from checker.engine import Engine
from checker.kernel.numbers import ball
from checker.verification import as_dataset
from tests.theorems.references import DPS, assert_encloses
from tests.theorems.relu_references import cheapest, of_depth, rectified, size_of_rank_one
from tests.theorems.test_two_layer_relu import LINES, few, on_a_line, slowly, verdicts, worst_of
from theorems.deep_relu import rank_one, rank_one_signed

DEPTHS = [*range(2, 9), 20]
SMALLEST = {"c": [1, -1], "a": [1], "alpha": 1, "gamma": -1}


def enclosed(found, claim: str) -> tuple[mpmath.mpf, mpmath.mpf]:
    """What lies around the optimum of the problem that a claim gives the value of, by the best of all brackets."""
    (position,) = [said["problem"] for said in found.case.program["claims"] if said["name"] == claim]
    with ctx.workprec(600):
        lower, upper = map(ball, found.case.interval(position))
        return tuple(mpmath.mpf(end.str(DPS + 10, radius=False)) for end in (lower.lower(), upper.upper()))


def assert_lies_in(interval, value) -> None:
    lower, upper = interval
    slack = value * mpmath.mpf(10) ** -60
    assert lower - slack <= value <= upper + slack
    assert upper - lower <= value * mpmath.mpf(10) ** -50


def decided(theorem, data, **chosen):
    return Engine(theorem).decide(as_dataset(data, theorem, {name: str(value) for name, value in chosen.items()}))


def drawn(seed: int) -> tuple[list[Fraction], list[Fraction], Fraction, Fraction]:
    """Inputs of both signs, a direction, and two numbers of one sign."""
    source = random.Random(seed)

    def positive(count: int) -> list[Fraction]:
        return [Fraction(source.randint(1, 40), source.randint(1, 9)) for _ in range(count)]

    first, second, *rest = positive(4)
    direction = [entry * source.choice([1, -1]) for entry in positive(source.randint(1, 3))]
    alpha, gamma = positive(2)
    side = source.choice([1, -1])
    return [first, -second, *rest], direction, alpha * side, gamma * side


def assert_costs_a_power_of_the_size(depth: int, seed: int) -> None:
    c, a, alpha, _ = drawn(seed)
    c = [abs(entry) for entry in c]
    result = checker.verify(rank_one, data={"c": c, "a": a, "alpha": alpha}, settings={"L": depth, "m": 2})
    assert worst_of(result) == {"holds"}
    with mpmath.workdps(DPS):
        for side in ("primal", "dual"):
            assert_encloses(result, of_depth(size_of_rank_one(c, a, alpha, 0), depth), side)


def sizes(c, a, alpha, gamma, depth: int) -> tuple[mpmath.mpf, mpmath.mpf]:
    """The optimum, and that of the dual problem, which joins the two parts whatever their signs."""
    joint = of_depth(size_of_rank_one(c, a, alpha, gamma), depth)
    parts = [of_depth(size_of_rank_one(c, a, *pair), depth) for pair in ((alpha, 0), (0, gamma))]
    return (sum(parts) if alpha * gamma < 0 else joint), joint


def assert_costs_both_parts(depth: int, seed: int, sign: int) -> None:
    c, a, alpha, gamma = drawn(seed)
    found = decided(rank_one_signed, on_a_line(c, a, alpha, sign * gamma), L=depth, m=2)
    assert found.verdict == "holds"
    said = {name: outcome.verdict for name, outcome in found.outcomes.items()}
    assert said["gap"] == ("holds" if sign < 0 and depth > 2 else "skipped")
    assert said["no-gap-where-signs-agree"] == ("skipped" if sign < 0 else "holds")
    with mpmath.workdps(DPS):
        primal, dual = sizes(c, a, alpha, sign * gamma, depth)
        assert_lies_in(enclosed(found, "value-where-signs-differ"), primal)
        assert_lies_in(enclosed(found, "dual-value"), dual)


@pytest.mark.parametrize("depth", DEPTHS)
def test_nonnegative_inputs_cost_half_the_depth_times_a_power_of_their_size(depth):
    assert_costs_a_power_of_the_size(depth, depth)


@pytest.mark.parametrize("depth", DEPTHS)
def test_inputs_of_both_signs_cost_the_sum_of_both_parts_where_targets_differ_in_sign(depth):
    assert_costs_both_parts(depth, depth, -1)


@pytest.mark.parametrize("depth", [2, 3, 8, *slowly(20)])
def test_inputs_of_both_signs_cost_the_same_where_targets_agree_in_sign(depth):
    assert_costs_both_parts(depth, depth, 1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("depth", DEPTHS)
def test_more_inputs_cost_what_the_theory_says_at_any_depth(depth, seed):
    assert_costs_a_power_of_the_size(depth, 100 + seed)
    for sign in (1, -1):
        assert_costs_both_parts(depth, 200 + seed, sign)


def test_the_smallest_gap_is_three_against_two_point_four():
    result = checker.verify(rank_one_signed, data=SMALLEST, settings={"L": 3})
    found = verdicts(result)
    assert found["gap"] == found["value-where-signs-differ"] == found["dual-value"] == "holds"
    assert found["no-gap-where-signs-agree"] == "inapplicable"
    assert result.values["primal"] == {"lower": "3", "upper": "3"}
    assert result.values["dual"]["lower"].startswith("2.381101577952")
    with mpmath.workdps(DPS):
        assert_encloses(result, 3 * mpmath.mpf(2) ** (mpmath.mpf(2) / 3) / 2, "dual")


def test_no_gap_is_claimed_for_two_layers_or_agreeing_signs():
    shallow = verdicts(checker.verify(rank_one_signed, data=SMALLEST, settings={"L": 2}))
    agreeing = verdicts(checker.verify(rank_one_signed, data=SMALLEST | {"gamma": 1}, settings={"L": 3}))
    assert (shallow["gap"], shallow["no-gap-for-two-layers"]) == ("inapplicable", "holds")
    assert (agreeing["gap"], agreeing["no-gap-where-signs-agree"]) == ("inapplicable", "holds")


def test_two_hundred_digits_of_twenty_layers_are_enclosed():
    data = {"c": [1, 2, 3], "a": [1, 2, 3], "alpha": Fraction(-5, 7)}
    result = checker.verify(rank_one, data=data, settings={"L": 20}, digits=200)
    assert result.holds
    with mpmath.workdps(260):
        value = of_depth(size_of_rank_one(data["c"], data["a"], data["alpha"], 0), 20)
        for side in ("primal", "dual"):
            assert_encloses(result, value, side, digits=200)


@pytest.mark.parametrize("depth", [3, *slowly(2, 7, 20)])
@pytest.mark.parametrize("name", few(LINES, "a target of zero", "all scales"))
def test_hard_inputs_are_enclosed_at_any_depth(name, depth):
    c, a, alpha, gamma = LINES[name]
    result = checker.verify(
        rank_one, data={"c": [abs(e) for e in c], "a": a, "alpha": alpha}, settings={"L": depth, "m": 1}
    )
    assert worst_of(result) == {"holds"}
    with mpmath.workdps(DPS):
        for side in ("primal", "dual"):
            assert_encloses(result, of_depth(size_of_rank_one([abs(e) for e in c], a, alpha, 0), depth), side)
    signed = checker.verify(rank_one_signed, data=on_a_line(c, a, alpha, gamma), settings={"L": depth, "m": 2})
    if min(c) < 0 < max(c):
        assert worst_of(signed) == {"holds"}
    else:
        assert signed.verdict == "inapplicable"


OUTSIDE = {
    "inputs of both signs": (rank_one, {"X": [[1], [-2]], "y": [1, -2]}, {"L": 3}, "c ≥ 0"),
    "a target off the line": (rank_one, {"X": [[1], [2]], "y": [1, 1]}, {"L": 3}, "y = α·c"),
    "inputs of rank two": (rank_one, {"X": [[1, 0], [0, 1]], "y": [1, 1]}, {"L": 3}, "X = c aᵀ"),
    "inputs of zero": (rank_one, {"X": [[0], [0]], "y": [0, 0]}, {"L": 3}, "c ≠ 0"),
    "one layer": (rank_one, {"X": [[1], [2]], "y": [1, 2]}, {"L": 1}, "2 ≤ L"),
    "inputs of one sign": (rank_one_signed, on_a_line([1, 2], [1], 1, -1), {"L": 3}, "(−c)₊ ≠ 0"),
    "one neuron in a layer": (rank_one_signed, SMALLEST, {"L": 3, "m": 1}, "2 ≤ m"),
}


@pytest.mark.parametrize("name", OUTSIDE)
def test_data_outside_the_assumptions_are_named(name):
    theorem, data, chosen, assumption = OUTSIDE[name]
    result = checker.verify(theorem, data=data, settings=chosen)
    assert result.verdict == "inapplicable"
    assert [record.reason for record in result.datasets] == [assumption]


def test_inputs_all_below_zero_are_taken_with_the_other_sign():
    # (−1, −2)·(3, 4)ᵀ is (1, 2)·(−3, −4)ᵀ.
    result = checker.verify(rank_one, data={"X": [[-3, -4], [-6, -8]], "y": [2, 4]}, settings={"L": 3})
    assert result.holds
    with mpmath.workdps(DPS):
        assert_encloses(result, of_depth(Fraction(2, 5), 3))


def test_the_command_line_names_the_assumption_and_ends_with_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mixed.csv").write_text("x,y\n1,1\n-2,-2\n", encoding="utf-8")
    arguments = ["verify", "deep-relu/rank-one", "--data", "mixed.csv", "--set", "L=3"]
    done = CliRunner().invoke(main, arguments, prog_name="checker")
    assert done.exit_code == 1
    assert "c ≥ 0" in done.output


# Networks that a local search finds from random weights: none is cheaper, and on the smallest data one is as cheap.
# Its equations hold to 1e-7, which lowers the cost by no more than a small multiple of that.
FOUND = 1e-5
SEARCHED = [
    ([1, -1], 1, -1, 3, 3.0),
    ([1, -1], 1, 1, 3, 3 * 2 ** (2 / 3) / 2),
    ([2], 1, 0, 3, 1.5),
    ([1, -1], 2, 0, 3, 3 * 2 ** (2 / 3) / 2),
    ([2, -1], 1, -2, 3, 3 * (1 + 2 ** (2 / 3)) / 2),
]


@pytest.mark.parametrize(("c", "alpha", "gamma", "depth", "value"), SEARCHED)
def test_no_network_of_a_search_is_cheaper(c, alpha, gamma, depth, value):
    with mpmath.workdps(15):
        assert abs(sizes(c, [1], alpha, gamma, depth)[0] - value) < 1e-12
    inputs = np.array(c, float)[:, None]
    target = alpha * np.maximum(inputs, 0)[:, 0] + gamma * np.maximum(-inputs, 0)[:, 0]
    shapes = [(1, 2), *[(2, 2)] * (depth - 2), (2, 1)]
    found = cheapest(shapes, lambda layers, _: rectified(inputs, layers), target)
    assert value - FOUND <= found <= value + 100 * FOUND
