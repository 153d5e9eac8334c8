"""Weak duality by a chain of lemmas: links that fit and hold, and links that do not."""

import pytest
from flint import fmpq, fmpq_mat

from checker.statement import (
    Chain,
    Holds,
    Maximize,
    Minimize,
    Nonnegative,
    Rational,
    StatementError,
    Step,
    StrongDuality,
    Theorem,
    WeakDuality,
    affine,
    at_most,
    dot,
    equal,
    frobenius,
    instance,
    less,
    powered,
    scalar,
    sqrt,
    summed,
)
from tests.kernel.theorems import DUAL, decide
from theorems import lemmas
from theorems.deep_linear import X, l, lam, v, y

A, B, c = lemmas.A, lemmas.B, scalar("c")
DATA = {"n": 2, "d": 2, "X": fmpq_mat(2, 2, [1, 0, 0, 1]), "y": fmpq_mat(2, 1, [9, 12])}
GOOD = {"v": fmpq_mat(2, 1, [9, 12]), "lambda": DUAL}
SHORTER = {"lambda": DUAL / 2}
SIZES = {A: X.T * lam, B: v}

EXPAND = Step(equal(dot(lam, y), dot(X.T * lam, v)))
CAUCHY = instance(lemmas.cauchy_schwarz, SIZES)
SHRINK = Step(at_most(frobenius(X.T * lam) * frobenius(v), frobenius(v)))
STEPS = (EXPAND, CAUCHY, SHRINK)


def least_norm(*steps, radius=1, cost=None) -> Theorem:
    """``min ‖v‖`` subject to ``Xv = y`` against ``max λᵀy`` in a ball, with a chain between."""
    primal = Minimize(frobenius(v) if cost is None else cost, over=[v], subject_to=[equal(X * v, y)])
    dual = Maximize(dot(lam, y), over=[lam], subject_to=[at_most(frobenius(X.T * lam), radius)])
    claims = [WeakDuality(primal, dual, by=Chain(steps)), StrongDuality(primal, dual)]
    return Theorem(title="Least norm", claims=claims)


def weak(theorem, *points):
    return decide(theorem, list(points), data=DATA)["weak-duality"]


def lemma(left, right, **options) -> Theorem:
    """A would-be lemma."""
    when = options.pop("when", ())
    return Theorem(title="A lemma of this test", claims=[Holds(at_most(left, right), when=when)], **options)


def test_a_chain_is_sampled_evidence_and_names_its_lemmas():
    outcomes = decide(least_norm(*STEPS), [GOOD, SHORTER, {"lambda": -DUAL}], data=DATA)
    outcome = outcomes["weak-duality"]
    assert (outcome.verdict, outcome.evidence) == ("holds", "sampled")
    assert outcome.relies_on == ("lemmas/cauchy-schwarz",)
    assert outcome.tries == 2
    assert outcomes["strong-duality"].relies_on == ("weak-duality (sampled)", "lemmas/cauchy-schwarz")


END = None
BROKEN = [
    ((CAUCHY, SHRINK), 0),
    ((EXPAND, SHRINK), 1),
    ((EXPAND, SHRINK, CAUCHY), 1),
    ((EXPAND, powered(CAUCHY, 2), SHRINK), 1),
    ((EXPAND, CAUCHY, affine(SHRINK, times=2)), 2),
    ((EXPAND, CAUCHY), END),
    ((EXPAND, CAUCHY, Step(at_most(SHRINK.relation.sides[0], 2 * frobenius(v)))), END),
]


@pytest.mark.parametrize(("steps", "at"), BROKEN)
def test_links_that_do_not_fit_are_undecided_and_it_is_said_where(steps, at):
    theorem = least_norm(*steps)
    links = theorem.program["pairs"][0]["chain"]
    outcome = weak(theorem, GOOD, SHORTER)
    assert outcome.verdict == "undecided"
    assert (
        "after its last step" if at is END else f"before the step {links[at]['relation']['text']}:"
    ) in outcome.reason


