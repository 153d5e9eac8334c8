"""From what a witness returns (floats, NumPy, mpmath, SymPy, Fractions, flint) to exact rationals."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
from flint import arb, fmpq, fmpq_mat, fmpz


class WitnessError(ValueError):
    """A witness that cannot be used; the message says why."""


class NotConvex(WitnessError):
    """A problem that a solver does not see to be convex, or cannot read."""


def exact_number(value: Any) -> fmpq:
    """The exact value of a number; a ball stands for its middle.

    Raises:
        WitnessError: not a finite number.
    """
    if isinstance(value, fmpq):
        return value
    if isinstance(value, (int, np.integer, fmpz)):
        return fmpq(int(value))
    if isinstance(value, (float, np.floating)):
        if not math.isfinite(value):
            raise WitnessError(f"it proposed the value {value}, which is not a finite number")
        return fmpq(*float(value).as_integer_ratio())
    if isinstance(value, (Fraction, Decimal)):
        return fmpq(*value.as_integer_ratio())
    if isinstance(value, mpmath.mpf):
        if not mpmath.isfinite(value):
            raise WitnessError(f"it proposed the value {value}, which is not a finite number")
        sign, mantissa, exponent, _ = value._mpf_
        return fmpq(-int(mantissa) if sign else int(mantissa)) * fmpq(2) ** int(exponent)
    if isinstance(value, arb):
        mantissa, exponent = value.mid().man_exp()
        return fmpq(mantissa) * fmpq(2) ** int(exponent)
    if getattr(value, "is_Rational", False):
        return fmpq(int(value.p), int(value.q))
    raise WitnessError(f"it proposed {value!r}, which is not a number")


def exact_matrix(value: Any, rows: int, columns: int) -> fmpq_mat:
    """A rows×columns matrix from a matrix, an array, or nested lists; a flat list serves for a column or a row.

    Raises:
        WitnessError: another shape, or an entry that is not a finite number.
    """
    if isinstance(value, fmpq_mat):
        found = (value.nrows(), value.ncols())
        entries = None
    else:
        nested = value.tolist() if hasattr(value, "tolist") else value
        if not isinstance(nested, (list, tuple)):
            nested = [nested]
        table = [list(row) if isinstance(row, (list, tuple)) else [row] for row in nested]
        if len(table) == columns and rows == 1 and all(len(row) == 1 for row in table):
            table = [[row[0] for row in table]]
        found = (len(table), len(table[0]) if table else 0)
        entries = [exact_number(entry) for row in table for entry in row]
    if found != (rows, columns) or (entries is not None and len(entries) != rows * columns):
        raise WitnessError(f"it proposed a {found[0]}×{found[1]} matrix where {rows}×{columns} is needed")
    return value if entries is None else fmpq_mat(rows, columns, entries)
