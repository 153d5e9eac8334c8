"""Optimisation problems as expressions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sympy import Basic, MatrixSymbol, Symbol, Tuple
from sympy.core.symbol import Str

from checker.statement.errors import StatementError
from checker.statement.nodes import Optimum
from checker.statement.relations import Relation
from checker.statement.symbols import Family
from checker.statement.terms import several, term


class Problem(Basic):  # type: ignore[misc]
    """``min`` or ``max`` of an objective over variables, subject to relations (``equal`` and ``at_most``)."""

    @property
    def sense(self) -> str:
        return str(self.args[0].name)

    @property
    def objective(self) -> Any:
        return self.args[1]

    @property
    def name(self) -> str:
        """What its optimum is called in claims, such as ``P``; '' where that is spelled out."""
        return str(self.args[4].name)

    @property
    def variables(self) -> tuple[Any, ...]:
        return tuple(self.args[2])

    @property
    def constraints(self) -> tuple[Relation, ...]:
        return tuple(self.args[3])


_CONSTRAINTS = ("equal", "at_most", "nonnegative")


def _problem(sense: str, objective: Any, over: Any, subject_to: Any, name: Any) -> Problem:
    variables, constraints = several(over, "over"), several(subject_to, "subject_to")
    if not variables and constraints:
        raise StatementError("a problem needs variables; write over=[W_1, w_2].")
    if not isinstance(name, str) or (name and not name.isidentifier()):
        raise StatementError(f"name={name!r} is not a name for a problem; write a letter such as name='D'.")
    for variable in variables:
        if not isinstance(variable, (Symbol, MatrixSymbol, Family)):
            raise StatementError(f"{variable} is not a variable; write the symbols of the problem: over=[W_1, w_2].")
    if len(set(variables)) < len(variables):
        raise StatementError(f"a variable is repeated in over={list(variables)}; write each once.")
    for constraint in constraints:
        if not isinstance(constraint, Relation) or constraint.kind not in _CONSTRAINTS:
            raise StatementError(
                f"the constraint {constraint} is not a relation; write equal(left, right), at_most(left, right) "
                "or at_least(left, right)."
            )
    return Problem(Str(sense), term(objective), Tuple(*variables), Tuple(*constraints), Str(name))


def Minimize(objective: Any, *, over: Sequence[Any], subject_to: Sequence[Any] = (), name: str = "") -> Problem:
    """``min objective`` over the variables, subject to the relations; over none, a number that bounds others.

    Claims call the optimum by the problem's name.

    Raises:
        StatementError: no variables, one that is not a symbol or is repeated, or a constraint that is no relation.
    """
    return _problem("min", objective, over, subject_to, name)


def Maximize(objective: Any, *, over: Sequence[Any], subject_to: Sequence[Any] = (), name: str = "") -> Problem:
    """``max objective`` over the variables, subject to the relations; over none, a number that bounds others.

    Claims call the optimum by the problem's name.

    Raises:
        StatementError: no variables, one that is not a symbol or is repeated, or a constraint that is no relation.
    """
    return _problem("max", objective, over, subject_to, name)


def optimum(problem: Problem) -> Optimum:
    """The optimal value of a problem, as a number: ``min_t max_λ`` is an optimum inside an objective.

    Raises:
        StatementError: not a problem.
    """
    if not isinstance(problem, Problem):
        raise StatementError(f"{problem} is not a problem; write optimum(Maximize(…)) or optimum(Minimize(…)).")
    return Optimum(problem)