def test_a_chain_that_leads_to_another_problem_is_undecided():
    assert "after its last step" in weak(least_norm(*STEPS, cost=2 * frobenius(v)), GOOD, SHORTER).reason


def test_a_false_link_is_undecided_where_no_feasible_pair_refutes_the_duality():
    # In the ball of radius 2 and across y, so that its dual value is 0, below every primal one.
    across = {"lambda": fmpq_mat(2, 1, [fmpq(-6, 5), fmpq(9, 10)])}
    outcome = weak(least_norm(*STEPS, radius=2), GOOD, across)
    assert outcome.verdict == "undecided"
    assert "fails at feasible points" in outcome.reason


def test_a_dual_ball_of_radius_two_is_refuted_by_a_point_that_it_lets_in():
    outcomes = decide(least_norm(*STEPS, radius=2), [GOOD, {"lambda": DUAL * 2}], data=DATA)
    assert {outcome.verdict for outcome in outcomes.values()} == {"refuted"}


FALSE = {"halved": frobenius(A) * frobenius(B) / 2, "wrong exponent": frobenius(A) ** 2 * frobenius(B)}


@pytest.mark.parametrize("bound", FALSE)
def test_an_instance_of_a_false_lemma_never_passes(bound):
    step = instance(lemma(dot(A, B), FALSE[bound]), SIZES)
    rest = Step(at_most(step.relation.sides[1], frobenius(v)))
    outcome = weak(least_norm(EXPAND, step, rest), GOOD, SHORTER)
    assert outcome.verdict == "undecided"
    assert "fails at feasible points" in outcome.reason


@pytest.mark.parametrize("places", [20, 45])
def test_an_equation_that_is_false_to_fewer_digits_than_asked_never_passes(places):
    roots = sqrt(frobenius(v) + 2) + sqrt(frobenius(v) + 3)
    cost = roots * (1 + Rational(1, 10**places))
    steps = [Step(at_most(dot(lam, y), 2 * roots)), Step(equal(2 * roots, 2 * cost))]
    assert "fails at feasible points" in weak(least_norm(*steps, cost=2 * cost), GOOD, SHORTER).reason


def test_a_link_that_balls_cannot_decide_does_not_count():
    # The same number twice, written so that only algebra would see it.
    roots, size = sqrt(frobenius(v) + 2) + sqrt(frobenius(v) + 3), frobenius(v) / 15
    again = roots + roots - roots * size
    steps = [Step(at_most(dot(lam, y), 2 * roots)), Step(at_most(2 * roots, 2 * again))]
    outcome = weak(least_norm(*steps, cost=2 * again), GOOD, SHORTER)
    assert outcome.verdict == "undecided"
    assert "no pair of feasible points decides every step" in outcome.reason
    steps[1] = Step(equal(2 * roots, 2 * again))
    assert weak(least_norm(*steps, cost=2 * again), GOOD, SHORTER).verdict == "holds"


def test_a_strict_lemma_is_no_link():
    strict = Theorem(title="Strict", claims=[Holds(less(dot(A, B), frobenius(A) * frobenius(B)))])
    step = instance(strict, SIZES)
    for link in (step, affine(step, times=2), powered(step, 2), summed(step, l, 1, 3)):
        with pytest.raises(StatementError, match="not a step of a chain"):
            least_norm(EXPAND, link, SHRINK)


def test_points_at_which_a_condition_of_a_lemma_fails_do_not_count():
    step = instance(lemma(dot(A, B), frobenius(A) * frobenius(B), when=[less(2 * frobenius(A), 1)]), SIZES)
    theorem = least_norm(EXPAND, step, SHRINK)
    outcome = weak(theorem, GOOD, SHORTER)
    assert outcome.verdict == "undecided"
    assert "no pair of feasible points decides every step" in outcome.reason
    assert weak(theorem, GOOD, SHORTER, {"lambda": DUAL / 3}).tries == 1


