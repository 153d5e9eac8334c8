"""The shape pass: every expression has a shape, or the statement is refused.

SymPy compares symbolic shapes only when both are integers; this pass compares them as expressions.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Any

import sympy
from sympy import Identity as IdentityMatrix
from sympy import MatAdd, MatMul, MatPow, MatrixSymbol, Symbol, Transpose, ZeroMatrix

from checker.statement import nodes
from checker.statement.errors import StatementError
from checker.statement.problems import Problem
from checker.statement.relations import Relation
from checker.statement.symbols import Layer, Width
from checker.statement.terms import refusal, term
from checker.statement.text import text

Shape = tuple[Any, Any] | tuple[()]


def shape_of(expression: Any) -> Shape:
    """The shape of an expression: ``()`` for a number, ``(rows, columns)`` for a matrix.

    Raises:
        StatementError: two shapes do not fit, or a node is not of the statement language.
    """
    return _shape_of(term(expression))


@lru_cache(maxsize=100_000)
def _shape_of(expression: Any) -> Shape:
    match expression:
        case Relation():
            return _relation(expression)
        case Problem():
            return _problem(expression)
        case sympy.Rational() | Symbol():
            return ()
        case Width():
            _number(expression.args[1], expression)
            return ()
        case Layer():
            _number(expression.args[1], expression)
            return tuple(expression.shape)
        case MatrixSymbol() | ZeroMatrix() | IdentityMatrix():
            return tuple(expression.shape)
        case nodes.Diagonal():
            rows, columns = _matrix(expression.args[0], expression)
            _same((rows, sympy.Integer(1)), (rows, columns), text(expression))
            return rows, rows
        case Transpose() | nodes.PseudoInverse():
            rows, columns = _matrix(expression.args[0], expression)
            return columns, rows
        case nodes.Relu() | nodes.Sign() | nodes.Softplus() | nodes.Sigmoid() | nodes.XLogX() | nodes.Softmax():
            return _matrix(expression.args[0], expression)
        case nodes.LogSumExp():
            return _matrix(expression.args[0], expression)[0], sympy.Integer(1)
        case nodes.Column():
            _number(expression.args[1], expression)
            return _matrix(expression.args[0], expression)[0], sympy.Integer(1)
        case nodes.Block():
            for part in expression.args[1:]:
                _number(part, expression)
            return _matrix(expression.args[0], expression)[0], expression.args[2]
        case nodes.Entry():
            rows, columns = _matrix(expression.args[0], expression)
            _same((rows, sympy.Integer(1)), (rows, columns), text(expression))
            _number(expression.args[1], expression)
            return ()
        case nodes.Ones():
            for size in expression.args:
                _number(size, expression)
            return tuple(expression.shape)
        case MatAdd():
            shapes = [_matrix(argument, expression) for argument in expression.args]
            for argument, shape in zip(expression.args[1:], shapes[1:], strict=True):
                _same(shapes[0], shape, f"{text(expression.args[0])} + {text(argument)}")
            return shapes[0]
        case MatMul():
            return _product(expression)
        case MatPow():
            rows, columns = _matrix(expression.base, expression)
            _same((rows, rows), (rows, columns), text(expression))
            if not (isinstance(expression.exp, sympy.Integer) and expression.exp > 0):
                raise StatementError(
                    f"{text(expression)}: only positive integer powers of a matrix; write pinv(A) for A†."
                )
            return rows, columns
        case sympy.Add() | sympy.Mul() | sympy.Pow():
            for argument in expression.args:
                _number(argument, expression)
            return ()
        case nodes.Norm() | nodes.SchattenNorm() | nodes.Rank():
            rows, columns = _matrix(expression.args[0], expression)
            if isinstance(expression, nodes.Norm) and expression.kind in ("one", "two") and columns != 1:
                raise StatementError(
                    f"{text(expression)} is a norm of a column, but its argument is {_show((rows, columns))}; "
                    "write frobenius(A), spectral(A) or nuclear(A)."
                )
            return ()
        case nodes.Excess() | nodes.SingularValue():
            _matrix(expression.args[0], expression)
            for part in expression.args[1:]:
                _number(part, expression)
            return ()
        case nodes.Defined() | nodes.DefinedMatrix():
            for argument in expression.args[2:]:
                shape_of(argument)
            return shape_of(expression.args[0])
        case nodes.Absolute() | nodes.Maximum():
            for part in expression.args:
                _number(part, expression)
            return ()
        case nodes.SingularDot():
            for part in expression.args:
                _matrix(part, expression)
            return ()
        case nodes.Inner():
            left, right = (_matrix(argument, expression) for argument in expression.args)
            _same(left, right, text(expression))
            return ()
        case nodes.Trace():
            rows, columns = _matrix(expression.args[0], expression)
            _same((rows, rows), (rows, columns), text(expression))
            return ()
        case nodes.Fold():
            return _fold(expression)
        case nodes.Total() | nodes.Product() | nodes.Largest():
            for part in (expression.args[0], *expression.args[2:]):
                _number(part, expression)
            return ()
        case nodes.Supremum():
            _number(expression.args[0], expression)
            for constraint in expression.args[2]:
                shape_of(constraint)
            return ()
        case nodes.Optimum():
            return shape_of(expression.args[0])
    raise StatementError(refusal(expression))


def _show(shape: Shape) -> str:
    return f"{text(shape[0])}×{text(shape[1])}" if shape else "a number"


def _same(left: Shape, right: Shape, where: str) -> None:
    if len(left) != len(right) or any(sympy.expand(a - b) != 0 for a, b in zip(left, right, strict=True)):
        raise StatementError(
            f"shapes do not fit in {where}: {_show(left)} against {_show(right)}; write two of one shape."
        )


def same_shape(left: Any, right: Any, where: str) -> None:
    """Raises StatementError unless two expressions have one shape; ``where`` names the place."""
    _same(shape_of(left), shape_of(right), where)


def _number(expression: Any, parent: Any) -> None:
    shape = shape_of(expression)
    if isinstance(expression, (Relation, Problem)):
        raise StatementError(f"{text(expression)} stands where a number is needed; write optimum(problem).")
    if shape:
        hint = " write dot(a, b) instead of a.T*b" if shape == (1, 1) else " write a number there, such as its norm"
        raise StatementError(f"{text(expression)} in {text(parent)} is a matrix ({_show(shape)});{hint}.")


def _matrix(expression: Any, parent: Any) -> tuple[Any, Any]:
    shape = shape_of(expression)
    if not shape:
        raise StatementError(f"{text(expression)} in {text(parent)} is a number; write a matrix or vector there.")
    return shape


def _product(expression: Any) -> Shape:
    shapes = [(argument, shape_of(argument)) for argument in expression.args]
    matrices = [(argument, shape) for argument, shape in shapes if shape]
    for (left, before), (right, after) in pairwise(matrices):
        if sympy.expand(before[1] - after[0]) != 0:
            raise StatementError(
                f"shapes do not fit in {text(expression)}: {text(left)} is {_show(before)} and "
                f"{text(right)} is {_show(after)}; transpose or reorder the factors."
            )
    return matrices[0][1][0], matrices[-1][1][1]


def _fold(expression: Any) -> Shape:
    body, hidden, start, index, first, last = expression.args
    _number(first, expression)
    _number(last, expression)
    before = {index: first}
    initial = tuple(size.xreplace(before) for size in hidden.shape)
    _same(initial, _matrix(start, expression), f"the start of {text(expression)}")
    after = {index: index + 1}
    _same(
        tuple(size.xreplace(after) for size in hidden.shape),
        _matrix(body, expression),
        f"the body of {text(expression)}",
    )
    return tuple(expression.shape)


def _relation(relation: Relation) -> Shape:
    sides = [shape_of(side) for side in relation.sides]
    match relation.kind:
        case "every":
            for side in relation.sides[1:]:
                _number(side, relation)
        case "at_most" | "less":
            for side in relation.sides:
                _number(side, relation)
        case "equal":
            _same(sides[0], sides[1], text(relation))
        case "nonnegative" | "positive" | "integral":
            _matrix(relation.sides[0], relation)
        case "increasing":
            rows, _ = _matrix(relation.sides[0], relation)
            _same(sides[0], (rows, sympy.Integer(1)), text(relation))
        case "nonzero" if isinstance(relation.sides[0], (Relation, Problem)):
            _number(relation.sides[0], relation)
        case "rank_at_most":
            _matrix(relation.sides[0], relation)
            _number(relation.sides[1], relation)
        case "parallel" | "in_range" | "outside_range":
            (rows, _), (others, columns) = (_matrix(side, relation) for side in relation.sides)
            _same((others, columns), (rows, 1 if relation.kind == "parallel" else columns), text(relation))
    return ()


def _problem(problem: Problem) -> Shape:
    for constraint in problem.constraints:
        shape_of(constraint)
    _number(problem.objective, problem)
    return ()
