"""What may enter an expression: terms of the statement language and integers, never what SymPy has already decided."""

from __future__ import annotations

from typing import Any

from sympy import Basic, SympifyError, sympify

from checker.statement.errors import StatementError

SEE = "see docs/writing-a-theorem.md for the expressions that statements are made of"
HINTS = {
    "float": "floats are not exact; write Rational(1, 2) or an integer",
    "Float": "floats are not exact; write Rational(1, 2) or an integer",
    "str": "write scalar('beta'), vector('y', n) or matrix('X', n, d) for a symbol",
    "bool": "it was decided before it got here; write equal(left, right) or at_most(left, right)",
    "NoneType": "write an expression there",
    "list": "write the symbol of a vector or matrix, and state what it is as an assumption",
    "tuple": "write the symbol of a vector or matrix, and state what it is as an assumption",
    "Inverse": "SymPy simplifies inverses by itself; write pinv(A)",
    "Equality": "SymPy decides Eq by itself; write equal(left, right)",
    "Unequality": "SymPy decides Ne by itself; write Nonzero(x) as an assumption",
    "LessThan": "SymPy decides <= by itself; write at_most(left, right)",
    "GreaterThan": "SymPy decides >= by itself; write at_least(left, right)",
    "StrictLessThan": "SymPy decides < by itself; write less(left, right)",
    "StrictGreaterThan": "SymPy decides > by itself; write less(right, left)",
    "BooleanTrue": "SymPy evaluated the relation to True before it got here; write equal or at_most",
    "BooleanFalse": "SymPy evaluated the relation to False before it got here; write equal or at_most",
    "Abs": "SymPy simplifies absolute values by itself; write absolute(x)",
    "Determinant": "determinants have no rule; state rank(A) instead",
    "MatrixElement": "single entries have no rule; give the entry a name of its own",
}  # fmt: skip


def refusal(thing: Any) -> str:
    """Why something is not part of the statement language, and what to write instead."""
    name = type(thing).__name__
    shown = " ".join(str(thing).split())
    shown = repr(thing) if isinstance(thing, str) else shown if len(shown) <= 60 else shown[:59] + "…"
    return f"{shown} ({name}) is not part of the statement language: {HINTS.get(name, SEE)}."


def term(thing: Any) -> Basic:
    """A SymPy expression, or an integer as one.

    Raises:
        StatementError: a float, a string, a truth value or anything else that is not exact and symbolic.
    """
    if isinstance(thing, Basic) and type(thing).__name__ not in HINTS:
        return thing
    if isinstance(thing, Basic) or type(thing).__name__ in HINTS:
        raise StatementError(refusal(thing))
    try:
        converted = sympify(thing)
    except (SympifyError, TypeError, ValueError) as error:
        raise StatementError(refusal(thing)) from error
    if not isinstance(converted, Basic) or type(converted).__name__ in HINTS:
        raise StatementError(refusal(thing))
    return converted


def several(items: Any, keyword: str) -> tuple[Any, ...]:
    """The items of a list that a keyword argument takes.

    Raises:
        StatementError: not a list or tuple, such as a single symbol.
    """
    if not isinstance(items, (list, tuple)):
        raise StatementError(f"{keyword}={items} is not a list; write {keyword}=[…].")
    return tuple(items)
