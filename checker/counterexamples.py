"""The smallest dataset found on which a claim fails, to be read by a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from checker.datasets.dataset import Dataset
from checker.datasets.drawing import shrink
from checker.datasets.reduction import without_superfluous
from checker.display import show
from checker.engine import Decided
from checker.result import Counterexample
from checker.statement.theorem import Theorem


class Decider(Protocol):
    """What decides a theorem on datasets."""

    theorem: Theorem

    def decide(self, dataset: Dataset) -> Decided: ...


def smaller(
    engine: Decider,
    name: str,
    verdict: str,
    start: Dataset,
    seed: int,
    *,
    also: Callable[[Dataset], bool] = lambda dataset: True,
    drawn_for: Theorem | None = None,
    most: int = 1000,
) -> Dataset:
    """Shrinks a dataset towards one on which the same claim has the same verdict.

    Args:
        engine: decides the theorem.
        name: of the claim.
        verdict: ``refuted`` or ``undecided``.
        start: a dataset on which the claim has it.
        seed: for the search.
        also: what else a smaller dataset must satisfy.
        drawn_for: the theorem whose assumptions draw smaller datasets, if not the one that is decided.
        most: datasets on which the claim is decided to shrink values, and again to leave out rows and columns.
    """
    known: dict[str, bool] = {}

    def fails(dataset: Dataset) -> bool:
        if dataset.digest not in known:
            if len(known) >= most:
                return False
            known[dataset.digest] = also(dataset) and decides(dataset)
        return known[dataset.digest]

    def decides(dataset: Dataset) -> bool:
        decided = engine.decide(dataset)
        return not decided.inapplicable and decided.outcomes[name].verdict == verdict

    theorem = drawn_for or engine.theorem
    found = shrink(theorem, start, fails, seed)
    most += most
    return without_superfluous(theorem.program, found, fails)


def counterexample(engine: Decider, name: str, dataset: Dataset) -> Counterexample:
    """A dataset with what was decided of a claim on it."""
    outcome = engine.decide(dataset).outcomes[name]
    return Counterexample(dataset.to_json(), outcome.verdict, outcome.reason, show(outcome.left), show(outcome.right))
