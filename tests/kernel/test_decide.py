"""Every kind of claim: what holds, is refuted, or stays undecided; with faults planted in points and statements."""

import pytest
from flint import fmpq, fmpq_mat

from checker.kernel.case import Case
from checker.kernel.evaluate import Machine
from checker.statement import (
    GapIdentity,
    Holds,
    Infeasible,
    Maximize,
    Minimize,
    Nonzero,
    OptimalPoint,
    OptimalValue,
    Positive,
    RankAtMost,
    SomeOptimum,
    StrongDuality,
    Theorem,
    Vanishing,
    WeakDuality,
    absolute,
    at_least,
    at_most,
    dot,
    equal,
    less,
    norm,
    norm1,
    optimum,
    pinv,
    scalar,
    spectral,
    supremum,
)
from tests.kernel.theorems import DATA, DUAL, W1, X, decide, half, lam, near_root, network, two_layer, w2, y

GOOD = network(near_root(15, 40)) | {"lambda": DUAL}


def test_a_good_point_closes_the_bracket_and_everything_holds():
    outcomes = decide(two_layer(), [GOOD])
    assert {name: (o.verdict, o.evidence) for name, o in outcomes.items()} == {
        "weak-duality": ("holds", "identity"),
        "strong-duality": ("holds", "enclosed"),
        "optimal-value": ("holds", "enclosed"),
        "rank-one": ("holds", "identity"),
    }


def test_the_digits_reported_are_the_digits_of_the_bracket():
    # cost − s = (τ² − 15)²/(2τ²): τ off by 10^-40 leaves a relative gap near 2·10^-80 / 15.
    digits = decide(two_layer(), [GOOD])["strong-duality"].digits
    assert 79 <= digits <= 84


def test_one_digit_more_than_was_reached_is_undecided_and_says_how_far_it_came():
    reached = decide(two_layer(), [GOOD])["strong-duality"].digits
    outcome = decide(two_layer(), [GOOD], digits=reached + 1)["strong-duality"]
    assert (outcome.verdict, outcome.digits) == ("undecided", reached)
    assert f"{reached} digits of the {reached + 1} asked for" in outcome.reason


def test_equal_ends_are_exact():
    data = DATA | {"y": fmpq_mat(2, 1, [fmpq(12, 5), fmpq(16, 5)])}
    point = {"W_1": fmpq_mat(2, 2, [fmpq(6, 5), 0, fmpq(8, 5), 0]), "w_2": fmpq_mat(2, 1, [2, 0]), "lambda": DUAL}
    outcome = decide(two_layer(), [point], data=data)["strong-duality"]
    assert (outcome.verdict, outcome.evidence, outcome.digits) == ("holds", "exact", None)


def test_a_zero_target_is_decided_exactly():
    data = DATA | {"y": fmpq_mat(2, 1)}
    point = {"W_1": fmpq_mat(2, 2), "w_2": fmpq_mat(2, 1), "lambda": fmpq_mat(2, 1)}
    outcomes = decide(two_layer(), [point], data=data)
    assert [outcomes[name].evidence for name in ("strong-duality", "optimal-value")] == ["exact", "exact"]


@pytest.mark.parametrize("entry", [fmpq(1, 10**45), fmpq(1, 10**200)])
def test_a_point_that_misses_an_equation_by_anything_is_infeasible(entry):
    point = network(near_root(15, 40)) | {"lambda": DUAL}
    moved = point["W_1"] + fmpq_mat(2, 2, [entry, 0, 0, 0])
    outcome = decide(two_layer(), [point | {"W_1": moved}])["strong-duality"]
    assert outcome.verdict == "undecided"
    assert "X W₁ w₂ = y is violated" in outcome.reason


@pytest.mark.parametrize("excess", [fmpq(1, 10**45), fmpq(1, 10**200)])
def test_a_dual_point_outside_its_ball_by_anything_is_infeasible(excess):
    outcome = decide(two_layer(), [GOOD | {"lambda": DUAL * (1 + excess)}])["strong-duality"]
    assert outcome.verdict == "undecided"
    assert "≤ 1 is violated" in outcome.reason


