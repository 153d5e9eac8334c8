"""Exact matrices: pseudo-inverses, ranks, norms and predicates against independent computations."""

import mpmath
import pytest
from flint import arb_mat, ctx, fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from checker.datasets import strategies as s
from checker.kernel import matrices as m
from checker.kernel import norms
from checker.kernel.numbers import Root, Undecidable, ball, compare, root_of

sizes = st.integers(1, 4)


@st.composite
def ranked(draw):
    rows, columns = draw(sizes), draw(sizes)
    rank = draw(st.integers(0, min(rows, columns)))
    return draw(s.of_rank(rows, columns, rank)), rank


@given(ranked())
def test_the_rank_is_the_one_it_was_built_with(drawn):
    matrix, rank = drawn
    assert m.rank(matrix) == rank


@given(ranked())
def test_the_pseudo_inverse_satisfies_the_four_penrose_equations(drawn):
    matrix, _ = drawn
    inverse = m.pinv(matrix)
    assert matrix * inverse * matrix == matrix
    assert inverse * matrix * inverse == inverse
    assert (matrix * inverse).transpose() == matrix * inverse
    assert (inverse * matrix).transpose() == inverse * matrix


@given(ranked(), st.data())
def test_the_least_norm_solution_is_the_pseudo_inverse_applied(drawn, data):
    matrix, _ = drawn
    right = data.draw(s.vectors(matrix.nrows()))
    assert m.least_norm(matrix, right) == m.pinv(matrix) * right


def singular_values(matrix: fmpq_mat) -> list[mpmath.mpf]:
    with mpmath.workdps(60):
        rows = [[mpmath.mpf(int(e.p)) / int(e.q) for e in row] for row in matrix.tolist()]
        return list(mpmath.svd_r(mpmath.matrix(rows), compute_uv=False))


@given(ranked())
def test_norms_contain_the_values_of_an_independent_svd(drawn):
    matrix, _ = drawn
    with mpmath.workdps(60):
        values = singular_values(matrix)
        expected = {
            "spectral": max(values),
            "nuclear": mpmath.fsum(values),
            "frobenius": mpmath.sqrt(mpmath.fsum(v**2 for v in values)),
        }
        for kind, value in expected.items():
            with ctx.workprec(160):
                found = mpmath.mpf(ball(norms.norm(kind, matrix)).str(40, radius=False))
            assert abs(found - value) <= mpmath.mpf(10) ** -35 * (1 + value)


def test_singular_values_are_counted_with_their_multiplicity():
    assert norms.norm("nuclear", m.identity(3)) == 3
    assert norms.schatten(m.identity(2), fmpq(2, 3)) == root_of(fmpq(8), 2)
    assert norms.norm("nuclear", fmpq_mat(2, 3)) == 0


def test_a_tiny_singular_value_that_is_zero_does_not_enter_a_schatten_norm():
    # σ in [0, 1e-80] would contribute up to 6e-4 to Σ σ^(1/25).
    matrix = fmpq_mat(2, 2, [1, 2, 2, 4])
    with ctx.workprec(300):
        value = ball(norms.schatten(matrix, fmpq(1, 25)))
    assert value.contains(5)
    assert value.rad() < 1e-60


def test_a_unit_vector_times_a_root_stays_exact():
    vector = fmpq_mat(2, 1, [1, 1])
    unit = m.scale(root_of(fmpq(1, 2), 2), vector)
    assert isinstance(unit, m.Scaled)
    assert norms.norm("two", unit) == 1
    assert norms.norm("one", unit) == Root(1, fmpq(2), 2)
    assert m.predicate("parallel", [unit, vector])


def test_sums_of_matrices_with_unrelated_roots_are_balls():
    vector = fmpq_mat(1, 1, [1])
    total = m.sum_of(m.scale(root_of(fmpq(2), 2), vector), m.scale(root_of(fmpq(3), 2), vector))
    assert isinstance(total, arb_mat)
    doubled = m.sum_of(m.scale(root_of(fmpq(2), 2), vector), m.scale(root_of(fmpq(8), 2), vector))
    assert isinstance(doubled, m.Scaled)
    assert compare(norms.norm("two", doubled), root_of(fmpq(18), 2)) == 0


def test_relu_respects_the_sign_of_a_root():
    negative = m.scale(root_of(fmpq(2), 2, -1), fmpq_mat(2, 1, [1, -1]))
    rectified = m.relu(negative)
    assert m.rational(rectified)[1] == fmpq_mat(2, 1, [0, 1])


PREDICATES = [
    ("rank_at_most", [fmpq_mat(2, 2, [1, 2, 2, 4]), fmpq(1)], True),
    ("rank_at_most", [fmpq_mat(2, 2, [1, 2, 2, 5]), fmpq(1)], False),
    ("parallel", [fmpq_mat(2, 2, [1, 2, 2, 4]), fmpq_mat(2, 1, [1, 2])], True),
    ("parallel", [fmpq_mat(2, 1, [1, 2]), fmpq_mat(2, 1, [2, 1])], False),
    ("parallel", [fmpq_mat(2, 1), fmpq_mat(2, 1, [2, 1])], True),
    ("parallel", [fmpq_mat(2, 1, [1, 0]), fmpq_mat(2, 1)], False),
    ("in_range", [fmpq_mat(2, 1, [1, 1]), fmpq_mat(2, 1, [2, 2])], True),
    ("in_range", [fmpq_mat(2, 1, [1, 2]), fmpq_mat(2, 1, [2, 2])], False),
    ("outside_range", [fmpq_mat(2, 1, [1, 2]), fmpq_mat(2, 1, [2, 2])], True),
    ("nonnegative", [fmpq_mat(2, 1, [0, 2])], True),
    ("nonnegative", [fmpq_mat(2, 1, [fmpq(-1, 10**60), 2])], False),
    ("nonzero", [fmpq_mat(2, 1)], False),
    ("nonzero", [fmpq(1, 10**60)], True),
    ("equal", [fmpq_mat(1, 1, [1]), fmpq_mat(1, 1, [fmpq(10**60 + 1, 10**60)])], False),
]


@pytest.mark.parametrize(("kind", "values", "expected"), PREDICATES)
def test_predicates_decide_without_tolerance(kind, values, expected):
    assert m.predicate(kind, values) is expected


def test_a_matrix_of_balls_is_not_decided():
    with pytest.raises(Undecidable, match="exact"):
        m.predicate("nonzero", [arb_mat(1, 1)])
    with pytest.raises(Undecidable, match="no rule"):
        m.predicate("unheard-of", [fmpq_mat(1, 1)])
