"""The lines of a global minimum as values of ``q``, ``rho`` and a matrix whose columns are the multipliers."""

from collections.abc import Callable
from typing import Any

from flint import fmpq, fmpq_mat

from checker.witness.global_minimum import GlobalMinimum


def lines_of(found: GlobalMinimum, name: str, multipliers: Callable[[Any], fmpq_mat]) -> dict[str, Any]:
    """``q`` lines, the ``q + 1`` ends of their intervals, and the matrix of that name, of n rows.

    Args:
        found: with N lines; where it needs none, the one of the best point stands for an interval of no length.
        name: of the matrix.
        multipliers: from the payload of a line to its column of shape (n, 1), or to its columns.
    """
    points, lines = (found.points, found.lines) if found.lines else ((fmpq(0), fmpq(0)), (found.best,))
    columns = [column for line in lines for column in multipliers(line.payload).transpose().tolist()]
    matrix = fmpq_mat([list(row) for row in zip(*columns, strict=True)])
    return {"q": len(lines), "rho": fmpq_mat(len(points), 1, list(points)), name: matrix}
