"""Hypothesis strategies for exact vectors and matrices, by construction; all shrink to small integers."""

from __future__ import annotations

from flint import fmpq, fmpq_mat
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

Entries = SearchStrategy[fmpq]


def integers(largest: int = 9) -> Entries:
    """Integers of at most the given magnitude, as rationals."""
    return st.integers(-largest, largest).map(fmpq)


def fractions(largest: int = 99) -> Entries:
    """Rationals with numerator and denominator of at most the given magnitude."""
    return st.builds(fmpq, st.integers(-largest, largest), st.integers(1, largest))


def doubles() -> Entries:
    """The exact values of 53-bit floats of order one."""
    return st.builds(
        lambda mantissa, places: fmpq(mantissa, 2**places), st.integers(-(2**53) + 1, 2**53 - 1), st.integers(48, 54)
    )


def positive(entries: Entries) -> Entries:
    """The magnitudes of some entries, one where they are zero."""
    return entries.map(lambda value: abs(value) or fmpq(1))


@st.composite
def matrices(draw: DrawFn, rows: int, columns: int, entries: Entries | None = None) -> fmpq_mat:
    """A rows×columns matrix with independent entries."""
    element = entries if entries is not None else integers()
    drawn = draw(st.lists(element, min_size=rows * columns, max_size=rows * columns))
    return fmpq_mat(rows, columns, drawn)


def vectors(size: int, entries: Entries | None = None) -> SearchStrategy[fmpq_mat]:
    """A column of independent entries."""
    return matrices(size, 1, entries)


def whole(entries: Entries) -> Entries:
    """Some entries, rounded down to integers."""
    return entries.map(lambda value: fmpq(value.floor()))


def nonnegative(rows: int, columns: int = 1, entries: Entries | None = None) -> SearchStrategy[fmpq_mat]:
    """A matrix with entries at least zero."""
    return matrices(rows, columns, entries).map(magnitudes)


def magnitudes(matrix: fmpq_mat) -> fmpq_mat:
    """The absolute values of the entries."""
    return fmpq_mat(matrix.nrows(), matrix.ncols(), [abs(entry) for entry in matrix.entries()])


def nonzero(rows: int, columns: int = 1, entries: Entries | None = None) -> SearchStrategy[fmpq_mat]:
    """A matrix that is not zero: a zero draw becomes the first unit matrix."""
    return matrices(rows, columns, entries).map(mended)


def mended(drawn: fmpq_mat) -> fmpq_mat:
    """The matrix itself, the first unit matrix if it is zero."""
    rows, columns = drawn.nrows(), drawn.ncols()
    if any(entry != 0 for entry in drawn.entries()):
        return drawn
    return fmpq_mat(rows, columns, [fmpq(int(i == 0)) for i in range(rows * columns)])


SIGNS = {"somewhere positive", "somewhere negative"}


def of_signs(drawn: fmpq_mat, wanted: set[str]) -> fmpq_mat:
    """The matrix with a positive first and a negative last entry where it has none of a sign that is wanted."""
    entries = drawn.entries()
    if "somewhere positive" in wanted and not any(entry > 0 for entry in entries):
        entries[0] = abs(entries[0]) or fmpq(1)
    if "somewhere negative" in wanted and not any(entry < 0 for entry in entries):
        entries[-1] = -abs(entries[-1]) or fmpq(-1)
    return fmpq_mat(drawn.nrows(), drawn.ncols(), entries)


def of_unit_rows(drawn: fmpq_mat, domains: set[str]) -> fmpq_mat:
    """The matrix with rows that sum to one, one-hot where the entries are nonnegative integers."""
    rows = list[list[fmpq]]()
    for row in drawn.tolist():
        total, first = sum(row, start=fmpq(0)), row.index(max(row))
        if {"integral", "nonnegative"} <= domains or (total == 0 and "nonnegative" in domains):
            rows.append([fmpq(int(j == first)) for j in range(len(row))])
        elif "nonnegative" in domains or "positive" in domains:
            rows.append([entry / total for entry in row])
        else:
            rows.append([row[0] + 1 - total, *row[1:]])
    return fmpq_mat(rows)


def unit_multiple(matrix: fmpq_mat) -> fmpq_mat:
    """The first entry, or one if it is zero, on the diagonal, and zero elsewhere."""
    rows, columns = matrix.nrows(), matrix.ncols()
    scale = matrix[0, 0] or fmpq(1)
    return fmpq_mat(rows, columns, [scale if i == j else fmpq(0) for i in range(rows) for j in range(columns)])


