"""Two-layer ReLU networks on inputs of rank one and on any inputs: values written from the theory, and by solvers."""

import random
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import checker
from tests.theorems.references import DPS, assert_encloses, ends
from tests.theorems.relu_references import (
    SOLVED,
    largest_neuron,
    patterns,
    rounded,
    size_of_rank_one,
    trained,
    trained_closely,
)
from theorems.two_layer_relu import convex_program, narrow, rank_one, rectified_set

HUGE, TINY = 10**30, Fraction(1, 10**30)
CLOSE = Fraction(1, 10**12)
PYTHAGOREAN = {"X": [[3, 4]], "y": [1]}

# c, a, α, γ of X = c·aᵀ and y = αc₊ + γc₋.
LINES = {
    "one sample": ([1], [1], 1, 1),
    "one sample below zero": ([-2], [3, 4], 1, 2),
    "one feature": ([2, -3, 0], [5], 1, -1),
    "opposite signs": ([1, -1], [1, 1], 1, -1),
    "fractions": ([1, 2, -3], [1, -1], Fraction(1, 3), 5),
    "no positive sample": ([-1, -2], [2, 1], 3, 4),
    "no negative sample": ([1, 2, 0], [2, 1], 3, 4),
    "no positive part": ([1, -2], [1, 1], 0, 3),
    "no negative part": ([1, -2], [1, 1], 3, 0),
    "a target of zero": ([1, -2], [1, 1], 0, 0),
    "zeros among the inputs": ([0, 1, 0, -1], [0, 3], 1, 1),
    "samples that are close": ([1, 1 + CLOSE, -CLOSE], [1], 1, 1),
    "huge inputs": ([HUGE, -HUGE], [HUGE], 1, -1),
    "tiny inputs": ([TINY, -TINY], [TINY], 1, -1),
    "all scales": ([HUGE, -TINY], [HUGE, TINY], TINY, -HUGE),
}


def slowly(*values) -> list:
    """Parameters that are left out by default."""
    return [pytest.param(value, marks=pytest.mark.slow) for value in values]


def few(names, *by_default: str) -> list:
    """Some names, and the others slowly."""
    return [*by_default, *slowly(*(name for name in names if name not in by_default))]


def on_a_line(c, a, alpha, gamma) -> dict:
    return {"c": c, "a": a, "alpha": alpha, "gamma": gamma}


def verdicts(result) -> dict[str, str]:
    return {claim.claim: claim.verdict for claim in result.claims}


def worst_of(result) -> set[str]:
    return {claim.verdict for claim in result.claims} - {"inapplicable"}


# Inputs of rank one.


@pytest.mark.parametrize("width", [2, *slowly(5)])
@pytest.mark.parametrize("name", LINES)
def test_a_network_on_a_line_costs_the_sum_of_both_parts(name, width):
    result = checker.verify(rank_one, data=on_a_line(*LINES[name]), settings={"m": width})
    assert result.holds
    with mpmath.workdps(DPS):
        for side in ("primal", "dual"):
            assert_encloses(result, size_of_rank_one(*LINES[name]), side)


fractions = st.builds(Fraction, st.integers(-40, 40), st.integers(1, 9))
columns = st.lists(fractions, min_size=1, max_size=4).filter(any)


@settings(max_examples=10, deadline=None)
@given(c=columns, a=columns, alpha=fractions, gamma=fractions)
def test_drawn_networks_on_a_line_cost_the_sum_of_both_parts(c, a, alpha, gamma):
    result = checker.verify(rank_one, data=on_a_line(c, a, alpha, gamma))
    assert result.holds
    with mpmath.workdps(DPS):
        for side in ("primal", "dual"):
            assert_encloses(result, size_of_rank_one(c, a, alpha, gamma), side)


def test_two_hundred_digits_are_enclosed():
    line = ([1, -2, 3], [1, 2, 3], Fraction(1, 7), -5)
    result = checker.verify(rank_one, data=on_a_line(*line), digits=200)
    assert result.holds
    with mpmath.workdps(240):
        for side in ("primal", "dual"):
            assert_encloses(result, size_of_rank_one(*line), side, digits=200)


