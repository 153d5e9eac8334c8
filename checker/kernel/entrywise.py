"""Functions of every entry of a matrix, and of its rows: signs, and what logistic losses and entropies are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import arb, arb_mat, fmpq, fmpq_mat

from checker.kernel.matrices import Matrix, ball_matrix, is_zero, rational, relu, shape
from checker.kernel.numbers import Undecidable, sign_of


def sign(matrix: Matrix) -> Matrix:
    """-1, 0 or 1 in each entry."""
    root, inside = rational(matrix, "a sign")
    entries = [((x > 0) - (x < 0)) * sign_of(root) for x in inside.entries()]
    return fmpq_mat(inside.nrows(), inside.ncols(), entries)


def softplus(matrix: Matrix) -> Matrix:
    """``log(1 + exp(·))`` in each entry."""
    # Of large entries: exp does not leave a positive one.
    return _mapped(lambda x: (-abs(x)).exp().log1p() + (x + abs(x)) / 2, matrix)


def sigmoid(matrix: Matrix) -> Matrix:
    """``1/(1 + exp(−·))`` in each entry: ½, exactly, for a matrix of zeros."""
    if isinstance(matrix, fmpq_mat) and is_zero(matrix):
        return fmpq_mat(*shape(matrix), [fmpq(1, 2)] * len(matrix.entries()))
    return _mapped(lambda x: 1 / (1 + (-x).exp()), matrix)


def xlogx(matrix: Matrix) -> Matrix:
    """``x log x`` in each entry that is positive, 0 in the others."""
    if isinstance(matrix, fmpq_mat) and all(entry <= 0 or entry == 1 for entry in matrix.entries()):
        return fmpq_mat(matrix.nrows(), matrix.ncols())
    return _mapped(_xlogx, matrix)


def _xlogx(x: arb) -> arb:
    if x > 0:
        return x * x.log()
    # Down to its minimum at 1/e the function decreases.
    end, least = x.upper(), arb(-1).exp()
    if not end > 0:
        return arb(0)
    found = arb(0).union(end * end.log())
    return found if end < least else found.union(-least)


def _mapped(function: Callable[[arb], arb], matrix: Matrix) -> arb_mat:
    return arb_mat(*shape(matrix), [function(x) for x in ball_matrix(matrix).entries()])


def logsumexp(matrix: Matrix) -> Matrix:
    """``log Σ_k exp(z_k)`` of each row, as a column."""
    return arb_mat(shape(matrix)[0], 1, [_logsumexp(row) for row in ball_matrix(matrix).tolist()])


def softmax(matrix: Matrix) -> Matrix:
    """``exp(z_k)/Σ_j exp(z_j)`` in each entry of each row: 1/K, exactly, for a matrix of zeros."""
    if isinstance(matrix, fmpq_mat) and is_zero(matrix) and matrix.ncols():
        return fmpq_mat(*shape(matrix), [fmpq(1, matrix.ncols())] * len(matrix.entries()))
    rows = ball_matrix(matrix).tolist()
    return arb_mat([[(x - total).exp() for x in row] for row, total in ((row, _logsumexp(row)) for row in rows)])


def _logsumexp(row: list[arb]) -> arb:
    if not row:
        raise Undecidable("the logarithm of a sum of no exponentials is −∞")
    largest = row[0]
    for x in row[1:]:
        largest = x if x.mid() > largest.mid() else largest
    return largest + sum(((x - largest).exp() for x in row), start=arb(0)).log()


# Those that keep the shape of a matrix, and those that make a column of it.
ENTRYWISE: dict[str, Callable[[Any], Any]] = {
    "relu": relu, "sign": sign, "softplus": softplus, "sigmoid": sigmoid, "xlogx": xlogx, "softmax": softmax,
}  # fmt: skip
ROWWISE: dict[str, Callable[[Any], Any]] = {"logsumexp": logsumexp}
