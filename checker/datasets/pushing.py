"""Datasets on which a claimed inequality has the least room, found by a search that is pushed towards them.

Data drawn at random are seldom near the boundary of an inequality: for most pairs of matrices tr(AᵀB) is far below
every product of norms.  Hypothesis draws from the theorem's own strata, and its target is how little room is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from flint import ctx
from hypothesis import HealthCheck, Phase, given, seed, settings, target
from hypothesis.errors import Unsatisfiable

from checker.datasets.dataset import Dataset
from checker.datasets.drawing import datasets, derived_seed, no_constants_of_local_files
from checker.datasets.strata import Stratum, strata_of
from checker.kernel.case import Case
from checker.kernel.evaluate import Machine
from checker.kernel.numbers import Undecidable, ball, subtract
from checker.kernel.program import operations_of
from checker.statement.theorem import Theorem

LABEL = "least room"
_FROM, _KEPT, _BITS = ("small integers", "fractions", "boundary"), 2, 64


def least_room(theorem: Theorem, machine: Machine, number: int, tries: int) -> list[Dataset]:
    """Datasets that come close to violating an inequality ``≤`` or ``<`` that the theorem claims of its data.

    Args:
        theorem: whose assumptions build the data.
        machine: its program, or that of a mutant with the same data.
        number: the seed; equal seeds give equal datasets.
        tries: datasets drawn for each inequality and stratum.
    """
    found: dict[str, Dataset] = {}
    for claim in inequalities(machine):
        for stratum in strata_of(theorem):
            if stratum.name in _FROM:
                closest = _searched(theorem, machine, claim, stratum, number, tries)
                found |= {dataset.digest: dataset for dataset in closest}
    return [replace(dataset, label=LABEL) for dataset in found.values()]


def inequalities(machine: Machine) -> Iterator[Mapping[str, Any]]:
    """The claims ``≤`` and ``<`` of a program that speak of the data alone, and of no optimum."""
    for claim in machine.program["claims"]:
        if claim["kind"] == "relation" and claim["relation"]["kind"] in ("at_most", "less"):
            used = operations_of(machine.program, claim["relation"]["sides"])
            if not any(instruction[0] == "optimum" for instruction in used):
                yield claim


def _searched(
    theorem: Theorem, machine: Machine, claim: Mapping[str, Any], stratum: Stratum, number: int, tries: int
) -> list[Dataset]:
    rooms: dict[str, tuple[float, Dataset]] = {}

    @seed(derived_seed(number, LABEL, claim["name"], stratum.name))
    @settings(
        max_examples=tries, phases=(Phase.generate, Phase.target), database=None, derandomize=False, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(datasets(theorem, stratum))
    def search(dataset: Dataset) -> None:
        room = room_of(machine, dataset, claim)
        if room is not None:
            rooms[dataset.digest] = room, dataset
            target(-room, label="room")

    with no_constants_of_local_files(), suppress(Unsatisfiable):
        search()
    return [dataset for _, dataset in sorted(rooms.values(), key=lambda pair: pair[0])[:_KEPT]]


def room_of(machine: Machine, dataset: Dataset, claim: Mapping[str, Any]) -> float | None:
    """``(right − left)/(|left| + |right|)``; None where the claim says nothing, or says that 0 ≤ 0."""
    case = Case(machine, dataset.values, [{}], 1)
    if case.inapplicable() or not all(case.truth(relation, case.facts) is True for relation in claim["when"]):
        return None
    with suppress(Undecidable), ctx.workprec(_BITS):
        case.facts.forget_balls()
        left, right = (case.facts[side] for side in claim["relation"]["sides"])
        size, room = abs(ball(left)) + abs(ball(right)), ball(subtract(right, left))
        if size > 0 and (room / size).is_finite():
            return float((room / size).mid())
    return None
