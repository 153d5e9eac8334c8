"""Functions of each entry of a matrix, and of each of its rows; in symbols, functions that stand for themselves."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import sympy
from mpmath import iv

from checker.statement import nodes
from tests.second_opinion.matrices import Matrix, build, mapped
from tests.second_opinion.numbers import DIGITS, Number, Unknown, interval, is_exact, is_symbolic, sign, symbol_term


def rectified(number: Number) -> Number:
    if is_exact(number):
        return number if sign(number) > 0 else Fraction(0)
    return iv.mpf([max(number.a, 0), max(number.b, 0)])


def signed(number: Number) -> Number:
    if not is_exact(number):
        raise Unknown("the sign of an interval")
    return Fraction(sign(number))


def softplus(number: Number) -> Any:
    x = interval(number)
    if x.b < -DIGITS:
        # t − t²/2 ≤ log(1 + t) ≤ t.
        least, most = iv.exp(iv.mpf(x.a)), iv.exp(iv.mpf(x.b))
        return iv.mpf([(least - least**2 / 2).a, most.b])
    return iv.log(1 + iv.exp(x)) if x.b < 1 else x + iv.log(1 + iv.exp(-x))


def sigmoid(number: Number) -> Number:
    if is_exact(number) and number == 0:
        return Fraction(1, 2)
    return 1 / (1 + iv.exp(-interval(number)))


def times_logarithm(number: Number) -> Number:
    if is_exact(number) and (sign(number) <= 0 or number == 1):
        return Fraction(0)
    x = interval(number)
    if x.a > 0:
        return x * iv.log(x)
    if x.b <= 0:
        return iv.mpf(0)
    end = iv.mpf(x.b)
    # From 0 the function falls to −1/e, at 1/e, and rises from there on.
    return iv.mpf([(-iv.exp(iv.mpf(-1))).a, max((end * iv.log(end)).b, 0)])


def log_sum_exp(row: tuple[Number, ...]) -> Any:
    terms = [interval(number) for number in row]
    if not terms:
        raise Unknown("the logarithm of no exponentials")
    largest = iv.mpf(max(term.mid for term in terms))
    return largest + iv.log(sum((iv.exp(term - largest) for term in terms), start=iv.mpf(0)))


_ENTRYWISE: dict[type, Callable[[Number], Number]] = {
    nodes.Relu: rectified, nodes.Sign: signed, nodes.Softplus: softplus, nodes.Sigmoid: sigmoid,
    nodes.XLogX: times_logarithm,
}  # fmt: skip


def _standing(name: str, *numbers: Number) -> sympy.Expr:
    return sympy.Function(name, real=True)(*(sympy.expand(symbol_term(number)) for number in numbers))


def applied(kind: type, matrix: Matrix) -> Matrix:
    """The function of a node on a matrix."""
    name = kind.__name__
    symbolic = is_symbolic(*matrix.entries)
    if kind in _ENTRYWISE:
        return mapped(partial(_standing, name) if symbolic else _ENTRYWISE[kind], matrix)
    if kind is nodes.LogSumExp:
        of_row = partial(_standing, name) if symbolic else lambda *row: log_sum_exp(row)
        return build(matrix.rows, 1, lambda i, _: of_row(*matrix.row(i)))
    if kind is nodes.Softmax:
        return _softmax(matrix, symbolic)
    raise Unknown(f"no rule for {name}")


def _softmax(matrix: Matrix, symbolic: bool) -> Matrix:
    if symbolic:
        return build(matrix.rows, matrix.columns, lambda i, j: _standing(f"Softmax{j}", *matrix.row(i)))
    if all(is_exact(entry) and entry == 0 for entry in matrix.entries):
        return mapped(lambda _: Fraction(1, matrix.columns), matrix)
    sums = [log_sum_exp(matrix.row(i)) for i in range(matrix.rows)]
    return build(matrix.rows, matrix.columns, lambda i, j: iv.exp(interval(matrix[i, j]) - sums[i]))
