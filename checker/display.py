"""Exact values for a reader: short ones as themselves, long ones as decimals or shapes."""

from __future__ import annotations

from typing import Any

from flint import ctx, fmpq, fmpq_mat

from checker.kernel import matrices
from checker.kernel.numbers import ball

_SHORT_BITS, _SHORT_ENTRIES, _DECIMALS = 64, 9, 60


def show(value: Any) -> str:
    """A number, a matrix, or a pair of numbers that bracket an optimum; '' for None."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return f"[{', '.join(map(show, value))}]"
    if matrices.is_matrix(value):
        rows, columns = matrices.shape(value)
        small = isinstance(value, fmpq_mat) and rows * columns <= _SHORT_ENTRIES
        if small and max(entry.height_bits() for entry in value.entries()) < _SHORT_BITS:
            return "[" + ", ".join("[" + ", ".join(map(str, row)) + "]" for row in value.tolist()) + "]"
        return f"a {rows}×{columns} matrix"
    if isinstance(value, fmpq) and value.height_bits() < _SHORT_BITS:
        return str(value)
    with ctx.workprec(4 * _DECIMALS):
        shown = str(ball(value).str(_DECIMALS, radius=False))
    # So FLINT writes a ball around zero.
    return f"0 to {shown[3:]} decimals" if shown.startswith("0e-") else shown
