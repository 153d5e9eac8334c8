"""Optima as numbers: enclosed by the pairs that their problems are in, and by nothing else."""

import pytest
from flint import fmpq, fmpq_mat

import checker
from checker.datasets.dataset import Dataset
from checker.engine import Engine
from checker.kernel.numbers import ball
from checker.statement import (
    Chain,
    GapIdentity,
    Holds,
    InRange,
    Maximize,
    Minimize,
    OptimalValue,
    Residual,
    Slack,
    StatementError,
    Step,
    StrongDuality,
    Theorem,
    WeakDuality,
    at_least,
    at_most,
    dot,
    equal,
    frobenius,
    less,
    optimum,
    scalar,
)
from tests.kernel.theorems import DATA, DUAL, decide, near_root, network
from theorems.deep_linear import D, E, P, Q, vector_output_gap
from theorems.two_layer_linear import W1, X, cost, dual, gap, half, interpolates, lam, primal, w2, y

I2 = fmpq_mat(2, 2, [1, 0, 0, 1])
GOOD = network(near_root(15, 40)) | {"lambda": DUAL}
EXACT = DATA | {"y": fmpq_mat(2, 1, [fmpq(12, 5), fmpq(16, 5)])}  # ‖X†y‖ = 4: a rational network is optimal
OPTIMAL = {"W_1": fmpq_mat(2, 2, [fmpq(6, 5), 0, fmpq(8, 5), 0]), "w_2": fmpq_mat(2, 1, [2, 0]), "lambda": DUAL}
u, s, w = scalar("u"), scalar("s"), scalar("w")


def without_when() -> Theorem:
    """The deep network and its dual for several outputs, with strong duality claimed whatever the rank."""
    kept = [claim for claim in vector_output_gap.claims if isinstance(claim, WeakDuality)]
    return Theorem(title="A gap denied", given=vector_output_gap.given, claims=[*kept, StrongDuality(Q, E)],
                   witness=vector_output_gap.witness)  # fmt: skip


RANK_ONE = fmpq_mat(2, 2, [1, 2, 2, 4])
PAIRS = [(I2, 3, "refuted"), (I2, 5, "refuted"), (I2, 2, "holds"), (RANK_ONE, 3, "holds"), (fmpq_mat(2, 2), 3, "holds")]


@pytest.mark.parametrize(("target", "depth", "verdict"), PAIRS)
def test_problems_of_two_pairs_are_compared_by_what_encloses_each(target, depth, verdict):
    data = {"n": 2, "d": 2, "K": 2, "m": 2, "L": depth, "X": I2, "Y": target}
    outcome = Engine(without_when()).decide(Dataset(data)).outcomes["strong-duality"]
    assert outcome.verdict == verdict
    names = {"weak-duality (sampled)", "weak-duality-inside (sampled)", "weak-duality-of-the-dual (sampled)"}
    assert names <= set(outcome.relies_on)
    if target is I2 and depth == 3:
        assert outcome.left == (3, 3)
        assert all(abs(float(ball(end)) - 2.3811015779522992) < 1e-12 for end in outcome.right)


def test_the_gap_of_the_standard_deep_network_is_found_and_made_small():
    result = checker.verify(without_when(), cases=14, digits=10, seed=2)
    claim = next(claim for claim in result.claims if claim.claim == "strong-duality")
    assert claim.verdict == "refuted"
    data = claim.counterexample.dataset
    assert (data["m"], data["L"]) == ("2", "3")
    for name in ("X", "Y"):  # X = Y = I_2 up to the order of rows and columns, and rows and columns of zeros
        assert sorted(entry for row in data[name] for entry in row if entry != "0") == ["1", "1"]
    assert claim.counterexample.left == "[3, 3]"


def test_an_optimum_is_not_below_one_that_it_equals():
    claims = [WeakDuality(primal, dual, by=gap), Holds(less(optimum(dual), optimum(primal)), name="gap")]
    theorem = Theorem(title="t", claims=claims)
    assert decide(theorem, [OPTIMAL], data=EXACT)["gap"].verdict == "refuted"
    for points in ([GOOD], [network(fmpq(4)) | {"lambda": DUAL / 2}]):
        assert decide(theorem, points)["gap"].verdict == "undecided"


