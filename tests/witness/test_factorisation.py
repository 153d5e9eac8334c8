"""Layers of least cost: the product is exact, and the cost agrees with the singular values that mpmath finds."""

from __future__ import annotations

import json
import random
from functools import reduce
from itertools import pairwise

import mpmath
import pytest
from flint import fmpq, fmpq_mat

from checker.datasets.dataset import value_to_json
from checker.kernel.matrices import identity, rank
from checker.witness.factorisation import branches, deep, rank_one_layers, two_layers

BITS = 206
PRECISION = 3 * BITS + 600
FIFTY_DIGITS, TWO_HUNDRED_DIGITS = 206, 704


def gaussian(rows: int, columns: int, seed: int) -> fmpq_mat:
    """Float64 normal numbers, taken exactly: 53-bit entries."""
    source = random.Random(seed)
    return fmpq_mat(rows, columns, [fmpq(*source.gauss(0, 1).as_integer_ratio()) for _ in range(rows * columns)])


def of_spectrum(values: list[fmpq]) -> fmpq_mat:
    """Between two rational orthogonal matrices, by the Cayley transform."""
    size, sides = len(values), []
    for seed in (1, 2):
        source, skew = random.Random(seed), fmpq_mat(size, size)
        for i in range(size):
            for j in range(i):
                skew[i, j] = fmpq(source.randint(-9, 9), 7)
                skew[j, i] = -skew[i, j]
        sides.append((identity(size) - skew) * (identity(size) + skew).inv())
    exact = fmpq_mat(size, size, [values[i] if i == j else fmpq(0) for i in range(size) for j in range(size)])
    return sides[0] * exact * sides[1]


def tens(power: int) -> fmpq:
    return fmpq(10) ** power


WEIGHTS = {
    "zero": fmpq_mat(3, 2),
    "square": gaussian(4, 4, 1),
    "tall": gaussian(6, 3, 2),
    "wide": gaussian(3, 5, 3),
    "deficient, tall": gaussian(6, 2, 4) * gaussian(2, 4, 5),
    "deficient, wide": gaussian(3, 2, 6) * gaussian(2, 5, 7),
    "rank one": gaussian(4, 1, 8) * gaussian(1, 3, 9),
    "one output": gaussian(5, 1, 10),
    "one input": gaussian(1, 4, 11),
    "repeated": of_spectrum([fmpq(2)] * 4),
    "tiny": of_spectrum([fmpq(1), fmpq(1), tens(-30), tens(-30)]),
    "tiny and deficient": of_spectrum([fmpq(1), tens(-30), tens(-15), fmpq(0)]),
    "huge": gaussian(4, 4, 12) * tens(30),
    "small": gaussian(4, 3, 13) * tens(-30),
    "badly scaled rows": of_spectrum([tens(30), tens(30), fmpq(1), tens(-30)]) * gaussian(4, 4, 14),
    "ill-conditioned": fmpq_mat(6, 5, [fmpq(1, i + j + 1) for i in range(6) for j in range(5)]),
    "first columns dependent": fmpq_mat([[1, 2, 0, 1], [2, 4, 1, 0], [3, 6, 1, 1]]),
}


def number(value: fmpq) -> mpmath.mpf:
    return mpmath.mpf(int(value.p)) / int(value.q)


def squared(matrix: fmpq_mat) -> fmpq:
    return sum((entry * entry for entry in matrix.entries()), start=fmpq(0))


def largest(matrix: fmpq_mat) -> fmpq:
    return max(abs(entry) for entry in matrix.entries())


def product(layers: list[fmpq_mat]) -> fmpq_mat:
    return reduce(fmpq_mat.__mul__, layers)


def shapes(layers: list[fmpq_mat]) -> list[tuple[int, int]]:
    return [(layer.nrows(), layer.ncols()) for layer in layers]


def least_cost(matrix: fmpq_mat, order: mpmath.mpf) -> mpmath.mpf:
    """``Σσ_i^order``, of an independent decomposition."""
    columns = mpmath.matrix([[number(entry) for entry in row] for row in matrix.tolist()])
    values = sorted(mpmath.svd_r(columns, compute_uv=False), reverse=True)[: rank(matrix)]
    return mpmath.fsum(value**order for value in values)


def agrees(cost: mpmath.mpf, best: mpmath.mpf, bits: int) -> bool:
    return bool(abs(cost - best) <= best * mpmath.mpf(2) ** -bits)


def check(weights: fmpq_mat, layers: list[fmpq_mat], width: int, bits: int, alignment: int) -> None:
    depth, rows = len(layers), [weights.nrows(), *[width] * (len(layers) - 1), weights.ncols()]
    assert shapes(layers) == list(pairwise(rows))
    assert product(layers) == weights
    assert {rank(layer) for layer in layers} == {rank(weights)}
    for left, right in pairwise(layers):
        one, other = left.transpose() * left, right * right.transpose()
        assert largest(one - other) <= largest(one) * fmpq(2) ** -alignment
    with mpmath.workprec(PRECISION):
        cost = mpmath.fsum(number(squared(layer)) for layer in layers) / 2
        assert agrees(cost, depth * least_cost(weights, mpmath.mpf(2) / depth) / 2, bits)


