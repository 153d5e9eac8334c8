"""That an optimum is unique: by squares that leave no choice, refuted by two exact optima, else sampled."""

import pytest
from flint import fmpq, fmpq_mat

from checker.api import verify
from checker.statement import (
    GapIdentity,
    Holds,
    InRange,
    Maximize,
    Minimize,
    Positive,
    Rational,
    Residual,
    Theorem,
    UniqueOptimum,
    WeakDuality,
    Within,
    at_most,
    dimensions,
    dot,
    equal,
    instance,
    matrix,
    norm,
    norm1,
    norm_inf,
    scalar,
    vector,
)
from checker.statement.wording import claim_text
from tests.kernel.theorems import decide

n, d = dimensions("n d")
X, y, beta = matrix("X", n, d), vector("y", n), scalar("beta")
w, lam, v = vector("w", d), vector("lambda", n), vector("v", d)
TINY = fmpq(1, 10**60)


def holder() -> Theorem:
    """Hölder's inequality; a function, as pytest would check the theorem here."""
    return Theorem(title="Hölder", given=[Within(v, 1)], claims=[Holds(at_most(dot(v, w), norm1(w)))])


interpolates = equal(X * w, y)
sparse = Minimize(norm1(w), over=[w], subject_to=[interpolates])
sparse_dual = Maximize(dot(lam, y), over=[lam], subject_to=[at_most(norm_inf(X.T * lam), 1)])
sparse_gap = GapIdentity(residuals=(Residual(lam, interpolates),), lemmas=(instance(holder(), {v: X.T * lam}),))

short = Minimize(norm(w) ** 2 / 2, over=[w], subject_to=[interpolates])
short_dual = Maximize(dot(lam, y) - norm(X.T * lam) ** 2 / 2, over=[lam])
short_gap = GapIdentity(squares=((Rational(1, 2), w - X.T * lam),), residuals=(Residual(lam, interpolates),))

ridge = Minimize(norm(X * w - y) ** 2 / 2 + beta * norm(w) ** 2 / 2, over=[w])
ridge_dual = Maximize(dot(lam, y) - norm(lam) ** 2 / 2 - norm(X.T * lam) ** 2 / (2 * beta), over=[lam])
ridge_gap = GapIdentity(squares=((Rational(1, 2), X * w - y + lam), (beta / 2, w - X.T * lam / beta)))

SUM = {"X": fmpq_mat(1, 2, [1, 1]), "y": fmpq_mat(1, 1, [1]), "n": 1, "d": 2}


def column(*entries) -> fmpq_mat:
    return fmpq_mat(len(entries), 1, [*entries])


FIRST, SECOND, BOTH = ({"w": column(*ends)} for ends in ((1, 0), (0, 1), (fmpq(1, 3), fmpq(2, 3))))
MULTIPLIER = {"lambda": column(1)}


def unique(primal, dual, points, data, by=None, of=None, digits=50):
    claims = [WeakDuality(primal, dual, by=by), UniqueOptimum(of or primal, name="unique")]
    return decide(Theorem(title="t", claims=claims), points, digits, data)["unique"]


def least_sum(*points, by=sparse_gap):
    return unique(sparse, sparse_dual, points, SUM, by=by)


@pytest.mark.parametrize("other", [SECOND, BOTH], ids=["vertex", "between"])
def test_two_exact_optima_refute_it(other):
    outcome = least_sum(FIRST | MULTIPLIER, other)
    assert (outcome.verdict, outcome.evidence) == ("refuted", "exact")
    assert {str(outcome.left), str(outcome.right)} == {str(FIRST["w"]), str(other["w"])}
    assert "weak-duality" in outcome.relies_on


NO_SECOND = {
    "none": [],
    "the same": [FIRST],
    "infeasible by little": [{"w": column(0, 1 + TINY)}],
    "dearer by little": [{"w": column(1 + TINY, -TINY)}],
    "of no value": [{"lambda": column(1)}],
}


@pytest.mark.parametrize("points", NO_SECOND.values(), ids=NO_SECOND)
def test_what_is_no_second_optimum_refutes_nothing(points):
    assert least_sum(FIRST | MULTIPLIER, *points).verdict != "refuted"


