"""The expressions that SymPy lacks or would evaluate by itself: norms, pseudo-inverse, ReLU, folds, optima.

Every class here is inert: it holds its arguments and answers its shape.  How a node is typeset stands in
:mod:`checker.statement.mathml` and :mod:`checker.statement.text`, how it is evaluated in
:mod:`checker.kernel.evaluate`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from sympy import Basic, Integer, MatrixExpr, MatrixSymbol, Symbol, Tuple, ZeroMatrix
from sympy.core.expr import Expr
from sympy.core.symbol import Str
from sympy.printing.precedence import PRECEDENCE

from checker.statement.errors import StatementError
from checker.statement.relations import Relation
from checker.statement.symbols import Branch, Family, Layer, NoInverse, checked_name
from checker.statement.terms import several, term


class ScalarNode(Expr):  # type: ignore[misc]
    """A real number that SymPy holds without evaluating."""

    is_commutative = True

    def __new__(cls, *args: Any) -> Self:
        node: Self = Expr.__new__(cls, *map(term, args))
        return node


class MatrixNode(NoInverse, MatrixExpr):  # type: ignore[misc]
    """A real matrix that SymPy holds without evaluating; by default of its argument's shape."""

    def __new__(cls, *args: Any) -> Self:
        node: Self = Basic.__new__(cls, *map(term, args))
        return node

    @property
    def shape(self) -> tuple[Any, Any]:
        return _shape(self.args[0])


def _shape(matrix: Any) -> tuple[Any, Any]:
    if not isinstance(matrix, MatrixExpr):
        raise StatementError(f"{matrix} is a number, and a matrix is needed there; write matrix('X', n, d).")
    return tuple(matrix.shape)


class Norm(ScalarNode):
    """A norm of a matrix; the second argument names it."""

    kind = property(lambda self: self.args[1].name)

    @property
    def mark(self) -> str:
        """The kind as a subscript is chosen for it: the largest entry of a matrix is no operator norm."""
        return "entry" if self.kind == "infinity" and _shape(self.args[0])[1] != 1 else str(self.kind)


class SchattenNorm(ScalarNode):
    """``(Σ σ_i^p)^(1/p)`` over the singular values of a matrix; a quasi-norm for p < 1."""


class SingularValue(ScalarNode):
    """A singular value of a matrix, by its number from 1, the largest first; 0 past the last."""

    precedence = PRECEDENCE["Atom"]


class SingularDot(ScalarNode):
    """``Σ σ_i(A)·σ_i(B)`` over the singular values of two matrices, each in descending order."""

    precedence = PRECEDENCE["Add"]


class Excess(ScalarNode):
    """``Σ (σ_i − b)₊²`` over the singular values of a matrix.  Arguments: matrix, b, how many of the largest."""

    precedence = PRECEDENCE["Add"]


class Inner(ScalarNode):
    """``tr(AᵀB)``, written ``aᵀb`` for columns."""

    precedence = PRECEDENCE["Mul"]


class Trace(ScalarNode):
    """The trace of a square matrix."""


class Rank(ScalarNode):
    """The rank of a matrix, an integer."""


class Absolute(ScalarNode):
    """The absolute value of a number."""


class PseudoInverse(MatrixNode):
    """The Moore–Penrose inverse of a matrix."""

    @property
    def shape(self) -> tuple[Any, Any]:
        rows, columns = _shape(self.args[0])
        return columns, rows


class Relu(MatrixNode):
    """``max(·, 0)`` in each entry."""


class Sign(MatrixNode):
    """The sign of each entry: -1, 0 or 1."""


class Softplus(MatrixNode):
    """``log(1 + exp(·))`` in each entry."""


class Sigmoid(MatrixNode):
    """``1/(1 + exp(−·))`` in each entry."""


class XLogX(MatrixNode):
    """``x log x`` in each entry that is positive, 0 in the others."""


class Softmax(MatrixNode):
    """``exp(z_k)/Σ_j exp(z_j)`` in each entry of each row."""


