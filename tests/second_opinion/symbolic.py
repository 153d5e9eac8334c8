"""Values of a statement's symbols that are SymPy's symbols, in small shapes: with them, values are polynomials."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

import sympy
from sympy import MatrixSymbol, Symbol, preorder_traversal

from checker.statement.symbols import Family
from checker.statement.theorem import Theorem
from tests.second_opinion.evaluation import Evaluation
from tests.second_opinion.matrices import Matrix, build
from tests.second_opinion.names import leaves
from tests.second_opinion.numbers import Number, symbol_term

# Sizes of dimensions in turn, in the order of their names.
_SIZES = ((2, 2, 2, 2), (1, 1, 1, 1), (3, 1, 2, 1), (1, 2, 1, 3))
_DEPTH = 2


def evaluations(theorem: Theorem) -> Iterator[Evaluation]:
    """Every symbol of a theorem with a value of symbols, in several shapes."""
    found = {node for expression in theorem.expressions() for node in preorder_traversal(expression)}
    named = {node.name: node for node in found if isinstance(node, (Symbol, MatrixSymbol, Family))}
    sized = [node for node in named.values() if isinstance(node, (MatrixSymbol, Family))]
    shapes = [node.shape if isinstance(node, MatrixSymbol) else _sizes_of(node) for node in sized]
    dimensions = sorted({name for shape in shapes for size in shape for name in leaves(size)})
    depths = {name for node in sized if isinstance(node, Family) for name in leaves(node.depth)}
    for sizes in _SIZES:
        values = {
            name: Fraction(_DEPTH if name in depths else sizes[position % len(sizes)])
            for position, name in enumerate(dimensions)
        }
        yield Evaluation(_values(theorem, named, values))


def _sizes_of(layers: Family) -> list[Any]:
    return [size for size in (layers.depth, layers.inputs, layers.outputs, layers.hidden) if size is not None]


def _values(theorem: Theorem, named: dict[str, Any], sizes: dict[str, Any]) -> dict[str, Any]:
    counts, values = Evaluation(sizes), dict(sizes)
    for name, node in named.items():
        symbol = _maker(theorem, name)
        if isinstance(node, MatrixSymbol) and leaves(node) - {name} <= set(sizes):
            values[name] = build(*map(counts.whole, node.shape), lambda i, j, of=symbol: of(f"_{i}_{j}"))
        elif isinstance(node, Family):
            values[name] = _layers(counts, node, symbol)
        elif isinstance(node, Symbol) and name not in sizes:
            values[name] = symbol("")
    return values


def _layers(counts: Evaluation, node: Family, symbol: Callable[[str], sympy.Symbol]) -> tuple[Matrix, ...]:
    depth = counts.whole(node.depth)
    hidden = counts.whole(node.hidden) if node.hidden is not None else 2
    widths = [counts.whole(node.inputs), *[hidden] * (depth - 1), counts.whole(node.outputs)]
    return tuple(
        build(rows, columns, lambda i, j, at=number: symbol(f"_{at}_{i}_{j}"))
        for number, (rows, columns) in enumerate(pairwise(widths))
    )


def _maker(theorem: Theorem, name: str) -> Callable[[str], sympy.Symbol]:
    """Makes symbols with the sign that an assumption of the theorem gives them."""
    domains = {a.domain[1] for a in theorem.given if a.domain and a.domain[0].name == name}
    signs = {sign: True for sign in ("positive", "nonnegative") if sign in domains}
    return lambda place: sympy.Symbol(name + place, real=True, **signs)


def vanishes(number: Number) -> bool:
    """Whether an expression is zero whatever the values of its symbols."""
    return bool(sympy.expand(symbol_term(number)) == 0)
