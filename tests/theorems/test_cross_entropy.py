"""The cross-entropy of two-layer linear networks: verified on drawn data and on a file, and planted faults refuted."""

from __future__ import annotations

from pathlib import Path

import mpmath
import pytest
from flint import fmpq, fmpq_mat

import checker
from checker.datasets.drawing import draw_datasets
from checker.datasets.strategies import of_unit_rows
from checker.engine import Engine
from checker.statement import Holds, Maximize, StrongDuality, Theorem, WeakDuality, at_most, dot, ones, xlogx
from tests.theorems.references import assert_encloses
from theorems import convex_losses
from theorems import two_layer_linear as chapter
from theorems.convex_losses import classes, cross_entropy_of, logits, negative_entropy, shifts

SAMPLE = {"X": [[1, 2], [3, -1], [-2, 1], [1, 1]], "Y": [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 0]]}


def verdicts(result) -> dict[str, str]:
    return {claim.claim: claim.verdict for claim in result.claims}


def test_drawn_targets_are_one_hot_and_of_several_classes():
    engine = Engine(chapter.cross_entropy)
    drawn = draw_datasets(chapter.cross_entropy, 26, 0, lambda data: not engine.inapplicable(data)).datasets
    rows = [tuple(row) for data in drawn for row in data["Y"].tolist()]
    assert all(sorted(row) == [0] * (len(row) - 1) + [1] for row in rows)
    assert {row.index(1) for row in rows} == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("domains", "expected"),
    [
        ({"integral", "nonnegative"}, [[0, 0, 1], [1, 0, 0]]),
        ({"nonnegative"}, [[fmpq(1, 6), fmpq(1, 3), fmpq(1, 2)], [1, 0, 0]]),
        ({"integral"}, [[-4, 2, 3], [1, 0, 0]]),
    ],
)
def test_rows_are_made_to_sum_to_one(domains, expected):
    assert of_unit_rows(fmpq_mat([[1, 2, 3], [0, 0, 0]]), domains) == fmpq_mat(expected)


@pytest.mark.parametrize("Y", [[[1, 1, 0]], [[2, -1, 0]], [[0.5, 0.5, 0]], [[0, 0, 0]]])
def test_targets_that_are_not_one_hot_are_inapplicable(Y):
    result = checker.verify(chapter.cross_entropy, data={"X": [[1, 2]], "Y": Y}, settings={"beta": 1, "m": 2})
    assert result.verdict == "inapplicable"


def test_a_file_names_its_classes_as_columns(tmp_path: Path):
    lines = [",".join(map(str, [*x, *y])) for x, y in zip(SAMPLE["X"], SAMPLE["Y"], strict=True)]
    (tmp_path / "classes.csv").write_text("\n".join(["u,v,A,B,C", *lines]) + "\n", encoding="utf-8")
    result = checker.verify(
        chapter.cross_entropy, data=tmp_path / "classes.csv", target="A,B,C", settings={"beta": "1/10"}
    )
    assert result.holds
    same = checker.verify(chapter.cross_entropy, data=SAMPLE, settings={"beta": "1/10", "m": 2})
    assert result.values == same.values


def test_above_the_threshold_the_value_is_that_of_zero():
    result = checker.verify(chapter.cross_entropy, data=SAMPLE, settings={"beta": 100, "m": 2})
    assert result.holds
    with mpmath.workdps(80):
        assert_encloses(result, 4 * mpmath.log(3))


@pytest.mark.parametrize("factor", [2, fmpq(1, 2)], ids=["too large", "too small"])
def test_a_wrong_conjugate_breaks_fenchel_young(factor):
    wrong = [at_most(dot(shifts, logits), cross_entropy_of(logits) + factor * negative_entropy(shifts + classes))]
    theorem = Theorem(title="Wrong", given=convex_losses.cross_entropy.given, claims=[Holds(wrong[0], name="wrong")])
    result = checker.verify(theorem, cases=60)
    # Entropies are not negative, so that twice as much is too much, and half of it proves less.
    assert verdicts(result) == {"wrong": "refuted" if factor == 2 else "holds"}


PROBABILITIES = chapter.N + chapter.Y
FAULTS = {
    "half the entropy is a correct bound that is not attained": (-xlogx(PROBABILITIES) / 2, "undecided"),
    "twice the entropy": (-2 * xlogx(PROBABILITIES), "refuted"),
    "the entropy of the logistic loss": (
        -xlogx(PROBABILITIES) - xlogx(ones(chapter.n, chapter.K) - PROBABILITIES),
        "refuted",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_dual_is_not_believed(fault):
    inside, expected = FAULTS[fault]
    dual = Maximize(dot(ones(chapter.n, chapter.K), inside), over=[chapter.N], subject_to=chapter.ce_dual.constraints)
    theorem = Theorem(
        title="Wrong",
        given=chapter.cross_entropy.given,
        claims=[WeakDuality(chapter.ce_primal, dual), StrongDuality(chapter.ce_primal, dual)],
        witness=chapter.cross_entropy.witness,
    )
    result = checker.verify(theorem, data=SAMPLE, settings={"beta": "1/10", "m": 2})
    assert verdicts(result)["strong-duality"] == expected


def test_a_lemma_without_its_domain_proves_nothing():
    dual = Maximize(chapter.ce_dual.objective, over=[chapter.N], subject_to=[chapter.ce_inside])
    claims = [WeakDuality(chapter.ce_primal, dual, by=chapter.ce_gap)]
    theorem = Theorem(
        title="Wrong", given=chapter.cross_entropy.given, claims=claims, witness=chapter.cross_entropy.witness
    )
    result = checker.verify(theorem, data=SAMPLE, settings={"beta": "1/10", "m": 2})
    assert not result.holds
