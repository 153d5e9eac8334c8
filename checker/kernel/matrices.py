"""Matrices: rational, rational times one root (a unit vector ``Xᵀλ/s``, say), or of balls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb, arb_mat, fmpq, fmpq_mat, fmpz_mat, nmod_mat

from checker.kernel.numbers import Root, Undecidable, add, ball, is_exact, multiply, power, root_of, sign_of

# Exact singular values come from a characteristic polynomial, whose cost grows like the fifth power.
_LARGEST_SPECTRUM = 60
_PRIME = (1 << 61) - 1


@dataclass(frozen=True)
class Scaled:
    """``root · matrix`` with a rational matrix."""

    root: Root
    matrix: fmpq_mat


Matrix = fmpq_mat | Scaled | arb_mat


def shape(matrix: Matrix) -> tuple[int, int]:
    inner = matrix.matrix if isinstance(matrix, Scaled) else matrix
    return inner.nrows(), inner.ncols()


def ball_matrix(matrix: Matrix) -> arb_mat:
    if isinstance(matrix, Scaled):
        return arb_mat(matrix.matrix) * matrix.root.ball()
    return matrix if isinstance(matrix, arb_mat) else arb_mat(matrix)


def scale(number: fmpq | Root | arb, matrix: Matrix) -> Matrix:
    if isinstance(number, fmpq) and not isinstance(matrix, Scaled):
        return matrix * number if isinstance(matrix, fmpq_mat) else matrix * arb(number)
    if isinstance(matrix, Scaled) and isinstance(number, (fmpq, Root)):
        return scale(multiply(number, matrix.root), matrix.matrix)
    if isinstance(number, Root) and isinstance(matrix, fmpq_mat):
        return Scaled(number, matrix)
    return ball_matrix(matrix) * ball(number)


def _split(matrix: fmpq_mat | Scaled) -> tuple[fmpq | Root, fmpq_mat]:
    return (matrix.root, matrix.matrix) if isinstance(matrix, Scaled) else (fmpq(1), matrix)


def product(left: Matrix, right: Matrix) -> Matrix:
    if isinstance(left, arb_mat) or isinstance(right, arb_mat):
        return ball_matrix(left) * ball_matrix(right)
    (a, A), (b, B) = _split(left), _split(right)
    return scale(multiply(a, b), A * B)


def sum_of(left: Matrix, right: Matrix) -> Matrix:
    if isinstance(left, fmpq_mat) and isinstance(right, fmpq_mat):
        return left + right
    if not isinstance(left, arb_mat) and not isinstance(right, arb_mat):
        (a, A), (b, B) = _split(left), _split(right)
        if is_zero(A) or is_zero(B):
            return right if is_zero(A) else left
        ratio = multiply(a, power(b, fmpq(-1)))
        if isinstance(ratio, fmpq):
            return scale(b, A * ratio + B)
    return ball_matrix(left) + ball_matrix(right)


def is_zero(matrix: fmpq_mat) -> bool:
    return bool(matrix == fmpq_mat(matrix.nrows(), matrix.ncols()))


def transpose(matrix: Matrix) -> Matrix:
    if isinstance(matrix, Scaled):
        return Scaled(matrix.root, matrix.matrix.transpose())
    return matrix.transpose()


def relu(matrix: Matrix) -> Matrix:
    if isinstance(matrix, arb_mat):
        return arb_mat(matrix.nrows(), matrix.ncols(), [entry.nonnegative_part() for entry in matrix.entries()])
    root, inner = _split(matrix)
    sign = root.sign if isinstance(root, Root) else 1
    entries = [max(sign * entry, fmpq(0)) for entry in inner.entries()]
    positive = Root(1, root.radicand, root.degree) if isinstance(root, Root) else root
    return scale(positive, fmpq_mat(inner.nrows(), inner.ncols(), entries))


def rational(matrix: Matrix, what: str) -> tuple[fmpq | Root, fmpq_mat]:
    if isinstance(matrix, arb_mat):
        raise Undecidable(f"{what} is decided for exact matrices only, and this one is enclosed in balls")
    return _split(matrix)


def rank(matrix: Matrix) -> int:
    """The exact rank; a full rank modulo a prime is a full rank over Q, and settles most cases."""
    _, inner = rational(matrix, "a rank")
    numerators, _ = inner.numer_denom()
    modular = nmod_mat(numerators, _PRIME).rank()
    return int(modular if modular == min(inner.nrows(), inner.ncols()) else numerators.rank())


def factorise(matrix: fmpq_mat) -> tuple[fmpq_mat, fmpq_mat]:
    """``C·F = matrix`` with ``C`` of full column rank and ``F`` of full row rank (both with ≥ 1 column/row)."""
    reduced, found = matrix.rref()
    pivots: list[int] = []
    for row in range(found):
        pivots.append(next(j for j in range(matrix.ncols()) if reduced[row, j] != 0))
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
    if found == A.nrows():
        return A.transpose() * (A * A.transpose()).solve(B)
    if found == A.ncols():
        return (A.transpose() * A).solve(A.transpose() * B)
    if found == 0:
        return fmpq_mat(A.ncols(), B.ncols())
    columns, rows = factorise(A)
    inner = (columns.transpose() * columns).solve(columns.transpose() * B)
    return rows.transpose() * (rows * rows.transpose()).solve(inner)


def pseudo_inverse(matrix: Matrix) -> Matrix:
    rows = shape(matrix)[0]
    return least_norm(matrix, identity(rows))


def identity(size: int) -> fmpq_mat:
    return fmpq_mat(size, size, [fmpq(int(i == j)) for i in range(size) for j in range(size)])


def inner(left: Matrix, right: Matrix) -> fmpq | Root | arb:
    """``tr(AᵀB)``."""
    if isinstance(left, arb_mat) or isinstance(right, arb_mat):
        A, B = ball_matrix(left), ball_matrix(right)
        return sum((x * y for x, y in zip(A.entries(), B.entries(), strict=True)), start=arb(0))
    (a, A), (b, B) = _split(left), _split(right)
    if A.ncols() == 1:
        value = (A.transpose() * B)[0, 0]
    else:
        (P, p), (Q, q) = A.numer_denom(), B.numer_denom()
        value = fmpq(_dot(P, Q), p * q)
    return multiply(multiply(a, b), value)


def _dot(left: fmpz_mat, right: fmpz_mat) -> int:
    return sum(x * y for x, y in zip(left.entries(), right.entries(), strict=True))


def frobenius(matrix: Matrix) -> fmpq | Root | arb:
    if isinstance(matrix, arb_mat):
        return inner(matrix, matrix).sqrt()
    return power(inner(matrix, matrix), fmpq(1, 2))


def norm1(matrix: Matrix) -> fmpq | Root | arb:
    if isinstance(matrix, arb_mat):
        return sum((abs(entry) for entry in matrix.entries()), start=arb(0))
    root, inside = _split(matrix)
    magnitude = root if not isinstance(root, Root) else Root(1, root.radicand, root.degree)
    return multiply(magnitude, sum((abs(entry) for entry in inside.entries()), start=fmpq(0)))


def singular_values(matrix: Matrix) -> list[fmpq | Root | arb]:
    """The nonzero singular values with multiplicity, largest last; exact for rank one and rational Gram roots."""
    root, inside = rational(matrix, "a singular value")
    if inside.nrows() > inside.ncols():
        inside = inside.transpose()
    found = rank(inside)
    if found == 0:
        return []
    if found == 1:
        return [frobenius(matrix)]
    if inside.nrows() > _LARGEST_SPECTRUM:
        raise Undecidable(f"singular values are enclosed up to {_LARGEST_SPECTRUM} rows or columns, not {inside.nrows()}")
    polynomial = (inside * inside.transpose()).charpoly()
    values: list[fmpq | Root | arb] = []
    _, factors = polynomial.numer().factor()
    for factor, multiplicity in factors:
        if factor.degree() == 1:
            eigenvalue = fmpq(-factor[0], factor[1])
            roots = [root_of(eigenvalue, 2)] if eigenvalue > 0 else []
        else:
            roots = [value.real.sqrt() for value, _ in factor.complex_roots()]
        values += [value for value in roots for _ in range(multiplicity)]
    magnitude = root if not isinstance(root, Root) else Root(1, root.radicand, root.degree)
    scaled = [multiply(magnitude, value) for value in values]
    return sorted(scaled, key=lambda value: float(ball(value).mid()))


def schatten(matrix: Matrix, order: fmpq | Root | arb) -> fmpq | Root | arb:
    total: fmpq | Root | arb = fmpq(0)
    for value in singular_values(matrix):
        total = add(total, power(value, order))
    return power(total, power(order, fmpq(-1)))


def nuclear(matrix: Matrix) -> fmpq | Root | arb:
    total: fmpq | Root | arb = fmpq(0)
    for value in singular_values(matrix):
        total = add(total, value)
    return total


def spectral(matrix: Matrix) -> fmpq | Root | arb:
    values = singular_values(matrix)
    if not values:
        return fmpq(0)
    largest = values[-1]
    for value in values:
        if isinstance(value, arb) or isinstance(largest, arb):
            largest = ball(largest).max(ball(value))
    return largest


def predicate(kind: str, values: list[Any]) -> bool:
    """Decides a relation between exact matrices (and numbers) that is not an order."""
    if kind == "nonzero" and not isinstance(values[0], Matrix):
        return sign_of(values[0]) != 0 if is_exact(values[0]) else _refuse(kind)
    first = rational(values[0], f"the relation {kind!r}")[1]
    match kind:
        case "equal":
            difference = sum_of(values[0], scale(fmpq(-1), values[1]))
            return is_zero(rational(difference, "an equation")[1])
        case "rank_at_most":
            return rank(values[0]) <= values[1]
        case "nonzero":
            return not is_zero(first)
        case "nonnegative":
            return all(sign_of(multiply(rational(values[0], kind)[0], entry)) >= 0 for entry in first.entries())
        case "parallel":
            direction = rational(values[1], kind)[1]
            return is_zero(first * inner(direction, direction) - direction * (direction.transpose() * first))
        case "in_range" | "outside_range":
            matrix = rational(values[1], kind)[1]
            inside = rank(matrix) == matrix.nrows() or is_zero(matrix * least_norm(matrix, first) - first)
            return inside == (kind == "in_range")
    return _refuse(kind)


def _refuse(kind: str) -> bool:
    raise Undecidable(f"no rule decides the relation {kind!r} here")
