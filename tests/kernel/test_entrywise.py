"""Functions of every entry: exact where that is promised, else enclosures of every value that a ball admits."""

import mpmath
import pytest
from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from checker.kernel import entrywise
from checker.kernel.numbers import Undecidable

DPS, BITS = 80, 300
HUGE, TINY = fmpq(10) ** 40, fmpq(1, 10**40)
ENTRIES = [
    fmpq(0), fmpq(1), fmpq(-1), fmpq(1, 3), fmpq(-7, 2), fmpq(50), fmpq(-50), fmpq(1000), fmpq(-1000), HUGE, -HUGE,
    TINY, -TINY, fmpq(12345, 67),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _precisions():
    with ctx.workprec(BITS), mpmath.workdps(DPS):
        yield


def real(x) -> mpmath.mpf:
    """A rational to the digits of mpmath."""
    return mpmath.mpf(int(x.p)) / int(x.q)


def softplus(x):
    return mpmath.log1p(mpmath.exp(-abs(x))) + max(x, 0)


def sigmoid(x):
    # Not 1/(1 + exp(-x)) of a large negative number, which mpmath rounds to zero at no precision: exp keeps exponents.
    return 1 / (1 + mpmath.exp(-x)) if x >= 0 else mpmath.exp(x) / (1 + mpmath.exp(x))


def xlogx(x):
    return x * mpmath.log(x) if x > 0 else mpmath.mpf(0)


def ends(enclosure: arb) -> tuple[mpmath.mpf, mpmath.mpf]:
    """The ends of a ball, exactly."""
    with mpmath.workprec(20 * BITS):
        middle, radius = (mpmath.ldexp(*map(int, number.man_exp())) for number in (enclosure.mid(), enclosure.rad()))
        return middle - radius, middle + radius


def contains(enclosure, value, digits: int = 70) -> bool:
    """Whether a value known to some digits may lie in an enclosure, or is the exact number."""
    slack = abs(value) * mpmath.mpf(10) ** -digits
    low, high = (real(enclosure),) * 2 if isinstance(enclosure, fmpq) else ends(enclosure)
    return bool(low - slack <= value <= high + slack)


def narrow(enclosure: arb, digits: int = 60) -> bool:
    """Whether the radius is small beside the value, or beside one."""
    low, high = ends(enclosure)
    return bool(high - low <= mpmath.mpf(10) ** -digits * max(1, abs(high)))


REFERENCES = {"softplus": softplus, "sigmoid": sigmoid, "xlogx": xlogx}


@pytest.mark.parametrize("x", ENTRIES, ids=str)
@pytest.mark.parametrize("name", REFERENCES)
def test_functions_of_a_rational_enclose_what_mpmath_finds(name, x):
    (found,) = entrywise.ENTRYWISE[name](fmpq_mat(1, 1, [x])).entries()
    assert contains(found, REFERENCES[name](real(x)))
    assert isinstance(found, fmpq) or narrow(found)


@pytest.mark.parametrize("name", REFERENCES)
def test_each_entry_of_a_matrix_has_its_own_value(name):
    matrix = fmpq_mat(2, len(ENTRIES) // 2, ENTRIES)
    found = entrywise.ENTRYWISE[name](matrix)
    assert (found.nrows(), found.ncols()) == (2, len(ENTRIES) // 2)
    for x, value in zip(matrix.entries(), found.entries(), strict=True):
        assert contains(value, REFERENCES[name](real(x)))


BALLS = [("0", "0.1"), ("0", "1e30"), ("1", "1e-20"), ("-3", "0.5"), ("1e40", "1e20"), ("-1e40", "1e20"), ("5", "10")]


@pytest.mark.parametrize(("middle", "radius"), BALLS)
@pytest.mark.parametrize("name", ["softplus", "sigmoid"])
def test_functions_of_a_ball_enclose_those_of_its_points(name, middle, radius):
    ball = arb(middle, radius)
    (found,) = entrywise.ENTRYWISE[name](arb_mat(1, 1, [ball])).entries()
    low, high = ends(ball)
    for step in range(21):
        # What is not finite holds every number.
        assert not found.is_finite() or contains(found, REFERENCES[name](low + (high - low) * step / 20))


LEAST = fmpq(36788, 100000)  # 1/e = 0.367879…
XLOGX_BALLS = [
    (fmpq(0), fmpq(1, 10)), (fmpq(0), TINY), (fmpq(0), fmpq(1)), (fmpq(0), fmpq(3)), (TINY, TINY), (-TINY, 2 * TINY),
    (fmpq(1, 10), fmpq(1, 10)), (LEAST, fmpq(1, 10**6)), (LEAST, fmpq(1, 10**4)), (LEAST, fmpq(1, 10)),
    (LEAST, LEAST), (LEAST, 2 * LEAST), (fmpq(1), fmpq(1, 10**30)), (fmpq(1), fmpq(1)), (fmpq(-1), fmpq(1, 2)),
    (fmpq(-1), fmpq(1)), (fmpq(-1), fmpq(6, 5)), (HUGE, HUGE / 2), (fmpq(0), HUGE), (fmpq(0), fmpq(0)),
]  # fmt: skip


@pytest.mark.parametrize(("middle", "radius"), XLOGX_BALLS, ids=str)
def test_xlogx_of_a_ball_encloses_every_value(middle, radius):
    ball = arb(middle, arb(radius).upper())
    (found,) = entrywise.xlogx(arb_mat(1, 1, [ball])).entries()
    low, high = ends(ball)
    assert found.is_finite()
    points = [low + (high - low) * step / 64 for step in range(65)]
    points += [x for x in (mpmath.mpf(0), mpmath.exp(-1), mpmath.mpf(1)) if low <= x <= high]
    points += [high * mpmath.mpf(10) ** -k for k in (10, 100) if low <= 0 < high]
    for x in points:
        assert contains(found, xlogx(x)), x


def test_xlogx_of_a_ball_around_zero_is_not_wide():
    (found,) = entrywise.xlogx(arb_mat(1, 1, [arb(0, "1e-60")])).entries()
    low, high = ends(found)
    assert mpmath.mpf(-1) / 10**57 < low < high < mpmath.mpf(1) / 10**57


# What is exact.


def test_signs_are_exact():
    found = entrywise.sign(fmpq_mat(2, 3, [HUGE, -HUGE, 0, TINY, -TINY, fmpq(1, 3)]))
    assert found == fmpq_mat(2, 3, [1, -1, 0, 1, -1, 1])


@pytest.mark.parametrize("matrix", [arb_mat(1, 1, [arb(0, "1e-50")]), arb_mat(1, 1, [arb("0.1")])])
def test_signs_of_balls_are_undecided(matrix):
    with pytest.raises(Undecidable):
        entrywise.sign(matrix)


def test_the_sigmoid_of_zeros_is_one_half():
    assert entrywise.sigmoid(fmpq_mat(2, 2)) == fmpq_mat(2, 2, [fmpq(1, 2)] * 4)


@pytest.mark.parametrize("columns", [1, 2, 3, 7])
def test_the_softmax_of_zeros_is_uniform(columns):
    assert entrywise.softmax(fmpq_mat(2, columns)) == fmpq_mat(2, columns, [fmpq(1, columns)] * 2 * columns)


def test_xlogx_vanishes_exactly_at_zero_at_one_and_below():
    assert entrywise.xlogx(fmpq_mat(1, 5, [0, 1, -1, -HUGE, -TINY])) == fmpq_mat(1, 5)


def test_nothing_is_exact_where_no_entry_may_be():
    for function, matrix in (
        (entrywise.sigmoid, fmpq_mat(1, 2, [0, TINY])),
        (entrywise.softmax, fmpq_mat(1, 2, [0, TINY])),
        (entrywise.xlogx, fmpq_mat(1, 2, [1, fmpq(1, 2)])),
    ):
        assert isinstance(function(matrix), arb_mat)


def test_xlogx_next_to_an_entry_of_one_or_zero():
    zero, one, half = entrywise.xlogx(fmpq_mat(1, 3, [0, 1, fmpq(1, 2)])).entries()
    assert zero == 0
    assert one == 0
    assert contains(half, -mpmath.log(2) / 2)


@pytest.mark.parametrize("name", ["sign", "softplus", "sigmoid", "xlogx"])
@pytest.mark.parametrize("shape", [(0, 1), (1, 0), (0, 0), (3, 0)])
def test_matrices_without_entries_keep_their_shape(name, shape):
    found = entrywise.ENTRYWISE[name](fmpq_mat(*shape))
    assert (found.nrows(), found.ncols()) == shape


# Rows.

ROWS = [
    [fmpq(0)], [fmpq(0), fmpq(0)], [fmpq(1), fmpq(2), fmpq(3)], [HUGE, HUGE], [HUGE, -HUGE], [-HUGE, -HUGE - 1],
    [HUGE, HUGE - 1, fmpq(0)], [TINY, -TINY], [fmpq(0), fmpq(-1000)], [fmpq(1, 3)] * 5, [-HUGE],
]  # fmt: skip


def log_of_sum(row):
    largest = max(row)
    return largest + mpmath.log(mpmath.fsum(mpmath.exp(x - largest) for x in row))


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_rows_enclose_what_mpmath_finds(row):
    matrix, numbers = fmpq_mat(1, len(row), row), [real(x) for x in row]
    (total,) = entrywise.logsumexp(matrix).entries()
    assert contains(total, log_of_sum(numbers))
    assert narrow(total)
    largest = max(numbers)
    weights = [mpmath.exp(x - largest) for x in numbers]
    with mpmath.workdps(2 * DPS):
        exact = [weight / mpmath.fsum(weights) for weight in weights]
    found = entrywise.softmax(matrix).entries()
    for share, weight in zip(found, exact, strict=True):
        assert contains(share, weight, 60)
    assert contains(sum(found, start=arb(0)), mpmath.mpf(1))


def test_each_row_has_its_own_sum():
    matrix = fmpq_mat([[0, 0], [HUGE, 0], [-HUGE, -HUGE]])
    found = entrywise.logsumexp(matrix)
    assert (found.nrows(), found.ncols()) == (3, 1)
    for value, row in zip(found.entries(), matrix.tolist(), strict=True):
        assert contains(value, log_of_sum([real(x) for x in row]))
    shares = entrywise.softmax(matrix).tolist()
    assert [len(row) for row in shares] == [2, 2, 2]
    for share in (*shares[0], *shares[2]):
        assert contains(share, mpmath.mpf(1) / 2)
    assert contains(shares[1][0], mpmath.mpf(1))
    assert 0 < shares[1][1] < TINY


def test_rows_of_balls_enclose_those_of_their_points():
    balls = [arb(0, "0.1"), arb(1, "0.2"), arb("0.95", "0.5")]
    (total,) = entrywise.logsumexp(arb_mat(1, 3, balls)).entries()
    shares = entrywise.softmax(arb_mat(1, 3, balls)).entries()
    corners = [ends(ball) for ball in balls]
    for pattern in range(8):
        row = [corner[pattern >> k & 1] for k, corner in enumerate(corners)]
        value = log_of_sum(row)
        assert contains(total, value)
        for share, x in zip(shares, row, strict=True):
            assert contains(share, mpmath.exp(x - value))


@pytest.mark.parametrize("kind", [arb_mat, fmpq_mat])
def test_the_sums_of_empty_rows_are_undecided(kind):
    with pytest.raises(Undecidable):
        entrywise.logsumexp(kind(2, 0))


@pytest.mark.parametrize(
    "kind",
    [arb_mat, fmpq_mat],
)
def test_the_shares_of_empty_rows_are_undecided(kind):
    with pytest.raises(Undecidable):
        entrywise.softmax(kind(2, 0))


@pytest.mark.parametrize("function", [entrywise.logsumexp, entrywise.softmax])
def test_no_rows_give_no_values(function):
    assert function(fmpq_mat(0, 3)).nrows() == 0
