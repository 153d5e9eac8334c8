"""Datasets that violate a claimed inequality, or nearly do, found by small steps that each leave it less room.

Where a pushed draw (:mod:`checker.datasets.pushing`) only chooses among small numbers, this moves the entries of data
that are given: a few of them at a time, by multiples of 1/100, at random.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mat

from checker.datasets.dataset import Dataset, to_float
from checker.datasets.drawing import derived_seed
from checker.datasets.plan import Plan, plan_of
from checker.datasets.pushing import inequalities, room_of
from checker.kernel.evaluate import Evaluation, Machine
from checker.kernel.numbers import Undecidable
from checker.statement.theorem import Theorem

LABEL = "climbed"
_GRID, _STARTS = 100, 12
_VIOLATED = -1e-9
"""Less room than rounding leaves where both sides are equal."""


def climbed(
    theorem: Theorem, machine: Machine, known: Sequence[Dataset], number: int, steps: int, claim_name: str = ""
) -> list[Dataset]:
    """What becomes of some of the known datasets, the first that violates an inequality last.

    Args:
        theorem: whose assumptions the data satisfy.
        machine: the program of a mutant with the same data, whose claims ``≤`` and ``<`` are meant.
        known: datasets to start from, of which one is taken for each combination of sizes.
        number: the seed; equal seeds give equal datasets.
        steps: tried from each start.
        claim_name: the one inequality that is meant, if not all are.
    """
    plan, found = plan_of(theorem), list[Dataset]()
    unbuilt = {assumption.constructs.name for assumption in theorem.construction_order() if assumption.latents}
    for claim in inequalities(machine):
        if claim_name not in ("", claim["name"]):
            continue
        for start, room_there in _starts(machine, claim, known):
            source = random.Random(derived_seed(number, LABEL, claim["name"], start.digest))
            climb = _Climb(plan, machine, claim, unbuilt, source)
            room, dataset = climb.run(start, room_there, steps)
            found.append(dataset)
            if room < _VIOLATED:
                return found
    return found


def _starts(machine: Machine, claim: Mapping[str, Any], known: Sequence[Dataset]) -> list[tuple[Dataset, float]]:
    """For each combination of sizes the dataset with the least room, last those where sizes may allow for none."""
    best: dict[tuple[Any, ...], tuple[bool, float, Dataset]] = {}
    for dataset in known:
        room = room_of(machine, dataset, claim)
        if room is not None:
            shape, ranked = _shape(dataset), (abs(room) <= -_VIOLATED, room, dataset)
            best[shape] = min(best.get(shape, ranked), ranked, key=lambda entry: entry[:2])
    ranked_by_room = sorted(best.values(), key=lambda entry: entry[:2])
    return [(dataset, room) for _, room, dataset in ranked_by_room[:_STARTS]]


def _shape(dataset: Dataset) -> tuple[Any, ...]:
    return tuple((name, *_sizes(value)) for name, value in sorted(dataset.values.items()))


def _sizes(value: Any) -> Iterator[int]:
    for part in value if isinstance(value, list) else [value]:
        if isinstance(part, list):
            yield from _sizes(part)
        elif isinstance(part, fmpq_mat):
            yield from (part.nrows(), part.ncols())
        elif isinstance(part, int):
            yield part


@dataclass
class _Climb:
    """One claim of one program; what assumptions build from the data is built anew after each step.

    Attributes:
        unbuilt: what assumptions build from latents that are forgotten, which is moved like any other data.
    """

    plan: Plan
    machine: Machine
    claim: Mapping[str, Any]
    unbuilt: set[str]
    source: random.Random

    def run(self, start: Dataset, start_room: float, steps: int) -> tuple[float, Dataset]:
        """The least room that was reached, and where."""
        best, least, width = start, start_room, 1.0
        for _ in range(steps):
            if least < _VIOLATED:
                break
            dataset = self._moved(best, width)
            room = room_of(self.machine, dataset, self.claim) if dataset else None
            if dataset is not None and room is not None and room <= least:
                # On level ground it wanders; a step that gains is followed by longer ones.
                width *= 1.5 if room < least else 1.0
                best, least = dataset, room
            else:
                width = max(0.9 * width, 0.05)
        return least, best

    def _moved(self, dataset: Dataset, width: float) -> Dataset | None:
        built = {name for name, _ in self.plan.built} - self.unbuilt
        names = [name for name in sorted(dataset.values) if name not in built and not isinstance(dataset[name], int)]
        if not names:
            return None
        values = dict(dataset.values)
        for name in self.source.sample(names, self.source.randint(1, len(names))):
            values[name] = self._stepped(values[name], width)
        try:
            for name, slot in self.plan.built:
                if name in built:
                    values[name] = Evaluation(self.plan.machine, values)[slot]
        except Undecidable:
            return None
        return Dataset(values, LABEL)

    def _stepped(self, value: Any, width: float) -> Any:
        if isinstance(value, list):
            return [self._stepped(part, width) for part in value]
        if not isinstance(value, fmpq_mat):
            return self._near(value, max(1, abs(to_float(value))) * width)
        entries = value.entries()
        size = max(1, *(abs(to_float(entry)) for entry in entries)) * width
        # As often as not a single entry, else about half of them.
        one = self.source.randrange(len(entries)) if self.source.random() < 0.5 else None
        moves = [position == one if one is not None else self.source.random() < 0.5 for position in range(len(entries))]
        moved = [self._near(e, size) if moves[i] else e for i, e in enumerate(entries)]
        return fmpq_mat(value.nrows(), value.ncols(), moved)

    def _near(self, value: fmpq, size: float) -> fmpq:
        if self.source.random() < 0.1:
            return self.source.choice([fmpq(0), -value])
        return fmpq(round(_GRID * (to_float(value) + self.source.gauss(0, size))), _GRID)
