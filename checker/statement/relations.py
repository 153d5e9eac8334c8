"""Relations between expressions: inert, never SymPy's ``Eq`` or ``<=``, which answer by themselves."""

from __future__ import annotations

from typing import Any, Self

from sympy import Basic, Symbol, sympify


class Relation(Basic):  # type: ignore[misc]
    """A relation that the kernel decides: its kind, then its arguments.

    Kinds: ``equal``, ``at_most``, ``less`` (numbers, or matrices for ``equal``); ``nonnegative`` (each entry);
    ``nonzero``; ``rank_at_most``; ``parallel`` (each column of the first is a multiple of the second, a column);
    ``in_range`` and ``outside_range`` (columns of the first against the range of the second); ``whitened``
    (``A·Aᵀ = I``).
    """

    def __new__(cls, kind: Any, *args: Any) -> Self:
        node: Self = Basic.__new__(cls, Symbol(kind) if isinstance(kind, str) else kind, *map(sympify, args))
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
