"""CVXPY from an expression: what it solves, to the accuracy of floats, and what it refuses."""

import pytest
from flint import fmpq, fmpq_mat

from checker.datasets.dataset import Dataset
from checker.statement import Minimize, at_least, dimension, equal, norm, scalar
from checker.witness.convex import solve_convex
from checker.witness.exact import NotConvex
from tests.witness.users import X, w, y

L, t, u = dimension("L"), scalar("t"), scalar("u")
DATA = Dataset(
    {"n": 2, "d": 2, "L": 3, "t": fmpq(2), "X": fmpq_mat([[1, 0], [0, 1]]), "y": fmpq_mat([[8], [16]])}, "by hand"
)


def solved(problem):
    return solve_convex(problem, DATA.values, DATA.floats)


@pytest.mark.parametrize(("exponent", "expected"), [(L, (1, 2)), (L - 2, (4, 8)), (2, (2, 4))], ids=str)
def test_an_exponent_may_be_a_size(exponent, expected):
    least = solved(Minimize(norm(w), over=[w], subject_to=[equal(t**exponent * X * w, y)]))
    assert [float(entry) for entry in least["w"].entries()] == pytest.approx(expected, rel=1e-6)


def test_an_exponent_that_is_chosen_as_well_is_refused():
    with pytest.raises(NotConvex, match="not a number"):
        solved(Minimize(t**u, over=[u], subject_to=[at_least(u, 1)]))


def test_an_exponent_that_divides_by_zero_is_refused():
    with pytest.raises(NotConvex, match="not a number"):
        solved(Minimize(norm(w) * t ** (1 / (L - 3)), over=[w]))
