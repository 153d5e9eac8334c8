"""Hyperplanes through the origin: the subspaces they meet in, and the open cones into which they cut the space.

Everything is exact.  The hyperplanes are ``g_i·z = 0`` for the rows ``g_i`` of a rational matrix.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import comb
from typing import TypeAlias

from flint import fmpq, fmpq_mat

from checker.kernel.numbers import Undecidable

MOST_FLATS = 50_000
Signs: TypeAlias = tuple[int, ...]


def signs(values: fmpq_mat) -> Signs:
    """The sign of each entry."""
    return tuple((value > 0) - (value < 0) for value in values.entries())


def planes(gates: fmpq_mat) -> fmpq_mat:
    """The different hyperplanes, a row for each; none where every gate is zero."""
    found: dict[tuple[tuple[int, int], ...], list[fmpq]] = {}
    for row in gates.tolist():
        lead = next((entry for entry in row if entry != 0), fmpq(0))
        if lead != 0:
            scaled = [entry / lead for entry in row]
            found[tuple((int(e.p), int(e.q)) for e in scaled)] = scaled
    return fmpq_mat(len(found), gates.ncols(), [entry for row in found.values() for entry in row])


def kernel_basis(matrix: fmpq_mat) -> fmpq_mat:
    """A basis of ``{z : M·z = 0}``, as columns."""
    vectors, nullity = matrix.numer_denom()[0].nullspace()
    size = matrix.ncols()
    return fmpq_mat(size, nullity, [fmpq(vectors[i, j]) for i in range(size) for j in range(nullity)])


def _rows(matrix: fmpq_mat, chosen: tuple[int, ...]) -> fmpq_mat:
    return fmpq_mat(len(chosen), matrix.ncols(), [matrix[i, j] for i in chosen for j in range(matrix.ncols())])


def flats(normals: fmpq_mat) -> Iterator[fmpq_mat]:
    """A basis, as columns, of each subspace in which some of the hyperplanes meet, the whole space among them.

    Raises:
        Undecidable: there are more sets of hyperplanes than ``MOST_FLATS``.
    """
    number, rank, known = normals.nrows(), normals.rank(), set[Signs]()
    if sum(comb(number, size) for size in range(rank + 1)) > MOST_FLATS:
        raise Undecidable(
            f"{number} hyperplanes of rank {rank} meet in more than {MOST_FLATS} ways: take fewer samples"
        )
    for size in range(rank + 1):
        for chosen in combinations(range(number), size):
            basis = kernel_basis(_rows(normals, chosen))
            inside = tuple(int(not any(row)) for row in (normals * basis).tolist())
            if basis.ncols() and inside not in known:
                known.add(inside)
                yield basis


def cells(normals: fmpq_mat) -> dict[Signs, fmpq_mat]:
    """A point inside each open cone into which the hyperplanes cut the space, by the signs of ``g_i·z`` there.

    The hyperplanes are added one by one.  The cells that the next one cuts are those in which the others cut it; it
    has one half of each on either side.  The other cells stay.  The hyperplanes are different, as :func:`planes` says.
    """
    size, found = normals.ncols(), dict[Signs, fmpq_mat]({(): fmpq_mat(normals.ncols(), 1)})
    for number in range(normals.nrows()):
        before, last = _rows(normals, tuple(range(number))), _rows(normals, (number,))
        points, basis = [point for point in found.values() if (last * point)[0, 0] != 0], kernel_basis(last)
        for inside in cells(planes(before * basis)).values() if size > 1 else [fmpq_mat(0, 1)]:
            start = basis * inside
            points += [start + side * step(before, start, side) for side in (last.transpose(), -last.transpose())]
        upto = _rows(normals, tuple(range(number + 1)))
        found = {signs(upto * point): point for point in points}
    return found


def step(normals: fmpq_mat, start: fmpq_mat, direction: fmpq_mat) -> fmpq:
    """A positive ε so small that ``start + ε·direction`` crosses no hyperplane that the start is not on."""
    ends = zip((normals * start).entries(), (normals * direction).entries(), strict=True)
    return min((abs(a / b) / 2 for a, b in ends if a != 0 and b != 0), default=fmpq(1))
