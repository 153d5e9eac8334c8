"""Linear systems of few entries, at any precision: elimination in an order that keeps them few, then a dense rest.

The systems of an interior point method have the same pattern in every step, so the order is found once.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence

from flint import arb, arb_mat, ctx

Row = dict[int, arb]
# A rest is dense from here on, as a share of all its entries, but if it is small.
_DENSE, _SMALL = 0.4, 12
_ZERO = arb(0)


class Elimination:
    """An order of pivots on the diagonal for matrices of one pattern, by the fewest new entries (H. Markowitz, 1957).

    Args:
        rows: the entries of one such matrix, with diagonal entries that vanish nowhere but where all of them do.

    Attributes:
        order: each pivot, with the other columns of its row and the other rows of its column at that time.
        rest: rows and columns that are left.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = [dict(row) for row in rows]
        self._columns: list[set[int]] = [set() for _ in rows]
        for i, row in enumerate(rows):
            for j in row:
                self._columns[j].add(i)
        self.order: list[tuple[int, list[int], list[int]]] = []
        heap = [(self._cost(i), i) for i, row in enumerate(rows) if i in row]
        heapq.heapify(heap)
        done, left = set[int](), len(rows)
        while heap:
            cost, pivot = heapq.heappop(heap)
            if pivot in done or cost != self._cost(pivot) or self._vanishes(pivot):
                continue
            if cost > max(_SMALL, _DENSE * left) ** 2:
                break
            done.add(pivot)
            left -= 1
            for i in self._eliminated(pivot):
                if i in self._rows[i]:
                    heapq.heappush(heap, (self._cost(i), i))
        self.rest = [i for i in range(len(rows)) if i not in done]

    def _cost(self, pivot: int) -> int:
        return (len(self._rows[pivot]) - 1) * (len(self._columns[pivot]) - 1)

    def _vanishes(self, pivot: int) -> bool:
        """Whether a pivot is zero but for rounding errors; it may no longer be so after another one."""
        row = self._rows[pivot]
        return bool(abs(row[pivot]) <= max(map(abs, row.values())) * arb(2) ** (-ctx.prec // 4))

    def _eliminated(self, pivot: int) -> set[int]:
        row = self._rows[pivot]
        beside, below = row.keys() - {pivot}, self._columns[pivot] - {pivot}
        self.order.append((pivot, sorted(beside), sorted(below)))
        for i in below:
            other = self._rows[i]
            factor = (other.pop(pivot) / row[pivot]).mid()
            for j in beside:
                other[j] = (other.get(j, _ZERO) - factor * row[j]).mid()
        for j in beside:
            self._columns[j] |= below
            self._columns[j].discard(pivot)
        return beside | below


class Factors:
    """A matrix, ready to be solved with right sides.

    Args:
        elimination: an order for its pattern.
        rows: its entries, which are overwritten.

    Raises:
        ZeroDivisionError: a pivot is zero.
    """

    def __init__(self, elimination: Elimination, rows: list[Row]) -> None:
        self.elimination = elimination
        self.steps: list[tuple[int, arb, list[tuple[int, arb]], list[tuple[int, arb]]]] = []
        for pivot, beside, below in elimination.order:
            row, factors = rows[pivot], []
            inverse = (1 / row[pivot]).mid()
            if not inverse.is_finite():
                raise ZeroDivisionError("a pivot is zero")
            entries = [(j, row[j].mid()) for j in beside]
            for i in below:
                other = rows[i]
                factor = (other.pop(pivot) * inverse).mid()
                factors.append((i, factor))
                for j, entry in entries:
                    other[j] = other[j] - factor * entry if j in other else -factor * entry
            self.steps.append((pivot, inverse, entries, factors))
        rest = elimination.rest
        self.dense = arb_mat([[rows[i].get(j, _ZERO) for j in rest] for i in rest]).mid() if rest else None

    def solve(self, right: Sequence[arb]) -> list[arb]:
        """The solution, of midpoints.

        Raises:
            ZeroDivisionError: the dense rest is singular.
        """
        values = list(right)
        for pivot, _, _, factors in self.steps:
            at = values[pivot] = values[pivot].mid()
            if at != 0:
                for i, factor in factors:
                    values[i] -= factor * at
        rest = self.elimination.rest
        if self.dense is not None:
            column = arb_mat(len(rest), 1, [values[i] for i in rest]).mid()
            for i, entry in zip(rest, self.dense.solve(column, algorithm="approx").mid().entries(), strict=True):
                values[i] = entry
        for pivot, inverse, entries, _ in reversed(self.steps):
            total = values[pivot]
            for j, entry in entries:
                total -= entry * values[j]
            values[pivot] = (total * inverse).mid()
        return values


def product(row: Mapping[int, arb], values: Sequence[arb]) -> arb:
    """A row times a column."""
    total = _ZERO
    for j, entry in row.items():
        total += entry * values[j]
    return total.mid()
