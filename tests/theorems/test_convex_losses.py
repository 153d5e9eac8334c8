"""Networks with any convex loss: optima by solvers and by Newton's method, values by hand, and hard data."""

from fractions import Fraction

import mpmath
import pytest

import checker
from tests.theorems.loss_references import (
    REFERENCES,
    by_cvxpy,
    by_many_starts,
    drawn,
    over_columns,
    polished,
    settings,
)
from tests.theorems.references import DPS, assert_encloses, ends
from tests.theorems.relu_references import SOLVED, hinges
from tests.theorems.test_two_layer_relu import few, slowly
from theorems import deep_linear, relu_losses, two_layer_linear

two, deep = two_layer_linear.convex_loss, deep_linear.convex_loss
HALF, HUGE, TINY = Fraction(1, 2), 10**30, Fraction(1, 10**30)


def verified(theorem, name: str, data: dict, **others):
    """The result, where everything holds."""
    given = settings(name, **others)
    if theorem is deep and name == "squared":
        # It has a theorem of its own.
        theorem = deep_linear.regularized
        del given["loss"]
    result = checker.verify(theorem, data=data, settings=given)
    assert {claim.claim for claim in result.claims if claim.verdict not in ("holds", "inapplicable")} == set()
    assert result.holds
    return result


def assert_near(result, value: float, side: str = "primal") -> None:
    for end in ends(result, side):
        assert abs(float(end) - value) <= SOLVED * max(1, abs(value))


# Two linear layers.


@pytest.mark.parametrize("seed", [0, *slowly(*range(1, 12))])
@pytest.mark.parametrize("name", REFERENCES)
def test_two_layers_cost_what_newton_s_method_finds(name, seed):
    X, y = drawn(name, seed)
    result = verified(two, name, {"X": X, "y": y}, beta=HALF)
    value, weights = by_cvxpy(name, X, y, HALF)
    with mpmath.workdps(DPS):
        exact = polished(name, X, y, HALF, 2, weights)
        for side in ("primal", "dual"):
            assert_near(result, value, side)
            assert_encloses(result, exact, side)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20, 25))
@pytest.mark.parametrize("name", REFERENCES)
def test_two_layers_with_many_inputs_cost_what_newton_s_method_finds(name, seed):
    X, y = drawn(name, seed, n=8, d=5)
    result = verified(two, name, {"X": X, "y": y}, beta=Fraction(1, 10))
    value, weights = by_cvxpy(name, X, y, Fraction(1, 10))
    assert_near(result, value)
    with mpmath.workdps(DPS):
        assert_encloses(result, polished(name, X, y, Fraction(1, 10), 2, weights))


# Deep linear networks.


def assert_deep(name: str, seed: int, depth: int) -> None:
    X, y = drawn(name, seed)
    result = verified(deep, name, {"X": X, "y": y}, beta=HALF, L=depth)
    value, weights = by_many_starts(name, X, y, HALF, depth)
    with mpmath.workdps(DPS):
        exact = polished(name, X, y, HALF, depth, weights)
        assert abs(float(exact) - value) < 1e-8
        assert_encloses(result, exact)
        assert_encloses(result, exact, "dual")


@pytest.mark.parametrize("name", few(REFERENCES, "absolute"))
def test_three_layers_cost_the_least_that_many_starts_find(name):
    assert_deep(name, 0, 3)


@pytest.mark.slow
@pytest.mark.parametrize("depth", [3, 4])
@pytest.mark.parametrize("seed", range(1, 5))
@pytest.mark.parametrize("name", REFERENCES)
def test_deep_networks_cost_the_least_that_many_starts_find(name, seed, depth):
    assert_deep(name, seed, depth)


