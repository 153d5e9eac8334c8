"""No mutant of a theorem of the library survives without a reason, and no reason is left over."""

from __future__ import annotations

import pytest

from checker.falsify.attack import MOST_MUTATED
from checker.falsify.fates import attacked_mutants, stale
from checker.library import library
from checker.verification import DEFAULT_DIGITS

pytestmark = pytest.mark.slow

THEOREMS = library()

# Mutants that are false, though no dataset can show it; each with what would.
UNREACHED = {
    # At Z = 0 and N + Y = 1/K both sides are equal, but balls do not tell log K − log K from zero.
    "convex-losses/cross-entropy": [
        "inequality: tr(Nᵀ Z) < 𝟏ᵀlogsumexp(Z) + tr(𝟏ᵀ ((N + Y) ⊙ log (N + Y))) − tr(Yᵀ Z)"
    ],
    # The same for W = 0, a uniform p[1] and ρ[1] = 0, where no other line is lower.
    "convex-losses/cross-entropy-lines": [
        "inequality: −max(max[k = 1…q] ρ[k]·σ_max(Xᵀ (p[k] − Y)) + tr(𝟏ᵀ (p[k] ⊙ log p[k])) − L·β·ρ[k]^(2/L)/2, "
        "max[k = 1…q] ρ[k + 1]·σ_max(Xᵀ (p[k] − Y)) + tr(𝟏ᵀ (p[k] ⊙ log p[k])) − L·β·ρ[k + 1]^(2/L)/2, "
        "−L·β·ρ[q + 1]^(2/L)/2) < L·β·‖W‖_*^(2/L)/2 + 𝟏ᵀlogsumexp(X W) − tr(Yᵀ (X W))"
    ],
    # The same with two classes: z = 0, or w = 0, and y_i·ν_i = −1/2.
    "convex-losses/fenchel-young/logistic": [
        "inequality: νᵀz < 𝟏ᵀsoftplus(−diag(y) z) + 𝟏ᵀ((diag(y) ν + 𝟏) ⊙ log (diag(y) ν + 𝟏)) "
        "+ 𝟏ᵀ((−diag(y) ν) ⊙ log (−diag(y) ν))"
    ],
    "convex-losses/lines/logistic": [
        "inequality: −max(max[k = 1…q] ρ[k]·‖Xᵀ V[:, k]‖₂ + 𝟏ᵀ((diag(y) V[:, k] + 𝟏) ⊙ log (diag(y) V[:, k] + 𝟏)) "
        "+ 𝟏ᵀ((−diag(y) V[:, k]) ⊙ log (−diag(y) V[:, k])) − L·β·ρ[k]^(2/L)/2, "
        "max[k = 1…q] ρ[k + 1]·‖Xᵀ V[:, k]‖₂ + 𝟏ᵀ((diag(y) V[:, k] + 𝟏) ⊙ log (diag(y) V[:, k] + 𝟏)) "
        "+ 𝟏ᵀ((−diag(y) V[:, k]) ⊙ log (−diag(y) V[:, k])) − L·β·ρ[k + 1]^(2/L)/2, "
        "𝟏ᵀ(𝟏 ⊙ log 𝟏) + 𝟏ᵀ(0 ⊙ log 0) − L·β·ρ[q + 1]^(2/L)/2) < L·β·‖w‖_F^(2/L)/2 + 𝟏ᵀsoftplus(−diag(y) X w)"
    ],
}


@pytest.mark.parametrize("identifier", sorted(THEOREMS))
def test_each_survivor_has_a_reason(identifier):
    theorem = THEOREMS[identifier]
    mutants = attacked_mutants(theorem, cases=MOST_MUTATED, digits=DEFAULT_DIGITS, seed=0)
    survivors = [f"{m.place}: {m.after.text}" for m in mutants if m.fate == "survived" and not m.reason]
    assert (survivors, stale(theorem, mutants)) == (UNREACHED.get(identifier, []), [])
