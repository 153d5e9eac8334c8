"""Theorem × datasets → result: wrong statements are refuted by small data, wrong witnesses never pass."""

import json
from pathlib import Path

import pytest
from flint import fmpq, fmpq_mat

import checker
from checker.failures import Failures
from checker.statement import norm, pinv
from checker.verification import check
from tests.kernel.theorems import X, two_layer, y
from theorems.two_layer_linear import strong_duality
from theorems.witnesses.two_layer_linear import least_norm_network

CASES = 16
WITNESS = "theorems.witnesses.two_layer_linear:least_norm_network"


def claims_of(theorem, **options) -> dict:
    return {claim.claim: claim for claim in checker.verify(theorem, cases=CASES, **options).claims}


def largest_entry(dataset) -> int:
    entries = [e for value in dataset.values() if isinstance(value, list) for row in value for e in row]
    assert all("/" not in e for e in entries), "a shrunk dataset has integers only"
    return max(abs(int(e)) for e in entries)


def test_a_right_statement_holds_on_as_many_distinct_datasets_as_were_asked_for():
    result = checker.verify(two_layer(witness=WITNESS), cases=40)
    assert result.holds
    assert len({record.digest for record in result.datasets}) == 40
    assert sum(result.strata.values()) == 40
    assert len(result.strata) >= 10


WRONG = [
    ({"value": norm(pinv(X) * y) ** 2}, "optimal-value"),
    ({"value": norm(pinv(X) * y) ** 2, "identity": False}, "optimal-value"),
    ({"radius": 2}, "weak-duality"),
    ({"radius": 2, "identity": False}, "weak-duality"),
    ({"factor": 2}, "weak-duality"),
    ({"factor": 2, "identity": False}, "weak-duality"),
]


@pytest.mark.parametrize(("options", "name"), WRONG, ids=lambda value: str(value)[:40])
def test_a_wrong_statement_is_refuted_by_a_dataset_of_small_integers(options, name):
    claim = claims_of(two_layer(witness=WITNESS, **options))[name]
    assert claim.verdict == "refuted"
    found = claim.counterexample
    assert len(found.dataset["X"]) == len(found.dataset["X"][0]) == 1
    assert largest_entry(found.dataset) <= 2
    assert found.left
    assert found.right


def test_the_counterexample_of_a_wrong_value_shows_both_sides():
    found = claims_of(two_layer(witness=WITNESS, value=norm(pinv(X) * y) ** 2))["optimal-value"].counterexample
    assert (found.dataset["X"], found.dataset["y"], found.right) == ([["1"]], [["2"]], "4")


def infeasible(data):
    return {"W_1": fmpq_mat(data["d"], data["m"]), "w_2": fmpq_mat(data["m"], 1), "lambda": fmpq_mat(data["n"], 1)}


def suboptimal(data, digits):
    point = least_norm_network(data, digits)
    return point | {"W_1": point["W_1"] * 2, "w_2": point["w_2"] * fmpq(1, 2)}


def of_rank_two(data, digits):
    point = least_norm_network(data, digits)
    rows = point["W_1"].tolist()
    if len(rows[0]) > 1:
        for i, row in enumerate(rows):
            row[1] = fmpq(i + 1)
    return point | {"W_1": fmpq_mat(rows)}


def in_floats(data):
    point = least_norm_network(data, 20)
    return {"W_1": point["W_1"].tolist(), "w_2": [float(int(e.p) / int(e.q)) for e in point["w_2"].entries()],
            "lambda": point["lambda"]}  # fmt: skip


def raising(data):
    return 1 / 0


def of_wrong_shape(data):
    return least_norm_network(data, 20) | {"lambda": [1.0] * (data["n"] + 1)}


def not_a_number(data):
    return least_norm_network(data, 20) | {"lambda": [float("nan")] * data["n"]}


def naming_data(data):
    return {"X": data["X"]}


def returning_nothing(data):
    return None


WITNESSES = [
    (infeasible, "is violated by the point"),
    (suboptimal, "digits of the 50 asked for"),
    (of_rank_two, "digits of the 50 asked for"),
    (in_floats, "is violated by the point"),
    (raising, "the witness raised ZeroDivisionError: division by zero"),
    (of_wrong_shape, "matrix where"),
    (not_a_number, "not a finite number"),
    (naming_data, "which is not a variable; the variables are W_1, w_2, lambda"),
    (returning_nothing, "not a mapping"),
]


