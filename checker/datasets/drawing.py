"""Draws datasets that satisfy a theorem's assumptions, because the assumptions build them."""

from __future__ import annotations

import hashlib
import itertools
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flint import fmpq, fmpq_mat
from hypothesis import HealthCheck, Phase, find, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample, Unsatisfiable
from hypothesis.internal.conjecture import providers
from hypothesis.strategies import DrawFn
from sympy import MatrixSymbol, Symbol

from checker.datasets import strategies as s
from checker.datasets.dataset import Dataset
from checker.datasets.strata import STRATA, Stratum, strata_of
from checker.kernel.evaluate import Evaluation, Machine
from checker.kernel.numbers import Undecidable, ball
from checker.kernel.program import FORMAT
from checker.statement.compiler import Compiler
from checker.statement.theorem import Theorem


@dataclass(frozen=True)
class _Plan:
    """What has to be drawn for a theorem, worked out once."""

    machine: Machine
    dimensions: tuple[str, ...]
    depths: frozenset[str]
    free: tuple[Any, ...]
    built: tuple[tuple[str, int], ...]
    latents: frozenset[str]
    kept: frozenset[str]
    domains: dict[str, set[str]]
    bounds: tuple[tuple[str, str], ...]
    boundaries: tuple[tuple[str, int], ...]
    inputs: str = field(default="")


def _plan(theorem: Theorem) -> _Plan:
    compiler = Compiler()
    roles = theorem.program["symbols"]
    order = theorem.construction_order()
    built = tuple((a.constructs.name, compiler.expression(a.expression)) for a in order)
    boundaries = tuple((symbol.name, compiler.expression(value)) for symbol, value in theorem.boundaries.items())
    names = {name for name, _ in built}
    symbols: dict[str, Any] = {}
    for expression in theorem.expressions():
        for node in _leaves(expression):
            symbols.setdefault(node.name, node)
    latents = {latent.name: latent for assumption in order for latent in assumption.latents}
    symbols.update(latents)
    data = {name for name, entry in roles.items() if entry["role"] == "data"}
    free = [symbols[name] for name in sorted(data | set(latents)) if name in symbols and name not in names]
    free = [symbol for symbol in free if roles.get(symbol.name, {}).get("kind") != "dimension"]
    for symbol in free:
        compiler.expression(symbol)
    domains: dict[str, set[str]] = {}
    for assumption in theorem.given:
        if assumption.domain:
            domains.setdefault(assumption.domain[0].name, set()).add(assumption.domain[1])
    dimensions = {name for name, entry in compiler.symbols.items() if entry["kind"] == "dimension"}
    dimensions |= {name for name, entry in roles.items() if entry["kind"] == "dimension"}
    bounds = [
        (a.relation.sides[0].name, a.relation.sides[1].name)
        for a in theorem.given
        if a.relation.kind == "at_most"
        and all(isinstance(side, Symbol) and side.name in dimensions for side in a.relation.sides)
    ]
    depths = frozenset(
        theorem.program["code"][entry["depth"]][1] for entry in roles.values()
        if entry["kind"] == "family" and theorem.program["code"][entry["depth"]][0] == "symbol"
    )  # fmt: skip
    matrices = [f.name for f in free if isinstance(f, MatrixSymbol) and f.name in data and f.shape[1] != 1]
    program = {"format": FORMAT, "code": compiler.code, "symbols": compiler.symbols}
    return _Plan(
        Machine(program), tuple(sorted(dimensions)), depths, tuple(free), built, frozenset(latents),
        frozenset(data), domains, tuple(bounds), boundaries, "X" if "X" in matrices else (matrices or [""])[0],
    )  # fmt: skip


def _leaves(expression: Any) -> Iterator[Any]:
    if isinstance(expression, (Symbol, MatrixSymbol)):
        yield expression
        if isinstance(expression, Symbol):
            return
    for argument in getattr(expression, "args", ()):
        yield from _leaves(argument)


