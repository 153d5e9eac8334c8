"""Draws datasets that satisfy a theorem's assumptions, because the assumptions build them."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count, pairwise
from typing import Any

from flint import ctx, fmpq, fmpq_mat
from hypothesis import HealthCheck, Phase, find, given, reject, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample, Unsatisfiable
from hypothesis.internal.conjecture import providers
from hypothesis.strategies import DrawFn

from checker.datasets import strategies as s
from checker.datasets.dataset import Dataset
from checker.datasets.plan import LARGEST, Plan, plan_of
from checker.datasets.strata import STRATA, Stratum, strata_of
from checker.kernel.evaluate import Evaluation
from checker.kernel.numbers import Undecidable, ball
from checker.statement.theorem import Theorem


def datasets(theorem: Theorem, stratum: Stratum) -> st.SearchStrategy[Dataset]:
    """A strategy for datasets of a theorem in a stratum; its draws shrink to small integers."""
    return _datasets(plan_of(theorem), stratum)


@st.composite
def _datasets(draw: DrawFn, plan: Plan, stratum: Stratum) -> Dataset:
    chosen = dict(zip(plan.input_sizes, draw(stratum.sizes), strict=True))
    sizes: dict[str, int] = {}
    for name, (low, high) in plan.ranges.items():
        size = max(low, chosen[name]) if name in chosen else draw(st.integers(low, high))
        sizes[name] = min(size, plan.caps.get(name, size))
    values: dict[str, Any] = dict(plan.fitted(sizes))
    for name in plan.free:
        values[name] = draw(_symbol(plan, stratum, name, values))
    try:
        evaluation = Evaluation(plan.machine, values)
        for name, slot in plan.built:
            values[name] = evaluation[slot]
        for name, slots in plan.boundaries if stratum.boundary else ():
            slot = slots[0] if len(slots) == 1 else draw(st.sampled_from(slots))
            values[name] = draw(_near(Evaluation(plan.machine, values)[slot], values[name]))
        for name, slot in plan.floors:
            values[name] = max(values[name], Evaluation(plan.machine, values).integer(slot))
    except Undecidable:
        reject()
    kept = {name: value for name, value in values.items() if name in plan.kept}
    if not all(isinstance(value, (int, fmpq, fmpq_mat, list)) for value in kept.values()):
        # A constructed value that is not rational is no dataset.
        reject()
    return Dataset(kept, stratum.name)


def _symbol(plan: Plan, stratum: Stratum, name: str, values: dict[str, Any]) -> st.SearchStrategy[Any]:
    symbol, domains = plan.machine.program["symbols"][name], plan.domains.get(name, set())
    zero = stratum.zero_target and name != plan.inputs and not domains
    if symbol["kind"] == "scalar":
        return st.just(fmpq(0)) if zero else _scalar(stratum, domains)
    sizes = Evaluation(plan.machine, values)
    if symbol["kind"] == "family":
        given = {size: sizes.integer(symbol[size]) for size in symbol if size not in ("kind", "role")}
        layers = _layers(**given, entries=stratum.entries)
        return layers.map(lambda drawn: [*map(s.unit_multiple, drawn)]) if stratum.units else layers
    rows, columns = sizes.integer(symbol["rows"]), sizes.integer(symbol["columns"])
    if zero:
        return st.just(fmpq_mat(rows, columns))
    return _matrix(stratum, domains, rows, columns, name == plan.inputs)


def _scalar(stratum: Stratum, domains: set[str]) -> s.Entries:
    entry = s.positive(stratum.entries) if "positive" in domains else stratum.entries
    if "nonzero" in domains:
        entry = entry.map(lambda value: value or fmpq(1))
    return entry.map(abs) if "nonnegative" in domains else entry


def _matrix(
    stratum: Stratum, domains: set[str], rows: int, columns: int, is_input: bool
) -> st.SearchStrategy[fmpq_mat]:
    entries = s.whole(stratum.entries) if "integral" in domains else stratum.entries
    if "whitened" in domains:
        return s.whitened(rows, columns, entries)
    if "tied" in domains:
        return s.tied_points(rows, entries.map(abs) if "nonnegative" in domains else entries)
    if "increasing" in domains:
        # A first point of at least zero makes all of them so.
        return s.sorted_points(rows, entries.map(abs) if "nonnegative" in domains else entries)
    # Zero targets have a stratum of their own; elsewhere they would crowd out the cases that say something.
    build = s.matrices if "nonnegative" in domains else s.nonzero
    entries = s.positive(entries) if "positive" in domains else entries
    drawn = stratum.inputs(rows, columns, entries) if is_input and domains <= {"nonzero"} else None
    drawn = build(rows, columns, entries) if drawn is None else drawn
    drawn = drawn.map(s.mended) if "nonzero" in domains else drawn
    drawn = drawn.map(s.magnitudes) if "nonnegative" in domains else drawn
    drawn = drawn.map(lambda matrix: s.of_unit_rows(matrix, domains)) if "unit rows" in domains else drawn
    return drawn.map(lambda matrix: s.of_signs(matrix, domains)) if domains & s.SIGNS else drawn


@st.composite
def _layers(
    draw: DrawFn, depth: int, inputs: int, outputs: int, entries: s.Entries, hidden: int | None = None
) -> list[fmpq_mat]:
    width = st.just(hidden) if hidden else st.integers(1, LARGEST)
    widths = [inputs, *draw(st.lists(width, min_size=depth - 1, max_size=depth - 1)), outputs]
    layers = [draw(s.nonzero(rows, columns, entries)) for rows, columns in pairwise(widths)]
    # Rectifiers let little pass through layers of any signs, and everything through nonnegative ones.
    return [layers[0], *map(s.magnitudes, layers[1:-1]), layers[-1]] if draw(st.booleans()) else layers


def _near(value: Any, fallback: fmpq) -> st.SearchStrategy[fmpq]:
    """A boundary value itself where it is rational, and rationals just below and above it."""
    # Far more bits than the closest of the steps below, which is to fall on its own side.
    with ctx.workprec(512):
        middle = ball(value)
        mantissa, power = middle.mid().man_exp()
    if not middle > 0:
        return st.just(fallback)
    exact = [value] if isinstance(value, fmpq) else []
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


def draw_datasets(
    theorem: Theorem,
    cases: int,
    number: int,
    applies: Callable[[Dataset], bool],
    among: Sequence[Stratum] | None = None,
    known: Sequence[Dataset] = (),
) -> Drawn:
    """Draws distinct datasets to which a theorem applies, in equal parts from its strata.

    Args:
        theorem: whose assumptions build the data.
        cases: how many datasets; fewer come back only where the strata hold no more.
        number: the seed; equal seeds give equal datasets.
        applies: the kernel's decision of the assumptions on a dataset.
        among: the strata to draw from; all that apply to the theorem by default.
        known: datasets to which it applies that count among them, and come last.
    """
    drawn, seen, cases = Drawn([]), {dataset.digest for dataset in known}, cases - len(known)
    strata = list(strata_of(theorem) if among is None else among)
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
    drawn.datasets += known
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
    calls = count()

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

    with no_constants_of_local_files(), suppress(_Enough, Unsatisfiable):
        run()
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
