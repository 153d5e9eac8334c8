"""Wrong statements, and points that are not the witness's: engine and second opinion do not contradict there."""

import pytest
from flint import fmpq, fmpq_mat

from checker.engine import Engine
from checker.kernel.case import Case
from checker.kernel.decide import decide
from checker.library import library
from tests.second_opinion.comparison import compared, compared_on, contradictions, drawn, witnessed
from tests.second_opinion.mutants import mutants

THEOREMS = library()
SAMPLE = (
    "two-layer-linear/regularized", "two-layer-linear/extreme-points", "two-layer-linear/convex-loss/logistic",
    "two-layer-relu/spline", "lemmas/schatten-factorisation",
)  # fmt: skip


def agree(name: str, cases: int, digits: int = 20, seed: int = 3) -> None:
    refuted, theorem = 0, THEOREMS[name]
    right = Engine(theorem, digits)
    datasets = drawn(right, cases, seed)
    for change, mutant in mutants(theorem):
        engine = Engine(mutant, digits)
        found = [c for dataset in datasets for c in compared_on(engine, dataset, f"{name}, {change}")]
        assert contradictions(found) == []
        refuted += sum(c.verdict == c.opinion.verdict == "refuted" for c in found)
    assert refuted, "nothing wrong was refuted by both"


@pytest.mark.parametrize("name", SAMPLE)
def test_verdicts_on_wrong_statements_are_not_contradicted(name):
    agree(name, 1)


# Statements whose changes no dataset here refutes.
HARDLY_WRONG = ("two-layer-linear/off-range",)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in THEOREMS if name not in HARDLY_WRONG])
def test_verdicts_on_wrong_statements_of_the_library_are_not_contradicted(name):
    agree(name, 6, 30)


def moved(value):
    """A value that is a thousandth larger, and not zero."""
    if isinstance(value, list):
        return [moved(value[0]), *value[1:]]
    if isinstance(value, fmpq_mat):
        entries = value.entries()
        return fmpq_mat(value.nrows(), value.ncols(), [moved(entries[0]), *entries[1:]])
    return value * fmpq(1001, 1000) + fmpq(1, 1000)


def agree_where_points_are_moved(name: str, cases: int) -> None:
    engine = Engine(THEOREMS[name], 20)
    changed = closed = 0
    for dataset in drawn(engine, cases, 5):
        (point, *_), right = witnessed(engine, dataset)
        closed += any(outcome.verdict == "holds" for outcome in right.values() if outcome.evidence != "identity")
        for variable in point:
            points = [{**point, variable: moved(point[variable])}]
            outcomes = decide(Case(engine.machine, dataset.values, points, 20))
            found = compared(THEOREMS[name], dataset.values, points, 20, outcomes, f"{name}, {variable}")
            assert contradictions(found) == []
            changed += sum(right[n].verdict != outcome.verdict for n, outcome in outcomes.items())
    # By chains of lemmas nothing is decided at the witness's points alone.
    assert changed or not closed


WITNESSED = [name for name in THEOREMS if THEOREMS[name].witness]


@pytest.mark.parametrize("name", [name for name in SAMPLE if name in WITNESSED])
def test_verdicts_at_moved_points_are_not_contradicted(name):
    agree_where_points_are_moved(name, 1)


@pytest.mark.slow
@pytest.mark.parametrize("name", WITNESSED)
def test_verdicts_at_moved_points_of_the_library_are_not_contradicted(name):
    agree_where_points_are_moved(name, 6)