@st.composite
def of_rank(draw: DrawFn, rows: int, columns: int, rank: int, entries: Entries | None = None) -> fmpq_mat:
    """A matrix of exactly the given rank, at most its size: ``P·[I; A]·L·[I, B]·Q`` with permutations P, Q."""
    element = entries if entries is not None else integers(3)
    tall = draw(matrices(rows - rank, rank, element))
    wide = draw(matrices(rank, columns - rank, element))
    core = draw(matrices(rank, rank, integers(2)))
    # A unit lower triangular core is invertible whatever was drawn.
    middle = fmpq_mat(
        rank, rank, [core[i, j] if j < i else fmpq(int(i == j)) for i in range(rank) for j in range(rank)]
    )
    left = [[fmpq(int(i == j)) for j in range(rank)] for i in range(rank)] + tall.tolist()
    right = [[fmpq(int(i == j)) for j in range(rank)] + wide.tolist()[i] for i in range(rank)]
    if rank == 0:
        return fmpq_mat(rows, columns)
    product = fmpq_mat(left) * middle * fmpq_mat(right)
    return draw(permuted(product))


@st.composite
def permuted(draw: DrawFn, matrix: fmpq_mat) -> fmpq_mat:
    """The matrix with its rows and columns permuted."""
    rows = draw(st.permutations(range(matrix.nrows())))
    columns = draw(st.permutations(range(matrix.ncols())))
    return fmpq_mat(len(rows), len(columns), [matrix[i, j] for i in rows for j in columns])


@st.composite
def repetitive(draw: DrawFn, rows: int, columns: int, entries: Entries | None = None) -> fmpq_mat:
    """A matrix whose rows and columns repeat each other or are zero."""
    base = draw(matrices(rows, columns, entries))
    row_of = draw(st.lists(st.integers(-1, rows - 1), min_size=rows, max_size=rows))
    column_of = draw(st.lists(st.integers(-1, columns - 1), min_size=columns, max_size=columns))
    picked = [base[i, j] if min(i, j) >= 0 else fmpq(0) for i in row_of for j in column_of]
    return fmpq_mat(rows, columns, picked)


@st.composite
def ill_conditioned(draw: DrawFn, rows: int, columns: int, entries: Entries | None = None) -> fmpq_mat:
    """A matrix near one of rank one: condition numbers up to about 10^12 for two rows or more."""
    near = draw(of_rank(rows, columns, 1, entries))
    small = draw(matrices(rows, columns, integers(5)))
    exponent = draw(st.integers(3, 12))
    return near + small * fmpq(1, 10**exponent)


@st.composite
def badly_scaled(draw: DrawFn, rows: int, columns: int, entries: Entries | None = None) -> fmpq_mat:
    """A matrix whose rows differ in scale by up to 10^12, the whole of it by up to 10^±30."""
    base = draw(matrices(rows, columns, entries))
    exponents = draw(st.lists(st.integers(-6, 6), min_size=rows, max_size=rows))
    overall = draw(st.integers(-24, 24))
    scaled = [base[i, j] * fmpq(10) ** (exponents[i] + overall) for i in range(rows) for j in range(columns)]
    return fmpq_mat(rows, columns, scaled)


@st.composite
def orthogonal(draw: DrawFn, size: int, entries: Entries | None = None) -> fmpq_mat:
    """A rational orthogonal matrix: the Cayley transform ``(I − S)(I + S)⁻¹`` of a skew S (1846), signs flipped."""
    drawn = draw(matrices(size, size, entries if entries is not None else integers(3)))
    skew = drawn - drawn.transpose()
    unit = fmpq_mat(size, size, [fmpq(int(i == j)) for i in range(size) for j in range(size)])
    signs = draw(st.lists(st.sampled_from([1, -1]), min_size=size, max_size=size))
    cayley = (unit - skew) * (unit + skew).inv()
    return fmpq_mat(size, size, [signs[i] * cayley[i, j] for i in range(size) for j in range(size)])


@st.composite
def whitened(draw: DrawFn, rows: int, columns: int, entries: Entries | None = None) -> fmpq_mat:
    """A matrix with ``X·Xᵀ = I``, ``rows ≤ columns``: the first rows of an orthogonal matrix."""
    square = draw(orthogonal(columns, entries))
    return fmpq_mat(rows, columns, [square[i, j] for i in range(rows) for j in range(columns)])


@st.composite
def sorted_points(draw: DrawFn, size: int, entries: Entries | None = None) -> fmpq_mat:
    """Distinct points in increasing order, as a column: cumulative sums of positive steps."""
    element = positive(entries if entries is not None else integers(3))
    first = draw(entries if entries is not None else integers(3))
    steps = draw(st.lists(element, min_size=size - 1, max_size=size - 1))
    points = [first]
    for step in steps:
        points.append(points[-1] + step)
    return fmpq_mat(size, 1, points)


@st.composite
def tied_points(draw: DrawFn, size: int, entries: Entries | None = None) -> fmpq_mat:
    """Points in increasing order of which two neighbours are equal, where there are two."""
    points = draw(sorted_points(size, entries)).entries()
    at = draw(st.integers(0, max(size - 2, 0)))
    return fmpq_mat(size, 1, [*points[: at + 1], *points[at:-1]] if size > 1 else points)
