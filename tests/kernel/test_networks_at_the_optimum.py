"""Claims on some optimum, and on every one: what a network shows that is optimal, nearly so, or costs a little more."""

import pytest
from flint import fmpq, fmpq_mat

from checker.statement import (
    ForEveryOptimum,
    Maximize,
    Minimize,
    OptimalValue,
    RankAtMost,
    Rational,
    SomeOptimum,
    Theorem,
    WeakDuality,
    at_least,
    at_most,
    column,
    equal,
    every,
    frobenius,
    less,
    norm,
    pinv,
    rank,
    scalar,
)
from tests.kernel.theorems import DATA, DUAL, decide, near_root, network, two_layer
from theorems.two_layer_linear import W1, X, dual, gap, j, lam, m, primal, w2, y

GOOD = network(near_root(15, 40)) | {"lambda": DUAL}
EXACT = DATA | {"y": fmpq_mat(2, 1, [fmpq(12, 5), fmpq(16, 5)])}  # ‖X†y‖ = 4: a rational network is optimal
OPTIMAL = {"W_1": fmpq_mat(2, 2, [fmpq(6, 5), 0, fmpq(8, 5), 0]), "w_2": fmpq_mat(2, 1, [2, 0]), "lambda": DUAL}


def some(relation, point=GOOD, digits=50, data=DATA):
    claims = [WeakDuality(primal, dual, by=gap), SomeOptimum(primal, relation, name="claim")]
    return decide(Theorem(title="t", claims=claims), [point], digits, data)["claim"]


ONE_NEURON = RankAtMost(W1, 1)


def test_a_network_that_is_optimal_and_has_the_property_shows_it():
    outcome = some(ONE_NEURON, OPTIMAL, data=EXACT)
    assert (outcome.verdict, outcome.evidence) == ("holds", "exact")
    assert outcome.relies_on == ("P* = D*, attained", "weak-duality")
    assert some(ONE_NEURON).verdict == "holds"


INFEASIBLE = {"W_1": GOOD["W_1"] + fmpq_mat(2, 2, [fmpq(1, 10**60), 0, 0, 0])}
NO_WITNESSES = {
    "infeasible": (GOOD | INFEASIBLE, "X W₁ w₂ = y is violated by the point"),
    "suboptimal": (network(fmpq(4)) | {"lambda": DUAL}, "digits of 50"),
    "a low dual": (GOOD | {"lambda": DUAL / 2}, "closed to 0 digits of 50"),
    "no network": ({"lambda": DUAL}, "primal: no point was proposed"),
    "no dual": (network(fmpq(4)), "dual: no point was proposed"),
}


@pytest.mark.parametrize(("point", "reason"), NO_WITNESSES.values(), ids=NO_WITNESSES)
def test_a_network_that_is_not_seen_to_be_optimal_shows_nothing(point, reason):
    outcome = some(ONE_NEURON, point)
    assert outcome.verdict == "undecided"
    assert reason in outcome.reason


def test_every_proposed_network_that_is_optimal_counts_and_no_other():
    def claimed(relation, *points):
        claims = [WeakDuality(primal, dual, by=gap), SomeOptimum(primal, relation, name="claim")]
        return decide(Theorem(title="t", claims=claims), [*points])["claim"]

    poor = network(fmpq(4)) | {"lambda": DUAL}
    assert claimed(ONE_NEURON, poor, GOOD).verdict == "holds"
    assert claimed(ONE_NEURON, GOOD, poor).verdict == "holds"
    assert claimed(ONE_NEURON, GOOD | INFEASIBLE, network(near_root(15, 40))).verdict == "holds"
    # The property is that of the costlier network alone: the bracket that another one closes does not help it.
    for points in ((poor, GOOD), (GOOD, poor)):
        assert claimed(equal(norm(w2), 4), *points).verdict == "undecided"


FALSE = [RankAtMost(W1, 0), equal(norm(w2), 4), less(norm(w2), 3), every(equal(column(W1, j), column(W1, 1)), j, 1, m)]


@pytest.mark.parametrize("relation", FALSE, ids=lambda relation: relation.kind)
def test_a_property_that_the_optimal_network_does_not_have_is_undecided(relation):
    outcome = some(relation)
    assert outcome.verdict == "undecided"
    closed = relation.kind != "less"
    assert ("the witness's network has it to" if closed else "networks near an optimum") in outcome.reason


BALANCED = equal(frobenius(W1), norm(w2))  # 15/τ = τ to as many digits as τ² = 15
BALANCED_MATRICES = equal(W1.T * W1, w2 * w2.T)


