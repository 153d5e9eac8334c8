"""Relations for each value of an index: they hold only if every step does, and no step means that they hold."""

import pytest
from flint import fmpq, fmpq_mat

from checker.statement import (
    Holds,
    Parallel,
    RankAtMost,
    Rational,
    Theorem,
    at_most,
    column,
    dimensions,
    equal,
    every,
    family,
    frobenius,
    less,
    matrix,
    norm,
    rank,
    scalar,
    sqrt,
    vector,
)
from tests.kernel.theorems import decide
from tests.kernel.values import truth

n, d, L, j, k = dimensions("n d L j k")
l, y, t = dimensions("l")[0], vector("y", n), scalar("t")  # noqa: E741 - the layer
A, W = matrix("A", n, d), family("W", depth=L, inputs=n, outputs=d)
LAYERS = [fmpq_mat(2, 2, [1, 2, 2, 4]), fmpq_mat(2, 2, [1, 0, 0, 1]), fmpq_mat(2, 3, [1, 1, 1, 2, 2, 2])]  # rank 1 2 1
VALUES = {"n": 2, "d": 3, "L": 3, "W": LAYERS}
STEPS = [((1, 1), True), ((1, 2), False), ((2, 2), False), ((3, 3), True), ((1, 3), False), ((2, 3), False)]


@pytest.mark.parametrize(("ends", "expected"), STEPS)
def test_each_step_counts(ends, expected):
    assert truth(every(RankAtMost(W[l], 1), l, *ends), **VALUES) is expected
    assert truth(every(RankAtMost(W[l], 2), l, *ends), **VALUES) is True
    assert truth(every(RankAtMost(W[l], 0), l, *ends), **VALUES) is False


@pytest.mark.parametrize("ends", [(2, 1), (4, 3), (1, 0), (L + 1, L)])
def test_an_empty_range_says_nothing_and_holds(ends):
    assert truth(every(RankAtMost(W[l], 0), l, *ends), **VALUES) is True


def test_a_step_outside_the_layers_is_undecided_unless_another_one_fails():
    assert truth(every(RankAtMost(W[l], 2), l, 1, L + 1), **VALUES) is None
    assert truth(every(RankAtMost(W[l], 1), l, 1, L + 1), **VALUES) is False


@pytest.mark.parametrize("end", [fmpq(3, 2), fmpq(10**6)])
def test_an_end_that_is_no_size_is_undecided(end):
    assert truth(every(RankAtMost(W[l], 2), l, 1, t), t=end, **VALUES) is None


def test_ends_may_depend_on_the_data_and_steps_on_their_neighbours():
    assert truth(every(equal(rank(W[l]), rank(W[l + 1])), l, 1, L - 1), **VALUES) is False
    assert truth(every(at_most(rank(W[l]), rank(W[2])), l, 1, L), **VALUES) is True
    assert truth(every(Parallel(column(A, j), column(A, 1)), j, 1, d), A=LAYERS[2], n=2, d=3) is True
    assert truth(every(Parallel(column(A, j), column(A, 1)), j, 1, d), A=LAYERS[1], n=2, d=2) is False


def test_quantifiers_nest():
    inside = every(at_most(j * k, 6), k, 1, j)
    assert truth(every(inside, j, 1, 2), n=1) is True
    assert truth(every(inside, j, 1, 3), n=1) is False
    assert truth(every(every(less(k, j + 1), k, 1, j), j, 1, 4), n=1) is True


Y = fmpq_mat(2, 1, [9, 12])
ROOTS = sqrt(norm(y) + 2) + sqrt(norm(y) + 3)  # √17 + √18


@pytest.mark.parametrize("places", [10, 60])
def test_orders_between_balls_are_decided_at_each_step(places):
    above = ROOTS + j * Rational(1, 10**places)
    assert truth(every(less(ROOTS, above), j, 1, 3), n=2, y=Y) is True
    assert truth(every(less(ROOTS, above), j, 0, 3), n=2, y=Y) is not True
    assert truth(every(less(above, ROOTS), j, 1, 3), n=2, y=Y) is False


def test_the_precision_rises_inside_a_quantifier_as_it_does_outside():
    tiny = Rational(1, 10**300)
    assert truth(less(ROOTS, ROOTS + tiny), n=2, y=Y) is True
    assert truth(every(less(ROOTS, ROOTS + j * tiny), j, 1, 3), n=2, y=Y) is True


def claimed(relation, **data):
    return decide(Theorem(title="t", claims=[Holds(relation, name="claim")]), [], data=data)["claim"]


def test_a_claim_for_each_step_holds_or_is_refuted():
    assert claimed(every(RankAtMost(W[l], 2), l, 1, L), **VALUES).verdict == "holds"
    assert claimed(every(equal(frobenius(W[l]), frobenius(W[1])), l, 2, L), **VALUES).verdict == "refuted"
    assert claimed(every(RankAtMost(W[l], 2), l, 1, L + 1), **VALUES).verdict == "undecided"


def test_what_the_bound_index_is_called_does_not_matter():
    for index in (l, j, k):
        assert truth(every(RankAtMost(W[index], 1), index, 1, 3), **VALUES) is False