@pytest.mark.parametrize("case", WEIGHTS)
@pytest.mark.parametrize("depth", [2, 3, 8, 20])
def test_deep_layers_are_exact_of_least_cost_and_aligned(case: str, depth: int) -> None:
    weights = WEIGHTS[case]
    for width in (max(1, rank(weights)), 7):
        check(weights, deep(weights, depth, width, BITS), width, BITS, BITS // 2)


def test_fifty_layers_and_few_bits() -> None:
    for case in ("square", "tiny", "one output", "zero"):
        check(WEIGHTS[case], deep(WEIGHTS[case], 50, 4, BITS), 4, BITS, BITS // 2)
        check(WEIGHTS[case], deep(WEIGHTS[case], 3, 4, 20), 4, 20, 10)


@pytest.mark.parametrize("case", ["square", "wide", "deficient, tall", "tiny", "one output"])
def test_neighbours_align_to_the_bits_asked_for(case: str) -> None:
    weights = WEIGHTS[case]
    check(weights, deep(weights, 5, 4, BITS, alignment=BITS), 4, 2 * BITS, BITS)


@pytest.mark.parametrize("case", WEIGHTS)
def test_two_layers_cost_the_nuclear_norm(case: str) -> None:
    check(WEIGHTS[case], list(two_layers(WEIGHTS[case], 5, BITS)), 5, BITS, BITS // 2)


@pytest.mark.parametrize("case", WEIGHTS)
@pytest.mark.parametrize(("depth", "width"), [(2, 1), (3, 1), (3, 2), (8, 3), (20, 1)])
def test_branches_cost_the_nuclear_norm_too(case: str, depth: int, width: int) -> None:
    weights = WEIGHTS[case]
    for count in (max(1, rank(weights)), 6):
        found = branches(weights, depth, count, width, BITS)
        assert len(found) == count
        rows = [weights.nrows(), *[width] * (depth - 1), weights.ncols()]
        assert all(shapes(layers) == list(pairwise(rows)) for layers in found)
        assert sum(map(product, found), start=fmpq_mat(weights.nrows(), weights.ncols())) == weights
        with mpmath.workprec(PRECISION):
            lengths = [number(squared(layer)) for layers in found for layer in layers]
            cost = mpmath.fsum(length ** (mpmath.mpf(depth) / 2) for length in lengths) / depth
            assert agrees(cost, least_cost(weights, mpmath.mpf(1)), BITS)
        for layers in found[: rank(weights)]:
            assert {rank(layer) for layer in layers} == {1}
        for layers in found[rank(weights) :]:
            assert {rank(layer) for layer in layers} == {0}


DIRECTIONS = {
    "the first unit vector": None,
    "a unit vector": fmpq_mat([[fmpq(3, 5)], [0], [fmpq(4, 5)]]),
    "a direction of rational norm": fmpq_mat([[1], [-2], [2]]),
}


@pytest.mark.parametrize("case", DIRECTIONS)
@pytest.mark.parametrize("depth", [2, 3, 20, 50])
@pytest.mark.parametrize("scale", [tens(0), tens(30), tens(-30)])
def test_rank_one_layers_are_exact_and_parallel(case: str, depth: int, scale: fmpq) -> None:
    weights = gaussian(4, 1, 20) * scale
    layers = rank_one_layers(weights, depth, 3, BITS, DIRECTIONS[case])
    check(weights, layers, 3, BITS, BITS // 2)
    for left, right in pairwise(layers):
        one, other = left.transpose() * left, right * right.transpose()
        assert rank(fmpq_mat([one.entries(), other.entries()])) == 1
    check(weights, rank_one_layers(weights, depth, 3, BITS, DIRECTIONS[case], BITS), 3, BITS, BITS)


def test_rank_one_layers_of_zero_are_zero() -> None:
    layers = rank_one_layers(fmpq_mat(3, 1), 4, 2, BITS)
    assert shapes(layers) == [(3, 2), (2, 2), (2, 2), (2, 1)]
    assert all(rank(layer) == 0 for layer in layers)


def test_what_leaves_no_room_is_refused() -> None:
    square, column = WEIGHTS["square"], WEIGHTS["one output"]
    with pytest.raises(ValueError, match="the width is 3, but these layers need at least 4"):
        deep(square, 3, 3, BITS)
    with pytest.raises(ValueError, match="the number of branches is 3, but these layers need at least 4"):
        branches(square, 3, 3, 1, BITS)
    with pytest.raises(ValueError, match="the width is 0"):
        branches(square, 3, 4, 0, BITS)
    with pytest.raises(ValueError, match="the width is 0"):
        deep(WEIGHTS["zero"], 3, 0, BITS)
    with pytest.raises(ValueError, match="the depth is 1"):
        deep(square, 1, 4, BITS)
    with pytest.raises(ValueError, match="the depth is 1"):
        rank_one_layers(column, 1, 4, BITS)
    with pytest.raises(ValueError, match="squared norm 2"):
        rank_one_layers(column, 3, 2, BITS, fmpq_mat([[1], [1]]))


def megabytes(layers: list[fmpq_mat]) -> float:
    return len(json.dumps(value_to_json(layers))) / 1e6


def test_a_certificate_of_two_hundred_digits_is_short() -> None:
    weights = gaussian(10, 10, 30)
    layers = deep(weights, 20, 10, TWO_HUNDRED_DIGITS)
    assert product(layers) == weights
    assert megabytes(layers) < 0.5
    assert megabytes(deep(weights, 20, 10, TWO_HUNDRED_DIGITS, TWO_HUNDRED_DIGITS)) < 1


@pytest.mark.slow
def test_a_certificate_of_rank_fifty_is_short_enough() -> None:
    weights = gaussian(50, 50, 31)
    layers = deep(weights, 20, 50, FIFTY_DIGITS)
    assert megabytes(layers) < 10
    assert product(layers) == weights
    with mpmath.workprec(2 * FIFTY_DIGITS + 100):
        cost = mpmath.fsum(number(squared(layer)) for layer in layers) / 2
        assert agrees(cost, 10 * least_cost(weights, mpmath.mpf(1) / 10), FIFTY_DIGITS)