@pytest.mark.parametrize(("depth", "value"), [(2, Fraction(3, 2)), (4, 2), pytest.param(3, 2, marks=pytest.mark.slow)])
def test_one_sample_with_two_optima(depth, value):
    # ½(w − 2)² + (L/2)w^(2/L): for L = 3 both w = 0 and w = 1 cost 2; for L = 2, w = 1 costs 3/2.
    result = verified(deep, "squared", {"X": [[1]], "y": [2]}, beta=1, L=depth)
    with mpmath.workdps(DPS):
        assert_encloses(result, mpmath.mpf(Fraction(value).numerator) / Fraction(value).denominator)


# Networks with rectifiers.

LINE = ([2, -1, 3, -2, 1], [1, 2])
X_OF_SPLINE = [-1, 0, 2, 3]
TARGETS = [1, -1, -1, 1, 1]


@pytest.mark.parametrize("name", REFERENCES)
def test_networks_on_a_line_cost_what_cvxpy_finds(name):
    (c, a), y = LINE, TARGETS
    result = verified(relu_losses.rank_one, name, {"c": c, "a": a, "y": y}, beta=HALF)
    parts = [[max(side * entry, 0) for entry in c] for side in (1, -1)]
    assert_near(result, over_columns(name, parts, y, 0.5 / 5**0.5))
    assert_near(result, over_columns(name, parts, y, 0.5 / 5**0.5), "dual")


@pytest.mark.parametrize("name", REFERENCES)
def test_splines_cost_what_cvxpy_finds(name):
    y, beta = TARGETS[: len(X_OF_SPLINE)], Fraction(1, 5)
    result = verified(relu_losses.spline, name, {"x": X_OF_SPLINE, "y": y}, beta=beta)
    knots = [*X_OF_SPLINE, 1, Fraction(5, 2), -HALF]
    columns = [[1] * len(y), *hinges(X_OF_SPLINE, knots).T.tolist()]
    assert_near(result, over_columns(name, columns, y, float(beta), free=1))


ACROSS, HILL, STEEP = {"x": [0, 1], "y": [-1, 1]}, {"x": [0, 1, 2], "y": [0, 1, 0]}, {"x": [0, 1], "y": [0, 3]}
BY_HAND = [
    # A slope s ≤ 2 costs βs and leaves 2 − s.
    ("hinge", ACROSS, HALF, 1), ("hinge", ACROSS, 1, 2), ("hinge", ACROSS, 3, 2),
    # The dual is the largest 2t with t ≤ β and 2t ≤ 1.
    ("absolute", HILL, Fraction(1, 4), HALF), ("absolute", HILL, HALF, 1), ("absolute", HILL, 2, 1),
    ("absolute", STEEP, HALF, Fraction(3, 2)), ("absolute", STEEP, 2, 3),
    # Within the tube a slope of 3 − 2ε is enough.
    ("epsilon-insensitive", STEEP, HALF, Fraction(7, 6)), ("epsilon-insensitive", STEEP, 2, Fraction(7, 3)),
    # ½(3 − s)²/2 + βs at s = 3 − 2β.
    ("squared", STEEP, HALF, Fraction(5, 4)), ("squared", STEEP, 2, Fraction(9, 4)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "beta", "value"), BY_HAND)
def test_splines_cost_what_they_do_by_hand(name, data, beta, value):
    result = verified(relu_losses.spline, name, data, beta=beta)
    with mpmath.workdps(DPS):
        for side in ("primal", "dual"):
            assert_encloses(result, mpmath.mpf(Fraction(value).numerator) / Fraction(value).denominator, side)


# Hard data.

DIAGONAL = {"X": [[3, 0], [0, 4]], "y": [1, 1]}
# β at which the network vanishes: ‖Xᵀν‖ with the slopes at zero, times 5.
SLOPES_AT_ZERO = {
    "squared": 1, "absolute": 1, "huber": Fraction(3, 4), "epsilon-insensitive": 1, "hinge": 1, "squared-hinge": 1,
    "logistic": HALF,
}  # fmt: skip
CLOSE = Fraction(1, 10**20)


