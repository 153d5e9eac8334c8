"""Optimisation problems as expressions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sympy import Basic, Symbol, Tuple, sympify

from checker.statement.errors import StatementError
from checker.statement.nodes import Optimum
from checker.statement.relations import Relation


class Problem(Basic):  # type: ignore[misc]
    """``min`` or ``max`` of an objective over variables, subject to relations (``equal`` and ``at_most``)."""

    @property
    def sense(self) -> str:
        return str(self.args[0].name)

    @property
    def objective(self) -> Any:
        return self.args[1]

    @property
    def variables(self) -> tuple[Any, ...]:
        return tuple(self.args[2])

    @property
    def constraints(self) -> tuple[Relation, ...]:
        return tuple(self.args[3])


def _problem(sense: str, objective: Any, over: Iterable[Any], subject_to: Iterable[Any]) -> Problem:
    variables, constraints = Tuple(*over), Tuple(*subject_to)
    if not variables:
        raise StatementError("a problem needs variables; write over=[W_1, w_2].")
    for constraint in constraints:
        if not isinstance(constraint, Relation) or constraint.kind not in ("equal", "at_most"):
            raise StatementError(
                f"the constraint {constraint} is not a relation; write equal(left, right), at_most(left, right) "
                "or at_least(left, right)."
            )
    return Problem(Symbol(sense), sympify(objective), variables, constraints)


def Minimize(objective: Any, *, over: Iterable[Any], subject_to: Iterable[Any] = ()) -> Problem:
    """``min objective`` over the variables, subject to the relations.

    Raises:
        StatementError: no variables, or a constraint that is not a relation.
    """
    return _problem("min", objective, over, subject_to)


def Maximize(objective: Any, *, over: Iterable[Any], subject_to: Iterable[Any] = ()) -> Problem:
    """``max objective`` over the variables, subject to the relations.

    Raises:
        StatementError: no variables, or a constraint that is not a relation.
    """
    return _problem("max", objective, over, subject_to)


def optimum(problem: Problem) -> Optimum:
    """The optimal value of a problem, as a number: ``min_t max_λ`` is an optimum inside an objective."""
    return Optimum(problem)