class LogSumExp(MatrixNode):
    """``log Σ_k exp(z_k)`` of each row, a column."""

    @property
    def shape(self) -> tuple[Any, Any]:
        return _shape(self.args[0])[0], Integer(1)


class Column(MatrixNode):
    """A column of a matrix, by its number from 1."""

    @property
    def shape(self) -> tuple[Any, Any]:
        return _shape(self.args[0])[0], Integer(1)


class Block(MatrixNode):
    """A block of columns of a matrix.  Arguments: matrix, its number from 1, the width of every block."""

    @property
    def shape(self) -> tuple[Any, Any]:
        return _shape(self.args[0])[0], self.args[2]


class Defined(ScalarNode):
    """A number with a name of its own, as ``m_k``.  Arguments: what it is, its name, what it depends on."""


class DefinedMatrix(MatrixNode):
    """A matrix with a name of its own, as ``f(x)``.  Arguments: what it is, its name, what it depends on."""


class Entry(ScalarNode):
    """An entry of a column, by its number from 1."""


class Diagonal(MatrixNode):
    """The diagonal matrix with the entries of a column."""

    @property
    def shape(self) -> tuple[Any, Any]:
        return (_shape(self.args[0])[0],) * 2


class Ones(MatrixNode):
    """A matrix of ones; its arguments are its numbers of rows and columns."""

    @property
    def shape(self) -> tuple[Any, Any]:
        return self.args[0], self.args[1]


class Fold(MatrixNode):
    """``H := start``, then ``H := body`` for ``l = first … last``: the network of any depth, as one node.

    Arguments: body, H, start, l, first, last.  The shape of ``H`` may depend on ``l`` (its shape *before* step l).
    """

    @property
    def shape(self) -> tuple[Any, Any]:
        _, hidden, _, index, _, last = self.args
        after = {index: last + 1}
        return hidden.shape[0].xreplace(after), hidden.shape[1].xreplace(after)


class Total(ScalarNode):
    """``Σ body`` for ``l = first … last``, of a number.  Arguments: body, l, first, last."""

    precedence = PRECEDENCE["Add"]


class Product(ScalarNode):
    """``Π body`` for ``l = first … last``, of a number.  Arguments: body, l, first, last."""

    precedence = PRECEDENCE["Mul"]


class Largest(ScalarNode):
    """The largest ``body`` for ``l = first … last``, of a number.  Arguments: body, l, first, last."""

    precedence = PRECEDENCE["Add"]


class Maximum(ScalarNode):
    """The largest of some numbers."""


class Supremum(ScalarNode):
    """``sup body`` over a variable in a set.  Arguments: body, variables, constraints."""

    precedence = PRECEDENCE["Add"]


class Optimum(ScalarNode):
    """The optimal value of a problem, as a number in another expression."""


def norm(vector: Any) -> Norm:
    """The Euclidean norm ``‖v‖₂`` of a column."""
    return Norm(vector, Str("two"))


def norm1(vector: Any) -> Norm:
    """The norm ``‖v‖₁`` of a column: the sum of absolute values."""
    return Norm(vector, Str("one"))


def norm_inf(matrix: Any) -> Norm:
    """The largest absolute value of an entry: the norm ``‖v‖_∞`` of a column, ``‖A‖_max`` of a matrix."""
    return Norm(matrix, Str("infinity"))


def frobenius(matrix: Any) -> Norm:
    """The Frobenius norm ``‖A‖_F``."""
    return Norm(matrix, Str("frobenius"))


def spectral(matrix: Any) -> Norm:
    """The spectral norm ``σ_max(A)``."""
    return Norm(matrix, Str("spectral"))


def nuclear(matrix: Any) -> Norm:
    """The nuclear norm ``‖A‖_*``: the sum of singular values."""
    return Norm(matrix, Str("nuclear"))


def longest_column(matrix: Any) -> Norm:
    """The largest Euclidean norm of a column, ``‖A‖_{1→2}``."""
    return Norm(matrix, Str("columns"))


