"""Every claim of a theorem on one dataset: ``holds``, ``refuted`` or ``undecided``, with its evidence."""

from __future__ import annotations

from collections.abc import Container

from checker.kernel import bounds, every_optimum, optimal_values  # noqa: F401 - each enters its rules
from checker.kernel.case import Case
from checker.kernel.optimal_values import INFINITE
from checker.kernel.outcomes import Outcome, outcome_of

__all__ = ["INFINITE", "Outcome", "decide"]


def decide(case: Case, names: Container[str] | None = None) -> dict[str, Outcome]:
    """The outcome of every claim, or of these; a claim whose ``when`` does not hold on the data is ``skipped``."""
    claims = case.program["claims"]
    return {claim["name"]: outcome_of(case, claim) for claim in claims if names is None or claim["name"] in names}
