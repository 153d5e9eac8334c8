"""Hyperplanes through the origin: their cells and flats against every sign vector and every set of hyperplanes."""

import random
from itertools import combinations, product
from math import comb

import pytest
from flint import fmpq, fmpq_mat

from checker.kernel.arrangements import MOST_FLATS, cells, flats, kernel_basis, planes, signs, step
from checker.kernel.numbers import Undecidable
from tests.kernel.neurons import table


def on_the_moment_curve(number: int, dimension: int) -> fmpq_mat:
    """Normals of which every ``dimension`` are independent."""
    return table([[t**power for power in range(dimension)] for t in range(1, number + 1)])


def drawn(source: random.Random, number: int, dimension: int) -> fmpq_mat:
    """Different hyperplanes with small coefficients, of which many sets are dependent."""
    return planes(fmpq_mat(number, dimension, [source.randint(-2, 2) for _ in range(number * dimension)]))


def rows_of(normals: fmpq_mat, chosen) -> fmpq_mat:
    return fmpq_mat(len(chosen), normals.ncols(), [normals[i, j] for i in chosen for j in range(normals.ncols())])


def realisable(normals: fmpq_mat) -> set[tuple[int, ...]]:
    """The sign vectors of open cones that are not empty, by Gordan's alternative.

    A cone ``s_i·g_i·z > 0`` is empty if and only if a nonnegative combination of the ``s_i·g_i`` vanishes, and then
    one on a minimal dependent set does, whose combination is unique up to a factor.
    """
    number, circuits = normals.nrows(), []
    for size in range(1, normals.rank() + 2):
        for chosen in combinations(range(number), size):
            relation = kernel_basis(rows_of(normals, chosen).transpose())
            if relation.ncols() == 1 and all(relation.entries()):
                circuits.append(dict(zip(chosen, signs(relation), strict=True)))

    def empty(pattern):
        return any(len({pattern[i] * sign for i, sign in circuit.items()}) == 1 for circuit in circuits)

    return {pattern for pattern in product((1, -1), repeat=number) if not empty(pattern)}


def reduced(basis: fmpq_mat) -> tuple[str, ...]:
    """A subspace as the rows of its reduced basis."""
    return tuple(map(str, basis.transpose().rref()[0].entries()))


GENERAL = [(1, 1), (1, 3), (2, 2), (3, 2), (7, 2), (12, 2), (2, 3), (3, 3), (4, 3), (8, 3), (5, 4), (6, 4), (5, 5)]


@pytest.mark.parametrize(("number", "dimension"), GENERAL)
def test_hyperplanes_in_general_position_cut_as_many_cells_as_cover_counted(number, dimension):
    expected = 2 * sum(comb(number - 1, i) for i in range(dimension))
    assert len(cells(on_the_moment_curve(number, dimension))) == expected


@pytest.mark.parametrize(("number", "dimension"), GENERAL)
def test_hyperplanes_in_general_position_meet_in_a_flat_for_each_small_set_of_them(number, dimension):
    found = list(flats(on_the_moment_curve(number, dimension)))
    assert len(found) == sum(comb(number, size) for size in range(min(dimension, number + 1)))
    assert sum(basis.ncols() == dimension for basis in found) == 1


@pytest.mark.parametrize("seed", range(60))
def test_the_cells_are_those_of_every_sign_vector_that_some_point_has(seed):
    source = random.Random(seed)
    normals = drawn(source, source.randint(1, 6), source.randint(1, 4))
    found = cells(normals)
    assert set(found) == realisable(normals)
    for pattern, point in found.items():
        assert signs(normals * point) == pattern


@pytest.mark.parametrize("seed", range(40))
def test_the_flats_are_the_kernels_of_every_set_of_hyperplanes(seed):
    source = random.Random(seed)
    normals = drawn(source, source.randint(1, 6), source.randint(1, 4))
    number = normals.nrows()
    subsets = [chosen for size in range(number + 1) for chosen in combinations(range(number), size)]
    kernels = (kernel_basis(rows_of(normals, chosen)) for chosen in subsets)
    found = [reduced(basis) for basis in flats(normals)]
    assert len(found) == len(set(found))
    assert set(found) == {reduced(basis) for basis in kernels if basis.ncols()}


