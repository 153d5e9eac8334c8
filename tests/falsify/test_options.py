"""``--falsify`` and ``--theorem-falsify``: what they print, and that a survivor without a reason fails."""

from __future__ import annotations

import json
from pathlib import Path

import cvxpy  # noqa: F401 - before pytester takes stock of what is imported
import pytest
from click.testing import CliRunner

from checker.cli import main

STATEMENTS = """
from checker.statement import Nonzero, Theorem, at_least, dimension, dot, equal, norm, vector

x, y = vector("x", dimension("n")), vector("y", dimension("n"))
length = Theorem(title="Lengths are not negative", claims=[at_least(norm(x), 0)])
additive = Theorem(
    title="Orthogonal or not", given=[Nonzero(x)], claims=[equal(dot(x + y, y), dot(x, y) + dot(y, y))]
)
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "attacked_statements.py"
    path.write_text(STATEMENTS, encoding="utf-8")
    return path


def test_a_survivor_without_a_reason_is_named_and_fails(file):
    done = CliRunner().invoke(main, ["verify", f"{file.name}::length", "--falsify", "--cases", "4"])
    assert done.exit_code == 1
    assert "holds      attacked-statements/length" in done.stdout
    assert "survived: a norm in relation: 0 ≤ ‖x‖₂ became 0 ≤ ‖x‖₁" in done.stdout
    assert "no reason is written why it is true as well" in done.stdout


def test_the_attacks_stand_in_the_results_as_data(file):
    done = CliRunner().invoke(main, ["verify", f"{file.name}::additive", "--falsify", "--cases", "4", "--json"])
    found = json.loads(done.stdout)["falsification"]
    assert [(entry["claim"], entry["outcome"]) for entry in found["assumptions"]] == [("relation", "not needed here")]
    fates = {mutant["fate"] for mutant in found["mutants"]}
    assert "refuted" in fates
    assert all(mutant["counterexample"] for mutant in found["mutants"] if mutant["fate"] == "refuted")


def test_the_same_seed_makes_the_same_attacks(file):
    arguments = ["verify", f"{file.name}::additive", "--falsify", "--cases", "3", "--seed", "5", "--json"]
    assert CliRunner().invoke(main, arguments).stdout == CliRunner().invoke(main, arguments).stdout


def test_attacks_and_data_are_refused_together(file):
    done = CliRunner().invoke(main, ["verify", f"{file.name}::length", "--falsify", "--data", "x.json"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.endswith("--falsify draws datasets of its own, and --data gives one; leave out one of them.\n")


def test_without_the_option_nothing_is_attacked(file):
    done = CliRunner().invoke(main, ["verify", f"{file.name}::length", "--cases", "4", "--json"])
    assert done.exit_code == 0
    assert "falsification" not in json.loads(done.stdout)


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_each_theorem_gets_a_test_that_fails_if_a_mutant_survives(pytester, workers):
    pytester.makepyfile(test_attacked=STATEMENTS)
    run = pytester.runpytest_subprocess("--theorem-falsify", "--theorem-cases=4", "-k", "length", *workers)
    run.assert_outcomes(passed=1, failed=1)
    run.stdout.fnmatch_lines(["*1 mutant survives: the checks cannot tell the statement from it", "*0 ≤ ‖x‖_∞"])
    assert "Traceback" not in run.stdout.str()


def test_a_dataset_that_cannot_be_read_is_a_sentence_for_the_mutants_too(pytester):
    example = STATEMENTS.replace("import Nonzero", "import Example, Nonzero").replace(
        'negative", claims', 'negative", examples=[Example(file="missing.csv")], claims'
    )
    pytester.makepyfile(test_example=example)
    run = pytester.runpytest_inprocess("--theorem-falsify", "--theorem-cases=2", "-k", "length and mutants")
    run.assert_outcomes(failed=1)
    run.stdout.fnmatch_lines(["a dataset of this theorem cannot be used: *missing.csv*"])
    assert "Traceback" not in run.stdout.str()


def test_a_claim_of_the_same_name_keeps_it(pytester):
    source = STATEMENTS + '\nnamed = Theorem(title="Named", claims=[Holds(at_least(norm(x), 0), name="mutants")])\n'
    pytester.makepyfile(test_named=source.replace("import Nonzero", "import Holds, Nonzero"))
    listed = pytester.runpytest_inprocess("--collect-only", "-q", "--theorem-falsify", "-k", "named").outlines
    assert [line for line in listed if "::named::" in line] == [
        "test_named.py::named::mutants",
        "test_named.py::named::mutants-2",
    ]
