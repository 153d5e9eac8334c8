"""Matrices as tuples of rows, of any numbers of :mod:`.numbers`; ranks and inverses by elimination in fractions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import pairwise

from tests.second_opinion.numbers import Number, Unknown, add, is_exact, multiply, negative

Rows = tuple[tuple[Number, ...], ...]


@dataclass(frozen=True)
class Matrix:
    """A matrix of a shape, which may have no rows or no columns."""

    rows: int
    columns: int
    entries: tuple[Number, ...]

    def __getitem__(self, place: tuple[int, int]) -> Number:
        return self.entries[place[0] * self.columns + place[1]]

    def row(self, i: int) -> tuple[Number, ...]:
        return self.entries[i * self.columns : (i + 1) * self.columns]

    def column(self, j: int) -> tuple[Number, ...]:
        return self.entries[j :: self.columns]

    @property
    def is_rational(self) -> bool:
        return all(isinstance(entry, Fraction) for entry in self.entries)


def build(rows: int, columns: int, entry: Callable[[int, int], Number]) -> Matrix:
    return Matrix(rows, columns, tuple(entry(i, j) for i in range(rows) for j in range(columns)))


def of_rows(rows: list[list[Number]]) -> Matrix:
    return build(len(rows), len(rows[0]), lambda i, j: rows[i][j])


def zero(rows: int, columns: int) -> Matrix:
    return build(rows, columns, lambda i, j: Fraction(0))


def identity(size: int) -> Matrix:
    return build(size, size, lambda i, j: Fraction(int(i == j)))


def total(numbers: Iterable[Number]) -> Number:
    return reduce(add, numbers, Fraction(0))


def mapped(function: Callable[[Number], Number], matrix: Matrix) -> Matrix:
    return Matrix(matrix.rows, matrix.columns, tuple(map(function, matrix.entries)))


def transpose(matrix: Matrix) -> Matrix:
    return build(matrix.columns, matrix.rows, lambda i, j: matrix[j, i])


def plus(left: Matrix, right: Matrix) -> Matrix:
    if (left.rows, left.columns) != (right.rows, right.columns):
        raise Unknown("a sum of matrices of two shapes")
    return Matrix(left.rows, left.columns, tuple(map(add, left.entries, right.entries)))


def minus(left: Matrix, right: Matrix) -> Matrix:
    return plus(left, mapped(negative, right))


def times(left: Matrix, right: Matrix) -> Matrix:
    if left.columns != right.rows:
        raise Unknown("a product of matrices whose shapes do not fit")
    columns = [right.column(j) for j in range(right.columns)]
    return build(left.rows, right.columns, lambda i, j: total(map(multiply, left.row(i), columns[j])))


def scaled(number: Number, matrix: Matrix) -> Matrix:
    return mapped(lambda entry: multiply(number, entry), matrix)


def inner(left: Matrix, right: Matrix) -> Number:
    if (left.rows, left.columns) != (right.rows, right.columns):
        raise Unknown("an inner product of matrices of two shapes")
    return total(map(multiply, left.entries, right.entries))


def is_zero(matrix: Matrix) -> bool:
    return all(is_exact(entry) and entry == 0 for entry in matrix.entries)


def _refuse_irrational(matrix: Matrix) -> None:
    if not matrix.is_rational:
        raise Unknown("linear algebra of a matrix that is not rational")


def eliminated(matrix: Matrix) -> tuple[list[list[Fraction]], list[int]]:
    """The reduced echelon form, and the columns of its pivots."""
    _refuse_irrational(matrix)
    rows, pivots = [list(matrix.row(i)) for i in range(matrix.rows)], list[int]()
    for j in range(matrix.columns):
        at = next((i for i in range(len(pivots), matrix.rows) if rows[i][j]), None)
        if at is None:
            continue
        top = len(pivots)
        rows[top], rows[at] = rows[at], rows[top]
        rows[top] = [entry / rows[top][j] for entry in rows[top]]
        for i in range(matrix.rows):
            if i != top and rows[i][j]:
                rows[i] = [x - rows[i][j] * y for x, y in zip(rows[i], rows[top], strict=True)]
        pivots.append(j)
    return rows, pivots


def rank(matrix: Matrix) -> int:
    return len(eliminated(matrix)[1])


def solved(square: Matrix, right: Matrix) -> Matrix:
    """``square⁻¹·right``, of an invertible matrix."""
    beside = build(
        square.rows, square.columns + right.columns,
        lambda i, j: square[i, j] if j < square.columns else right[i, j - square.columns],
    )  # fmt: skip
    rows, _ = eliminated(beside)
    return build(square.columns, right.columns, lambda i, j: rows[i][square.columns + j])


def pseudo_inverse(matrix: Matrix) -> Matrix:
    """``Fᵀ(FFᵀ)⁻¹(CᵀC)⁻¹Cᵀ`` with ``matrix = C·F``, the pivot columns times the echelon form."""
    rows, pivots = eliminated(matrix)
    if not pivots:
        return zero(matrix.columns, matrix.rows)
    left = build(matrix.rows, len(pivots), lambda i, j: matrix[i, pivots[j]])
    right = build(len(pivots), matrix.columns, lambda i, j: rows[i][j])
    first = solved(times(transpose(left), left), transpose(left))
    return times(transpose(right), solved(times(right, transpose(right)), first))


def in_range(target: Matrix, inputs: Matrix) -> bool:
    """Whether every column of the target is a combination of the inputs' columns."""
    beside = build(
        inputs.rows, inputs.columns + target.columns,
        lambda i, j: inputs[i, j] if j < inputs.columns else target[i, j - inputs.columns],
    )  # fmt: skip
    return rank(beside) == rank(inputs)


def is_increasing(matrix: Matrix) -> bool:
    return all(left < right for left, right in pairwise(matrix.entries))


def characteristic_polynomial(square: Matrix) -> list[Fraction]:
    """The coefficients of ``det(x·I − A)`` from the highest power on (Faddeev and LeVerrier)."""
    _refuse_irrational(square)
    size, coefficients, current = square.rows, [Fraction(1)], zero(square.rows, square.rows)
    for k in range(1, size + 1):
        current = plus(times(square, current), scaled(coefficients[-1], identity(size)))
        product = times(square, current)
        coefficients.append(-total(product[i, i] for i in range(size)) / k)
    return coefficients