def test_a_suboptimal_network_is_undecided():
    outcome = decide(two_layer(), [network(fmpq(4)) | {"lambda": DUAL}])["strong-duality"]
    assert outcome.verdict == "undecided"
    assert "closed to" in outcome.reason


def test_a_missing_point_is_undecided():
    assert {o.verdict for n, o in decide(two_layer(), [{}]).items() if n != "weak-duality"} == {"undecided"}


def test_a_value_within_the_bracket_only_because_it_is_wide_does_not_hold():
    point = network(fmpq(4)) | {"lambda": DUAL * fmpq(9, 10)}
    assert decide(two_layer(), [point])["optimal-value"].verdict == "undecided"


@pytest.mark.parametrize("places", [45, 49])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_value_that_misses_by_one_part_in_less_than_ten_to_the_fifty_is_refuted(places, sign):
    wrong = norm(pinv(X) * y) * (1 + sign * half * 2 / 10**places)
    assert decide(two_layer(value=wrong), [GOOD])["optimal-value"].verdict == "refuted"


def test_a_wrong_value_is_refuted_with_both_sides():
    outcome = decide(two_layer(value=norm(pinv(X) * y) ** 2), [GOOD])["optimal-value"]
    assert (outcome.verdict, outcome.right) == ("refuted", fmpq(225))
    assert outcome.left[0] <= 15 <= outcome.left[1]


def test_a_dual_ball_of_radius_two_is_caught_by_weak_duality_alone():
    # The witness's own point lies in the unit ball, so that the gap is closed.
    theorem = two_layer(radius=2)
    assert decide(theorem, [GOOD])["weak-duality"].verdict == "undecided"
    assert decide(theorem, [GOOD])["strong-duality"].verdict == "undecided"
    refuted = decide(theorem, [GOOD, {"lambda": DUAL * 2}])
    assert (refuted["weak-duality"].verdict, refuted["strong-duality"].verdict) == ("refuted", "refuted")


def test_a_dual_objective_scaled_by_two_is_refuted():
    assert decide(two_layer(factor=2), [GOOD])["weak-duality"].verdict == "refuted"


def test_without_an_identity_weak_duality_is_only_sampled_and_the_rest_says_so():
    alone = decide(two_layer(identity=False), [GOOD])
    assert {alone[name].verdict for name in ("weak-duality", "strong-duality", "rank-one")} == {"undecided"}
    outcomes = decide(two_layer(identity=False), [GOOD, network(fmpq(4))])
    assert outcomes["weak-duality"].evidence == "sampled"
    assert outcomes["strong-duality"].relies_on == ("weak-duality (sampled)",)
    assert outcomes["rank-one"].evidence == "sampled"


def test_a_rank_two_network_never_passes_for_an_optimum():
    point = network(near_root(15, 40), fmpq(1, 10**45)) | {"lambda": DUAL}
    for identity in (True, False):
        assert decide(two_layer(identity=identity), [point, network(fmpq(4))])["rank-one"].verdict != "refuted"
    # Its cost is within the bracket of the optimum at 50 digits: sampling must not call that a holding claim.
    whole = two_layer(identity=False)
    without_value = Theorem(title="t", claims=[c for c in whole.claims if c.name != "optimal-value"])
    assert "within the bracket" in decide(without_value, [point, network(fmpq(4))])["rank-one"].reason
    # Where the value is known by a formula, it is seen to cost more than that, but the witness means it to be optimal.
    known = decide(whole, [point, network(fmpq(4))])["rank-one"]
    assert known.verdict == "undecided"
    assert "the witness's network optimal to" in known.reason
    # As one network among others it is as costly as one of its tilt may be.
    other = decide(whole, [GOOD, point])["rank-one"]
    assert (other.verdict, other.evidence) == ("holds", "sampled")
    assert "optimal-value" in other.relies_on


def test_a_costlier_rank_two_network_is_no_counterexample():
    outcomes = decide(two_layer(identity=False), [GOOD, network(near_root(15, 40), fmpq(1))])
    assert outcomes["rank-one"].verdict == "holds"


