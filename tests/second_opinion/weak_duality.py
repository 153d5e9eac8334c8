"""Weak duality at pairs of feasible points, and link by link of a chain."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from checker.statement import claims as c
from tests.second_opinion import identities
from tests.second_opinion.evaluation import Evaluation
from tests.second_opinion.numbers import Unknown, compare
from tests.second_opinion.opinion import Opinion
from tests.second_opinion.optima import Feasible, Optima, satisfies, violates
from tests.second_opinion.relations import digits, truth

# At how many pairs of feasible points, beside the best, the links of a chain are tried.
_LINKS = 6


def feasible_pairs(optima: Optima, claim: c.WeakDuality) -> Iterator[tuple[Evaluation, Any, Any]]:
    """Pairs of feasible points with their values: the best of both sides, and some others."""
    primal, dual = claim.primal, claim.dual
    if optima.parameters(primal, dual):
        for at in at_single_points(optima, claim):
            yield at, at(primal.objective), at(dual.objective)
        return
    above, below = optima.feasible(primal), optima.feasible(dual)
    if not above or not below:
        return
    best = (_best(above, -1), _best(below, 1))
    count = max(len(above), len(below))
    others = ((above[i % len(above)], below[i % len(below)]) for i in range(0, count, max(1, count // _LINKS)))
    for first, second in (best, *others):
        yield optima.at({**first.point, **second.point}), first.value, second.value


def at_single_points(optima: Optima, claim: c.WeakDuality) -> Iterator[Evaluation]:
    """The points that are feasible on both sides; what one leaves out is the witness's."""
    for point in optima.points:
        at = optima.at({**optima.points[0], **point})
        if satisfies(claim.primal, at) and satisfies(claim.dual, at):
            yield at


def by_chain(claim: c.WeakDuality, places: list[Evaluation], others: Iterator[Evaluation], asked: int) -> Opinion:
    """Whether the links of a chain fit together, and hold at some pairs; at others until each has been decided."""
    steps = claim.by.steps
    sides = [identities.bare(side) for step in steps for side in step.relation.sides]
    ends = [identities.bare(claim.dual.objective), *sides, identities.bare(claim.primal.objective)]
    if ends[::2] != ends[1::2]:
        return Opinion("unproved", "the links do not fit together")
    seen = set[int]()
    for count, at in enumerate(chain(places, others)):
        if count >= len(places) and len(seen) == len(steps):
            break
        for number, step in enumerate(steps):
            answer = _link(step, at, asked)
            if answer is False:
                return Opinion("unproved", f"the link {number + 1} fails")
            seen |= {number} if answer else set()
    missing = [number + 1 for number in range(len(steps)) if number not in seen]
    return Opinion("unknown", f"no pair decides the links {missing}") if missing else Opinion("holds", "sampled")


def _link(step: c.Step, at: Evaluation, asked: int) -> bool | None:
    """Whether a link holds at a pair, to the digits asked for where its sides touch."""
    if step.inside is not None:
        problem, formulas = step.inside
        try:
            point = {variable.name: at(value) for variable, value in formulas.items()}
        except Unknown:
            return None
        at = Evaluation({**at.values, **point}, lambda e, inner: e(inner.objective))
        if not satisfies(problem, at):
            return False if violates(problem, at) else None
    if any(truth(condition, at) is not True for condition in step.conditions):
        return None
    answer = truth(step.relation, at)
    try:
        return True if answer is None and digits(step.relation, at) >= asked else answer
    except Unknown:
        return None


def _best(found: list[Feasible], wanted: int) -> Feasible:
    best = found[0]
    for other in found[1:]:
        best = other if compare(other.value, best.value) == wanted else best
    return best
