"""Singular triples against spectra known exactly and against mpmath; dual points strictly inside, in Q and in balls."""

from __future__ import annotations

import random

import mpmath
import pytest
from flint import arb_mat, ctx, fmpq, fmpq_mat

from checker.kernel.matrices import factorise, identity, least_norm
from checker.kernel.norms import inside_spectral_ball
from checker.witness.rounding import rounded_matrix
from checker.witness.singular import interior_dual, singular_triples

BITS = 206
# U, V and the residual are rounded in each entry; a few bits go to sums over rows.
SMALL = fmpq(2) ** -(BITS - 6)


def gaussian(rows: int, columns: int, seed: int) -> fmpq_mat:
    """Float64 normal numbers, taken exactly."""
    source = random.Random(seed)
    return fmpq_mat(rows, columns, [fmpq(*source.gauss(0, 1).as_integer_ratio()) for _ in range(rows * columns)])


def diagonal(values: list[fmpq]) -> fmpq_mat:
    matrix = fmpq_mat(len(values), len(values))
    for i, value in enumerate(values):
        matrix[i, i] = value
    return matrix


def orthogonal(size: int, seed: int) -> fmpq_mat:
    """A rational orthogonal matrix, by the Cayley transform."""
    source, skew = random.Random(seed), fmpq_mat(size, size)
    for i in range(size):
        for j in range(i):
            skew[i, j] = fmpq(source.randint(-9, 9), 7)
            skew[j, i] = -skew[i, j]
    return (identity(size) - skew) * (identity(size) + skew).inv()


def tens(power: int) -> fmpq:
    return fmpq(10) ** power


def of_spectrum(values: list[fmpq | int], seed: int) -> fmpq_mat:
    exact = diagonal([fmpq(value) for value in values])
    return orthogonal(len(values), seed) * exact * orthogonal(len(values), seed + 1)


def largest(matrix: fmpq_mat) -> fmpq:
    return max((abs(entry) for entry in matrix.entries()), default=fmpq(0))


def number(value: fmpq) -> mpmath.mpf:
    return mpmath.mpf(int(value.p)) / int(value.q)


def check(matrix: fmpq_mat, bits: int, rank: int) -> list[fmpq]:
    U, sigma, V = singular_triples(matrix, bits)
    small = SMALL * fmpq(2) ** (BITS - bits)
    assert len(sigma) == rank
    assert (U.nrows(), U.ncols(), V.nrows(), V.ncols()) == (matrix.nrows(), rank, matrix.ncols(), rank)
    assert all(left >= right > 0 for left, right in zip(sigma, sigma[1:] + sigma[-1:], strict=True))
    for basis in (U, V):
        assert largest(basis.transpose() * basis - identity(rank)) <= small
        assert all(entry.q <= 2**bits for entry in basis.entries())
    assert largest(U * diagonal(sigma) * V.transpose() - matrix) <= small * (sigma[0] if sigma else 1)
    return sigma


SPECTRA: dict[str, list[fmpq | int]] = {
    "all equal": [1] * 6,
    "two clusters, the smaller tiny": [3, 3, 3, tens(-30), tens(-30), tens(-30)],
    "graded": [1, tens(-15), tens(-30), tens(-45), tens(-60), tens(-75)],
    "close at three scales": [1, 1 + tens(-20), 1 + tens(-40), 1 - tens(-20), 1 + tens(-80), 2],
    "tiny and close": [1, 1, tens(-30), tens(-30) * (1 + tens(-70)), tens(-30) * (1 + tens(-20)), tens(-60)],
    "deficient": [1, 1, 0, 0, 1, tens(-30)],
    "rank one": [0, 5, 0, 0],
    "huge": [tens(300), tens(300) + 1, tens(299)],
    "small": [tens(-300), tens(-330), 0],
    "distinct": [5, 4, 3, 2, 1],
}


@pytest.mark.parametrize("case", SPECTRA)
@pytest.mark.parametrize("bits", [40, BITS])
def test_a_spectrum_known_exactly_is_found_to_the_bits_asked_for(case: str, bits: int) -> None:
    expected = sorted((fmpq(value) for value in SPECTRA[case] if value != 0), reverse=True)
    sigma = check(of_spectrum(SPECTRA[case], 1), bits, len(expected))
    assert all(abs(a - b) <= b * fmpq(2) ** -bits for a, b in zip(sigma, expected, strict=True))


def hilbert(rows: int, columns: int) -> fmpq_mat:
    return fmpq_mat(rows, columns, [fmpq(1, i + j + 1) for i in range(rows) for j in range(columns)])


SCALES = diagonal([tens(power) for power in (30, 0, -30, 15)])
MATRICES = {
    "floats": gaussian(4, 4, 1),
    "tall": gaussian(9, 4, 2),
    "wide": gaussian(3, 8, 3),
    "column": gaussian(7, 1, 4),
    "row": gaussian(1, 7, 5),
    "hilbert": hilbert(9, 7),
    "badly scaled": SCALES * gaussian(4, 4, 6) * SCALES,
    "repeated rows": fmpq_mat([[1, 2, 3]] * 4),
    "zeros": fmpq_mat([[0, 0, 0], [0, 5, 0], [0, 0, 5]]),
}


@pytest.mark.parametrize("case", MATRICES)
def test_triples_agree_with_mpmath(case: str) -> None:
    matrix = MATRICES[case]
    rank = int(matrix.rank())
    sigma = check(matrix, BITS, rank)
    with mpmath.workprec(3 * BITS + 600):
        columns = mpmath.matrix([[number(entry) for entry in row] for row in matrix.tolist()])
        expected = sorted(mpmath.svd_r(columns, compute_uv=False), reverse=True)[:rank]
        for value, exact in zip(sigma, expected, strict=True):
            assert abs(number(value) / exact - 1) <= mpmath.mpf(2) ** -BITS


