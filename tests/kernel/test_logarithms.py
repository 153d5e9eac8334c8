"""Sums of logarithms: equal ones are one number, though every ball around one overlaps that around the other."""

import pytest
import sympy
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.statement import (
    Rational,
    at_most,
    dimensions,
    dot,
    entry,
    equal,
    largest,
    less,
    logsumexp,
    matrix,
    maximum,
    norm,
    nuclear,
    ones,
    relu,
    scalar,
    softplus,
    sqrt,
    total,
    trace,
    vector,
    xlogx,
    zeros,
)
from tests.kernel.values import truth

n, d = dimensions("n d")
A, B, x, y = matrix("A", n, d), matrix("B", n, d), vector("x", n), vector("y", n)
p, q = scalar("p"), scalar("q")
(k,) = dimensions("k")
LOG_2, LOG_9 = trace(softplus(zeros(1))), trace(logsumexp(zeros(1, 9)))


def entropy(matrix_or_vector):
    return dot(ones(*matrix_or_vector.shape), xlogx(matrix_or_vector))


def decisions(left, right, **values):
    """Of ``=``, ``≤``, ``≥``, ``<`` and ``>``."""
    relations = (equal(left, right), at_most(left, right), at_most(right, left), less(left, right), less(right, left))
    return [truth(relation, **values) for relation in relations]


EQUAL, UNDECIDED = [True, True, True, False, False], [None] * 5
BELOW = [False, True, False, True, False]
HALVES = {"n": 2, "x": fmpq_mat(2, 1, [fmpq(1, 2), fmpq(1, 2)])}
QUARTERS = {"n": 4, "x": fmpq_mat(4, 1, [fmpq(1, 4)] * 4)}


@pytest.mark.parametrize(
    ("left", "right", "values"),
    [
        (-entropy(x), LOG_2, HALVES),
        (-entropy(x), 2 * LOG_2, QUARTERS),
        (p + 2 * LOG_2 * (1 + q / 3), p + q * LOG_2, {"p": fmpq(1, 3), "q": fmpq(6)}),
        (LOG_9, 2 * trace(logsumexp(zeros(1, 3))), {}),
        (trace(logsumexp(p * ones(1, 6))), p + LOG_2 + LOG_9 / 2, {"p": fmpq(-22, 7)}),
        (sqrt(2) * LOG_2, sqrt(8) * LOG_2 - sqrt(2) * LOG_2, {}),
        (norm(y) + LOG_2, sqrt(5) + LOG_2, {"n": 2, "y": fmpq_mat(2, 1, [1, 2])}),
        (dot(x, softplus(zeros(n))), LOG_2, HALVES),
        (total(entry(x, k) * LOG_2, k, 1, n), LOG_2, QUARTERS),
        (trace((2 * softplus(zeros(n))).T * x), 2 * LOG_2, HALVES),
        (trace(x.T * (softplus(zeros(n)) + y)), LOG_2, {**HALVES, "y": fmpq_mat(2, 1, [1, -1])}),
        (largest(entry(y, k) * LOG_2, k, 1, n), 7 * LOG_2, {"n": 3, "y": fmpq_mat(3, 1, [1, 7, 7])}),
        (maximum(p, -entropy(x), LOG_2, LOG_2 / q), LOG_2, {**HALVES, "p": fmpq(1, 2), "q": fmpq(2)}),
    ],
)
def test_equal_sums_of_logarithms_are_one_number(left, right, values):
    assert decisions(left, right, **values) == EQUAL


@pytest.mark.parametrize("exponent", [49, 60, 400])
@pytest.mark.parametrize("unit", [fmpq(1), fmpq(1, 10**60), fmpq(10**60)])
def test_sums_of_logarithms_that_are_almost_equal_are_told_apart(exponent, unit):
    near = {**HALVES, "p": unit, "q": unit * (1 + fmpq(1, 10**exponent))}
    assert decisions(-p * entropy(x), q * LOG_2, **near)[1:] == BELOW[1:]
    # Other probabilities have another entropy: smaller by δ²/(2·½) to either side.
    away = {"n": 2, "x": fmpq_mat(2, 1, [fmpq(1, 2) + fmpq(1, 10**exponent), fmpq(1, 2) - fmpq(1, 10**exponent)])}
    assert decisions(-entropy(x), LOG_2, **away)[1:] == BELOW[1:]
    # An approximation of the logarithm is none.
    rounded = fmpq(int(sympy.N(sympy.log(2), exponent + 20) * 10**exponent), 10**exponent)
    assert decisions(p, LOG_2, p=rounded)[1:] == BELOW[1:]