def test_an_optimum_without_a_feasible_point_on_either_side_is_undecided():
    claims = [WeakDuality(primal, dual, by=gap), Holds(at_most(0, optimum(primal)), name="sign")]
    for point in ({}, {"lambda": DUAL}, network(fmpq(4))):
        outcome = decide(Theorem(title="t", claims=claims), [point])["sign"]
        assert outcome.verdict == "undecided"


def test_an_optimum_of_a_pair_whose_weak_duality_is_not_proved_is_undecided():
    wrong = GapIdentity(squares=gap.squares, slacks=gap.slacks)
    claims = [WeakDuality(primal, dual, by=wrong), Holds(less(14, optimum(primal)), name="large")]
    outcome = decide(Theorem(title="t", claims=claims), [GOOD])["large"]
    assert outcome.verdict == "undecided"
    assert "feasible points bound nothing" in outcome.reason


UNPAIRED = [StrongDuality(P, D), OptimalValue(D, 1)]


@pytest.mark.parametrize("claim", UNPAIRED, ids=lambda claim: claim.kind)
def test_a_problem_in_no_pair_is_refused(claim):
    with pytest.raises(StatementError, match="WeakDuality"):
        Theorem(title="t", claims=[WeakDuality(primal, dual, by=gap), claim])


def test_the_optimum_of_a_problem_in_no_pair_is_undecided():
    relation = less(optimum(Minimize(2 * cost, over=[W1, w2], subject_to=[interpolates])), 1000)
    claims = [WeakDuality(primal, dual, by=gap), Holds(relation, name="claim")]
    outcome = decide(Theorem(title="t", claims=claims), [GOOD])["claim"]
    assert (outcome.verdict, outcome.reason) == ("undecided", "no pair encloses the optimum")


LEAST, MOST = at_least(u, 1), at_most(s, 1)
LOWEST, HIGHEST = Minimize(u, over=[u], subject_to=[LEAST]), Maximize(s, over=[s], subject_to=[MOST])
ONE = GapIdentity(slacks=(Slack(1, LEAST, squared=False), Slack(1, MOST, squared=False)))


def with_inside(objective, sense=Minimize, by=None) -> Theorem:
    """A problem with an optimum inside, which is 1, and a bound of the other side."""
    problem, other = sense(objective, over=[w]), Minimize(9, over=[]) if sense is Maximize else Maximize(-9, over=[])
    pair = (other, problem) if sense is Maximize else (problem, other)
    claims = [
        WeakDuality(LOWEST, HIGHEST, by=ONE, name="inside"),
        WeakDuality(*pair, by=by, name="outside"),
        Holds(less(optimum(problem), 100), name="claim"),
    ]
    return Theorem(title="t", claims=claims)


POINTS = [{"u": fmpq(1), "s": fmpq(1), "w": fmpq(2)}, {"u": fmpq(1), "w": fmpq(3)}]
INSIDE = optimum(HIGHEST)


def test_a_summand_of_a_minimum_is_bounded_by_what_bounds_the_optimum_inside():
    step = Step(at_most(-9, w**2 + INSIDE), inside=(HIGHEST, {s: 1}))
    outcomes = decide(with_inside(w**2 + INSIDE, by=Chain((step,))), POINTS, data={})
    assert outcomes["inside"].evidence == "identity"
    assert (outcomes["claim"].verdict, outcomes["claim"].left) == ("holds", (-9, 5))
    assert outcomes["claim"].relies_on == ("outside (sampled)", "inside")


NOTHING = {
    "subtracted": (w**2 - INSIDE, Minimize),
    "doubled": (w**2 + 2 * INSIDE, Minimize),
    "squared": (w**2 + INSIDE**2, Minimize),
    "times w": (w**2 + w * INSIDE, Minimize),
    "in a norm": (w**2 + optimum(HIGHEST) ** half, Minimize),
    "maximised": (INSIDE - w**2, Maximize),
}


@pytest.mark.parametrize("place", NOTHING)
def test_an_optimum_anywhere_else_bounds_nothing(place):
    outcomes = decide(with_inside(*NOTHING[place]), POINTS, data={})
    assert outcomes["inside"].verdict == "holds"
    assert {outcomes[name].verdict for name in ("outside", "claim")} == {"undecided"}


