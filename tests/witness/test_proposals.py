"""What a witness may propose for a network: another depth, width or number of branches is refused with a reason."""

import numpy as np
import pytest
from flint import fmpq, fmpq_mat

from checker.datasets.dataset import Dataset
from checker.engine import Engine
from checker.kernel.evaluate import Machine
from checker.statement import (
    Maximize,
    Minimize,
    StrongDuality,
    Theorem,
    WeakDuality,
    dimensions,
    family,
    frobenius,
    total,
)
from checker.witness.propose import propose

d, K, h, b, L = dimensions("d K h b L")
l, j = dimensions("l j")  # noqa: E741 - the layer and the branch
DATA = Dataset({"d": 2, "K": 3, "h": 2, "b": 2, "L": 3})


def layers(first=2, hidden=2, last=3, depth=3) -> list[fmpq_mat]:
    widths = [first, *[hidden] * (depth - 1), last]
    return [fmpq_mat(widths[i], widths[i + 1]) for i in range(depth)]


def proposal(value, **options):
    """What becomes of a value for a family W of three layers from 2 to 3 features."""
    W = family("W", depth=L, inputs=d, outputs=K, **options)
    one = W.branch(1) if "branches" in options else W
    cost = Minimize(total(frobenius(one[l]) ** 2, l, 1, L) + 0 * h * b, over=[W])
    pair = (cost, Maximize(-d - K - h - b, over=[]))
    theorem = Theorem(title="t", claims=[WeakDuality(*pair), StrongDuality(*pair)], witness=lambda data: {"W": value})
    found = propose(theorem, Machine(theorem.program), DATA, 50)
    assert bool(found.points) != bool(found.reason)
    return found, theorem


def refused(value, **options) -> str:
    found, theorem = proposal(value, **options)
    outcome = Engine(theorem).decide(DATA).outcomes["strong-duality"]
    assert outcome.verdict != "holds"
    assert outcome.reason.startswith(found.reason)
    return found.reason


def test_layers_that_chain_are_taken_whatever_their_widths():
    assert proposal(layers(hidden=5))[0].points == [{"W": layers(hidden=5)}]
    assert proposal(layers(), hidden=h)[0].points == [{"W": layers()}]
    assert proposal([layers(), layers()], hidden=h, branches=b)[0].points == [{"W": [layers(), layers()]}]
    assert proposal([layers(hidden=5), layers(hidden=1)], branches=b)[0].points


def test_arrays_and_lists_are_taken_exactly():
    arrays = [np.full((2, 2), 0.5), [[1, 0], [0, 1]], np.zeros((2, 3))]
    found = proposal(arrays, hidden=h)[0].points[0]["W"]
    assert found[0] == fmpq_mat(2, 2, [fmpq(1, 2)] * 4)
    assert found[1:] == [fmpq_mat(2, 2, [1, 0, 0, 1]), fmpq_mat(2, 3)]


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_another_depth_is_refused(depth):
    assert f"it proposed {depth} layers where 3 are needed" in refused(layers(depth=depth))
    assert f"it proposed {depth} layers where 3 are needed" in refused(layers(depth=depth), hidden=h)
    of_branches = refused([layers(), layers(depth=depth)], hidden=h, branches=b)
    assert f"it proposed {depth} layers where 3 are needed" in of_branches


def test_no_layers_are_refused():
    assert "it proposed 0 layers where 3 are needed" in refused([])


@pytest.mark.parametrize("width", [1, 3])
def test_another_hidden_width_is_refused(width):
    assert f"it proposed a 2×{width} matrix where 2×2 is needed" in refused(layers(hidden=width), hidden=h)
    of_branches = refused([layers(), layers(hidden=width)], hidden=h, branches=b)
    assert f"it proposed a 2×{width} matrix where 2×2 is needed" in of_branches


def test_layers_that_do_not_chain_or_end_elsewhere_are_refused():
    crooked = [fmpq_mat(2, 4), fmpq_mat(3, 2), fmpq_mat(2, 3)]
    assert "it proposed a 3×2 matrix where 4×2 is needed" in refused(crooked)
    assert "it proposed a 3×2 matrix where 2×2 is needed" in refused(layers(first=3))
    assert "it proposed a 2×2 matrix where 2×3 is needed" in refused(layers(last=2))


@pytest.mark.parametrize("count", [0, 1, 3])
def test_another_number_of_branches_is_refused(count):
    assert f"it proposed {count} branches where 2 are needed" in refused([layers()] * count, hidden=h, branches=b)


def test_one_network_is_not_taken_for_branches_nor_branches_for_one():
    assert "branches where 2 are needed" in refused(layers(), hidden=h, branches=b)
    assert refused([layers(), layers(), layers()])


@pytest.mark.parametrize("value", [None, 3, 1.5, fmpq_mat(2, 3), [1, 2, 3], [[], [], []], "abc", {"1": 2}], ids=repr)
def test_what_is_no_network_is_refused_with_a_reason(value):
    for options in ({}, {"hidden": h}, {"hidden": h, "branches": b}):
        assert refused(value, **options)


def test_numbers_that_are_not_finite_are_refused():
    crooked = [np.full((2, 2), np.nan), *layers()[1:]]
    assert "not a finite number" in refused(crooked, hidden=h)
