"""Reads a numeral exactly: integers, decimals, scientific notation and fractions."""

from __future__ import annotations

import re

from flint import fmpq, fmpz

from checker.datasets.errors import InputError, quoted

MOST_DIGITS = 10_000
MOST_EXPONENT = 10_000

_DECIMAL = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?)(\d+))?", re.ASCII)
_FRACTION = re.compile(r"([+-]?)(\d+)/(\d+)", re.ASCII)
# A fraction with two full sides, or a decimal with all its digits, an exponent and room for signs.
_MOST_CHARACTERS = 2 * MOST_DIGITS + 20
_EXAMPLES = "write an integer, a decimal such as 0.1 or 1.5e-3, or a fraction such as 1/3"


def parse_rational(text: str, where: str) -> fmpq:
    """The rational number that a numeral denotes: ``"0.1"`` is exactly 1/10.

    Args:
        text: the numeral; spaces and tabs around it are ignored.
        where: the place it was read from, for the message: ``row 3, column 'GNP' of longley.csv``.

    Raises:
        InputError: not a numeral, a zero denominator, more than ``MOST_DIGITS`` digits (on either side of a
            fraction), or a decimal exponent beyond ``±MOST_EXPONENT``.

    >>> parse_rational("1.5e-3", "an example")
    3/2000
    """
    numeral = text.strip(" \t")
    if len(numeral) > _MOST_CHARACTERS:
        raise InputError(
            f"{quoted(numeral)} in {where} has {len(numeral):,} characters; "
            f"a number has at most {MOST_DIGITS:,} digits."
        )
    if fraction := _FRACTION.fullmatch(numeral):
        sign, above, below = fraction.groups()
        _refuse_digits(max(len(above), len(below)), numeral, where)
        denominator = fmpz(below)
        if denominator == 0:
            raise InputError(f"{quoted(numeral)} in {where} divides by zero; {_EXAMPLES}.")
        return fmpq(_signed(sign, fmpz(above)), denominator)
    decimal = _DECIMAL.fullmatch(numeral)
    if decimal is None or not (decimal[2] or decimal[3]):
        raise InputError(f"{quoted(numeral)} in {where} is {_what(numeral)}; {_EXAMPLES}.")
    sign, whole, part, exponent_sign, exponent_digits = (group or "" for group in decimal.groups())
    _refuse_digits(len(whole) + len(part), numeral, where)
    exponent_digits = exponent_digits.lstrip("0")
    if len(exponent_digits) > len(str(MOST_EXPONENT)) or int(exponent_digits or 0) > MOST_EXPONENT:
        raise InputError(
            f"{quoted(numeral)} in {where} has a decimal exponent beyond ±{MOST_EXPONENT:,}; rescale the data."
        )
    scale = _signed(exponent_sign, int(exponent_digits or 0)) - len(part)
    mantissa = _signed(sign, fmpz(whole + part))
    power = fmpz(10) ** abs(scale)
    return fmpq(mantissa * power) if scale >= 0 else fmpq(mantissa, power)


def _signed(sign: str, value: int | fmpz) -> int | fmpz:
    return -value if sign == "-" else value


def _refuse_digits(digits: int, numeral: str, where: str) -> None:
    if digits > MOST_DIGITS:
        raise InputError(
            f"{quoted(numeral)} in {where} has {digits:,} digits; a number has at most {MOST_DIGITS:,} digits."
        )


def _what(numeral: str) -> str:
    if not numeral:
        return "empty where a number is needed"
    if numeral.lstrip("+-").lower() in ("nan", "inf", "infinity"):
        return "not a finite number"
    if _DECIMAL.fullmatch(numeral.replace(",", ".", 1)):
        return "not a number, as the decimal sign is a point"
    return "not a number"
