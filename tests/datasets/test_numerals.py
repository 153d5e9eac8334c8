"""Numerals denote rationals exactly, and what is none is refused before it is converted."""

from __future__ import annotations

import sys

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.datasets.errors import InputError
from checker.datasets.numerals import MOST_DIGITS, MOST_EXPONENT, parse_rational


def assert_one_sentence(message: str) -> None:
    assert message.isprintable()
    assert message.endswith(".")
    assert ". " not in message
    assert len(message) < 400


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", fmpq(1, 10)),
        ("1.5e-3", fmpq(3, 2000)),
        ("-2/6", fmpq(-1, 3)),
        ("+7", fmpq(7)),
        (" 5.\t", fmpq(5)),
        (".5", fmpq(1, 2)),
        ("-0", fmpq(0)),
        ("12E+2", fmpq(1200)),
        ("1e0000000000002", fmpq(100)),
    ],
)
def test_a_numeral_is_taken_exactly(text: str, value: fmpq) -> None:
    assert parse_rational(text, "a test") == value


@pytest.mark.parametrize(
    "text",
    ["", " ", "-", ".", "e5", "1e", "1e1.5", "0x10", "1_000", "1 000", "1/2/3", "1/-2", "1 / 2", "1.5/2", "--1", "٣",
     "²", "½", "1\n", "\n", "inf", "Infinity", "1,000", "0b1", "1j", "1d5", "1/00"],
)  # fmt: skip
def test_what_is_no_numeral_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_rational(text, "row 3, column 'GNP' of longley.csv")
    assert "in row 3, column 'GNP' of longley.csv" in str(caught.value)
    assert_one_sentence(str(caught.value))


@pytest.mark.parametrize(
    "text",
    [
        "1e999999999",
        "1e-10001",
        "1E" + "9" * 5000,
        "7" * 10_000_000,
        "0." + "0" * 10_000,
        f"1/{'3' * 10_001}",
        "0e10001",
    ],
    ids=["exponent", "negative", "long exponent", "long", "fraction digits", "denominator", "zero"],
)
def test_what_is_too_long_or_too_large_is_refused_without_converting_it(text: str) -> None:
    with pytest.raises(InputError, match=r"10,000") as caught:
        parse_rational(text, "a test")
    assert_one_sentence(str(caught.value))


def test_the_limits_themselves_are_accepted_beyond_pythons_own_limit_on_digits() -> None:
    assert sys.get_int_max_str_digits() < MOST_DIGITS
    assert parse_rational("9" * MOST_DIGITS, "a test") + 1 == fmpq(10) ** MOST_DIGITS
    assert parse_rational(f"-1e-{MOST_EXPONENT}", "a test") == -1 / fmpq(10) ** MOST_EXPONENT
    assert parse_rational("0." + "0" * (MOST_DIGITS - 2) + "1", "a test") == 1 / fmpq(10) ** (MOST_DIGITS - 1)


RATIONALS = st.builds(fmpq, st.integers(), st.integers(1)) | st.builds(
    fmpq, st.integers(-(10**60), 10**60), st.integers(1, 10**60)
)


@settings(deadline=None)
@given(RATIONALS)
def test_a_rational_that_is_written_is_read_back(value: fmpq) -> None:
    assert parse_rational(str(value), "a test") == value


@settings(deadline=None)
@given(st.integers(-(10**30), 10**30), st.integers(0, 40), st.integers(-50, 50))
def test_a_decimal_denotes_mantissa_times_power_of_ten(mantissa: int, places: int, exponent: int) -> None:
    digits = f"{abs(mantissa):0{places + 1}d}"
    text = ("-" if mantissa < 0 else "") + digits[: len(digits) - places] + "." + digits[len(digits) - places :]
    assert parse_rational(f"{text}e{exponent}", "a test") == mantissa * fmpq(10) ** (exponent - places)


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_shortest_decimal_of_a_float_rounds_to_it(value: float) -> None:
    exact = parse_rational(repr(value), "a test")
    assert int(exact.p) / int(exact.q) == value