def test_a_zero_matrix_has_no_triples() -> None:
    U, sigma, V = singular_triples(fmpq_mat(3, 2), BITS)
    assert sigma == []
    assert (U.nrows(), U.ncols(), V.nrows(), V.ncols()) == (3, 0, 2, 0)
    assert U * V.transpose() == fmpq_mat(3, 2)


def test_many_bits_are_given() -> None:
    check(gaussian(10, 10, 7), 700, 10)
    check(gaussian(3, 4, 8), 5000, 3)


@pytest.mark.parametrize(("rows", "columns"), [(60, 60), (60, 25)])
def test_larger_matrices(rows: int, columns: int) -> None:
    check(gaussian(rows, columns, 9), BITS, columns)


def test_many_values_in_clusters() -> None:
    values = [fmpq(1)] * 8 + [tens(-30)] * 6 + [2 + i * tens(-18) for i in range(6)] + [fmpq(0)] * 4
    check(of_spectrum(list(values), 3), BITS, 20)


@pytest.mark.slow
def test_sixty_values_in_clusters() -> None:
    values = [fmpq(1)] * 20 + [tens(-30)] * 10 + [2 + i * tens(-18) for i in range(20)] + [fmpq(0)] * 10
    matrix = of_spectrum(list(values), 3)
    check(matrix, BITS, 50)
    check(rounded_matrix(matrix, 100), BITS, 60)


def product(rows: int, inner: int, columns: int, seed: int) -> fmpq_mat:
    return gaussian(rows, inner, seed) * gaussian(inner, columns, seed + 1)


TALL, DEFICIENT = gaussian(9, 4, 20), product(9, 3, 7, 22)
DUALS = {
    "square": (gaussian(4, 4, 30), gaussian(4, 4, 31)),
    "wide": (gaussian(4, 9, 32), gaussian(4, 3, 33)),
    "tall": (TALL, TALL * gaussian(4, 3, 34)),
    "deficient": (DEFICIENT, DEFICIENT * gaussian(7, 9, 35)),
    "target of low rank": (gaussian(5, 6, 36), product(5, 2, 5, 37)),
    "one output": (TALL, TALL * gaussian(4, 1, 39)),
    "ill-conditioned": (hilbert(8, 10), gaussian(8, 3, 40)),
    "badly scaled": (SCALES * gaussian(4, 5, 41), gaussian(4, 4, 42)),
    "huge inputs": (gaussian(4, 6, 43) * tens(90), gaussian(4, 4, 44)),
    "tiny inputs": (gaussian(4, 6, 45) * tens(-90), gaussian(4, 4, 46) * tens(30)),
    "tiny and repeated values": (identity(4), of_spectrum([1, 1, tens(-30), tens(-30)], 47)),
    "identity": (identity(3), identity(3)),
}


@pytest.mark.parametrize("case", DUALS)
def test_a_dual_point_is_strictly_inside_and_nearly_best(case: str) -> None:
    X, Y = DUALS[case]
    dual = interior_dual(X, Y, BITS)
    assert (dual.nrows(), dual.ncols()) == (Y.nrows(), Y.ncols())
    Z = X.transpose() * dual
    # The kernel's first precision, at the digits for which a witness asks for this many bits.
    with ctx.workprec(BITS + 56):
        assert inside_spectral_ball(Z, fmpq(1))
    # Strictly inside in Q: every leading minor of I − ZᵀZ is positive.
    slack = identity(Z.ncols()) - Z.transpose() * Z
    rows = slack.tolist()
    assert all(fmpq_mat([row[:k] for row in rows[:k]]).det() > 0 for k in range(1, len(rows) + 1))
    weights = least_norm(X, Y)
    value = sum((a * b for a, b in zip(dual.entries(), Y.entries(), strict=True)), start=fmpq(0))
    with mpmath.workprec(4 * BITS + 800):
        columns = mpmath.matrix([[number(entry) for entry in row] for row in weights.tolist()])
        nuclear = sum(mpmath.svd_r(columns, compute_uv=False))
        assert 0 < 1 - number(value) / nuclear <= mpmath.mpf(2) ** -(BITS - 10)


def test_a_dual_point_is_made_of_triples_that_are_known() -> None:
    X, Y = DUALS["deficient"]
    triples = singular_triples(least_norm(X, Y), BITS + 30)
    with ctx.workprec(2 * BITS):
        difference = arb_mat(interior_dual(X, Y, BITS, triples) - interior_dual(X, Y, BITS))
        assert all(abs(entry) < arb_mat(1, 1, [SMALL])[0, 0] for entry in difference.entries())


def test_triples_that_are_not_accurate_enough_are_refused() -> None:
    X, Y = DUALS["wide"]
    with pytest.raises(ArithmeticError, match="206 bits"):
        interior_dual(X, Y, BITS, singular_triples(least_norm(X, Y), 60))


def test_the_dual_point_of_zero_is_zero() -> None:
    assert interior_dual(gaussian(3, 4, 50), fmpq_mat(3, 2), BITS) == fmpq_mat(3, 2)


def test_the_columns_of_a_dual_point_can_be_factorised_exactly() -> None:
    dual = interior_dual(*DUALS["target of low rank"], 700)
    columns, rows = factorise(dual)
    assert columns * rows == dual
