"""Local search for cheap feasible points of any minimum, convex or not: networks, where no witness builds them.

An augmented Lagrangian from a few starts; what it finds is made exactly feasible by solving for the variables in which
the equations are affine.
"""

from __future__ import annotations

import random
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from flint import fmpq_mat
from numpy.typing import NDArray
from scipy import optimize

from checker.datasets.dataset import Dataset, to_float
from checker.kernel.evaluate import Machine
from checker.kernel.numbers import Undecidable
from checker.witness.completion import completions
from checker.witness.numeric import Floats, NoFloats
from checker.witness.rounding import from_floats
from checker.witness.shapes import Shapes, shape_of

Point = dict[str, Any]
Vector = NDArray[np.float64]
_MOST_UNKNOWNS, _STARTS, _STEPS, _ROUNDS, _KEPT = 40, 3, 100, 10, 2
_FEASIBLE = 1e-5


def descents(machine: Machine, dataset: Dataset, points: list[Point], digits: int) -> list[Point]:
    """Cheap points of each minimum that is the primal of a pair, from those given and from random ones."""
    found = list[Point]()
    for number in dict.fromkeys(pair["primal"] for pair in machine.program["pairs"]):
        problem = machine.program["problems"][number]
        try:
            shapes = {name: shape_of(machine, dataset.values, name) for name in problem["variables"]}
            if problem["sense"] == "min" and 0 < _size(shapes) <= _MOST_UNKNOWNS:
                found += _Search(machine, dataset, problem, shapes).points(points)
        except (Undecidable, NoFloats, KeyError, ValueError, ZeroDivisionError, FloatingPointError):
            continue
    return found


class _Search:
    def __init__(self, machine: Machine, dataset: Dataset, problem: Mapping[str, Any], shapes: Shapes) -> None:
        self.machine, self.dataset, self.problem, self.shapes = machine, dataset, problem, shapes
        self.data = {name: _floats(value) for name, value in dataset.values.items()}

    def points(self, known: list[Point]) -> list[Point]:
        """Exactly feasible points where the equations allow it, the cheapest first."""
        number = int(self.dataset.digest[:8], 16)
        candidates = list[tuple[float, Vector]]()
        for start in self._starts(known, np.random.default_rng(number)):
            end = self._descended(start)
            if end is not None and self._violation(end) < _FEASIBLE:
                candidates.append((self._objective(end), end))
        found = list[Point]()
        for _, end in sorted(candidates, key=lambda pair: pair[0])[:_KEPT]:
            exact = _exact(self.shapes, end)
            if any(relation["kind"] == "equal" for relation in self.problem["constraints"]):
                found += completions(
                    self.machine, self.problem, self.dataset.values, exact, random.Random(self.dataset.digest)
                )
            else:
                found.append(exact)
        return found

    def _starts(self, known: list[Point], source: np.random.Generator) -> Iterator[Vector]:
        whole = (point for point in known if set(self.shapes) <= set(point))
        start = next((_flat(self.shapes, point) for point in whole), None)
        if start is not None:
            yield start + source.normal(size=start.size) / 100
        for _ in range(_STARTS):
            yield source.normal(size=_size(self.shapes))

    def _descended(self, start: Vector) -> Vector | None:
        """An augmented Lagrangian: equations that repeat each other do it no harm."""
        equal, least = np.zeros(self._residuals(start).size), np.zeros(self._slacks(start).size)
        weight, point = 10.0, start

        def lagrangian(point: Vector) -> float:
            residuals = self._residuals(point) + equal / weight
            lacking = np.maximum(least / weight - self._slacks(point), 0)
            return self._objective(point) + weight / 2 * float(residuals @ residuals + lacking @ lacking)

        rounds = _ROUNDS if equal.size + least.size else 1
        for _ in range(rounds):
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                point = optimize.minimize(lagrangian, point, method="L-BFGS-B", options={"maxiter": _STEPS}).x
            if not np.all(np.isfinite(point)):
                return None
            equal = equal + weight * self._residuals(point)
            least = np.maximum(least - weight * self._slacks(point), 0)
            if self._violation(point) < _FEASIBLE / 100:
                break
            weight *= 4
        return point

    def _at(self, point: Vector) -> Floats:
        return Floats(self.machine, self.data | _named(self.shapes, point))

    def _objective(self, point: Vector) -> float:
        return float(self._at(point)[self.problem["objective"]])

    def _residuals(self, point: Vector) -> Vector:
        return self._sides(point, "equal")

    def _slacks(self, point: Vector) -> Vector:
        return np.concatenate([-self._sides(point, "at_most"), self._sides(point, "nonnegative")])

    def _sides(self, point: Vector, kind: str) -> Vector:
        """Left minus right of each relation of a kind; the one side that ``nonnegative`` has."""
        values, found = self._at(point), [np.zeros(0)]
        for relation in self.problem["constraints"]:
            if relation["kind"] == kind:
                left, right = [values[side] for side in relation["sides"]] + [0.0] * (len(relation["sides"]) == 1)
                found.append(np.ravel(left - right))
        return np.concatenate(found)

    def _violation(self, point: Vector) -> float:
        return float(max([0.0, *np.abs(self._residuals(point)), *-self._slacks(point)]))


def _floats(value: Any) -> Any:
    if isinstance(value, list):
        return [_floats(item) for item in value]
    if isinstance(value, fmpq_mat):
        return np.array([[to_float(entry) for entry in row] for row in value.tolist()], dtype=float)
    return value if isinstance(value, int) else to_float(value)


def _size(shape: Any) -> int:
    if isinstance(shape, Mapping):
        return sum(map(_size, shape.values()))
    if isinstance(shape, list):
        return sum(map(_size, shape))
    return 1 if shape is None else int(shape[0] * shape[1])


def _flat(shapes: Shapes, point: Point) -> Vector | None:
    flat = np.concatenate([_entries(point[name]) for name in shapes])
    return flat if flat.size == _size(shapes) else None


def _entries(value: Any) -> Vector:
    if isinstance(value, list):
        return np.concatenate([_entries(item) for item in value])
    return np.ravel(_floats(value)).astype(float)


def _named(shapes: Shapes, flat: Vector) -> Point:
    rest = list(flat)
    return {name: _filled(shape, rest) for name, shape in shapes.items()}


def _filled(shape: Any, rest: list[float]) -> Any:
    if isinstance(shape, list):
        return [_filled(item, rest) for item in shape]
    if shape is None:
        return rest.pop(0)
    return np.array([rest.pop(0) for _ in range(shape[0] * shape[1])]).reshape(shape)


def _exact(shapes: Shapes, flat: Vector) -> Point:
    return {name: _rational(value) for name, value in _named(shapes, flat).items()}


def _rational(value: Any) -> Any:
    if isinstance(value, list):
        return [_rational(item) for item in value]
    matrix = from_floats(np.atleast_2d(value))
    return matrix if np.ndim(value) == 2 else matrix[0, 0]