@pytest.mark.parametrize("relation", [BALANCED, BALANCED_MATRICES, every(BALANCED, j, 1, 3)], ids=str)
def test_an_equation_counts_to_the_digits_to_which_it_is_satisfied(relation):
    point = network(near_root(15, 30)) | {"lambda": DUAL}
    reached = some(relation, point, 20)
    assert (reached.verdict, reached.evidence) == ("holds", "enclosed")
    assert 29 <= reached.digits <= 33
    beyond = some(relation, point, reached.digits + 1)
    assert beyond.verdict == "undecided"
    assert f"to {reached.digits} digits of the {reached.digits + 1} asked for" in beyond.reason


def test_an_order_is_not_satisfied_to_digits():
    # ‖W_1‖ − ‖w_2‖ is positive, if only in the fortieth digit.
    assert some(less(frobenius(W1), norm(w2))).verdict == "undecided"
    assert some(at_most(norm(w2), frobenius(W1))).verdict == "holds"


OPEN = {"rank two": equal(rank(W1), 2), "out of balance": less(norm(w2), frobenius(W1))}


@pytest.mark.parametrize("name", OPEN)
def test_what_no_optimum_has_does_not_hold_because_networks_near_it_have_it(name):
    # Every optimum has rank one and is balanced; an idle neuron of size 10^-60 costs 10^-120.
    point = network(near_root(15, 90), fmpq(1, 10**60)) | {"lambda": DUAL}
    claims = [
        WeakDuality(primal, dual, by=gap),
        SomeOptimum(primal, OPEN[name], name="some"),
        ForEveryOptimum(primal, RankAtMost(W1, 1), name="every"),
    ]
    outcomes = decide(Theorem(title="t", claims=claims), [point])
    assert outcomes["every"].evidence == "identity"
    assert outcomes["some"].verdict != "holds"


def known(relation, *points, value=None, data=DATA):
    """A claim on every optimum where no gap identity decides it, beside a formula for the optimum."""
    whole = two_layer(identity=False, value=value)
    claims = [*whole.claims[:3], ForEveryOptimum(whole.claims[0].primal, relation, name="claim")]
    return decide(Theorem(title="t", claims=claims), list(points), data=data)


def test_a_violating_network_that_costs_exactly_the_optimum_refutes_the_claim():
    outcome = known(RankAtMost(W1, 0), OPTIMAL, {"lambda": DUAL / 2}, data=EXACT)["claim"]
    assert (outcome.verdict, outcome.left, outcome.right) == ("refuted", 4, 4)
    # The same network with its neuron split: optimal as well, and not of one column.
    split = {"W_1": fmpq_mat(2, 2, [fmpq(18, 25), fmpq(24, 25), fmpq(24, 25), fmpq(32, 25)]),
             "w_2": fmpq_mat(2, 1, [fmpq(6, 5), fmpq(8, 5)])}  # fmt: skip
    idle = equal(column(W1, 2), 0 * column(W1, 1))
    assert known(idle, OPTIMAL, {"lambda": DUAL / 2}, data=EXACT)["claim"].verdict == "undecided"
    assert known(idle, OPTIMAL, split, data=EXACT)["claim"].verdict == "refuted"


@pytest.mark.parametrize("places", [45, 60, 100])
def test_a_violating_network_that_costs_a_little_more_does_not(places):
    # An idle neuron of squared norm 2·10^(−2·places)/2 in cost.
    tilted = network(near_root(15, 2 * places), fmpq(1, 10**places))
    outcomes = known(RankAtMost(W1, 1), GOOD, tilted)
    assert (outcomes["claim"].verdict, outcomes["claim"].evidence) == ("holds", "sampled")
    assert outcomes["claim"].relies_on == ("P* = D*, attained", "optimal-value", "weak-duality (sampled)")
    assert outcomes["claim"].tries == 1


def test_without_a_formula_a_violating_network_within_the_bracket_is_undecided():
    tilted = network(near_root(15, 90), fmpq(1, 10**45))
    for value in (norm(pinv(X) * y) * 2, norm(pinv(X) * y) * (1 + Rational(1, 10**30))):
        outcomes = known(RankAtMost(W1, 1), GOOD, tilted, value=value)
        assert outcomes["optimal-value"].verdict == "refuted"
        assert outcomes["claim"].verdict == "undecided"
        assert "within the bracket" in outcomes["claim"].reason


def test_networks_that_are_not_feasible_are_not_tried():
    outcome = known(RankAtMost(W1, 1), GOOD, {"lambda": DUAL / 2}, INFEASIBLE | {"w_2": GOOD["w_2"]})["claim"]
    assert (outcome.verdict, outcome.reason) == ("undecided", "no feasible network was tried but the witness's own")


