"""Sampled claims: only pairs of feasible points that were in fact compared count."""

import dataclasses

import pytest
from flint import fmpq

from checker.statement import Theorem
from tests.kernel.deep import decided, scalar_output
from tests.kernel.theorems import DUAL, decide, near_root, network, two_layer

GOOD = network(near_root(15, 40)) | {"lambda": DUAL}


@pytest.mark.parametrize("other", [{}, {"lambda": DUAL * 2}, dict(GOOD)], ids=["empty", "infeasible", "a copy"])
def test_without_another_feasible_pair_weak_duality_is_not_sampled(other):
    outcomes = decide(two_layer(identity=False), [GOOD, other])
    assert {outcome.verdict for outcome in outcomes.values()} == {"undecided"}


def test_a_copy_of_the_witness_s_network_is_no_other_network():
    points = [GOOD, dict(GOOD), {"lambda": DUAL / 2}]
    assert decide(two_layer(identity=False), points)["rank-one"].verdict == "undecided"


def test_networks_that_are_tried_count():
    outcome = decide(two_layer(identity=False), [GOOD, network(fmpq(4)), network(fmpq(4), fmpq(1))])["rank-one"]
    assert (outcome.verdict, outcome.tries) == ("holds", 2)


def test_a_wrong_dual_inside_is_caught_without_a_chain_as_well():
    # The ball inside has radius 2, so that D* = (L/2)·30^(2/L) is above P* = (L/2)·15^(2/L).
    wrong = scalar_output(radius=2)
    claims = [dataclasses.replace(c, by=None) if c.name == "inside" else c for c in wrong.claims]
    outcomes = decided(Theorem(title="t", claims=claims, witness=wrong.witness))
    assert "holds" not in {outcomes[name].verdict for name in ("inside", "strong", "value")}