@pytest.mark.parametrize(
    ("left", "right", "values"),
    [
        # A number of 65 bits is not taken apart into primes.
        (entropy(x), 2**34 * entropy(y), {"n": 1, "x": fmpq_mat(1, 1, [2**66]), "y": fmpq_mat(1, 1, [2**33])}),
        # Neither a product of logarithms, nor the logarithm of one, nor another function of it, is a sum of them.
        (LOG_2 * LOG_9, trace(logsumexp(zeros(1, 3))) * 2 * LOG_2, {}),
        (LOG_2 * (1 - entropy(x)), LOG_2 * (1 + LOG_2), HALVES),
        (trace(xlogx(2 * softplus(zeros(1)))), trace(xlogx(logsumexp(zeros(1, 4)))), {}),
        (sqrt(2 * LOG_2), sqrt(trace(logsumexp(zeros(1, 4)))), {}),
        # Two roots that are not one have no exact sum.
        ((sqrt(2) + sqrt(3)) * LOG_2, sqrt(2) * LOG_2 + sqrt(3) * LOG_2, {}),
        # Exponentials of different numbers: log(e^p + 1) is p + log(1 + e^−p), and nobody says so here.
        (trace(softplus(p * ones(1))), p + trace(softplus(-p * ones(1))), {"p": fmpq(3)}),
        (trace(logsumexp(y.T)), entry(y, 2) + trace(softplus(-y.T * y)), {"n": 2, "y": fmpq_mat(2, 1, [0, 1])}),
        # Of numbers that balls do not tell apart, the largest is none of them.
        (maximum(LOG_2, p), LOG_2, {"p": fmpq(int(sympy.N(sympy.log(2), 5100) * 10**5000), 10**5000)}),
    ],
)
def test_what_is_not_seen_to_be_a_sum_of_logarithms_stays_undecided(left, right, values):
    assert decisions(left, right, **values) == UNDECIDED


def test_entries_that_are_not_positive_have_no_logarithm():
    assert decisions(entropy(x), -LOG_2 / 2, n=3, x=fmpq_mat(3, 1, [-5, fmpq(1, 2), 0])) == EQUAL
    assert decisions(entropy(relu(x)), 2 * LOG_2, n=3, x=fmpq_mat(3, 1, [-5, 2, 1])) == EQUAL


def test_numbers_that_are_no_sums_do_not_become_any_by_a_logarithm_beside_them():
    heptagon = fmpq_mat(3, 3, [1, 1, 0, 0, 1, 1, 0, 0, 1])
    values = {"n": 3, "d": 3, "A": heptagon, "B": heptagon + fmpq_mat(3, 3, [fmpq(1, 10**5000), *[0] * 8])}
    assert decisions(nuclear(A) + LOG_2, nuclear(B) + LOG_2, **values)[1:] == [None] * 4


exponents = st.lists(st.integers(-3, 3), min_size=4, max_size=4)


@settings(max_examples=60, deadline=None)
@given(exponents, exponents, st.integers(-2, 2))
def test_products_of_powers_and_their_logarithms_agree(left, right, constant):
    primes = (2, 3, 5, 7)

    def product(powers):
        return fmpq(1) if not powers else product(powers[1:]) * fmpq(primes[4 - len(powers)]) ** powers[0]

    # log a − log b + c as (a log a)/a − (b log b)/b + c; it is 0 only for a = b and c = 0.
    a, b = product(left), product(right)
    values = {"n": 2, "x": fmpq_mat(2, 1, [a, b]), "y": fmpq_mat(2, 1, [1 / a, -1 / b]), "p": fmpq(constant)}
    same = sympy.Rational(int(a.p), int(a.q)) == sympy.Rational(int(b.p), int(b.q)) and constant == 0
    assert truth(at_most(dot(y, xlogx(x)) + p, 0), **values) in (True, False)
    assert (truth(less(dot(y, xlogx(x)) + p, 0), **values) is False) == (
        same or float(sympy.log(float(a.p) / float(a.q) / float(b.p) * float(b.q))) + constant > 0
    )
    assert truth(equal(dot(y, xlogx(x)) + p, 0), **values) is same


fractions = st.fractions(min_value=-2, max_value=2, max_denominator=6)

# What an expression is made of, and the same for SymPy.
SUMMANDS = {
    "softplus": (trace(softplus(zeros(1))), lambda f: sympy.log(2)),
    "logsumexp": (trace(logsumexp(p * ones(1, n))), lambda f: f + sympy.log(3)),
    "entropy": (trace(xlogx(p * ones(1))), lambda f: f * sympy.log(f) if f > 0 else sympy.Integer(0)),
    "entropy of thirds": (entropy(ones(n) / n), lambda f: -sympy.log(3)),
    "squared": (entropy(q**2 * ones(1)), lambda f: f**2 * sympy.log(f**2)),
    "rational": (p, lambda f: f),
}


@settings(max_examples=60, deadline=None)
@given(fractions, st.lists(st.tuples(st.sampled_from([*SUMMANDS]), fractions), min_size=1, max_size=5))
def test_sums_vanish_where_sympy_says_so(number, terms):
    value = sympy.Rational(number.numerator, number.denominator) or sympy.Rational(1, 6)
    summed, exact = 0, sympy.Integer(0)
    for name, factor in terms:
        expression, of = SUMMANDS[name]
        coefficient = sympy.Rational(factor.numerator, factor.denominator)
        summed, exact = summed + coefficient * expression, exact + coefficient * of(value)
    parts = sympy.expand(sympy.expand_log(exact, force=True, factor=True))
    # The same number, with the logarithm of each prime on its own.
    logarithms = {sympy.log(prime): trace(logsumexp(zeros(1, prime))) for prime in (2, 3, 5, 7, 11)}
    balanced = parts.subs(dict.fromkeys(logarithms, 0))
    for logarithm, expression in logarithms.items():
        balanced += parts.coeff(logarithm) * expression
    values = {"n": 3, "p": fmpq(int(value.p), int(value.q)), "q": fmpq(int(value.p), int(value.q))}
    assert truth(at_most(summed, balanced), **values) is True
    assert truth(less(summed, balanced), **values) is False
    assert truth(at_most(summed, balanced - Rational(1, 10**200)), **values) is False
