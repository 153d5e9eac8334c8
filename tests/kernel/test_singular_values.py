"""What exceeds a bound among singular values, and strictly inside the spectral ball: against mpmath, and at ties."""

import mpmath
import pytest
from flint import arb, arb_mat, ctx, fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.datasets import strategies as s
from checker.kernel import matrices as m
from checker.kernel import norms
from checker.kernel.numbers import Undecidable, ball, root_of
from checker.statement import at_most, dimensions, excess, less, matrix, spectral
from tests.kernel.test_matrices import ranked, singular_values
from tests.kernel.values import truth

n, d = dimensions("n d")
A = matrix("A", n, d)
TINY = fmpq(1, 10**40)


def diagonal(*entries) -> fmpq_mat:
    return m.diagonal(fmpq_mat(len(entries), 1, [fmpq(entry) for entry in entries]))


@given(ranked(), s.positive(s.fractions(20)), st.integers(0, 5))
@settings(deadline=None)
def test_an_excess_is_that_of_an_independent_svd(drawn, bound, largest):
    found, _ = drawn
    with mpmath.workdps(60), ctx.workprec(300):
        over = [max(value - mpmath.mpf(int(bound.p)) / int(bound.q), 0) for value in singular_values(found)]
        expected = mpmath.fsum(value**2 for value in sorted(over, reverse=True)[:largest])
        value = mpmath.mpf(ball(norms.excess(found, bound, fmpq(largest))).str(40, radius=False))
        assert abs(value - expected) <= mpmath.mpf(10) ** -35 * (1 + expected)


@given(ranked())
def test_without_a_bound_the_excess_over_all_is_the_squared_norm(drawn):
    found, rank = drawn
    assert norms.excess(found, fmpq(0), fmpq(rank)) == m.inner(found, found)


TIES = [
    (diagonal(3, 2), 2, 2, 1),
    (diagonal(3, 2), 3, 2, 0),
    (diagonal(2, 2, 2), 2, 3, 0),
    (diagonal(5, 3, 2), 2, 2, 10),
    (diagonal(5, 3, 2), 2, 1, 9),
    (diagonal(5, 3, 2), 1, 3, 21),
    (diagonal(5, 3, 2), 1, 99, 21),
    (diagonal(5, 3, 0), 1, 3, 20),
    (diagonal(5, 3), 6, 2, 0),
    (diagonal(5, 3), 1, 0, 0),
    (diagonal(-5, 3), 1, 1, 16),
    (fmpq_mat(2, 3), 1, 2, 0),
]


@pytest.mark.parametrize(("matrix", "bound", "largest", "expected"), TIES)
def test_an_excess_of_rational_singular_values_is_exact(matrix, bound, largest, expected):
    assert norms.excess(matrix, fmpq(bound), fmpq(largest)) == expected


def test_a_root_that_is_the_bound_itself_leaves_exactly_nothing():
    ones = fmpq_mat(2, 2, [1, 1, 1, -1])  # both singular values are √2
    assert norms.excess(ones, root_of(fmpq(2), 2), fmpq(2)) == 0
    assert norms.excess(ones, fmpq(0), fmpq(1)) == 2
    golden = fmpq_mat(2, 2, [1, 1, 0, 1])
    assert ball(norms.excess(golden, norms.norm("spectral", golden), fmpq(2))).contains(0)


@pytest.mark.parametrize("step", [TINY, -TINY])
def test_a_bound_beside_a_singular_value_leaves_what_is_above(step):
    assert norms.excess(diagonal(3, 2), 2 + step, fmpq(2)) == (1 - step) ** 2 + max(-step, 0) ** 2


GOLDEN = fmpq(16180339887498948482045868343656381177203, 10**40)  # below (1 + √5)/2 by less than 10^-40


def test_the_largest_are_told_apart_beyond_the_digits_of_a_float():
    # Singular values (√5 ± 1)/2 and one just below the larger of these.
    block = fmpq_mat(3, 3, [1, 1, 0, 0, 1, 0, 0, 0, GOLDEN])
    assert truth(less(excess(A, 0, 1), spectral(A) ** 2), A=block, n=3, d=3) is not True