def test_factors_and_numbers_are_recovered_from_the_data():
    result = checker.verify(rank_one, data={"X": [[3, 4], [-6, -8]], "y": [2, -3]})
    assert result.holds
    with mpmath.workdps(DPS):
        # X = c·aᵀ with c = (1, −2), a = (3, 4), and y = 2c₊ − 3/2·c₋.
        assert_encloses(result, mpmath.mpf(7) / 10)


@pytest.mark.parametrize("name", LINES)
def test_one_neuron_misses_the_smaller_part(name):
    c, a, alpha, gamma = LINES[name]
    result = checker.verify(narrow, data=on_a_line(c, a, alpha, gamma))
    assert worst_of(result) == {"holds"}
    parts = [sum(Fraction(number * max(side * e, 0)) ** 2 for e in c) for number, side in ((alpha, 1), (gamma, -1))]
    with mpmath.workdps(DPS):
        assert_encloses(result, rounded(min(parts)))


@pytest.mark.parametrize("name", LINES)
def test_rectified_neurons_on_a_line_are_two_segments(name):
    c, a, _, _ = LINES[name]
    for mu, p in (([1 + i for i in range(len(c))], a), ([(-1) ** i for i in range(len(c))], [-entry for entry in a])):
        assert checker.verify(rectified_set, data={"c": c, "a": a, "mu": mu, "p": p}).holds


OUTSIDE = {
    "inputs of rank two": ({"X": [[1, 0], [0, 1]], "y": [1, 1]}, {}, "X = c aᵀ"),
    "inputs of zero": ({"X": [[0], [0]], "y": [0, 0]}, {}, "c ≠ 0"),
    "a direction of zero": (on_a_line([1, 2], [0], 1, 1), {}, "a ≠ 0"),
    "a target outside the span": ({"X": [[1], [2]], "y": [1, 3]}, {}, "y = α·c₊ + γ·(−c)₊"),
    "too few neurons": (on_a_line([1, -1], [1], 1, 1), {"m": 1}, "rank(α·c₊) + rank(γ·(−c)₊) ≤ m"),
}


@pytest.mark.parametrize("name", OUTSIDE)
def test_data_off_the_line_do_not_concern_the_statement(name):
    data, chosen, assumption = OUTSIDE[name]
    result = checker.verify(rank_one, data=data, settings=chosen)
    assert result.verdict == "inapplicable"
    assert [record.reason for record in result.datasets] == [assumption]


# Inputs of any rank.


def whole_numbers(seed: int, most_rows: int = 6) -> tuple[list[list[int]], list[int], Fraction]:
    source = random.Random(seed)
    n, d = source.randint(1, most_rows), source.randint(1, 2)
    X = [[source.randint(-5, 5) for _ in range(d)] for _ in range(n)]
    return X, [source.randint(-5, 5) for _ in range(n)], Fraction(source.randint(1, 30), 9)


def verified(X, y, beta, **chosen):
    # The cost of weight decay needs as many neurons as samples.
    return checker.verify(convex_program, data={"X": X, "y": y}, settings={"beta": beta, "m": len(X)}, **chosen)


def assert_agrees_with_the_convex_program(seed: int, most_rows: int = 6) -> None:
    X, y, beta = whole_numbers(seed, most_rows)
    result = verified(X, y, beta)
    assert worst_of(result) == {"holds"}
    value, _ = trained(X, y, beta)
    for side in ("primal", "dual"):
        lower, upper = ends(result, side)
        assert lower - SOLVED * (1 + upper) <= value <= upper + SOLVED * (1 + upper)
        assert upper - lower <= upper * mpmath.mpf(10) ** -50
    with mpmath.workdps(DPS):
        vanishes = largest_neuron(X, y) <= rounded(beta)
    found = verdicts(result)
    assert (found["zero-is-optimal"] == "holds") == vanishes
    assert (found["zero-is-not-optimal"] == "holds") == (not vanishes)


