"""The symbols a statement is written in: dimensions, scalars, vectors, matrices, families of layers.

None of them carries a sign or a domain.  ``beta > 0`` is an assumption of a theorem, not a property of the
letter: SymPy would simplify with the property, and dropping the assumption later would change nothing.
"""

from __future__ import annotations

import re
from typing import Any, Self

from sympy import Basic, MatrixExpr, MatrixSymbol, Symbol, Tuple
from sympy.core.expr import Expr
from sympy.core.symbol import Str

from checker.statement.errors import StatementError
from checker.statement.terms import term

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)?")


def checked_name(name: str) -> str:
    """The name of a symbol.

    Raises:
        StatementError: not letters and digits with at most one subscript.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise StatementError(
            f"{name!r} is not a name for a symbol; write letters and digits with at most one subscript, such as 'W_1'."
        )
    return name


def dimension(name: str) -> Symbol:
    """A size such as ``n``: a positive integer in every dataset."""
    return Symbol(checked_name(name))


def dimensions(names: str) -> tuple[Symbol, ...]:
    """Several sizes at once: ``n, d, m = dimensions("n d m")``."""
    return tuple(dimension(name) for name in names.split())


def scalar(name: str) -> Symbol:
    """A real number such as ``beta``."""
    return Symbol(checked_name(name))


class NoInverse:
    """Refuses the inverse, which SymPy simplifies by itself: it takes ``C·C⁻¹`` for ``I`` where C is singular."""

    @property
    def I(self) -> Any:  # noqa: E743 - SymPy's name for the inverse
        raise StatementError(f"SymPy simplifies the inverse of {self} by itself; write pinv({self}).")

    def __pow__(self, exponent: Any) -> Any:
        if term(exponent).is_negative:
            return self.I
        return super().__pow__(exponent)  # type: ignore[misc]


class NamedMatrix(NoInverse, MatrixSymbol):  # type: ignore[misc]
    """A real matrix known by its name."""


def matrix(name: str, rows: Any, columns: Any) -> NamedMatrix:
    """A real ``rows × columns`` matrix.

    Raises:
        StatementError: a size is a negative number or not an integer expression.
    """
    shape = term(rows), term(columns)
    try:
        return NamedMatrix(checked_name(name), *shape)
    except ValueError as error:
        raise StatementError(
            f"the matrix {name!r} cannot have the shape {rows} × {columns}: {str(error).rstrip('.')}."
        ) from error


def vector(name: str, size: Any) -> NamedMatrix:
    """A real column of ``size`` entries: an n×1 matrix."""
    return matrix(name, size, 1)


class Width(Expr):  # type: ignore[misc]
    """The number of columns of the ``index``-th layer of a family: its inputs at 0, its outputs at the depth.

    The last but one is hidden: a family with a hidden width has at least two layers.
    """

    is_commutative = True
    is_integer = True

    def __new__(cls, family: Family | Branch, index: Any) -> Any:
        index, family = term(index), family.family if isinstance(family, Branch) else family
        if index == 0:
            return family.inputs
        if index == family.depth:
            return family.outputs
        fixed = index.is_Integer and family.depth.is_Integer and 0 < index < family.depth
        if family.hidden is not None and (fixed or index == family.depth - 1):
            return family.hidden
        return Expr.__new__(cls, family, index)


class Family(Basic):  # type: ignore[misc]
    """A family of matrices ``W_1, …, W_L`` whose shapes chain: ``W_l`` is ``width(l−1) × width(l)``.

    ``W[l]`` is the l-th matrix (1-based, ``l`` may be an expression) and ``W.width(l)`` its number of columns.  A
    family with branches has ``W.branch(j)[l]`` in place of ``W[l]``.
    """

    @property
    def name(self) -> str:
        return str(self.args[0].name)

    @property
    def depth(self) -> Any:
        return self.args[1]

    @property
    def inputs(self) -> Any:
        return self.args[2]

    @property
    def outputs(self) -> Any:
        return self.args[3]

    @property
    def hidden(self) -> Any:
        """The width of every hidden layer, or None where each may have its own."""
        return self.args[4].args[0] if self.args[4].args else None

    @property
    def branches(self) -> Any:
        """How many branches there are, or None for a family without branches."""
        return self.args[5].args[0] if self.args[5].args else None

    def width(self, index: Any) -> Any:
        return Width(self, index)

    def branch(self, index: Any) -> Branch:
        return Branch(self, term(index))

    def __getitem__(self, index: Any) -> Layer:
        return Layer(self, term(index))


class Branch(Basic):  # type: ignore[misc]
    """The ``index``-th branch of a family (1-based): a family of its own."""

    @property
    def family(self) -> Family:
        found: Family = self.args[0]
        return found

    def width(self, index: Any) -> Any:
        return self.family.width(index)

    def __getitem__(self, index: Any) -> Layer:
        return Layer(self, term(index))


class Layer(NoInverse, MatrixExpr):  # type: ignore[misc]
    """The ``index``-th matrix of a family, or of one of its branches."""

    def __new__(cls, layers: Family | Branch, index: Any) -> Self:
        node: Self = Basic.__new__(cls, layers, term(index))
        return node

    @property
    def layers(self) -> Family | Branch:
        found: Family | Branch = self.args[0]
        return found

    @property
    def family(self) -> Family:
        return self.layers if isinstance(self.layers, Family) else self.layers.family

    @property
    def shape(self) -> tuple[Any, Any]:
        family, index = self.args
        return family.width(index - 1), family.width(index)


def family(name: str, *, depth: Any, inputs: Any, outputs: Any = 1, hidden: Any = None, branches: Any = None) -> Family:
    """The weights of a network of ``depth`` layers from ``inputs`` to ``outputs`` features.

    Args:
        name: of the family; its layers are ``W[1]`` to ``W[L]``.
        depth, inputs, outputs: numbers or dimensions.
        hidden: the width of every hidden layer; by default each has any width.
        branches: how many such networks there are side by side; by default one, without a number.
    """
    optional = (Tuple() if size is None else Tuple(term(size)) for size in (hidden, branches))
    return Family(Str(checked_name(name)), term(depth), term(inputs), term(outputs), *optional)
