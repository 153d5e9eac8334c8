"""An interior point method for ``min ½⟨W, MW⟩ − ⟨C, W⟩ + ‖W‖_*``: slower than Newton's method, but from anywhere.

The nuclear norm is the least ``½(tr P + tr R)`` with ``[[P, −W], [−Wᵀ, R]] ⪰ 0``, and the dual variable
``Z = C − MW`` has to satisfy ``[[I, Z], [Zᵀ, I]] ⪰ 0``; their inner product is twice the gap.  The steps are those of
Helmberg, Rendl, Vanderbei and Wolkowicz (1996), with Mehrotra's correction.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flint import arb, arb_mat, ctx

from checker.witness.shrinkage import Quadratic
from checker.witness.spectral import cholesky, identity, inner, length

_BACKTRACKING = 40
_STALLED = 20


@dataclass(frozen=True)
class _Pair:
    """The two semidefinite matrices, or changes of them, each of shape (k + l, k + l)."""

    primal: arb_mat
    dual: arb_mat


def central_points(problem: Quadratic, limit: int) -> Iterator[tuple[arb_mat, arb]]:
    """Points W with falling gaps between the primal and a strictly feasible dual value, at most ``limit`` of them."""
    rows, columns = problem.correlation.nrows(), problem.correlation.ncols()
    weights = _ridge(problem)
    size = 2 * length(weights)
    slack = (problem.correlation - problem.gram * weights).mid()
    point = _Pair(
        primal=_blocks(identity(rows) * size, -weights, identity(columns) * size),
        dual=_blocks(identity(rows), slack, identity(columns)),
    )
    for _ in range(limit):
        yield -_corner(point.primal, rows), inner(point.primal, point.dual) / 2
        step, fraction = _step(problem, point)
        if not fraction > arb(2) ** -_STALLED:
            return
        point = _moved(point, step, fraction)


def _ridge(problem: Quadratic) -> arb_mat:
    """``(M + εI)⁻¹C`` with an ε so small that ``C − MW = εW`` lies well inside the unit ball."""
    epsilon, unit = length(problem.gram), identity(problem.gram.nrows())
    for _ in range(ctx.prec):
        weights = (problem.gram + unit * epsilon).mid().solve(problem.correlation, algorithm="approx").mid()
        if length(weights) * epsilon * 2 < 1:
            break
        epsilon = (epsilon / 16).mid()
    return weights


def _step(problem: Quadratic, point: _Pair) -> tuple[_Pair, arb]:
    """The change of a point and the fraction of it to take."""
    inverse = _symmetric(point.dual.solve(identity(point.dual.nrows()), algorithm="approx"))
    system = _system(problem, point.primal, inverse)
    predictor = _direction(problem, point, inverse, system, -point.primal)
    ahead = _moved(point, predictor, _fraction(point, predictor))
    present = inner(point.primal, point.dual)
    centring = (inner(ahead.primal, ahead.dual) / present) ** 2 * present / inverse.nrows()
    corrector = _symmetric(predictor.primal * predictor.dual * inverse)
    step = _direction(problem, point, inverse, system, inverse * centring - point.primal - corrector)
    return step, (_fraction(point, step) * arb("0.95")).mid()


def _direction(problem: Quadratic, point: _Pair, inverse: arb_mat, system: arb_mat, aim: arb_mat) -> _Pair:
    """The change with ``dX + sym(X·dS·S⁻¹) = aim`` that keeps ``Z + MW = C``."""
    rows, columns = problem.correlation.nrows(), problem.correlation.ncols()
    weights, slack = -_corner(point.primal, rows), _corner(point.dual, rows)
    right = problem.correlation - slack - problem.gram * (weights - _corner(aim, rows))
    solution = system.solve(arb_mat(rows * columns, 1, right.mid().entries()), algorithm="approx")
    change = arb_mat(rows, columns, solution.mid().entries())
    dual = _blocks(arb_mat(rows, rows), change, arb_mat(columns, columns))
    return _Pair(primal=(aim - _symmetric(point.primal * dual * inverse)).mid(), dual=dual)


def _system(problem: Quadratic, primal: arb_mat, inverse: arb_mat) -> arb_mat:
    """``I + MH``, where H maps dZ to the upper right corner of ``sym(X·dS·S⁻¹)``, and both are flattened by rows."""
    rows, columns = problem.correlation.nrows(), problem.correlation.ncols()
    corners = []
    for matrix in (primal, inverse):
        table = matrix.tolist()
        corners.append(
            (
                [entry for row in table[:rows] for entry in row[:rows]],
                [entry for row in table[:rows] for entry in row[rows:]],
                [entry for row in table[rows:] for entry in row[rows:]],
            )
        )
    (P, W, R), (A, B, D) = corners
    # H[dZ] = ½(P·dZ·D + A·dZ·R + W·dZᵀ·B + B·dZᵀ·W)
    straight = (arb_mat([P, A]).transpose() * arb_mat([D, R])).tolist()
    crossed = (arb_mat([W, B]).transpose() * arb_mat([B, W])).tolist()
    entries = [
        straight[i * rows + k][m * columns + j] + crossed[i * columns + m][k * columns + j]
        for i in range(rows)
        for j in range(columns)
        for k in range(rows)
        for m in range(columns)
    ]
    size = rows * columns
    image = problem.gram * arb_mat(rows, columns * size, entries)
    return (identity(size) + arb_mat(size, size, image.entries()) * arb(0.5)).mid()


def _fraction(point: _Pair, step: _Pair) -> arb:
    fraction = arb(1)
    for _ in range(_BACKTRACKING):
        moved = _moved(point, step, fraction)
        try:
            cholesky(moved.primal)
            cholesky(moved.dual)
        except ZeroDivisionError:
            fraction = (fraction * arb(0.8125)).mid()
        else:
            return fraction
    return arb(0)


def _moved(point: _Pair, step: _Pair, fraction: arb) -> _Pair:
    primal, dual = point.primal + step.primal * fraction, point.dual + step.dual * fraction
    return _Pair(primal=primal.mid(), dual=dual.mid())


def _symmetric(matrix: arb_mat) -> arb_mat:
    return ((matrix + matrix.transpose()) * arb(0.5)).mid()


def _blocks(first: arb_mat, corner: arb_mat, last: arb_mat) -> arb_mat:
    """The symmetric matrix of three blocks."""
    above = [left + right for left, right in zip(first.tolist(), corner.tolist(), strict=True)]
    below = [left + right for left, right in zip(corner.transpose().tolist(), last.tolist(), strict=True)]
    return arb_mat(above + below)


def _corner(matrix: arb_mat, rows: int) -> arb_mat:
    """The upper right block, of that many rows."""
    return arb_mat([row[rows:] for row in matrix.tolist()[:rows]])
