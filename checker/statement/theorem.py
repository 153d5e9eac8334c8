"""A theorem as a value: statement, assumptions, claims, source, and an untrusted witness."""

from __future__ import annotations

import dataclasses
import pkgutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sympy
from sympy import Basic, MatrixSymbol, Symbol

from checker.kernel.program import symbols_of
from checker.statement import claims as c
from checker.statement.assumptions import Assumption
from checker.statement.citation import Citation
from checker.statement.compiler import compile_theorem
from checker.statement.errors import StatementError
from checker.statement.nodes import Defined, DefinedMatrix
from checker.statement.relations import Relation, equal
from checker.statement.shapes import shape_of
from checker.statement.terms import HINTS, refusal, several
from checker.statement.text import text
from checker.statement.wellformed import problems_in, refuse_domains, refuse_ill_formed, refuse_variables


@dataclass(frozen=True, kw_only=True)
class Example:
    """A real dataset to check a theorem on.

    Attributes:
        file: its path, relative to the file that defines the theorem.
        rows: how many of its first rows; all by default.
        target: the target columns; the last one by default.
        settings: values of scalars and free dimensions, as ``--set`` takes them.
        without: an assumption of the theorem that the dataset violates, to show that some claim needs it; such a
            dataset is tried where the assumption is dropped, and nowhere else.
    """

    file: str
    rows: int | None = None
    target: tuple[str, ...] | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    without: Assumption | None = None


