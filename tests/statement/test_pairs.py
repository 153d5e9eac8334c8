"""Weak duality is claimed once of a pair."""

import pytest

from checker.statement import Chain, StatementError, Theorem, WeakDuality
from theorems.two_layer_linear import dual, gap, primal


@pytest.mark.parametrize("by", [None, gap, Chain(())])
def test_weak_duality_of_one_pair_is_not_claimed_twice(by):
    with pytest.raises(StatementError, match="'again' claims weak duality of a pair a second time"):
        Theorem(
            title="Twice", claims=[WeakDuality(primal, dual, by=gap), WeakDuality(primal, dual, by=by, name="again")]
        )
