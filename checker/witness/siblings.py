"""Witnesses of other theorems about the same problems: they may serve where a theorem's own does no more."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import sympy
from flint import fmpq

from checker.datasets.dataset import Dataset
from checker.datasets.errors import InputError
from checker.datasets.fitting import fit
from checker.datasets.signature import signature_of
from checker.kernel.evaluate import Machine
from checker.statement.problems import Problem
from checker.statement.theorem import Theorem
from checker.statement.variants import Variants
from checker.witness.propose import propose

Point = dict[str, Any]


def _defined(names: dict[str, Any]) -> Iterator[Theorem]:
    for value in names.values():
        if isinstance(value, Theorem):
            yield value
        elif isinstance(value, Variants):
            yield from value.theorems.values()


def _problems(theorem: Theorem) -> Iterator[Any]:
    """What the problems with variables say, whatever they are called."""
    for expression in theorem.expressions():
        for node in sympy.preorder_traversal(expression):
            if isinstance(node, Problem) and node.variables:
                yield node.args[:4]


def related(theorem: Theorem) -> list[Theorem]:
    """The theorems of the same module that speak of one of its problems, and have a witness of their own."""
    module, own = sys.modules.get(theorem.module), set(_problems(theorem))
    others = dict.fromkeys(_defined(vars(module) if module else {}))
    return [
        other
        for other in others
        if other is not theorem and other.witness not in (None, theorem.witness) and own & set(_problems(other))
    ]


class Siblings:
    """Proposes what the witnesses of related theorems do, of the variables that a program has.

    Args:
        theorem: whose relatives are asked.
    """

    def __init__(self, theorem: Theorem) -> None:
        self.theorems = related(theorem)
        self._machines = [Machine(other.program) for other in self.theorems]

    def __call__(self, machine: Machine, dataset: Dataset, points: list[Point], digits: int) -> list[Point]:
        """Points for a dataset; what a related theorem needs beside is recovered from it, if it can be."""
        variables = {name for name, symbol in machine.program["symbols"].items() if symbol["role"] == "variable"}
        found = list[Point]()
        for other, other_machine in zip(self.theorems, self._machines, strict=True):
            values = fitted(other, dataset)
            if values is None:
                continue
            proposal = propose(other, other_machine, Dataset(values, dataset.label), digits)
            shared = ({name: value for name, value in point.items() if name in variables} for point in proposal.points)
            found += [point for point in shared if point]
        return found


def fitted(theorem: Theorem, dataset: Dataset) -> dict[str, Any] | None:
    """The data of a theorem from those of another; None if they do not suffice."""
    signature = signature_of(theorem)
    given = {name: _number(value) for name, value in dataset.values.items() if name in signature.names}
    try:
        return fit(given, {}, signature, theorem.program, "the dataset")
    except InputError:
        return None


def _number(value: Any) -> Any:
    return fmpq(value) if isinstance(value, int) else value