def datasets(theorem: Theorem, stratum: Stratum) -> st.SearchStrategy[Dataset]:
    """A strategy for datasets of a theorem in a stratum; its draws shrink to small integers."""
    return _datasets(_plan(theorem), stratum)


@st.composite
def _datasets(draw: DrawFn, plan: _Plan, stratum: Stratum) -> Dataset:
    values: dict[str, Any] = {}
    rows, columns = draw(stratum.sizes)
    by_input: dict[str, int] = {}
    for symbol in plan.free:
        if symbol.name == plan.inputs:
            by_input = {str(symbol.shape[0]): rows, str(symbol.shape[1]): columns}
    for name in plan.dimensions:
        low, high = (2, 8) if name in plan.depths else (1, 4)
        values[name] = by_input[name] if name in by_input else draw(st.integers(low, high))
    for smaller, larger in plan.bounds:
        values[smaller] = min(values[smaller], values[larger])
    for symbol in plan.free:
        values[symbol.name] = draw(_symbol(plan, stratum, symbol, values))
    evaluation = Evaluation(plan.machine, values)
    for name, slot in plan.built:
        values[name] = evaluation[slot]
    for name, slot in plan.boundaries if stratum.boundary else ():
        values[name] = draw(_near(Evaluation(plan.machine, values)[slot], values[name]))
    return Dataset({name: value for name, value in values.items() if name in plan.kept}, stratum.name)


def _symbol(plan: _Plan, stratum: Stratum, symbol: Any, values: dict[str, Any]) -> st.SearchStrategy[Any]:
    domains = plan.domains.get(symbol.name, set())
    if not isinstance(symbol, MatrixSymbol):
        entry = s.positive(stratum.entries) if {"positive", "nonzero"} & domains else stratum.entries
        return entry.map(abs) if "nonnegative" in domains else entry
    sizes = Evaluation(plan.machine, values)
    entry_slots = plan.machine.program["symbols"][symbol.name]
    rows, columns = int(sizes[entry_slots["rows"]].p), int(sizes[entry_slots["columns"]].p)
    if stratum.zero_target and symbol.name != plan.inputs and not domains:
        return st.just(fmpq_mat(rows, columns))
    if "whitened" in domains:
        return s.whitened(rows, columns, stratum.entries)
    if "increasing" in domains:
        return s.sorted_points(rows, stratum.entries)
    if "nonnegative" in domains and "nonzero" in domains:
        return s.nonzero(rows, columns, stratum.entries).map(
            lambda m: fmpq_mat(rows, columns, [abs(e) for e in m.entries()])
        )
    if "nonnegative" in domains:
        return s.nonnegative(rows, columns, stratum.entries)
    if "nonzero" in domains:
        return s.nonzero(rows, columns, stratum.entries)
    if symbol.name == plan.inputs:
        return stratum.inputs(rows, columns, stratum.entries)
    # Zero targets have a stratum of their own; elsewhere they would crowd out the cases that say something.
    return s.nonzero(rows, columns, stratum.entries)


def _near(value: Any, fallback: fmpq) -> st.SearchStrategy[fmpq]:
    """A boundary value itself where it is rational, and rationals just below and above it."""
    middle = ball(value)
    if not middle > 0:
        return st.just(fallback)
    exact = [value] if isinstance(value, fmpq) else []
    mantissa, power = middle.mid().man_exp()
    near = fmpq(mantissa) * fmpq(2) ** int(power)
    steps = st.sampled_from([4, 12, 20, 40]).map(lambda digits: fmpq(1, 10**digits))
    below, above = steps.map(lambda step: near * (1 - step)), steps.map(lambda step: near * (1 + step))
    return st.one_of([*map(st.just, exact), below, above])


@contextmanager
def no_constants_of_local_files() -> Iterator[None]:
    """Hypothesis mixes constants found in local source into draws; editing a file must not change datasets."""
    before = providers._get_local_constants
    providers._get_local_constants = lambda: type(before())()
    providers.CONSTANTS_CACHE.cache.clear()
    try:
        yield
    finally:
        providers._get_local_constants = before
        providers.CONSTANTS_CACHE.cache.clear()


