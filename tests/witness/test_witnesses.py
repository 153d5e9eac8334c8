"""What the witnesses of two-layer linear networks promise: exact interpolation, feasibility in Q, and digits."""

from __future__ import annotations

import random

import mpmath
import pytest
from flint import fmpq, fmpq_mat

from checker.kernel.matrices import least_norm
from checker.witness.interpolation import interpolate
from checker.witness.ridge import project
from checker.witness.rounding import norm_squared

BITS = 200
# Weights are asked for to half the bits of the values, because an error of theirs enters the values squared.
VALUES, POINTS = fmpq(2) ** -(BITS - 8), fmpq(2) ** -(BITS - 16)
DIGITS_OF_A_POINT = 28  # ⌊(BITS/2 − 6)·log₁₀2⌋: half the bits, less a margin for what conditioning takes


def gaussian(rows: int, columns: int, seed: int, scales: tuple[int, ...] = (0,)) -> fmpq_mat:
    """Float64 normal numbers, taken exactly; row i is multiplied by 2^scales[i mod len(scales)]."""
    source = random.Random(seed)
    entries = []
    for i in range(rows):
        factor = fmpq(2) ** scales[i % len(scales)]
        entries += [fmpq(*source.gauss(0, 1).as_integer_ratio()) * factor for _ in range(columns)]
    return fmpq_mat(rows, columns, entries)


def integers(rows: int, columns: int, seed: int) -> fmpq_mat:
    source = random.Random(seed)
    return fmpq_mat(rows, columns, [fmpq(source.randint(-9, 9)) for _ in range(rows * columns)])


def hilbert(rows: int, columns: int) -> fmpq_mat:
    """Entries 1/(i + j + 1): at 12 rows its condition number is beyond float64."""
    return fmpq_mat(rows, columns, [fmpq(1, i + j + 1) for i in range(rows) for j in range(columns)])


INTERPOLATED = {
    "integers": (integers(12, 30, 0), integers(12, 1, 1)),
    "floats": (gaussian(30, 45, 2), gaussian(30, 1, 3)),
    "square": (gaussian(14, 14, 4), gaussian(14, 1, 5)),
    "one row": (integers(1, 3, 6), integers(1, 1, 7)),
    "badly scaled rows": (gaussian(12, 20, 8, (0, 60, -60)), gaussian(12, 1, 9)),
    "ill-conditioned": (hilbert(12, 16), integers(12, 1, 10)),
    "first columns dependent": (
        fmpq_mat([[0, 0, *map(int, r)] for r in integers(10, 14, 11).tolist()]),
        integers(10, 1, 12),
    ),
    "zero target": (integers(12, 20, 13), fmpq_mat(12, 1)),
    "more rows than columns": (integers(12, 5, 14), integers(12, 5, 14) * integers(5, 1, 15)),
    "deficient": (integers(12, 3, 16) * integers(3, 20, 17), integers(12, 3, 16) * integers(3, 1, 18)),
}


@pytest.mark.parametrize("case", INTERPOLATED)
def test_an_interpolant_satisfies_every_equation_and_has_nearly_the_least_norm(case: str) -> None:
    X, y = INTERPOLATED[case]
    weights, alpha = interpolate(X, y, BITS)
    best = norm_squared(least_norm(X, y))
    assert X * weights == y
    assert best <= norm_squared(weights) <= best * (1 + VALUES)
    assert norm_squared(X.transpose() * alpha - weights) <= best * POINTS


def test_more_bits_bring_the_interpolant_closer_where_it_is_not_exact() -> None:
    X, y = INTERPOLATED["floats"]
    best = norm_squared(least_norm(X, y))
    coarse, fine = (norm_squared(interpolate(X, y, bits)[0]) - best for bits in (60, 1200))
    assert 0 < fine < coarse * fmpq(2) ** -1000


def values(X: fmpq_mat, y: fmpq_mat, beta: fmpq, weights: fmpq_mat, dual: fmpq_mat) -> tuple[mpmath.mpf, mpmath.mpf]:
    """The primal value at the best scaling of w in two layers, ``½‖Xw − y‖² + β‖w‖``, and the dual value."""
    error = norm_squared(X * weights - y)
    primal = number(error) / 2 + number(beta) * mpmath.sqrt(number(norm_squared(weights)))
    return primal, number((dual.transpose() * y)[0, 0] - norm_squared(dual) / 2)


def number(value: fmpq) -> mpmath.mpf:
    return mpmath.mpf(int(value.p)) / int(value.q)


def columns_of(matrix: fmpq_mat) -> mpmath.matrix:
    return mpmath.matrix([[number(entry) for entry in row] for row in matrix.tolist()])


def projection(X: fmpq_mat, y: fmpq_mat, beta: fmpq) -> mpmath.matrix:
    """λ by bisection on the logarithm of the multiplier, in the eigenbasis of XXᵀ: no derivative, no floats."""
    A, b, radius = columns_of(X), columns_of(y), number(beta)
    eigenvalues, basis = mpmath.eigsy(A * A.T)
    # A singular XXᵀ has zeros among them, rounded to either side of zero.
    eigenvalues = [max(e, mpmath.mpf(0)) for e in eigenvalues]
    components = basis.T * b

    def shrunk(multiplier: mpmath.mpf) -> mpmath.matrix:
        return mpmath.matrix([c / (1 + multiplier * e) for c, e in zip(components, eigenvalues, strict=True)])

    def length(multiplier: mpmath.mpf) -> mpmath.mpf:
        return mpmath.sqrt(sum(e * v**2 for e, v in zip(eigenvalues, shrunk(multiplier), strict=True)))

    low, high = mpmath.mpf(-700), mpmath.mpf(700)
    for _ in range(int(mpmath.mp.prec * 0.8)):
        middle = (low + high) / 2
        low, high = (middle, high) if length(mpmath.mpf(2) ** middle) > radius else (low, middle)
    return basis * shrunk(mpmath.mpf(2) ** low)