def test_hyperplanes_of_a_pencil_cut_a_space_of_any_dimension_like_lines_in_a_plane():
    normals = table([[1, 0, 0, 0], [0, 1, 0, 0], [1, 1, 0, 0], [1, -1, 0, 0], [2, 1, 0, 0]])
    assert len(cells(normals)) == 10
    assert sorted(basis.ncols() for basis in flats(normals)) == [2, 3, 3, 3, 3, 3, 4]


def test_the_coordinate_hyperplanes_cut_the_orthants():
    assert set(cells(table([[int(i == j) for j in range(5)] for i in range(5)]))) == set(product((1, -1), repeat=5))


@pytest.mark.slow
def test_the_coordinate_hyperplanes_of_eight_dimensions_cut_the_orthants():
    assert len(cells(table([[int(i == j) for j in range(8)] for i in range(8)]))) == 256


def test_the_braid_arrangement_has_a_cell_for_each_order_of_the_coordinates():
    normals = table([[(k == i) - (k == j) for k in range(4)] for i, j in combinations(range(4), 2)])
    found = cells(normals)
    assert len(found) == 24
    orders = {tuple(sorted(range(4), key=lambda i, p=point: p[i, 0])) for point in found.values()}
    assert len(orders) == 24
    # A flat for each partition of the coordinates into blocks.
    assert len(list(flats(normals))) == 15


def test_no_hyperplane_leaves_one_cell_and_one_flat():
    normals = planes(fmpq_mat(3, 2))
    assert (normals.nrows(), normals.ncols()) == (0, 2)
    assert list(cells(normals)) == [()]
    assert [basis.rank() for basis in flats(normals)] == [2]


def test_rows_that_are_zero_repeated_parallel_or_opposite_are_one_hyperplane_or_none():
    gates = table([[0, 0], [2, 4], [1, 2], [-3, -6], [fmpq(1, 10**40), fmpq(2, 10**40)], [0, 5], [1, 2 + fmpq(1, 9)]])
    assert planes(gates).tolist() == [[1, 2], [0, 1], [1, fmpq(19, 9)]]


def test_hyperplanes_at_the_tiniest_angle_are_told_apart():
    nearly = fmpq(1, 10**80)
    assert len(cells(planes(table([[1, 0], [1, nearly], [1, 2 * nearly]])))) == 6


@pytest.mark.parametrize("seed", range(20))
def test_a_kernel_is_one_and_is_whole(seed):
    source = random.Random(seed)
    rows, columns = source.randint(1, 4), source.randint(1, 4)
    matrix = fmpq_mat(rows, columns, [fmpq(source.randint(-2, 2), 3) for _ in range(rows * columns)])
    basis = kernel_basis(matrix)
    assert not any((matrix * basis).entries())
    assert basis.rank() == basis.ncols() == columns - matrix.rank()


@pytest.mark.parametrize("seed", range(40))
def test_a_step_crosses_no_hyperplane_but_leaves_those_that_it_starts_on(seed):
    source = random.Random(seed)
    number, dimension = source.randint(1, 6), source.randint(1, 4)
    normals = fmpq_mat(number, dimension, [source.randint(-3, 3) for _ in range(number * dimension)])
    start, direction = (fmpq_mat(dimension, 1, [source.randint(-2, 2) for _ in range(dimension)]) for _ in range(2))
    length = step(normals, start, direction)
    assert length > 0
    before, after, along = (signs(normals * z) for z in (start, start + direction * length, direction))
    assert after == tuple(a or b for a, b in zip(before, along, strict=True))


def test_more_flats_than_a_run_can_visit_are_undecided_and_say_what_to_do():
    few, many = on_the_moment_curve(9, 2), on_the_moment_curve(400, 2)
    assert len(list(flats(few))) == 10
    assert comb(400, 2) > MOST_FLATS
    with pytest.raises(Undecidable, match=r"400 hyperplanes of rank 2 .* take fewer samples"):
        next(flats(many))
