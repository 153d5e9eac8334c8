"""The cones of an interior point method, by their Jordan products: numbers ≥ 0, second-order, and semidefinite.

Of a symmetric matrix the entries on and below the diagonal are kept, row by row, and those below count twice in an
inner product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from flint import arb, arb_mat

from checker.witness.spectral import cholesky

_ZERO, _ONE, _HALF = arb(0), arb(1), arb(1) / 2
_FAR = arb("inf")
# Above what floats leave unseen of an eigenvalue.
_MARGIN = 1e-12


@dataclass(frozen=True)
class Cone:
    """A cone of a kind (``nonnegative``, ``second_order``, ``semidefinite``) for the entries from ``start`` on.

    The size is the number of entries, of a semidefinite matrix that of its rows.
    """

    kind: str
    start: int
    size: int

    @cached_property
    def pairs(self) -> list[tuple[int, int]]:
        """The places of the entries of a symmetric matrix."""
        return [(i, j) for i in range(self.size) for j in range(i + 1)]

    @property
    def entries(self) -> int:
        """How many entries a point has."""
        return len(self.pairs) if self.kind == "semidefinite" else self.size

    @property
    def degree(self) -> int:
        """What the inner product of the identity with itself is."""
        return 1 if self.kind == "second_order" else self.size

    @cached_property
    def weights(self) -> list[int]:
        """How often each entry counts in an inner product."""
        return [1 if i == j else 2 for i, j in self.pairs] if self.kind == "semidefinite" else [1] * self.size

    @cached_property
    def identity(self) -> list[int]:
        """The e with ``e∘x = x``."""
        if self.kind == "semidefinite":
            return [int(i == j) for i, j in self.pairs]
        return [1] * self.size if self.kind == "nonnegative" else [1, *[0] * (self.size - 1)]

    def part(self, values: Sequence[arb]) -> Sequence[arb]:
        """The entries of this cone among those of all."""
        return values[self.start : self.start + self.entries]

    def rows(self, point: Sequence[arb]) -> list[dict[int, arb]]:
        """The matrix of ``x ↦ point∘x``, by rows."""
        if self.kind == "nonnegative":
            return [{i: x} for i, x in enumerate(point)]
        if self.kind == "second_order":
            first: dict[int, arb] = dict(enumerate(point))
            return [first, *({0: point[i], i: point[0]} for i in range(1, self.size))]
        table, places = self.matrix(point), {pair: at for at, pair in enumerate(self.pairs)}
        found = []
        for i, j in self.pairs:
            row: dict[int, arb] = {}
            for k in range(self.size):
                # ½(SX + XS) at (i, j)
                for factor, a, b in ((table[i][k], k, j), (table[k][j], i, k)):
                    at = places[max(a, b), min(a, b)]
                    row[at] = (row.get(at, _ZERO) + factor * _HALF).mid()
            found.append(row)
        return found

    def matrix(self, point: Sequence[arb]) -> list[list[arb]]:
        """A symmetric matrix in full."""
        table = [[_ZERO] * self.size for _ in range(self.size)]
        for (i, j), x in zip(self.pairs, point, strict=True):
            table[i][j] = table[j][i] = x
        return table

    def least(self, point: Sequence[arb]) -> arb:
        """About the least eigenvalue of a point."""
        if self.kind == "nonnegative":
            return min(point)
        if self.kind == "second_order":
            return (point[0] - _length(point[1:])).mid()
        scale = max(map(abs, point))
        if scale == 0:
            return _ZERO
        return (scale * arb(_eigenvalues(arb_mat(self.matrix(point)) / scale)[0] - _MARGIN)).mid()

    def reach(self, point: Sequence[arb], step: Sequence[arb]) -> arb:
        """How often a step can be taken from a point inside until it leaves the cone."""
        if self.kind == "nonnegative":
            rate = max(((-change / x).mid() for x, change in zip(point, step, strict=True)), default=_ZERO)
        elif self.kind == "second_order":
            inside = _form(point, point)
            middle, outside = _form(point, step), _form(step, step)
            discriminant = (middle * middle - inside * outside).mid()
            rate = ((discriminant.sqrt() - middle) / inside).mid() if discriminant > 0 else _ZERO
        else:
            factor = cholesky(arb_mat(self.matrix(point)))
            half = factor.solve(arb_mat(self.matrix(step)), algorithm="approx").mid()
            whole = factor.solve(half.transpose(), algorithm="approx").mid()
            scale = max(map(abs, whole.entries())).mid()
            if scale == 0:
                return _FAR
            rate = (scale * arb(_MARGIN - _eigenvalues(whole / scale)[0])).mid()
        return (1 / rate).mid() if rate > 0 else _FAR

    def inside(self, point: Sequence[arb]) -> bool:
        """Whether a point is inside, not on the boundary."""
        if self.kind == "nonnegative":
            return all(x > 0 for x in point)
        if self.kind == "second_order":
            return bool(point[0] > 0 and _form(point, point) > 0)
        try:
            cholesky(arb_mat(self.matrix(point)))
        except ZeroDivisionError:
            return False
        return True


def _length(entries: Sequence[arb]) -> arb:
    return sum((x * x for x in entries), start=_ZERO).sqrt().mid()


def _form(left: Sequence[arb], right: Sequence[arb]) -> arb:
    """``x_0 y_0 − Σ x_i y_i``."""
    return (left[0] * right[0] - sum((x * y for x, y in zip(left[1:], right[1:], strict=True)), start=_ZERO)).mid()


def _eigenvalues(matrix: arb_mat) -> list[float]:
    floats = np.array([[float(x.mid()) for x in row] for row in matrix.tolist()])
    return list(map(float, np.linalg.eigvalsh((floats + floats.T) / 2)))