@pytest.mark.parametrize("factor", [1, 1 - CLOSE, 1 + CLOSE], ids=["at", "below", "above"])
@pytest.mark.parametrize("name", few(REFERENCES, "absolute", "logistic"))
def test_where_the_network_vanishes(name, factor):
    result = verified(two, name, DIAGONAL, beta=5 * SLOPES_AT_ZERO[name] * factor)
    said = {claim.claim: claim.verdict for claim in result.claims}["zero-is-optimal"]
    assert said == ("inapplicable" if factor < 1 else "holds")


HARD = {
    "separable": {"X": [[1, 0], [2, 1], [-1, -1]], "y": [1, 1, -1]},
    "repeated samples": {"X": [[1, 2], [1, 2], [1, 2], [3, -1]], "y": [1, 1, -1, 1]},
    "the same sample with both labels": {"X": [[1, 2], [1, 2]], "y": [1, -1]},
    "equal labels": {"X": [[1, 2], [3, -1], [-2, 1]], "y": [1, 1, 1]},
    "rank one": {"X": [[1, 2], [2, 4], [-3, -6]], "y": [1, -1, 1]},
    "rank zero": {"X": [[0, 0], [0, 0]], "y": [1, -1]},
    "a sample of zeros": {"X": [[0, 0], [1, 1]], "y": [1, -1]},
    "more features than samples": {"X": [[1, 2, 3, 4]], "y": [-1]},
    "huge inputs": {"X": [[HUGE, -2 * HUGE], [3 * HUGE, HUGE]], "y": [1, -1]},
    "tiny inputs": {"X": [[TINY, -2 * TINY], [3 * TINY, TINY]], "y": [1, -1]},
    "all scales": {"X": [[HUGE, 0], [1, TINY]], "y": [1, -1]},
}


# The entries of a gradient that are huge leave the central path short of the digits asked for.


@pytest.mark.parametrize("data", few(HARD, "rank zero", "all scales", "repeated samples"))
@pytest.mark.parametrize("name", few(REFERENCES, "absolute", "logistic"))
def test_hard_data(name, data):
    verified(two, name, HARD[data], beta=Fraction(1, 10))


BETAS = {"huge": HUGE, "tiny": TINY}


@pytest.mark.parametrize("beta", BETAS)
@pytest.mark.parametrize("data", few(["separable", "rank one", "tiny inputs", "huge inputs"], "separable"))
@pytest.mark.parametrize("name", few(REFERENCES, "hinge", "logistic"))
def test_a_huge_and_a_tiny_penalty(name, data, beta):
    verified(two, name, HARD[data], beta=BETAS[beta])


def test_logistic_losses_of_huge_inputs_with_a_tiny_penalty():
    verified(two, "logistic", HARD["huge inputs"], beta=TINY)


HARD_DEEP = few(HARD, "rank zero")


@pytest.mark.parametrize("data", HARD_DEEP)
@pytest.mark.parametrize("name", few(REFERENCES, "hinge"))
def test_hard_data_of_deep_networks(name, data):
    verified(deep, name, HARD[data], beta=Fraction(1, 10), L=3)


HARD_SPLINES = {
    "one point": {"x": [2], "y": [1]},
    "equal targets": {"x": [0, 1, 5], "y": [1, 1, 1]},
    "far apart": {"x": [0, 1, HUGE], "y": [1, -1, 1]},
    "close together": {"x": [0, TINY, 1], "y": [1, -1, 1]},
    "separable": {"x": [-2, -1, 1, 2], "y": [-1, -1, 1, 1]},
}


@pytest.mark.parametrize("data", few(HARD_SPLINES, "separable"))
@pytest.mark.parametrize("name", few(REFERENCES, "hinge", "logistic"))
def test_hard_splines(name, data):
    if name == "logistic" and data in ("one point", "equal targets"):
        pytest.skip("the theorem asks for both labels")
    verified(relu_losses.spline, name, HARD_SPLINES[data], beta=Fraction(1, 10))
