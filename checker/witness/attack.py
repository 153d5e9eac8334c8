"""Points that try to break a claim: the witness's point scaled, split, perturbed and mixed.

They are drawn from a generator seeded by the dataset, so that a verdict is a function of the dataset alone.
"""

from __future__ import annotations

import random
from typing import Any

from flint import fmpq, fmpq_mat

from checker.datasets.dataset import Dataset
from checker.kernel.evaluate import Machine
from checker.witness.networks import same_product

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
            found.append({name: fmpq(1) if isinstance(value, fmpq) else value for name, value in own.items()})
            if side == "primal":
                found += _same_product(own, source)
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


def _same_product(own: Point, source: random.Random) -> list[Point]:
    """Other networks of the same product: of a family of layers, of one branch, or of two matrices that chain."""
    if len(own) == 1:
        ((name, layers),) = own.items()
        if isinstance(layers, list) and layers and isinstance(layers[0], list):
            others = same_product(layers[0], source) if len(layers[0]) > 1 else ()
            return [{name: [other, *layers[1:]]} for other in others]
        return [{name: other} for other in same_product(layers, source)] if isinstance(layers, list) else []
    matrices = [value for value in own.values() if isinstance(value, fmpq_mat)]
    if len(own) == 2 == len(matrices) and matrices[0].ncols() == matrices[1].nrows():
        return [dict(zip(own, other, strict=True)) for other in same_product(matrices, source)]
    return []
