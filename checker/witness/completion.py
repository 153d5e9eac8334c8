"""Other feasible points: some variables drawn anew, and those solved for in which the equations are affine.

The output layer of a network, say, once its hidden layers are drawn.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from flint import fmpq, fmpq_mat

from checker.kernel.evaluate import Evaluation, Machine, difference
from checker.kernel.matrices import is_matrix, least_norm
from checker.kernel.numbers import Undecidable

Point = dict[str, Any]
MOST_UNKNOWNS = 24


def completions(
    machine: Machine, problem: Mapping[str, Any], data: Mapping[str, Any], own: Point, source: random.Random
) -> list[Point]:
    """Points with other values, small or near the given ones, of the variables that are not solved for.

    Args:
        machine: the loaded program.
        problem: whose equations are to hold; without any there is nothing to complete.
        data: the dataset.
        own: exact values of the problem's variables.
        source: of the values drawn.
    """
    equations = [r["sides"] for r in problem["constraints"] if r["kind"] == "equal"]

    def residual(point: Point) -> list[fmpq]:
        evaluation, found = Evaluation(machine, {**data, **point}), list[fmpq]()
        for left, right in equations:
            value = difference(evaluation[left], evaluation[right])
            found += value.entries() if is_matrix(value) else [value]
        if not all(isinstance(entry, fmpq) for entry in found):
            raise Undecidable("the equations leave Q")
        return found

    with suppress(Undecidable):
        hopeless = not equations or _too_few(own, len(residual(own)))
        for _ in range(0 if hopeless else _TRIED):
            with suppress(Undecidable):
                found = list(_completed(residual, own, source))
                if found:
                    return found
    return []


def _too_few(own: Point, equations: int) -> bool:
    """Whether single numbers alone would have to satisfy more equations than they are, the layers being too large."""
    sizes = {name: len(list(_unknowns(name, value))) for name, value in own.items()}
    left = [own[name] for name, size in sizes.items() if 0 < size <= MOST_UNKNOWNS]
    return len(left) < equations and not any(isinstance(value, (fmpq_mat, list)) for value in left)


def _completed(residual: Callable[[Point], list[fmpq]], own: Point, source: random.Random) -> Iterator[Point]:
    drawn = {name: _redrawn(value, source) for name, value in own.items()}
    unknowns = _affine(residual, drawn, source)
    # Where all are solved for, all are changed before.
    fixed = [name for name in own if name not in {unknown[0] for unknown in unknowns}] or [*own]
    for start in (drawn, *(_near(own, fixed, size, source) for size in _SIZES)) if unknowns else ():
        at = residual(start)
        moved = [residual(_moved(start, {unknown: fmpq(1)})) for unknown in unknowns]
        system = [after[i] - before for i, before in enumerate(at) for after in moved]
        target = fmpq_mat(len(at), 1, [-entry for entry in at])
        steps = least_norm(fmpq_mat(len(at), len(unknowns), system), target).entries()
        point = _moved(start, dict(zip(unknowns, steps, strict=True)))
        if not any(residual(point)):
            yield point


_SIZES, _TRIED = (fmpq(1), fmpq(1, 1000), fmpq(1, 10**12)), 3
# A variable, its layer (of a family), row and column.
Unknown = tuple[str, int, int, int]


def _affine(residual: Callable[[Point], list[fmpq]], base: Point, source: random.Random) -> list[Unknown]:
    """The variables, the last ones first, in which the equations are affine together; of a family its last layer.

    A family with branches is left alone.
    """
    found: list[Unknown] = []
    for name in reversed(base):
        trial = found + list(_unknowns(name, base[name]))
        if len(trial) > MOST_UNKNOWNS:
            continue
        if all(_affine_there(residual, base, trial, source) for _ in range(_TRIED)):
            found = trial
    return found


def _affine_there(
    residual: Callable[[Point], list[fmpq]], base: Point, unknowns: list[Unknown], source: random.Random
) -> bool:
    """Whether the corners of a parallelogram, drawn at random, say so: a rectifier can be affine by chance."""
    start, first, second = ({unknown: fmpq(source.randint(-9, 9)) for unknown in unknowns} for _ in range(3))
    base = _moved(base, start)
    both = {unknown: first[unknown] + second[unknown] for unknown in unknowns}
    corners = [residual(_moved(base, step)) for step in ({}, first, second, both)]
    return all(a - b - c + d == 0 for a, b, c, d in zip(*corners, strict=True))


def _unknowns(name: str, value: Any) -> Iterator[Unknown]:
    layer = len(value) - 1 if isinstance(value, list) else 0
    last = value[layer] if isinstance(value, list) else value
    sizes = (last.nrows(), last.ncols()) if isinstance(last, fmpq_mat) else (1, 1)
    sizes = (0, 0) if isinstance(last, list) else sizes
    return ((name, layer, i, j) for i in range(sizes[0]) for j in range(sizes[1]))


def _moved(point: Point, steps: Mapping[Unknown, fmpq]) -> Point:
    moved = {name: _copied(value) if name in {u[0] for u in steps} else value for name, value in point.items()}
    for (name, layer, i, j), step in steps.items():
        target = moved[name][layer] if isinstance(moved[name], list) else moved[name]
        if isinstance(target, fmpq_mat):
            target[i, j] += step
        else:
            moved[name] += step
    return moved


def _copied(value: Any) -> Any:
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return fmpq_mat(value) if isinstance(value, fmpq_mat) else value


def _redrawn(value: Any, source: random.Random) -> Any:
    if isinstance(value, list):
        return [_redrawn(item, source) for item in value]
    if isinstance(value, fmpq_mat):
        entries = [fmpq(source.randint(-9, 9), source.randint(1, 3)) for _ in range(value.nrows() * value.ncols())]
        return fmpq_mat(value.nrows(), value.ncols(), entries)
    return fmpq(source.randint(-9, 9), source.randint(1, 3))


def _near(own: Point, fixed: list[str], size: fmpq, source: random.Random) -> Point:
    """The given point, perturbed where nothing is solved for."""
    return {name: perturbed(value, size, source) if name in fixed else value for name, value in own.items()}


def perturbed(value: Any, size: fmpq, source: random.Random) -> Any:
    """A number, matrix or list of matrices, each entry changed by up to ``size`` and not by 0."""
    if isinstance(value, list):
        return [perturbed(item, size, source) for item in value]
    if isinstance(value, fmpq_mat):
        noise = [_noise(size, source) for _ in range(value.nrows() * value.ncols())]
        return value + fmpq_mat(value.nrows(), value.ncols(), noise)
    return value + _noise(size, source)


def _noise(size: fmpq, source: random.Random) -> fmpq:
    return fmpq(source.choice((-1, 1)) * source.randint(1, 9), 9) * size
