"""Certificates of networks of any depth, of one hidden width, and of branches: written, read back, tampered with."""

import copy
import json
from functools import cache

import pytest
from flint import fmpq, fmpq_mat

from checker.certificates import write
from checker.datasets.dataset import Dataset
from checker.engine import Engine
from checker.kernel.certificate import recheck
from checker.kernel.program import ProgramError
from theorems import deep_linear, lemmas, two_layer_linear

I2 = fmpq_mat(2, 2, [1, 0, 0, 1])
SIZES = {"n": 2, "d": 2, "m": 2}
TARGETS = SIZES | {"K": 2, "X": I2, "Y": fmpq_mat(2, 2, [3, 0, 0, 2])}
CASES = {
    "one output": (deep_linear.strong_duality, SIZES | {"L": 3, "X": I2, "y": fmpq_mat(2, 1, [9, 12])}),
    "several": (deep_linear.vector_output, TARGETS | {"L": 3}),
    "parallel": (deep_linear.parallel, TARGETS | {"L": 3, "h": 2}),
    "regularised": (two_layer_linear.vector_output_regularized, TARGETS | {"beta": fmpq(1)}),
}
FAMILY = {"one output": "W", "several": "U"}


@cache
def text_of(case: str) -> str:
    theorem, values = CASES[case]
    decided = Engine(theorem, 30).decide(Dataset(values))
    assert decided.verdict == "holds"
    return json.dumps(write(case, theorem.program, values, decided.points, 30, decided.outcomes))


def document(case: str) -> dict:
    return json.loads(text_of(case))


@pytest.mark.parametrize("case", CASES)
def test_what_is_written_decides_to_what_it_records(case):
    read = document(case)
    outcomes = recheck(read)
    assert {name: outcome.verdict for name, outcome in outcomes.items()} == {
        claim["claim"]: claim["verdict"] for claim in read["claims"]
    }
    assert set(outcomes) == {claim.name for claim in CASES[case][0].claims}


def rejected(read: dict) -> str:
    with pytest.raises(ProgramError) as caught:
        recheck(read)
    assert str(caught.value).endswith(".")
    return str(caught.value)


@pytest.mark.parametrize("case", FAMILY)
def test_another_number_of_layers_is_rejected(case):
    for change in (
        lambda layers: layers.pop(1),
        lambda layers: layers.insert(1, layers[1]),
        lambda layers: layers.clear(),
    ):
        read = document(case)
        change(read["points"][0][FAMILY[case]])
        assert "is not a list of 3 matrices" in rejected(read)


def test_another_number_of_branches_or_of_their_layers_is_rejected():
    for change in (lambda branches: branches.pop(), lambda branches: branches.append(copy.deepcopy(branches[0]))):
        read = document("parallel")
        change(read["points"][0]["B"])
        assert "B is not a list of 2 networks" in rejected(read)
    read = document("parallel")
    read["points"][0]["B"][1].pop()
    assert "B is not a list of 3 matrices" in rejected(read)
    read = document("parallel")
    read["points"][0]["B"] = read["points"][0]["B"][0]
    rejected(read)


def widened(layers: list) -> None:
    """One more neuron, which is idle, between the first two layers."""
    layers[0] = [[*row, "0"] for row in layers[0]]
    layers[1] = [*layers[1], ["0"] * len(layers[1][0])]


def test_another_hidden_width_than_the_family_s_is_rejected():
    for case, name in FAMILY.items():
        read = document(case)
        widened(read["points"][0][name])
        assert "is not a matrix of 2 rows of 2 rational strings" in rejected(read)
    read = document("parallel")
    widened(read["points"][0]["B"][0])
    assert "is not a matrix of 2 rows of 2 rational strings" in rejected(read)


def test_a_width_in_the_data_that_is_not_that_of_the_points_is_rejected():
    for case, size in (
        ("one output", "m"),
        ("several", "m"),
        ("parallel", "m"),
        ("parallel", "h"),
        ("regularised", "m"),
    ):
        read = document(case)
        read["data"][size] = "3"
        assert "is not a" in rejected(read)
    read = document("several")
    read["data"]["L"] = "4"
    assert "is not a list of 4 matrices" in rejected(read)


def test_a_width_below_what_the_theorem_assumes_is_rejected():
    read = document("several")
    read["data"]["m"] = "1"
    read["points"] = []
    assert rejected(read) == "the data do not satisfy the assumption rank(Y) ≤ m."


def matrices_in(value) -> list:
    """Every matrix of strings in a point."""
    if isinstance(value, list) and value and isinstance(value[0], list) and isinstance(value[0][0], str):
        return [value]
    return [found for child in value for found in matrices_in(child)] if isinstance(value, list) else []


CHANGED = [("one output", "W"), ("several", "U"), ("parallel", "B"), ("regularised", "W_1"), ("regularised", "Lambda"),
           ("parallel", "Lambda")]  # fmt: skip


@pytest.mark.parametrize(("case", "name"), CHANGED)
def test_a_changed_entry_of_any_matrix_is_rejected(case, name):
    for position in range(len(matrices_in(document(case)["points"][0][name]))):
        read = document(case)
        read["points"] = read["points"][:1]
        table = matrices_in(read["points"][0][name])[position]
        row = next((row for row in table if any(entry != "0" for entry in row)), table[0])
        at = next((i for i, entry in enumerate(row) if entry != "0"), 0)
        above, _, below = row[at].partition("/")
        row[at] = str(fmpq(int(above), int(below or 1)) + 1)
        assert "recorded as holds" in rejected(read)


@pytest.mark.parametrize("case", ["one output", "several", "parallel"])
def test_without_the_other_points_what_is_sampled_no_longer_holds(case):
    read = document(case)
    read["points"] = read["points"][:1]
    assert "recorded as holds" in rejected(read)


def test_layers_of_widths_of_their_own_survive_and_must_chain():
    layers = [fmpq_mat(2, 1, [1, 2]), fmpq_mat(1, 3, [1, -1, fmpq(1, 3)]), fmpq_mat(3, 2, [1, 0, 0, 1, 1, 1])]
    theorem, values = lemmas.schatten_factorisation, {"d": 2, "K": 2, "L": 3, "V": layers}
    decided = Engine(theorem).decide(Dataset(values))
    read = json.loads(json.dumps(write("v", theorem.program, values, decided.points, 50, decided.outcomes)))
    assert {outcome.verdict for outcome in recheck(read).values()} == {"holds"}
    read["data"]["V"][1][0].pop()
    assert rejected(read) == "V is not a matrix of 2 rows of 2 rational strings."


JUNK = [None, {}, "1", 3, [], [[]], [["1"]], [[["1"]]], [[[]], [[]], [[]]], [None, None, None], ["1", "1", "1"]]


@pytest.mark.parametrize("junk", JUNK, ids=json.dumps)
def test_junk_for_a_network_is_rejected_with_a_sentence(junk):
    for case, name in (*FAMILY.items(), ("parallel", "B")):
        read = document(case)
        read["points"][0][name] = junk
        rejected(read)
