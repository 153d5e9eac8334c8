"""A mutant that says less is true as well: concluded from its form alone, and never where it does not follow."""

import pytest

from checker.falsify.weaker import weaker
from checker.statement import (
    Assumption,
    Holds,
    Nonnegative,
    Parallel,
    Positive,
    RankAtMost,
    Relation,
    SizeAtMost,
    Theorem,
    at_most,
    dimension,
    dimensions,
    dot,
    entry,
    equal,
    every,
    family,
    frobenius,
    less,
    matrix,
    maximum,
    norm,
    norm1,
    norm_inf,
    nuclear,
    ones,
    product,
    rank,
    relu,
    scalar,
    schatten,
    softplus,
    spectral,
    supremum,
    total,
    vector,
)

n, d, L = dimensions("n d L")
l = dimension("l")  # noqa: E741 - the layer
A, B, x, y, u = matrix("A", n, d), matrix("B", n, d), vector("x", n), vector("y", n), vector("u", n)
s, t, c = scalar("s"), scalar("t"), scalar("c")
W = family("W", depth=L, inputs=d)


def response(radius):
    return supremum(dot(x, u), over=u, subject_to=[at_most(norm(u), radius)])


def above(limit):
    return dot(ones(n), relu(x - limit * ones(n)))


def reason(before, after) -> str:
    used = [Holds(equal(s, t), name="scalars"), Holds(less(0, total(frobenius(W[l]), l, 1, L)), name="sizes")]
    return weaker(Theorem(title="Weaker", given=[Positive(s), Nonnegative(t)], claims=used), before, after)


FOLLOWS = [
    (equal(s, t), at_most(t, s)),
    (less(c, t), at_most(c, t)),
    (RankAtMost(A, 1), RankAtMost(A, 2)),
    (equal(rank(A), 2), at_most(rank(A), 2)),
    (at_most(dot(A, B), frobenius(A) * frobenius(B)), at_most(dot(A, B), nuclear(A) * frobenius(B))),
    (at_most(frobenius(A), c), at_most(spectral(A), c)),
    (at_most(norm(x), c), at_most(norm_inf(x), c)),
    (at_most(c, norm(x) ** 2), at_most(c, norm1(x) ** 2)),
    (at_most(c, norm(x) / 2), at_most(c, norm(x))),
    (at_most(c, s * norm(x)), at_most(c, s * norm1(x))),
    (at_most(t / norm(x), c), at_most(t / norm1(x), c)),
    (at_most((t / norm(x)) ** (2 / L), c), at_most((t / norm1(x)) ** (2 / L), c)),
    (at_most(-norm(x), c), at_most(-norm1(x), c)),
    (at_most(c, s + norm(x)), at_most(c, s + t + norm(x))),
    (at_most(L * norm(x), c), at_most(norm(x), c)),
    (at_most(c, norm(x) / L), at_most(c, norm(x))),
    (at_most(c, norm(x) / L), at_most(c, L * norm(x))),
    (at_most(frobenius(A), c), at_most(norm_inf(A), c)),
    (at_most(schatten(A, 2 / L), c), at_most(schatten(A, 2), c)),
    (at_most(c, total(frobenius(W[l]) ** 2, l, 1, L)), at_most(c, total(nuclear(W[l]) ** 2, l, 1, L))),
    (at_most(c, product(frobenius(W[l]), l, 1, L)), at_most(c, product(nuclear(W[l]), l, 1, L))),
    (at_most(c, maximum(norm(x), t)), at_most(c, maximum(norm1(x), t))),
    (at_most(c, maximum(norm(x), t)), at_most(c, maximum(t, norm1(x), s))),
    (at_most(norm(x), c), at_most(norm(relu(x)), c)),
    (at_most(c, -maximum(-s, -t)), at_most(c, maximum(s, t))),
    (at_most(c, -maximum(-s, -t)), at_most(c, s)),
    (at_most(c, above(t)), at_most(c, dot(ones(n), relu(x)))),
    (at_most(c, above(t)), at_most(c, above(-t))),
    (at_most(c, above(t)), at_most(c, dot(ones(n), relu(x + relu(y))))),
    (at_most(c, -above(t)), at_most(c, 0)),
    (RankAtMost(A, -maximum(-rank(B), -n)), RankAtMost(A, maximum(rank(B), n))),
    (at_most(c, response(1)), at_most(c, response(2))),
    (every(RankAtMost(W[l], 1), l, 1, L), every(RankAtMost(W[l], 2), l, 1, L)),
]


