"""The command line on theorems with a variant for each loss."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from tests.cli.conftest import DATA, Invoke, Run, assert_refused

CONVEX = "two-layer-linear/convex-loss"
NAMES = "squared, absolute, huber, epsilon-insensitive, hinge, squared-hinge, logistic"


def test_huber_s_loss_on_real_data_is_enclosed(run: Run) -> None:
    settings = ("--set", "loss=huber", "--set", "delta=1/2", "--set", "beta=10")
    done = run("verify", CONVEX, *settings, "--data", DATA / "longley.csv", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    result = json.loads(done.stdout)
    assert result["theorem"] == f"{CONVEX}/huber"
    assert result["verdict"] == "holds"
    assert {claim["verdict"] for claim in result["claims"]} <= {"holds", "inapplicable"}
    lower, upper = (Fraction(result["values"]["primal"][end]) for end in ("lower", "upper"))
    assert 0 < lower <= upper
    assert upper - lower <= upper / 10**50


def test_an_unknown_loss_is_refused_in_a_sentence(invoke: Invoke) -> None:
    done = invoke("verify", CONVEX, "--set", "loss=cross-entropy", "--data", DATA / "longley.csv")
    assert_refused(done.exit_code, done.stdout, done.stderr)
    assert "loss=cross-entropy is no variant here; write loss=squared" in done.stderr


@pytest.mark.slow
def test_a_loss_without_its_parameter_is_refused(invoke: Invoke) -> None:
    done = invoke("verify", f"{CONVEX}/huber", "--set", "beta=1", "--data", DATA / "longley.csv")
    assert_refused(done.exit_code, done.stdout, done.stderr)
    assert "delta" in done.stderr


def test_the_list_shows_the_losses_below_each_theorem(invoke: Invoke) -> None:
    lines = [" ".join(line.split()) for line in invoke("list").stdout.splitlines()]
    of_all = [
        CONVEX,
        "relu-losses/rank-one",
        "relu-losses/spline",
        "convex-losses/fenchel-young",
        "convex-losses/lines",
    ]
    # The squared loss has a theorem of its own there.
    shown = dict.fromkeys(of_all, NAMES) | {"deep-linear/convex-loss": NAMES.removeprefix("squared, ")}
    for theorem, names in shown.items():
        (row,) = [number for number, line in enumerate(lines) if line.startswith(f"{theorem} ")]
        assert lines[row + 1] == f"loss: {names}"