Witness = Callable[..., Mapping[str, Any]]
Picture = Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class Theorem:
    """One theorem.

    Attributes:
        title: a sentence for headings.
        claims: what is claimed; a bare relation is decided on each dataset.
        given: the assumptions, each of which also draws datasets.
        source: where the theorem comes from.
        witness: an untrusted function ``(data, digits) -> {symbol name: value}`` or ``(data) -> …`` (or a list of such
            points, of which the first closes the brackets), or its name as
            ``"module:function"`` (imported when it is first needed, so that deciding a certificate imports no solver);
            without one, CVXPY solves the problems that are convex.
        examples: real datasets to check beside the drawn ones, and such as show that an assumption is needed.
        boundaries: values of scalars at which the theorem changes its regime, as ``{beta: norm(X.T*y)}``, or a tuple of
            several such values; datasets are drawn at, just below and just above them.
        note: what a reader of the report should know beside the claims.
        pictures: untrusted functions ``(values) -> matplotlib.figure.Figure | None``, or their names as
            ``"module:function"``, for the report; :mod:`checker.pictures` says what they are given.
        also_true: why mutants of the statement that no dataset refutes are true as well, or where alone they are not,
            by their formula as the report prints it.

    Raises:
        StatementError: an ill-formed expression, two constructors for one symbol, constructors in a cycle, two
            claims of one name, an example without what is no assumption; the message says what to write instead.
    """

    title: str
    claims: Sequence[Any]
    given: Sequence[Assumption] = ()
    source: Citation | None = None
    witness: Witness | str | None = None
    examples: Sequence[Example] = ()
    boundaries: Mapping[Any, Any] = field(default_factory=dict)
    note: str = ""
    pictures: Sequence[Picture | str] = ()
    also_true: Mapping[str, str] = field(default_factory=dict)
    module: str = field(default="", init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "module", sys._getframe(2).f_globals.get("__name__", ""))
        if not isinstance(self.title, str) or not self.title.strip():
            raise StatementError(f"title={self.title!r} is not a heading; write a sentence.")
        object.__setattr__(self, "given", several(self.given, "given"))
        object.__setattr__(self, "examples", several(self.examples, "examples"))
        object.__setattr__(self, "claims", _named(several(self.claims, "claims")))
        if not self.claims:
            raise StatementError(f"the theorem {self.title!r} claims nothing; give it claims=[...].")
        if not (self.source is None or isinstance(self.source, Citation)):
            raise StatementError(f"source={self.source!r} is not a citation; write Citation(authors, title, year).")
        for example in self.examples:
            if not isinstance(example, Example):
                raise StatementError(f"{example!r} is not an example; write Example(file='data/longley.csv').")
        for assumption in self.given:
            if not isinstance(assumption, Assumption):
                raise StatementError(
                    f"{_shown(assumption)} is not an assumption; write InRange(y, X), Positive(beta) or Let(X, c*a.T)."
                )
        for example in self.examples:
            if example.without is not None and example.without not in self.given:
                raise StatementError(
                    f"the example {example.file} is without {_shown(example.without)}, which is no assumption of the "
                    "theorem; name one that stands in given=[…]."
                )
        if not (
            self.witness is None or callable(self.witness) or (isinstance(self.witness, str) and ":" in self.witness)
        ):
            raise StatementError(
                f"witness={self.witness!r} is not a function from a dataset to values, nor 'module:function'."
            )
        object.__setattr__(self, "pictures", several(self.pictures, "pictures"))
        for picture in self.pictures:
            if not (callable(picture) or (isinstance(picture, str) and ":" in picture)):
                raise StatementError(
                    f"the picture {picture!r} is not a function from values to a figure, nor 'module:function'."
                )
        if not isinstance(self.also_true, Mapping) or not all(
            isinstance(word, str) and word.strip() for item in self.also_true.items() for word in item
        ):
            raise StatementError(
                f"also_true={self.also_true!r} does not give reasons; write {{'formula of a mutant': 'why it holds'}}."
            )
        for expression in self.expressions():
            shape_of(expression)
            refuse_domains(expression)
        self._refuse_ill_formed()
        self.construction_order()
        self.definitions()
        self.program  # noqa: B018 - compiles now, so that an ill-formed theorem fails at its definition
        self._refuse_fixed_floors()

    def _refuse_ill_formed(self) -> None:
        problems = problems_in(self.expressions())
        variables = [variable for problem in problems for variable in problem.variables]
        for claim in self.claims:
            refuse_ill_formed(claim, problems)
        for assumption in self.given:
            for part in (assumption.relation, assumption.expression):
                if part is not None:
                    refuse_variables(part, variables, f"the assumption {text(assumption.relation)}")
        if not isinstance(self.boundaries, Mapping):
            raise StatementError(f"boundaries={self.boundaries} is not a mapping; write {{beta: norm(X.T*y)}}.")
        for symbol, values in self.boundaries.items():
            for value in values if isinstance(values, tuple) else (values,):
                if not isinstance(symbol, Symbol) or shape_of(value) != ():
                    raise StatementError(
                        f"the boundary {symbol}: {value} is not a number's; write {{beta: norm(X.T*y)}}."
                    )
                refuse_variables(value, variables, f"the boundary of {symbol}")

    def _refuse_fixed_floors(self) -> None:
        sizes = [
            slot for symbol in self.program["symbols"].values() if symbol["role"] == "data"
            for key, slot in symbol.items() if key not in ("kind", "role")
        ]  # fmt: skip
        fixed = symbols_of(self.program, sizes)
        for assumption in self.given:
            if assumption.floor and assumption.floor[0].name in fixed:
                raise StatementError(
                    f"{assumption.floor[0]} is a size of data, which WidthAtLeast cannot raise; write "
                    "SizeAtMost(…) between dimensions, or the relation as a claim's when=[…]."
                )

    @cached_property
    def proposer(self) -> Witness | None:
        """The witness as a function."""
        return pkgutil.resolve_name(self.witness) if isinstance(self.witness, str) else self.witness

    @cached_property
    def program(self) -> dict[str, Any]:
        """The plain-data program that the kernel decides."""
        return compile_theorem(self)

    def restated(self, **changes: Any) -> Theorem:
        """The theorem with other claims, assumptions or the like, as if it were defined where this one is."""
        found = dataclasses.replace(self, **changes)
        object.__setattr__(found, "module", self.module)
        return found

    def expressions(self) -> Iterator[Any]:
        """Every expression of the statement: assumptions, then claims with their identities."""
        for assumption in self.given:
            yield assumption.relation
            if assumption.expression is not None:
                yield assumption.expression
        for claim in self.claims:
            yield from _expressions(claim)

    def definitions(self) -> list[Relation]:
        """What each defined name stands for, ``m_k = …``, in the order in which they occur.

        Raises:
            StatementError: one name, of the same arguments, for two expressions.
        """
        found: dict[str, Any] = {}
        for expression in self.expressions():
            for node in sympy.preorder_traversal(expression):
                if not isinstance(node, (Defined, DefinedMatrix)):
                    continue
                known = found.setdefault(node.args[1].name, node)
                if known.args[1:] == node.args[1:] and known != node:
                    raise StatementError(f"{text(node)} is defined as two expressions; give one another name.")
                if _generic(node) and not _generic(known):
                    found[node.args[1].name] = node
        return [equal(node, node.args[0]) for node in found.values()]

    def construction_order(self) -> list[Assumption]:
        """The constructing assumptions in an order in which each symbol is built from symbols built before it.

        Raises:
            StatementError: a symbol with two constructors, or constructors that form a cycle.
        """
        constructors: dict[Any, Assumption] = {}
        for assumption in self.given:
            if assumption.constructs is None:
                continue
            if assumption.constructs in constructors:
                raise StatementError(
                    f"{assumption.constructs} is constructed by two assumptions ({text(assumption.relation)} and "
                    f"{text(constructors[assumption.constructs].relation)}); write one of them as a claim's when=[…], "
                    "or state both with a single Let(...)."
                )
            constructors[assumption.constructs] = assumption
        order: list[Assumption] = []
        while len(order) < len(constructors):
            ready = [
                a for a in constructors.values()
                if a not in order
                and all(constructors.get(t) in (None, *order) for t in _symbols(a.expression) - set(a.latents))
            ]  # fmt: skip
            if not ready:
                cycle = ", ".join(str(s) for s, a in constructors.items() if a not in order)
                raise StatementError(f"the assumptions construct {cycle} from each other; one of them must be free.")
            order += ready
        return order