@pytest.mark.parametrize(("before", "after"), FOLLOWS, ids=str)
def test_what_says_less_follows(before, after):
    assert reason(before, after).startswith("weaker: ")


FAILS = [
    (at_most(s, t), less(s, t)),
    (at_most(s, t), equal(s, t)),
    (at_most(s, t), at_most(t, s)),
    (at_most(c, norm(x)), at_most(c, norm_inf(x))),
    (at_most(dot(A, B), spectral(A) * nuclear(B)), at_most(dot(A, B), spectral(A) * spectral(B))),
    (at_most(c, c * norm(x)), at_most(c, c * norm1(x))),
    (at_most(c, -norm(x)), at_most(c, -norm1(x))),
    (at_most(s, c + norm(x)), at_most(s, norm(x))),
    (at_most(s, c / 2), at_most(s, c)),
    (at_most(s, t**2), at_most(s, t**3)),
    (at_most(c, 1 / norm(x)), at_most(c, 1 / norm1(x))),
    (at_most(c / norm(x), s), at_most(c / norm1(x), s)),
    (at_most(1 / c, s), at_most(1 / (c + 1), s)),
    (at_most(nuclear(A), c), at_most(nuclear(relu(A)), c)),
    (at_most(c, schatten(A, 1)), at_most(c, schatten(A, 2))),
    (at_most(c, response(2)), at_most(c, response(1))),
    (equal(s, norm(x)), at_most(s, norm_inf(x))),
    (RankAtMost(A, 2), RankAtMost(A, 1)),
    (at_most(c, maximum(s, t)), at_most(c, -maximum(-s, -t))),
    (at_most(c, maximum(s, t)), at_most(c, s)),
    (at_most(c, maximum(norm(x), t)), at_most(c, maximum(norm1(x), norm1(y)))),
    (at_most(c, maximum(s, t)), at_most(c, maximum(-s, t))),
    (at_most(c, above(0)), at_most(c, above(t))),
    (at_most(c, above(c)), at_most(c, above(0))),
    (at_most(above(t), c), at_most(above(-t), c)),
    (at_most(c, above(t)), at_most(c, dot(ones(n), relu(x + y)))),
    (at_most(c, dot(y, relu(x - t * ones(n)))), at_most(c, dot(y, relu(x)))),
    (norm(x), norm1(x)),
]


@pytest.mark.parametrize(("before", "after"), FAILS, ids=str)
def test_nothing_is_concluded_where_it_does_not_follow(before, after):
    assert reason(before, after) == ""


def test_an_inequality_that_cannot_fail_is_said_to_be_true_in_itself():
    assert reason(at_most(dot(x, y), norm(x)), at_most(-1, norm(x))) == "true in itself: -1 ≤ ‖x‖₂"
    assert reason(at_most(c, norm1(x)), at_most(norm(x), norm1(x))) == "true in itself: ‖x‖₂ ≤ ‖x‖₁"
    # Of a statement that says nothing no mutant is excused.
    assert reason(at_most(-1, norm(x)), at_most(-2, norm(x - y))) == ""


def test_what_is_at_least_a_positive_number_is_positive():
    claims = [Holds(at_most(c, s), name="scalars")]
    bounds = ((SizeAtMost(2, s), "true in itself: -1 ≤ s"), (SizeAtMost(0, s), ""), (SizeAtMost(s, 2), ""))
    for given, why in bounds:
        theorem = Theorem(title="Weaker", given=[given], claims=claims)
        assert weaker(theorem, at_most(c, s), at_most(-1, s)) == why


def of_entries(before, after) -> str:
    """With x ≥ 0, but not y."""
    used = [Holds(less(0, entry(x, 1) + entry(y, 1) + s), name="sizes")]
    return weaker(Theorem(title="Weaker", given=[Nonnegative(x)], claims=used), before, after)


