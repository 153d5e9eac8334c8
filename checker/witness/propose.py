"""Proposes points for the kernel to decide on: the author's witness first, then what attacks the claims."""

from __future__ import annotations

import inspect
import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from flint import fmpq

from checker.datasets.dataset import Dataset
from checker.kernel.evaluate import Evaluation, Machine
from checker.statement.claims import UniqueOptimum, WeakDuality
from checker.statement.problems import Problem
from checker.statement.text import text
from checker.statement.theorem import Theorem
from checker.witness.attack import attacks
from checker.witness.cone_program import Unsolvable
from checker.witness.convex import ends_of_optimal_set, solve_convex
from checker.witness.exact import NotConvex, WitnessError, exact_matrix, exact_number
from checker.witness.precise import solve_precisely
from checker.witness.rays import rays
from checker.witness.rounding import simple

Point = dict[str, Any]
_INSIDE = fmpq(1) - fmpq(1, 10**6)


@dataclass
class Proposal:
    """Points to decide on, the witness's first; why the witness gave none, if so."""

    points: list[Point] = field(default_factory=list)
    reason: str = ""


def takes_digits(theorem: Theorem) -> bool:
    """Whether the author's witness is a function of (data, digits), so that asking for more may help."""
    return theorem.proposer is not None and len(inspect.signature(theorem.proposer).parameters) > 1


def propose(theorem: Theorem, machine: Machine, dataset: Dataset, digits: int) -> Proposal:
    """The author's witness; without one, CVXPY on each problem that is convex."""
    proposal = Proposal()
    try:
        if theorem.proposer is not None:
            found = theorem.proposer(dataset, digits) if takes_digits(theorem) else theorem.proposer(dataset)
            several = found if isinstance(found, (list, tuple)) else [found]
            proposal.points += [_exact(machine, dataset.values, point) for point in several]
        else:
            proposal = _convex(theorem, machine, dataset, digits)
    except WitnessError as error:
        proposal.reason = f"the witness cannot be used: {error}"
    except Exception as error:
        proposal.reason = f"the witness raised {type(error).__name__}: {error}"
    return proposal


def _exact(machine: Machine, dataset: Mapping[str, Any], found: Any) -> Point:
    if not isinstance(found, Mapping):
        raise WitnessError(f"it returned {type(found).__name__}, not a mapping from names to values")
    symbols = machine.program["symbols"]
    chosen = {name: value for name, value in found.items() if symbols.get(str(name), {}).get("kind") == "dimension"}
    sizes, point = Evaluation(machine, {**dataset, **chosen}), Point()
    for name, value in found.items():
        entry = symbols.get(str(name))
        if entry is None or entry["role"] != "variable":
            known = ", ".join(n for n, s in symbols.items() if s["role"] == "variable")
            raise WitnessError(f"it proposed a value for {name}, which is not a variable; the variables are {known}")
        if entry["kind"] == "dimension":
            point[str(name)] = fmpq(int(value))
        elif entry["kind"] == "matrix":
            rows, columns = (int(sizes[entry[side]].p) for side in ("rows", "columns"))
            point[str(name)] = exact_matrix(value, rows, columns)
        elif entry["kind"] == "family":
            of_sizes = ("inputs", "outputs", "depth", "hidden", "branches")
            point[str(name)] = _layers(value, **{s: int(sizes[entry[s]].p) for s in of_sizes if s in entry})
        else:
            point[str(name)] = exact_number(value)
    return point


def _layers(value: Any, inputs: int, outputs: int, depth: int, hidden: int = 0, branches: int = 0) -> Any:
    if branches:
        if len(value) != branches:
            raise WitnessError(f"it proposed {len(value)} branches where {branches} are needed")
        return [_layers(branch, inputs, outputs, depth, hidden) for branch in value]
    if len(value) != depth:
        raise WitnessError(f"it proposed {len(value)} layers where {depth} are needed")
    widths = [inputs, *(hidden or _shape(layer)[1] for layer in value[:-1]), outputs]
    return [exact_matrix(layer, rows, columns) for layer, (rows, columns) in zip(value, pairwise(widths), strict=True)]


def _shape(layer: Any) -> tuple[int, int]:
    if hasattr(layer, "nrows"):
        return int(layer.nrows()), int(layer.ncols())
    return len(layer), len(layer[0])


def _convex(theorem: Theorem, machine: Machine, dataset: Dataset, digits: int) -> Proposal:
    """Each problem to all digits where it has cones, else what CVXPY finds in floats; rays where it has no solution."""
    point, reasons, endless = Point(), list[str](), list[Point]()
    for number, problem in _problems(theorem, machine).items():
        try:
            point |= solve_precisely(machine, number, dataset.values, digits)
            continue
        except NotConvex as error:
            reasons.append(f"{text(problem)} is not convex by the rules of this solver: {error}")
        except WitnessError as error:
            reasons.append(f"{text(problem)} has no solution to all digits: {error}")
            endless = rays(machine, dataset) if isinstance(error, Unsolvable) else endless
        with suppress(WitnessError):
            point |= solve_convex(problem, dataset.values, dataset.floats)
    return Proposal([found for found in (point, *endless) if found], "; ".join(reasons))


def _problems(theorem: Theorem, machine: Machine) -> dict[int, Problem]:
    """The problems of the claims of weak duality, by their numbers in the program."""
    problems: dict[int, Problem] = {}
    for claim, entry in zip(theorem.claims, machine.program["claims"], strict=True):
        if isinstance(claim, WeakDuality):
            pair = machine.program["pairs"][entry["pair"]]
            problems |= {pair["primal"]: claim.primal, pair["dual"]: claim.dual}
    return problems


def rivals(theorem: Theorem, machine: Machine, dataset: Dataset, points: list[Point], digits: int) -> list[Point]:
    """Points that the witness did not build, to break claims that no identity proves; some near it to all digits."""
    found = attacks(machine, dataset, points[0] if points else {}, digits)
    unique = [claim.problem for claim in theorem.claims if isinstance(claim, UniqueOptimum)]
    # Without a witness of the author's, these solutions are the points themselves.
    for problem in _problems(theorem, machine).values() if theorem.proposer is not None else ():
        found += solutions(problem, dataset)
    return found + (_other_optima(unique, dataset, points[0]) if unique and points else [])


def solutions(problem: Problem, dataset: Dataset) -> list[Point]:
    """What CVXPY finds for a problem, and a point nearer to zero; none where it finds nothing."""
    try:
        solution = solve_convex(problem, dataset.values, dataset.floats)
    except WitnessError:
        return []
    return [solution, {name: value * _INSIDE for name, value in solution.items()}]


def _other_optima(problems: list[Problem], dataset: Dataset, point: Point) -> list[Point]:
    """Optima of convex problems beside a given one, and all of them with the simple numbers that floats may stand for.

    Two optima count as such only if their values are equal exactly.
    """
    found, source = [simple(point)], random.Random(dataset.digest)
    for problem in problems:
        with suppress(WitnessError):
            ends = ends_of_optimal_set(problem, dataset.values, dataset.floats, point, source)
            found += [*ends, *map(simple, ends)]
    return found
