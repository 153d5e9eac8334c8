"""Optimal pairs of the cross-entropy: exact feasibility, the gap in mpmath at 80 digits, closed forms, and CVXPY."""

from __future__ import annotations

import random
from collections.abc import Sequence

import cvxpy
import mpmath
import numpy as np
import pytest
from flint import arb, ctx, fmpq, fmpq_mat

from checker.witness import cross_entropy as module
from checker.witness.cross_entropy import Point, cross_entropy
from checker.witness.exact import WitnessError
from checker.witness.normal_map import polished
from checker.witness.rounding import rational_of
from checker.witness.softmax import Softmax, singular_values
from checker.witness.softmax_path import centres
from checker.witness.spectral import identity, largest, length

BITS = 206
TEN = fmpq(10)


def number(value: fmpq) -> mpmath.mpf:
    return mpmath.mpf(int(value.p)) / int(value.q)


def one_hot(labels: Sequence[int], classes: int) -> fmpq_mat:
    return fmpq_mat([[int(k == label) for k in range(classes)] for label in labels])


def threshold(X: fmpq_mat, Y: fmpq_mat) -> fmpq:
    """The β from which on zero is optimal, to 200 digits; 1 if it is for every β."""
    K = Y.ncols()
    image = X.transpose() * fmpq_mat(Y.nrows(), K, [fmpq(1, K) - y for y in Y.entries()])
    if not any(image.entries()):
        return fmpq(1)
    before, ctx.prec = ctx.prec, 800
    try:
        return rational_of(largest(image), 700)
    finally:
        ctx.prec = before


def semidefinite(matrix: fmpq_mat) -> bool:
    """No negative eigenvalue: the coefficients of the characteristic polynomial alternate in sign."""
    size = matrix.nrows()
    return all((-1) ** (size - k) * c >= 0 for k, c in enumerate(matrix.charpoly().coeffs()))


def values(X: fmpq_mat, Y: fmpq_mat, beta: fmpq, point: Point) -> tuple[mpmath.mpf, mpmath.mpf]:
    """The primal and the dual value, from their definitions."""
    first, second, N = point
    primal = number(beta) / 2 * mpmath.fsum(number(w) ** 2 for w in first.entries() + second.entries())
    for z, y in zip((X * first * second).tolist(), Y.tolist(), strict=True):
        label = y.index(1)
        primal += mpmath.log1p(mpmath.fsum(mpmath.exp(number(x - z[label])) for k, x in enumerate(z) if k != label))
    shares = [number(p) for p in (N + Y).entries()]
    return primal, -mpmath.fsum(p * mpmath.log(p) for p in shares if p)


def solved(X: fmpq_mat, Y: fmpq_mat, beta: fmpq, width: int | None = None, bits: int = BITS) -> Point:
    """The point, once it was found feasible in Q and its gap closed."""
    width = width or max(1, min(X.ncols(), Y.ncols() - 1))
    point = cross_entropy(X, Y, beta, width, bits)
    first, second, N = point
    assert (first.nrows(), first.ncols(), second.nrows(), second.ncols()) == (X.ncols(), width, width, Y.ncols())
    assert all(sum(row) == 0 for row in N.tolist())
    assert all(p >= 0 for p in (N + Y).entries())
    image = X.transpose() * N
    unit = fmpq_mat(Y.ncols(), Y.ncols(), [int(i == j) for i in range(Y.ncols()) for j in range(Y.ncols())])
    assert semidefinite(unit * (beta * beta) - image.transpose() * image)
    with mpmath.workdps(200):
        primal, dual = values(X, Y, beta, point)
        assert -(mpmath.mpf(2) ** (-bits - 60)) <= primal - dual <= primal * mpmath.mpf(2) ** (1 - bits)
    return point


class Source(random.Random):
    """Random exact inputs of a kind, and labels."""

    def matrix(self, rows: int, columns: int, exact: bool) -> fmpq_mat:
        draw = (lambda: fmpq(self.randint(-5, 5))) if exact else (lambda: fmpq(*self.gauss(0, 1).as_integer_ratio()))
        return fmpq_mat(rows, columns, [draw() for _ in range(rows * columns)])

    def instance(self, kind: str) -> tuple[fmpq_mat, fmpq_mat]:
        n, d, K = self.randint(1, 7), self.randint(1, 5), self.randint(2, 4)
        X = self.matrix(n, d, exact=kind in ("integers", "deficient"))
        if kind == "scaled":
            X = X * TEN ** self.choice([12, -12])
        if kind == "deficient":
            X = self.matrix(n, 1, exact=True) * self.matrix(1, d, exact=True)
        if kind == "repeated":
            X = fmpq_mat([self.choice(X.tolist()) for _ in range(n)])
        # Not every class occurs.
        return X, one_hot([self.randrange(self.randint(1, K)) for _ in range(n)], K)


