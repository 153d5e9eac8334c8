"""What the theorems of the library lose with one of their assumptions, each with the numbers that show it."""

from __future__ import annotations

from typing import Any

import pytest
from flint import fmpq, fmpq_mat

from checker.datasets.dataset import Dataset
from checker.display import show
from checker.falsify.allies import Allied
from checker.falsify.assumptions import attacked_assumption
from checker.falsify.wider import wider
from checker.statement import Theorem
from checker.statement.text import text
from checker.witness.generic import generic_proposers
from checker.witness.siblings import related
from theorems import deep_relu, two_layer_linear, two_layer_relu

pytestmark = pytest.mark.slow


def without(theorem: Theorem, assumption: str, cases: int = 6) -> dict[str, Any]:
    """The outcomes by claim where one assumption is dropped."""
    position = [text(given.relation) for given in theorem.given].index(assumption)
    return {entry.claim: entry for entry in attacked_assumption(theorem, position, cases=cases, digits=20)}


def test_a_deep_network_on_inputs_of_both_signs_has_a_gap():
    found = without(deep_relu.rank_one, "c ≥ 0")
    strong = found["strong-duality"]
    assert (strong.outcome, strong.counterexample.left, strong.counterexample.right[:7]) == (
        "needed", "[3, 3]", "[2.3811",
    )  # fmt: skip
    dataset = strong.counterexample.dataset
    assert {dataset["c"][0][0], dataset["c"][1][0]} == {"1", "-1"}
    assert (dataset["L"], dataset["y"]) == ("3", dataset["c"])
    assert found["optimal-value"].outcome == found["dual-value"].outcome == "needed"


def test_rank_one_hidden_layers_need_weight_decay_and_the_rest_of_the_theorem_holds_at_zero():
    found = without(two_layer_linear.regularized, "0 < β", cases=8)
    assert found["rank-one"].outcome == "needed"
    assert found["rank-one"].counterexample.dataset["beta"] == "0"
    assert found["projection"].outcome == "not needed here"
    assert found["strong-duality"].outcome != "needed"
    assert found["weak-duality"].outcome == "not needed here"


def test_strong_duality_needs_no_whitened_data_and_the_closed_form_does():
    found = without(two_layer_linear.vector_output_whitened, "X Xᵀ = I")
    assert found["strong-duality"].outcome == found["weak-duality"].outcome == "not needed here"
    assert found["optimal-value"].outcome == found["vanishing"].outcome == "needed"


def test_nothing_of_two_layer_networks_needs_inputs_that_are_not_zero():
    found = without(two_layer_relu.rank_one, "c ≠ 0")
    assert {entry.outcome for name, entry in found.items() if name != "dual-optimum"} == {"not needed here"}


def test_inputs_of_rank_two_have_cheaper_networks_than_the_line_has():
    found = without(two_layer_relu.rank_one, "X = c aᵀ")
    entry = found["optimal-value"]
    assert (entry.outcome, entry.weakened.text) == ("needed", "rank(X) ≤ 2, X a = aᵀa·c")


def test_two_outputs_need_their_width():
    found = without(two_layer_linear.vector_output, "rank(Y) ≤ m")
    assert found["optimal-value"].outcome == "needed"
    assert found["optimal-value"].counterexample.dataset["m"] == "1"
    assert found["weak-duality"].outcome == "not needed here"


def test_deep_splines_cost_more_on_points_of_both_signs():
    theorem = deep_relu.spline
    dropped = next(given for given in theorem.given if text(given.relation) == "x ≥ 0")
    points = fmpq_mat(2, 1, [-1, 1])
    data = {"n": 2, "m": 2, "L": 3, "r": fmpq(1), "x": points, "y": points}
    without = Allied(wider(theorem, dropped).theorem, related(theorem), 20, generic_proposers(theorem))
    outcomes = without.decide(Dataset(data)).outcomes
    strong = outcomes["strong-duality"]
    assert (strong.verdict, show(strong.left)[:7], show(strong.right)) == ("refuted", "[2.3811", "[3/2, 3/2]")
    assert (outcomes["optimal-value"].verdict, outcomes["dual-value"].verdict) == ("refuted", "holds")


def test_lines_below_deep_splines_need_slopes_that_sum_to_zero_and_points_of_one_sign():
    theorem = deep_relu.spline_lines
    lifted = without(theorem, "𝟏ᵀ Λ = 0")
    assert {entry.outcome for entry in lifted.values()} == {"needed"}
    assert lifted["of-functions"].counterexample.dataset["Lambda"] == [["1"]]
    of_both_signs = without(theorem, "x ≥ 0")
    # A rectifier below the last one keeps an output from rising on; with two layers that costs another neuron.
    assert {name: entry.outcome for name, entry in of_both_signs.items()} == {
        "of-networks": "needed", "of-two-layers": "not needed here", "of-functions": "not needed here",
    }  # fmt: skip
    assert of_both_signs["of-networks"].counterexample.dataset["L"] == "3"
    assert {entry.outcome for entry in without(theorem, "ρ[1] = 0").values()} == {"needed"}