def test_an_exactly_optimal_network_that_violates_a_sampled_claim_refutes_it():
    from checker.statement import ForEveryOptimum, RankAtMost
    from tests.kernel.theorems import W1, cost, interpolates, w2

    primal = Minimize(cost, over=[W1, w2], subject_to=[interpolates])
    dual = Maximize(dot(lam, y), over=[lam], subject_to=[at_most(norm(X.T * lam), 1)])
    claims = [
        WeakDuality(primal, dual),
        StrongDuality(primal, dual),
        ForEveryOptimum(primal, RankAtMost(W1, 0), name="zero"),
    ]
    data = DATA | {"y": fmpq_mat(2, 1, [fmpq(12, 5), fmpq(16, 5)])}
    point = {"W_1": fmpq_mat(2, 2, [fmpq(6, 5), 0, fmpq(8, 5), 0]), "w_2": fmpq_mat(2, 1, [2, 0]), "lambda": DUAL}
    points = [point, {"lambda": DUAL / 2}]
    assert decide(Theorem(title="t", claims=claims), points, data=data)["zero"].verdict == "refuted"


def test_data_outside_an_assumption_are_named():
    data = DATA | {"X": fmpq_mat(2, 2, [1, 0, 0, 0])}
    assert Case(Machine(two_layer().program), data, [], 50).inapplicable() == "y ∈ range(X)"


def theorem_of(relation, **options) -> Theorem:
    return Theorem(title="t", claims=[Holds(relation, name="claim", **options)])


RELATIONS = [
    (equal(norm(y) ** 2, 225), "holds", "exact"),
    (equal(norm(y), 15), "holds", "exact"),
    (at_most(norm(y), 15), "holds", "exact"),
    (less(norm(y), 15), "refuted", "exact"),
    (at_most(norm(y), 15 - half / 10**200), "refuted", "exact"),
    (equal(norm(y), 15 + half / 10**200), "refuted", "exact"),
    (equal(X * pinv(X) * y, y), "holds", "exact"),
    (at_most(spectral(X), 1), "holds", "exact"),
    (less(absolute(-norm(y)), 16), "holds", "exact"),
]


@pytest.mark.parametrize(("relation", "verdict", "evidence"), RELATIONS)
def test_relations_are_decided_exactly(relation, verdict, evidence):
    outcome = decide(theorem_of(relation), [])["claim"]
    assert (outcome.verdict, outcome.evidence) == (verdict, evidence)


def test_a_claim_whose_condition_fails_is_skipped():
    data = DATA | {"y": fmpq_mat(2, 1)}
    assert decide(theorem_of(equal(norm(y), 1), when=[Nonzero(y)]), [], data=data)["claim"].verdict == "skipped"


def test_sums_of_unlike_roots_are_decided_in_balls_with_rising_precision():
    roots = (norm(y) + 2) ** half + (norm(y) + 3) ** half  # √17 + √18
    assert decide(theorem_of(less(roots, roots + half / 10**300)), [])["claim"].verdict == "holds"
    # The same number, written so that only algebra would see it.
    again = roots + roots - roots * (norm(y) / 15)
    assert decide(theorem_of(less(roots, again)), [])["claim"].verdict == "undecided"
    assert decide(theorem_of(less(roots, roots)), [])["claim"].verdict == "refuted"


def test_a_supremum_without_a_rule_is_undecided():
    from checker.statement import vector
    from tests.kernel.theorems import d

    direction = vector("u", d)
    value = supremum(dot(y, X * direction), over=direction, subject_to=[at_most(norm1(direction), 1)])
    outcome = decide(theorem_of(equal(value, 1)), [])["claim"]
    assert outcome.verdict == "undecided"
    assert "no reduction matches" in outcome.reason


def test_a_point_of_a_problem_with_an_optimum_inside_bounds_nothing():
    t = scalar("t")
    inner = Maximize(dot(lam, y), over=[lam], subject_to=[at_most(norm(X.T * lam), 1)])
    from tests.kernel.theorems import W1, cost, interpolates, w2

    primal = Minimize(cost, over=[W1, w2], subject_to=[interpolates])
    dual = Minimize(t**2 * 0 + optimum(inner) + t, over=[t])
    theorem = Theorem(title="t", claims=[WeakDuality(primal, dual), StrongDuality(primal, dual)])
    outcomes = decide(theorem, [GOOD | {"t": fmpq(0)}])
    assert {o.verdict for o in outcomes.values()} == {"undecided"}


