"""The value of an expression of a statement, one rule for each kind of node."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import reduce
from typing import Any

import sympy
from sympy import MatAdd, MatMul, MatPow, MatrixExpr, MatrixSymbol, Symbol, Transpose, ZeroMatrix

from checker.statement import nodes
from checker.statement.symbols import Branch, Family, Layer
from tests.second_opinion import entrywise, norms, suprema
from tests.second_opinion import matrices as m
from tests.second_opinion.matrices import Matrix
from tests.second_opinion.names import leaves
from tests.second_opinion.numbers import Number, Unknown, absolute, add, larger, multiply, power

_MOST = 400
Optima = Callable[["Evaluation", Any], Number]


class Evaluation:
    """Values of expressions where the symbols have values.

    Args:
        values: by name: numbers, matrices, tuples of matrices for families, tuples of families for branches.
        optimum: what the optimum of a problem is, as a number or an interval that contains it.
    """

    def __init__(
        self, values: Mapping[str, Any], optimum: Optima | None = None, outer: Evaluation | None = None,
        bound: frozenset[str] = frozenset(),
    ) -> None:  # fmt: skip
        self.values, self.optimum, self._outer, self._bound = values, optimum, outer, bound
        self._known: dict[Any, Any] = {}
        self.gates: dict[Any, Matrix] = {}

    def within(self, values: Mapping[str, Any]) -> Evaluation:
        """The same with values for bound symbols."""
        inside = Evaluation({**self.values, **values}, self.optimum, self, frozenset(values))
        inside.gates = self.gates
        return inside

    def at(self, values: Mapping[str, Any]) -> Evaluation:
        """The same with other values for symbols."""
        return Evaluation({**self.values, **values}, self.optimum)

    def __call__(self, expression: Any) -> Any:
        if self._outer is not None and not self._bound & leaves(expression):
            return self._outer(expression)
        if expression not in self._known:
            self._known[expression] = self._value(expression)
        return self._known[expression]

    def whole(self, expression: Any) -> int:
        """A size, an index or a depth."""
        value = self(expression)
        if not isinstance(value, Fraction) or value.denominator != 1 or abs(value) > _MOST:
            raise Unknown(f"{expression} is not a number to count with")
        return int(value)

    def steps(self, index: Any, first: Any, last: Any) -> Iterator[Evaluation]:
        """With each value of an index."""
        for step in range(self.whole(first), self.whole(last) + 1):
            yield self.within({index.name: Fraction(step)})

    def _named(self, name: str) -> Any:
        if name not in self.values:
            raise Unknown(f"{name} has no value")
        return self.values[name]

    def _value(self, e: Any) -> Any:
        match e:
            case Symbol() | MatrixSymbol() | Family():
                return self._named(e.name)
            case sympy.Rational():
                return Fraction(int(e.p), int(e.q))
            case nodes.Defined() | nodes.DefinedMatrix():
                return self(e.args[0])
            case Layer() | Branch():
                layers, index = self(e.args[0]), self.whole(e.args[1])
                return _chosen(layers, index)
            case MatrixExpr():
                return self._matrix(e)
            case sympy.Add() | nodes.Maximum():
                return reduce(larger if isinstance(e, nodes.Maximum) else add, map(self, e.args))
            case sympy.Pow():
                return self._power(e)
            case sympy.Mul():
                return reduce(multiply, map(self, e.args))
            case nodes.Absolute():
                return absolute(self(e.args[0]))
            case nodes.Norm():
                return norms.norm(e.kind, self(e.args[0]))
            case nodes.ScalarNode() if type(e).__name__ in norms.OF_SINGULAR_VALUES:
                return norms.OF_SINGULAR_VALUES[type(e).__name__](*map(self, e.args))
            case nodes.Inner():
                return m.inner(*map(self, e.args))
            case nodes.Trace():
                matrix = self(e.args[0])
                return m.total(matrix[i, i] for i in range(matrix.rows))
            case nodes.Rank():
                return Fraction(m.rank(self(e.args[0])))
            case nodes.Entry():
                return _chosen(self(e.args[0]).entries, self.whole(e.args[1]))
            case nodes.Total() | nodes.Product() | nodes.Largest():
                return self._over_steps(e)
            case nodes.Supremum():
                return suprema.supremum(self, e)
            case nodes.Optimum():
                if self.optimum is None:
                    raise Unknown("nothing is known of an optimum here")
                return self.optimum(self, e.args[0])
        raise Unknown(f"no rule for {type(e).__name__}")

    def _power(self, e: Any) -> Number:
        exponent = self(e.exp)
        if not isinstance(exponent, Fraction):
            raise Unknown(f"the exponent {e.exp} is not a fraction")
        return power(self(e.base), exponent)

    def _matrix(self, e: Any) -> Matrix:
        match e:
            case MatAdd():
                return reduce(m.plus, map(self, e.args))
            case MatMul():
                return reduce(_product, map(self, e.args))
            case MatPow():
                return reduce(m.times, [self(e.base)] * self.whole(e.exp))
            case Transpose():
                return m.transpose(self(e.args[0]))
            case ZeroMatrix():
                return m.zero(*map(self.whole, e.shape))
            case sympy.Identity():
                return m.identity(self.whole(e.shape[0]))
            case nodes.Ones():
                return m.build(*map(self.whole, e.args), lambda i, j: Fraction(1))
            case nodes.PseudoInverse():
                return m.pseudo_inverse(self(e.args[0]))
            case nodes.Column():
                matrix, j = self(e.args[0]), self.whole(e.args[1])
                if not 1 <= j <= matrix.columns:
                    raise Unknown(f"there is no column {j}")
                return m.build(matrix.rows, 1, lambda i, _: matrix[i, j - 1])
            case nodes.Block():
                matrix, k, width = self(e.args[0]), self.whole(e.args[1]), self.whole(e.args[2])
                if not 1 <= k * width <= matrix.columns:
                    raise Unknown(f"there is no block {k} of {width} columns")
                return m.build(matrix.rows, width, lambda i, j: matrix[i, (k - 1) * width + j])
            case nodes.Diagonal():
                column = self(e.args[0])
                return m.build(column.rows, column.rows, lambda i, j: column[i, 0] if i == j else Fraction(0))
            case nodes.Fold():
                return self._fold(e)
            case nodes.Relu() if e in self.gates:
                return self.gates[e]
            case nodes.MatrixNode():
                return entrywise.applied(type(e), self(e.args[0]))
        raise Unknown(f"no rule for {type(e).__name__}")

    def _over_steps(self, e: Any) -> Number:
        body, *steps = e.args
        values = [inside(body) for inside in self.steps(*steps)]
        if isinstance(e, nodes.Total):
            return m.total(values)
        if isinstance(e, nodes.Product):
            return reduce(multiply, values, Fraction(1))
        if not values:
            raise Unknown("the largest of no numbers")
        return reduce(larger, values)

    def _fold(self, e: Any) -> Matrix:
        body, hidden, start, index, first, last = e.args
        value = self(start)
        for step in range(self.whole(first), self.whole(last) + 1):
            value = self.within({hidden.name: value, index.name: Fraction(step)})(body)
        return value


def _chosen(items: Any, index: int) -> Any:
    if not 1 <= index <= len(items):
        raise Unknown(f"there is none of the number {index}")
    return items[index - 1]


def _product(left: Any, right: Any) -> Any:
    match isinstance(left, Matrix), isinstance(right, Matrix):
        case True, True:
            return m.times(left, right)
        case True, False:
            return m.scaled(right, left)
        case False, True:
            return m.scaled(left, right)
    return multiply(left, right)
