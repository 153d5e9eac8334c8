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

from checker.statement import claims as c
from checker.statement.assumptions import Assumption
from checker.statement.citation import Citation
from checker.statement.compiler import compile_theorem
from checker.statement.errors import StatementError
from checker.statement.relations import Relation
from checker.statement.shapes import shape_of


@dataclass(frozen=True, kw_only=True)
class Example:
    """A real dataset to check a theorem on.

    Attributes:
        file: its path, relative to the file that defines the theorem.
        rows: how many of its first rows; all by default.
        target: the target columns; the last one by default.
        settings: values of scalars and free dimensions, as ``--set`` takes them.
    """

    file: str
    rows: int | None = None
    target: tuple[str, ...] | None = None
    settings: Mapping[str, str] = field(default_factory=dict)


Witness = Callable[..., Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Theorem:
    """One theorem.

    Attributes:
        title: a sentence for headings.
        claims: what is claimed; a bare relation is decided on each dataset.
        given: the assumptions, each of which also draws datasets.
        source: where the theorem comes from.
        witness: an untrusted function ``(data, digits) -> {symbol name: value}`` or ``(data) -> …``, or its name as
            ``"module:function"`` (imported when it is first needed, so that deciding a certificate imports no solver);
            without one, CVXPY solves the problems that are convex.
        examples: real datasets to check beside the drawn ones.
        boundaries: values of scalars at which the theorem changes its regime, as ``{beta: norm(X.T*y)}``; datasets
            are drawn at, just below and just above them.
        note: what a reader of the report should know beside the claims.

    Raises:
        StatementError: an ill-formed expression, two constructors for one symbol, constructors in a cycle, two
            claims of one name; the message says what to write instead.
    """

    title: str
    claims: Sequence[Any]
    given: Sequence[Assumption] = ()
    source: Citation | None = None
    witness: Witness | str | None = None
    examples: Sequence[Example] = ()
    boundaries: Mapping[Any, Any] = field(default_factory=dict)
    note: str = ""
    module: str = field(default="", init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "module", sys._getframe(2).f_globals.get("__name__", ""))
        object.__setattr__(self, "given", tuple(self.given))
        object.__setattr__(self, "claims", _named(self.claims))
        if not self.claims:
            raise StatementError(f"the theorem {self.title!r} claims nothing; give it claims=[...].")
        for assumption in self.given:
            if not isinstance(assumption, Assumption):
                raise StatementError(
                    f"{assumption} is not an assumption; write InRange(y, X), Positive(beta), Let(X, c*a.T) …"
                )
        if not (
            self.witness is None or callable(self.witness) or (isinstance(self.witness, str) and ":" in self.witness)
        ):
            raise StatementError(
                f"witness={self.witness!r} is not a function from a dataset to values, nor 'module:function'."
            )
        for expression in self.expressions():
            shape_of(expression)
            _refuse_domains(expression)
        self.construction_order()
        self.program  # noqa: B018 - compiles now, so that an ill-formed theorem fails at its definition

    @cached_property
    def proposer(self) -> Witness | None:
        """The witness as a function."""
        return pkgutil.resolve_name(self.witness) if isinstance(self.witness, str) else self.witness

    @cached_property
    def program(self) -> dict[str, Any]:
        """The plain-data program that the kernel decides."""
        return compile_theorem(self)

    def expressions(self) -> Iterator[Any]:
        """Every expression of the statement: assumptions, then claims with their identities."""
        for assumption in self.given:
            yield assumption.relation
            if assumption.expression is not None:
                yield assumption.expression
        for claim in self.claims:
            yield from _expressions(claim)

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
                    f"{assumption.constructs} is constructed by two assumptions ({assumption.relation} and "
                    f"{constructors[assumption.constructs].relation}); write one of them as a claim's when=[...], or state "
                    "both with a single Let(...)."
                )
            constructors[assumption.constructs] = assumption
        order: list[Assumption] = []
        while len(order) < len(constructors):
            ready = [
                a for s, a in constructors.items()
                if a not in order and not any(
                    t in constructors and constructors[t] not in order for t in _symbols(a.expression) if t not in a.latents
                )
            ]  # fmt: skip
            if not ready:
                cycle = ", ".join(str(s) for s, a in constructors.items() if a not in order)
                raise StatementError(f"the assumptions construct {cycle} from each other; one of them must be free.")
            order += ready
        return order


def _symbols(expression: Any) -> set[Any]:
    return {node for node in sympy.preorder_traversal(expression) if isinstance(node, (Symbol, MatrixSymbol))}


def _named(claims: Sequence[Any]) -> tuple[Any, ...]:
    named: list[Any] = []
    names: set[str] = set()
    for claim in claims:
        claim = c.Holds(claim) if isinstance(claim, Relation) else claim
        if not isinstance(claim, c.Claim):
            raise StatementError(
                f"{claim!r} is not a claim; write StrongDuality(primal, dual), OptimalValue(…) or a relation."
            )
        when = tuple(w.relation if isinstance(w, Assumption) else w for w in claim.when)
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


def _refuse_domains(expression: Any) -> None:
    for node in sympy.preorder_traversal(expression):
        if isinstance(node, Symbol) and any(
            getattr(node, f"is_{sign}") is not None for sign in ("positive", "negative", "zero", "real", "integer")
        ):
            raise StatementError(
                f"the symbol {node} carries a domain of its own, with which SymPy simplifies; write "
                f"scalar({node.name!r}) and state the domain as an assumption, such as Positive({node.name})."
            )
