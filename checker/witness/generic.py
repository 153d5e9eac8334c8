"""Points from the statement alone, for data on which the author's witness serves no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from checker.datasets.dataset import Dataset
from checker.kernel.evaluate import Machine
from checker.kernel.numbers import Undecidable
from checker.statement.theorem import Theorem
from checker.witness.boundary import boundary_points
from checker.witness.rays import rays
from checker.witness.shapes import shape_of, zero
from checker.witness.siblings import Siblings

Point = dict[str, Any]
Proposer = Callable[[Machine, Dataset, list[Point], int], list[Point]]


def generic_proposers(theorem: Theorem) -> tuple[Proposer, ...]:
    """What proposes points for any theorem, the quickest first.

    What related theorems propose; rays and zero; duals on the boundary of what is feasible; networks of a local search.

    Args:
        theorem: as its author stated it.
    """
    return (Siblings(theorem), _rays_and_zeros, _searched)


def _rays_and_zeros(machine: Machine, dataset: Dataset, points: list[Point], digits: int) -> list[Point]:
    found = rays(machine, dataset)
    for problem in machine.program["problems"]:
        try:
            shapes = {name: shape_of(machine, dataset.values, name) for name in problem["variables"]}
        except Undecidable:
            continue
        found.append(zero(shapes))
    return found


def _searched(machine: Machine, dataset: Dataset, points: list[Point], digits: int) -> list[Point]:
    from checker.witness.descent import descents  # SciPy takes long to import

    found = boundary_points(machine, dataset, points, digits)
    return [*found, *descents(machine, dataset, points, digits)]
