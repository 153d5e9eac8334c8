"""Singular values by their number, and sums of their products: against mpmath, at ties, and where they are exact."""

from itertools import pairwise

import mpmath
import pytest
from flint import ctx, fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.kernel import matrices as m
from checker.kernel import norms
from checker.kernel.numbers import Undecidable, ball, compare
from checker.statement import (
    StatementError,
    at_most,
    dimensions,
    equal,
    frobenius,
    less,
    matrix,
    norm,
    singular_dot,
    singular_value,
    total,
    vector,
)
from checker.statement.mathml import inline
from checker.statement.shapes import shape_of
from checker.statement.text import text
from tests.kernel.test_matrices import ranked, singular_values
from tests.kernel.values import truth, value

n, d, k, i = dimensions("n d k i")
A, B, y = matrix("A", n, d), matrix("B", n, d), vector("y", n)
GOLDEN = fmpq_mat(2, 2, [1, 1, 1, 0])
HEPTAGON = fmpq_mat(3, 3, [1, 1, 0, 0, 1, 1, 0, 0, 1])


def diagonal(*entries) -> fmpq_mat:
    return m.diagonal(fmpq_mat(len(entries), 1, [fmpq(entry) for entry in entries]))


def as_mpf(number) -> mpmath.mpf:
    return mpmath.mpf(ball(number).str(40, radius=False))


@given(ranked(), st.integers(1, 6))
@settings(deadline=None)
def test_a_singular_value_is_that_of_an_independent_svd(drawn, index):
    found, rank = drawn
    with mpmath.workdps(60), ctx.workprec(300):
        expected = [*sorted(singular_values(found), reverse=True), *[0] * 6][index - 1] if index <= rank else 0
        assert abs(as_mpf(norms.singular_value(found, index)) - expected) <= mpmath.mpf(10) ** -35 * (1 + expected)


@given(ranked(), ranked())
@settings(deadline=None)
def test_the_sum_of_products_is_that_of_independent_svds(first, second):
    with mpmath.workdps(60), ctx.workprec(300):
        pairs = zip(*(sorted(singular_values(found), reverse=True) for found, _ in (first, second)), strict=False)
        expected = mpmath.fsum(a * b for a, b in pairs)
        got = as_mpf(norms.singular_dot(first[0], second[0]))
        assert abs(got - expected) <= mpmath.mpf(10) ** -30 * (1 + expected)


def test_rational_ones_are_exact_and_in_descending_order():
    found = [norms.singular_value(diagonal(1, -5, 2, 2, 0), index) for index in range(1, 8)]
    assert found == [5, 2, 2, 1, 0, 0, 0]
    assert norms.singular_dot(diagonal(1, 5), diagonal(3, 2)) == 17
    assert norms.singular_dot(diagonal(1, 5), fmpq_mat(1, 3, [3, 0, 4])) == 25


def test_two_that_are_not_told_apart_enclose_each_other():
    # Twice the golden ratio's matrix: of irreducible factors that occur twice.
    twin = fmpq_mat(4, 4, [*[1, 1, 0, 0], *[1, 0, 0, 0], *[0, 0, 1, 1], *[0, 0, 1, 0]])
    with ctx.workprec(200):
        values = [ball(norms.singular_value(twin, index)) for index in (1, 2, 3, 4)]
        assert all(first.overlaps(second) for first, second in (values[:2], values[2:]))
        assert values[1] > values[2]
        golden = [ball(norms.singular_value(GOLDEN, index)) for index in (1, 2)]
        assert all(one.overlaps(other) for one, other in zip(values[::2], golden, strict=True))


@given(ranked())
def test_each_is_at_least_the_next(drawn):
    values = [norms.singular_value(drawn[0], index) for index in range(1, 6)]
    assert all(compare(first, second) in (0, 1, None) for first, second in pairwise(values))


@pytest.mark.parametrize("index", [0, -1])
def test_there_is_none_before_the_first(index):
    with pytest.raises(Undecidable, match="no singular value of the number"):
        norms.singular_value(GOLDEN, index)
    assert truth(less(0, singular_value(A, index)), A=GOLDEN, n=2, d=2) is None


@pytest.mark.parametrize("factor", [fmpq(1), fmpq(-1), fmpq(7, 3)])
@pytest.mark.parametrize("found", [GOLDEN, HEPTAGON, HEPTAGON * GOLDEN[0, 0]])
def test_where_values_are_proportional_the_sum_is_the_product_of_the_norms(found, factor):
    norm_squared = m.inner(found, found)
    for other in (found, found.transpose(), m.diagonal(fmpq_mat(found.nrows(), 1, [-1] * found.nrows())) * found):
        assert norms.singular_dot(found, other * factor) == abs(factor) * norm_squared


def test_it_exceeds_the_inner_product_by_as_little_as_the_data_say():
    near = HEPTAGON + fmpq_mat(3, 3, [0, fmpq(1, 10**30), *[0] * 7])
    values = {"A": HEPTAGON, "B": near, "n": 3, "d": 3}
    assert truth(less(singular_dot(A, B), frobenius(A) * frobenius(B)), **values) is True
    assert truth(equal(singular_dot(A, B), frobenius(A) * frobenius(B)), **values | {"B": HEPTAGON}) is True
    assert truth(at_most(frobenius(A) * frobenius(B), singular_dot(A, B)), **values) is False


def test_an_index_that_occurs_nowhere_else_is_a_dimension():
    tail = total(singular_value(A, i) ** 2, i, k + 1, n)
    assert value(tail, A=diagonal(3, 2, 1), n=3, d=3, k=1) == 5
    assert value(tail, A=diagonal(3, 2, 1), n=3, d=3, k=3) == 0


def test_they_are_printed_and_need_matrices_and_numbers():
    assert text(singular_value(A.T, k + 1) ** 2) == "σ[k + 1](Aᵀ)²"
    assert text(2 * singular_dot(A, B)) == "2·(Σ σᵢ(A)·σᵢ(B))"
    assert "σ" in inline(singular_value(A, k))
    assert "∑" in inline(singular_dot(A, B))
    assert "(" in inline(2 * singular_dot(A, B))
    for wrong in (lambda: singular_value(k, 1), lambda: singular_value(A, y), lambda: singular_dot(A, norm(y))):
        with pytest.raises(StatementError):
            shape_of(wrong())
