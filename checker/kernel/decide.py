"""Every claim of a theorem on one dataset: ``holds``, ``refuted`` or ``undecided``, with its evidence."""

from __future__ import annotations

from checker.kernel import bounds, every_optimum, optimal_values  # noqa: F401 - each enters its rules
from checker.kernel.case import Case
from checker.kernel.optimal_values import INFINITE
from checker.kernel.outcomes import Outcome, outcome_of

__all__ = ["INFINITE", "Outcome", "decide"]


def decide(case: Case) -> dict[str, Outcome]:
    """Every claim's outcome; a claim whose ``when`` does not hold on the data is ``skipped``."""
    return {claim["name"]: outcome_of(case, claim) for claim in case.program["claims"]}
