"""Assumptions dropped one at a time: planted ones that are superfluous, needed, or leave a witness without points."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from checker.datasets.errors import InputError
from checker.datasets.loading import load_dataset
from checker.engine import Engine
from checker.falsify.assumptions import attacked_assumptions
from checker.falsify.results import OUTCOMES
from checker.statement import (
    Assumption,
    Example,
    Holds,
    Nonnegative,
    Positive,
    StatementError,
    Theorem,
    absolute,
    at_least,
    scalar,
)
from checker.verification import check
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


beta, FAR = scalar("beta"), 1000
far_off = Assumption(at_least(absolute(beta - FAR), 1))


def with_example(folder: Path, value: str, without: Assumption | None) -> Theorem:
    """A theorem on numbers, and a file beside it; none is drawn that violates its assumption."""
    (folder / "number.json").write_text(json.dumps({"beta": value}))
    return Theorem(
        title="Far off",
        given=[Positive(beta), far_off],
        claims=[Holds(at_least((beta - FAR) ** 2, 1), name="apart")],
        examples=[Example(file=str(folder / "number.json"), without=without)],
    )


def test_an_example_shows_that_an_assumption_is_needed_and_is_tried_for_nothing_else(tmp_path: Path):
    theorem = with_example(tmp_path, str(FAR), without=far_off)
    outcomes = found(theorem)
    assert {key: entry.outcome for key, entry in outcomes.items()} == {
        ("1 ≤ |β − 1000|", "apart"): "needed",
        ("0 < β", "apart"): "not needed here",
    }
    assert outcomes["1 ≤ |β − 1000|", "apart"].counterexample.dataset == {"beta": str(FAR)}
    assert check(theorem, cases=10).verdict == "holds"
    assert found(theorem.restated(examples=()))["1 ≤ |β − 1000|", "apart"].outcome == "open"


def test_small_steps_from_an_example_show_that_an_assumption_is_needed(tmp_path: Path):
    entry = found(with_example(tmp_path, str(FAR + 1), without=None))["1 ≤ |β − 1000|", "apart"]
    assert entry.outcome == "needed"
    assert abs(Fraction(entry.counterexample.dataset["beta"]) - FAR) < 1


@pytest.mark.parametrize(
    ("value", "without", "fault"),
    [("1", far_off, "satisfies 1 ≤ |β − 1000|"), ("0", far_off, "violates 0 < β, too")],
)
def test_an_example_that_does_not_violate_what_it_is_without_is_refused(tmp_path, value, without, fault):
    with pytest.raises(InputError, match=re.escape(fault)):
        found(with_example(tmp_path, value, without))


def test_an_example_is_without_an_assumption_of_its_theorem(tmp_path):
    with pytest.raises(StatementError, match="which is no assumption of the theorem"):
        with_example(tmp_path, "1", without=Nonnegative(beta))
