"""Whether a mutant takes another norm of a matrix whose rank is at most one, as the same theorem claims.

Of such a matrix the spectral, Frobenius and nuclear norm are one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sympy import Integer, MatMul, Transpose
from sympy.core.symbol import Str

from checker.statement import nodes
from checker.statement.claims import ForEveryOptimum, SomeOptimum
from checker.statement.relations import Relation
from checker.statement.symbols import Layer
from checker.statement.theorem import Theorem

_KINDS = ("frobenius", "spectral", "nuclear")


def same_norm(theorem: Theorem, claim: Any, before: Relation, after: Relation) -> str:
    """Why a relation at an optimum is the same in other norms; '' where that is not visible.

    Args:
        theorem: which may claim that matrices have rank one at every optimum.
        claim: the one in which the relation is.
        before, after: what is claimed, and the mutant of it.
    """
    if not isinstance(claim, (ForEveryOptimum, SomeOptimum)):
        return ""
    for other in theorem.claims:
        if isinstance(other, ForEveryOptimum) and other.primal == claim.primal and {*other.when} <= {*claim.when}:
            low = [*_of_rank_one(other.relation)]
            if low and _in_one_norm(before, low) == _in_one_norm(after, low):
                return f"one norm: the matrix has rank one or is zero, as {other.name} says"
    return ""


def _of_rank_one(relation: Relation) -> Iterator[Any]:
    """The matrix, or the layers, of which a relation says that the rank is at most one."""
    inside, *bounds = relation.sides if relation.kind == "every" else (relation,)
    if inside.kind != "rank_at_most" or inside.sides[1] != 1:
        return
    matrix = inside.sides[0]
    if not bounds:
        yield matrix
    elif isinstance(matrix, Layer) and [matrix.args[1], Integer(1), matrix.family.depth] == bounds:
        yield matrix.layers


def _in_one_norm(relation: Relation, low: list[Any]) -> Any:
    """The relation with the Frobenius norm in place of the others of what has rank one."""
    norms = [n for n in relation.atoms(nodes.Norm) if n.kind in _KINDS and _has_rank_one(n.args[0], low)]
    return relation.xreplace({norm: nodes.Norm(norm.args[0], Str("frobenius")) for norm in norms})


def _has_rank_one(matrix: Any, low: list[Any]) -> bool:
    """Whether a matrix is one of these, a layer of one, or a product with such a factor."""
    if isinstance(matrix, (MatMul, Transpose)):
        return any(_has_rank_one(factor, low) for factor in matrix.args)
    return matrix in low or (isinstance(matrix, Layer) and matrix.layers in low)
