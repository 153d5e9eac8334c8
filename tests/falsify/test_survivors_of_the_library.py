"""No mutant of a theorem of the library survives without a reason, and no reason is left over."""

from __future__ import annotations

import pytest

from checker.falsify.attack import MOST_MUTATED
from checker.falsify.fates import attacked_mutants, stale
from checker.library import library
from checker.verification import DEFAULT_DIGITS

pytestmark = pytest.mark.slow

THEOREMS = library()


@pytest.mark.parametrize("identifier", sorted(THEOREMS))
def test_each_survivor_has_a_reason(identifier):
    theorem = THEOREMS[identifier]
    mutants = attacked_mutants(theorem, cases=MOST_MUTATED, digits=DEFAULT_DIGITS, seed=0)
    survivors = [f"{m.place}: {m.after.text}" for m in mutants if m.fate == "survived" and not m.reason]
    assert (survivors, stale(theorem, mutants)) == ([], [])
