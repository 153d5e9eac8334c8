"""Assumptions dropped one at a time: planted ones that are superfluous, needed, or leave a witness without points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from checker.datasets.loading import load_dataset
from checker.engine import Engine
from checker.falsify.assumptions import attacked_assumptions
from checker.falsify.results import OUTCOMES
from checker.statement import Theorem
from tests.falsify.theorems import least_norm_solution, triangle
from theorems import two_layer_linear


def found(theorem: Theorem, cases: int = 6, **options: Any) -> dict[tuple[str, str], Any]:
    """The outcomes by assumption and claim."""
    outcomes = attacked_assumptions(theorem, cases=cases, digits=20, **options)
    return {(entry.assumption.text, entry.claim): entry for entry in outcomes}


def test_a_superfluous_assumption_is_not_needed_and_a_needed_one_has_a_small_counterexample():
    outcomes = found(triangle)
    assert {key: entry.outcome for key, entry in outcomes.items()} == {
        ("x ≠ 0", "triangle"): "not needed here",
        ("x ≠ 0", "sign"): "not needed here",
        ("x ≠ 0", "length"): "needed",
        ("0 < β", "triangle"): "not needed here",
        ("0 < β", "sign"): "needed",
        ("0 < β", "length"): "not needed here",
    }
    assert outcomes["x ≠ 0", "length"].counterexample.dataset["x"] == [["0"]]
    assert outcomes["0 < β", "sign"].counterexample.dataset["beta"] == "-1"
    # Those drawn, and some found by pushing the inequality.
    assert outcomes["x ≠ 0", "triangle"].cases >= 6
    assert {entry.outcome for entry in outcomes.values()} <= set(OUTCOMES)


def test_a_witness_that_raises_leaves_claims_open_with_its_reason():
    entry = found(least_norm_solution)["y ∈ range(X)", "strong-duality"]
    assert (entry.outcome, entry.cases, entry.counterexample) == ("open", 0, None)
    assert "y is to be in the range of X" in entry.reason


def test_an_attack_is_reproducible_and_tells_its_progress():
    calls: list[int] = []
    first = attacked_assumptions(triangle, cases=3, digits=20, seed=3, on_assumption=lambda: calls.append(1))
    assert first == attacked_assumptions(triangle, cases=3, digits=20, seed=3)
    assert len(calls) == 2


@pytest.fixture(scope="module")
def off_range() -> Mapping[str, Any]:
    return {claim: entry for (_, claim), entry in found(two_layer_linear.strong_duality, cases=3).items()}


def test_strong_duality_survives_off_the_range_and_attainment_does_not(off_range: Mapping[str, Any]):
    strong = off_range["strong-duality"]
    assert (strong.outcome, strong.cases) == ("not needed here", 3)
    assert strong.reason == "P* = D* = +∞; relies on weak-duality"
    assert off_range["optimal-value"].outcome == off_range["dual-optimum"].outcome == "needed"
    assert "+∞" in off_range["optimal-value"].reason
    assert off_range["rank-one"].outcome == "open"
    assert "there is no optimum" in off_range["rank-one"].reason


def test_a_counterexample_is_data_that_violate_the_assumption(off_range: Mapping[str, Any], tmp_path):
    dataset = dict(off_range["optimal-value"].counterexample.dataset)
    path = tmp_path / "counterexample.json"
    path.write_text(str(dataset).replace("'", '"'))
    read = load_dataset(path, two_layer_linear.strong_duality)
    assert read.to_json() == dataset
    assert Engine(two_layer_linear.strong_duality).inapplicable(read) == "y ∈ range(X)"
    assert Engine(two_layer_linear.off_range).decide(read).outcomes["infeasible"].verdict == "holds"
