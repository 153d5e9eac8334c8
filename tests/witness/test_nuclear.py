"""Ridge regression with two linear layers: feasible in Q, the bracket closed, and the closed forms that are known."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from flint import arb_mat, ctx, fmpq, fmpq_mat

from checker.witness import interior, nuclear
from checker.witness.nuclear import nuclear_ridge
from checker.witness.spectral import decomposed, fits, identity

BITS, DIGITS_500 = 206, 1700
TEN = fmpq(10)
DATA = Path(__file__).parents[2] / "theorems" / "data" / "linnerud.csv"


def squares(matrix: fmpq_mat) -> fmpq:
    return sum((entry * entry for entry in matrix.entries()), start=fmpq(0))


def diagonal(rows: int, columns: int, values: list[fmpq]) -> fmpq_mat:
    chosen = dict(enumerate(values))
    entries = [chosen.get(i, fmpq(0)) if i == j else fmpq(0) for i in range(rows) for j in range(columns)]
    return fmpq_mat(rows, columns, entries)


def unit(size: int) -> fmpq_mat:
    return diagonal(size, size, [fmpq(1)] * size)


def semidefinite(matrix: fmpq_mat) -> bool:
    """No negative eigenvalue: the coefficients of the characteristic polynomial alternate in sign."""
    size = matrix.nrows()
    return all((-1) ** (size - k) * c >= 0 for k, c in enumerate(matrix.charpoly().coeffs()))


def inside(image: fmpq_mat, radius: fmpq) -> bool:
    return semidefinite(unit(image.ncols()) * (radius * radius) - image.transpose() * image)


def values(X: fmpq_mat, Y: fmpq_mat, beta: fmpq, point: nuclear.Point) -> tuple[fmpq, fmpq]:
    first, second, dual = point
    primal = squares(X * first * second - Y) / 2 + beta / 2 * (squares(first) + squares(second))
    bound = sum((x * y for x, y in zip(dual.entries(), Y.entries(), strict=True)), start=fmpq(0)) - squares(dual) / 2
    return primal, bound


def checked(X: fmpq_mat, Y: fmpq_mat, beta: fmpq, bits: int = BITS, width: int | None = None) -> nuclear.Point:
    """The proposed point, once it was found feasible and its bracket closed to the bits asked for."""
    width = width or min(X.ncols(), Y.ncols())
    point = nuclear_ridge(X, Y, beta, width, bits)
    first, second, dual = point
    assert (first.nrows(), first.ncols()) == (X.ncols(), width)
    assert (second.nrows(), second.ncols()) == (width, Y.ncols())
    assert inside(X.transpose() * dual, beta)
    primal, bound = values(X, Y, beta, point)
    assert 0 <= primal - bound <= primal * fmpq(2) ** (4 - bits)
    return point


class Source(random.Random):
    """Random exact matrices."""

    def matrix(self, rows: int, columns: int, kind: str = "integers") -> fmpq_mat:
        def entry() -> fmpq:
            return fmpq(self.randint(-5, 5)) if kind == "integers" else fmpq(*self.gauss(0, 1).as_integer_ratio())

        return fmpq_mat(rows, columns, [entry() for _ in range(rows * columns)])

    def invertible(self, size: int) -> fmpq_mat:
        while True:
            matrix = self.matrix(size, size)
            if matrix.rank() == size:
                return matrix

    def powers(self, size: int, exponents: list[int]) -> fmpq_mat:
        return diagonal(size, size, [TEN ** self.choice(exponents) for _ in range(size)])

    def rotation(self, size: int) -> fmpq_mat:
        """An orthogonal matrix, by the transform of Cayley."""
        lower = [[fmpq(self.randint(-3, 3), self.randint(1, 3)) for _ in range(i)] for i in range(size)]
        skew = fmpq_mat(size, size, [fmpq(0)] * size**2)
        for i in range(size):
            for j in range(i):
                skew[i, j], skew[j, i] = lower[i][j], -lower[i][j]
        return (unit(size) - skew) * (unit(size) + skew).inv()

    def sizes(self) -> tuple[int, int, int]:
        n, d, K = (self.randint(1, 5) for _ in range(3))
        return n, d, K


def largest(image: fmpq_mat) -> fmpq:
    """A rational within 2^-500 (relative) of the largest singular value, from the spectrum that Arb encloses."""
    if squares(image) == 0:
        return fmpq(1)
    before, ctx.prec = ctx.prec, 2000
    try:
        eigenvalues = (image.transpose() * image).charpoly().numer().complex_roots()
        square = max((value.real for value, _ in eigenvalues), key=lambda value: value.mid())
        mantissa, power = square.mid().man_exp()
        scaled = fmpq(mantissa) * fmpq(4) ** 1000 * fmpq(2) ** int(power)
        shift = max(0, 1000 - int(scaled.p).bit_length() + int(scaled.q).bit_length())
        return fmpq((int(scaled.p) << 2 * shift) // int(scaled.q)).p.isqrt() / (fmpq(2) ** (1000 + shift))
    finally:
        ctx.prec = before


Draw = Callable[[Source], tuple[fmpq_mat, fmpq_mat]]
RELATIVE = [fmpq(9, 10), fmpq(1, 2), fmpq(1, 30), fmpq(1, 10**6), fmpq(1, 10**12), fmpq(1, 10**30), TEN**10]
NEAR = [1 + sign * TEN**-power for sign in (1, -1) for power in (4, 20, 40)]


def plain(source: Source) -> tuple[fmpq_mat, fmpq_mat]:
    n, d, K = source.sizes()
    kind = source.choice(["integers", "floats"])
    return source.matrix(n, d, kind), source.matrix(n, K, kind)


def one_target(source: Source) -> tuple[fmpq_mat, fmpq_mat]:
    n, d, _ = source.sizes()
    return source.matrix(n, d), source.matrix(n, 1)


def deficient(source: Source) -> tuple[fmpq_mat, fmpq_mat]:
    n, d, K = source.sizes()
    rank = source.randint(1, 2)
    return source.matrix(n, rank) * source.matrix(rank, d), source.matrix(n, K)


def duplicated(source: Source) -> tuple[fmpq_mat, fmpq_mat]:
    n, d, K = source.sizes()
    X, Y = source.matrix(2, 2, "floats"), source.matrix(2, 2, "floats")
    return (
        fmpq_mat(n, d, [X[i % 2, j % 2] for i in range(n) for j in range(d)]),
        fmpq_mat(n, K, [Y[i % 2, j % 2] for i in range(n) for j in range(K)]),
    )


def badly_scaled(source: Source) -> tuple[fmpq_mat, fmpq_mat]:
    n, d, K = source.sizes()
    X = source.powers(n, [0, 12, -12]) * source.matrix(n, d, "floats") * source.powers(d, [0, -6])
    return X, source.powers(n, [0, 4]) * source.matrix(n, K, "floats")


def rescaled(source: Source) -> tuple[fmpq_mat, fmpq_mat]:
    X, Y = plain(source)
    return X * TEN ** source.choice([30, -30]), Y * TEN ** source.choice([30, -30])


@pytest.mark.parametrize("radii", [RELATIVE, NEAR], ids=["anywhere", "near the threshold"])
@pytest.mark.parametrize("draw", [plain, one_target, deficient, duplicated, badly_scaled, rescaled])
def test_the_bracket_closes_and_the_dual_is_feasible(draw: Draw, radii: list[fmpq]) -> None:
    source = Source(f"{draw.__name__} {len(radii)}")
    for at in range(14):
        X, Y = draw(source)
        beta = largest(X.transpose() * Y) * radii[at % len(radii)]
        first, _, dual = checked(X, Y, beta)
        # At the threshold and above it, nothing is learned.
        if radii[at % len(radii)] > 1 or squares(X.transpose() * Y) == 0:
            assert squares(first) == 0
            assert dual == Y
        else:
            assert squares(first) != 0


@pytest.mark.parametrize("scales", [[0], [0, -8, 12, 5]], ids=["well-conditioned", "ill-conditioned"])
def test_a_planted_optimum_is_found_even_with_singular_values_at_the_threshold(scales: list[int]) -> None:
    source = Source(7)
    for _ in range(30):
        _, d, K = source.sizes()
        beta = source.randint(1, 5) * TEN ** source.choice([0, 0, 30, -30])
        U, V, X = source.rotation(d), source.rotation(K), source.powers(d, scales) * source.invertible(d)
        rank = source.randint(0, min(d, K))
        kept = [source.randint(1, 2) * TEN ** source.choice([0, -5, -20, -40]) for _ in range(rank)]
        others = [1 - source.choice([fmpq(0), TEN**-4, TEN**-20, fmpq(1, 2)]) for _ in range(min(d, K) - rank)]
        W, Z = U * diagonal(d, K, kept) * V.transpose(), U * diagonal(d, K, [fmpq(1)] * rank + others) * V.transpose()
        Y = X * W + X.transpose().solve(Z) * beta
        optimum = squares(X * W - Y) / 2 + beta * sum(kept, start=fmpq(0))
        point = checked(X, Y, beta)
        primal, bound = values(X, Y, beta, point)
        assert bound <= optimum <= primal


@pytest.mark.parametrize("relative", [fmpq(1), 1 + TEN**-4, 1 - TEN**-20, 1 - TEN**-40, fmpq(1, 10)])
def test_whitened_inputs_have_a_closed_form(relative: fmpq) -> None:
    source = Source(11)
    for _ in range(8):
        _, d, K = source.sizes()
        spectrum = [fmpq(source.choice([1, 1, 2, 3])) for _ in range(min(d, K))]
        beta = source.choice(spectrum) * relative
        X = source.rotation(d)
        Y = source.rotation(d) * diagonal(d, K, spectrum) * source.rotation(K)
        optimum = sum((s * s - max(s - beta, fmpq(0)) ** 2 for s in spectrum), start=fmpq(0)) / 2
        point = checked(X, Y, beta)
        primal, bound = values(X, Y, beta, point)
        assert bound <= optimum <= primal
        learned = sum(s > beta for s in spectrum)
        assert (point[0] * point[1]).rank() == learned


def test_columns_beyond_the_rank_are_zero() -> None:
    X, Y = unit(2), diagonal(2, 2, [fmpq(3), fmpq(1)])
    first, second, dual = checked(X, Y, fmpq(1), width=4)
    assert all(first[i, k] == 0 == second[k, i] for i in range(2) for k in (1, 2, 3))
    assert squares(first * second - diagonal(2, 2, [fmpq(2), fmpq(0)])) <= fmpq(2) ** (-2 * BITS)
    assert squares(dual - unit(2)) <= fmpq(2) ** (-2 * BITS + 8)


@pytest.mark.parametrize(
    ("X", "Y", "beta"),
    [
        (fmpq_mat(3, 2), fmpq_mat([[1, 2], [3, 4], [5, 6]]), fmpq(1)),
        (fmpq_mat([[1, 2], [3, 4], [5, 6]]), fmpq_mat(3, 2), fmpq(1)),
        (unit(2), diagonal(2, 2, [fmpq(3), fmpq(1)]), fmpq(3)),
        (Source(1).rotation(3), Source(2).rotation(3) * 5, fmpq(5)),
        (Source(1).rotation(3), Source(2).rotation(3) * 5, 5 + TEN**-300),
        (fmpq_mat([[1, 2], [3, 4]]), fmpq_mat([[1], [1]]), TEN**30),
    ],
    ids=["no inputs", "no target", "at the threshold", "repeated", "just above", "huge radius"],
)
def test_nothing_is_learned_from_the_threshold_on(X: fmpq_mat, Y: fmpq_mat, beta: fmpq) -> None:
    first, second, dual = checked(X, Y, beta)
    assert squares(first) == 0 == squares(second)
    assert dual == Y


def test_something_is_learned_just_below_the_threshold() -> None:
    first, _, _ = checked(Source(1).rotation(3), Source(2).rotation(3) * 5, 5 - TEN**-100)
    assert squares(first) != 0


def linnerud() -> tuple[fmpq_mat, fmpq_mat]:
    with DATA.open() as file:
        rows = [[int(cell) for cell in row] for row in list(csv.reader(file))[1:]]
    return fmpq_mat([row[:3] for row in rows]), fmpq_mat([row[3:] for row in rows])


@pytest.mark.parametrize(("beta", "bits"), [(1000, BITS), (1, BITS), (1000, DIGITS_500)])
def test_linnerud(beta: int, bits: int) -> None:
    X, Y = linnerud()
    _, _, dual = checked(X, Y, fmpq(beta), bits)
    # The check of feasibility is no formality: the dual point touches the ball but for the last bits.
    assert not inside(X.transpose() * dual * (1 + fmpq(2) ** (8 - bits)), fmpq(beta))


def test_500_digits_of_small_problems() -> None:
    source = Source(13)
    for _ in range(5):
        X, Y = plain(source)
        checked(X, Y, largest(X.transpose() * Y) / 3, DIGITS_500)


@pytest.mark.parametrize(("n", "d", "K"), [(12, 8, 5), (4, 30, 6), (25, 3, 12)])
def test_larger_problems(n: int, d: int, K: int) -> None:
    source = Source(17)
    checked(source.matrix(n, d, "floats"), source.matrix(n, K, "floats"), fmpq(2))


def test_the_interior_point_method_closes_the_bracket_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nuclear, "solve", lambda *_: None)
    source = Source(19)
    for draw in (plain, deficient, duplicated, badly_scaled, rescaled):
        X, Y = draw(source)
        checked(X, Y, largest(X.transpose() * Y) / 7)
    checked(unit(2), diagonal(2, 2, [fmpq(3), fmpq(1)]), fmpq(1))


def test_hard_problems_need_the_interior_point_method(monkeypatch: pytest.MonkeyPatch) -> None:
    # Conditioned like 1e20, with a weight of 1e-20 and another singular value at the threshold.
    steps, step = [], interior._step
    monkeypatch.setattr(interior, "_step", lambda *arguments: steps.append(1) or step(*arguments))
    for seed in range(8):
        source = Source(seed)
        X = source.powers(3, [0, -8, 12]) * source.invertible(3)
        U, V = source.rotation(3), source.rotation(3)
        Y = X * U * diagonal(3, 3, [fmpq(1), TEN**-20]) * V + X.transpose().solve(U * V)
        checked(X, Y, fmpq(1))
    assert steps


def test_a_failure_of_the_search_leaves_a_feasible_point(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> nuclear.Point:
        raise ZeroDivisionError

    monkeypatch.setattr(nuclear, "_proposed", fail)
    X, Y = linnerud()
    before = ctx.prec
    first, second, dual = nuclear_ridge(X, Y, fmpq(1000), 3, BITS)
    assert squares(first) == 0 == squares(second)
    assert inside(X.transpose() * dual, fmpq(1000))
    assert ctx.prec == before


@pytest.mark.parametrize("offset", [fmpq(0), TEN**-60, -(TEN**-60), TEN**-600, -(TEN**-600)])
def test_whether_a_matrix_fits_is_decided_exactly(offset: fmpq) -> None:
    image = Source(31).rotation(3) * diagonal(3, 2, [fmpq(7), fmpq(7)]) * Source(37).rotation(2)
    assert fits(image, 7 + offset, BITS) == fits(image.transpose(), 7 + offset, BITS) == (offset >= 0)


@pytest.mark.parametrize("spectrum", [[3, 3, 3], [5, 2, 0], [0, 0, 0], [1, 1, 0]])
def test_a_decomposition_has_orthogonal_factors(spectrum: list[int]) -> None:
    before, ctx.prec = ctx.prec, 400
    try:
        image = arb_mat(
            Source(41).rotation(4) * diagonal(4, 3, [fmpq(s) for s in spectrum]) * Source(43).rotation(3)
        ).mid()
        found = decomposed(image, identity(3))
        middle = [[found.values[i] if i == j else 0 for j in range(3)] for i in range(4)]
        differences = (
            found.left * arb_mat(middle) * found.right.transpose() - image,
            found.left.transpose() * found.left - identity(4),
            found.right.transpose() * found.right - identity(3),
        )
        assert all(abs(entry) < 2.0**-350 for matrix in differences for entry in matrix.entries())
        assert all(abs(value - s) < 2.0**-350 for value, s in zip(found.values, spectrum, strict=True))
    finally:
        ctx.prec = before
