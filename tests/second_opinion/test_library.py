"""The engine's verdicts on the library, against the second opinion: no contradiction, and few claims without opinion.

The default run takes one small dataset for each theorem, the slow one a dataset of every stratum and 50 digits.
"""

import pytest

from checker.engine import Engine
from checker.library import library
from tests.second_opinion.comparison import Compared, compared_on, contradictions, drawn, shares_open

KINDS = {
    "weak-duality", "strong-duality", "optimal-value", "optimal-point", "infeasible", "for-every-optimum",
    "some-optimum", "vanishing", "identity", "relation",
}  # fmt: skip
# The largest shares of the engine's decisions that may be left without an opinion.
MOST_OPEN = dict.fromkeys(KINDS, 0.02)
THEOREMS = library()
# Of each theorem with any loss, the default run takes three.
LEFT_OUT = ("/absolute", "/huber", "/epsilon-insensitive", "/squared-hinge")
SAMPLE = [name for name in THEOREMS if not name.endswith(LEFT_OUT)]
FOUND: dict[str, list[Compared]] = {}


def test_every_claim_kind_of_the_library_is_decided():
    assert {claim.kind for theorem in THEOREMS.values() for claim in theorem.claims} == KINDS


@pytest.mark.parametrize("name", SAMPLE)
def test_no_verdict_on_a_small_dataset_is_contradicted(name):
    engine = Engine(THEOREMS[name], 20)
    FOUND[name] = compared_on(engine, drawn(engine, 1, 11)[-1], name)
    assert contradictions(FOUND[name]) == []


def test_few_claims_are_left_without_an_opinion():
    found = [c for of_theorem in FOUND.values() for c in of_theorem]
    shares = shares_open(found)
    if len(FOUND) == len(SAMPLE):
        assert set(shares) == KINDS
    assert {kind: share for kind, share in shares.items() if share > MOST_OPEN[kind]} == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", THEOREMS)
def test_no_verdict_on_datasets_of_every_stratum_is_contradicted(name):
    engine = Engine(THEOREMS[name], 50)
    found = [c for dataset in drawn(engine, 13, 12) for c in compared_on(engine, dataset, name)]
    assert contradictions(found) == []
    assert all(share <= 0.2 for share in shares_open(found).values()), shares_open(found)