@pytest.mark.parametrize("seed", [*range(8), *slowly(*range(8, 16))])
def test_training_costs_what_cvxpy_finds_over_all_patterns(seed):
    assert_agrees_with_the_convex_program(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 300))
def test_training_costs_what_cvxpy_finds_on_more_data(seed):
    assert_agrees_with_the_convex_program(seed)


# Those whose neurons lie inside their cones, and none of which can be split.
SMOOTH = [
    ([[1, -4], [0, 3]], [3, -5], Fraction(1, 5)),
    ([[-1, -4], [2, 2], [2, 5]], [1, -2, -4], Fraction(8, 5)),
    ([[5, 2], [0, -2], [-2, 2]], [5, 2, -3], Fraction(8, 5)),
    ([[-1, 2], [5, 3], [3, -3]], [5, 4, 3], Fraction(6, 5)),
    ([[-2, -1], [5, 2], [-5, -1], [-5, -1], [4, 1]], [-4, 4, -4, 4, 5], Fraction(4, 5)),
    ([[-5], [-1], [3], [2], [1]], [-1, 2, 0, 4, -2], Fraction(9, 5)),
]


@pytest.mark.parametrize(("X", "y", "beta"), SMOOTH)
def test_training_costs_what_newton_finds_to_all_digits(X, y, beta):
    result = verified(X, y, beta)
    assert worst_of(result) == {"holds"}
    with mpmath.workdps(DPS):
        for side in ("primal", "dual"):
            assert_encloses(result, trained_closely(X, y, beta, 62), side)


def test_two_hundred_digits_of_a_training_are_enclosed():
    X, y, beta = SMOOTH[1]
    result = verified(X, y, beta, digits=200)
    assert worst_of(result) == {"holds"}
    with mpmath.workdps(260):
        assert_encloses(result, trained_closely(X, y, beta, 212), digits=200)


def test_two_samples_at_right_angles_are_trained_by_hand():
    # Targets of one sign share a neuron, of length (1 − β/√2)·√2; others have one each, of length 1 − β.
    X, beta = [[1, 0], [0, 1]], Fraction(1, 10)
    with mpmath.workdps(DPS):
        b = rounded(beta)
        assert_encloses(verified(X, [1, 1], beta), b * mpmath.sqrt(2) - b**2 / 2)
        assert_encloses(verified(X, [1, -1], beta), 2 * b - b**2)


def one_feature(x, y, beta) -> Fraction:
    """``½‖y‖² − ½Σ(|x_±ᵀy| − β)₊²/‖x_±‖²``: the two parts of the input are orthogonal."""
    value = sum(Fraction(entry) ** 2 for entry in y) / 2
    for side in (1, -1):
        part = [max(side * Fraction(entry), Fraction(0)) for entry in x]
        squared = sum(entry**2 for entry in part)
        response = abs(sum(a * b for a, b in zip(part, y, strict=True)))
        value -= max(response - Fraction(beta), Fraction(0)) ** 2 / squared / 2 if squared else 0
    return value


@settings(max_examples=8, deadline=None)
@given(
    rows=st.lists(st.tuples(fractions, fractions), min_size=1, max_size=5),
    beta=st.builds(Fraction, st.integers(1, 60), st.integers(1, 9)),
)
def test_one_feature_has_a_closed_form(rows, beta):
    x, y = [x for x, _ in rows], [y for _, y in rows]
    result = verified([[entry] for entry in x], y, beta)
    assert worst_of(result) == {"holds"}
    with mpmath.workdps(DPS):
        assert_encloses(result, rounded(one_feature(x, y, beta)))


@settings(max_examples=5, deadline=None)
@given(rows=st.lists(st.tuples(fractions, fractions), min_size=1, max_size=4), beta=st.integers(1, 20))
def test_rank_one_inputs_have_the_closed_form_of_one_feature(rows, beta):
    # ‖(3, 4)‖ = 5.
    result = verified([[3 * x, 4 * x] for x, _ in rows], [y for _, y in rows], beta)
    assert worst_of(result) == {"holds"}
    with mpmath.workdps(DPS):
        assert_encloses(result, rounded(one_feature([5 * x for x, _ in rows], [y for _, y in rows], beta)))