def column(matrix: Any, index: Any) -> Column:
    """The ``index``-th column of a matrix (1-based), itself a column."""
    return Column(matrix, index)


def block(matrix: Any, index: Any, width: Any) -> Block:
    """The ``index``-th block (1-based) of a matrix whose columns are counted in blocks of a width."""
    return Block(matrix, index, width)


def define(name: str, expression: Any, *arguments: Any) -> Any:
    """An expression that is printed by a name: ``m_k`` for ``define("m", …, k)``, ``f(x)`` for ``define("f", …, x)``.

    Reports list what each name stands for; what is decided is the expression.

    Args:
        name: letters and digits with at most one subscript.
        expression: what it stands for.
        arguments: indices, or matrices, that the expression depends on.
    """
    kind = DefinedMatrix if isinstance(expression, MatrixExpr) else Defined
    return kind(expression, Str(checked_name(name)), *arguments)


def entry(vector: Any, index: Any) -> Entry:
    """The ``index``-th entry of a column (1-based), a number."""
    return Entry(vector, index)


def diagonal(entries: Any) -> Diagonal:
    """The diagonal matrix with the entries of a column."""
    return Diagonal(entries)


def ones(rows: Any, columns: Any = 1) -> Ones:
    """The matrix of ones of a shape."""
    return Ones(rows, columns)


def schatten(matrix: Any, p: Any) -> SchattenNorm:
    """The Schatten-p (quasi-)norm ``(Σ σ_i^p)^(1/p)``, ``p > 0``."""
    return SchattenNorm(matrix, p)


def singular_value(matrix: Any, index: Any) -> SingularValue:
    """The ``index``-th largest singular value ``σ_i(A)`` of a matrix (1-based); 0 past the last."""
    return SingularValue(matrix, index)


def singular_dot(left: Any, right: Any) -> SingularDot:
    """``Σ σ_i(A)·σ_i(B)`` over the singular values of two matrices, each in descending order."""
    return SingularDot(left, right)


def excess(matrix: Any, bound: Any, largest: Any) -> Excess:
    """``Σ (σ_i − bound)₊²`` over the ``largest`` largest singular values of a matrix."""
    return Excess(matrix, bound, largest)


def dot(left: Any, right: Any) -> Inner:
    """The inner product ``tr(AᵀB)`` of two matrices of one shape, ``aᵀb`` for columns."""
    return Inner(left, right)


def trace(matrix: Any) -> Trace:
    """The trace of a square matrix."""
    return Trace(matrix)


def rank(matrix: Any) -> Rank:
    """The rank of a matrix."""
    return Rank(matrix)


def absolute(number: Any) -> Absolute:
    """The absolute value of a number."""
    return Absolute(number)


def pinv(matrix: Any) -> PseudoInverse:
    """The Moore–Penrose pseudo-inverse ``A†``."""
    return PseudoInverse(matrix)


def relu(matrix: Any) -> Relu:
    """The rectifier ``(A)₊`` in each entry."""
    return Relu(matrix)


def sign(matrix: Any) -> Sign:
    """The sign of each entry: -1, 0 or 1."""
    return Sign(matrix)


def softplus(matrix: Any) -> Softplus:
    """``log(1 + exp(·))`` in each entry, the smooth rectifier whose slope is :func:`sigmoid`."""
    return Softplus(matrix)


def sigmoid(matrix: Any) -> Sigmoid:
    """``1/(1 + exp(−·))`` in each entry."""
    return Sigmoid(matrix)


def xlogx(matrix: Any) -> XLogX:
    """``x log x`` in each entry that is positive, 0 in the others: what negative entropies are sums of."""
    return XLogX(matrix)


def logsumexp(matrix: Any) -> LogSumExp:
    """``log Σ_k exp(z_k)`` of each row, as a column; its slope is :func:`softmax`."""
    return LogSumExp(matrix)


