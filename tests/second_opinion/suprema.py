"""Suprema over rectified neurons, by trying every pattern of signs.

A body that is linear in rectifiers ``(a_i·u)₊`` is linear on each cone on which none of them switches, with a slope g
that the pattern of signs gives.  A largest point lies on some of the hyperplanes ``a_i·u = 0``, fewer than there are
dimensions, and on them it is the direction of g, projected: else it could be turned.  So the projections of every g
onto every choice of hyperplanes contain it.  Each of them is a point of the set, of whatever cone, and its value counts
as it is: no cone needs to be known not to be empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from sympy import MatrixSymbol, Symbol, preorder_traversal

from checker.statement import nodes
from checker.statement.relations import at_most
from tests.second_opinion import matrices as m
from tests.second_opinion.matrices import Matrix
from tests.second_opinion.names import leaves
from tests.second_opinion.numbers import INFINITE, Number, Root, Unknown, absolute, divide, multiply, power

if TYPE_CHECKING:
    from tests.second_opinion.evaluation import Evaluation

_MOST_HYPERPLANES = 6
_KNOWN: dict[Any, Number] = {}
Vector = tuple[Fraction, ...]


@dataclass(frozen=True)
class Neurons:
    """``Σ c_i·(a_i·u)₊ + b·u``, or the absolute value of that, in units of a positive number that may be irrational."""

    unit: Number
    normals: tuple[Vector, ...]
    weights: Vector
    linear: Vector
    absolute: bool

    def at(self, u: Vector) -> Fraction:
        responses = (max(_dot(a, u), Fraction(0)) for a in self.normals)
        value = _dot(self.linear, u) + sum((c * r for c, r in zip(self.weights, responses, strict=True)), Fraction(0))
        return abs(value) if self.absolute else value


def _dot(left: Vector, right: Vector) -> Fraction:
    return sum((x * y for x, y in zip(left, right, strict=True)), Fraction(0))


def supremum(evaluation: Evaluation, node: Any) -> Number:
    """The value of a supremum, remembered for the values of the symbols that it depends on.

    Raises:
        Unknown: another body or another set than those of this module.
    """
    names = sorted(leaves(node) & set(evaluation.values))
    key = (node, *((name, evaluation.values[name]) for name in names))
    if key not in _KNOWN:
        _KNOWN[key] = _supremum(evaluation, node)
    return _KNOWN[key]


def _supremum(evaluation: Evaluation, node: Any) -> Number:
    body, variables, constraints = node.args
    match tuple(variables), tuple(constraints):
        case (MatrixSymbol() as u,), (constraint,) if constraint.sides[0] == nodes.norm(u):
            if constraint != at_most(nodes.norm(u), constraint.sides[1]):
                raise Unknown("a supremum over another set")
            radius, size = evaluation(constraint.sides[1]), evaluation.whole(u.shape[0])
            return multiply(radius, _over_a_ball(_neurons(evaluation, body, (u.name,), size)))
        case (Symbol() as z, Symbol() as e), (constraint,) if constraint == at_most(nodes.absolute(z), 1):
            return _over_biases(_neurons(evaluation, body, (z.name, e.name), 2))
    raise Unknown("a supremum over another set")


def _neurons(evaluation: Evaluation, body: Any, names: tuple[str, ...], size: int) -> Neurons:
    """Reads the parts of a body off its values, and checks that they make it up."""
    is_absolute = isinstance(body, nodes.Absolute)
    inside = body.args[0] if is_absolute else body
    found = (n for n in dict.fromkeys(preorder_traversal(inside)) if isinstance(n, nodes.Relu))
    rectifiers = [node for node in found if leaves(node) & set(names)]
    units = [tuple(Fraction(int(i == j)) for j in range(size)) for i in range(size)]
    origin = (Fraction(0),) * size

    def at(u: Vector) -> Evaluation:
        return evaluation.within(_variables(names, u))

    arguments = [[at(unit)(node.args[0]) for unit in units] for node in rectifiers]
    lengths = [argument[0].rows * argument[0].columns for argument in arguments]
    if not all(argument.is_rational for of_node in arguments for argument in of_node):
        raise Unknown("hyperplanes that are not rational")
    normals = [tuple(argument.entries[i] for argument in of_node)
               for of_node, length in zip(arguments, lengths, strict=True) for i in range(length)]  # fmt: skip

    def with_responses(u: Vector, responses: list[Fraction]) -> Number:
        inner, left = at(u), list(responses)
        inner.gates = {}
        for node, of_node, length in zip(rectifiers, arguments, lengths, strict=True):
            shape = of_node[0]
            inner.gates[node] = Matrix(shape.rows, shape.columns, tuple(left[:length]))
            left = left[length:]
        return inner(inside)

    none = [Fraction(0)] * len(normals)
    single = [[Fraction(int(i == j)) for j in range(len(normals))] for i in range(len(normals))]
    parts = [with_responses(origin, response) for response in single] + [with_responses(u, none) for u in units]
    unit = absolute(next((part for part in parts if isinstance(part, Root)), Fraction(1)))
    rational = [divide(part, unit) for part in parts]
    if not all(isinstance(part, Fraction) for part in rational):
        raise Unknown("neurons whose weights are not multiples of one number")
    weights, linear = tuple(rational[: len(normals)]), tuple(rational[len(normals) :])
    for seed in (3, 7):
        u = tuple(Fraction(seed * (i + 2) ** 2 % 11 - 5, i + 1) for i in range(size))
        if any(at(u)(node.args[0]).entries != _combined(of_node, u)
               for node, of_node in zip(rectifiers, arguments, strict=True)):  # fmt: skip
            raise Unknown("the argument of a rectifier is not linear")
        responses = [Fraction(seed * (i + 1) ** 2 % 13 - 6) for i in range(len(normals))]
        expected = _dot(weights, tuple(responses)) + _dot(linear, u)
        if with_responses(u, responses) != multiply(unit, expected):
            raise Unknown("the body is not linear in rectifiers")
    return Neurons(unit, tuple(normals), weights, linear, is_absolute)


def _variables(names: tuple[str, ...], u: Vector) -> dict[str, Any]:
    return dict(zip(names, u, strict=True)) if len(names) > 1 else {names[0]: Matrix(len(u), 1, u)}


def _combined(columns: list[Matrix], u: Vector) -> tuple[Number, ...]:
    total = m.zero(columns[0].rows, columns[0].columns)
    for number, column in zip(u, columns, strict=True):
        total = m.plus(total, m.scaled(number, column))
    return total.entries


@lru_cache(maxsize=5000)
def _over_a_ball(neurons: Neurons) -> Number:
    best = Fraction(0)
    for u in _candidates(neurons):
        value = neurons.at(u)
        if value > 0:
            best = max(best, value**2 / _dot(u, u))
    return multiply(neurons.unit, power(best, Fraction(1, 2)))


def _hyperplanes(neurons: Neurons) -> dict[Vector, list[tuple[Fraction, Fraction]]]:
    """By normal, its first entry that is not zero being 1: by how much it is scaled and weighted where it occurs."""
    found: dict[Vector, list[tuple[Fraction, Fraction]]] = {}
    for normal, weight in zip(neurons.normals, neurons.weights, strict=True):
        scale = next((entry for entry in normal if entry), None)
        if scale is not None and weight:
            found.setdefault(tuple(entry / scale for entry in normal), []).append((scale, weight))
    return found


def _candidates(neurons: Neurons) -> Iterator[Vector]:
    planes = _hyperplanes(neurons)
    if len(planes) > _MOST_HYPERPLANES:
        raise Unknown("too many hyperplanes to try every pattern of signs")
    size = len(neurons.linear)
    choices = [chosen for count in range(size) for chosen in combinations(planes, count)]
    for signs in product((1, -1), repeat=len(planes)):
        slope = neurons.linear
        for sign, (normal, gates) in zip(signs, planes.items(), strict=True):
            active = sum((scale * weight for scale, weight in gates if scale * sign > 0), Fraction(0))
            slope = tuple(g + active * a for g, a in zip(slope, normal, strict=True))
        for chosen in choices:
            u = _projected(slope, chosen)
            if any(u):
                yield u
                yield tuple(-entry for entry in u)


def _projected(slope: Vector, normals: tuple[Vector, ...]) -> Vector:
    """What of a slope lies in all of some hyperplanes."""
    basis: list[Vector] = []
    for normal in (*normals, slope):
        rest = normal
        for other in basis:
            share = _dot(rest, other) / _dot(other, other)
            rest = tuple(x - share * y for x, y in zip(rest, other, strict=True))
        if normal is slope:
            return rest
        if any(rest):
            basis.append(rest)
    return slope


@lru_cache(maxsize=5000)
def _over_biases(neurons: Neurons) -> Number:
    """Over slopes z of at most 1 and every bias e: linear in e between the kinks, and beyond them."""
    ends = [neurons.at((Fraction(0), end)) for end in (Fraction(1), Fraction(-1))]
    if any(end > 0 if not neurons.absolute else end != 0 for end in ends):
        return INFINITE
    best = Fraction(0)
    for z in (Fraction(1), Fraction(-1)):
        kinks = [-a * z / b for a, b in neurons.normals if b]
        best = max(best, *(neurons.at((z, e)) for e in (*kinks, Fraction(0))))
    return multiply(neurons.unit, best)