def _generic(defined: Any) -> bool:
    """Whether it depends on symbols alone, not on ``k + 1`` or on 1."""
    return all(isinstance(argument, (Symbol, MatrixSymbol)) for argument in defined.args[2:])


def _shown(thing: Any) -> str:
    return text(thing) if isinstance(thing, Basic) else repr(thing)


def _symbols(expression: Any) -> set[Any]:
    return {node for node in sympy.preorder_traversal(expression) if isinstance(node, (Symbol, MatrixSymbol))}


def _named(claims: Sequence[Any]) -> tuple[Any, ...]:
    named: list[Any] = []
    names: set[str] = set()
    for claim in claims:
        claim = c.Holds(claim) if isinstance(claim, Relation) else claim
        if type(claim).__name__ in HINTS:
            raise StatementError(refusal(claim))
        if not isinstance(claim, c.Claim):
            raise StatementError(
                f"{_shown(claim)} is not a claim; write StrongDuality(primal, dual), OptimalValue(…) or a relation."
            )
        when = tuple(w.relation if isinstance(w, Assumption) else w for w in several(claim.when, "when"))
        name = claim.name or claim.kind
        if name in names:
            if claim.name:
                raise StatementError(f"two claims are named {name!r}; give each a name of its own.")
            name = next(f"{name}-{i}" for i in range(2, 1000) if f"{name}-{i}" not in names)
        names.add(name)
        named.append(dataclasses.replace(claim, name=name, when=when))
    return tuple(named)


def _expressions(part: Any) -> Iterator[Any]:
    if isinstance(part, Basic):
        yield part
    elif isinstance(part, Mapping):
        for key, value in part.items():
            yield key
            yield value
    elif isinstance(part, (tuple, list)):
        for item in part:
            yield from _expressions(item)
    elif dataclasses.is_dataclass(part):
        for entry in dataclasses.fields(part):
            yield from _expressions(getattr(part, entry.name))
