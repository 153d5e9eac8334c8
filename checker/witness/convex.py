"""CVXPY from the same expression: a proposer for any problem that is convex, in float64."""

from __future__ import annotations

import operator
import random
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy
from flint import fmpq, fmpq_mat
from sympy import MatAdd, MatMul, MatrixSymbol, Symbol, Transpose, ZeroMatrix

from checker.datasets.dataset import Dataset
from checker.statement import nodes
from checker.statement.problems import Problem
from checker.statement.symbols import Family
from checker.statement.text import text
from checker.witness.exact import NotConvex, WitnessError
from checker.witness.rounding import from_floats

# The optimal value that a solver reaches is off by about this much.
_TOLERANCE = 1e-7


def solve_convex(problem: Problem, data: Mapping[str, Any], floats: Any) -> dict[str, Any]:
    """A float64 solution of a convex problem, as the exact rationals that the floats are.

    Args:
        problem: compiled to CVXPY from its expression.
        data: the dataset, exact.
        floats: the dataset's ``floats`` method.

    Returns:
        Values of the problem's variables by name.

    Raises:
        NotConvex: the expression does not follow the rules of disciplined convex programming.
        WitnessError: the solver found no solution.
    """
    if not problem.variables:
        return {}
    found = _model(problem, data, floats)
    _solve(problem, found.cvxpy.Problem(found.goal, found.constraints), found.variables)
    return {name: _exact(variable.value) for name, variable in found.variables.items()}


def ends_of_optimal_set(
    problem: Problem, data: Mapping[str, Any], floats: Any, known: Mapping[str, Any], source: random.Random
) -> list[dict[str, Any]]:
    """Two optima of a convex problem, the first and the last in a random direction, in float64.

    The optimal set is relaxed by as much as the solver is inexact, so that an optimum that is unique comes back as two
    points close to it.

    Args:
        problem, data, floats: as for :func:`solve_convex`.
        known: a point that is nearly optimal.
        source: of the direction.

    Raises:
        NotConvex, WitnessError: as :func:`solve_convex`; or the point has no value for a variable.
    """
    model, at_known, direction = _model(problem, data, floats), Dataset(dict(known)), 0
    for name, variable in model.variables.items():
        if name not in known:
            raise WitnessError(f"no optimum of {text(problem)} is known")
        variable.value = at_known.floats(name)
        weights = np.reshape([source.uniform(-1, 1) for _ in range(variable.size)], variable.shape)
        direction += model.cvxpy.sum(model.cvxpy.multiply(weights, variable))
    objective, reached = model.goal.args[0], float(np.squeeze(model.goal.args[0].value))
    room = _TOLERANCE * max(1.0, abs(reached))
    near = objective <= reached + room if problem.sense == "min" else objective >= reached - room
    ends = []
    for goal in (model.cvxpy.Minimize(direction), model.cvxpy.Maximize(direction)):
        _solve(problem, model.cvxpy.Problem(goal, [*model.constraints, near]), model.variables)
        ends.append({name: _exact(variable.value) for name, variable in model.variables.items()})
    return ends


@dataclass(frozen=True)
class _Model:
    cvxpy: Any
    variables: Mapping[str, Any]
    goal: Any
    constraints: list[Any]


def _model(problem: Problem, data: Mapping[str, Any], floats: Any) -> _Model:
    import cvxpy

    sizes = {Symbol(name): sympy.Integer(value) for name, value in data.items() if isinstance(value, int)}
    variables: dict[str, Any] = {}
    for variable in problem.variables:
        if isinstance(variable, Family):
            raise NotConvex(f"{text(problem)} is not convex in the layers {text(variable)}")
        shape = tuple(size.xreplace(sizes) for size in getattr(variable, "shape", ()))
        if any(getattr(size, "free_symbols", ()) for size in shape):
            raise NotConvex(f"{text(problem)} has sizes to choose")
        variables[variable.name] = cvxpy.Variable(tuple(map(int, shape)))
    translate = _Translator(cvxpy, variables, floats, sizes, frozenset(data))
    objective = translate(problem.objective)
    goal = cvxpy.Minimize(objective) if problem.sense == "min" else cvxpy.Maximize(objective)
    constraints = []
    for relation in problem.constraints:
        left, right = [*map(translate, relation.sides), 0][:2]
        relate = {"equal": operator.eq, "at_most": operator.le, "nonnegative": operator.ge}[relation.kind]
        constraints.append(relate(left, right))
    if not cvxpy.Problem(goal, constraints).is_dcp():
        raise NotConvex(f"{text(problem)} is not convex by the rules of CVXPY")
    return _Model(cvxpy, variables, goal, constraints)


