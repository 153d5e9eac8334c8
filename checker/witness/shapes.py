"""The shapes of a problem's variables on one dataset, and points of them: zero, and one for each entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from flint import fmpq, fmpq_mat

from checker.kernel.evaluate import Evaluation, Machine
from checker.kernel.numbers import Undecidable

Shape = tuple[int, int] | None
Shapes = Mapping[str, Any]
_WIDTH = 3


def shape_of(machine: Machine, data: Mapping[str, Any], name: str) -> Any:
    """Rows and columns of a matrix, None for a number, a list of shapes for layers, of lists for branches.

    Raises:
        Undecidable: a size is chosen by the witness.
    """
    entry, sizes = machine.program["symbols"][name], Evaluation(machine, data)
    if entry["kind"] == "dimension":
        raise Undecidable(f"{name} is a size to choose")
    if entry["kind"] == "scalar":
        return None
    if entry["kind"] == "matrix":
        return sizes.size(entry["rows"]), sizes.size(entry["columns"])
    # A width that is free is small.
    hidden = sizes.size(entry["hidden"]) if "hidden" in entry else _WIDTH
    depth = sizes.size(entry["depth"])
    widths = [sizes.size(entry["inputs"]), *[hidden] * (depth - 1), sizes.size(entry["outputs"])]
    layers = list(pairwise(widths))
    return [layers] * sizes.size(entry["branches"]) if "branches" in entry else layers


def zero(shapes: Shapes) -> dict[str, Any]:
    """The point of zeros."""
    return {name: _filled(shape, fmpq_mat, fmpq(0)) for name, shape in shapes.items()}


def _filled(shape: Any, matrix: Any, number: Any) -> Any:
    if isinstance(shape, list):
        return [_filled(item, matrix, number) for item in shape]
    return number if shape is None else matrix(*shape)


def units(shapes: Shapes) -> Iterator[dict[str, Any]]:
    """For each entry of each matrix, and each number, the point that is one there and else zero."""
    for name, shape in shapes.items():
        if shape is None:
            yield zero(shapes) | {name: fmpq(1)}
        else:
            for i in range(shape[0]):
                for j in range(shape[1]):
                    point = zero(shapes)
                    point[name][i, j] = 1
                    yield point


def entries_of(shapes: Shapes, point: Mapping[str, Any]) -> list[fmpq]:
    """The numbers of a point, in the order of :func:`units`."""
    return [
        entry for name, shape in shapes.items() for entry in ([point[name]] if shape is None else point[name].entries())
    ]


def from_entries(shapes: Shapes, entries: list[fmpq]) -> dict[str, Any]:
    """The point of some numbers, in the order of :func:`units`."""
    rest, point = list(entries), dict[str, Any]()
    for name, shape in shapes.items():
        size = 1 if shape is None else shape[0] * shape[1]
        point[name] = rest[0] if shape is None else fmpq_mat(*shape, rest[:size])
        rest = rest[size:]
    return point