def ridge(condition, weight=None, size=None) -> Theorem:
    from checker.statement import Slack
    from tests.kernel.theorems import W1, cost, w2

    beta = scalar("beta")
    ball = at_most(norm(X.T * lam), beta)
    primal = Minimize(norm(X * W1 * w2 - y) ** 2 / 2 + beta * cost, over=[W1, w2])
    dual = Maximize(dot(lam, y) - norm(lam) ** 2 / 2, over=[lam], subject_to=[ball])
    gap = GapIdentity(
        squares=((half, X * W1 * w2 - y + lam), (beta / 2, W1 - X.T * lam * w2.T / beta)),
        slacks=(Slack(norm(w2) ** 2 / (2 * beta), ball),),
    )
    vanishing = Vanishing(
        primal, condition(beta), weight=weight or beta / 2, size=dot(lam, y - lam) if size is None else size
    )
    claims = [WeakDuality(primal, dual, by=gap), StrongDuality(primal, dual), vanishing]
    return Theorem(title="t", given=[Positive(beta)], claims=claims)


ZERO = {"W_1": fmpq_mat(2, 2), "w_2": fmpq_mat(2, 1), "lambda": fmpq_mat(2, 1, [9, 12])}
THRESHOLDS = [(fmpq(15), "holds"), (fmpq(16), "holds")]


@pytest.mark.parametrize(("beta", "verdict"), THRESHOLDS)
def test_weights_vanish_at_and_above_the_threshold(beta, verdict):
    theorem = ridge(lambda b: at_least(b, norm(X.T * y)))
    outcome = decide(theorem, [ZERO], data=DATA | {"beta": beta})["vanishing"]
    assert (outcome.verdict, outcome.evidence) == (verdict, "exact")


def test_a_wrong_threshold_is_refuted():
    theorem = ridge(lambda b: at_least(b, 2 * norm(X.T * y)))
    assert decide(theorem, [ZERO], data=DATA | {"beta": fmpq(16)})["vanishing"].verdict == "refuted"


def test_a_wrong_size_of_the_weights_proves_nothing():
    theorem = ridge(lambda b: at_least(b, norm(X.T * y)), size=dot(lam, y - lam) * 2)
    assert decide(theorem, [ZERO], data=DATA | {"beta": fmpq(16)})["vanishing"].verdict == "undecided"


def test_a_dual_ray_decides_that_both_sides_are_infinite():
    data = DATA | {"X": fmpq_mat(2, 2, [1, 0, 0, 0])}
    assert (
        decide(two_layer(), [{"lambda": fmpq_mat(2, 1, [0, 1])}], data=data)["strong-duality"].reason == "P* = D* = +∞"
    )
    # Not along the kernel of Xᵀ, or not uphill: no ray.
    for wrong in ([1, 1], [0, -1], [0, 0]):
        outcome = decide(two_layer(), [{"lambda": fmpq_mat(2, 1, wrong)}], data=data)["strong-duality"]
        assert outcome.verdict == "undecided"


OFF_RANGE = DATA | {"X": fmpq_mat(2, 2, [1, 0, 0, 0])}
RAY = {"lambda": fmpq_mat(2, 1, [0, 1])}


def of_infinite(*, radius: int = 1) -> Theorem:
    """Claims of values and of optima, of a pair whose optima may be infinite."""
    theorem = two_layer(radius=radius)
    primal, dual = theorem.claims[1].primal, theorem.claims[1].dual
    return Theorem(title="t", claims=[
        *theorem.claims, OptimalValue(dual, norm(y), name="dual-value"),
        OptimalPoint(dual, {lam: y / norm(y)}, name="point"), SomeOptimum(primal, RankAtMost(W1, 1), name="exists"),
    ])  # fmt: skip


