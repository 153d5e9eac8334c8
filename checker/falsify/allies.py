"""Decides a theorem on data for which it was not meant, with what proves it there: fewer proofs, more bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from checker.datasets.dataset import Dataset
from checker.engine import Decided, Engine, Proposer
from checker.kernel.decide import Outcome
from checker.statement.claims import WeakDuality
from checker.statement.errors import StatementError
from checker.statement.theorem import Theorem
from checker.witness.siblings import fitted


class Allied:
    """Decides a theorem; then what is undecided without proofs that fail; then that with bounds of related theorems.

    Weak duality whose proof does not carry over to the data is sampled instead.  A related theorem adds the weak
    duality that it claims for data that satisfy its assumptions.

    Args:
        theorem: what to decide.
        related: theorems about some of its problems.
        digits: as of :class:`checker.engine.Engine`.
        more: propose points beside the theorem's witness.
    """

    def __init__(self, theorem: Theorem, related: Sequence[Theorem], digits: int, more: tuple[Proposer, ...]) -> None:
        self.theorem, self.related, self.digits, self.more = theorem, related, digits, more
        self._engine, self._bounds = Engine(theorem, digits, more), _bounds(theorem, related)
        self._others: dict[tuple[frozenset[str], int], Engine] = {}
        self._points: list[dict[str, Any]] = []
        self._decided: dict[str, Decided] = {}

    def inapplicable(self, dataset: Dataset) -> str:
        """As of :class:`checker.engine.Engine`."""
        return self._engine.inapplicable(dataset)

    def decide(self, dataset: Dataset) -> Decided:
        """Decides every claim of the theorem on one dataset."""
        if dataset.digest not in self._decided:
            self._decided[dataset.digest] = self._decide(dataset)
        return self._decided[dataset.digest]

    def _decide(self, dataset: Dataset) -> Decided:
        decided = self._engine.decide(dataset)
        if decided.inapplicable:
            return decided
        self._points = decided.points
        proved = [claim.name for claim in self.theorem.claims if isinstance(claim, WeakDuality) and claim.by]
        failed = frozenset(name for name in proved if _is_open(decided.outcomes[name]))
        if failed:
            decided = self._again(decided, dataset, failed, ())
        if self._bounds and any(map(_is_open, decided.outcomes.values())):
            values = dict(dataset.values)
            for other in self.related:
                values = {**(fitted(other, dataset) or {}), **values}
            decided = self._again(decided, Dataset(values, dataset.label), failed, self._bounds)
        return decided

    def _again(self, decided: Decided, dataset: Dataset, failed: frozenset[str], more: Sequence[Any]) -> Decided:
        """What is undecided, decided at the same points without the proofs that fail, and beside more claims."""
        key = failed, len(more)
        if key not in self._others:
            claims = [replace(claim, by=None) if claim.name in failed else claim for claim in self.theorem.claims]
            self._others[key] = Engine(
                self.theorem.restated(claims=[*claims, *more], witness=lambda data: self._points), self.digits
            )
        found = self._others[key].decide(dataset).outcomes
        outcomes = {name: found[name] if _is_open(outcome) else outcome for name, outcome in decided.outcomes.items()}
        return replace(decided, outcomes=outcomes)


def _is_open(outcome: Outcome) -> bool:
    return outcome.verdict == "undecided"


def _bounds(theorem: Theorem, related: Sequence[Theorem]) -> tuple[WeakDuality, ...]:
    """Weak duality, claimed by related theorems, between a problem of a theorem and one that is none of its own."""
    pairs = [(claim.primal, claim.dual) for claim in theorem.claims if isinstance(claim, WeakDuality)]
    own, found = {problem for pair in pairs for problem in pair}, list[WeakDuality]()
    for other in related:
        given = tuple(assumption.relation for assumption in other.given)
        for claim in other.claims:
            if isinstance(claim, WeakDuality) and (claim.primal in own) != (claim.dual in own):
                found.append(replace(claim, name=f"bound-{len(found)}", when=(*claim.when, *given)))
    try:
        return tuple(found) if found and theorem.restated(claims=[*theorem.claims, *found]) else ()
    except StatementError:  # their symbols clash
        return ()
