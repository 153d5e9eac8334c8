"""``checker verify``: what it finds, in which form, with which exit code."""

from __future__ import annotations

import csv
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath
import pytest

from tests.cli.conftest import DATA, Invoke, Run, run_in

# 120 digits: the condition numbers of XᵀX, at most 10^20 here, leave far more than the 45 digits compared.
CONTEXT = mpmath.MPContext()
CONTEXT.dps = 120


def table(name: str, rows: int | None = None) -> tuple[Any, Any]:
    """The features and the target of a csv file, each decimal to 120 digits."""
    with (DATA / name).open(encoding="utf-8") as file:
        lines = list(csv.reader(file))[1:][:rows]
    numbers = [[CONTEXT.mpf(cell) for cell in line] for line in lines]
    return CONTEXT.matrix([row[:-1] for row in numbers]), CONTEXT.matrix([row[-1:] for row in numbers])


def regularized_value(name: str, beta: int) -> Any:
    """max λᵀy − ½‖λ‖² over ‖Xᵀλ‖ ≤ β: the secular equation ‖(I + μG)⁻¹Xᵀy‖ = β in the eigenbasis of G = XᵀX."""
    X, y = table(name)
    eigenvalues, basis = CONTEXT.eigsy(X.T * X)
    correlation = basis.T * (X.T * y)
    pairs = [(eigenvalues[i], correlation[i] ** 2) for i in range(X.cols)]

    def excess(exponent: Any) -> Any:
        mu = CONTEXT.exp(exponent)
        return CONTEXT.log(sum(q / (1 + mu * s) ** 2 for s, q in pairs)) - 2 * CONTEXT.log(beta)

    mu = CONTEXT.exp(CONTEXT.findroot(excess, (-60, 60), solver="anderson", tol=CONTEXT.mpf(10) ** -110, maxsteps=1000))
    size = sum(s * q / (1 + mu * s) ** 2 for s, q in pairs)
    return ((y.T * y)[0] - mu**2 * size) / 2


def least_norm(name: str, rows: int) -> Any:
    """‖X†y‖ where X has full row rank."""
    X, y = table(name, rows)
    weights = X.T * CONTEXT.lu_solve(X * X.T, y)
    return CONTEXT.sqrt((weights.T * weights)[0])


def assert_encloses(values: dict[str, Any], digits: int, expected: Any) -> None:
    """The bracket is narrow, exactly, and lies where the independent computation says, to 45 digits."""
    assert values["primal"] == values["dual"]
    lower, upper = Fraction(values["primal"]["lower"]), Fraction(values["primal"]["upper"])
    assert 0 < lower <= upper
    assert upper - lower <= upper / 10**digits
    for end in (lower, upper):
        assert abs(CONTEXT.mpf(end.numerator) / end.denominator - expected) <= abs(expected) * CONTEXT.mpf(10) ** -45


@pytest.mark.parametrize("name", ["longley.csv", "diabetes.csv"])
@pytest.mark.parametrize("digits", [50, 500])
def test_the_regularised_optimum_on_real_data_is_enclosed(name: str, digits: int, invoke: Invoke) -> None:
    done = invoke(
        "verify", "two-layer-linear/regularized", "--data", DATA / name, "--set", "beta=1000", "--digits", digits,
        "--json",
    )  # fmt: skip
    assert (done.exit_code, done.stderr) == (0, "")
    result = json.loads(done.stdout)
    assert (result["theorem"], result["verdict"]) == ("two-layer-linear/regularized", "holds")
    assert all(claim["digits"] is None or claim["digits"] >= digits for claim in result["claims"])
    assert_encloses(result["values"], digits, regularized_value(name, 1000))