def test_where_an_optimum_is_infinite_no_number_is_its_value_and_no_point_is_optimal():
    # Any of the points may be the ray.
    outcomes = decide(of_infinite(), [GOOD, RAY], data=OFF_RANGE)
    for name in ("optimal-value", "dual-value", "point", "exists"):
        assert outcomes[name].verdict == "refuted", name
    assert "+∞" in outcomes["optimal-value"].reason
    assert (outcomes["rank-one"].verdict, outcomes["strong-duality"].verdict) == ("skipped", "holds")


def test_a_product_does_not_leave_the_range_of_its_first_factor():
    theorem = of_infinite(radius=2)
    infeasible = Infeasible(theorem.claims[1].primal, name="infeasible")
    theorem = Theorem(title="t", claims=[*theorem.claims, infeasible])
    # Without a ray, and where weak duality does not hold.
    outcomes = decide(theorem, [{}], data=OFF_RANGE)
    assert {outcomes[name].verdict for name in ("infeasible", "exists")} == {"holds", "refuted"}
    assert outcomes["optimal-value"].verdict == "undecided"
    # Planted: a target in the range, and no point.
    assert decide(theorem, [{}])["infeasible"].verdict == "undecided"


def test_a_ray_shows_nothing_of_the_primal_without_weak_duality():
    theorem = two_layer(radius=2)
    primal, dual, weak = theorem.claims[1].primal, theorem.claims[1].dual, theorem.claims[0]
    # Written the other way round, so that no factor of the product shows it.
    turned = Minimize(primal.objective, over=[W1, w2], subject_to=[equal(y, X * W1 * w2)])
    claims = [
        WeakDuality(turned, dual, by=weak.by), OptimalValue(turned, norm(y), name="value"),
        SomeOptimum(turned, RankAtMost(W1, 1), name="exists"), Infeasible(turned, name="infeasible"),
    ]  # fmt: skip
    outcomes = decide(Theorem(title="t", claims=claims), [RAY], data=OFF_RANGE)
    assert {outcomes[name].verdict for name in ("value", "exists", "infeasible")} == {"undecided"}


def test_what_rests_on_weak_duality_does_not_hold_without_it():
    # In a ball of radius 2 the dual optimum is 2λ; the witness's λ closes the gap all the same.
    theorem = two_layer(radius=2)
    dual = theorem.claims[1].dual
    point = OptimalPoint(dual, {lam: y / norm(y)}, name="point")
    outcomes = decide(Theorem(title="t", given=theorem.given, claims=[*theorem.claims, point]), [GOOD])
    assert outcomes["point"].verdict == outcomes["optimal-value"].verdict == "undecided"


def test_what_rests_on_sampled_weak_duality_says_so():
    outcome = decide(two_layer(identity=False), [GOOD, network(fmpq(4))])["optimal-value"]
    assert (outcome.verdict, outcome.relies_on) == ("holds", ("weak-duality (sampled)",))


def test_a_formula_in_balls_is_enclosed_even_where_the_bracket_has_width_zero():
    data = DATA | {"y": fmpq_mat(2, 1, [fmpq(12, 5), fmpq(16, 5)])}  # s = 4
    point = {"W_1": fmpq_mat(2, 2, [fmpq(6, 5), 0, fmpq(8, 5), 0]), "w_2": fmpq_mat(2, 1, [2, 0]), "lambda": DUAL}
    root_two, root_three = (norm(y) / 2) ** half, (norm(y) - 1) ** half
    value = norm(y) + (root_two + root_three) ** 2 - (root_two + root_three) ** 2 * (norm(y) / 4)
    assert decide(two_layer(value=value), [point], data=data)["strong-duality"].evidence == "exact"
    outcome = decide(two_layer(value=value), [point], data=data)["optimal-value"]
    assert (outcome.verdict, outcome.evidence) == ("holds", "enclosed")
    assert outcome.digits >= 50


def test_a_root_and_a_sum_of_roots_are_compared_in_balls():
    root, other = (norm(y) + 2) ** half, (norm(y) + 3) ** half  # √17, √18
    outcome = decide(theorem_of(equal(root, root + other - other * (norm(y) / 15))), [])["claim"]
    assert (outcome.verdict, outcome.evidence) == ("holds", "enclosed")
