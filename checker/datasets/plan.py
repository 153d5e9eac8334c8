"""What has to be drawn for a theorem, and in which order, worked out once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sympy import Integer, MatrixSymbol, Symbol

from checker.datasets.signature import signature_of
from checker.kernel.evaluate import Machine
from checker.kernel.program import FORMAT
from checker.statement.compiler import Compiler
from checker.statement.symbols import Family
from checker.statement.theorem import Theorem

LARGEST = 4
DEPTHS = (2, 8)


@dataclass(frozen=True)
class Plan:
    """A recipe for the datasets of one theorem.

    Attributes:
        machine: evaluates the sizes, the constructed symbols and the boundaries.
        ranges: by dimension, the smallest and the largest value drawn.
        caps: by dimension, the largest value that the assumptions allow.
        bounds: pairs of dimensions of which the first is at most the second.
        free: the symbols that are drawn, by name; dimensions aside.
        built: the symbols that the assumptions construct, with their slots, each after those it is built from.
        kept: the names that make up a dataset; latents are forgotten.
        domains: restrictions of the entries of a symbol.
        boundaries: scalars with the slots of the values at which the theorem changes its regime.
        floors: dimensions with the slot of the least value that the data allow.
        inputs: the input matrix, whose sizes a stratum chooses, and the dimensions that are its sizes.
    """

    machine: Machine
    ranges: dict[str, tuple[int, int]]
    caps: dict[str, int]
    bounds: tuple[tuple[str, str], ...]
    free: tuple[str, ...]
    built: tuple[tuple[str, int], ...]
    kept: frozenset[str]
    domains: dict[str, set[str]]
    boundaries: tuple[tuple[str, tuple[int, ...]], ...]
    floors: tuple[tuple[str, int], ...]
    inputs: str
    input_sizes: tuple[str | None, str | None]

    def fitted(self, sizes: dict[str, int]) -> dict[str, int]:
        """The sizes, made smaller where a bound between two dimensions asks for it."""
        fitted = dict(sizes)
        for _ in self.bounds:
            for smaller, larger in self.bounds:
                fitted[smaller] = min(fitted[smaller], fitted[larger])
        return fitted


def plan_of(theorem: Theorem) -> Plan:
    """The recipe for a theorem."""
    compiler, program = Compiler(), theorem.program
    order = theorem.construction_order()
    built = tuple((a.constructs.name, compiler.expression(a.expression)) for a in order)
    boundaries = tuple(
        (symbol.name, tuple(map(compiler.expression, value if isinstance(value, tuple) else (value,))))
        for symbol, value in theorem.boundaries.items()
    )
    floors = tuple((a.floor[0].name, compiler.expression(a.floor[1])) for a in theorem.given if a.floor)
    symbols: dict[str, Any] = {leaf.name: leaf for part in theorem.expressions() for leaf in _leaves(part)}
    data = {name for name, entry in program["symbols"].items() if entry["role"] == "data"}
    drawn = data | {latent.name for assumption in order for latent in assumption.latents}
    for name in sorted(drawn):
        compiler.declare(symbols[name])
    tables = [(program["symbols"], program["code"]), (compiler.symbols, compiler.code)]
    # A dimension that a problem is over is for the witness to choose.
    entries = [item for table, _ in tables for item in table.items() if item[1]["role"] == "data"]
    dimensions = {name for name, entry in entries if entry["kind"] == "dimension"}
    free = tuple(sorted(drawn - dimensions - {name for name, _ in built}))
    domains: dict[str, set[str]] = {}
    for assumption in theorem.given:
        if assumption.domain:
            domains.setdefault(assumption.domain[0].name, set()).add(assumption.domain[1])
    ranges = dict.fromkeys(sorted(dimensions), (1, LARGEST))
    for table, code in tables:
        for entry in table.values():
            if entry["kind"] == "family" and code[entry["depth"]][0] == "symbol":
                ranges[code[entry["depth"]][1]] = DEPTHS
    caps: dict[str, int] = {}
    bounds = tuple(_bounds(theorem, ranges, caps))
    for _ in bounds:
        for smaller, larger in bounds:
            least = ranges[smaller][0]
            ranges[larger] = max(least, ranges[larger][0]), max(least, ranges[larger][1])
            if larger in caps:
                caps[smaller] = min(caps[larger], caps.get(smaller, caps[larger]))
    found = {matrix.name: matrix for matrix in signature_of(theorem).matrices}.get(signature_of(theorem).inputs or "")
    inputs = found.name if found and not found.is_vector else ""
    sizes = (found.rows.dimension, found.columns.dimension) if found and inputs else (None, None)
    machine = Machine({"format": FORMAT, "code": compiler.code, "symbols": compiler.symbols})
    kept = frozenset(data)
    return Plan(machine, ranges, caps, bounds, free, built, kept, domains, boundaries, floors, inputs, sizes)


def _bounds(theorem: Theorem, ranges: dict[str, tuple[int, int]], caps: dict[str, int]) -> Iterator[tuple[str, str]]:
    """The pairs of dimensions that assumptions bound by each other; bounds by an integer narrow the ranges."""
    for assumption in theorem.given:
        sides: tuple[Any, ...] = assumption.relation.sides if assumption.relation.kind == "at_most" else ()
        if assumption.domain and assumption.domain[1] == "whitened":
            sides = tuple(assumption.domain[0].shape)
        match sides:
            case (Symbol() as smaller, Symbol() as larger) if {smaller.name, larger.name} <= set(ranges):
                yield smaller.name, larger.name
            case (Integer() as least, Symbol() as size) if size.name in ranges:
                low, high = ranges[size.name]
                ranges[size.name] = max(low, int(least)), max(high, int(least))
            case (Symbol() as size, Integer() as most) if size.name in ranges:
                low, high = ranges[size.name]
                caps[size.name] = int(most)
                ranges[size.name] = min(low, int(most)), min(high, int(most))


def _leaves(expression: Any) -> Iterator[Any]:
    if isinstance(expression, (Symbol, MatrixSymbol, Family)):
        yield expression
    for argument in getattr(expression, "args", ()):
        yield from _leaves(argument)
