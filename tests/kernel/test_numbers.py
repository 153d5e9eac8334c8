"""Exact numbers: rationals and roots stay exact, and every comparison is right."""

import mpmath
import pytest
from flint import arb, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st

from checker.kernel.numbers import (
    Root,
    Undecidable,
    add,
    ball,
    compare,
    is_exact,
    multiply,
    power,
    root_of,
    sign_of,
    subtract,
)

rationals = st.fractions(max_denominator=50).map(lambda f: fmpq(f.numerator, f.denominator))
degrees = st.integers(1, 6)


@st.composite
def exact_numbers(draw):
    radicand, degree = abs(draw(rationals)), draw(degrees)
    return root_of(radicand, degree, draw(st.sampled_from([1, -1])))


def approximately(number) -> mpmath.mpf:
    with mpmath.workdps(60):
        if isinstance(number, Root):
            radicand = mpmath.mpf(int(number.radicand.p)) / int(number.radicand.q)
            return number.sign * radicand ** (mpmath.mpf(1) / number.degree)
        return mpmath.mpf(int(number.p)) / int(number.q)


@pytest.mark.parametrize(
    ("radicand", "degree", "expected"),
    [(fmpq(4, 9), 2, fmpq(2, 3)), (fmpq(8), 3, fmpq(2)), (fmpq(0), 5, fmpq(0)), (fmpq(16), 4, fmpq(2))],
)
def test_a_perfect_power_is_rational(radicand, degree, expected):
    assert root_of(radicand, degree) == expected


def test_a_root_is_written_with_its_smallest_degree():
    assert root_of(fmpq(4), 4) == Root(1, fmpq(2), 2)


@given(exact_numbers(), exact_numbers())
def test_comparison_agrees_with_sixty_digits(left, right):
    difference = approximately(left) - approximately(right)
    expected = 0 if abs(difference) < mpmath.mpf(10) ** -50 else (1 if difference > 0 else -1)
    assert compare(left, right) == expected


@given(exact_numbers(), exact_numbers())
def test_a_product_is_exact_and_right(left, right):
    product = multiply(left, right)
    assert is_exact(product)
    assert sign_of(product) == sign_of(left) * sign_of(right)
    with mpmath.workdps(60):
        error = abs(approximately(product) - approximately(left) * approximately(right))
        assert error <= mpmath.mpf(10) ** -50 * (1 + abs(approximately(product)))


@given(exact_numbers(), exact_numbers())
def test_a_sum_contains_the_true_value(left, right):
    with ctx.workprec(200):
        assert ball(add(left, right)).overlaps(ball(left) + ball(right))


@given(exact_numbers())
def test_a_number_minus_itself_is_exactly_zero(number):
    assert compare(subtract(number, number), fmpq(0)) == 0
    assert is_exact(subtract(number, number))


@given(exact_numbers(), st.integers(1, 4))
def test_a_power_of_a_root_undoes_it(number, exponent):
    raised = power(number, fmpq(exponent))
    expected = number
    for _ in range(exponent - 1):
        expected = multiply(expected, number)
    assert compare(raised, expected) == 0


def test_zero_to_the_zero_is_one_and_to_a_negative_power_is_refused():
    assert power(fmpq(0), fmpq(0)) == 1
    with pytest.raises(Undecidable, match="nonzero"):
        power(fmpq(0), fmpq(-1))
    with pytest.raises(Undecidable, match="nonnegative"):
        power(fmpq(-2), fmpq(1, 2))


@pytest.mark.parametrize("places", [45, 49, 51, 200])
@pytest.mark.parametrize("scale", [0, 60, -60])
def test_roots_that_differ_by_one_part_in_a_power_of_ten_are_told_apart(places, scale):
    base = fmpq(2) * fmpq(10) ** scale
    near = base * (1 + fmpq(1, 10**places))
    assert compare(root_of(base, 2), root_of(near, 2)) == -1
    assert compare(root_of(near, 2), root_of(base, 2)) == 1


def test_overlapping_balls_are_not_ordered():
    assert compare(arb(2).sqrt(), arb(2).sqrt()) is None
    assert compare(arb(2).sqrt(), fmpq(3, 2)) == -1