class _Enough(Exception):
    """Raised inside a Hypothesis run to end it: as many datasets as were wanted have been drawn."""


def _settings(examples: int, *phases: Phase) -> settings:
    return settings(
        max_examples=examples, phases=phases, database=None, derandomize=False, deadline=None,
        suppress_health_check=list(HealthCheck), report_multiple_bugs=False, print_blob=False,
    )  # fmt: skip


def derived_seed(number: int, *parts: str) -> int:
    """A seed for one purpose, the same in every process."""
    return int(hashlib.sha256("|".join([str(number), *parts]).encode()).hexdigest()[:12], 16)


@dataclass
class Drawn:
    """Distinct applicable datasets in the order of the strata, and how many draws were rejected."""

    datasets: list[Dataset]
    repeated: int = 0
    inapplicable: int = 0


def draw_datasets(theorem: Theorem, cases: int, number: int, applies: Callable[[Dataset], bool]) -> Drawn:
    """Draws distinct datasets to which a theorem applies, in equal parts from its strata.

    Args:
        theorem: whose assumptions build the data.
        cases: how many datasets; fewer come back only where the strata hold no more.
        number: the seed; equal seeds give equal datasets.
        applies: the kernel's decision of the assumptions on a dataset.
    """
    drawn, seen = Drawn([]), set[str]()
    strata = list(strata_of(theorem))
    for attempt in range(4):
        missing = cases - len(drawn.datasets)
        for position, stratum in enumerate(list(strata)):
            wanted = missing // len(strata) + (position < missing % len(strata)) if strata else 0
            found = _from_stratum(
                theorem, stratum, wanted, derived_seed(number, stratum.name, str(attempt)), applies, seen, drawn
            )
            drawn.datasets += found
            if len(found) < wanted:
                strata.remove(stratum)
        if len(drawn.datasets) >= cases or not strata:
            break
    return drawn


def _from_stratum(
    theorem: Theorem,
    stratum: Stratum,
    wanted: int,
    number: int,
    applies: Callable[[Dataset], bool],
    seen: set[str],
    drawn: Drawn,
) -> list[Dataset]:
    found: list[Dataset] = []
    if not wanted:
        return found
    calls = itertools.count()

    @seed(number)
    @_settings(20 + 5 * wanted, Phase.generate)
    @given(datasets(theorem, stratum))
    def run(dataset: Dataset) -> None:
        if next(calls) == 0 and stratum is not STRATA[0]:
            return  # Hypothesis begins with its simplest draw, which tells little beyond the first stratum
        if len(found) >= wanted:
            raise _Enough
        if dataset.digest in seen:
            drawn.repeated += 1
        elif not applies(dataset):
            drawn.inapplicable += 1
        else:
            seen.add(dataset.digest)
            found.append(dataset)
        if len(found) >= wanted:
            raise _Enough

    with no_constants_of_local_files():
        try:
            run()
        except (_Enough, Unsatisfiable, Undecidable):
            pass
    return found


def shrink(theorem: Theorem, start: Dataset, fails: Callable[[Dataset], bool], number: int) -> Dataset:
    """The smallest dataset found that still fails, else the one given.

    Args:
        theorem: whose assumptions build the data.
        start: a dataset that fails.
        fails: whether a dataset fails in the same way: one claim, one verdict.
        number: the seed.
    """
    strata = {stratum.name: stratum for stratum in strata_of(theorem)}
    first = strata_of(theorem)[0]
    for stratum in dict.fromkeys([first.name, start.label]):
        if stratum not in strata:
            continue
        source = random.Random(derived_seed(number, "shrink", stratum))
        with no_constants_of_local_files():
            try:
                return find(
                    datasets(theorem, strata[stratum]), fails, random=source,
                    settings=_settings(200, Phase.generate, Phase.shrink),
                )  # fmt: skip
            except (NoSuchExample, Unsatisfiable):
                continue
    return start