RELATIVE = [fmpq(9, 10), fmpq(1, 2), fmpq(1, 10), fmpq(1, 1000), fmpq(1, 10**6)]
NEAR = [1 + side * TEN**-power for power in (4, 20, 40) for side in (-1, 0, 1)]


@pytest.mark.parametrize("kind", ["integers", "floats", "scaled", "deficient", "repeated"])
@pytest.mark.parametrize("shares", [RELATIVE, NEAR], ids=["anywhere", "near the threshold"])
def test_the_gap_is_closed(kind: str, shares: list[fmpq]) -> None:
    source = Source(f"{kind} {len(shares)}")
    for share in shares:
        X, Y = source.instance(kind)
        beta = threshold(X, Y) * share
        first, second, N = solved(X, Y, beta)
        if share > 1:
            assert not any((first * second).entries())
            assert (N + Y).entries() == [fmpq(1, Y.ncols())] * (Y.nrows() * Y.ncols())
        assert all(sum(row) ** 2 <= fmpq(4) ** -150 * max(map(abs, row)) for row in second.tolist() if any(row))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_the_gap_is_closed_on_many(seed: int) -> None:
    source = Source(seed)
    for _ in range(40):
        X, Y = source.instance(source.choice(["integers", "floats", "scaled", "deficient", "repeated"]))
        solved(X, Y, threshold(X, Y) * source.choice(RELATIVE + NEAR))


def test_separable_data_with_a_tiny_penalty_have_large_margins() -> None:
    X, Y = fmpq_mat([[1, 2], [3, -1], [-2, 1]]), one_hot([0, 1, 2], 3)
    first, second, _ = solved(X, Y, fmpq(1, 10**30))
    outputs = (X * first * second).tolist()
    assert all(z[i] - max(z[:i] + z[i + 1 :]) > 40 for i, z in enumerate(outputs))


FAR_APART = [
    [-78 * 10**10, -91 * 10**10, 73 * 10**10],
    [97 * 10**20, -99 * 10**20, -49 * 10**20],
    [75 * 10**15, -92 * 10**15, 93 * 10**15],
    [-32 * 10**22, -22 * 10**22, -13 * 10**22],
]


@pytest.mark.parametrize("beta", [fmpq(99), TEN**-9, TEN**9, TEN**22])
def test_samples_whose_sizes_are_far_apart_are_solved(beta: fmpq) -> None:
    """The larger samples need a direction to more digits than the smaller ones have."""
    solved(fmpq_mat(FAR_APART), one_hot([0, 0, 1, 2], 4), beta)
    solved(fmpq_mat(FAR_APART).transpose(), one_hot([0, 1, 2], 3), beta)
    solved(fmpq_mat([[-49 * 10**26], [-37 * 10**26], [52 * 10**20]]), one_hot([0, 1, 2], 3), beta)


@pytest.mark.parametrize("seed", range(3))
def test_rows_of_all_scales_are_solved(seed: int) -> None:
    source = Source(seed)
    rows = [[TEN ** source.choice([-30, -8, 0, 8, 30]) * source.randint(-9, 9) for _ in range(2)] for _ in range(5)]
    solved(fmpq_mat(rows), one_hot([source.randrange(3) for _ in rows], 3), fmpq(1, 10))


@pytest.mark.parametrize("power", [0, 2, 6])
def test_the_points_of_the_path_satisfy_the_equations_of_the_barrier(power: int) -> None:
    """``V = 2μS(I − SᵀS)⁻¹``, and its logits are those of a P with ``S = Gᵀ(Y − P)R`` but for ``μ/p``."""
    X, Y = Source(5).matrix(6, 2, exact=True), one_hot([0, 1, 2, 0, 1, 1], 3)
    before, ctx.prec = ctx.prec, 500
    try:
        loss, barrier = Softmax(X, Y, fmpq(1, 3)), arb(100) ** -power
        *_, (weights, slope) = centres(loss, [power])
        inverse = (identity(2) - slope.transpose() * slope).inv()
        assert length(weights - slope * inverse * (2 * barrier)) < arb(2) ** -200
        assert max(singular_values(slope).values) < 1
        # Up to μ it is the optimum, of which the slope is minus the gradient of the loss.
        near = length(loss.gradient(loss.probabilities(weights)) + slope)
        assert near < 200 * barrier
        assert power == 0 or polished(loss, weights, slope, 300) is not None
    finally:
        ctx.prec = before