def _solve(problem: Problem, model: Any, variables: Mapping[str, Any]) -> None:
    try:
        with warnings.catch_warnings():  # an inaccurate solution is a proposal like any other: the kernel decides
            warnings.simplefilter("ignore")
            model.solve(solver="CLARABEL")
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a solver written in Rust panics with one that is no Exception
        raise WitnessError(f"CVXPY found no solution of {text(problem)}: {error}") from error
    if any(variable.value is None for variable in variables.values()):
        raise WitnessError(f"CVXPY found no solution of {text(problem)}: {model.status}")


def _exact(value: Any) -> fmpq_mat | fmpq:
    array = np.atleast_2d(np.asarray(value, dtype=float))
    matrix = from_floats(array)
    return matrix[0, 0] if np.ndim(value) == 0 else matrix


class _Translator:
    def __init__(
        self, cvxpy: Any, variables: Mapping[str, Any], floats: Any, sizes: Mapping[Symbol, int], known: frozenset[str]
    ) -> None:
        self.cvxpy, self.variables, self.floats, self.sizes, self.known = cvxpy, variables, floats, sizes, known

    def __call__(self, expression: Any) -> Any:
        match expression:
            case sympy.Rational():
                return float(expression)
            case Symbol() | MatrixSymbol():
                if expression.name in self.variables:
                    return self.variables[expression.name]
                if expression.name not in self.known:
                    raise NotConvex(f"{text(expression)} is a variable of another problem")
                return self.floats(expression.name)
            case ZeroMatrix():
                return np.zeros(tuple(int(size.xreplace(self.sizes)) for size in expression.shape))
            case Transpose():
                return self(expression.args[0]).T
            case MatAdd():
                return sum(map(self, expression.args[1:]), start=self(expression.args[0]))
            case MatMul():
                result = self(expression.args[0])
                for before, factor in zip(expression.args, expression.args[1:], strict=False):
                    scalar = not hasattr(before, "shape") or not hasattr(factor, "shape")
                    result = result * self(factor) if scalar else result @ self(factor)
                return result
            case sympy.Add():
                return sum(map(self, expression.args), start=0)
            case sympy.Mul():
                result = 1.0
                for factor in expression.args:
                    result = result * self(factor)
                return result
            case sympy.Pow():
                return self._power(*expression.args)
            case nodes.PseudoInverse():
                return np.linalg.pinv(self(expression.args[0]))
            case nodes.Norm():
                return self._norm(expression.kind, self(expression.args[0]))
            case nodes.Inner():
                left, right = map(self, expression.args)
                return self.cvxpy.sum(self.cvxpy.multiply(left, right))
            case nodes.Trace():
                return self.cvxpy.trace(self(expression.args[0]))
            case nodes.Defined() | nodes.DefinedMatrix():
                return self(expression.args[0])
            case nodes.Absolute():
                return self.cvxpy.abs(self(expression.args[0]))
            case nodes.Relu():
                return self.cvxpy.pos(self(expression.args[0]))
            case nodes.Diagonal():
                return self.cvxpy.diag(self(expression.args[0]))
            case nodes.Softplus():
                return self.cvxpy.logistic(self(expression.args[0]))
            case nodes.XLogX():
                return -self.cvxpy.entr(self(expression.args[0]))
            case nodes.LogSumExp():
                return self.cvxpy.log_sum_exp(self(expression.args[0]), axis=1, keepdims=True)
        raise NotConvex(f"{text(expression)} has no translation to CVXPY")

    def _power(self, base: Any, exponent: Any) -> Any:
        if isinstance(base, nodes.Norm) and exponent == 2 and base.kind in ("two", "frobenius"):
            return self.cvxpy.sum_squares(self(base.args[0]))
        exponent = exponent.xreplace(self.sizes)
        if exponent.free_symbols or not exponent.is_finite:
            raise NotConvex(f"{text(base)} has the exponent {text(exponent)}, which is not a number")
        return self.cvxpy.power(self(base), float(exponent))

    def _norm(self, kind: str, inside: Any) -> Any:
        if kind == "columns":
            return self.cvxpy.max(self.cvxpy.norm(inside, axis=0))
        names = {"two": "fro", "frobenius": "fro", "nuclear": "nuc", "spectral": 2}
        if kind == "infinity":
            return self.cvxpy.norm_inf(inside)
        return self.cvxpy.norm1(inside) if kind == "one" else self.cvxpy.norm(inside, names[kind])
