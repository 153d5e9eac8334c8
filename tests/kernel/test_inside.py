"""A step of a chain onto an optimum inside: the objective at a feasible point inside, and nothing else."""

import pytest
from flint import fmpq

from checker.statement import (
    Chain,
    Maximize,
    Minimize,
    OptimalValue,
    Rational,
    StatementError,
    Step,
    Theorem,
    WeakDuality,
    at_most,
    dot,
    frobenius,
    instance,
    optimum,
)
from tests.kernel.deep import DATA, GOOD, UNIT
from tests.kernel.theorems import decide
from theorems import lemmas
from theorems.deep_linear import (
    D,
    L,
    X,
    bound,
    correlation,
    inner,
    inner_chain,
    inner_primal,
    lam,
    least_norm,
    mu,
    t,
    v,
    y,
)

MIDDLE = (L - 2) * t**2 / 2 + correlation * t ** (2 - L)
MEANS = instance(lemmas.weighted_means, {lemmas.sigma: correlation, lemmas.k: L - 2})
SHORTER, SCALE = {"lambda": UNIT / 2}, {"t": GOOD["t"] * 2, "v": GOOD["v"] / 2}


def dual_of(problem, *steps, inside=None) -> Theorem:
    """The minimum over t of an optimum inside, a chain to it from the bound of λ, and what encloses it inside."""
    inside = inside or inner
    claims = [
        WeakDuality(inner_primal, inside, by=inner_chain, name="inside"),
        WeakDuality(problem, bound, by=Chain(steps), name="outside"),
    ]
    return Theorem(title="A dual with an optimum inside", claims=claims)


def onto(problem, point, inside=None):
    return Step(at_most(MIDDLE, problem.objective), inside=(inside or inner, point))


def outside(theorem, *points):
    # Another point for the pair inside, on which the one outside relies.
    return decide(theorem, [*points, {"mu": GOOD["mu"] / 2}], data=DATA)["outside"]


def test_an_optimum_inside_is_at_least_the_objective_at_a_feasible_point():
    outcome = outside(dual_of(D, MEANS, onto(D, {mu: t ** (2 - L) * lam})), GOOD, SHORTER, SCALE)
    assert (outcome.verdict, outcome.evidence) == ("holds", "sampled")
    assert outcome.relies_on == ("lemmas/weighted-means",)
    assert outcome.tries == 2


INFEASIBLE = {"twice as long": 2 * t ** (2 - L) * lam, "wrong exponent": t ** (3 - L) * lam}


@pytest.mark.parametrize("point", INFEASIBLE)
def test_a_point_inside_that_is_not_feasible_there_is_undecided(point):
    outcome = outside(dual_of(D, MEANS, onto(D, {mu: INFEASIBLE[point]})), GOOD, SHORTER)
    assert outcome.verdict == "undecided"
    assert "is not feasible for the optimum inside" in outcome.reason


def test_a_point_inside_that_is_too_low_makes_the_step_fail():
    outcome = outside(dual_of(D, MEANS, onto(D, {mu: t ** (2 - L) * lam / 2})), GOOD, SHORTER)
    assert outcome.verdict == "undecided"
    assert "fails at feasible points" in outcome.reason


def test_a_point_of_a_minimum_inside_bounds_it_from_the_wrong_side():
    length = Minimize(frobenius(v), over=[v], subject_to=inner_primal.constraints)
    dual = Minimize((L - 2) * t**2 / 2 + optimum(length), over=[t], subject_to=D.constraints)
    outcome = outside(dual_of(dual, MEANS, onto(dual, {v: t ** (2 - L) * y}, length)), GOOD, SHORTER)
    assert outcome.verdict == "undecided"
    assert "is not feasible for the optimum inside" in outcome.reason


def test_a_scale_at_which_the_point_inside_does_not_exist_does_not_count():
    step = onto(D, {mu: t ** (2 - L) * lam})
    nowhere = {"t": fmpq(0), "v": GOOD["v"], "lambda": UNIT}
    assert outside(dual_of(D, MEANS, step), GOOD, nowhere).verdict == "undecided"


RADIUS_TWO = Maximize(dot(mu, y), over=[mu], subject_to=[at_most(frobenius(t ** (L - 2) * X.T * mu), 2)])


def test_a_dual_inside_with_a_ball_of_radius_two_is_caught_and_nothing_rests_on_it():
    dual = Minimize((L - 2) * t**2 / 2 + optimum(RADIUS_TWO), over=[t], subject_to=D.constraints)
    steps = MEANS, onto(dual, {mu: t ** (2 - L) * lam}, RADIUS_TWO)
    theorem = dual_of(dual, *steps, inside=RADIUS_TWO)
    longer = {"mu": GOOD["mu"] * 2, "t": GOOD["t"]}
    for other in (longer, {"mu": GOOD["mu"] * 2}):
        assert decide(theorem, [GOOD, SHORTER, other], data=DATA)["inside"].verdict == "refuted"