@pytest.mark.parametrize(("witness", "reason"), WITNESSES, ids=lambda value: getattr(value, "__name__", ""))
@pytest.mark.parametrize("identity", [True, False], ids=["identity", "sampled"])
def test_a_wrong_witness_never_passes_and_the_reason_is_named(witness, reason, identity):
    claims = claims_of(two_layer(witness=witness, identity=identity))
    assert claims["strong-duality"].verdict == "undecided"
    assert reason in claims["strong-duality"].reason
    assert claims["rank-one"].verdict == "undecided"


def test_a_theorem_without_a_witness_is_undecided_and_says_why():
    claim = claims_of(two_layer())["strong-duality"]
    assert claim.verdict == "undecided"
    assert "not convex" in claim.reason


def test_a_witness_that_needs_more_digits_is_asked_for_more():
    asked = []

    def careless(data, digits):
        asked.append(digits)
        return least_norm_network(data, max(1, digits // 3))

    assert claims_of(two_layer(witness=careless))["strong-duality"].verdict == "holds"
    assert max(asked) > 50


def test_a_failing_dataset_is_kept_replayed_first_and_forgotten_when_it_holds(tmp_path):
    failures = Failures(tmp_path / "failures")
    wrong = two_layer(witness=WITNESS, value=norm(pinv(X) * y) ** 2)
    result = check(wrong, cases=CASES, failures=failures)
    saved = next(claim.counterexample.file for claim in result.claims if claim.claim == "optimal-value")
    assert json.loads(Path(saved).read_text(encoding="utf-8"))["y"] == [["2"]]
    assert check(wrong, cases=CASES, failures=failures).datasets[0].label == "replayed"
    right = two_layer(witness=WITNESS)
    replayed = check(right, cases=CASES, failures=failures)
    assert (replayed.datasets[0].label, replayed.verdict) == ("replayed", "holds")
    assert list(tmp_path.rglob("*.json")) == []


def test_equal_seeds_give_equal_results_and_other_seeds_other_datasets():
    first, second, other = (checker.verify(strong_duality, cases=CASES, seed=seed) for seed in (7, 7, 8))
    assert first.to_json() == second.to_json()
    assert {r.digest for r in first.datasets} != {r.digest for r in other.datasets}


def test_arrays_in_memory_are_data():
    import numpy as np

    result = checker.verify(strong_duality, data={"X": np.eye(2), "y": np.array([3.0, 4.0])}, settings={"m": 1})
    assert result.holds
    assert result.values["primal"]["lower"].startswith(("5", "4.99999"))


BAD_ARRAYS = [
    ({"X": [[1.0, float("nan")]], "y": [1.0]}, "not a finite number"),
    ({"X": [[1.0]]}, "does not give y"),
    ({"X": [[1.0]], "y": [1.0], "z": [1.0]}, "not a data symbol"),
    ({"X": [[1.0], [2.0]], "y": [1.0]}, "both numbers must be n"),
    ({"X": [], "y": [1.0]}, "empty"),
    (3, "not data"),
]


@pytest.mark.parametrize(("data", "message"), BAD_ARRAYS)
def test_bad_arrays_are_refused_with_a_sentence(data, message):
    from checker.datasets.errors import InputError

    with pytest.raises(InputError, match=message):
        checker.verify(strong_duality, data=data)


@pytest.mark.parametrize("options", [{"cases": 0}, {"digits": 0}, {"digits": 10**6}])
def test_counts_out_of_range_are_refused(options):
    with pytest.raises(ValueError, match="write 1 to"):
        checker.verify(strong_duality, **options)


def test_a_claim_that_no_drawn_dataset_concerns_is_no_pass():
    from checker.statement import Holds, Theorem, at_least, less

    never = Holds(at_least(norm(y), 0), name="never", when=[less(norm(y), 0)])
    theorem = Theorem(title="t", claims=[at_least(norm(y), 0), never])
    result = checker.verify(theorem, cases=5)
    assert [claim.verdict for claim in result.claims] == ["holds", "inapplicable"]
    assert (result.verdict, result.holds) == ("inapplicable", False)
    assert checker.verify(theorem, data={"y": [1]}).holds
