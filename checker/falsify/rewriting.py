"""One node of a statement replaced at one place, and the theorem built anew: places, and how to rewrite them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial, reduce
from operator import add, mul
from typing import Any

from sympy import Add, Basic, MatAdd, MatMul, MatPow, Mul, Pow, Transpose, Tuple

from checker.statement import claims as c
from checker.statement import nodes
from checker.statement.problems import Maximize, Minimize, Problem
from checker.statement.relations import Relation, equal
from checker.statement.theorem import Theorem
from checker.statement.wellformed import problems_in

Path = tuple[int, ...]

# The arguments of a node that are statements; names, shapes, numbers of layers and columns, and binders are not.
_ALL = (Add, Mul, Pow, MatAdd, MatMul, MatPow, Transpose, Tuple, nodes.Maximum, nodes.Inner, nodes.SchattenNorm,
        nodes.Excess, nodes.Trace, nodes.Rank, nodes.Absolute, nodes.PseudoInverse, nodes.Relu, nodes.Sign,
        nodes.Softplus, nodes.Sigmoid, nodes.XLogX, nodes.Softmax, nodes.LogSumExp, nodes.Diagonal)  # fmt: skip
_FIRST = (nodes.Norm, nodes.Column, nodes.Entry, nodes.Defined, nodes.DefinedMatrix, nodes.Total, nodes.Product,
          nodes.Largest)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A part of a statement that is rewritten as a whole: a problem, or a formula of one claim.

    Attributes:
        name: of the problem or the claim.
        expression: what it is.
        claims: which claims it is in.
        rewritten: the theorem's claims with another expression in place of it.
    """

    name: str
    expression: Any
    claims: frozenset[str]
    rewritten: Callable[[Any], list[Any]]


def parts_of(theorem: Theorem) -> Iterator[Part]:
    """The problems of a theorem, each once for all claims that share it, then the formulas of each claim."""
    for name, problem in named_problems(theorem).items():
        mentioning = frozenset(claim.name for claim in theorem.claims if problem in problems_of(claim))

        def everywhere(new: Any, old: Any = problem) -> list[Any]:
            return [substituted(claim, {old: new}) for claim in theorem.claims]

        yield Part(name, problem, mentioning, everywhere)
    for claim in theorem.claims:
        for expression, rewrite in _formulas(claim):

            def in_place(new: Any, old: Any = claim, rewrite: Any = rewrite) -> list[Any]:
                return [rewrite(new) if claim is old else claim for claim in theorem.claims]

            yield Part(claim.name, expression, frozenset([claim.name]), in_place)


def _formulas(claim: Any) -> Iterator[tuple[Any, Callable[[Any], Any]]]:
    match claim:
        case c.OptimalPoint():
            for variable, value in claim.point.items():
                yield value, partial(_pointed, claim, variable)
        case c.OptimalValue():
            yield equal(nodes.Optimum(claim.problem), claim.value), lambda new: _valued(claim, new)
        case c.StrongDuality():
            equation = equal(nodes.Optimum(claim.primal), nodes.Optimum(claim.dual))
            yield equation, lambda new: c.Holds(new, name=claim.name, when=claim.when)
        case c.Vanishing():
            yield claim.condition, lambda new: replace(claim, condition=new)
        case c.Holds() | c.Identity() | c.ForEveryOptimum() | c.SomeOptimum():
            yield claim.relation, lambda new: replace(claim, relation=new)


def _pointed(claim: c.OptimalPoint, variable: Any, value: Any) -> c.OptimalPoint:
    return replace(claim, point={**claim.point, variable: value})


def _valued(claim: c.OptimalValue, relation: Relation) -> Any:
    if relation.kind == "equal" and relation.sides[0] == nodes.Optimum(claim.problem):
        return replace(claim, value=relation.sides[1])
    return c.Holds(relation, name=claim.name, when=claim.when)


def problems_of(claim: Any) -> list[Problem]:
    """The problems that a claim speaks of, those inside an optimum included; its proof does not count."""
    bare = replace(claim, by=None) if isinstance(claim, c.WeakDuality) else claim
    return problems_in(value for entry in dataclasses.fields(bare) for value in _leaves(getattr(bare, entry.name)))


def _leaves(part: Any) -> Iterator[Any]:
    if isinstance(part, Mapping):
        yield from part.values()
    elif isinstance(part, (tuple, list)):
        yield from part
    else:
        yield part


def named_problems(theorem: Theorem) -> dict[str, Problem]:
    """Every problem of a theorem by a name for readers: its own, else its side of a pair, else a number."""
    found: dict[str, Problem] = {}
    for claim in theorem.claims:
        for problem in problems_of(claim):
            if problem in found.values():
                continue
            side = next((s for s in ("primal", "dual") if getattr(claim, s, None) == problem), "problem")
            names = [problem.name or side, *(f"{problem.name or side}-{number}" for number in range(2, 1000))]
            found[next(name for name in names if name not in found)] = problem
    return found


def substituted(part: Any, replacements: Mapping[Any, Any]) -> Any:
    """A claim, or a part of one, with expressions replaced wherever they occur in it."""
    if isinstance(part, Basic):
        return part.xreplace(dict(replacements))
    if isinstance(part, Mapping):
        return {key: substituted(value, replacements) for key, value in part.items()}
    if isinstance(part, (tuple, list)):
        return tuple(substituted(item, replacements) for item in part)
    if dataclasses.is_dataclass(part) and not isinstance(part, type):
        values = {
            entry.name: substituted(getattr(part, entry.name), replacements) for entry in dataclasses.fields(part)
        }
        return replace(part, **values)
    return part


def _children(node: Any) -> range:
    if isinstance(node, _ALL):
        return range(len(node.args))
    if isinstance(node, _FIRST):
        return range(1)
    if isinstance(node, Relation):
        return range(1, 2) if node.kind == "every" else range(1, len(node.args))
    if isinstance(node, Problem):
        return range(1, 4, 2)
    return range(0, 3, 2) if isinstance(node, (nodes.Fold, nodes.Supremum)) else range(0)


def places(root: Any, path: Path = ()) -> Iterator[tuple[Path, tuple[Any, ...]]]:
    """Every node of a part that may be changed: the way to it, and it with the nodes around it, outermost first.

    An optimum inside is a part of its own, and is not entered.
    """
    waiting: list[tuple[Path, tuple[Any, ...]]] = [((), (root,))]
    while waiting:
        path, line = waiting.pop(0)
        yield path, line
        waiting += [((*path, i), (*line, line[-1].args[i])) for i in _children(line[-1])]


def replaced(root: Any, path: Path, new: Any) -> Any:
    """A part with another node at one place.

    A name that an expression around the place is printed by is dropped there: what it stands for is another.
    """
    if not path:
        return new
    at, *rest = path
    inside = replaced(root.args[at], tuple(rest), new)
    if isinstance(root, (nodes.Defined, nodes.DefinedMatrix)):
        return inside
    arguments = [*root.args[:at], inside, *root.args[at + 1 :]]
    if isinstance(root, Problem):
        # With an author's function, which refuses what is no constraint.
        sense, objective, variables, kept, name = arguments
        make = {"min": Minimize, "max": Maximize}[sense.name]
        return make(objective, over=[*variables], subject_to=[*kept], name=name.name)
    # As an author's operators would have made it: products of products in one.
    operator = mul if isinstance(root, MatMul) else add if isinstance(root, MatAdd) else None
    return reduce(operator, arguments) if operator else root.func(*arguments)
