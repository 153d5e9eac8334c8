"""Matrices: rational, rational times one root (a unit vector ``Xᵀλ/s``, say), or of balls."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

from flint import arb, arb_mat, fmpq, fmpq_mat, nmod_mat

from checker.kernel.numbers import (
    Number,
    Root,
    Undecidable,
    add,
    ball,
    compare,
    is_exact,
    multiply,
    power,
    sign_of,
)

_PRIME = (1 << 61) - 1


@dataclass(frozen=True)
class Scaled:
    """``root · matrix`` with a rational matrix."""

    root: Root
    matrix: fmpq_mat


Matrix: TypeAlias = Any  # fmpq_mat, Scaled or arb_mat


def is_matrix(value: Any) -> bool:
    """Whether a value is a matrix of any kind."""
    return isinstance(value, (fmpq_mat, Scaled, arb_mat))


def shape(matrix: Matrix) -> tuple[int, int]:
    """Rows and columns."""
    inside = matrix.matrix if isinstance(matrix, Scaled) else matrix
    return inside.nrows(), inside.ncols()


def ball_matrix(matrix: Matrix) -> arb_mat:
    """The matrix at the present precision."""
    if isinstance(matrix, Scaled):
        return arb_mat(matrix.matrix) * ball(matrix.root)
    return matrix if isinstance(matrix, arb_mat) else arb_mat(matrix)


def rational(matrix: Matrix, what: str = "this") -> tuple[fmpq | Root, fmpq_mat]:
    """An exact matrix as a root (or 1) and a rational matrix.

    Raises:
        Undecidable: a matrix of balls.
    """
    if isinstance(matrix, arb_mat):
        raise Undecidable(f"{what} is decided for exact matrices only, and this one is enclosed in balls")
    return (matrix.root, matrix.matrix) if isinstance(matrix, Scaled) else (fmpq(1), matrix)


def scale(number: Number, matrix: Matrix) -> Matrix:
    """The matrix times a number."""
    if isinstance(number, fmpq) and number == 1:
        return matrix
    if not is_exact(number) or isinstance(matrix, arb_mat):
        return ball_matrix(matrix) * ball(number)
    root, inside = rational(matrix)
    factor = multiply(number, root)
    if isinstance(factor, Root):
        return Scaled(factor, inside)
    return inside * factor if isinstance(factor, fmpq) else arb_mat(inside) * factor


def product(left: Matrix, right: Matrix) -> Matrix:
    """The matrix product."""
    if isinstance(left, arb_mat) or isinstance(right, arb_mat):
        return ball_matrix(left) * ball_matrix(right)
    (a, A), (b, B) = rational(left), rational(right)
    # Times one number, each entry keeps its own denominator; a product of matrices finds a common one.
    return scale(multiply(a, b), A * B[0, 0] if A.ncols() == 1 and shape(B) == (1, 1) else A * B)


def chain(factors: list[Matrix]) -> Matrix:
    """The product of several, taken from its thinner end: ``X·W_1·w_2`` costs two matrix-vector products."""
    factors = list(factors)
    from_the_right = shape(factors[-1])[1] <= shape(factors[0])[0]
    while len(factors) > 1:
        at = len(factors) - 2 if from_the_right else 0
        factors[at : at + 2] = [product(factors[at], factors[at + 1])]
    return factors[0]


def sum_of(left: Matrix, right: Matrix) -> Matrix:
    """The sum: exact where one is zero or the ratio of the two roots is rational."""
    if isinstance(left, arb_mat) or isinstance(right, arb_mat):
        return ball_matrix(left) + ball_matrix(right)
    (a, A), (b, B) = rational(left), rational(right)
    if a == b:
        return scale(a, A + B)
    if is_zero(A) or is_zero(B):
        return right if is_zero(A) else left
    ratio = multiply(a, power(b, fmpq(-1)))
    return scale(b, A * ratio + B) if isinstance(ratio, fmpq) else ball_matrix(left) + ball_matrix(right)


def is_zero(matrix: fmpq_mat) -> bool:
    """Whether every entry is zero."""
    return bool(matrix == fmpq_mat(matrix.nrows(), matrix.ncols()))


def transpose(matrix: Matrix) -> Matrix:
    """The transpose."""
    return Scaled(matrix.root, matrix.matrix.transpose()) if isinstance(matrix, Scaled) else matrix.transpose()


def block(matrix: Matrix, index: int, width: int = 1) -> Matrix:
    """The columns of that number, from 1, where they are counted in blocks of a width."""
    columns, first = shape(matrix)[1], (index - 1) * width
    if width < 1 or not 0 <= first <= columns - width:
        raise Undecidable(f"there are {columns} columns and none of the number {index}, in blocks of {width}")
    if isinstance(matrix, arb_mat):
        return matrix * arb_mat(columns, width, [int(i == first + j) for i in range(columns) for j in range(width)])
    root, inside = rational(matrix)
    entries = [inside[i, first + j] for i in range(inside.nrows()) for j in range(width)]
    return scale(root, fmpq_mat(inside.nrows(), width, entries))


def entry(vector: Matrix, index: int) -> Number:
    """The entry of a column of that number, from 1."""
    rows = shape(vector)[0]
    if not 1 <= index <= rows:
        raise Undecidable(f"there are {rows} entries and none of the number {index}")
    if isinstance(vector, arb_mat):
        return vector[index - 1, 0]
    root, inside = rational(vector)
    return multiply(root, inside[index - 1, 0])


def diagonal(entries: Matrix) -> Matrix:
    """The diagonal matrix with the entries of a column."""
    root, inside = rational(entries, "a diagonal matrix")
    size, values = inside.nrows(), inside.entries()
    return scale(root, fmpq_mat(size, size, [values[i] if i == j else 0 for i in range(size) for j in range(size)]))


def relu(matrix: Matrix) -> Matrix:
    """``max(·, 0)`` in each entry."""
    root, inside = rational(matrix, "a rectifier")
    sign, zero = sign_of(root), fmpq(0)
    signed = inside.entries() if sign > 0 else (-inside).entries()
    entries = [entry if entry > 0 else zero for entry in signed]
    return scale(absolute(root), fmpq_mat(inside.nrows(), inside.ncols(), entries))


def absolute(root: fmpq | Root) -> Number:
    """The absolute value of an exact number."""
    return multiply(fmpq(sign_of(root)), root)


def rank(matrix: Matrix) -> int:
    """The exact rank; a full rank modulo a prime is a full rank over Q, and settles most cases."""
    _, inner = rational(matrix, "a rank")
    numerators, _ = inner.numer_denom()
    modular = nmod_mat(numerators, _PRIME).rank()
    return int(modular if modular == min(inner.nrows(), inner.ncols()) else numerators.rank())


def factorise(matrix: fmpq_mat) -> tuple[fmpq_mat, fmpq_mat]:
    """``C·F = matrix`` with ``C`` of full column rank and ``F`` of full row rank (both with ≥ 1 column/row)."""
    reduced, found = matrix.rref()
    pivots = [next(j for j in range(matrix.ncols()) if reduced[row, j] != 0) for row in range(found)]
    columns = fmpq_mat(matrix.nrows(), found, [matrix[i, j] for i in range(matrix.nrows()) for j in pivots])
    rows = fmpq_mat(found, matrix.ncols(), [reduced[i, j] for i in range(found) for j in range(matrix.ncols())])
    return columns, rows


def least_norm(inputs: Matrix, target: Matrix) -> Matrix:
    """``A†·B``, exactly: the least-squares solution of least norm."""
    (a, A), (b, B) = rational(inputs, "a pseudo-inverse"), rational(target, "a pseudo-inverse")
    if a != 1:
        return scale(power(a, fmpq(-1)), least_norm(A, target))
    if b != 1:
        return scale(b, least_norm(A, B))
    found = rank(A)
    if found == A.nrows() == A.ncols():
        return A.solve(B)
    if found == A.nrows():
        return A.transpose() * (A * A.transpose()).solve(B)
    if found == A.ncols():
        return (A.transpose() * A).solve(A.transpose() * B)
    if found == 0:
        return fmpq_mat(A.ncols(), B.ncols())
    columns, rows = factorise(A)
    inner = (columns.transpose() * columns).solve(columns.transpose() * B)
    return rows.transpose() * (rows * rows.transpose()).solve(inner)


def pinv(matrix: Matrix) -> Matrix:
    """The Moore–Penrose inverse."""
    return least_norm(matrix, identity(shape(matrix)[0]))


def identity(size: int) -> fmpq_mat:
    """The identity matrix."""
    return fmpq_mat(size, size, [fmpq(int(i == j)) for i in range(size) for j in range(size)])


def inner(left: Matrix, right: Matrix) -> Number:
    """``tr(AᵀB)``."""
    if isinstance(left, arb_mat) or isinstance(right, arb_mat):
        pairs = zip(ball_matrix(left).entries(), ball_matrix(right).entries(), strict=True)
        return sum((x * y for x, y in pairs), start=arb(0))
    (a, A), (b, B) = rational(left), rational(right)
    if A.ncols() == 1 == B.ncols():
        return multiply(multiply(a, b), (A.transpose() * B)[0, 0])
    (P, p), (Q, q) = A.numer_denom(), B.numer_denom()
    total = sum(x * y for x, y in zip(P.entries(), Q.entries(), strict=True))
    return multiply(multiply(a, b), fmpq(total, p * q))


def trace(matrix: Matrix) -> Number:
    """The trace of a square matrix."""
    return inner(identity(shape(matrix)[0]), matrix)


def predicate(kind: str, values: list[Any]) -> bool:
    """Decides a relation between exact values that is not an order.

    Raises:
        Undecidable: a value that is not exact, or a relation without a rule.
    """
    if not is_matrix(values[0]) and is_exact(*values) and kind in ("nonzero", "equal"):
        return (compare(values[0], values[1] if kind == "equal" else fmpq(0)) == 0) == (kind == "equal")
    if is_matrix(values[0]):
        root, first = rational(values[0], f"the relation {kind!r}")
        match kind:
            case "equal":
                other, second = rational(values[1], "an equation")
                ratio = multiply(root, power(other, fmpq(-1)))
                if is_exact(ratio):
                    # Of a ratio that is irrational, only zero is a rational multiple.
                    return first * ratio == second if isinstance(ratio, fmpq) else is_zero(first) and is_zero(second)
            case "rank_at_most" if (order := compare(fmpq(rank(first)), values[1])) is not None:
                return order <= 0
            case "nonzero":
                return not is_zero(first)
            case "nonnegative" | "positive":
                signs = [sign_of(root) * entry for entry in first.entries()]
                return all(sign > 0 or (sign == 0 and kind == "nonnegative") for sign in signs)
            case "integral" if root == 1:
                return all(entry.q == 1 for entry in first.entries())
            case "increasing" if root == 1:
                return all(left < right for left, right in pairwise(first.entries()))
            case "parallel":
                direction = rational(values[1], kind)[1]
                projected = direction * (direction.transpose() * first)
                return is_zero(first * (inner(direction, direction) or fmpq(1)) - projected)
            case "in_range" | "outside_range":
                matrix = rational(values[1], kind)[1]
                inside = rank(matrix) == matrix.nrows() or is_zero(matrix * least_norm(matrix, first) - first)
                return inside == (kind == "in_range")
    raise Undecidable(f"no rule decides the relation {kind!r} here")


def as_equation(kind: str, values: list[Any]) -> tuple[Any, Any]:
    """Two values that are equal where a relation holds, and near each other where it nearly does.

    Raises:
        Undecidable: values that are not exact, or a relation that holds or not, and never nearly.
    """
    match kind:
        case "equal":
            return values[0], values[1]
        case "at_most":
            return (values[0], values[0]) if compare(*values) in (-1, 0) else (values[0], values[1])
        case "nonnegative" if is_matrix(values[0]):
            return values[0], relu(values[0])
        case "parallel":
            direction = rational(values[1], kind)[1]
            first, size = rational(values[0], kind)[1], inner(direction, direction)
            return scale(size, first), direction * (direction.transpose() * first)
        case "rank_at_most" if isinstance(values[1], fmpq) and values[1] >= 0:
            # Elementary symmetric polynomials of the squared singular values: about σ_{k+1}² is left beside σ_1².
            inside, most = rational(values[0], kind)[1], int(values[1])
            sums = [*map(abs, (inside.transpose() * inside).charpoly().coeffs()[::-1]), fmpq(0)]
            left = sums[most + 1] / (sums[most] * sums[1]) if most < len(sums) - 1 and sums[most + 1] else fmpq(0)
            return fmpq(1), add(fmpq(1), power(left, fmpq(1, 2)))
    raise Undecidable(f"the relation {kind!r} does not hold nearly")
