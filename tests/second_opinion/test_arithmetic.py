"""The second opinion's own arithmetic: roots, intervals, singular values and suprema, against what is known of them."""

import random
from fractions import Fraction

import pytest
from mpmath import iv, mp

from checker.statement import absolute, at_most, dimensions, dot, norm, ones, relu, scalar, supremum, vector
from checker.statement import matrix as symbol
from tests.second_opinion import matrices as m
from tests.second_opinion import numbers
from tests.second_opinion.evaluation import Evaluation
from tests.second_opinion.matrices import build, pseudo_inverse, rank, times, transpose
from tests.second_opinion.numbers import INFINITE, Root, Unknown, add, compare, interval, multiply, power, root
from tests.second_opinion.singular_values import singular_values

TWO, THREE = Fraction(2), Fraction(3)


def drawn(seed, rows, columns, most=3):
    source = random.Random(seed)
    return build(rows, columns, lambda i, j: Fraction(source.randint(-most, most), source.randint(1, 2)))


def test_roots_are_simplified_and_multiplied_exactly():
    assert root(Fraction(16, 81), 4) == Fraction(2, 3)
    assert multiply(root(TWO, 2), root(Fraction(8), 2)) == 4
    assert add(root(Fraction(8), 2), root(TWO, 2)) == root(Fraction(18), 2)
    assert power(root(TWO, 2), Fraction(-4, 3)) == root(Fraction(1, 4), 3)
    assert isinstance(add(root(TWO, 2), root(THREE, 2)), numbers.INTERVAL)


@pytest.mark.parametrize("seed", range(20))
def test_operations_contain_what_floats_find(seed):
    source = random.Random(seed)
    values = [Fraction(source.randint(-9, 9), source.randint(1, 9)) for _ in range(2)]
    values.append(root(Fraction(source.randint(2, 9)), source.choice((2, 3)), source.choice((1, -1))))
    floats = [mp.mpf(interval(value).mid) for value in values]
    for i, left in enumerate(values):
        for j, right in enumerate(values):
            assert abs(interval(add(left, right)).mid - (floats[i] + floats[j])) < 1e-12
            assert abs(interval(multiply(left, right)).mid - floats[i] * floats[j]) < 1e-12
            assert compare(left, right) in ((floats[i] > floats[j]) - (floats[i] < floats[j]), 0)


def test_roots_that_are_nearly_equal_are_told_apart():
    near = Root(1, Fraction(2 * 10**300 + 1, 10**300), 2)
    assert compare(root(TWO, 2), near) == -1
    assert compare(root(TWO, 2), root(Fraction(4), 4)) == 0


def test_a_power_of_zero_or_of_a_negative_number_may_have_no_value():
    for base, exponent in ((Fraction(0), Fraction(-1)), (Fraction(-2), Fraction(1, 2))):
        with pytest.raises(Unknown):
            power(base, exponent)


@pytest.mark.parametrize(("rows", "columns"), [(1, 3), (2, 2), (3, 2), (3, 3), (4, 4)])
def test_singular_values_have_the_sums_that_they_must_have(rows, columns):
    matrix = drawn(rows + 10 * columns, rows, columns)
    squares = [interval(value) ** 2 for value in singular_values(matrix)]
    gram = times(matrix, transpose(matrix))
    for exponent, product in ((1, gram), (2, times(gram, gram))):
        trace = interval(m.total(product[i, i] for i in range(rows)))
        found = sum((square**exponent for square in squares), start=iv.mpf(0))
        assert abs(found - trace) < mp.mpf(10) ** -100
        assert found.delta < mp.mpf(10) ** -100


def test_zero_singular_values_are_as_many_as_the_rank_leaves():
    matrix = times(drawn(1, 4, 2), drawn(2, 2, 3))
    assert rank(matrix) == 2
    assert [value == 0 for value in singular_values(matrix)] == [False, False, True]


@pytest.mark.parametrize("seed", range(6))
def test_the_pseudo_inverse_satisfies_the_equations_of_penrose(seed):
    matrix = times(drawn(seed, 4, 2), drawn(seed + 50, 2, 3)) if seed % 2 else drawn(seed, 3, 4)
    inverse = pseudo_inverse(matrix)
    left, right = times(matrix, inverse), times(inverse, matrix)
    assert times(left, matrix) == matrix
    assert times(right, inverse) == inverse
    assert (transpose(left), transpose(right)) == (left, right)


n, d = dimensions("n d")
X, lam, u, x = symbol("X", n, d), vector("lambda", n), vector("u", d), vector("x", n)
z, e = scalar("z"), scalar("e")
rectified = dot(lam, relu(X * u))
BODIES = {
    "absolute": absolute(rectified),
    "signed": rectified,
    "leaky": absolute(rectified - dot(lam, relu(-X * u)) / 10),
    "with a linear part": absolute(rectified - dot(lam, X * u) / 3),
}


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("size", [1, 2, 3])
def test_no_neuron_exceeds_a_supremum_and_some_come_near(body, size):
    data = {"n": Fraction(3), "d": Fraction(size), "X": drawn(size, 3, size), "lambda": drawn(3, 3, 1)}
    found = interval(Evaluation(data)(supremum(BODIES[body], over=u, subject_to=[at_most(norm(u), 1)])))
    source, nearest = random.Random(0), 0.0
    for _ in range(400):
        point = build(size, 1, lambda i, _: Fraction(source.gauss(0, 1)).limit_denominator(1000))
        value = Evaluation({**data, "u": point})
        reached = interval(value(BODIES[body])) / interval(value(norm(u)))
        assert not reached > found
        nearest = max(nearest, float(reached.mid))
    assert nearest >= 0.9 * float(found.mid)


def test_a_supremum_over_biases_is_that_over_knots_or_infinite():
    node = supremum(absolute(dot(lam, relu(z * x + e * ones(n)))), over=[z, e], subject_to=[at_most(absolute(z), 1)])
    points = build(3, 1, lambda i, _: Fraction(i))
    centred = build(3, 1, lambda i, _: Fraction((1, -3, 2)[i]))
    data = {"n": Fraction(3), "x": points}
    # At x = 0, 1, 2: λᵀ(x − k)₊ is 1, 2, 0, and λᵀ(k − x)₊ is 0, 1, -1.
    assert Evaluation({**data, "lambda": centred})(node) == 2
    assert Evaluation({**data, "lambda": points})(node) == INFINITE


def test_a_supremum_over_another_set_is_not_known():
    with pytest.raises(Unknown):
        Evaluation({"n": Fraction(1), "d": Fraction(1), "X": drawn(1, 1, 1), "lambda": drawn(2, 1, 1)})(
            supremum(rectified, over=u, subject_to=[at_most(norm(X * u), 1)])
        )