def test_two_classes_and_one_sample_have_a_closed_form() -> None:
    # With σ = ‖W‖_* the logits are ±σ‖x‖/√2: log(1 + exp(−√2‖x‖σ)) + βσ, least where the slope is −β.
    X, Y, beta = fmpq_mat([[3, 4]]), one_hot([0], 2), fmpq(1, 3)
    with mpmath.workdps(80):
        rate = 5 * mpmath.sqrt(2)
        margin = mpmath.log(rate / number(beta) - 1)
        expected = mpmath.log1p(mpmath.exp(-margin)) + number(beta) * margin / rate
        primal, dual = values(X, Y, beta, solved(X, Y, beta))
        assert abs(primal - expected) < mpmath.mpf(10) ** -60 > abs(dual - expected)


def test_one_class_and_no_inputs_cost_as_much_as_zero() -> None:
    first, second, N = solved(fmpq_mat([[1, 2]]), fmpq_mat([[1]]), fmpq(1, 7))
    assert not any(first.entries() + second.entries() + N.entries())
    first, second, _ = solved(fmpq_mat(2, 2), one_hot([0, 2], 3), fmpq(1, 7))
    assert not any(first.entries() + second.entries())


def test_neurons_that_are_not_needed_are_zero_and_the_precision_is_restored() -> None:
    before = ctx.prec
    X, Y = Source(3).matrix(5, 3, exact=True), one_hot([0, 1, 2, 0, 1], 3)
    first, second, _ = solved(X, Y, fmpq(1, 10), width=4)
    assert ctx.prec == before
    assert all(first[i, k] == 0 for i in range(3) for k in (2, 3))
    assert not any(second.tolist()[2] + second.tolist()[3])


@pytest.mark.parametrize("share", [0.5, 0.05])
@pytest.mark.parametrize("classes", [2, 3, 4])
def test_the_values_are_those_of_cvxpy(classes: int, share: float) -> None:
    source = Source(f"{classes} {share}")
    X, Y = source.matrix(8, 3, exact=False), one_hot([i % classes for i in range(8)], classes)
    beta = threshold(X, Y) * fmpq(*share.as_integer_ratio())
    floats = [np.array([[float(number(x)) for x in row] for row in matrix.tolist()]) for matrix in (X, Y)]
    W = cvxpy.Variable((3, classes))
    logits = floats[0] @ W
    loss = cvxpy.sum(cvxpy.log_sum_exp(logits, axis=1)) - cvxpy.sum(cvxpy.multiply(floats[1], logits))
    problem = cvxpy.Problem(cvxpy.Minimize(loss + float(number(beta)) * cvxpy.normNuc(W)))
    expected = problem.solve(solver=cvxpy.SCS, eps=1e-9, max_iters=100_000)
    assert float(values(X, Y, beta, solved(X, Y, beta))[0]) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("X", "Y", "beta", "width", "message"),
    [
        (fmpq_mat([[1]]), one_hot([0], 2), fmpq(0), 1, "beta greater than 0, not 0"),
        (fmpq_mat([[1]]), fmpq_mat([[1, 1]]), fmpq(1, 9), 1, "one 1 in each row"),
        (fmpq_mat([[1]]), fmpq_mat([[fmpq(1, 2), fmpq(1, 2)]]), fmpq(1, 9), 1, "one 1 in each row"),
        (fmpq_mat([[1], [2]]), one_hot([0], 2), fmpq(1, 9), 1, "as many rows of targets as of inputs, not 1 and 2"),
        (fmpq_mat([[1, 0], [0, 1], [-1, -1]]), one_hot([0, 1, 2], 3), fmpq(1, 9), 1, "has rank 2"),
    ],
)
def test_what_cannot_be_solved_is_refused(X: fmpq_mat, Y: fmpq_mat, beta: fmpq, width: int, message: str) -> None:
    with pytest.raises(WitnessError, match=message):
        cross_entropy(X, Y, beta, width, BITS)


def test_the_gap_that_was_reached_is_told_where_it_was_not_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    X, Y = Source(5).matrix(6, 2, exact=True), one_hot([0, 1, 2, 0, 1, 1], 3)
    monkeypatch.setattr(module, "_ROUGH", -BITS // 2)  # half of the digits that the gap needs
    monkeypatch.setattr(module, "_POWERS", (1,))
    with pytest.raises(WitnessError, match=r"value is \d\.\de-\d+ of the primal one"):
        cross_entropy(X, Y, fmpq(1, 3), 2, BITS)
