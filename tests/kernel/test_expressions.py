"""Columns, ones, diagonals, products, longest columns, branches: against sums written out by hand."""

from math import prod

import pytest
from flint import arb_mat, fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.datasets import strategies as s
from checker.kernel import matrices as m
from checker.kernel import norms
from checker.kernel.numbers import Root, Undecidable, root_of
from checker.statement import (
    block,
    column,
    diagonal,
    dimension,
    dimensions,
    equal,
    every,
    family,
    fold,
    frobenius,
    longest_column,
    matrix,
    norm,
    ones,
    product,
    sqrt,
    total,
    vector,
    zeros,
)
from checker.statement.mathml import inline
from checker.statement.text import text
from tests.kernel.values import truth, value

n, d, h, b, L = dimensions("n d h b L")
j, l = dimensions("j l")  # noqa: E741 - the branch and the layer
A, v = matrix("A", n, d), vector("v", n)
TABLE = fmpq_mat(2, 3, [1, 2, 3, 4, 5, 6])
SIZES = {"n": 2, "d": 3}


def test_columns_are_numbered_from_one():
    assert [value(column(A, i), A=TABLE, **SIZES) for i in (1, 2, 3)] == [
        fmpq_mat(2, 1, [1, 4]), fmpq_mat(2, 1, [2, 5]), fmpq_mat(2, 1, [3, 6]),
    ]  # fmt: skip


@pytest.mark.parametrize("index", [0, 4, -1, fmpq(3, 2)])
def test_a_column_that_a_matrix_does_not_have_is_undecided(index):
    with pytest.raises(Undecidable, match=r"none of the number|must be an integer"):
        value(column(A, dimension("i")), A=TABLE, i=fmpq(index), **SIZES)


def test_a_column_of_a_matrix_times_a_root_keeps_the_root():
    scaled = m.scale(root_of(fmpq(2), 2), TABLE)
    assert m.block(scaled, 2) == m.scale(root_of(fmpq(2), 2), fmpq_mat(2, 1, [2, 5]))
    assert isinstance(m.block(arb_mat(TABLE), 2), arb_mat)


@given(st.integers(1, 4), st.integers(1, 4), st.data())
@settings(max_examples=25, deadline=None)
def test_the_columns_of_a_matrix_times_ones_add_up(rows, columns, data):
    drawn = data.draw(s.matrices(rows, columns))
    given_ = {"A": drawn, "n": rows, "d": columns}
    summed = sum((value(column(A, i), **given_) for i in range(1, columns + 1)), start=fmpq_mat(rows, 1))
    assert value(A * ones(d), **given_) == summed


def test_ones_are_a_column_or_a_matrix_of_a_shape():
    assert value(ones(n), n=3) == fmpq_mat(3, 1, [1, 1, 1])
    assert value(ones(n, d), **SIZES) == fmpq_mat(2, 3, [1] * 6)


def test_a_diagonal_multiplies_rows_from_the_left():
    given_ = {"v": fmpq_mat(2, 1, [10, 100]), "A": TABLE, **SIZES}
    assert value(diagonal(v) * A, **given_) == fmpq_mat(2, 3, [10, 20, 30, 400, 500, 600])
    assert value(diagonal(v), **given_) == fmpq_mat(2, 2, [10, 0, 0, 100])


def test_a_diagonal_of_entries_with_a_root_keeps_the_root_and_one_of_balls_is_undecided():
    root = root_of(fmpq(2), 2)
    scaled = m.scale(root, fmpq_mat(2, 1, [3, 4]))
    assert m.diagonal(scaled) == m.scale(root, fmpq_mat(2, 2, [3, 0, 0, 4]))
    with pytest.raises(Undecidable, match="exact"):
        m.diagonal(arb_mat(2, 1))


@given(st.lists(s.fractions(9), min_size=0, max_size=5))
@settings(max_examples=25, deadline=None)
def test_products_and_sums_over_an_index_are_those_of_the_terms(entries):
    # One row, whose columns are the entries; their norms are their absolute values.
    row = fmpq_mat(1, max(len(entries), 1), entries or [5])
    given_ = {"A": row, "n": 1, "d": row.ncols(), "L": len(entries)}
    sizes = [abs(entry) for entry in entries]
    assert value(product(norm(column(A, j)), j, 1, L), **given_) == prod(sizes, start=fmpq(1))
    assert value(total(norm(column(A, j)), j, 1, L), **given_) == sum(sizes, start=fmpq(0))


def test_a_product_of_roots_is_exact():
    squares = fmpq_mat(2, 2, [1, 1, 1, 2])  # columns of norms √2 and √5
    found = value(product(norm(column(A, j)), j, 1, 2), A=squares, n=2, d=2)
    assert found == Root(1, fmpq(10), 2)
    assert value(product(norm(column(A, j)) / sqrt(2), j, 1, 1), A=squares, n=2, d=2) == 1


