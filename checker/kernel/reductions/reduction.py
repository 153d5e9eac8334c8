"""What a reduction is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from checker.kernel.numbers import Number
from checker.kernel.reductions.domain import Domain

if TYPE_CHECKING:
    from checker.kernel.evaluate import Evaluation, Machine


@dataclass(frozen=True)
class Reduction:
    """A rule that reduces the supremum of an expression to finitely many points.

    Attributes:
        name: what reports call it.
        because: why nothing exceeds the value, in words; ``{body}`` stands for the expression, ``{gates}`` for what its
            rectifiers rectify.
        matches: whether the structure of an expression (a slot) is the one the rule knows, for the names it binds.
        attained: the value, and a point of the domain that attains it; no point where the value is ``+∞``.
    """

    name: str
    because: str
    matches: Callable[[Machine, int, frozenset[str]], bool]
    attained: Callable[[Evaluation, int, Domain], tuple[Number, Any]]
