"""All attacks on one theorem."""

from __future__ import annotations

from collections.abc import Callable

from checker.falsify.assumptions import attacked_assumptions
from checker.falsify.fates import attacked_mutants
from checker.falsify.results import Falsification
from checker.statement.theorem import Theorem

MOST_WIDER, MOST_MUTATED = 20, 12
"""Datasets for each dropped assumption, and for each mutant: nearly all that fail do so on the first few."""


def attacked(
    theorem: Theorem, *, cases: int, digits: int, seed: int, on_step: Callable[[], None] = lambda: None
) -> Falsification:
    """Drops each assumption of a theorem in turn, and mutates its statement.

    Args:
        theorem: what to attack.
        cases: datasets for each attack, of which no more than 20 are drawn.
        digits, seed: as the command line has them.
        on_step: called after each assumption and each mutant, for a progress bar.
    """
    wider, mutated = min(cases, MOST_WIDER), min(cases, MOST_MUTATED)
    return Falsification(
        attacked_assumptions(theorem, cases=wider, digits=digits, seed=seed, on_assumption=on_step),
        attacked_mutants(theorem, cases=mutated, digits=digits, seed=seed, on_mutant=lambda _: on_step()),
    )
