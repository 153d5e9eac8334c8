"""Where a verdict of the engine and a second opinion contradict each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from checker.datasets.dataset import Dataset
from checker.datasets.drawing import draw_datasets
from checker.engine import Engine
from checker.kernel.case import Case
from checker.kernel.decide import decide
from checker.statement.theorem import Theorem
from checker.witness.propose import propose
from tests.second_opinion.border import values_of
from tests.second_opinion.matrices import Matrix
from tests.second_opinion.opinion import Opinion
from tests.second_opinion.opinions import SecondOpinion

# What an opinion must not be where the engine gives a verdict.
_AGAINST = {
    "holds": ("refuted", "unproved", "skipped"),
    "refuted": ("holds", "skipped"),
    "skipped": ("holds", "refuted", "unproved"),
    "undecided": ("skipped",),
}


@dataclass(frozen=True)
class Compared:
    """A verdict of the engine on a claim, and the second opinion."""

    theorem: str
    claim: str
    kind: str
    verdict: str
    opinion: Opinion

    @property
    def contradicts(self) -> bool:
        return self.opinion.verdict in _AGAINST[self.verdict]

    @property
    def is_open(self) -> bool:
        """Whether the engine decided and the opinion is none."""
        return self.verdict in ("holds", "refuted") and self.opinion.verdict == "unknown"


def compared(
    theorem: Theorem, data: Mapping[str, Any], points: Iterable[Mapping[str, Any]], asked: int,
    outcomes: Mapping[str, Any], name: str = "",
) -> list[Compared]:  # fmt: skip
    """The outcomes of the engine on one dataset, with an opinion on each claim at the same points."""
    second = SecondOpinion(theorem, values_of(data), [values_of(point) for point in points], asked)
    assert second.applies() is True, f"{name or theorem.title}: the data satisfy the assumptions for the engine alone"
    return [
        Compared(name or theorem.title, claim.name, claim.kind, outcomes[claim.name].verdict, second.on(claim))
        for claim in theorem.claims
    ]


def compared_on(engine: Engine, dataset: Dataset, name: str = "") -> list[Compared]:
    """The engine's verdicts on a dataset, with the opinions."""
    decided = engine.decide(dataset)
    return compared(engine.theorem, dataset.values, decided.points, engine.digits, decided.outcomes, name)


def witnessed(engine: Engine, dataset: Dataset) -> tuple[list[Any], dict[str, Any]]:
    """The points of the witness, and the outcomes at these alone."""
    points = propose(engine.theorem, engine.machine, dataset, engine.digits).points
    return points, decide(Case(engine.machine, dataset.values, points, engine.digits))


def drawn(engine: Engine, cases: int, seed: int) -> list[Dataset]:
    """Applicable datasets, one stratum after the other; where that is possible, of numbers that say something."""

    def applies(dataset: Dataset) -> bool:
        return not engine.inapplicable(dataset)

    telling = draw_datasets(engine.theorem, cases, seed, lambda d: _says_something(d) and applies(d)).datasets
    return telling or draw_datasets(engine.theorem, cases, seed, applies).datasets


def _says_something(dataset: Dataset) -> bool:
    """Whether no value is zero, and the entries are of three sizes or more: the first draws of a stratum are not so."""
    values = values_of(dataset.values).values()
    numbers = {abs(value) for value in values if isinstance(value, Fraction)}
    families = [value for value in values if isinstance(value, tuple)]
    matrices = [value for value in values if isinstance(value, Matrix)] + [layer for f in families for layer in f]
    sizes = numbers.union(*({abs(entry) for entry in matrix.entries} for matrix in matrices))
    return all(any(matrix.entries) for matrix in matrices) and all(numbers) and len(sizes - {0}) >= 3


def contradictions(found: Iterable[Compared]) -> list[str]:
    return [f"{c.theorem}: {c.claim} {c.verdict}, but {c.opinion.verdict}: {c.opinion.reason}"
            for c in found if c.contradicts]  # fmt: skip


def shares_open(found: Iterable[Compared]) -> dict[str, float]:
    """By claim kind, the share of the engine's decisions on which there is no opinion."""
    decided, left = Counter[str](), Counter[str]()
    for c in found:
        decided[c.kind] += c.verdict in ("holds", "refuted")
        left[c.kind] += c.is_open
    return {kind: left[kind] / count for kind, count in decided.items() if count}
