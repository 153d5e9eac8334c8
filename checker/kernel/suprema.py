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
from checker.kernel.reductions.domain import Domain, domain_of

if TYPE_CHECKING:
    from checker.kernel.evaluate import Evaluation

_TRIED = 6


def supremum(
    evaluation: Evaluation, body: int, names: list[str], sizes: list[int | None], constraints: list[list[Any]]
) -> Number:
    """``sup body`` over the named variables in a set; ``+∞`` is a ball.

    Raises:
        Undecidable: no reduction matches the expression and the set, or one is wrong at a point.
    """
    domain = domain_of(evaluation, names, sizes, constraints)
    for found in (reduction(evaluation, body, domain) for reduction in REDUCTIONS) if domain else ():
        if found and domain:
            value, point = found
            if point is not None:
                _try(evaluation, body, domain, value, point)
            return value
    raise Undecidable("no reduction matches this supremum: its expression, its norm or its set is another")


def _try(evaluation: Evaluation, body: int, domain: Domain, value: Number, attains: Any) -> None:
    """Raises Undecidable unless the expression has the value at a point, and at none that is tried a larger one."""
    source, size = random.Random(f"{evaluation.machine.digest}/{body}"), domain.size
    others = (fmpq_mat(size, 1, [fmpq(source.randint(-9, 9), 9) for _ in range(size)]) for _ in range(_TRIED))
    for point, orders in [(attains, (0,)), *((domain.inside(other), (0, -1)) for other in others)]:
        with evaluation.bound(**domain.values(point)):
            if compare(evaluation[body], value) not in orders:
                raise Undecidable("the reduction of a supremum contradicts its expression at a point")
