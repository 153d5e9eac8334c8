"""The supremum of an expression over a set, by a reduction to finitely many points.

A reduction reads the structure of the expression; what none matches stays undecided.  Whatever one says is tried: the
expression must have the value where the supremum is said to be attained, and exceed it at no other point.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from flint import fmpq, fmpq_mat

from checker.kernel.numbers import Number, Undecidable, compare
from checker.kernel.reductions import REDUCTIONS
from checker.kernel.reductions.domain import Domain, Frame, domain_of, frame_of

if TYPE_CHECKING:
    from checker.kernel.evaluate import Evaluation, Machine
    from checker.kernel.reductions.reduction import Reduction

_TRIED = 6


def reduction_for(machine: Machine, slot: int) -> tuple[Reduction, Frame] | None:
    """The reduction that matches the structure of a supremum and of its set, if there is one."""
    _, body, names, sizes, constraints = machine.code[slot]
    frame = frame_of(machine, names, sizes, constraints)
    found = next((r for r in REDUCTIONS if r.matches(machine, body, frozenset(names))), None)
    return (found, frame) if found and frame else None


def supremum(evaluation: Evaluation, slot: int) -> Number:
    """``sup body`` over the variables in a set; ``+∞`` is a ball.

    Raises:
        Undecidable: no reduction matches the expression and the set, or one is wrong at a point.
    """
    found, body = reduction_for(evaluation.machine, slot), evaluation.machine.code[slot][1]
    domain = domain_of(evaluation, found[1]) if found else None
    if not found or not domain:
        raise Undecidable("no reduction matches this supremum: its expression, its norm or its set is another")
    value, point = found[0].attained(evaluation, body, domain)
    if point is not None:
        _try(evaluation, body, domain, value, point)
    return value


def _try(evaluation: Evaluation, body: int, domain: Domain, value: Number, attains: Any) -> None:
    """Raises Undecidable unless the expression has the value at a point, and at none that is tried a larger one."""
    source, size = random.Random(f"{evaluation.machine.digest}/{body}"), domain.size
    others = (fmpq_mat(size, 1, [fmpq(source.randint(-9, 9), 9) for _ in range(size)]) for _ in range(_TRIED))
    for point, orders in [(attains, (0,)), *((domain.inside(other), (0, -1)) for other in others)]:
        with evaluation.bound(**domain.values(point)):
            if compare(evaluation[body], value) not in orders:
                raise Undecidable("the reduction of a supremum contradicts its expression at a point")