def test_a_product_over_no_step_is_one_and_its_body_may_use_the_index():
    assert value(product(j, j, 1, n), n=5) == 120
    assert value(product(j, j, 3, n), n=2) == 1


def test_the_longest_column_is_the_longest():
    assert value(longest_column(A), A=TABLE, **SIZES) == root_of(fmpq(45), 2)
    assert value(longest_column(A), A=fmpq_mat(2, 3, [3, 0, 0, 4, 0, 1]), **SIZES) == 5
    assert value(longest_column(A), A=fmpq_mat(2, 3), **SIZES) == 0


def test_two_longest_columns_that_differ_in_the_fiftieth_digit_are_told_apart():
    longer = 1 + fmpq(1, 10**50)
    for entries in ([1, longer, 0], [longer, 1, 0], [0, -longer, 1]):
        assert norms.norm("columns", fmpq_mat(1, 3, entries)) == longer


POSITIVE = [([1, 2], True), ([fmpq(1, 10**60), 2], True), ([0, 2], False), ([-1, 2], False)]


@pytest.mark.parametrize(("entries", "expected"), POSITIVE)
def test_positive_means_every_entry_and_no_zero(entries, expected):
    column_ = fmpq_mat(2, 1, entries)
    assert m.predicate("positive", [column_]) is expected
    assert m.predicate("positive", [m.scale(root_of(fmpq(2), 2), column_)]) is expected
    assert m.predicate("positive", [m.scale(root_of(fmpq(2), 2, -1), column_)]) is False


B = family("B", depth=L, inputs=n, outputs=d, hidden=h, branches=b)
F = matrix("F", n, d)


def network_of(index):
    hidden = matrix("G", n, B.width(l - 1))
    return fold(hidden * B.branch(index)[l], hidden, B.branch(index)[1], l, 2, L)


def layers(seed: int) -> list[fmpq_mat]:
    return [fmpq_mat(2, 1, [seed, 1]), fmpq_mat(1, 3, [1, seed, -1])]


BRANCHES = {"n": 2, "d": 3, "h": 1, "b": 3, "L": 2, "B": [layers(seed) for seed in (2, 3, 5)]}


def test_the_sum_of_branches_is_the_sum_of_their_products():
    found = value(fold(F + network_of(j), F, zeros(n, d), j, 1, b), **BRANCHES)
    assert found == sum((first * second for first, second in BRANCHES["B"]), start=fmpq_mat(2, 3))


def test_a_cost_sums_over_branches_and_over_their_layers():
    cost = total(total(frobenius(B.branch(j)[l]) ** 2, l, 1, L), j, 1, b)
    entries = [entry for branch in BRANCHES["B"] for layer in branch for entry in layer.entries()]
    assert value(cost, **BRANCHES) == sum((entry * entry for entry in entries), start=fmpq(0))
    heaviest = every(equal(frobenius(B.branch(j)[1]) ** 2, j**2 + 1), j, 2, 3)
    assert truth(heaviest, **BRANCHES) is False
    assert truth(every(equal(frobenius(B.branch(j)[1]) ** 2, (j + 1) ** 2 + 1), j, 1, 2), **BRANCHES) is True


@pytest.mark.parametrize(("branch", "layer"), [(0, 1), (4, 1), (1, 0), (1, 3)])
def test_a_branch_or_a_layer_that_does_not_exist_is_undecided(branch, layer):
    with pytest.raises(Undecidable, match="none of the number"):
        value(frobenius(B.branch(dimension("i"))[dimension("k")]), i=branch, k=layer, **BRANCHES)


def test_a_block_is_a_number_of_columns():
    table = fmpq_mat([[1, 2, 3, 4], [5, 6, 7, 8]])
    values = {"A": table, "n": 2, "d": 4}
    assert value(block(A, 2, 2), **values) == fmpq_mat([[3, 4], [7, 8]])
    assert value(block(A, 4, 1), **values) == fmpq_mat([[4], [8]])
    assert isinstance(m.block(arb_mat(table), 1, 3), arb_mat)
    assert m.block(m.scale(root_of(fmpq(2), 2), table), 2, 2) == m.scale(
        root_of(fmpq(2), 2), fmpq_mat([[3, 4], [7, 8]])
    )
    for index, width in ((3, 2), (0, 2), (2, 3), (1, 5), (1, 0)):
        with pytest.raises(Undecidable, match="none of the number"):
            value(block(A, index, width), **values)
    assert text(block(A, 1, 2) + block(A, 2, 2)) == "A[:, block 1 of 2] + A[:, block 2 of 2]"
    assert "of" in inline(block(A, 1, 2))
