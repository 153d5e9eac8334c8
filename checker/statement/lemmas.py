"""Lemmas are theorems; a step of a chain is an instance of one, made by substitution and never written again."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from functools import reduce
from operator import add, mul
from typing import Any

from sympy import MatAdd, MatMul, bottom_up, preorder_traversal

from checker.statement.claims import Holds, Step
from checker.statement.errors import StatementError
from checker.statement.nodes import Fold, Largest, Product, Supremum, Total, every, total
from checker.statement.relations import Relation, at_most, less
from checker.statement.terms import term
from checker.statement.theorem import Theorem
from checker.statement.variants import Variants


def instance(lemma: Theorem, substitution: Mapping[Any, Any] | None = None, *, claim: str = "") -> Step:
    """The inequality that a lemma claims, with expressions in place of its symbols.

    Args:
        lemma: a theorem that claims relations, assigned to a name in its module.
        substitution: expressions by symbol of the lemma; symbols that are left out stand for themselves.
        claim: the name of the claim, by default the first.

    Returns:
        The step, with the assumptions of the lemma and of the claim as its conditions.

    Raises:
        StatementError: no such claim, or one that is not a relation.
    """
    found = next((c for c in lemma.claims if isinstance(c, Holds) and claim in ("", c.name)), None)
    if found is None:
        raise StatementError(f"the lemma {lemma.title!r} claims no relation {claim!r}; name one of its claims.")
    chosen = {symbol: term(value) for symbol, value in (substitution or {}).items()}
    for symbol in sorted(_bound_in(found.relation), key=str):
        if any(symbol in value.atoms(type(symbol)) for value in chosen.values()):
            raise StatementError(
                f"{symbol} is bound inside the lemma {lemma.title!r}; rename it in what is substituted."
            )
    assumed = [*(assumption.relation for assumption in lemma.given), *found.when]
    conditions = tuple(relation.xreplace(chosen) for relation in assumed)
    return Step(_flat(found.relation.xreplace(chosen)), by=_name_of(lemma), conditions=tuple(map(_flat, conditions)))


def affine(step: Step, *, times: Any = 1, plus: Any = 0) -> Step:
    """An inequality times a number, plus another one, on both sides; a negative number turns it around."""
    negative = bool(term(times).is_negative)
    left, right = (times * side + plus for side in step.relation.sides[:: -1 if negative else 1])
    conditions = (*step.conditions, at_most(0, -times if negative else times))
    return Step(Relation(step.relation.kind, left, right), by=step.by, conditions=conditions)


def powered(step: Step, exponent: Any) -> Step:
    """An inequality between numbers ``≥ 0``, both sides raised to a positive power."""
    left, right = (side ** term(exponent) for side in step.relation.sides)
    conditions = (*step.conditions, at_most(0, step.relation.sides[0]), less(0, exponent))
    return Step(Relation(step.relation.kind, left, right), by=step.by, conditions=conditions)


def summed(step: Step, index: Any, first: Any, last: Any) -> Step:
    """The sum of an inequality over ``index = first … last``."""
    left, right = (total(side, index, first, last) for side in step.relation.sides)
    conditions = tuple(every(condition, index, first, last) for condition in step.conditions)
    return Step(Relation(step.relation.kind, left, right), by=step.by, conditions=conditions)


def _bound_in(expression: Any) -> set[Any]:
    """The symbols that folds, sums, products, suprema and quantifiers bind."""
    found = set[Any]()
    for node in preorder_traversal(expression):
        if isinstance(node, Fold):
            found |= {node.args[1], node.args[3]}
        elif isinstance(node, (Total, Product, Largest)):
            found.add(node.args[1])
        elif isinstance(node, Supremum):
            found |= set(node.args[1])
        elif isinstance(node, Relation) and node.kind == "every":
            found.add(node.sides[1])
    return found


def _flat(expression: Any) -> Any:
    """With products of products, and sums of sums, written as one and in order, as they are where an author writes."""
    operators = {MatMul: mul, MatAdd: add}
    return bottom_up(expression, lambda n: reduce(operators[type(n)], n.args) if type(n) in operators else n)


def _paths(name: str, value: Any, lemma: Theorem) -> Iterator[str]:
    if value is lemma:
        yield name
    elif isinstance(value, Variants):
        yield from (f"{name}/{key}" for key, theorem in value.theorems.items() if theorem is lemma)


def _name_of(lemma: Theorem) -> str:
    names = vars(sys.modules[lemma.module]) if lemma.module in sys.modules else {}
    found = (path for name, value in names.items() for path in _paths(name, value, lemma))
    name = next(found, lemma.title)
    return f"{lemma.module.rpartition('.')[2]}/{name}".replace("_", "-")
