"""Singular values: a decomposition at any precision, and whether a matrix lies in a ball of the spectral norm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from operator import mul
from typing import Any

from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

_SWEEPS = 60
_GUARD = 16
_ZERO = arb(0)


@dataclass(frozen=True)
class Decomposition:
    """``left·diag(values)·rightᵀ``: orthogonal of shape (n, n), k falling values, orthogonal of shape (k, k); n ≥ k."""

    left: arb_mat
    values: list[arb]
    right: arb_mat


def identity(size: int) -> arb_mat:
    """The identity matrix."""
    return arb_mat(size, size, [arb(int(i == j)) for i in range(size) for j in range(size)])


def inner(left: arb_mat, right: arb_mat) -> arb:
    """The middle of ``tr(leftᵀ·right)``."""
    return _dot(left.entries(), right.entries())


def length(matrix: arb_mat) -> arb:
    """The middle of the Frobenius norm."""
    return inner(matrix, matrix).sqrt().mid()


def decomposed(matrix: arb_mat, start: arb_mat) -> Decomposition:
    """The singular value decomposition, at the present precision.

    Args:
        matrix: of shape (n, k) with n ≥ k.
        start: orthogonal, of shape (k, k); its columns may be near the right vectors.
    """
    images, vectors = _rotated(matrix, start)
    return Decomposition(
        left=_completed(images), values=[_dot(image, image).sqrt().mid() for image in images], right=_columns(vectors)
    )


def _rotated(matrix: arb_mat, start: arb_mat) -> tuple[list[list[arb]], list[list[arb]]]:
    """Orthogonal columns of ``matrix·right`` from the longest to the shortest, and those of ``right``.

    Pairs of columns are made orthogonal by rotations until all are (Hestenes 1958).
    """
    tiny = arb(2) ** (_GUARD - ctx.prec)
    images, vectors = (columns.transpose().tolist() for columns in ((matrix * start).mid(), start))
    squared = [_dot(image, image) for image in images]
    for _ in range(_SWEEPS):
        turned = False
        for i, j in combinations(range(len(images)), 2):
            common = _dot(images[i], images[j])
            if abs(common) <= tiny * squared[i].max(squared[j]):
                continue
            turned = True
            slope = ((squared[j] - squared[i]) / (2 * common)).mid()
            tangent = (1 / (abs(slope) + (1 + slope * slope).sqrt())).mid()
            tangent = -tangent if slope < 0 else tangent
            cosine = (1 + tangent * tangent).rsqrt().mid()
            sine = (cosine * tangent).mid()
            for columns in (images, vectors):
                pairs = list(zip(columns[i], columns[j], strict=True))
                columns[i] = [(cosine * x - sine * y).mid() for x, y in pairs]
                columns[j] = [(sine * x + cosine * y).mid() for x, y in pairs]
            squared[i], squared[j] = _dot(images[i], images[i]), _dot(images[j], images[j])
        if not turned:
            break
    order = sorted(range(len(images)), key=lambda k: squared[k], reverse=True)
    return [images[k] for k in order], [vectors[k] for k in order]


def _dot(left: Sequence[arb], right: Sequence[arb]) -> arb:
    return sum(map(mul, left, right), start=_ZERO).mid()


def _columns(columns: list[list[arb]]) -> arb_mat:
    return arb_mat(columns).transpose()


def _completed(columns: list[list[arb]]) -> arb_mat:
    """An orthogonal matrix whose first columns point along those given, unless these are lost in rounding errors."""
    size, smallest = len(columns[0]), arb(2) ** (-ctx.prec // 2) * _dot(columns[0], columns[0]).sqrt()
    found: list[list[arb]] = []
    for column in columns:
        for other in found:
            common = _dot(column, other)
            column = [(x - common * y).mid() for x, y in zip(column, other, strict=True)]
        norm = _dot(column, column).sqrt()
        if norm > smallest:
            found.append([(entry / norm).mid() for entry in column])
    # The projection onto the rest of the space, whose longest column is never short.
    basis = _columns(found) if found else arb_mat(size, 0)
    rest = (identity(size) - basis * basis.transpose()).mid()
    while len(found) < size:
        at = max(range(size), key=lambda k: rest[k, k])
        column = rest * arb_mat(size, 1, [arb(int(k == at)) for k in range(size)]) * rest[at, at].rsqrt()
        rest = (rest - column * column.transpose()).mid()
        found.append(column.mid().entries())
    return _columns(found)


def cholesky(matrix: arb_mat) -> arb_mat:
    """The lower triangular L with ``LLᵀ ≈ matrix``, of midpoints.

    Raises:
        ZeroDivisionError: the matrix is not positive definite, as far as the present precision tells.
    """
    rows = matrix.tolist()
    for j, row in enumerate(rows):
        for i in range(j):
            row[i] = ((row[i] - _dot(row[:i], rows[i][:i])) / rows[i][i]).mid()
        pivot = row[j] - _dot(row[:j], row[:j])
        if not pivot > 0:
            raise ZeroDivisionError(f"pivot {j} of {len(rows)} is not positive at {ctx.prec} bits")
        row[j:] = [pivot.sqrt().mid(), *[arb(0)] * (len(row) - j - 1)]
    return arb_mat(rows)


def largest(image: fmpq_mat) -> arb:
    """The largest singular value, at the present precision but without a bound of its error."""
    tall = image if image.nrows() >= image.ncols() else image.transpose()
    images, _ = _rotated(arb_mat(tall).mid(), identity(tall.ncols()))
    return _dot(images[0], images[0]).sqrt()


def fits(image: fmpq_mat, radius: fmpq, bits: int) -> bool:
    """Whether ``σ_max(image) ≤ radius``, decided by balls, or in Q where they cannot tell.

    Args:
        image: of any shape.
        radius: not negative.
        bits: a precision to try, and twice that.
    """
    gram = image * image.transpose() if image.nrows() <= image.ncols() else image.transpose() * image
    size = gram.nrows()
    limit = radius * radius
    slack = fmpq_mat(size, size, [limit if i == j else 0 for i in range(size) for j in range(size)]) - gram
    before = ctx.prec
    try:
        for working in (64, bits + 64, 2 * bits + 64):
            ctx.prec = working
            answer = _semidefinite(arb_mat(slack).tolist())
            if answer is not None:
                return answer
    finally:
        ctx.prec = before
    return bool(_semidefinite(slack.tolist()))


def _semidefinite(rows: list[list[Any]]) -> bool | None:
    """Whether a symmetric matrix of balls or rationals is positive semidefinite, by elimination; None if unclear."""
    for k, row in enumerate(rows):
        if row[k] < 0:
            return False
        if not row[k] > 0:
            if isinstance(row[k], arb):
                return None
            if any(entry != 0 for entry in row[k:]):
                return False
            continue
        for below in rows[k + 1 :]:
            factor = below[k] / row[k]
            below[k:] = [x - factor * y for x, y in zip(below[k:], row[k:], strict=True)]
    return True
