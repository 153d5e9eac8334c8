"""The optimum that is not unique: exact without a witness, and wrong points and a wrong dual are refuted."""

from fractions import Fraction

import pytest

import checker
from checker.statement import Maximize, OptimalPoint, StrongDuality, Theorem, WeakDuality, at_most, dot, norm_inf
from theorems.convex_losses import fitted, halves, not_unique, pulls, slopes, targets


def verdicts(theorem, y):
    return {c.claim: (c.verdict, c.evidence) for c in checker.verify(theorem, data={"y": y}).claims}


def test_it_holds_exactly_for_the_absolute_value_of_w_and_of_its_distance_from_one():
    found = checker.verify(not_unique, data={"y": [1]})
    assert {(c.verdict, c.evidence) for c in found.claims} == {("holds", "identity"), ("holds", "exact")}
    assert float(found.values["primal"]["lower"]) == float(found.values["primal"]["upper"]) == 1


@pytest.mark.parametrize("y", [[0], [0, 0, 2], [Fraction(1, 10**30)], [10**30, -1]], ids=str)
def test_at_any_scale_and_at_zero(y):
    assert {verdict for verdict, _ in verdicts(not_unique, y).values()} == {"holds"}


@pytest.mark.parametrize("point", [2 * targets, -targets / 3], ids=str)
def test_points_beside_the_segment_are_refuted(point):
    at = OptimalPoint(halves, {fitted: point}, name="at")
    wrong = Theorem(title="wrong", claims=[WeakDuality(halves, pulls), StrongDuality(halves, pulls), at])
    assert verdicts(wrong, [1, -2])["at"][0] == "refuted"


def test_a_dual_ball_of_radius_two_is_refuted():
    loose = Maximize(dot(slopes, targets), over=[slopes], subject_to=[at_most(norm_inf(slopes), 2)])
    wrong = Theorem(title="wrong", claims=[WeakDuality(halves, loose), StrongDuality(halves, loose)])
    found = verdicts(wrong, [1, -2])
    assert found["weak-duality"][0] == found["strong-duality"][0] == "refuted"