def test_zero_exceeds_a_negative_bound():
    assert norms.excess(diagonal(1, 0), fmpq(-1), fmpq(2)) == 5


@pytest.mark.parametrize("largest", [fmpq(3, 2), fmpq(-1)])
def test_a_number_of_singular_values_is_a_size(largest):
    with pytest.raises(Undecidable):
        norms.excess(diagonal(3, 2, 1), fmpq(1, 2), largest)


SHAPES = [(2, 2), (2, 4), (4, 2), (1, 3), (3, 1)]


def isometry(rows: int, columns: int) -> fmpq_mat:
    """Of spectral norm 1: the first rows and columns of a rotation by the angle of (3, 4, 5), and zeros."""
    found = fmpq_mat(rows, columns)
    turned = [[fmpq(3, 5), fmpq(-4, 5)], [fmpq(4, 5), fmpq(3, 5)]]
    if min(rows, columns) == 1:
        turned = [[fmpq(3, 5), fmpq(4, 5)], [fmpq(4, 5), 0]]
    for i in range(min(rows, 2)):
        for j in range(min(columns, 2)):
            found[i, j] = turned[i][j]
    return found


@pytest.mark.parametrize("shape", SHAPES)
def test_the_spectral_ball_is_open(shape):
    unit = isometry(*shape)
    assert norms.norm("spectral", unit) == 1
    with ctx.workprec(300):
        assert norms.inside_spectral_ball(unit * (1 - TINY), fmpq(1)) is True
        assert norms.inside_spectral_ball(unit, fmpq(1)) is False
        assert norms.inside_spectral_ball(unit * (1 + TINY), fmpq(1)) is False
        assert norms.inside_spectral_ball(unit, 1 + TINY) is True
        assert norms.inside_spectral_ball(arb_mat(unit) * arb(1 - TINY), fmpq(1)) is True
        assert norms.inside_spectral_ball(m.scale(root_of(fmpq(2), 2), unit), root_of(fmpq(2), 2)) is False
        assert norms.inside_spectral_ball(m.scale(root_of(fmpq(2), 2), unit), root_of(fmpq(3), 2)) is True
    with ctx.workprec(53):  # too few bits to see it
        assert norms.inside_spectral_ball(unit * (1 - TINY), fmpq(1)) is False


def test_a_wide_matrix_of_small_columns_and_large_rows_is_outside():
    row = fmpq_mat(1, 4, [fmpq(3, 5)] * 4)
    assert not norms.inside_spectral_ball(row, fmpq(1))
    assert not norms.inside_spectral_ball(row.transpose(), fmpq(1))
    assert norms.inside_spectral_ball(row, fmpq(6, 5) + TINY * 10**30)


@pytest.mark.parametrize("radius", [0, -1, fmpq(-1, 10**40), -5])
@pytest.mark.parametrize("matrix", [fmpq_mat(2, 2), diagonal(1, 1), diagonal(0, fmpq(1, 10**50))])
def test_nothing_is_inside_a_ball_of_radius_zero_or_less(radius, matrix):
    assert norms.inside_spectral_ball(matrix, fmpq(radius)) is False


def test_zero_is_inside_any_ball():
    assert norms.inside_spectral_ball(fmpq_mat(2, 3), TINY)


@given(st.integers(1, 3), st.integers(1, 3), st.data())
@settings(max_examples=40, deadline=None)
def test_inside_is_what_the_spectral_norm_says(rows, columns, data):
    drawn, radius = data.draw(s.matrices(rows, columns)), data.draw(s.positive(s.integers(12)))
    with ctx.workprec(200):
        norm = ball(norms.norm("spectral", drawn))
        assert norms.inside_spectral_ball(drawn, radius) == bool(norm < radius)


@pytest.mark.parametrize(
    ("factor", "inside", "within"), [(1 - TINY, True, True), (1, False, True), (1 + TINY, False, False)]
)
def test_relations_to_a_spectral_norm_are_decided_on_either_side_of_the_sphere(factor, inside, within):
    given_ = {"A": isometry(3, 2) * fmpq(factor), "n": 3, "d": 2}
    assert truth(less(spectral(A), 1), **given_) is inside
    assert truth(at_most(spectral(A), 1), **given_) is within
    assert truth(less(spectral(A), -1), **given_) is False