@pytest.mark.parametrize("digits", [50, 500])
def test_the_least_norm_of_five_rows_is_enclosed_however_they_are_given(
    digits: int, invoke: Invoke, tmp_path: Path
) -> None:
    five = tmp_path / "longley.csv"
    five.write_text("".join((DATA / "longley.csv").read_text().splitlines(keepends=True)[:6]))
    command = ("verify", "two-layer-linear/strong-duality", "--digits", digits, "--json", "--data")
    written, asked = invoke(*command, five), invoke(*command, DATA / "longley.csv", "--rows", 5)
    assert (written.exit_code, asked.exit_code) == (0, 0)
    assert written.stdout == asked.stdout
    assert_encloses(json.loads(asked.stdout)["values"], digits, least_norm("longley.csv", 5))


def test_data_outside_the_assumptions_are_inapplicable_and_named(invoke: Invoke) -> None:
    command = ("verify", "two-layer-linear/strong-duality", "--data", DATA / "longley.csv")
    text, as_json = invoke(*command), invoke(*command, "--json")
    assert (text.exit_code, as_json.exit_code) == (1, 1)
    assert "longley.csv: inapplicable, it does not satisfy y ∈ range(X)" in text.stdout
    result = json.loads(as_json.stdout)
    assert result["verdict"] == "inapplicable"
    assert {claim["verdict"] for claim in result["claims"]} == {"inapplicable"}
    assert [record["reason"] for record in result["datasets"]] == ["y ∈ range(X)"]
    assert "values" not in result


def test_a_decimal_of_a_csv_file_is_that_decimal(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "tenth.csv").write_text("a,y\n0.1,0.3\n")
    done = invoke("verify", "two-layer-linear/strong-duality", "--data", "tenth.csv", "--digits", 100, "--json")
    assert done.exit_code == 0
    ends = json.loads(done.stdout)["values"]["primal"]
    # The nearest floats have the quotient 2.9999999999999998; an exact 1/10 gives 3 to all digits.
    assert Fraction(ends["lower"]) <= 3 <= Fraction(ends["upper"])
    assert Fraction(ends["upper"]) - Fraction(ends["lower"]) <= Fraction(3, 10**100)


