"""Exact real numbers: rationals, and signed roots of rationals; everything else is a ball.

A number is an ``fmpq``, a :class:`Root`, or an ``arb`` at the precision of the moment.  It leaves Q only where it must.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lcm
from typing import Any, TypeAlias

from flint import arb, fmpq, fmpz

# Past these sizes a root is enclosed in a ball: an exact one would cost more than it tells.
_LARGEST_RADICAND, _LARGEST_EXPONENT = 400_000, 10_000


class Undecidable(Exception):
    """No rule decides this, or not at any precision allowed; the message says why."""


@dataclass(frozen=True)
class Root:
    """``sign · radicand^(1/degree)`` with a positive rational radicand and degree at least 2."""

    sign: int
    radicand: fmpq
    degree: int


Number: TypeAlias = Any  # fmpq, Root or arb


def _exact_root(value: fmpz, degree: int) -> fmpz | None:
    root = value.root(degree)
    return root if root**degree == value else None


def root_of(radicand: fmpq, degree: int, sign: int = 1) -> Number:
    """``sign · radicand^(1/degree)`` for a radicand ≥ 0, rational where it is rational."""
    if radicand == 0:
        return fmpq(0)
    for divisor in (k for k in range(degree, 1, -1) if degree % k == 0):
        above, below = _exact_root(radicand.p, divisor), _exact_root(radicand.q, divisor)
        if above is not None and below is not None:
            radicand, degree = fmpq(above, below), degree // divisor
            break
    if degree == 1:
        return sign * radicand
    root = Root(sign, radicand, degree)
    return ball(root) if radicand.height_bits() > _LARGEST_RADICAND else root


def is_exact(*numbers: Any) -> bool:
    """Whether every one of them is a rational or a root of one."""
    return all(isinstance(number, (fmpq, Root)) for number in numbers)


def ball(number: Number) -> arb:
    """The number at the present precision."""
    if isinstance(number, Root):
        return number.sign * arb(number.radicand).root(number.degree)
    return arb(number)


def _as_root(number: fmpq | Root) -> tuple[int, fmpq, int]:
    if isinstance(number, Root):
        return number.sign, number.radicand, number.degree
    return (number > 0) - (number < 0), abs(number), 1


def sign_of(number: fmpq | Root) -> int:
    """-1, 0 or 1."""
    return _as_root(number)[0]


def multiply(left: Number, right: Number) -> Number:
    """The product."""
    if isinstance(left, fmpq) and isinstance(right, fmpq):
        return left * right
    if not is_exact(left, right):
        return fmpq(0) if left == 0 or right == 0 else ball(left) * ball(right)
    (s, a, k), (t, b, j) = _as_root(left), _as_root(right)
    degree = lcm(k, j)
    return root_of(a ** (degree // k) * b ** (degree // j), degree, s * t)


def add(left: Number, right: Number) -> Number:
    """The sum: exact of rationals, and of roots whose ratio is rational."""
    if isinstance(left, fmpq) and isinstance(right, fmpq):
        return left + right
    if left == 0 or right == 0:
        return right if left == 0 else left
    if isinstance(left, Root) and isinstance(right, Root) and left.degree == right.degree:
        ratio = root_of(left.radicand / right.radicand, left.degree, left.sign * right.sign)
        if isinstance(ratio, fmpq):
            return multiply(ratio + 1, right)
    return ball(left) + ball(right)


def subtract(left: Number, right: Number) -> Number:
    """The difference."""
    return add(left, multiply(fmpq(-1), right))


def larger(left: Number, right: Number) -> Number:
    """The larger of two numbers."""
    order = compare(left, right)
    return ball(left).max(ball(right)) if order is None else left if order >= 0 else right


def power(base: Number, exponent: Number) -> Number:
    """``base^exponent`` with ``0^0 = 1``; a negative base only to integer powers.

    Raises:
        Undecidable: a negative power of zero, or a fractional power of a negative number.
    """
    if not (isinstance(exponent, fmpq) and is_exact(base)):
        return ball(base) ** ball(exponent)
    sign, radicand, degree = _as_root(base)
    if exponent == 0:
        return fmpq(1)
    if sign == 0 and exponent < 0:
        raise Undecidable("a negative power of zero occurs; state that the base is nonzero as an assumption")
    if sign < 0 and exponent.q != 1:
        raise Undecidable("a fractional power of a negative number occurs; state that the base is nonnegative")
    above, below = abs(int(exponent.p)), int(exponent.q)
    sign = sign if above % 2 else abs(sign)
    if max(above, below) > _LARGEST_EXPONENT:
        return sign * ball(root_of(radicand, degree)) ** arb(exponent)
    return root_of(radicand**above if exponent > 0 else 1 / radicand**above, degree * below, sign)


def compare(left: Number, right: Number) -> int | None:
    """-1, 0 or 1; None where balls overlap at the present precision."""
    if isinstance(left, fmpq) and isinstance(right, fmpq):
        return int(left > right) - int(left < right)
    difference = ball(left) - ball(right)
    if difference > 0 or difference < 0 or difference == 0:
        return int(difference > 0) - int(difference < 0)
    if not is_exact(left, right):
        return None
    (s, a, k), (t, b, j) = _as_root(left), _as_root(right)
    return int((s > t) - (s < t) or s * ((a**j > b**k) - (a**j < b**k)))
