"""Linear forms in numbered columns, exact, and matrices of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from flint import fmpq, fmpq_mat, nmod, nmod_mat

# What is added to a linear form, beside the numbers of its columns.
CONSTANT = -1
Form = dict[int, fmpq]
ONE = fmpq(1)
_PRIME = (1 << 61) - 1


@dataclass(frozen=True)
class Table:
    """A matrix of linear forms, by rows."""

    rows: int
    columns: int
    forms: list[Form]

    def at(self, i: int, j: int) -> Form:
        """An entry."""
        return self.forms[i * self.columns + j]

    def transposed(self) -> Table:
        """The transpose."""
        swapped = [self.at(i, j) for j, i in product(range(self.columns), range(self.rows))]
        return Table(self.columns, self.rows, swapped)


def table_of(value: Any) -> Table:
    """A matrix of forms or of numbers, a form, or a number as a matrix of forms."""
    if isinstance(value, Table):
        return value
    if isinstance(value, fmpq_mat):
        return Table(value.nrows(), value.ncols(), [constant(entry) for entry in value.entries()])
    return Table(1, 1, [constant(value) if isinstance(value, fmpq) else value])


def constant(number: fmpq) -> Form:
    """The form that is a number."""
    return {CONSTANT: number} if number != 0 else {}


def is_constant(form: Form) -> bool:
    """Whether a form depends on no column."""
    return all(column == CONSTANT for column in form)


def matrix_times(matrix: fmpq_mat, table: Table) -> Table:
    """The product of a matrix of numbers and one of forms."""
    numbers, inner = matrix.tolist(), range(matrix.ncols())
    places = product(range(matrix.nrows()), range(table.columns))
    forms = [combined((numbers[i][k], table.at(k, j)) for k in inner) for i, j in places]
    return Table(matrix.nrows(), table.columns, forms)


def combined(terms: Iterable[tuple[fmpq, Mapping[int, fmpq]]]) -> Form:
    """``Σ factor · form``."""
    result: Form = {}
    for factor, form in terms:
        if factor != 0:
            for column, value in form.items():
                result[column] = result[column] + factor * value if column in result else factor * value
    return {column: value for column, value in result.items() if value != 0}


def minus(form: Form) -> Form:
    """``−form``."""
    return {column: -value for column, value in form.items()}


def value_at(form: Form, point: Mapping[int, fmpq] | Sequence[fmpq]) -> fmpq:
    """The form at exact values of the columns."""
    return sum((f * point[k] for k, f in form.items() if k != CONSTANT), start=form.get(CONSTANT, fmpq(0)))


def independent(rows: Sequence[Form], columns: Iterable[int]) -> list[int]:
    """The numbers of rows that those before do not span, modulo a prime, in some of the columns."""
    chosen = set(columns)
    entries = [{column: factor for column, factor in row.items() if column in chosen} for row in rows]
    found, left = _peeled(entries)
    places = {column: at for at, column in enumerate(sorted({column for i in left for column in entries[i]}))}
    if not places:
        return sorted(found)
    table = nmod_mat(len(places), len(left), _PRIME)
    for at, i in enumerate(left):
        for column, factor in entries[i].items():
            below = int(factor.q) % _PRIME or 1
            table[places[column], at] = nmod(int(factor.p) % _PRIME, _PRIME) / below
    reduced, rank = table.rref()
    pivot = 0
    for row in range(rank):
        while int(reduced[row, pivot]) == 0:
            pivot += 1
        found.append(left[pivot])
    return sorted(found)


def _peeled(rows: Sequence[Form]) -> tuple[list[int], list[int]]:
    """Rows with a column that no other one has, then such among the others, and so on; and those that are left."""
    owners: dict[int, set[int]] = {}
    for i, row in enumerate(rows):
        for column in row:
            owners.setdefault(column, set()).add(i)
    found, left = list[int](), dict.fromkeys(i for i, row in enumerate(rows) if row)
    waiting = [column for column, rows_of in owners.items() if len(rows_of) == 1]
    while waiting:
        for i in owners[waiting.pop()] & left.keys():
            found.append(i)
            del left[i]
            for column in rows[i]:
                owners[column].discard(i)
                if len(owners[column]) == 1:
                    waiting.append(column)
    return found, list(left)