HARD = {
    "a target of zero": ([[1, 2], [3, 4]], [0, 0], 1),
    "inputs of zero": ([[0, 0], [0, 0]], [1, 2], 1),
    "samples that repeat with other targets": ([[1, 2], [1, 2], [1, 2]], [1, -1, 2], Fraction(1, 10)),
    "opposite samples": ([[1, 2], [-1, -2]], [1, 1], Fraction(1, 10)),
    "samples that are nearly parallel": ([[1, 0], [1, CLOSE], [1, -CLOSE]], [1, 2, -1], Fraction(1, 10)),
    "huge inputs": ([[HUGE, 0], [0, HUGE]], [1, -1], Fraction(1, 10)),
    "tiny inputs": ([[TINY, 0], [0, TINY]], [1, -1], Fraction(1, 10**33)),
    "huge targets": ([[1, 2], [3, -1]], [HUGE, -HUGE], 1),
    "tiny targets": ([[1, 2], [3, -1]], [TINY, -TINY], Fraction(1, 10**33)),
    "columns of other scales": ([[HUGE, TINY], [HUGE, -TINY]], [1, -1], 1),
    "almost no weight decay": ([[1, 2], [3, -1], [-2, 1]], [1, 2, -1], TINY),
    "weight decay of any size": ([[1, 2], [3, -1], [-2, 1]], [1, 2, -1], HUGE),
}


@pytest.mark.parametrize("name", HARD)
def test_hard_data_are_trained_to_all_digits(name):
    X, y, beta = HARD[name]
    result = verified(X, y, beta)
    assert worst_of(result) == {"holds"}
    lower, upper = ends(result)
    assert 0 <= lower <= upper <= sum(Fraction(entry) ** 2 for entry in y) / 2 * (1 + mpmath.mpf(10) ** -50)
    assert upper - lower <= upper * mpmath.mpf(10) ** -50


NEAR = Fraction(1, 10**40)


@pytest.mark.parametrize(
    ("beta", "vanishes"), [(5, True), (5 + NEAR, True), (5 - NEAR, False), (HUGE, True), (TINY, False)]
)
def test_the_network_vanishes_from_the_largest_neuron_on(beta, vanishes):
    # The largest neuron responds ‖(3, 4)‖·1 = 5, and below it P* = β/5 − β²/50.
    result = verified(**PYTHAGOREAN, beta=beta)
    found = verdicts(result)
    assert found["zero-is-optimal"] == ("holds" if vanishes else "inapplicable")
    assert found["zero-is-not-optimal"] == ("inapplicable" if vanishes else "holds")
    with mpmath.workdps(DPS + 90):
        value = mpmath.mpf(1) / 2 if vanishes else rounded(Fraction(beta) / 5 - Fraction(beta) ** 2 / 50)
        assert_encloses(result, value)


@pytest.mark.parametrize(
    ("chosen", "assumption"), [({"beta": 0}, "0 < β"), ({"beta": -1}, "0 < β"), ({"beta": 1, "m": 1}, "n ≤ m")]
)
def test_a_training_outside_the_assumptions_is_named(chosen, assumption):
    data = {"X": [[1, 0], [0, 1]], "y": [1, -1]}
    result = checker.verify(convex_program, data=data, settings={"m": 2} | chosen)
    assert result.verdict == "inapplicable"
    assert [record.reason for record in result.datasets] == [assumption]


def test_the_reference_enumerates_all_patterns():
    source = np.random.default_rng(0)
    for seed in range(30):
        X, _, _ = whole_numbers(seed)
        u = source.normal(size=(len(X[0]), 3000))
        tried = {tuple(column) for column in (np.array(X) @ u > 0).astype(int).T.tolist()}
        assert tried <= set(patterns(X))
