"""The dual of deep linear networks with a fault planted: whatever is wrong in it, strong duality does not hold."""

import pytest

from checker.statement import Chain, Theorem, WeakDuality
from tests.kernel.deep import DATA, SMALL, decided, scalar_output
from theorems.deep_linear import L, P, bound, of_scale, primal_chain, strong_duality

DIGITS = 20


@pytest.mark.parametrize("data", [DATA, SMALL], ids=["long", "short"])
def test_without_a_fault_everything_holds(data):
    outcomes = decided(scalar_output(), data, DIGITS)
    assert {outcome.verdict for outcome in outcomes.values()} == {"holds"}
    assert outcomes["strong"].relies_on[:2] == ("bound (sampled)", "lemmas/cauchy-schwarz")


FAULTS = [
    ({"power": L - 1}, DATA, "refuted"),
    ({"power": L - 1}, SMALL, "undecided"),
    ({"power": L - 3}, SMALL, "refuted"),
    ({"weight": L - 1}, DATA, "undecided"),
    ({"weight": L - 3}, DATA, "refuted"),
    ({"radius": 2}, DATA, "undecided"),
    ({"scale": lambda value: 2 * of_scale(value)}, DATA, "refuted"),
    ({"scale": lambda value: L / 2 * value ** (3 / L)}, DATA, "refuted"),
    ({"scale": lambda value: L / 2 * value ** (3 / L)}, SMALL, "undecided"),
    ({"scale": lambda value: L / 2 * value ** (1 / L)}, SMALL, "refuted"),
]
NAMES = ["t^(L-1)", "t^(L-1), short", "t^(L-3), short", "(L-1)t²/2", "(L-3)t²/2", "radius 2", "L", "3/L", "3/L, short",
         "1/L, short"]  # fmt: skip


@pytest.mark.parametrize(("fault", "data", "verdict"), FAULTS, ids=NAMES)
def test_with_a_fault_in_the_dual_neither_strong_duality_nor_its_value_holds(fault, data, verdict):
    outcomes = decided(scalar_output(**fault), data, DIGITS)
    assert outcomes["strong"].verdict == verdict
    if "scale" not in fault:
        assert outcomes["value"].verdict != "holds"


LINKS = range(len(primal_chain.steps))


@pytest.mark.parametrize("missing", LINKS)
def test_the_chain_of_the_library_needs_each_of_its_links(missing):
    steps = primal_chain.steps
    chain = Chain((*steps[:missing], *steps[missing + 1 :]))
    theorem = Theorem(title="t", claims=[WeakDuality(P, bound, by=chain)], witness=strong_duality.witness)
    outcome = decided(theorem, DATA, DIGITS)["weak-duality"]
    assert (outcome.verdict, "is broken" in outcome.reason) == ("undecided", True)