def test_a_relation_in_the_dual_is_not_sampled():
    relation = equal(norm(X.T * lam), 1)
    outcome = known(relation, GOOD, network(fmpq(4)))["claim"]
    assert (outcome.verdict, "dual variables" in outcome.reason) == ("undecided", True)


u, s = scalar("u"), scalar("s")


def test_a_formula_that_is_right_to_the_digits_asked_for_refutes_nothing():
    lowest = Minimize(u, over=[u], subject_to=[at_least(u, 1)])
    highest = Maximize(s, over=[s], subject_to=[at_most(s, 1)])
    # The optimum is 1 and nothing else is optimal; 1 + 10^-60 is within the bracket of the witness, and wrong.
    near = 1 + Rational(1, 10**60)
    claims = [
        WeakDuality(lowest, highest),
        OptimalValue(lowest, near),
        ForEveryOptimum(lowest, equal(u, 1), name="claim"),
    ]
    points = [{"u": 1 + fmpq(1, 10**55), "s": fmpq(1)}, {"u": 1 + fmpq(1, 10**60)}]
    assert decide(Theorem(title="t", claims=claims), points, data={})["claim"].verdict != "refuted"


def test_a_claim_on_every_optimum_needs_a_bracket_closed_to_the_digits_asked_for():
    claims = [WeakDuality(primal, dual), ForEveryOptimum(primal, RankAtMost(W1, 1), name="claim")]
    theorem = Theorem(title="t", claims=claims)
    for point in (network(fmpq(4)) | {"lambda": DUAL}, GOOD | {"lambda": DUAL / 2}):
        outcome = decide(theorem, [point, network(fmpq(5))])["claim"]
        assert (outcome.verdict, "closed to" in outcome.reason) == ("undecided", True)


FINE = network(near_root(15, 70)) | {"lambda": DUAL}


DISTANCES = {10: "undecided", 31: "undecided", 49: "undecided", 55: "holds"}


@pytest.mark.parametrize(("places", "verdict"), DISTANCES.items())
def test_beside_a_formula_an_equation_counts_to_the_digits_that_the_optimal_network_satisfies(places, verdict):
    # ‖w_2‖ = ‖W_1‖ at every optimum; the claim is off by one part in 10^places.
    off = equal(norm(w2), frobenius(W1) * (1 + Rational(1, 10**places)))
    outcome = known(off, FINE, network(fmpq(4)))["claim"]
    assert outcome.verdict == verdict
    if verdict == "undecided":
        assert "the witness's network optimal to" in outcome.reason
        assert f"satisfies the relation to {places} digits only" in outcome.reason


# What every optimum has, negated or moved: the network at hand violates it and costs a little more than the formula.
OFF = {
    "rank": RankAtMost(W1, 0),
    "equation": equal(norm(w2), 4),
    "order": at_most(norm(w2), 3),
    "steps": every(equal(column(W1, j), column(W1, 1)), j, 1, m),
    "strict order": less(norm(w2), 3),
}


@pytest.mark.parametrize("name", OFF)
def test_beside_a_formula_a_network_optimal_to_all_digits_is_not_dearer_by_its_rounding(name):
    for points in ((FINE, network(fmpq(4))), (GOOD, network(fmpq(4)), FINE)):
        assert known(OFF[name], *points)["claim"].verdict == "undecided"


def test_beside_a_formula_another_network_optimal_to_all_digits_is_not_dearer_either():
    # The witness's network has one neuron that works; the same split into two has not, and costs what it costs.
    split = {"W_1": FINE["W_1"] * fmpq_mat([[fmpq(3, 5), fmpq(4, 5)], [0, 0]]),
             "w_2": fmpq_mat([[fmpq(3, 5), 0], [fmpq(4, 5), 0]]) * FINE["w_2"]}  # fmt: skip
    outcome = known(equal(column(W1, 2), 0 * column(W1, 1)), FINE, split)["claim"]
    assert outcome.verdict == "undecided"
    assert "a network optimal to" in outcome.reason


def test_an_order_or_a_sign_that_the_optimal_network_misses_by_its_rounding_counts():
    # ‖w_2‖ lies below ‖W_1‖, and both within 10^-70 of each other.
    outcome = known(at_most(frobenius(W1), norm(w2)), FINE, network(fmpq(4)), network(fmpq(3)))["claim"]
    assert (outcome.verdict, outcome.evidence) == ("holds", "sampled")