def test_an_upper_bound_of_an_optimum_makes_no_point_feasible():
    # max {w : w ≤ max {s : s ≤ 1}} is 1; that u = 5 is feasible in the pair of the inner problem says it is ≤ 5.
    problem, bound = Minimize(-w, over=[w], subject_to=[at_most(w, INSIDE)]), Maximize(-5, over=[])
    claims = [
        WeakDuality(LOWEST, HIGHEST, by=ONE, name="inside"),
        WeakDuality(problem, bound, name="outside"),
        StrongDuality(problem, bound, name="claim"),
    ]
    points = [{"u": fmpq(5), "s": fmpq(1), "w": fmpq(5)}, {"u": fmpq(5), "w": fmpq(4)}]
    assert decide(Theorem(title="t", claims=claims), points, data={})["claim"].verdict != "holds"


OFF_RANGE = DATA | {"X": fmpq_mat(2, 2, [1, 0, 0, 0])}
RAY = {"lambda": fmpq_mat(2, 1, [0, 1])}
doubled_dual = Maximize(2 * dot(lam, y), over=[lam], subject_to=dual.constraints)
doubled = Minimize(2 * cost, over=[W1, w2], subject_to=[interpolates])
doubled_gap = GapIdentity(
    squares=((1, gap.squares[0][1]),),
    slacks=(Slack(2 * gap.slacks[0].multiplier, gap.slacks[0].relation),),
    residuals=(Residual(2 * lam, interpolates),),
)
beta_primal = Minimize(frobenius(X * W1 * w2 - y) ** 2 / 2, over=[W1, w2])
zero = Maximize(-(frobenius(lam) ** 2), over=[lam])
loss = GapIdentity(squares=((half, X * W1 * w2 - y), (1, lam)))


def test_two_infinite_optima_of_different_pairs_are_equal():
    weak = [WeakDuality(primal, dual, by=gap), WeakDuality(doubled, doubled_dual, by=doubled_gap)]
    theorem = Theorem(title="t", claims=[*weak, StrongDuality(primal, doubled)])
    outcome = decide(theorem, [RAY], data=OFF_RANGE)["strong-duality"]
    assert (outcome.verdict, outcome.reason) == ("holds", "P* = D* = +∞")
    # Without a ray, the range of X shows that both are over no points.
    assert decide(theorem, [{"lambda": DUAL}], data=OFF_RANGE)["strong-duality"].verdict == "holds"
    finite = decide(theorem, [GOOD], data=DATA)["strong-duality"]
    assert (finite.verdict, finite.reason) == ("refuted", "the two sides are apart")


def test_an_infinite_and_a_finite_optimum_are_not_equal():
    weak = [WeakDuality(primal, dual, by=gap), WeakDuality(beta_primal, zero, by=loss)]
    point = RAY | {"W_1": fmpq_mat(2, 2), "w_2": fmpq_mat(2, 1)}
    theorem = Theorem(title="t", claims=[*weak, StrongDuality(primal, beta_primal)])
    outcomes = decide(theorem, [point, {"lambda": fmpq_mat(2, 1)}], data=OFF_RANGE)
    assert {outcomes[name].verdict for name in ("weak-duality", "weak-duality-2")} == {"holds"}
    assert outcomes["strong-duality"].verdict != "holds"


def test_an_infinite_optimum_is_no_number():
    claims = [WeakDuality(primal, dual, by=gap), Holds(less(0, optimum(primal)), name="claim")]
    assert decide(Theorem(title="t", claims=claims), [RAY], data=OFF_RANGE)["claim"].verdict == "undecided"


def test_an_expression_in_both_optima_of_a_pair_is_decided():
    claims = [WeakDuality(primal, dual, by=gap), Holds(less(optimum(primal) - optimum(dual), 1), name="claim")]
    assert decide(Theorem(title="t", claims=claims), [GOOD])["claim"].verdict == "holds"


def test_each_side_of_a_relation_is_shown_on_its_side():
    claims = [WeakDuality(primal, dual, by=gap), Holds(less(optimum(dual), optimum(primal)), name="gap")]
    outcome = decide(Theorem(title="t", claims=claims), [network(fmpq(4)) | {"lambda": DUAL / 2}])["gap"]
    assert outcome.left == outcome.right == (fmpq(15, 2), fmpq(481, 32))


def test_a_condition_about_an_optimum_that_nothing_encloses_is_undecided():
    wrong = GapIdentity(squares=gap.squares, slacks=gap.slacks)
    false = Holds(equal(frobenius(y), 0), name="claim", when=[less(optimum(primal), 14)])
    theorem = Theorem(title="t", given=[InRange(y, X)], claims=[WeakDuality(primal, dual, by=wrong), false])
    assert decide(theorem, [GOOD])["claim"].verdict == "undecided"
