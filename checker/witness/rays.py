"""Rays along which a dual is feasible and unbounded: what shows that its primal has no feasible point.

Every linear expression inside the constraints has to vanish; the objective is projected onto where they do, exactly.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from flint import fmpq, fmpq_mat

from checker.datasets.dataset import Dataset
from checker.kernel.evaluate import Evaluation, Machine
from checker.kernel.matrices import least_norm
from checker.kernel.numbers import Undecidable
from checker.kernel.program import degree, polynomial, slots_of, symbols_of
from checker.witness.shapes import shape_of, units, zero

Point = dict[str, Any]
_MOST_UNKNOWNS, _NEURONS = 48, 60


def rays(machine: Machine, dataset: Dataset) -> list[Point]:
    """A ray for each dual problem that has one and whose constraints are made of linear expressions."""
    found = list[Point]()
    for pair in machine.program["pairs"]:
        problem = machine.program["problems"][pair["dual"]]
        with suppress(Undecidable, ZeroDivisionError):
            if problem["sense"] == "max" and problem["variables"] and (ray := _ray(machine, dataset, problem)):
                found.append(ray)
    return found


def _ray(machine: Machine, dataset: Dataset, problem: Mapping[str, Any]) -> Point | None:
    names = frozenset(problem["variables"])
    if degree(machine.program, problem["objective"], names) != 1:
        return None
    shapes = {name: shape_of(machine, dataset.values, name) for name in sorted(names)}
    basis = list(units(shapes))
    if not 0 < len(basis) <= _MOST_UNKNOWNS:
        return None
    forms, gradient = list[list[fmpq]](), list[fmpq]()
    for unit in basis:
        evaluation = Evaluation(machine, {**dataset.values, **unit})
        gradient += _entries(evaluation[problem["objective"]])
        source = random.Random(dataset.digest)
        sides = (relation["sides"][0] for relation in problem["constraints"])
        forms.append([entry for side in sides for entry in _forms(evaluation, side, names, source)])
    goal = fmpq_mat(len(basis), 1, gradient)
    if forms[0]:
        linear = fmpq_mat(forms).transpose()
        goal -= least_norm(linear, linear * goal)
    if all(entry == 0 for entry in goal.entries()):
        return None
    ray = zero(shapes)
    for factor, unit in zip(goal.entries(), basis, strict=True):
        ray = {name: value + unit[name] * factor for name, value in ray.items()}
    return ray


def _forms(evaluation: Evaluation, slot: int, names: frozenset[str], source: random.Random) -> Iterator[fmpq]:
    """The values of the largest linear expressions in the variables that an expression is made of."""
    machine = evaluation.machine
    if not symbols_of(machine.program, [slot]) & names:
        return
    instruction = machine.code[slot]
    if polynomial(machine.program, slot) and degree(machine.program, slot, names) == 1:
        yield from _entries(evaluation[slot])
    elif instruction[0] == "supremum":
        _, body, bound, sizes, _ = instruction
        for _ in range(_NEURONS):
            drawn = {name: _neuron(evaluation, size, names, source) for name, size in zip(bound, sizes, strict=True)}
            with evaluation.bound(**drawn):
                yield from _inside(evaluation, body, names)
    else:
        for child in slots_of(instruction):
            yield from _forms(evaluation, child, names, source)


def _inside(evaluation: Evaluation, slot: int, names: frozenset[str]) -> Iterator[fmpq]:
    """The linear expressions in the body of a supremum: of degree one, whatever rectifies the neuron."""
    operation, *children = evaluation.machine.code[slot]
    if operation in ("inner", "multiply", "add"):
        yield from _entries(evaluation[slot])
        return
    for child in slots_of([operation, *children]):
        if symbols_of(evaluation.machine.program, [child]) & names:
            yield from _inside(evaluation, child, names)


def _neuron(evaluation: Evaluation, size: int | None, names: frozenset[str], source: random.Random) -> Any:
    """Small integers, and for a bias a number of the data beside them."""
    if size is None:
        # Not of the variables, which are to be tried one by one with the same neurons.
        data = (v for name, v in evaluation.values.items() if name not in names and isinstance(v, fmpq_mat))
        numbers = [entry for value in data for entry in value.entries()]
        return source.choice([*numbers, fmpq(0), fmpq(1), fmpq(-1)]) * source.choice((1, -1))
    rows = evaluation.integer(size)
    return fmpq_mat(rows, 1, [fmpq(source.randint(-3, 3)) for _ in range(rows)])


def _entries(value: Any) -> list[fmpq]:
    entries = value.entries() if isinstance(value, fmpq_mat) else [value]
    if not all(isinstance(entry, fmpq) for entry in entries):
        raise Undecidable("the expression leaves Q")
    return list(entries)
