"""Points for any convex problem of a statement, feasible in rationals and optimal to any number of digits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flint import arb, ctx, fmpq, fmpq_mat

from checker.kernel.case import Case
from checker.kernel.evaluate import Evaluation, Machine
from checker.kernel.numbers import ball
from checker.witness.cone_path import Solution, optimum
from checker.witness.cone_program import ConeProgram
from checker.witness.convex_form import cone_program
from checker.witness.exact import WitnessError
from checker.witness.faces import on_the_face, rounded_inside
from checker.witness.rounding import bits_for

Point = dict[str, Any]
Place = Callable[[ConeProgram, Solution, int], list[fmpq] | None]
_FEW = 40


def solve_precisely(machine: Machine, problem: int, data: Mapping[str, Any], digits: int) -> Point:
    """A point near an optimum, or exactly at it.

    Args:
        machine: the loaded program.
        problem: the number of one of its problems.
        data: the dataset.
        digits: to which the value is to be the optimal one.

    Raises:
        NotConvex: the problem is not seen to be convex.
        WitnessError: it has no solution, or none was found to that many digits.
    """
    stated, bits = machine.program["problems"][problem], bits_for(digits)
    if not stated["variables"]:
        return {}
    program = cone_program(machine, stated, data, 4 * bits).without_superfluous()
    found = optimum(program, bits)
    case = Case(machine, data, [{}], digits)
    # Where exactness is cheap or the value is zero, a point without errors comes first; else where nothing is inside.
    polyhedral = not (program.smooth or program.second_order or program.semidefinite)
    exact = polyhedral or found.vanishes or program.columns <= _FEW
    places: list[Place] = [on_the_face, rounded_inside] if exact else [rounded_inside, on_the_face]
    sign = 1 if stated["sense"] == "min" else -1
    best, least, reason = Point(), arb("inf"), "no point near its optimum is exactly feasible"
    with ctx.workprec(8 * bits):
        for place in places:
            columns = place(program, found, bits) if exact or not best else None
            if columns is None:
                continue
            point = _named(machine, stated, data, columns)
            evaluation = case.at(point)
            violated = case.violated(stated, evaluation)
            if violated:
                reason = violated
                continue
            evaluation.forget_balls()
            value = sign * ball(evaluation[stated["objective"]])
            if not best or value < least:
                best, least = point, value
    if not best:
        raise WitnessError(reason)
    return best


def _named(machine: Machine, problem: Mapping[str, Any], data: Mapping[str, Any], columns: list[fmpq]) -> Point:
    """The values of the variables, from all their entries by rows."""
    sizes, point, first = Evaluation(machine, data), Point(), 0
    for name in problem["variables"]:
        symbol = machine.program["symbols"][name]
        if symbol["kind"] == "matrix":
            rows, width = (sizes.size(symbol[side]) for side in ("rows", "columns"))
            last = first + rows * width
            point[name] = fmpq_mat(rows, width, columns[first:last])
        else:
            last = first + 1
            point[name] = columns[first]
        first = last
    return point
