"""Other networks of one product, feasible wherever only the product is constrained: optima, and costlier ones."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from flint import fmpq, fmpq_mat

from checker.kernel.matrices import identity, rank

Layers = list[fmpq_mat]
Basis = Callable[[int], fmpq_mat | None]
_SHEARS = (fmpq(1), fmpq(1, 1000), fmpq(1, 10**20))


def same_product(layers: Layers, source: random.Random) -> Iterator[Layers]:
    """Networks with the product of the given one, a hidden basis or an idle neuron being another.

    Reflected and split neurons (optimal where the given network is), layers out of balance, misaligned neighbours by
    much and by little, and layers of a higher rank whose additional neuron nothing reads.

    Args:
        layers: at least two matrices whose shapes chain.
        source: chooses between which layers.
    """
    everywhere = [(_stretched(fmpq(2)), at) for at in range(len(layers) - 1)]
    others = (_stretched(1 + fmpq(1, 10**12)), _reflected, *map(_sheared, _SHEARS))
    for change, at in [*everywhere, *((change, source.randrange(len(layers) - 1)) for change in others)]:
        basis = change(layers[at].ncols())
        if basis is not None:
            yield _replaced(layers, at, layers[at] * basis, basis.inv() * layers[at + 1])
    for at in range(len(layers) - 1):
        idle = [k for k, row in enumerate(layers[at + 1].tolist()) if all(entry == 0 for entry in row)]
        if idle:
            yield _replaced(layers, at, _with_column(layers[at], idle[0]), layers[at + 1])


def _replaced(layers: Layers, at: int, *pair: fmpq_mat) -> Layers:
    return [*layers[:at], *pair, *layers[at + 2 :]]


def _stretched(factor: fmpq) -> Basis:
    return lambda width: identity(width) * factor


def _reflected(width: int) -> fmpq_mat | None:
    """A reflection of two neurons into each other, which splits one that is alone, a rectified one as well."""
    if width < 2:
        return None
    basis = identity(width)
    basis[0, 0], basis[0, 1], basis[1, 0], basis[1, 1] = fmpq(3, 5), fmpq(4, 5), fmpq(4, 5), fmpq(-3, 5)
    return basis


def _sheared(size: fmpq) -> Basis:
    def basis(width: int) -> fmpq_mat | None:
        if width < 2:
            return None
        found = identity(width)
        found[0, 1] = size
        return found

    return basis


def _with_column(matrix: fmpq_mat, column: int) -> fmpq_mat:
    """The matrix with another column where nothing reads it: the same product, a higher rank if there is room."""
    entries = matrix.tolist()
    for power in range(1, 4):
        for i, row in enumerate(entries):
            row[column] = fmpq((i + 1) ** power)
        if rank(fmpq_mat(entries)) > rank(matrix):
            break
    return fmpq_mat(entries)