def test_entries_of_what_is_nonnegative_are():
    assert of_entries(at_most(s, c * norm(y)), at_most(s, c * norm(y) + entry(x, 1))).startswith("weaker: ")
    assert of_entries(at_most(s, norm(y) + c), at_most(s - entry(x, 2) ** (2 / L), norm(y) + c)).startswith("weaker: ")
    assert of_entries(at_most(s, c * norm(y)), at_most(s, c * norm(y) + entry(y, 1))) == ""
    assert of_entries(at_most(s, c * norm(y)), at_most(s + entry(x, 1), c * norm(y))) == ""


def test_rectifiers_of_what_is_nonnegative_change_nothing():
    for vector_, same in ((x, True), (y, False)):
        differences = vector_ * ones(n).T - ones(n) * vector_.T
        rectified = relu(vector_ * ones(n).T) - ones(n) * vector_.T
        found = of_entries(at_most(s, norm(relu(differences) * y)), at_most(s, norm(relu(rectified) * y)))
        assert found == ("the same: no entry of what is rectified is negative" if same else "")
    # What is negative is not the same when it is rectified.
    negative = -(x * ones(n).T)
    assert of_entries(at_most(s, frobenius(negative)), at_most(s, frobenius(relu(negative)))) == ""
    assert of_entries(at_most(s, norm1(x - y)), at_most(s, norm1(relu(x - y)))) == ""


def test_only_entries_of_what_is_nonnegative_are():
    claims = [Holds(at_most(c, dot(x, y)), name="scalars")]
    theorem = Theorem(title="Weaker", given=[Assumption(Relation("nonnegative", x))], claims=claims)
    of_x, of_y = (
        weaker(theorem, at_most(c, entry(z, 1) * frobenius(A)), at_most(c, entry(z, 1) * nuclear(A))) for z in (x, y)
    )
    assert of_x.startswith("weaker: ")
    assert of_y == ""
    assert weaker(theorem, at_most(c, s), at_most(-entry(y, 1), norm(x))) == ""


def test_what_is_at_least_one_makes_a_product_larger():
    claims = [Holds(at_most(c, s * t), name="scalars")]
    for least, follows in ((2, True), (1, True), (0, False)):
        theorem = Theorem(title="Weaker", given=[SizeAtMost(least, s), Nonnegative(t)], claims=claims)
        assert bool(weaker(theorem, at_most(c, t), at_most(c, s * t))) == follows
        assert weaker(theorem, at_most(c, s * t), at_most(c, t)) == ""


def test_powers_of_what_is_at_least_one_grow_with_the_exponent_and_quasi_norms_as_their_order_falls():
    for least, follows in ((1, True), (0, False)):
        theorem = Theorem(title="Weaker", given=[SizeAtMost(least, s)], claims=[Holds(at_most(c, s), name="scalars")])
        pairs = ((s, s**2), (1 / s**2, 1 / s), (schatten(A, 2 / s), schatten(A, 2 / s**2)))
        for low, high in pairs:
            assert bool(weaker(theorem, at_most(c, low), at_most(c, high))) == follows
            assert weaker(theorem, at_most(c, high), at_most(c, low)) == ""


def test_softplus_is_positive_and_other_sums_need_not_be():
    assert reason(at_most(c, s), at_most(-1, dot(ones(n), softplus(x)))).startswith("true in itself: ")
    assert reason(at_most(c, s), at_most(-1, dot(y, softplus(x)))) == ""
    assert reason(at_most(c, s), at_most(-1, dot(ones(n), x))) == ""


def test_a_fact_that_helped_nothing_is_not_told():
    found = reason(at_most(c, maximum(norm(x), t)), at_most(c, maximum(norm1(x), norm1(y), t)))
    assert found == "weaker: max(‖x‖₂, t) ≤ max(‖x‖₁, ‖y‖₁, t), as ‖x‖₂ ≤ ‖x‖₁"


def test_a_direction_has_no_scale():
    assert "no scale" in reason(Parallel(x / norm(x), y), Parallel(x / norm1(x), y))
    assert "no scale" in reason(Parallel(2 * x, y), Parallel(x, y))
    assert reason(Parallel(x, y), Parallel(A * A.T * x, y)) == ""


def test_the_reason_says_what_is_compared():
    found = reason(at_most(c, s * norm(x)), at_most(c, s * norm1(x)))
    assert found == "weaker: s·‖x‖₂ ≤ s·‖x‖₁, as ‖x‖₂ ≤ ‖x‖₁"
    assert reason(less(c, t), at_most(c, t)) == "weaker: < implies ≤"
