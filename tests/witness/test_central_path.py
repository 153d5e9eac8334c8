"""Optimal pairs against closed forms, against CVXPY, and by their gap, computed again in mpmath at 80 digits."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import cvxpy
import mpmath
import numpy as np
import pytest
from flint import ctx, fmpq, fmpq_mat

from checker.witness import central_path as module
from checker.witness.central_path import central_path
from checker.witness.exact import WitnessError
from checker.witness.pieces import Piece
from checker.witness.rounding import norm_squared, square_root
from checker.witness.separable import PrimalDual

BITS = 206
ZERO, ONE = fmpq(0), fmpq(1)
PIECES = {
    "half square": Piece(ONE, None, None),
    "absolute value": Piece(ZERO, -ONE, ONE),
    "positive part": Piece(ZERO, ZERO, ONE),
    "squared positive part": Piece(ONE, ZERO, None),
    "Huber": Piece(ONE, fmpq(-1, 2), fmpq(1, 2)),
    "logistic": Piece(ZERO, ZERO, ONE, logistic=True),
}
kinds = pytest.mark.parametrize("kind", PIECES)
Instance = tuple[list[Piece], fmpq_mat, fmpq_mat]


def number(value: fmpq) -> mpmath.mpf:
    return mpmath.mpf(int(value.p)) / int(value.q)


def column(*entries: object) -> fmpq_mat:
    return fmpq_mat(len(entries), 1, [fmpq(entry) if isinstance(entry, int) else entry for entry in entries])


def tens(power: int) -> fmpq:
    return fmpq(10) ** power


def instance(kind: str, rows: int, columns: int, seed: int) -> Instance:
    """Normal inputs; labels of a noisy hyperplane for the losses of a margin, noisy targets for the others."""
    source = random.Random(seed)
    inputs = [[source.gauss(0, 1) for _ in range(columns)] for _ in range(rows)]
    targets = [sum(row) + source.gauss(0, 1.5) for row in inputs]
    if kind in ("positive part", "squared positive part", "logistic"):
        inputs = [[-math.copysign(x, x * y) for x in row] for row, y in zip(inputs, targets, strict=True)]
        targets = [0.0 if kind == "logistic" else -1.0] * rows
    exact = fmpq_mat([[fmpq(*x.as_integer_ratio()) for x in row] for row in inputs])
    return [PIECES[kind]] * rows, exact, column(*[fmpq(*y.as_integer_ratio()) for y in targets])


def loss(piece: Piece, t: mpmath.mpf) -> mpmath.mpf:
    """h(t), from the definitions of the losses."""
    if piece.logistic:
        return mpmath.log1p(mpmath.exp(-abs(t))) + max(t, 0)
    bound = piece.upper if t > 0 else piece.lower
    if piece.curvature == 0:
        return number(bound) * t
    q = number(piece.curvature)
    if bound is None or abs(t) <= q * abs(number(bound)):
        return t * t / (2 * q)
    return abs(number(bound)) * (abs(t) - q * abs(number(bound)) / 2)


def values(found: PrimalDual, given: Instance, radius: fmpq) -> tuple[mpmath.mpf, mpmath.mpf]:
    """The primal and the dual value."""
    pieces, inputs, offsets = given
    outputs = (inputs * found.weights - offsets).entries()
    primal = number(radius) * mpmath.sqrt(number(norm_squared(found.weights)))
    primal += sum(loss(piece, number(t)) for piece, t in zip(pieces, outputs, strict=True))
    dual = mpmath.mpf(0)
    for piece, exact, k in zip(pieces, found.multipliers.entries(), offsets.entries(), strict=True):
        p = number(exact)
        if piece.logistic:
            dual -= p * mpmath.log(p) + (1 - p) * mpmath.log1p(-p)
        dual -= number(piece.curvature) * p * p / 2 + p * number(k)
    return primal, dual


def solved(given: Instance, radius: fmpq, bits: int = BITS) -> PrimalDual:
    """The optimal pair, after its constraints in Q and its gap have been checked."""
    pieces, inputs, offsets = given
    found = central_path(pieces, inputs, offsets, radius, bits)
    for piece, p in zip(pieces, found.multipliers.entries(), strict=True):
        assert piece.lower is None or piece.lower <= p
        assert piece.upper is None or p <= piece.upper
    slope = norm_squared(inputs.transpose() * found.multipliers)
    if radius > 0:
        assert slope <= radius * radius
    else:
        size = norm_squared(column(*inputs.entries())) * norm_squared(found.multipliers)
        assert slope <= size * fmpq(4) ** -bits
    with mpmath.workdps(80):
        primal, dual = values(found, given, radius)
        at_zero = sum(loss(piece, -number(k)) for piece, k in zip(pieces, offsets.entries(), strict=True))
        assert abs(primal - dual) <= max(primal, at_zero * mpmath.mpf(2) ** -bits) * mpmath.mpf(2) ** (1 - bits)
    return found


@kinds
@pytest.mark.parametrize("radius", [ZERO, tens(-12), ONE, fmpq(6)])
@pytest.mark.parametrize(("rows", "columns"), [(5, 3), (30, 4)])
def test_the_gap_is_closed(kind: str, radius: fmpq, rows: int, columns: int) -> None:
    given = instance(kind, rows, columns, seed=8)
    if kind == "logistic" and rows == 5 and radius == 0:
        with pytest.raises(WitnessError, match="the gap between the primal and the dual value is"):
            solved(given, radius)  # separable, so that no w is optimal
        return
    solved(given, radius)


def test_precision_is_restored_and_strict_feasibility_holds() -> None:
    before, given = ctx.prec, instance("Huber", 20, 3, seed=4)
    found = solved(given, ONE)
    assert ctx.prec == before
    assert all(abs(p) < fmpq(1, 2) for p in found.multipliers.entries())
    assert any(abs(p) > fmpq(1, 2) - fmpq(2) ** -100 for p in found.multipliers.entries())


@kinds
@pytest.mark.parametrize("radius", [0.3, 4.0])
def test_the_values_are_those_of_cvxpy(kind: str, radius: float) -> None:
    given = instance(kind, 25, 3, seed=2)
    exact = fmpq(*radius.as_integer_ratio())
    primal = float(values(solved(given, exact), given, exact)[0])
    inputs = np.array([[float(number(x)) for x in row] for row in given[1].tolist()])
    w = cvxpy.Variable(3)
    t = inputs @ w - np.array([float(number(k)) for k in given[2].entries()])
    losses = {
        "half square": lambda: cvxpy.sum_squares(t) / 2,
        "absolute value": lambda: cvxpy.norm1(t),
        "positive part": lambda: cvxpy.sum(cvxpy.pos(t)),
        "squared positive part": lambda: cvxpy.sum_squares(cvxpy.pos(t)) / 2,
        "Huber": lambda: cvxpy.sum(cvxpy.huber(t, 0.5)) / 2,
        "logistic": lambda: cvxpy.sum(cvxpy.logistic(t)),
    }
    problem = cvxpy.Problem(cvxpy.Minimize(losses[kind]() + radius * cvxpy.norm(w, 2)))
    assert primal == pytest.approx(problem.solve(solver=cvxpy.CLARABEL), rel=1e-6)


def test_a_soft_threshold_as_a_norm_and_as_a_piece() -> None:
    square, beta = PIECES["half square"], fmpq(3, 2)
    for target, expected in ((4, fmpq(5, 2)), (-4, fmpq(-5, 2)), (1, ZERO), (fmpq(3, 2), ZERO)):
        as_norm = solved(([square], column(1), column(target)), beta)
        as_piece = solved(([square, Piece(ZERO, -beta, beta)], column(1, 1), column(target, 0)), ZERO)
        for found in (as_norm, as_piece):
            assert abs(found.weights[0, 0] - expected) < fmpq(2) ** -90
            assert abs(found.multipliers[0, 0] - (expected - target)) < fmpq(2) ** -90


def test_a_shrunken_mean_of_orthogonal_columns() -> None:
    # min ½‖w − k‖² + β‖w‖ is (1 − β/‖k‖)k, with ‖k‖ = 5.
    given = [PIECES["half square"]] * 2, fmpq_mat([[1, 0], [0, 1]]), column(3, 4)
    found = solved(given, fmpq(2))
    assert max(abs(x) for x in (found.weights - given[2] * fmpq(3, 5)).entries()) < fmpq(2) ** -90
    assert solved(given, fmpq(5)).weights == column(0, 0)


@pytest.mark.parametrize("radius", [0, fmpq(1, 2), 1, 2, 3])
def test_optima_that_are_not_unique(radius: int | fmpq) -> None:
    """``|w − 1| + |w| + β|w|`` is least on [0, 1] for β = 0, and at 0 for all others."""
    found = solved(([PIECES["absolute value"]] * 2, column(1, 1), column(1, 0)), fmpq(radius))
    assert 0 <= found.weights[0, 0] <= (1 if radius == 0 else fmpq(2) ** -100)
    assert norm_squared(solved(([PIECES["absolute value"]], column(1), column(1)), ONE).weights) <= 1


@pytest.mark.parametrize("kind", ["half square", "squared positive part", "Huber", "logistic", "positive part"])
def test_at_the_threshold_of_beta(kind: str) -> None:
    pieces, inputs, offsets = given = instance(kind, 8, 2, seed=1)
    slopes = column(*[piece.derivative(-k) for piece, k in zip(pieces, offsets.entries(), strict=True)])
    below = square_root(norm_squared(inputs.transpose() * slopes), 400)
    exact = solved(given, below * (1 + fmpq(2) ** -390))
    assert exact.weights == column(0, 0)
    assert exact.multipliers == slopes
    assert norm_squared(solved(given, below * (1 - tens(-6))).weights) > 0
    for power in (-30, -60, -100):
        solved(given, below * (1 - tens(power)))


@kinds
@pytest.mark.parametrize("power", [-30, 30])
def test_scales(kind: str, power: int) -> None:
    pieces, inputs, offsets = instance(kind, 14, 2, seed=12)
    scale = tens(power)
    for radius in (ZERO, ONE, scale):
        solved((pieces, inputs * scale, offsets), radius)
        solved((pieces, inputs, offsets * scale), radius)
        uneven = fmpq_mat([[x * scale, y] for x, y in inputs.tolist()])
        solved((pieces, uneven, offsets), radius)


@kinds
@pytest.mark.parametrize("radius", [ZERO, ONE])
def test_rows_of_different_scales(kind: str, radius: fmpq) -> None:
    pieces, inputs, offsets = instance(kind, 9, 2, seed=6)
    scales = [tens(power) for power in (-30, -20, -8, -3, 0, 3, 8, 20, 30)]
    rows = [[x * scale for x in row] for row, scale in zip(inputs.tolist(), scales, strict=True)]
    solved((pieces, fmpq_mat(rows), offsets), radius)


@pytest.mark.parametrize(
    "rows",
    [
        [[0, -10], [-(10**4), -(10**4)]],
        [[0, -100], [-(10**4), -(10**4)]],
        [[0, 0, 0], [0, 0, -10], [0, 0, -(10**4)], [0, -1, 0]],
    ],
)
def test_logistic_derivatives_far_below_the_gap(rows: list[list[int]]) -> None:
    """One sample is so far on the right side that its derivative is ``exp(−10³)`` or less, another needs its digits."""
    solved(([PIECES["logistic"]] * len(rows), fmpq_mat(rows), fmpq_mat(len(rows), 1)), ONE)


@pytest.mark.parametrize("kind", ["positive part", "squared positive part", "logistic"])
def test_separable_data_and_equal_labels(kind: str) -> None:
    inputs = fmpq_mat([[-1, -2], [-3, -1], [-2, 1], [-1, 1]])
    given = [PIECES[kind]] * 4, inputs, column(*[0 if kind == "logistic" else -1] * 4)
    for radius in (tens(-30), tens(-12), fmpq(1, 10), ONE):
        assert norm_squared(solved(given, radius).weights) > 0
    if kind != "logistic":
        found = solved(given, ZERO)  # a value of 0
        assert found.multipliers == column(0, 0, 0, 0)


@kinds
@pytest.mark.parametrize("radius", [ZERO, fmpq(1, 100), fmpq(2)])
def test_degenerate_inputs(kind: str, radius: fmpq) -> None:
    pieces, inputs, offsets = instance(kind, 10, 2, seed=7)
    rows = inputs.tolist()
    solved((pieces * 3, fmpq_mat(rows * 3), fmpq_mat(offsets.tolist() * 3)), radius)
    solved((pieces, fmpq_mat([[x, -2 * x, 0] for x, _ in rows]), offsets), radius)
    solved((pieces, fmpq_mat(10, 2), offsets), radius)
    if kind != "logistic" or radius > 0:
        solved((pieces[:3], fmpq_mat([[*row, 1, x] for row, x in zip(rows[:3], (1, -1, 2), strict=True)]),
                fmpq_mat(offsets.tolist()[:3])), radius)  # fmt: skip


@pytest.mark.parametrize("radius", [ZERO, fmpq(1, 2), fmpq(2)])
@pytest.mark.parametrize("seed", range(4))
def test_degenerate_vertices(radius: fmpq, seed: int) -> None:
    """Small integers, for which many rows vanish at an optimum, and weighted absolute values of w."""
    source = random.Random(seed)
    rows = [[source.randint(-2, 2) for _ in range(3)] for _ in range(15)]
    targets = [source.randint(-2, 2) for _ in rows]
    weight, unit = Piece(ZERO, fmpq(-2), fmpq(2)), [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    inputs, offsets = fmpq_mat(rows + unit), column(*targets, 0, 0, 0)
    for kind in ("absolute value", "half square", "positive part"):
        solved(([PIECES[kind]] * 15 + [weight] * 3, inputs, offsets), radius)


@pytest.mark.parametrize("radius", [ZERO, ONE])
def test_two_positive_parts_make_an_insensitive_loss(radius: fmpq) -> None:
    _, inputs, offsets = instance("half square", 15, 3, seed=5)
    both = fmpq_mat(inputs.tolist() + (inputs * -1).tolist())
    margins = column(*[k + fmpq(1, 2) for k in offsets.entries()], *[fmpq(1, 2) - k for k in offsets.entries()])
    solved(([PIECES["positive part"]] * 30, both, margins), radius)


@pytest.mark.parametrize("kind", ["logistic", "positive part", "absolute value"])
def test_hundreds_of_rows(kind: str) -> None:
    solved(instance(kind, 442, 10, seed=1), fmpq(3))


def test_a_pair_that_vanishes_slowly_among_others() -> None:
    """Where a multiplier and its force vanish together, the others must not run ahead."""
    third, one_sided = Piece(ZERO, fmpq(-1, 3), fmpq(1, 2)), Piece(fmpq(1, 7), ZERO, fmpq(5))
    squared, logistic = PIECES["squared positive part"], PIECES["logistic"]
    inputs = column(1, fmpq(2, 3), 0, -1, fmpq(-2, 3), 0, 2, 0)
    offsets = column(0, 0, fmpq(1, 3), -2, fmpq(2, 3), 2, -1, 0)
    pieces = [third, one_sided, squared, squared, logistic, one_sided, one_sided, squared]
    found = solved((pieces, inputs, offsets), fmpq(1, 10))
    assert all(
        piece.contains(p) for piece, p in zip(pieces, found.multipliers.entries(), strict=True)
    )  # though 1/3 is no ball of radius 0


def test_a_least_value_of_zero_that_no_kink_shows() -> None:
    pieces = [PIECES["absolute value"], PIECES["squared positive part"], Piece(ZERO, fmpq(-3), fmpq(3))]
    inputs, offsets = fmpq_mat([[10, fmpq(-7, 3)], [0, -7], [8, -8]]), column(-2, 8, 2)
    assert solved((pieces, inputs, offsets), ZERO).multipliers == column(0, 0, 0)


def test_targets_that_are_met_exactly() -> None:
    inputs = fmpq_mat([[1, 2, 3], [2, 4, 6], [1, 0, 1]])
    given = [PIECES["absolute value"]] * 3, inputs, column(2, 4, 5)
    found = solved(given, ZERO)
    assert inputs * found.weights == given[2]
    assert found.multipliers == column(0, 0, 0)


@pytest.mark.parametrize("bits", [20, 400])
def test_other_precisions(bits: int) -> None:
    given = instance("absolute value", 12, 3, seed=2)
    found = central_path(*given, ONE, bits)
    with mpmath.workdps(200):
        primal, dual = values(found, given, ONE)
        assert 0 <= primal - dual <= primal * mpmath.mpf(2) ** -bits


def test_a_path_cut_short_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_STEPS", 3)
    with pytest.raises(WitnessError, match=r"the gap between the primal and the dual value is .* of the primal one"):
        central_path(*instance("absolute value", 12, 3, seed=2), ONE, BITS)


@pytest.mark.parametrize(
    ("piece", "rows", "radius", "message"),
    [
        (Piece(ONE, None, None), 2, fmpq(-1, 3), "it needs a beta of at least 0, not -1/3"),
        (Piece(ONE, None, None), 3, ONE, r"2 functions need .* not of shapes \(2, 1\) and \(3, 1\)"),
        (Piece(ZERO, ONE, fmpq(2)), 2, ONE, r"the interval \[1, 2\] of a multiplier needs 0"),
        (Piece(ZERO, ZERO, ZERO), 2, ONE, r"the interval \[0, 0\] of a multiplier needs 0 and another number"),
        (Piece(ZERO, ZERO, None), 2, ONE, r"a function with the curvature 0 on \[0, None\] needs a larger one"),
        (Piece(-ONE, -ONE, ONE), 2, ONE, "a function with the curvature -1 on"),
        (Piece(ONE, ZERO, ONE, logistic=True), 2, ONE, r"the logistic loss needs the curvature 0 on \[0, 1\], not 1"),
    ],
)
def test_what_is_refused(piece: Sequence[Piece], rows: int, radius: fmpq, message: str) -> None:
    with pytest.raises(WitnessError, match=message):
        central_path([piece] * 2, column(1, 2), column(*range(rows)), radius, BITS)
