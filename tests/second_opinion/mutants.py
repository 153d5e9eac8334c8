"""Wrong statements made of right ones: another factor, another exponent, another order, a wider constraint."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sympy import Basic, sympify

from checker.statement import claims as c
from checker.statement.relations import Relation
from checker.statement.theorem import Theorem

Change = Callable[[Any], Any]


def _doubled(relation: Relation) -> Relation:
    """With twice the left side, or a bound of a rank that is one less."""
    left, *others = relation.sides
    if relation.kind == "every":
        return Relation("every", _doubled(left), *others)
    if relation.kind == "rank_at_most":
        return Relation(relation.kind, left, others[0] - 1)
    return Relation(relation.kind, 2 * left, *others)


def _reversed(relation: Relation) -> Relation:
    if relation.kind in ("at_most", "less"):
        return Relation(relation.kind, *reversed(relation.sides))
    return relation


def _of_relation(change: Change) -> Change:
    def changed(claim: Any) -> Any:
        part = "condition" if isinstance(claim, c.Vanishing) else "relation"
        if not hasattr(claim, part):
            return claim
        return dataclasses.replace(claim, **{part: change(getattr(claim, part))})

    return changed


def _of_formula(change: Change) -> Change:
    def changed(claim: Any) -> Any:
        if isinstance(claim, c.OptimalValue):
            return dataclasses.replace(claim, value=change(sympify(claim.value)))
        if isinstance(claim, c.OptimalPoint):
            return dataclasses.replace(claim, point={name: 2 * value for name, value in claim.point.items()})
        return claim

    return changed


CHANGES: dict[str, Change] = {
    "twice the formula": _of_formula(lambda value: 2 * value),
    "one more than the formula": _of_formula(lambda value: value + 1),
    "the square of the formula": _of_formula(lambda value: value**2),
    "twice the left side": _of_relation(_doubled),
    "the other order": _of_relation(_reversed),
}


def _widened(problem: Any) -> Iterator[tuple[Relation, Relation]]:
    for constraint in problem.constraints:
        if constraint.kind == "at_most" and constraint.sides[0] != 0:
            left, right = constraint.sides
            yield constraint, Relation("at_most", left, 2 * right)


def _replaced(part: Any, changes: Mapping[Any, Any]) -> Any:
    if isinstance(part, Basic):
        return part.xreplace(changes)
    if isinstance(part, Mapping):
        return {key: _replaced(value, changes) for key, value in part.items()}
    if isinstance(part, (tuple, list)):
        return tuple(_replaced(item, changes) for item in part)
    if dataclasses.is_dataclass(part) and not isinstance(part, type):
        fields = [field.name for field in dataclasses.fields(part) if field.name not in ("name", "kind", "by_name")]
        return dataclasses.replace(part, **{name: _replaced(getattr(part, name), changes) for name in fields})
    return part


def _made(theorem: Theorem, claims: list[Any]) -> Theorem:
    return Theorem(title="Planted", given=theorem.given, claims=claims, witness=theorem.witness)


def mutants(theorem: Theorem) -> Iterator[tuple[str, Theorem]]:
    """Wrong statements, each with what was changed in every claim that has such a part."""
    for name, change in CHANGES.items():
        claims = [change(claim) for claim in theorem.claims]
        if any(new is not old and new != old for new, old in zip(claims, theorem.claims, strict=True)):
            yield name, _made(theorem, claims)
    pairs = [claim for claim in theorem.claims if isinstance(claim, c.WeakDuality)]
    wider = dict(change for pair in pairs for change in _widened(pair.dual))
    if wider:
        yield "a dual with wider constraints", _made(theorem, [_replaced(claim, wider) for claim in theorem.claims])
