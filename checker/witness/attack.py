"""Points that try to break a claim: the witness's point scaled, split, perturbed and mixed.

They are drawn from a generator seeded by the dataset, so that a verdict is a function of the dataset alone.
"""

from __future__ import annotations

import random
from typing import Any

from flint import fmpq, fmpq_mat

from checker.datasets.dataset import Dataset
from checker.kernel.evaluate import Machine

Point = dict[str, Any]
_NEAR = (fmpq(2), fmpq(3, 2), fmpq(1001, 1000), fmpq(10**12 + 1, 10**12), fmpq(1, 2), fmpq(999, 1000))
_FAR = (fmpq(-1), fmpq(10**6), fmpq(-(10**6)), fmpq(0))


def attacks(machine: Machine, dataset: Dataset, point: Point) -> list[Point]:
    """Points near and far from the given one, for each side of each pair of problems."""
    source, found = random.Random(dataset.digest), list[Point]()
    for pair in machine.program["pairs"]:
        for side in ("primal", "dual"):
            names = machine.program["problems"][pair[side]]["variables"]
            if not all(name in point for name in names):
                continue
            own = {name: point[name] for name in names}
            found += [{name: _scaled(value, factor) for name, value in own.items()} for factor in _NEAR + _FAR]
            for size in (fmpq(1), fmpq(1, 1000)):
                found.append({name: _perturbed(value, size, source) for name, value in own.items()})
            if len(own) == 2 and side == "primal":
                found += _rebalanced(own)
    return found


def _scaled(value: Any, factor: fmpq) -> Any:
    return [_scaled(item, factor) for item in value] if isinstance(value, list) else value * factor


def _perturbed(value: Any, size: fmpq, source: random.Random) -> Any:
    if isinstance(value, list):
        return [_perturbed(item, size, source) for item in value]
    if isinstance(value, fmpq_mat):
        noise = [fmpq(source.randint(-9, 9), 9) * size for _ in range(value.nrows() * value.ncols())]
        return value + fmpq_mat(value.nrows(), value.ncols(), noise)
    return value + fmpq(source.randint(-9, 9), 9) * size


def _rebalanced(own: Point) -> list[Point]:
    """The same product with its factors out of balance: feasible wherever the product alone is constrained."""
    (first, a), (second, b) = own.items()
    found = []
    for factor in (fmpq(2), fmpq(1001, 1000)):
        found.append({first: _scaled(a, factor), second: _scaled(b, 1 / factor)})
    if isinstance(a, fmpq_mat) and isinstance(b, fmpq_mat) and a.ncols() == b.nrows() and a.ncols() > 1:
        found.append(own | {first: _mixed(a, True), second: _mixed(b, False)})
        idle = [j for j in range(b.nrows()) if all(b[j, k] == 0 for k in range(b.ncols()))]
        if idle:
            found.append(own | {first: _with_column(a, idle[0])})
    return found


def _with_column(matrix: fmpq_mat, column: int) -> fmpq_mat:
    """The matrix with ``1, 2, 3, …`` in a column that no output weight reads: feasible, of higher rank, costlier."""
    entries = matrix.tolist()
    for i, row in enumerate(entries):
        row[column] = fmpq(i + 1)
    return fmpq_mat(entries)


def _mixed(matrix: fmpq_mat, columns: bool) -> fmpq_mat:
    """Column 2 += column 1 (or row 1 −= row 2): the product stays, the layer's columns no longer vanish."""
    entries = [[matrix[i, j] for j in range(matrix.ncols())] for i in range(matrix.nrows())]
    for i in range(matrix.nrows()):
        if columns:
            entries[i][1] += entries[i][0]
    if not columns:
        entries[0] = [a - b for a, b in zip(entries[0], entries[1], strict=True)]
    return fmpq_mat(entries)
