"""Real numbers: fractions, roots of fractions, intervals that contain a number, and SymPy's expressions in symbols."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import gcd, isqrt, lcm
from typing import Any

import sympy
from mpmath import iv

DIGITS = 120
# Roots of a higher order are enclosed at once: their powers would be too long.
_HIGHEST_ORDER = 24
iv.dps = DIGITS
INFINITE = iv.mpf("inf")
INTERVAL = type(INFINITE)
Number = Any  # Fraction, Root, an interval, or sympy.Expr


class Unknown(Exception):
    """This package cannot say: the message says why."""


@dataclass(frozen=True)
class Root:
    """``sign · radicand^(1/order)``, an irrational number, with a positive radicand."""

    sign: int
    radicand: Fraction
    order: int


def is_exact(*numbers: Number) -> bool:
    return all(isinstance(number, (Fraction, Root)) for number in numbers)


def is_symbolic(*numbers: Number) -> bool:
    return any(isinstance(number, sympy.Expr) for number in numbers)


def _whole_root(number: int, order: int) -> int:
    """The largest whole number whose power is at most a number."""
    if order == 2:
        return isqrt(number)
    guess = 1 << -(-number.bit_length() // order)
    while (lower := ((order - 1) * guess + number // guess ** (order - 1)) // order) < guess:
        guess = lower
    return guess


def root(radicand: Fraction, order: int, sign: int = 1) -> Number:
    """``sign · radicand^(1/order)``, of the lowest order that it has."""
    if radicand == 0:
        return Fraction(0)
    for factor in sorted((f for f in range(2, order + 1) if order % f == 0), reverse=True):
        above, below = _whole_root(radicand.numerator, factor), _whole_root(radicand.denominator, factor)
        if above**factor == radicand.numerator and below**factor == radicand.denominator:
            return root(Fraction(above, below), order // factor, sign)
    return Root(sign, radicand, order) if order > 1 else sign * radicand


@lru_cache(maxsize=10_000)
def _enclosed(number: Fraction | Root, _: int) -> Any:
    if isinstance(number, Fraction):
        return iv.mpf(number.numerator) / iv.mpf(number.denominator)
    return number.sign * iv.exp(iv.log(_enclosed(number.radicand, _)) / number.order)


def interval(number: Number) -> Any:
    """An interval that contains the number."""
    if is_symbolic(number):
        raise Unknown(f"{number} has no value")
    return _enclosed(number, iv.prec) if is_exact(number) else number


def symbol_term(number: Number) -> sympy.Expr:
    """An exact number as SymPy's."""
    match number:
        case Fraction():
            return sympy.Rational(number.numerator, number.denominator)
        case Root():
            return number.sign * symbol_term(number.radicand) ** sympy.Rational(1, number.order)
        case sympy.Expr():
            return number
    raise Unknown("an interval stands beside symbols")


def add(left: Number, right: Number) -> Number:
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left + right
    if is_symbolic(left, right):
        return symbol_term(left) + symbol_term(right)
    if is_exact(left, right):
        if left == 0 or right == 0:
            return right if left == 0 else left
        ratio = multiply(left, power(right, Fraction(-1)))
        if isinstance(ratio, Fraction):
            return multiply(right, ratio + 1)
    total = interval(left) + interval(right)
    if INFINITE in (abs(total.a), abs(total.b)) and left in (INFINITE, -INFINITE) and right == -left:
        raise Unknown("∞ − ∞")
    return total


def negative(number: Number) -> Number:
    return Root(-number.sign, number.radicand, number.order) if isinstance(number, Root) else -number


def subtract(left: Number, right: Number) -> Number:
    return add(left, negative(right))


def multiply(left: Number, right: Number) -> Number:
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return left * right
    if is_symbolic(left, right):
        return symbol_term(left) * symbol_term(right)
    if is_exact(left, right):
        if left == 0 or right == 0:
            return Fraction(0)
        order = lcm(*(number.order for number in (left, right) if isinstance(number, Root)))
        if order <= _HIGHEST_ORDER:
            return root(_raised(left, order) * _raised(right, order), order, sign(left) * sign(right))
    return interval(left) * interval(right)


def _raised(number: Fraction | Root, exponent: int) -> Fraction:
    """The power of an absolute value, by a multiple of its order."""
    if isinstance(number, Fraction):
        return abs(number) ** exponent
    return number.radicand ** (exponent // number.order)


def divide(left: Number, right: Number) -> Number:
    return multiply(left, power(right, Fraction(-1)))


def power(base: Number, exponent: Fraction) -> Number:
    """A power with a rational exponent; of a negative number only with a whole one."""
    if is_symbolic(base):
        return base ** symbol_term(exponent)
    if is_exact(base) and base == 0:
        if exponent < 0:
            raise Unknown("a negative power of zero")
        return Fraction(int(exponent == 0))
    if isinstance(base, Fraction) and exponent.denominator == 1:
        return base**exponent.numerator
    if is_exact(base) and (exponent.denominator == 1 or sign(base) > 0):
        order = base.order if isinstance(base, Root) else 1
        above, below = exponent.numerator, exponent.denominator * order
        shared = gcd(above, below)
        if max(abs(above), below) // shared <= _HIGHEST_ORDER:
            radicand = base.radicand if isinstance(base, Root) else base
            signed = sign(base) if exponent.numerator % 2 else 1
            return root(radicand ** (above // shared), below // shared, signed)
    return _interval_power(interval(base), exponent)


def _interval_power(base: Any, exponent: Fraction) -> Any:
    if exponent.denominator == 1 and (exponent >= 0 or 0 not in base):
        return base ** int(exponent)
    if base.a > 0:
        return iv.exp(iv.log(base) * interval(exponent))
    if base.b < 0 or exponent < 0:
        raise Unknown("a power without a value, or at an interval that contains zero")
    # An interval around a number that is not negative.
    most = iv.exp(iv.log(iv.mpf(base.b)) * interval(exponent)) if base.b > 0 else iv.mpf(0)
    return iv.mpf([0, most.b])


def sign(number: Fraction | Root) -> int:
    return number.sign if isinstance(number, Root) else (number > 0) - (number < 0)


def compare(left: Number, right: Number) -> int | None:
    """-1, 0 or 1; None where intervals overlap."""
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return (left > right) - (left < right)
    a, b = interval(left), interval(right)
    if (a < b) is True or (a > b) is True:
        return -1 if (a < b) is True else 1
    if not is_exact(left, right):
        return 0 if a.a == a.b == b.a == b.b else None
    if sign(left) != sign(right):
        return -1 if sign(left) < sign(right) else 1
    order = lcm(*(number.order for number in (left, right) if isinstance(number, Root)))
    first, second = _raised(left, order), _raised(right, order)
    return sign(left) * ((first > second) - (first < second))


def larger(left: Number, right: Number) -> Number:
    """The larger of two numbers, or an interval that contains it."""
    if is_symbolic(left, right):
        return sympy.Function("largest", real=True)(*map(symbol_term, (left, right)))
    order = compare(left, right)
    if order is not None:
        return right if order < 0 else left
    a, b = interval(left), interval(right)
    return iv.mpf([max(a.a, b.a), max(a.b, b.b)])


def absolute(number: Number) -> Number:
    if is_symbolic(number):
        return sympy.Abs(sympy.expand(number))
    return number if is_exact(number) and sign(number) >= 0 else negative(number) if is_exact(number) else abs(number)