def threshold(X: fmpq_mat, y: fmpq_mat) -> fmpq:
    """A rational within 2^-400 (relative) below ‖Xᵀy‖, at which the optimal network vanishes."""
    squared = norm_squared(X.transpose() * y)
    return fmpq((squared.p * squared.q << 1600).isqrt(), squared.q << 800)


WIDE, TALL = (integers(6, 9, 20), integers(6, 1, 21)), (gaussian(9, 4, 22), gaussian(9, 1, 23))
BADLY_SCALED = (gaussian(5, 8, 24, (0, 40, -40)), gaussian(5, 1, 25, (10, -30)))
ILL_CONDITIONED = (hilbert(6, 7), integers(6, 1, 26))

PROJECTED = {
    "wide": (*WIDE, fmpq(7)),
    "tall": (*TALL, fmpq(1, 3)),
    "square": (gaussian(7, 7, 27), gaussian(7, 1, 28), fmpq(1)),
    "badly scaled": (*BADLY_SCALED, fmpq(1)),
    "badly scaled, small radius": (*BADLY_SCALED, fmpq(1, 10**9)),
    "ill-conditioned": (*ILL_CONDITIONED, fmpq(1)),
    "ill-conditioned, small radius": (*ILL_CONDITIONED, fmpq(1, 10**12)),
    "near the threshold": (*WIDE, threshold(*WIDE) * (1 - fmpq(1, 10**40))),
    "near the threshold, tall": (*TALL, threshold(*TALL) * (1 - fmpq(1, 10**40))),
    "tiny radius": (*WIDE, fmpq(1, 10**30)),
    "tiny radius, tall": (*TALL, fmpq(1, 10**30)),
    "huge data": (WIDE[0] * fmpq(10) ** 400, WIDE[1], fmpq(10) ** 400),
    "huge target and radius": (TALL[0], TALL[1] * fmpq(10) ** 400, fmpq(10) ** 400),
    "tiny data": (WIDE[0] * fmpq(1, 10**400), WIDE[1], fmpq(1, 10**400)),
    "one by one": (fmpq_mat([[3]]), fmpq_mat([[5]]), fmpq(2)),
}


@pytest.mark.parametrize("case", PROJECTED)
def test_a_projection_is_feasible_in_q_and_both_values_agree_to_the_bits_asked_for(case: str) -> None:
    X, y, beta = PROJECTED[case]
    weights, dual = project(X, y, beta, BITS)
    assert norm_squared(X.transpose() * dual) <= beta * beta
    with mpmath.workprec(4 * BITS + 4000):
        primal, bound = values(X, y, beta, weights, dual)
        assert 0 <= primal - bound <= primal * number(VALUES)


@pytest.mark.parametrize("case", ["wide", "tall", "badly scaled", "badly scaled, small radius", "ill-conditioned",
                                  "ill-conditioned, small radius", "near the threshold"])  # fmt: skip
@pytest.mark.parametrize(("bits", "digits"), [(BITS, DIGITS_OF_A_POINT), (320, 45)])
def test_a_projection_agrees_with_bisection_in_mpmath(case: str, bits: int, digits: int) -> None:
    # 45 digits of the point are 150 bits, and 320/2 − 6 of them are promised.
    X, y, beta = PROJECTED[case]
    _, dual = project(X, y, beta, bits)
    with mpmath.workprec(700):
        expected = projection(X, y, beta)
        assert mpmath.norm(columns_of(dual) - expected) <= mpmath.norm(expected) * mpmath.mpf(10) ** -digits


@pytest.mark.parametrize("rows", [40, 60])
@pytest.mark.parametrize("radius", [fmpq(1, 10**30), fmpq(1), fmpq(40)])
def test_larger_projections_meet_both_promises(rows: int, radius: fmpq) -> None:
    X, y = gaussian(rows, 50, rows), gaussian(rows, 1, rows + 1)
    weights, dual = project(X, y, radius, BITS)
    assert norm_squared(X.transpose() * dual) <= radius * radius
    with mpmath.workprec(4 * BITS):
        primal, bound = values(X, y, radius, weights, dual)
        assert 0 <= primal - bound <= primal * number(VALUES)


def test_asking_for_many_digits_gives_them() -> None:
    X, y = TALL
    weights, dual = project(X, y, fmpq(1, 3), 7000)
    with mpmath.workprec(20000):
        primal, bound = values(X, y, fmpq(1, 3), weights, dual)
        assert 0 <= primal - bound <= primal * mpmath.mpf(2) ** -6990


@pytest.mark.filterwarnings("error")
def test_a_projection_on_a_point_is_refused_without_a_warning():
    with pytest.raises(ArithmeticError, match="did not converge"):
        project(fmpq_mat(2, 2, [1, 2, 3, 4]), fmpq_mat(2, 1, [1, 1]), fmpq(0), 100)