def test_assumptions_of_a_lemma_are_conditions_of_its_instances():
    bounded = lemma(c * dot(A, B), c * (frobenius(A) * frobenius(B)), given=[Nonnegative(c)])
    step = instance(bounded, {**SIZES, c: dot(lam, y)})
    assert step.conditions == (at_most(0, dot(lam, y)),)
    assert summed(powered(affine(step, times=2), 3), l, 1, 3).conditions[0].sides[0] == step.conditions[0]


def test_an_inequality_times_a_negative_number_is_turned_around():
    (left, right), turned = CAUCHY.relation.sides, affine(CAUCHY, times=-1)
    assert turned.relation == at_most(-right, -left)
    twice_turned = affine(turned, times=-1)
    assert twice_turned.relation == CAUCHY.relation
    assert weak(least_norm(EXPAND, twice_turned, SHRINK), GOOD, SHORTER).verdict == "holds"
    once = Step(at_most(left, -right), by=turned.by, conditions=turned.conditions)
    assert weak(least_norm(EXPAND, once, Step(at_most(-right, frobenius(v)))), GOOD, SHORTER).verdict == "undecided"


def test_an_inequality_times_a_number_that_is_negative_at_a_point_does_not_count_there():
    # λᵀy·(λᵀy) ≤ λᵀy·(‖Xᵀλ‖‖v‖) would turn round at −λ.
    factor = dot(lam, y)
    steps = (affine(EXPAND, times=factor), affine(CAUCHY, times=factor), affine(SHRINK, times=factor))
    primal = Minimize(frobenius(v), over=[v], subject_to=[equal(X * v, y)])
    ends = (Step(at_most(factor - 300, factor * factor)), Step(at_most(factor * frobenius(v), frobenius(v) + 300)))
    dual = Maximize(factor - 300, over=[lam], subject_to=[at_most(frobenius(X.T * lam), 1)])
    cost = Minimize(primal.objective + 300, over=[v], subject_to=primal.constraints)
    theorem = Theorem(title="t", claims=[WeakDuality(cost, dual, by=Chain((ends[0], *steps, ends[1])))])
    assert weak(theorem, GOOD, SHORTER, {"lambda": -DUAL}).tries == 1


def test_a_power_of_a_negative_number_does_not_count():
    # a ≤ b gives a² ≤ b² for a ≥ 0 alone.
    squares = powered(CAUCHY, 2)
    step = Step(at_most(dot(lam, y) - 400, squares.relation.sides[0]))
    rest = Step(at_most(squares.relation.sides[1], frobenius(v) + 400))
    dual = Maximize(dot(lam, y) - 400, over=[lam], subject_to=[at_most(frobenius(X.T * lam), 1)])
    primal = Minimize(frobenius(v) + 400, over=[v], subject_to=[equal(X * v, y)])
    theorem = Theorem(title="t", claims=[WeakDuality(primal, dual, by=Chain((step, squares, rest)))])
    assert weak(theorem, GOOD, SHORTER, {"lambda": -DUAL}).tries == 1


ALONE = [[], [{"lambda": DUAL * 2}], [{"v": fmpq_mat(2, 1, [9, 13])}], [{}]]


@pytest.mark.parametrize("others", ALONE, ids=["none", "outside the ball", "another output", "empty"])
def test_without_another_feasible_pair_than_the_witness_s_it_is_undecided(others):
    outcomes = decide(least_norm(*STEPS), [GOOD, *others], data=DATA)
    assert {outcome.verdict for outcome in outcomes.values()} == {"undecided"}


def test_a_copy_of_the_witness_s_point_is_no_other_pair():
    assert weak(least_norm(*STEPS), GOOD, dict(GOOD)).verdict == "undecided"


def test_a_chain_without_any_feasible_point_is_undecided():
    assert weak(least_norm(*STEPS)).verdict == "undecided"
