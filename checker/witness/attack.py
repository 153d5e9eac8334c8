"""Points that try to break a claim: the witness's point scaled, split, perturbed and mixed.

They are drawn from a generator seeded by the dataset, so that a verdict is a function of the dataset alone.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from flint import fmpq, fmpq_mat, fmpz

from checker.datasets.dataset import Dataset
from checker.kernel.evaluate import Machine
from checker.witness.completion import completions, perturbed
from checker.witness.networks import same_product

Point = dict[str, Any]
_NEAR = (fmpq(2), fmpq(3, 2), fmpq(1001, 1000), fmpq(10**12 + 1, 10**12), fmpq(1, 2), fmpq(999, 1000))
_FEW, _LARGE = (fmpq(2), fmpq(10**12 + 1, 10**12), fmpq(1, 2)), 90
"""The factors for points of more numbers than that, each of which takes long to decide."""
_AWAY = fmpq(10**6)
_FAR = (fmpq(-1), _AWAY, -_AWAY, fmpq(0))
_SHIFTS, _LONGER = (fmpq(1, 4), fmpq(-1, 4), fmpq(1, 64), fmpq(-1, 64)), fmpq(11, 10)


def attacks(machine: Machine, dataset: Dataset, point: Point, digits: int) -> list[Point]:
    """Points near and far from the given one, for each problem that is a side of a pair.

    Each variable of a dual is also tried far away while the others are zero: what bounds it there bounds it alone.
    One dual point lies beyond the given one by a part in ``10^digits``: it is feasible where a constraint of the dual
    is looser than the primal bears, if by as little as that.
    """
    source, found = random.Random(dataset.digest), list[Point]()
    sides = dict[int, set[str]]()
    for pair in machine.program["pairs"]:
        for side in ("primal", "dual"):
            sides.setdefault(pair[side], set()).add(side)
    for number, on in sides.items():
        problem = machine.program["problems"][number]
        if set(problem["variables"]) <= set(point):
            found += _around(machine, problem, on, dataset, point, digits, source)
    return found


def _around(
    machine: Machine, problem: Mapping[str, Any], on: set[str], dataset: Dataset, point: Point, digits: int,
    source: random.Random,
) -> list[Point]:  # fmt: skip
    """Points near and far from the given one, for a problem that is the ``primal`` or ``dual`` of a pair, or both."""
    symbols, given = machine.program["symbols"], {name: point[name] for name in problem["variables"]}
    # A size that the witness chose goes with the matrices of that size.
    sizes = {name: value for name, value in given.items() if symbols[name]["kind"] == "dimension"}
    own = {name: value for name, value in given.items() if name not in sizes}
    factors = _NEAR + _FAR if sum(map(_size, own.values())) <= _LARGE else _FEW
    factors += (1 + fmpq(1, fmpz(10) ** digits),) if "dual" in on else ()
    found = [{name: _scaled(value, factor) for name, value in own.items()} for factor in factors]
    for size in (fmpq(1), fmpq(1, 1000)):
        found.append({name: perturbed(value, size, source) for name, value in own.items()})
    found.append({name: fmpq(1) if isinstance(value, fmpq) else value for name, value in own.items()})
    if "dual" in on and len(own) > 1:
        zero = {name: _scaled(value, fmpq(0)) for name, value in own.items()}
        found += [{**zero, name: _raised(value)} for name, value in own.items()]
    if "primal" in on and any(isinstance(value, fmpq) for value in own.values()):
        # Where the witness's scale is zero, points of another one.
        unit = {name: fmpq(1) for name, value in own.items() if isinstance(value, fmpq)}
        found.append({name: perturbed(value, fmpq(1), source) for name, value in own.items()} | unit)
    if not sizes:
        found += completions(machine, problem, {**point, **dataset.values}, own, source)
    if "primal" in on and not sizes:
        found += [*_same_product(own, source), *_cheap(own, dataset)]
    return [sizes | values for values in found]


def slanted(point: Point, names: Iterable[str]) -> list[Point]:
    """The point with one of its matrices moved in a way of its own, which few constraints but one forbid.

    A constant is added to all entries, which ``𝟏ᵀΛ = 0`` forbids; the row with the largest entry becomes larger, which
    a bound of each entry forbids.
    """
    found = list[Point]()
    for name in names:
        value = point.get(name)
        if isinstance(value, fmpq_mat) and _size(value) > 1:
            found += [{**point, name: moved} for moved in (*_shifted(value), _longer(value))]
    return found


def _shifted(value: fmpq_mat) -> Iterator[fmpq_mat]:
    largest = max(map(abs, value.entries())) or fmpq(1)
    for share in _SHIFTS:
        yield value + fmpq_mat(value.nrows(), value.ncols(), [share * largest] * _size(value))


def _longer(value: fmpq_mat) -> fmpq_mat:
    sizes = [max(map(abs, row)) for row in value.tolist()]
    longest = sizes.index(max(sizes))
    return fmpq_mat([[x * _LONGER if i == longest else x for x in row] for i, row in enumerate(value.tolist())])


def _size(value: Any) -> int:
    """How many numbers a value holds."""
    if isinstance(value, list):
        return sum(map(_size, value))
    return value.nrows() * value.ncols() if isinstance(value, fmpq_mat) else 1


def _scaled(value: Any, factor: fmpq) -> Any:
    return [_scaled(item, factor) for item in value] if isinstance(value, list) else value * factor


def _raised(value: Any) -> Any:
    """A value with each number far larger."""
    if isinstance(value, list):
        return [_raised(item) for item in value]
    if isinstance(value, fmpq_mat):
        return value + fmpq_mat(value.nrows(), value.ncols(), [_AWAY] * (value.nrows() * value.ncols()))
    return value + _AWAY


def _cheap(own: Point, dataset: Dataset) -> list[Point]:
    """Networks that a search for low cost finds; on one dataset in eight, which its digest chooses."""
    number = int(dataset.digest[:8], 16)
    layers = _layers_of(own)
    if number % 8 or layers is None:
        return []
    from checker.witness.search import cheap_networks

    return [_named(own, network) for network in cheap_networks(layers, number)]


def _layers_of(own: Point) -> list[fmpq_mat] | None:
    """The layers of a network: a family, or two matrices that chain; None for other variables."""
    values = list(own.values())
    values = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    chained = len(values) > 1 and all(isinstance(value, fmpq_mat) for value in values)
    return values if chained and all(a.ncols() == b.nrows() for a, b in pairwise(values)) else None


def _named(own: Point, layers: list[fmpq_mat]) -> Point:
    return dict(zip(own, layers, strict=True)) if len(own) > 1 else dict.fromkeys(own, layers)


def _same_product(own: Point, source: random.Random) -> list[Point]:
    """Other networks of the same product: of two matrices, of each family of layers, or of its first branch."""
    layers = _layers_of(own)
    if layers is not None:
        return [_named(own, other) for other in same_product(layers, source)]
    found = list[Point]()
    for name, value in own.items():
        if isinstance(value, list):
            branched = isinstance(value[0], list)
            first, rest = (value[0], value[1:]) if branched else (value, [])
            others = same_product(first, source) if len(first) > 1 else ()
            found += [{**own, name: [other, *rest] if branched else other} for other in others]
    return found
