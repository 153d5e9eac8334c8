"""From balls near an optimum of a cone program to rationals that are feasible.

Inside its cones a point is rounded.  Where an optimum is to be exact, or nothing is inside, the forms that are zero
there are made zero: a linear program has a vertex or another point of its optimal face then, without any error.
"""

from __future__ import annotations

from collections.abc import Mapping

from flint import fmpq, fmpq_mat

from checker.kernel.matrices import least_norm
from checker.witness.cone_path import Solution
from checker.witness.cone_program import ConeProgram
from checker.witness.linear_forms import CONSTANT, ONE, Form, combined, constant, value_at
from checker.witness.rounding import rational_of

ZERO = fmpq(0)
# Equations left when no column occurs in few of them are too many for exact numbers beyond this.
_MOST = 100


def rounded_inside(program: ConeProgram, found: Solution, bits: int) -> list[fmpq]:
    """The columns of the statement's variables, rounded and changed as little as its equations need."""
    point = [rational_of(entry, 2 * bits) for entry in found.columns]
    given, equations = point[: program.given], program.zero[: program.equations]
    left = [-value_at(form, point) for form in equations]
    if any(left):
        table = [form.get(column, ZERO) for form in equations for column in range(program.given)]
        matrix = fmpq_mat(len(equations), program.given, table)
        changes = least_norm(matrix, fmpq_mat(len(left), 1, left)).entries()
        given = [x + change for x, change in zip(given, changes, strict=True)]
    return given


def on_the_face(program: ConeProgram, found: Solution, bits: int) -> list[fmpq] | None:
    """The same for a point at which forms that are zero at the optimum, as far as is seen, are so exactly.

    Returns None where they contradict each other or are too many.
    """
    point = [rational_of(entry, 2 * bits) for entry in found.columns]
    equations = [*program.zero, *found.zero]
    left = [(form, value_at(form, point)) for form in equations]
    changes = _solved(
        [combined([(ONE, form), (ONE, constant(value - form.get(CONSTANT, ZERO)))]) for form, value in left]
    )
    if changes is None:
        return None
    return [x + changes.get(column, ZERO) for column, x in enumerate(point[: program.given])]


def _solved(equations: list[Form]) -> Mapping[int, fmpq] | None:
    """Some solution, small where the constants are; None without one, or if the equations are too many."""
    left, used = [form for form in equations if form], dict[int, set[int]]()
    for at, form in enumerate(left):
        for column in form:
            used.setdefault(column, set()).add(at)
    open_rows, order = set(range(len(left))), list[tuple[int, Form]]()
    while open_rows:
        at = min(open_rows, key=lambda row: len(left[row]))
        form = left[at]
        open_rows.remove(at)
        columns = [column for column in form if column != CONSTANT]
        if not columns:
            if form:
                return None
            continue
        if len(columns) > _MOST and len(open_rows) > _MOST:
            return None
        pivot = min(columns, key=lambda column: (len(used[column] & open_rows), -abs(form[column])))
        normal = combined([(1 / form[pivot], form)])
        for row in used[pivot] & open_rows:
            left[row] = combined([(ONE, left[row]), (-left[row].get(pivot, ZERO), normal)])
            for column in left[row]:
                used[column].add(row)
        order.append((pivot, normal))
    values: dict[int, fmpq] = {}
    for pivot, normal in reversed(order):
        others = ((k, v) for k, v in normal.items() if k not in (pivot, CONSTANT))
        values[pivot] = -sum((v * values.get(k, ZERO) for k, v in others), start=normal.get(CONSTANT, ZERO))
    return values
