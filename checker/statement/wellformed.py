"""What the parts of a claim must be beyond having a shape: problems, numbers, formulas in the data alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import sympy
from sympy import Basic, MatrixExpr, Symbol

from checker.statement import claims as c
from checker.statement.errors import StatementError
from checker.statement.nodes import Norm, Optimum
from checker.statement.problems import Problem
from checker.statement.relations import Relation
from checker.statement.shapes import same_shape, shape_of
from checker.statement.symbols import Family
from checker.statement.terms import term
from checker.statement.text import text

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def refuse_ill_formed(claim: c.Claim, problems: Iterable[Problem]) -> None:
    """Refuses a claim whose parts are not what its kind needs.

    Args:
        claim: with its name.
        problems: those of the theorem; the symbols that they optimise over have no value in a dataset.

    Raises:
        StatementError: the message says what to write instead.
    """
    if not isinstance(claim.name, str) or not _NAME.fullmatch(claim.name):
        raise StatementError(f"name={claim.name!r} is not a name for a claim; write letters, digits and hyphens.")
    for part in ("primal", "dual", "problem"):
        if hasattr(claim, part) and not isinstance(getattr(claim, part), Problem):
            raise StatementError(f"{part}={getattr(claim, part)} is not a problem; write Minimize(…) or Maximize(…).")
    for relation in [*claim.when, *(getattr(claim, f) for f in ("relation", "condition") if hasattr(claim, f))]:
        if not isinstance(relation, Relation):
            raise StatementError(f"{relation} is not a relation; write equal(left, right) or at_most(left, right).")
    variables = {variable for problem in problems for variable in problem.variables}
    for condition in claim.when:
        refuse_variables(condition, variables, f"the condition of the claim {claim.name!r}")
    if not isinstance(claim, c.WeakDuality):
        for part in ("primal", "dual", "problem"):
            _refuse_parameters(getattr(claim, part, None), variables, claim.name)
    match claim:
        case c.WeakDuality():
            _duality(claim)
        case c.OptimalValue():
            _number(claim.value, f"the value in the claim {claim.name!r}")
            refuse_variables(claim.value, variables, f"the value in the claim {claim.name!r}")
        case c.OptimalPoint():
            _point(claim, variables)
        case c.Holds():
            refuse_variables(claim.relation, variables, f"the claim {claim.name!r}")
        case c.Vanishing():
            _number(claim.weight, f"the weight in the claim {claim.name!r}")
            _number(claim.size, f"the size in the claim {claim.name!r}")
            refuse_variables(claim.condition, variables, f"the condition of the claim {claim.name!r}")
        case c.Identity() if claim.relation.kind != "equal":
            raise StatementError(f"the identity {text(claim.relation)} is not an equation; write equal(left, right).")


def _refuse_parameters(problem: Problem | None, variables: set[Any], name: str) -> None:
    """Refuses a claim on the optimum of a problem that depends on a variable of another one: it is no number."""
    if problem is None:
        return
    others = variables - set(problem.variables)
    for part in (problem.objective, *problem.constraints):
        refuse_variables(part, others, f"the claim {name!r} is on the optimum of a problem that")


def refuse_variables(expression: Any, variables: Iterable[Any], where: str) -> None:
    """Refuses an expression in the variables of a problem where only data have values.

    Raises:
        StatementError: names the variable.
    """
    nodes, waiting = set[Any](), [term(expression)]
    while waiting:
        node = waiting.pop()
        nodes.add(node)
        # The optimum of a problem has a value in the data, whatever its variables.
        waiting += () if isinstance(node, Optimum) else node.args
    for variable in sorted(set(variables) & nodes, key=str):
        raise StatementError(
            f"{where} speaks of {text(variable)}, which is a variable of a problem and has no value in the data; "
            "write a formula in the data, or ForEveryOptimum(primal, relation)."
        )


def _number(expression: Any, what: str) -> None:
    if isinstance(expression, (Relation, Problem)) or shape_of(expression) != ():
        raise StatementError(f"{what} is not a number: {text(expression)}; write norm(…), dot(a, b) or the like.")


def _duality(claim: c.WeakDuality) -> None:
    if claim.primal.sense != "min":
        raise StatementError("the primal of a pair is minimised; write WeakDuality(Minimize(…), Maximize(…)).")
    if claim.dual.sense != "max" and not claim.dual.objective.has(Optimum):
        raise StatementError("the dual of a pair is maximised; write WeakDuality(Minimize(…), Maximize(…)).")
    if claim.by is None:
        return
    if isinstance(claim.by, c.Chain):
        for step in claim.by.steps:
            if not isinstance(step, c.Step) or step.relation.kind not in ("equal", "at_most"):
                raise StatementError(f"{step} is not a step of a chain; write Step(at_most(left, right)).")
        return
    if not isinstance(claim.by, c.GapIdentity):
        raise StatementError(
            f"by={claim.by} is not a gap identity; write GapIdentity(squares=…, slacks=…), or Chain((Step(…), …))."
        )
    for square in claim.by.squares:
        if not isinstance(square, (tuple, list)) or len(square) != 2:
            raise StatementError(f"{square} is not a square of a gap identity; write (weight, expression).")
        _number(square[0], "the weight of a square")
        shape_of(square[1])
    for slack in claim.by.slacks:
        _number(slack.multiplier, "the multiplier of a slack")
        if slack.along is not None:
            _along(slack)
    for lemma in claim.by.lemmas:
        if not isinstance(lemma, c.Step) or not lemma.by:
            raise StatementError(f"{lemma} is not an instance of a lemma; write instance(lemma, {{symbol: value}}).")
        if lemma.relation.kind != "at_most":
            raise StatementError(
                f"{lemma.by} claims {text(lemma.relation)}, and a lemma of a gap identity claims left ≤ right; name "
                "another claim of it."
            )
    for residual in claim.by.residuals:
        left = residual.relation.sides[0]
        same_shape(residual.multiplier, left, f"the multiplier of the residual {text(residual.relation)}")


def _along(slack: c.Slack) -> None:
    low = slack.relation.sides[0]
    if not isinstance(low, Norm) or not isinstance(slack.along, MatrixExpr):
        raise StatementError(
            f"{text(slack.relation)} is no bound of a norm along {slack.along}; write "
            "Slack(c, at_most(spectral(Z), r), along=V)."
        )
    shape_of(low.args[0] * slack.along.T)


def _point(claim: c.OptimalPoint, variables: set[Any]) -> None:
    if not isinstance(claim.point, Mapping):
        raise StatementError(f"point={claim.point} gives no formulas; write point={{lam: formula}}.")
    for variable, value in claim.point.items():
        if variable not in claim.problem.variables:
            raise StatementError(
                f"the claim {claim.name!r} gives a formula for {variable}, which is not a variable of the problem; "
                f"write one for each of {', '.join(text(v) for v in claim.problem.variables)}."
            )
        if not isinstance(variable, Family):
            same_shape(value, variable, f"the formula for {text(variable)} in the claim {claim.name!r}")
        refuse_variables(value, variables, f"the formula for {text(variable)} in the claim {claim.name!r}")


def problems_in(expressions: Iterable[Any]) -> list[Problem]:
    """Every problem of a statement, those inside an optimum included."""
    return [
        node for expression in expressions if isinstance(expression, Basic)
        for node in sympy.preorder_traversal(expression) if isinstance(node, Problem)
    ]  # fmt: skip


def refuse_domains(expression: Any) -> None:
    """Refuses symbols that carry a sign or a domain of their own, with which SymPy simplifies.

    Raises:
        StatementError: names the symbol, and the assumption to write.
    """
    for node in sympy.preorder_traversal(expression):
        if isinstance(node, Symbol) and (type(node) is not Symbol or node != Symbol(node.name)):
            raise StatementError(
                f"the symbol {node} carries a domain of its own, with which SymPy simplifies; write "
                f"scalar({node.name!r}) and state the domain as an assumption, such as Positive({node.name})."
            )