def softmax(matrix: Any) -> Softmax:
    """``exp(z_k)/Σ_j exp(z_j)`` in each entry of each row."""
    return Softmax(matrix)


def zeros(rows: Any, columns: Any = 1) -> Any:
    """The zero matrix of a shape."""
    return ZeroMatrix(term(rows), term(columns))


def fold(body: Any, hidden: Any, start: Any, index: Any, first: Any, last: Any) -> Fold:
    """``hidden := start``, then ``hidden := body`` for ``index = first … last``.

    ``fold(H*W[l], H, X, l, 1, L)`` is the linear network ``X W_1 ⋯ W_L``; ``fold(relu(H*W[l]), H, X, l, 1, L)``
    rectifies after each layer.

    Raises:
        StatementError: ``hidden`` is not a symbol of a matrix, or ``index`` not a symbol of a number.
    """
    if not isinstance(hidden, MatrixSymbol):
        raise StatementError(f"a fold runs over a matrix, not over {hidden}; write H = matrix('H', n, W.width(l - 1)).")
    _index(index, "fold")
    return Fold(body, hidden, start, index, first, last)


def total(body: Any, index: Any, first: Any, last: Any) -> Total:
    """The sum of ``body`` over ``index = first … last``.

    Raises:
        StatementError: ``index`` is not a symbol of a number.
    """
    _index(index, "sum")
    return Total(body, index, first, last)


def product(body: Any, index: Any, first: Any, last: Any) -> Product:
    """The product of ``body`` over ``index = first … last``.

    Raises:
        StatementError: ``index`` is not a symbol of a number.
    """
    _index(index, "product")
    return Product(body, index, first, last)


def largest(body: Any, index: Any, first: Any, last: Any) -> Largest:
    """The largest ``body`` over ``index = first … last``, of which there is at least one.

    Raises:
        StatementError: ``index`` is not a symbol of a number.
    """
    _index(index, "maximum")
    return Largest(body, index, first, last)


def maximum(*numbers: Any) -> Maximum:
    """The largest of some numbers.

    Raises:
        StatementError: there are none.
    """
    if not numbers:
        raise StatementError("the maximum of no numbers is none; write maximum(a, b).")
    return Maximum(*numbers)


def every(relation: Any, index: Any, first: Any, last: Any) -> Relation:
    """The relation for each ``index = first … last``, such as each layer of a network.

    Raises:
        StatementError: not a relation, or ``index`` is not a symbol of a number.
    """
    if not isinstance(relation, Relation):
        raise StatementError(f"{relation} is not a relation; write every(RankAtMost(W[l], 1), l, 1, L).")
    _index(index, "quantifier")
    return Relation("every", relation, index, first, last)


def _index(index: Any, what: str) -> None:
    if not isinstance(index, Symbol):
        raise StatementError(f"the index of a {what} is a symbol, not {index}; write l = dimension('l').")


def supremum(body: Any, *, over: Any, subject_to: Sequence[Basic] = ()) -> Supremum:
    """``sup body`` over the variables ``over`` that satisfy the relations ``subject_to``.

    Raises:
        StatementError: a variable that is not a symbol, or a constraint that is not a relation.
    """
    variables = over if isinstance(over, (list, tuple)) else [over]
    for variable in variables:
        if not isinstance(variable, (Symbol, MatrixSymbol)):
            raise StatementError(f"a supremum runs over symbols, not over {variable}; write over=u.")
    constraints = several(subject_to, "subject_to")
    for constraint in constraints:
        if not isinstance(constraint, Relation):
            raise StatementError(f"the constraint {constraint} is not a relation; write at_most(norm(u), 1).")
    return Supremum(body, Tuple(*variables), Tuple(*constraints))


def layer(family: Any, index: Any) -> Layer:
    """The ``index``-th matrix of a family (1-based)."""
    if not isinstance(family, (Family, Branch)):
        raise StatementError(f"{family} is not a family of layers; make one with family('W', depth=L, inputs=d).")
    return Layer(family, index)