@pytest.mark.parametrize("dual", [{}, {"lambda": column(1 - TINY)}, {"lambda": column(1 + TINY)}], ids=str)
def test_without_an_exact_bound_two_points_are_not_known_to_be_optimal(dual):
    outcome = least_sum(FIRST | dual, SECOND)
    assert outcome.verdict == "undecided"


def test_without_weak_duality_nothing_is_optimal():
    high = Maximize(2 * dot(lam, y), over=[lam], subject_to=sparse_dual.constraints)
    outcome = unique(sparse, high, [FIRST | {"lambda": column(fmpq(1, 2))}, SECOND], SUM, by=sparse_gap)
    assert outcome.verdict == "undecided"
    assert "bound nothing" in outcome.reason


def test_a_square_that_gives_every_variable_proves_it():
    half = fmpq(1, 2)
    outcome = unique(short, short_dual, [{"w": column(half, half), "lambda": column(half)}], SUM, by=short_gap)
    assert (outcome.verdict, outcome.evidence) == ("holds", "identity")
    assert outcome.relies_on == ("P* = D*, attained",)


def test_it_needs_a_bracket_that_closes():
    outcome = unique(short, short_dual, [{"w": column(1, 0), "lambda": column(fmpq(1, 2))}], SUM, by=short_gap)
    assert outcome.verdict == "undecided"
    assert "closed to 0 digits" in outcome.reason


def test_both_optima_of_ridge_regression_are_unique():
    claims = [WeakDuality(ridge, ridge_dual, by=ridge_gap), UniqueOptimum(ridge), UniqueOptimum(ridge_dual)]
    point = {"w": column(fmpq(1, 3), fmpq(1, 3)), "lambda": column(fmpq(1, 3))}
    theorem = Theorem(title="t", given=[Positive(beta)], claims=claims)
    outcomes = decide(theorem, [point], 50, SUM | {"beta": fmpq(1)})
    assert {outcomes[name].evidence for name in ("unique-optimum", "unique-optimum-2")} == {"identity"}


def test_a_variable_that_no_square_gives_is_left_to_sampling():
    # The optimal λ is any with Xᵀλ = w, and X has two equal rows.
    data = {"X": fmpq_mat(2, 1, [1, 1]), "y": column(1, 1), "n": 2, "d": 1}
    point, other = {"w": column(1), "lambda": column(1, 0)}, {"lambda": column(0, 1)}
    assert unique(short, short_dual, [point, other], data, by=short_gap, of=short_dual).verdict == "refuted"
    lonely = unique(short, short_dual, [point], data, by=short_gap, of=short_dual)
    assert lonely.verdict == "undecided"
    assert "leave lambda free" in lonely.reason
    sampled = unique(short, short_dual, [point, {"lambda": column(0, 2)}], data, by=short_gap, of=short_dual)
    assert (sampled.verdict, sampled.evidence, sampled.tries) == ("holds", "sampled", 1)


def test_a_value_that_depends_on_the_other_variables_of_the_problem_is_none():
    u = vector("u", d)
    pair = Minimize(norm(w - u) ** 2 / 2, over=[w, u]), Maximize(-(norm(lam) ** 2), over=[lam])
    gap = GapIdentity(squares=((Rational(1, 2), w - u), (1, lam)))
    zero = {"w": column(0, 0), "u": column(0, 0), "lambda": column(0)}
    one = {"w": column(1, 1), "u": column(1, 1)}
    assert unique(*pair, [zero, one], SUM, by=gap).verdict == "refuted"
    assert unique(*pair, [zero], SUM, by=gap).verdict == "undecided"


def test_it_is_read_as_it_is_meant():
    assert claim_text(UniqueOptimum(sparse)) == "the optimal w is unique"


def test_two_optima_are_found_without_a_witness():
    claims = [WeakDuality(sparse, sparse_dual, by=sparse_gap), UniqueOptimum(sparse)]
    theorem = Theorem(title="t", given=[InRange(y, X)], claims=claims)
    assert verify(theorem, data={"X": [[1, 1]], "y": [1]}).claims[1].verdict == "refuted"
    assert verify(theorem, data={"X": [[1, 2], [0, 1]], "y": [1, 0]}).claims[1].verdict != "refuted"
