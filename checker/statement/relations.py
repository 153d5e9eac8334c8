"""Relations between expressions: inert, never SymPy's ``Eq`` or ``<=``, which answer by themselves."""

from __future__ import annotations

from typing import Any, Self

from sympy import Basic
from sympy.core.symbol import Str

from checker.statement.errors import StatementError
from checker.statement.terms import term

# How many sides each kind of relation has.
KINDS = {
    "equal": 2, "at_most": 2, "less": 2, "nonnegative": 1, "positive": 1, "nonzero": 1, "increasing": 1, "integral": 1,
    "rank_at_most": 2, "parallel": 2, "in_range": 2, "outside_range": 2, "every": 4,
}  # fmt: skip


class Relation(Basic):  # type: ignore[misc]
    """A relation that the kernel decides: its kind, then its arguments.

    Kinds: ``equal``, ``at_most``, ``less`` (numbers, or matrices for ``equal``); ``nonnegative`` and ``positive``
    (each entry); ``nonzero``; ``rank_at_most``; ``parallel`` (each column of the first is a multiple of the second, a
    column); ``in_range`` and ``outside_range`` (columns of the first against the range of the second);
    ``increasing`` (the entries of a column, strictly); ``integral`` (each entry is an integer); ``every`` (a relation
    for each value of an index: relation, index, first, last).

    Raises:
        StatementError: another kind, or a number of sides that the kind does not have.
    """

    def __new__(cls, kind: Any, *args: Any) -> Self:
        name = str(kind)
        if name not in KINDS:
            raise StatementError(f"{name!r} is not a kind of relation; write one of {', '.join(KINDS)}.")
        if len(args) != KINDS[name]:
            raise StatementError(f"the relation {name!r} has {KINDS[name]} sides, not {len(args)}; write them all.")
        node: Self = Basic.__new__(cls, Str(name), *map(term, args))
        return node

    @property
    def kind(self) -> str:
        return str(self.args[0].name)

    @property
    def sides(self) -> tuple[Any, ...]:
        return tuple(self.args[1:])

    def __bool__(self) -> bool:
        raise TypeError("a relation is a statement, not a truth value; give it to a theorem or to checker.verify.")


def equal(left: Any, right: Any) -> Relation:
    """``left = right``, of numbers or of matrices of one shape."""
    return Relation("equal", left, right)


def at_most(left: Any, right: Any) -> Relation:
    """``left ≤ right``, of numbers."""
    return Relation("at_most", left, right)


def at_least(left: Any, right: Any) -> Relation:
    """``left ≥ right``, of numbers."""
    return Relation("at_most", right, left)


def less(left: Any, right: Any) -> Relation:
    """``left < right``, of numbers."""
    return Relation("less", left, right)


def RankAtMost(matrix: Any, bound: Any) -> Relation:
    """``rank(matrix) ≤ bound``."""
    return Relation("rank_at_most", matrix, bound)


def Parallel(matrix: Any, direction: Any) -> Relation:
    """Every column of ``matrix`` is a multiple of the column ``direction``."""
    return Relation("parallel", matrix, direction)
