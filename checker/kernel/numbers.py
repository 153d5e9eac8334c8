"""Exact real numbers: rationals, and signed roots of rationals; everything else is a ball.

A number is an ``fmpq``, a :class:`Root`, or an ``arb`` at the precision of the moment.  It leaves Q only where it must.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

from flint import arb, ctx, fmpq, fmpz

# A radicand past this size is enclosed in a ball: exact roots would cost more than they tell.
_LARGEST_RADICAND = 400_000

Number = "fmpq | Root | arb"


class Undecidable(Exception):
    """No rule decides this, or not at any precision allowed; the message says why."""


@dataclass(frozen=True)
class Root:
    """``sign · radicand^(1/degree)`` with a positive rational radicand and degree at least 2."""

    sign: int
    radicand: fmpq
    degree: int

    def ball(self) -> arb:
        root = arb(self.radicand).root(self.degree)
        return root if self.sign > 0 else -root


def _exact_root(value: fmpz, degree: int) -> fmpz | None:
    root = value.root(degree)
    return root if root**degree == value else None


def root_of(radicand: fmpq, degree: int, sign: int = 1) -> fmpq | Root | arb:
    """``sign · radicand^(1/degree)`` for a radicand ≥ 0, rational where it is rational."""
    if radicand == 0:
        return fmpq(0)
    for divisor in range(degree, 1, -1):
        if degree % divisor:
            continue
        above, below = _exact_root(radicand.p, divisor), _exact_root(radicand.q, divisor)
        if above is not None and below is not None:
            radicand, degree = fmpq(above, below), degree // divisor
            break
    if degree == 1:
        return sign * radicand
    if radicand.height_bits() > _LARGEST_RADICAND:
        return sign * arb(radicand).root(degree)
    return Root(sign, radicand, degree)


def is_exact(number: object) -> bool:
    return isinstance(number, (fmpq, Root))


def ball(number: fmpq | Root | arb) -> arb:
    """The number at the present precision."""
    return number.ball() if isinstance(number, Root) else arb(number)


def sign_of(number: fmpq | Root) -> int:
    if isinstance(number, Root):
        return number.sign
    return (number > 0) - (number < 0)


def _as_root(number: fmpq | Root) -> tuple[int, fmpq, int]:
    if isinstance(number, Root):
        return number.sign, number.radicand, number.degree
    return sign_of(number), abs(number), 1


def multiply(left: fmpq | Root | arb, right: fmpq | Root | arb) -> fmpq | Root | arb:
    if isinstance(left, fmpq) and isinstance(right, fmpq):
        return left * right
    if not (is_exact(left) and is_exact(right)):
        if left == 0 or right == 0:
            return fmpq(0)
        return ball(left) * ball(right)
    (s, a, k), (t, b, j) = _as_root(left), _as_root(right)
    if s * t == 0:
        return fmpq(0)
    degree = k * j // gcd(k, j)
    return root_of(a ** (degree // k) * b ** (degree // j), degree, s * t)


def add(left: fmpq | Root | arb, right: fmpq | Root | arb) -> fmpq | Root | arb:
    if isinstance(left, fmpq) and isinstance(right, fmpq):
        return left + right
    if isinstance(left, fmpq) and left == 0:
        return right
    if isinstance(right, fmpq) and right == 0:
        return left
    if isinstance(left, Root) and isinstance(right, Root) and left.degree == right.degree:
        ratio = root_of(left.radicand / right.radicand, left.degree, left.sign * right.sign)
        if isinstance(ratio, fmpq):
            return multiply(ratio + 1, right)
    return ball(left) + ball(right)


def power(base: fmpq | Root | arb, exponent: fmpq | Root | arb) -> fmpq | Root | arb:
    """``base^exponent`` with ``0^0 = 1``; a negative base only to integer powers."""
    if isinstance(exponent, fmpq) and is_exact(base):
        sign, radicand, degree = _as_root(base)  # type: ignore[arg-type]
        if exponent == 0:
            return fmpq(1)
        if sign == 0:
            if exponent < 0:
                raise Undecidable("a negative power of zero occurs; state that the base is nonzero as an assumption")
            return fmpq(0)
        if sign < 0 and exponent.q != 1:
            raise Undecidable("a fractional power of a negative number occurs; state that the base is nonnegative")
        result_sign = -1 if sign < 0 and int(exponent.p) % 2 else 1
        above, below = abs(int(exponent.p)), int(exponent.q)
        if above > 10_000 or below > 10_000:
            return result_sign * ball(root_of(radicand, degree)) ** arb(exponent)
        raised = radicand**above if exponent > 0 else 1 / radicand**above
        return root_of(raised, degree * below, result_sign)
    return ball(base) ** ball(exponent)


def compare(left: fmpq | Root | arb, right: fmpq | Root | arb) -> int | None:
    """-1, 0 or 1; None where balls overlap at the present precision."""
    if is_exact(left) and is_exact(right):
        if isinstance(left, fmpq) and isinstance(right, fmpq):
            return (left > right) - (left < right)
        (s, a, k), (t, b, j) = _as_root(left), _as_root(right)  # type: ignore[arg-type]
        if s != t:
            return (s > t) - (s < t)
        difference = (ball(left) - ball(right)) if k != j or a != b else arb(0)
        if difference > 0 or difference < 0:
            return 1 if difference > 0 else -1
        a, b = a**j, b**k
        return s * ((a > b) - (a < b))
    difference = ball(left) - ball(right)
    if difference > 0:
        return 1
    return -1 if difference < 0 else None


class precision:
    """``with precision(bits):`` sets the precision of balls, and puts back what was set before."""

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def __enter__(self) -> None:
        self.before = ctx.prec
        ctx.prec = self.bits

    def __exit__(self, *_: object) -> None:
        ctx.prec = self.before
