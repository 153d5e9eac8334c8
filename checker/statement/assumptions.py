"""Assumptions as parametrisations: one expression is the text, the generator and the test on a user's file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import Identity, Integer, MatrixExpr, MatrixSymbol, Symbol

from checker.statement.errors import StatementError
from checker.statement.nodes import diagonal, dot, norm_inf, ones, pinv, relu, sign
from checker.statement.relations import Relation, at_most, equal
from checker.statement.terms import term


@dataclass(frozen=True)
class Assumption:
    """What a theorem takes for granted.

    Attributes:
        relation: decides it on a dataset, and is what the report prints.
        constructs: the symbol that is built so that the assumption holds, or None.
        expression: what it is built from: other symbols of the statement and the latents.
        latents: auxiliary symbols that are drawn and then forgotten.
        domain: a restriction of the entries of a symbol (``positive``, ``nonnegative``, ``nonzero``, ``integral``,
            ``increasing``, ``whitened``, ``unit rows``, ``somewhere positive``, ``somewhere negative``), as
            ``(symbol, domain)``, or None.
        floor: a dimension that occurs in no data matrix, and the least value that the data allow for it, or None.
    """

    relation: Relation
    constructs: Any = None
    expression: Any = None
    latents: tuple[Any, ...] = ()
    domain: tuple[Any, str] | None = None
    floor: tuple[Any, Any] | None = None


def _symbol(symbol: Any, what: str) -> Any:
    if not isinstance(symbol, (Symbol, MatrixSymbol)):
        raise StatementError(
            f"{what} speaks of a symbol of the statement, not of {symbol}; give that a name of its own."
        )
    return symbol


def _matrix(matrix: Any, what: str) -> Any:
    if not isinstance(matrix, MatrixExpr):
        raise StatementError(f"{what} speaks of a matrix, not of {matrix}; write matrix('X', n, d) or vector('y', n).")
    return matrix


def _latent(name: str, rows: Any, columns: Any) -> MatrixSymbol:
    # Two underscores, which no symbol of an author has.
    return MatrixSymbol(name, rows, columns)


def Let(symbol: Any, expression: Any) -> Assumption:
    """``symbol := expression`` in other symbols of the statement, such as ``X := c·aᵀ``."""
    symbol, expression = _symbol(symbol, "Let"), term(expression)
    return Assumption(equal(symbol, expression), symbol, expression)


def InRange(target: Any, inputs: Any) -> Assumption:
    """Every column of ``target`` lies in the range of ``inputs``: ``Y := X·W`` for some W."""
    target, inputs = _matrix(_symbol(target, "InRange"), "InRange"), _matrix(inputs, "InRange")
    latent = _latent(f"W_for_{target.name}", inputs.shape[1], target.shape[1])
    return Assumption(Relation("in_range", target, inputs), target, inputs * latent, (latent,))


def OutsideRange(target: Any, inputs: Any) -> Assumption:
    """Some column of ``target`` lies outside the range of ``inputs``: ``Y := X·W + (I − XX†)·Z``, not in the range."""
    target, inputs = _matrix(_symbol(target, "OutsideRange"), "OutsideRange"), _matrix(inputs, "OutsideRange")
    inside = _latent(f"W_for_{target.name}", inputs.shape[1], target.shape[1])
    outside = _latent(f"Z_for_{target.name}", inputs.shape[0], target.shape[1])
    expression = inputs * inside + outside - inputs * pinv(inputs) * outside
    return Assumption(Relation("outside_range", target, inputs), target, expression, (inside, outside))


def Centred(symbol: Any) -> Assumption:
    """The entries of a vector sum to zero: ``λ := ν − (𝟏ᵀν/n)·𝟏``."""
    symbol = _matrix(_symbol(symbol, "Centred"), "Centred")
    unit, latent = ones(*symbol.shape), _latent(f"nu_for_{symbol.name}", *symbol.shape)
    expression = latent - dot(unit, latent) / symbol.shape[0] * unit
    return Assumption(equal(dot(unit, symbol), 0), symbol, expression, (latent,))


def Positive(symbol: Any) -> Assumption:
    """A number, or every entry of a vector or matrix, is greater than zero."""
    symbol = _symbol(symbol, "Positive")
    relation = Relation("positive", symbol) if isinstance(symbol, MatrixSymbol) else Relation("less", 0, symbol)
    return Assumption(relation, domain=(symbol, "positive"))


def Nonnegative(symbol: Any) -> Assumption:
    """A number, or every entry of a vector or matrix, is at least zero."""
    symbol = _symbol(symbol, "Nonnegative")
    relation = Relation("nonnegative", symbol) if isinstance(symbol, MatrixSymbol) else at_most(0, symbol)
    return Assumption(relation, domain=(symbol, "nonnegative"))


def SomePositive(symbol: Any) -> Assumption:
    """Some entry of a vector is greater than zero: ``(c)₊ ≠ 0``."""
    symbol = _matrix(_symbol(symbol, "SomePositive"), "SomePositive")
    return Assumption(Relation("nonzero", relu(symbol)), domain=(symbol, "somewhere positive"))


def SomeNegative(symbol: Any) -> Assumption:
    """Some entry of a vector is less than zero: ``(−c)₊ ≠ 0``."""
    symbol = _matrix(_symbol(symbol, "SomeNegative"), "SomeNegative")
    return Assumption(Relation("nonzero", relu(-symbol)), domain=(symbol, "somewhere negative"))


def Nonzero(symbol: Any) -> Assumption:
    """A vector, matrix or number is not zero."""
    symbol = _symbol(symbol, "Nonzero")
    return Assumption(Relation("nonzero", symbol), domain=(symbol, "nonzero"))


def Integral(symbol: Any) -> Assumption:
    """Every entry of a vector or matrix is an integer."""
    symbol = _matrix(_symbol(symbol, "Integral"), "Integral")
    return Assumption(Relation("integral", symbol), domain=(symbol, "integral"))


def Labels(symbol: Any) -> Assumption:
    """Every entry of a vector is 1 or -1."""
    symbol = _matrix(_symbol(symbol, "Labels"), "Labels")
    unit, latent = ones(*symbol.shape), _latent(f"u_for_{symbol.name}", *symbol.shape)
    # The sign of what is drawn, 1 at zero.
    return Assumption(equal(diagonal(symbol) * symbol, unit), symbol, sign(2 * sign(latent) + unit), (latent,))


def UnitRows(symbol: Any) -> Assumption:
    """The entries of each row sum to one.

    Rows of nonnegative numbers are probabilities then, and those of nonnegative integers one-hot: a 1 beside zeros.
    """
    symbol = _matrix(_symbol(symbol, "UnitRows"), "UnitRows")
    rows, columns = symbol.shape
    return Assumption(equal(symbol * ones(columns, 1), ones(rows, 1)), domain=(symbol, "unit rows"))


def Within(symbol: Any, bound: Any) -> Assumption:
    """No entry of a vector is larger than a number ``≥ 0`` in absolute value: ``‖ν‖_∞ ≤ bound``."""
    symbol = _matrix(_symbol(symbol, "Within"), "Within")
    latent, limit = _latent(f"u_for_{symbol.name}", *symbol.shape), term(bound) * ones(*symbol.shape)
    # What is drawn, with the entries beyond the bound brought back to it.
    clipped = latent - relu(latent - limit) + relu(-latent - limit)
    return Assumption(at_most(norm_inf(symbol), bound), symbol, clipped, (latent,))


def DistinctSorted(points: Any) -> Assumption:
    """The entries of a vector are distinct and in increasing order: ``x_1 < … < x_n``."""
    points = _matrix(_symbol(points, "DistinctSorted"), "DistinctSorted")
    return Assumption(Relation("increasing", points), domain=(points, "increasing"))


def Whitened(inputs: Any) -> Assumption:
    """``X·Xᵀ = I``: orthonormal rows, of which there are at most as many as columns."""
    inputs = _matrix(_symbol(inputs, "Whitened"), "Whitened")
    return Assumption(equal(inputs * inputs.T, Identity(inputs.shape[0])), domain=(inputs, "whitened"))


def WidthAtLeast(width: Any, least: Any) -> Assumption:
    """A hidden width, or another dimension that no data matrix has, is at least a number such as ``rank(Y)``."""
    if not isinstance(width, Symbol):
        raise StatementError(f"WidthAtLeast speaks of a dimension, not of {width}; write WidthAtLeast(m, rank(Y)).")
    return Assumption(at_most(least, width), floor=(width, term(least)))


def SizeAtMost(left: Any, right: Any) -> Assumption:
    """``left ≤ right`` between two dimensions, or a dimension and an integer."""
    for size in (left, right):
        if not isinstance(size, (Symbol, int, Integer)):
            raise StatementError(f"SizeAtMost speaks of dimensions, not of {size}; write SizeAtMost(n, d).")
    return Assumption(at_most(left, right))
