"""A theorem without one of its assumptions, and recipes for data that violate it, for each kind of assumption."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import sympy
from sympy import Integer, MatMul, MatrixSymbol, Symbol, Transpose

from checker.statement.assumptions import Assumption, InRange, Let, OutsideRange, SizeAtMost
from checker.statement.errors import StatementError
from checker.statement.nodes import absolute, dot, maximum, relu, zeros
from checker.statement.relations import RankAtMost, Relation, equal, less
from checker.statement.theorem import Theorem

Given = tuple[Assumption, ...]
_MOST_RELATED = 2


@dataclass(frozen=True)
class Wider:
    """A theorem without an assumption.

    Attributes:
        theorem: what is decided.
        weakened: what took the place of the assumption.
        drawn: theorems whose assumptions draw data for it, the simplest first.  Some of what they draw may satisfy the
            assumption after all, or violate another.
    """

    theorem: Theorem
    weakened: Given
    drawn: tuple[Theorem, ...]


def wider(theorem: Theorem, dropped: Assumption, related: Sequence[Theorem] = ()) -> Wider:
    """A theorem without an assumption, or with a weaker one.

    Args:
        theorem: as it is stated.
        dropped: one of its assumptions.
        related: theorems that may say what is true without it; data are drawn that satisfy their assumptions as well.

    Raises:
        StatementError: nothing well formed is left.
    """
    rest = tuple(given for given in theorem.given if given is not dropped)
    weakened = _weakened(dropped)
    recipes = [_with(rest, recipe) for recipe in ([_of_two_or_more(weakened)] if weakened else _recipes(dropped))]
    if dropped == Assumption(dropped.relation):
        # It draws nothing by itself, so others may have been written so that they satisfy it.
        symbols = _symbols(dropped.relation)
        recipes.append(tuple(_unbuilt(given) if given.constructs in symbols else given for given in rest))
    drawn = [_restated(theorem, recipe) for recipe in dict.fromkeys(recipes)]
    return Wider(_restated(theorem, (*rest, *weakened)), weakened, (*drawn, *_shared(theorem, rest, dropped, related)))


def _shared(theorem: Theorem, rest: Given, dropped: Assumption, related: Sequence[Theorem]) -> list[Theorem]:
    """What draws data of the theorem and of a related one at once, without the assumption."""
    found, built = list[Theorem](), {given.constructs for given in rest} - {None}
    for other in related:
        more = [given for given in other.given if given not in rest]
        if dropped not in other.given and more and not built & {given.constructs for given in more}:
            with suppress(StatementError):  # what one builds from the other, that builds from it
                found.append(_restated(theorem, (*rest, *more)))
    return found[:_MOST_RELATED]


def _restated(theorem: Theorem, given: Given) -> Theorem:
    """The theorem with other assumptions, without its examples and the boundaries of numbers that these build."""
    built = {assumption.constructs for assumption in given}
    boundaries = {symbol: value for symbol, value in theorem.boundaries.items() if symbol not in built}
    return theorem.restated(given=given, boundaries=boundaries, examples=())


def _with(rest: Given, recipe: Given) -> Given:
    """The other assumptions and a recipe, which alone builds its symbols."""
    built = {assumption.constructs for assumption in recipe} - {None}
    return (*(_unbuilt(given) if given.constructs in built else given for given in rest), *recipe)


def _unbuilt(assumption: Assumption) -> Assumption:
    """The assumption as a condition on what is drawn."""
    return replace(assumption, constructs=None, expression=None, latents=())


def _recipes(dropped: Assumption) -> Iterator[Given]:
    """What draws data that violate an assumption; nothing in its place where free draws do."""
    match dropped.relation.kind, dropped.domain:
        case "in_range", None:
            yield (OutsideRange(*dropped.relation.sides),)
        case "outside_range", None:
            yield (InRange(*dropped.relation.sides),)
        case _, (symbol, "nonzero"):
            yield (_zero(symbol),)
        case _, (Symbol() as number, "positive"):
            yield (_zero(number),)
            yield (_negative(number),)
        case _, (symbol, "positive"):
            yield (_of_one_sign(symbol, 1),)
            yield ()
        case _, (Symbol() as number, "nonnegative"):
            yield (_negative(number),)
        case _, (symbol, "somewhere positive"):
            yield (_of_one_sign(symbol, -1),)
        case _, (symbol, "somewhere negative"):
            yield (_of_one_sign(symbol, 1),)
        case _, (symbol, "increasing"):
            yield (replace(dropped, domain=(symbol, "tied")),)
            yield ()
        case "at_most", None:
            yield from _beyond(dropped)
            yield ()
        case _:
            yield ()


def _beyond(dropped: Assumption) -> Iterator[Given]:
    """Smaller or larger dimensions than an assumption allows."""
    if dropped.floor:
        yield (SizeAtMost(dropped.floor[0], 1),)
    match dropped.relation.sides:
        case (Integer() as least, Symbol() as size) if least > 1 and not dropped.floor:
            yield (SizeAtMost(size, least - 1),)
        case (Symbol() as size, Integer() as most):
            yield (SizeAtMost(most + 1, size),)


def _zero(symbol: Any) -> Assumption:
    return Let(symbol, zeros(*symbol.shape) if isinstance(symbol, MatrixSymbol) else 0)


def _negative(number: Symbol) -> Assumption:
    latent = Symbol(f"u_for_{number.name}")
    return Assumption(less(number, 0), number, -maximum(1, absolute(latent)), (latent,))


def _of_one_sign(symbol: Any, sign: int) -> Assumption:
    latent = _latent(symbol, "u")
    return Assumption(Relation("nonnegative", sign * symbol), symbol, sign * relu(latent), (latent,))


def _latent(symbol: Any, name: str) -> Any:
    # Two underscores, which no symbol of an author has.
    return MatrixSymbol(f"{name}_for_{symbol.name}", *symbol.shape)


def _weakened(dropped: Assumption) -> Given:
    """``X = c·aᵀ`` weakened to rank two: ``X = c·aᵀ + e·fᵀ`` with f orthogonal to a, so that ``Xa = ‖a‖²c`` stays."""
    match dropped.expression:
        case MatMul(args=(MatrixSymbol() as c, Transpose(args=(MatrixSymbol() as a,)))):
            e, f = _latent(c, "e"), _latent(a, "f")
            inputs = c * a.T + e * (dot(a, a) * f - dot(a, f) * a).T
            along = Assumption(equal(dropped.constructs * a, dot(a, a) * c), dropped.constructs, inputs, (e, f))
            return Assumption(RankAtMost(dropped.constructs, 2)), along
    return ()


def _of_two_or_more(weakened: Given) -> Given:
    """What replaces an assumption on inputs, for those that have room for a higher rank than one."""
    return (*weakened, *(SizeAtMost(2, size) for size in weakened[-1].constructs.shape))


def _symbols(relation: Any) -> set[Any]:
    return {node for node in sympy.preorder_traversal(relation) if isinstance(node, (Symbol, MatrixSymbol))}
