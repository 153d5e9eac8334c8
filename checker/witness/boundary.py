"""Dual points on the boundary of any constraints that grow in proportion along a ray, such as suprema over neurons.

Directions are scaled until the first constraint is met, and moved at random while that raises the objective.  Numbers
that are not to be negative, and change in proportion from where they are at zero, are constraints as well.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from flint import arb, fmpq, fmpq_mat

from checker.datasets.dataset import Dataset
from checker.kernel.evaluate import Evaluation, Machine
from checker.kernel.matrices import is_matrix, least_norm, rational
from checker.kernel.numbers import Number, Undecidable, ball, compare, multiply, power, subtract
from checker.kernel.program import degree
from checker.witness.completion import perturbed
from checker.witness.rounding import rounded
from checker.witness.shapes import entries_of, from_entries, shape_of, units

Point = dict[str, Any]
_MOST_UNKNOWNS, _MOVES, _KEPT = 24, 30, 3
_BITS = 40
_SHARES = (fmpq(1), fmpq(3, 4), fmpq(1, 2), fmpq(1, 4))
_SIZES = (fmpq(1, 2), fmpq(1, 8), fmpq(1, 32))


def boundary_points(machine: Machine, dataset: Dataset, points: list[Point], digits: int) -> list[Point]:
    """Feasible points of each dual whose constraints scale, the best that a short search from those given finds."""
    found = list[Point]()
    for number in dict.fromkeys(pair["dual"] for pair in machine.program["pairs"]):
        problem = machine.program["problems"][number]
        if problem["sense"] == "max" and problem["variables"]:
            with suppress(Undecidable, ZeroDivisionError, KeyError):
                found += _Boundary(machine, dataset, problem).points(points)
    return found


class _Boundary:
    def __init__(self, machine: Machine, dataset: Dataset, problem: Mapping[str, Any]) -> None:
        self.machine, self.dataset, self.problem = machine, dataset, problem
        self.names = frozenset(problem["variables"])
        self.shapes = {name: shape_of(machine, dataset.values, name) for name in problem["variables"]}
        self.basis = list(units(self.shapes))
        self.upper, self.signs, self.equations, self.affine = self._constraints()
        self.source = random.Random(dataset.digest)

    def _constraints(self) -> tuple[list[tuple[int, int]], list[int], list[int], list[int]]:
        """``left ≤ right`` with a left side that scales, right sides to be positive, ``left = 0``, ``M ≥ 0``."""
        upper, signs, equations, affine = list[tuple[int, int]](), list[int](), list[int](), list[int]()
        for relation in self.problem["constraints"]:
            sides = relation["sides"]
            degrees = [degree(self.machine.program, side, self.names) for side in sides]
            match relation["kind"], degrees:
                case "at_most", [1, 0]:
                    upper.append((sides[0], sides[1]))
                case "at_most", [0, 1]:
                    signs.append(sides[1])
                case "equal", [1, 0]:
                    equations.append(sides[0])
                case "nonnegative", _:
                    affine.append(sides[0])
                case _:
                    raise Undecidable(f"{relation['text']} does not scale")
        return upper, signs, equations, affine

    def points(self, known: list[Point]) -> list[Point]:
        """The best few points found."""
        if not 0 < len(self.basis) <= _MOST_UNKNOWNS or not self.upper:
            return []
        self.span = self._projection()
        found = list[tuple[Any, Point]]()
        for start in self._directions(known):
            with suppress(Undecidable):
                found.append(self._scaled(start))
        if not found:
            return []
        best = max(found, key=lambda pair: pair[0])
        for move in range(_MOVES):
            with suppress(Undecidable):
                size = _SIZES[move % len(_SIZES)] * _magnitude(best[1])
                moved = self._scaled({name: perturbed(value, size, self.source) for name, value in best[1].items()})
                found.append(moved)
                best = max(best, moved, key=lambda pair: pair[0])
        return [point for _, point in sorted(found, key=lambda pair: pair[0], reverse=True)[:_KEPT]]

    def _directions(self, known: list[Point]) -> Iterator[Point]:
        for point in known:
            if self.names <= set(point):
                yield {name: point[name] for name in self.shapes}
        for value in self.dataset.values.values():
            # The target, above all, has the shape of the multipliers.
            for name, shape in self.shapes.items():
                if isinstance(value, fmpq_mat) and (value.nrows(), value.ncols()) == shape and len(self.shapes) == 1:
                    yield {name: value}

    def _projection(self) -> fmpq_mat | None:
        """The matrix of the equations, one column for each number of the variables."""
        rows = [
            [_numbers(Evaluation(self.machine, {**self.dataset.values, **unit})[slot]) for unit in self.basis]
            for slot in self.equations
        ]
        table = [_as_rational([column[i] for column in row]) for row in rows for i in range(len(row[0]))]
        return fmpq_mat(table) if table else None

    def _scaled(self, start: Point) -> tuple[Any, Point]:
        """The point of the boundary along a direction, or nearer to zero, with the best value there is."""
        entries = fmpq_mat(len(self.basis), 1, entries_of(self.shapes, start))
        if self.span is not None:
            entries -= least_norm(self.span, self.span * entries)
        point = from_entries(self.shapes, entries.entries())
        evaluation = self._at(point)
        if any(ball(evaluation[slot]) < 0 for slot in self.signs):
            point = {name: -value for name, value in point.items()}
            evaluation = self._at(point)
        ratios = [ball(evaluation[right]) / ball(evaluation[left]) for left, right in self.upper]
        ratios += self._until_negative(point, evaluation)
        finite = [ratio for ratio in ratios if ratio.is_finite() and ratio > 0]
        if len(finite) < len(ratios):
            raise Undecidable("the direction meets no boundary")
        factor = min((_below(ratio) for ratio in finite), default=fmpq(1))
        values = [(self._value(point, factor * share), factor * share) for share in _SHARES]
        value, factor = max(values, key=lambda pair: pair[0])
        return value, {name: part * factor for name, part in point.items()}

    def _until_negative(self, point: Point, evaluation: Evaluation) -> list[arb]:
        """How far along the direction numbers that are not to be negative become so."""
        zero, twice = ({name: value * factor for name, value in point.items()} for factor in (0, 2))
        before, beyond, found = self._at(zero), self._at(twice), list[arb]()
        for slot in self.affine:
            for first, second, third in zip(*(_numbers(e[slot]) for e in (before, evaluation, beyond)), strict=True):
                if compare(subtract(third, second), subtract(second, first)) != 0:
                    raise Undecidable("a constraint is not affine")
                if compare(second, first) == -1:
                    found.append(ball(first) / ball(subtract(first, second)))
        return found

    def _value(self, point: Point, factor: fmpq) -> float:
        evaluation = self._at({name: value * factor for name, value in point.items()})
        return float(ball(evaluation[self.problem["objective"]]))

    def _at(self, point: Point) -> Evaluation:
        return Evaluation(self.machine, {**self.dataset.values, **point})


def _below(ratio: arb) -> fmpq:
    mantissa, power = ratio.lower().man_exp()
    return rounded(fmpq(mantissa) * fmpq(2) ** int(power) * (1 - fmpq(1, 2**_BITS)), 2 * _BITS)


def _magnitude(point: Point) -> fmpq:
    return max((abs(entry) for value in point.values() for entry in _numbers(value)), default=fmpq(1)) or fmpq(1)


def _numbers(value: Any) -> list[Number]:
    if not is_matrix(value):
        return [value]
    root, inside = rational(value)
    return [multiply(root, entry) for entry in inside.entries()]


def _as_rational(coefficients: list[Number]) -> list[fmpq]:
    """The coefficients of an equation that is 0, without the root that they may have in common."""
    unit = next((x for x in coefficients if compare(x, fmpq(0)) != 0), fmpq(1))
    found = [multiply(x, power(unit, fmpq(-1))) for x in coefficients]
    if not all(isinstance(x, fmpq) for x in found):
        raise Undecidable("an equation has coefficients whose ratios are irrational")
    return found
