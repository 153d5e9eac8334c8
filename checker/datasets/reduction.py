"""Leaves rows and columns out of a dataset for as long as it fails: what generated values do not shrink to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flint import fmpq_mat

from checker.datasets.dataset import Dataset
from checker.kernel.program import symbols_of


def without_superfluous(
    program: Mapping[str, Any], start: Dataset, fails: Callable[[Dataset], bool], most: int = 200
) -> Dataset:
    """A dataset none of whose samples, features and so on can be left out alone.

    Args:
        program: whose symbols say which rows and columns are of one dimension.
        start: a dataset that fails.
        fails: whether a smaller one does, in the same way.
        most: smaller datasets that are tried.
    """
    found, left = start, most
    while left > 0:
        for smaller in _smaller(program, found):
            left -= 1
            if fails(smaller):
                found = smaller
                break
            if left <= 0:
                return found
        else:
            return found
    return found


def _smaller(program: Mapping[str, Any], dataset: Dataset) -> Iterator[Dataset]:
    """The dataset without the last, …, the first row or column of each dimension that matrices alone have."""
    for name, size in dataset.values.items():
        sides = _sides(program, dataset, name) if isinstance(size, int) and size > 1 else {}
        for index in reversed(range(size)) if any(sides.values()) else ():
            values = {matrix: _without(dataset.values[matrix], index, found) for matrix, found in sides.items()}
            yield Dataset({**dataset.values, **values, name: size - 1}, dataset.label)


def _sides(program: Mapping[str, Any], dataset: Dataset, dimension: str) -> dict[str, list[str]]:
    """The sides of each matrix that have a dimension; none if other sizes depend on it, too."""
    found = dict[str, list[str]]()
    for name in dataset.values:
        symbol = program["symbols"][name]
        for side in set(symbol) - {"kind", "role"}:
            if dimension in symbols_of(dict(program), [symbol[side]]):
                if symbol["kind"] != "matrix" or program["code"][symbol[side]] != ["symbol", dimension]:
                    return {}
                found.setdefault(name, []).append(side)
    return found


def _without(matrix: fmpq_mat, index: int, sides: list[str]) -> fmpq_mat:
    rows = [i for i in range(matrix.nrows()) if "rows" not in sides or i != index]
    columns = [j for j in range(matrix.ncols()) if "columns" not in sides or j != index]
    return fmpq_mat(len(rows), len(columns), [matrix[i, j] for i in rows for j in columns])
