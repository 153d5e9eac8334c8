"""The changes that mutants are made by: each an operator from a node to what could stand in its place by mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sympy import Add, Integer, MatAdd, MatMul, MatPow, MatrixExpr, Mul, Pow, Rational, Transpose, Tuple
from sympy.core.symbol import Str

from checker.statement import nodes
from checker.statement.problems import Problem
from checker.statement.relations import Relation, at_most, equal, less

Line = tuple[Any, ...]
Operator = Callable[[Line], Iterator[Any]]


def _parent(line: Line) -> Any:
    return line[-2] if len(line) > 1 else None


def constants(line: Line) -> Iterator[Any]:
    """Numbers that are no exponents: doubled and halved, a bound of a rank one up and down, one in place of zero."""
    node, parent = line[-1], _parent(line)
    if not isinstance(node, Rational) or (isinstance(parent, (Pow, MatPow)) and parent.args[1] == node):
        return
    if isinstance(parent, (Mul, MatMul)):
        if abs(node) != 1:
            yield from (2 * node, node / 2)
    elif node == 0:
        yield Integer(1)
    elif isinstance(parent, Relation) and (parent.kind == "rank_at_most" or parent.has(nodes.Rank)):
        yield from (node + 1, node - 1)
    else:
        yield from (2 * node, node / 2)


def exponents(line: Line) -> Iterator[Any]:
    """One more and one less, twice and half of a fraction, and the reciprocal of an expression: ``L/2`` for ``2/L``."""
    node = line[-1]
    if not isinstance(node, (Pow, MatPow)):
        return
    base, exponent = node.args
    if not isinstance(exponent, Rational):
        yield base ** (1 / exponent)
    elif isinstance(node, MatPow) or (exponent.is_Integer and exponent > 0):
        yield from (base ** (exponent + 1), base ** (exponent - 1))
    elif exponent.is_Integer:
        yield from (base**-exponent, base ** (exponent - 1))
    else:
        yield from (base ** (2 * exponent), base ** (exponent / 2))


_COLUMN_NORMS = ("two", "one", "infinity")
_MATRIX_NORMS = ("frobenius", "spectral", "nuclear")


def norms(line: Line) -> Iterator[Any]:
    """Another norm: of a column 1, 2 or ∞, of a matrix that of Frobenius, the spectral or the nuclear one."""
    node = line[-1]
    if not isinstance(node, nodes.Norm) or node.args[0].shape[0] == 1:
        return  # of a single row they are all the same
    inside, column = node.args[0], node.args[0].shape[1] == 1
    kind = "two" if column and node.kind not in _COLUMN_NORMS else node.kind
    for other in _COLUMN_NORMS if column else _MATRIX_NORMS:
        if other != kind:
            yield nodes.Norm(inside, Str(other))


def factors(line: Line) -> Iterator[Any]:
    """A product without one of its factors, a minus sign included."""
    node = line[-1]
    if isinstance(node, (Mul, MatMul)):
        for position in range(len(node.args)):
            rest = [*node.args[:position], *node.args[position + 1 :]]
            yield node.func(*rest) if len(rest) > 1 else rest[0]


def summands(line: Line) -> Iterator[Any]:
    """A sum without one of its summands."""
    node = line[-1]
    if isinstance(node, (Add, MatAdd)):
        for summand in node.args:
            rest = [other for other in node.args if other is not summand]
            yield node.func(*rest) if len(rest) > 1 else rest[0]


def transposes(line: Line) -> Iterator[Any]:
    """A matrix without its transposition."""
    if isinstance(line[-1], Transpose):
        yield line[-1].args[0]


def rectifiers(line: Line) -> Iterator[Any]:
    """A rectifier dropped; one added around a product of matrices, or around its first factors."""
    node = line[-1]
    if isinstance(node, nodes.Relu):
        yield node.args[0]
    if isinstance(node, MatMul) and not isinstance(_parent(line), nodes.Relu):
        scalar, matrices = node.as_coeff_matrices()
        for number in range(2, len(matrices) + 1):
            first = nodes.relu(MatMul(*matrices[:number]))
            rest = MatMul(first, *matrices[number:]) if matrices[number:] else first
            yield scalar * rest


def extrema(line: Line) -> Iterator[Any]:
    """A minimum in place of a maximum, and the other way round."""
    node = line[-1]
    if isinstance(node, nodes.Maximum):
        yield -nodes.Maximum(*(-argument for argument in node.args))
    elif isinstance(node, (nodes.Largest, nodes.Supremum)):
        yield -node.func(-node.args[0], *node.args[1:])
    elif isinstance(node, Problem):
        yield Problem(Str("min" if node.sense == "max" else "max"), *node.args[1:])


def constraints(line: Line) -> Iterator[Any]:
    """A problem without one of its constraints."""
    node = line[-1]
    if isinstance(node, Problem):
        sense, objective, variables, kept, name = node.args
        for left_out in kept:
            yield Problem(sense, objective, variables, Tuple(*(other for other in kept if other != left_out)), name)


def relations(line: Line) -> Iterator[Any]:
    """Another relation between the same sides."""
    node = line[-1]
    if not isinstance(node, Relation):
        return
    left, right = [*node.sides, None][:2]
    match node.kind:
        case "equal" if not isinstance(left, MatrixExpr):
            yield from (at_most(left, right), at_most(right, left), less(left, right), less(right, left))
        case "at_most":
            yield from (less(left, right), equal(left, right), at_most(right, left))
        case "less":
            yield from (at_most(left, right), equal(left, right), less(right, left))
        case "rank_at_most":
            yield from (equal(nodes.rank(left), right), at_most(right, nodes.rank(left)))
        case "nonnegative":
            yield from (Relation("nonnegative", -left), Relation("positive", left))


def negations(line: Line) -> Iterator[Any]:
    """The contrary of what a claim says; of a relation for each index, the contrary for each."""
    if any(isinstance(node, Problem) for node in line) or not isinstance(line[0], Relation):
        return
    node = line[-1]
    if not isinstance(node, Relation) or node.kind == "every":
        return
    left, right = [*node.sides, None][:2]
    match node.kind:
        case "equal":
            yield Relation("nonzero", left - right)
        case "at_most":
            yield less(right, left)
        case "less":
            yield at_most(right, left)
        case "rank_at_most":
            yield less(right, nodes.rank(left))
        case "nonnegative":
            yield Relation("nonzero", nodes.relu(-left))
        case "in_range":
            yield Relation("outside_range", left, right)
        case "nonzero":
            yield equal(left, 0 * left)


OPERATORS: dict[str, Operator] = {
    "a claim negated": negations,
    "a relation": relations,
    "a constant": constants,
    "an exponent": exponents,
    "a norm": norms,
    "a transpose": transposes,
    "a factor": factors,
    "a summand": summands,
    "a rectifier": rectifiers,
    "min and max": extrema,
    "a constraint": constraints,
}
