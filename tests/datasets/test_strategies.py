"""Each strategy keeps its promise by construction, and shrinks to small integers."""

import math
from itertools import pairwise

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from checker.datasets import strategies as s
from checker.kernel import matrices

ENTRIES = [s.integers(5), s.fractions(9), s.doubles()]
sizes = st.integers(1, 4)
entries = st.sampled_from(ENTRIES)


def smallest(strategy, condition=lambda _: True):
    return find(
        strategy, condition, settings=settings(database=None, max_examples=500, phases=[Phase.generate, Phase.shrink])
    )


def multiset(matrix):
    return sorted(str(entry) for entry in matrix.entries())


@given(st.data(), sizes, sizes, entries)
def test_a_rank_is_exact(data, rows, columns, element):
    rank = data.draw(st.integers(0, min(rows, columns)))
    drawn = data.draw(s.of_rank(rows, columns, rank, element))
    assert (drawn.nrows(), drawn.ncols()) == (rows, columns)
    assert drawn.rref()[1] == rank


@given(st.data(), sizes, entries)
def test_an_orthogonal_matrix_is_exactly_orthogonal(data, size, element):
    drawn = data.draw(s.orthogonal(size, element))
    assert drawn * drawn.transpose() == matrices.identity(size)
    assert drawn.transpose() * drawn == matrices.identity(size)


@given(st.data(), sizes, st.integers(0, 2), entries)
def test_a_whitened_matrix_has_orthonormal_rows(data, rows, more, element):
    drawn = data.draw(s.whitened(rows, rows + more, element))
    assert (drawn.nrows(), drawn.ncols()) == (rows, rows + more)
    assert drawn * drawn.transpose() == matrices.identity(rows)


@given(st.data(), sizes, entries)
def test_sorted_points_are_distinct_and_increasing(data, size, element):
    points = data.draw(s.sorted_points(size, element)).entries()
    assert len(points) == size
    assert all(left < right for left, right in pairwise(points))


@given(st.data(), sizes, sizes, entries)
def test_nonnegative_and_nonzero_matrices_are(data, rows, columns, element):
    assert all(entry >= 0 for entry in data.draw(s.nonnegative(rows, columns, element)).entries())
    assert any(entry != 0 for entry in data.draw(s.nonzero(rows, columns, element)).entries())
    assert any(entry != 0 for entry in data.draw(s.nonzero(rows, columns, st.just(fmpq(0)))).entries())
    assert data.draw(s.positive(element)) > 0
    assert data.draw(s.whole(element)).q == 1


@given(st.data(), sizes, sizes)
def test_a_permutation_keeps_the_entries(data, rows, columns):
    before = data.draw(s.matrices(rows, columns))
    after = data.draw(s.permuted(before))
    assert multiset(after) == multiset(before)
    assert sorted(multiset(fmpq_mat([row])) for row in after.tolist()) == sorted(
        multiset(fmpq_mat([row])) for row in before.tolist()
    )


@given(st.data(), st.integers(2, 4), st.integers(2, 4))
def test_a_repetitive_matrix_has_rows_of_few_kinds(data, rows, columns):
    drawn = data.draw(s.repetitive(rows, columns))
    assert (drawn.nrows(), drawn.ncols()) == (rows, columns)


def test_a_repetitive_matrix_can_repeat_a_row_that_is_not_zero():
    found = smallest(s.repetitive(2, 2), lambda x: x.tolist()[0] == x.tolist()[1] != [0, 0])
    assert found.tolist()[0] == found.tolist()[1]


@given(st.data(), st.integers(2, 4), st.integers(2, 4))
def test_ill_conditioned_and_badly_scaled_matrices_have_their_shape(data, rows, columns):
    for strategy in (s.ill_conditioned(rows, columns), s.badly_scaled(rows, columns)):
        drawn = data.draw(strategy)
        assert (drawn.nrows(), drawn.ncols()) == (rows, columns)


def test_an_ill_conditioned_matrix_comes_within_a_billionth_of_singular():
    found = smallest(s.ill_conditioned(2, 2), lambda x: 0 < abs(x.det()) * 10**9 < max(map(abs, x.entries())) ** 2)
    assert found.det() != 0


def test_badly_scaled_matrices_spread_over_many_orders_of_magnitude():
    def spread(matrix):
        logs = [math.log10(abs(int(e.p))) - math.log10(int(e.q)) for e in matrix.entries() if e != 0]
        return max(logs) - min(logs) if logs else 0

    assert spread(smallest(s.badly_scaled(2, 1), lambda x: spread(x) >= 10)) >= 10


@given(s.doubles())
def test_doubles_are_the_values_of_floats(value):
    assert fmpq(*float(int(value.p) / int(value.q)).as_integer_ratio()) == value


@pytest.mark.parametrize(
    ("strategy", "condition", "expected"),
    [
        (s.matrices(2, 2), lambda x: True, [[0, 0], [0, 0]]),
        (s.nonzero(1, 2), lambda x: True, [[1, 0]]),
        (s.of_rank(2, 2, 2), lambda x: True, [[1, 0], [0, 1]]),
        (s.of_rank(2, 2, 1), lambda x: True, [[1, 0], [0, 0]]),
        (s.of_rank(2, 2, 0), lambda x: True, [[0, 0], [0, 0]]),
        (s.sorted_points(3), lambda x: True, [[0], [1], [2]]),
        (s.whitened(1, 2), lambda x: True, [[1, 0]]),
        (s.orthogonal(2), lambda x: True, [[1, 0], [0, 1]]),
        (s.vectors(2), lambda x: x[0, 0] + x[1, 0] >= 3, None),
        (s.matrices(1, 1, s.fractions()), lambda x: x[0, 0] > fmpq(1, 2), [[1]]),
    ],
)
def test_draws_shrink_to_small_integers(strategy, condition, expected):
    found = smallest(strategy, condition)
    assert expected is None or found.tolist() == expected
    assert all(entry.q == 1 and abs(entry) <= 3 for entry in found.entries())


def test_the_smallest_matrix_of_rank_two_is_two_by_two_with_entries_zero_and_one():
    shapes = st.tuples(sizes, sizes)
    found = smallest(shapes.flatmap(lambda shape: s.matrices(*shape)), lambda x: matrices.rank(x) == 2)
    assert (found.nrows(), found.ncols()) == (2, 2)
    assert {int(entry.p) for entry in found.entries()} <= {0, 1}