def test_an_infinite_optimum_is_printed_as_such(invoke: Invoke) -> None:
    done = invoke("verify", "two-layer-linear/off-range", "--data", DATA / "longley.csv", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["values"]["primal"] == {"lower": "inf", "upper": "inf"}


def test_json_is_one_object_for_one_theorem_and_a_list_for_several(invoke: Invoke) -> None:
    one = json.loads(invoke("verify", "two-layer-linear/off-range", "--cases", 1, "--json").stdout)
    assert {"theorem", "verdict", "claims"} <= set(one)
    assert "values" not in one
    for claim in one["claims"]:
        assert {"claim", "verdict", "evidence", "digits", "cases"} <= set(claim)
    several = json.loads(invoke("verify", "two-layer-linear", "--cases", 1, "--json").stdout)
    assert [type(result) for result in several] == [dict] * len(several)
    assert one in several
    assert len(several) > 1


@pytest.mark.slow
def test_without_arguments_the_whole_library_is_checked(invoke: Invoke) -> None:
    listed = [entry["theorem"] for entry in json.loads(invoke("list", "--json").stdout)]
    checked = json.loads(invoke("verify", "--cases", 1, "--json").stdout)
    assert [result["theorem"] for result in checked] == listed


def test_two_runs_with_one_seed_give_one_report_and_another_seed_another(run: Run, tmp_path: Path) -> None:
    def report(name: str, seed: int) -> tuple[dict[str, Any], dict[str, str]]:
        done = run("verify", "two-layer-linear/off-range", "--cases", 8, "--seed", seed, "--report", name, "--json")
        assert done.returncode == 0, done.stderr
        document = json.loads((tmp_path / name / "report.json").read_text(encoding="utf-8"))
        del document["created"]
        return document, {path.name: path.read_text() for path in (tmp_path / name / "certificates").iterdir()}

    first, again, other = report("first", 7), report("again", 7), report("other", 8)
    assert first == again
    drawn = [[record["digest"] for record in document["theorems"][0]["datasets"]] for document, _ in (first, other)]
    assert drawn[0] != drawn[1]


WRONG = """
from checker.statement import *

n, d = dimensions("n d")
X, y = matrix("X", n, d), vector("y", n)
square = at_most(norm(y) ** 2, FACTOR * norm(y))
bounded = Theorem(title="The square is at most FACTOR", claims=[Holds(square, name="bounded-above")])
uses = Theorem(title="Of X", claims=[at_least(frobenius(X), 0)])
"""


def test_a_failure_is_kept_as_data_replayed_first_and_forgotten_once_it_is_mended(
    invoke: Invoke, tmp_path: Path
) -> None:
    file = tmp_path / "squares.py"
    file.write_text(WRONG.replace("FACTOR", "2"))
    command = ("verify", "squares.py::bounded", "--cases", 10, "--json")
    done = invoke(*command)
    assert done.exit_code == 1
    (claim,) = json.loads(done.stdout)["claims"]
    assert claim["verdict"] == "refuted"
    kept = tmp_path / claim["counterexample"]["file"]
    assert kept.is_relative_to(tmp_path / ".checker" / "failures")
    assert json.loads(kept.read_text()) == claim["counterexample"]["dataset"]
    # 3 is the least integer whose square exceeds its double.
    assert claim["counterexample"]["dataset"]["y"] in ([["3"]], [["-3"]])

    alone = invoke("verify", "squares.py::bounded", "--data", kept, "--json")
    assert alone.exit_code == 1
    assert json.loads(alone.stdout)["verdict"] == "refuted"

    again = json.loads(invoke(*command).stdout)
    assert again["datasets"][0]["label"] == "replayed"
    assert again["datasets"][0]["verdict"] == "refuted"

    file.write_text(WRONG.replace("FACTOR", "10**20").replace("y) ** 2, ", "y), 1 + norm(y) + "))
    assert json.loads(invoke(*command).stdout)["verdict"] == "holds"
    assert not kept.exists()


def test_a_failure_that_cannot_be_kept_is_reported_all_the_same(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "squares.py").write_text(WRONG.replace("FACTOR", "2"))
    (tmp_path / ".checker").write_text("in the way")
    done = invoke("verify", "squares.py::bounded", "--cases", 10)
    assert done.exit_code == 1
    assert "bounded-above is refuted" in done.stdout
    assert "saved to" not in done.stdout


def test_the_text_names_each_claim_with_its_verdict_and_evidence(invoke: Invoke) -> None:
    done = invoke("verify", "two-layer-linear/off-range", "--cases", 2)
    assert done.exit_code == 0
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    heading = "holds two-layer-linear/off-range Without interpolation both sides are infinite"
    assert lines[0] == f"{heading} 4 datasets, 50 digits, seed 0"
    assert "holds weak-duality P(θ) ≥ D(λ) for all feasible θ and λ a polynomial identity, all data at once" in lines
    assert any(line.startswith("holds infeasible") and "on 4 of 4 datasets (exact on each)" in line for line in lines)


def test_an_output_that_cannot_show_a_letter_is_no_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    done = run_in(tmp_path, "show", "two-layer-linear/off-range", encoding="latin-1")
    assert (done.returncode, done.stderr) == (0, "")
    assert "weak-duality: P(?) ? D(?)" in done.stdout


def test_theorems_of_one_file_named_one_by_one_keep_their_ids(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "pair.py").write_text(
        "from checker.statement import Theorem, at_least, norm, vector, dimension\n"
        "y = vector('y', dimension('n'))\n"
        "first = Theorem(title='One', claims=[at_least(norm(y), 0)])\n"
        "second = Theorem(title='Two', claims=[at_least(norm(2 * y), 0)])\n"
    )
    done = invoke("verify", tmp_path / "pair.py::second", tmp_path / "pair.py::first", "--cases", "3", "--json")
    assert [result["theorem"] for result in json.loads(done.stdout)] == ["pair/second", "pair/first"]
