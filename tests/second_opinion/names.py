"""Which symbols an expression speaks of."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import MatrixSymbol, Symbol

from checker.statement.symbols import Family

_LEAVES = (Symbol, MatrixSymbol, Family)


@lru_cache(maxsize=50_000)
def leaves(expression: Any) -> frozenset[str]:
    """The names of the symbols in an expression, those in shapes and those that it binds included."""
    inside = frozenset[str]().union(*map(leaves, expression.args))
    return inside | {expression.name} if isinstance(expression, _LEAVES) else inside