def test_a_point_inside_says_nothing_of_an_optimum_on_the_left_of_a_step():
    # max {λᵀy : ‖Xᵀλ‖ ≤ 2} ≤ ‖v‖ is false, and no link of a chain can show it.
    ball = at_most(frobenius(X.T * lam), 2)
    largest = Maximize(dot(mu, y), over=[mu], subject_to=[at_most(frobenius(X.T * mu), 2)])
    dual = Maximize(dot(lam, y), over=[lam], subject_to=[ball])
    length = Minimize(frobenius(v), over=[v], subject_to=[inner_primal.constraints[0].xreplace({t: 1})])
    steps = (
        Step(at_most(dot(lam, y), optimum(largest)), inside=(largest, {mu: lam})),
        Step(at_most(optimum(largest), frobenius(v)), inside=(largest, {mu: lam / 4})),
    )
    theorem = Theorem(title="t", claims=[WeakDuality(length, dual, by=Chain(steps), name="outside")])
    assert outside(theorem, {"lambda": UNIT, "v": DATA["y"]}, {"lambda": UNIT / 2}).verdict == "undecided"


def test_a_step_onto_an_optimum_needs_a_point_inside():
    half = Maximize(dot(mu, y), over=[mu], subject_to=[at_most(frobenius(t ** (L - 2) * X.T * mu), Rational(1, 2))])
    dual = Minimize((L - 2) * t**2 / 2 + optimum(half), over=[t], subject_to=D.constraints)
    steps = MEANS, Step(at_most(MIDDLE, dual.objective))
    # The optimum inside is half of what the chain needs; ‖v‖, which bounds it from above, is not.
    assert outside(dual_of(dual, *steps, inside=half), GOOD, SHORTER).verdict == "undecided"


def test_points_at_two_values_of_a_parameter_are_no_pair():
    other = {"t": GOOD["t"] * 2, "v": GOOD["v"] / 2, "mu": GOOD["mu"] / 2}
    theorem = dual_of(D, MEANS, onto(D, {mu: t ** (2 - L) * lam}))
    assert decide(theorem, [GOOD, other], data=DATA)["inside"].verdict == "holds"


def test_an_optimum_that_depends_on_a_parameter_has_no_value():
    weak = [WeakDuality(inner_primal, inner, by=inner_chain), WeakDuality(D, bound)]
    claims = [*weak, OptimalValue(inner_primal, least_norm)]
    # True at t = 1, where the witness happens to be, and nowhere else.
    with pytest.raises(StatementError):
        Theorem(title="t", claims=claims)


def test_a_false_duality_inside_does_not_refute_a_true_one_outside():
    ball = at_most(frobenius(X.T * lam), 2)
    longer = Maximize(bound.objective, over=[lam], subject_to=[ball, at_most(0, correlation)])
    dual = Minimize((L - 2) * t**2 / 2 + optimum(RADIUS_TWO), over=[t], subject_to=D.constraints)
    steps = MEANS, onto(dual, {mu: t ** (2 - L) * lam}, RADIUS_TWO)
    claims = [
        WeakDuality(inner_primal, RADIUS_TWO, by=inner_chain, name="inside"),
        WeakDuality(dual, longer, by=Chain(steps), name="outside"),
    ]
    points = [GOOD, {"lambda": UNIT * 2}, {"t": GOOD["t"], "mu": GOOD["mu"] * 2}]
    outcomes = decide(Theorem(title="t", claims=claims), points, data=DATA)
    assert (outcomes["inside"].verdict, outcomes["outside"].verdict != "refuted") == ("refuted", True)


@pytest.mark.parametrize("radius", [1, Rational(1, 2)])
def test_points_that_bound_a_maximum_inside_from_above_are_no_evidence_that_it_lies_above_others(radius):
    # With half the radius the maximum inside is half as large, and v bounds it all the same.
    smaller = Maximize(
        dot(mu, y), over=[mu], subject_to=[at_most(frobenius(t ** (L - 2) * X.T * mu), radius)], name="M"
    )
    problem = Minimize((L - 2) * t**2 / 2 + optimum(smaller), over=[t], subject_to=[at_most(0, t)], name="D")
    claims = [
        WeakDuality(inner_primal, smaller, name="inside"),
        WeakDuality(problem, bound, name="outside"),
        OptimalValue(problem, L / 2 * least_norm ** (2 / L), name="value"),
    ]
    found = decide(Theorem(title="No chain", claims=claims), [GOOD, SCALE], data=DATA)
    assert found["outside"].verdict == found["value"].verdict == "undecided"
    assert "give a chain" in found["outside"].reason
