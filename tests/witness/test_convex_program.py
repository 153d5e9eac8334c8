"""Trained two-layer ReLU networks: feasible in Q, the bracket closed, and the optima that are known otherwise."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from flint import arb, arb_mat, ctx, fmpq, fmpq_mat
from hypothesis import example, given, settings
from hypothesis import strategies as st

from checker.kernel.arrangements import kernel_basis
from checker.witness import convex_program, neurons
from checker.witness.convex_program import Trained, network, train
from checker.witness.exact import WitnessError
from checker.witness.neurons import Arrangement, Neuron, Problem, largest_neuron
from checker.witness.rounding import square_root

DIGITS, TEN = 50, fmpq(10)
LINNERUD = Path(__file__).parents[2] / "theorems" / "data" / "linnerud.csv"


def column(entries) -> fmpq_mat:
    return fmpq_mat(len(entries), 1, [fmpq(entry) for entry in entries])


def dot(left: fmpq_mat, right: fmpq_mat) -> fmpq:
    return (left.transpose() * right)[0, 0]


def rectified(matrix: fmpq_mat) -> fmpq_mat:
    return fmpq_mat(matrix.nrows(), matrix.ncols(), [max(entry, fmpq(0)) for entry in matrix.entries()])


def floats(matrix: fmpq_mat) -> np.ndarray:
    return np.array([[float(entry.p) / float(entry.q) for entry in row] for row in matrix.tolist()])


def output(X: fmpq_mat, found) -> fmpq_mat:
    return sum((rectified(X * z) * s for s, z in found), start=fmpq_mat(X.nrows(), 1))


def values(X: fmpq_mat, y: fmpq_mat, beta: fmpq, found: Trained) -> tuple[arb, arb]:
    """Both objective values, as balls at the precision of the moment."""
    left = output(X, found.neurons) - y
    size = sum((arb(dot(z, z)).sqrt() for _, z in found.neurons), start=arb(0))
    return arb(dot(left, left) / 2) + arb(beta) * size, arb(dot(found.dual, y) - dot(found.dual, found.dual) / 2)


def checked(X: fmpq_mat, y: fmpq_mat, beta: fmpq, digits: int = DIGITS) -> Trained:
    """What was trained, once λ is feasible in rationals and the bracket is closed to ten more digits than asked for."""
    before, ctx.prec = ctx.prec, 100 + 10 * digits
    try:
        found = train(X, y, beta, digits)
        assert largest_neuron(X, found.dual)[0] <= beta * beta
        primal, bound = values(X, y, beta, found)
        assert primal - bound <= primal * arb(10) ** -(digits + 10)
        assert not primal - bound < 0
        assert len(found.neurons) <= X.nrows()
        assert all(s in (1, -1) and dot(z, z) > 0 for s, z in found.neurons)
    finally:
        ctx.prec = before
    return found


def encloses(X: fmpq_mat, y: fmpq_mat, beta: fmpq, optimum: fmpq) -> bool:
    """Whether an optimum that is known lies in the bracket of what is trained."""
    before, ctx.prec = ctx.prec, 600
    try:
        primal, bound = values(X, y, beta, checked(X, y, beta))
        return not primal < arb(optimum) and not bound > arb(optimum)
    finally:
        ctx.prec = before


def threshold(X: fmpq_mat, y: fmpq_mat) -> fmpq:
    """The least β at which the network vanishes, rounded down."""
    squared, _ = largest_neuron(X, y)
    return square_root(squared, 400) if squared > 0 else fmpq(0)


# The largest neuron.


def by_definition(X: fmpq_mat, lam: fmpq_mat) -> fmpq:
    """The squared supremum from all sets of positive samples and of samples at zero, possible ones or not."""
    samples, best = range(X.nrows()), fmpq(0)
    for zero in (chosen for size in range(X.ncols()) for chosen in combinations(samples, size)):
        basis = kernel_basis(fmpq_mat(len(zero), X.ncols(), [X[i, j] for i in zero for j in range(X.ncols())]))
        if basis.ncols() == 0:
            continue
        onto = basis * (basis.transpose() * basis).solve(basis.transpose())
        for pattern in product((0, 1), repeat=X.nrows()):
            gradient = onto * X.transpose() * column([a * b for a, b in zip(pattern, lam.entries(), strict=True)])
            for side in (1, -1):
                entries = (X * gradient * side).entries()
                if all(value >= 0 if on else value <= 0 for on, value in zip(pattern, entries, strict=True)):
                    best = max(best, dot(gradient, gradient))
    return best


numbers = st.one_of(st.integers(-2, 2).map(fmpq), st.builds(fmpq, st.integers(-30, 30), st.integers(1, 7)))


@st.composite
def inputs(draw, most=6, widest=3) -> fmpq_mat:
    """Any rows; repeated, opposite, parallel or zero ones; rank one; symmetric; columns or rows of other scales."""
    d = draw(st.integers(1, widest))
    n = draw(st.integers(1, min(most, 4) if d > 2 else most))
    rows = draw(st.lists(st.lists(numbers, min_size=d, max_size=d), min_size=n, max_size=n))
    kind = draw(st.sampled_from(["any", "any", "few rows", "parallel", "rank one", "symmetric", "columns", "rows"]))
    factors = draw(st.lists(st.sampled_from([fmpq(f) for f in (-1, 0, 1, 2)]), min_size=n, max_size=n))
    scales = draw(st.lists(st.sampled_from([fmpq(1), TEN**12, TEN**-12]), min_size=n, max_size=n))
    if kind == "few rows":
        rows = [rows[i % 2 % n] for i in range(n)]
    elif kind == "parallel":
        rows = [[entry * f for entry in rows[i % 2 % n]] for i, f in enumerate(factors)]
    elif kind == "rank one":
        rows = [[entry * row[0] for entry in rows[0]] for row in rows]
    elif kind == "symmetric":
        rows = [[entry * (-1) ** (i % 2) for entry in rows[i // 2]] for i in range(n)]
    elif kind == "columns":
        rows = [[entry * scales[j % n] for j, entry in enumerate(row)] for row in rows]
    elif kind == "rows":
        rows = [[entry * f for entry in row] for row, f in zip(rows, scales, strict=True)]
    return fmpq_mat(rows)


@st.composite
def datasets(draw, most=6, widest=3) -> tuple[fmpq_mat, fmpq_mat]:
    X = draw(inputs(most, widest))
    y = draw(st.lists(numbers, min_size=X.nrows(), max_size=X.nrows()))
    return X, column(y) * TEN ** draw(st.sampled_from([0, 0, 0, 12, -12]))


@given(datasets(most=4))
@settings(max_examples=60, deadline=None)
def test_the_largest_neuron_is_that_of_all_patterns(data):
    X, lam = data
    squared, z = largest_neuron(X, lam)
    assert squared == by_definition(X, lam) == dot(z, z) == abs(dot(lam, rectified(X * z)))


@given(datasets(), st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_no_neuron_exceeds_the_largest(data, seed):
    X, lam = data
    squared, _ = largest_neuron(X, lam)
    source = random.Random(seed)
    for _ in range(20):
        u = column([source.randint(-9, 9) for _ in range(X.ncols())])
        assert dot(lam, rectified(X * u)) ** 2 <= squared * dot(u, u)


@given(datasets(widest=2))
@settings(max_examples=40, deadline=None)
def test_the_largest_neuron_is_that_of_a_fine_grid(data):
    X, lam = data
    squared, _ = largest_neuron(X, lam)
    circle = np.linspace(0, 2 * np.pi, 20001)
    grid = np.array([np.cos(circle), np.sin(circle)])[: X.ncols()]
    responses = abs(floats(lam).T @ np.maximum(floats(X) @ grid, 0)).max()
    # The response has no larger slope than this, and no direction is further from the grid than half a step.
    slope = np.linalg.norm(floats(X)) * np.linalg.norm(floats(lam))
    assert responses == pytest.approx(float(arb(squared).sqrt().mid()), abs=(np.pi / 20000 + 1e-12) * slope)


def test_a_response_that_is_too_large_by_little_is_seen():
    X, y = fmpq_mat([[1, 2], [-3, 1], [2, 2]]), column([1, -2, 5])
    found = checked(X, y, fmpq(1))
    assert largest_neuron(X, found.dual * (1 + TEN**-60))[0] > 1
    assert largest_neuron(X, y)[0] > 1


def test_too_many_cones_are_refused():
    with pytest.raises(WitnessError, match="take fewer samples"):
        largest_neuron(fmpq_mat(60, 4, [fmpq(i**k) for i in range(1, 61) for k in range(4)]), fmpq_mat(60, 1))


# Training.

shares = st.sampled_from(
    [fmpq(1, 2), fmpq(9, 10), fmpq(1, 30), fmpq(1, 10**6), 1 - TEN**-20, 1 - TEN**-45, 1 - TEN**-80, fmpq(3, 2)]
)


@given(datasets(), shares)
@settings(max_examples=150, deadline=None)
# A target without a positive part, and one with inputs of no rank.
@example((fmpq_mat([[1, 0], [0, 1]]), column([-1, -2])), fmpq(1, 2))
@example((fmpq_mat(2, 2), column([1, 2])), fmpq(1, 2))
@example((fmpq_mat([[2]]), column([3])), fmpq(1, 2))
# Rows that differ by 1e12 in scale, of which a neuron fits the small ones only.
@example((fmpq_mat([[1, 2], [TEN**12, 0], [0, TEN**-12]]), column([1, 1, 1])), fmpq(1, 10**6))
def test_the_dual_point_is_feasible_and_the_bracket_closes(data, share):
    X, y = data
    least = threshold(X, y)
    found = checked(X, y, least * share or fmpq(1))
    assert (not found.neurons) == (least == 0 or share > 1)
    if not found.neurons:
        assert found.dual == y


@given(datasets(most=5), st.integers(0, 2))
@settings(max_examples=30, deadline=None)
def test_the_network_computes_the_same_and_costs_as_much(data, idle):
    X, y = data
    found = checked(X, y, threshold(X, y) / 7 or fmpq(1))
    width = len(found.neurons) + idle
    W, v = network(found.neurons, X.ncols(), width, 200)
    assert (W.nrows(), W.ncols(), v.nrows(), v.ncols()) == (X.ncols(), width, width, 1)
    assert (rectified(X * W) * v if width else fmpq_mat(X.nrows(), 1)) == output(X, found.neurons)
    for j, row in enumerate(W.transpose().tolist()):
        norm = sum((entry * entry for entry in row), start=fmpq(0))
        assert abs(norm - v[j, 0] ** 2) <= norm / fmpq(2) ** 190
        assert (norm == 0) == (j >= len(found.neurons))


def test_a_network_without_room_for_its_neurons_is_refused():
    with pytest.raises(WitnessError, match="needs 2 neurons, and its width is 1"):
        network([(1, column([1])), (-1, column([-1]))], 1, 1, 100)


@pytest.mark.parametrize(
    ("beta", "y", "said"),
    [
        (fmpq(0), column([1, 2]), "positive beta, not 0"),
        (fmpq(-1), column([1, 2]), "positive beta, not -1"),
        (fmpq(1), column([1]), r"y of shape \(2, 1\), not \(1, 1\)"),
        (fmpq(1), fmpq_mat(2, 2), r"y of shape \(2, 1\), not \(2, 2\)"),
    ],
)
def test_data_that_make_no_problem_are_refused(beta, y, said):
    with pytest.raises(WitnessError, match=said):
        train(fmpq_mat([[1], [2]]), y, beta, DIGITS)


# Optima that are known otherwise.


def two_half_lines(c: fmpq_mat, y: fmpq_mat, beta: fmpq) -> tuple[fmpq, int]:
    """The optimum for X = c and how many neurons it has: coefficients of c₊ and c₋, whose supports are disjoint."""
    saved, number = fmpq(0), 0
    for part in (rectified(c), rectified(-c)):
        if (excess := abs(dot(y, part)) - beta) > 0:
            saved, number = saved + excess * excess / dot(part, part) / 2, number + 1
    return dot(y, y) / 2 - saved, number


@given(datasets(widest=1, most=8), st.sampled_from([fmpq(1), fmpq(1, 10), fmpq(1, 10**6), TEN**12]))
@settings(max_examples=60, deadline=None)
def test_one_input_has_a_closed_form(data, beta):
    c, y = data
    optimum, number = two_half_lines(c, y, beta)
    assert encloses(c, y, beta, optimum)
    assert len(train(c, y, beta, DIGITS).neurons) == number


@given(datasets(widest=1, most=8), st.sampled_from([(3, 4), (2, 1, 2), (0, 5, 0), (-2, 3, 6, 0)]))
@settings(max_examples=40, deadline=None)
def test_rank_one_has_a_closed_form(data, direction):
    c, y = data
    norm = arb(sum(a * a for a in direction)).sqrt().unique_fmpz()
    beta = fmpq(1, 3)
    optimum, number = two_half_lines(c, y, beta / int(norm))
    X = c * fmpq_mat(1, len(direction), list(direction))
    assert encloses(X, y, beta, optimum)
    assert len(train(X, y, beta, DIGITS).neurons) == number


def solved_in_floats(X: fmpq_mat, y: fmpq_mat, beta: fmpq) -> float:
    """CVXPY's value of the convex program, over all cones wide enough to hold one of many random directions."""
    cvxpy = pytest.importorskip("cvxpy")
    inputs, source = floats(X), np.random.default_rng(0)
    directions = source.standard_normal((X.ncols(), 4000))
    patterns = np.unique((inputs @ directions > 0).T, axis=0)
    left, size, constraints = -floats(y)[:, 0], 0, []
    for pattern in patterns:
        for sign in (1, -1):
            z = cvxpy.Variable(X.ncols())
            constraints.append(cvxpy.multiply(2 * pattern - 1, inputs @ z) >= 0)
            left, size = left + sign * cvxpy.multiply(pattern, inputs @ z), size + cvxpy.norm(z)
    weight = float(beta.p) / float(beta.q)
    program = cvxpy.Problem(cvxpy.Minimize(cvxpy.sum_squares(left) / 2 + weight * size), constraints)
    return program.solve(solver=cvxpy.CLARABEL)


@pytest.mark.parametrize("seed", range(12))
def test_the_cost_is_that_of_a_solver(seed):
    source = random.Random(seed)
    n, d = source.randint(2, 6), source.randint(1, 3)
    X = fmpq_mat(n, d, [fmpq(source.randint(-9, 9)) for _ in range(n * d)])
    y = column([source.randint(-9, 9) for _ in range(n)])
    beta = threshold(X, y) / source.choice([2, 10, 50]) + fmpq(1, 100)
    primal, _ = values(X, y, beta, checked(X, y, beta))
    # Clarabel stops at a relative gap of 1e-8.
    assert solved_in_floats(X, y, beta) == pytest.approx(float(primal.mid()), rel=1e-6, abs=1e-6)


# Where optima tie.


def cube(d: int) -> fmpq_mat:
    return fmpq_mat([list(corner) for corner in product((1, -1), repeat=d)])


def axes(d: int) -> fmpq_mat:
    return fmpq_mat([[side * int(i == j) for j in range(d)] for i in range(d) for side in (1, -1)])


@pytest.mark.parametrize("X", [axes(2), cube(2), axes(3), cube(3)], ids=["axes", "square", "axes in 3", "cube"])
@pytest.mark.parametrize("power", [None, 6, 20, 40], ids=["exactly", "to 6", "to 20", "to 40"])
def test_more_neurons_tie_than_have_independent_outputs(X, power):
    source = random.Random(power)
    for _ in range(4):
        entries = [1 + (source.randint(-2, 2) * TEN**-power if power else 0) for _ in range(X.nrows())]
        checked(X, column(entries), source.choice([fmpq(1, 10), fmpq(1), fmpq(1, 1000)]))


def test_dependent_neurons_become_fewer():
    X, before = axes(2), ctx.prec
    ctx.prec = 300
    try:
        arrangement = Arrangement.of(X)
        problem = Problem(arrangement, column([5, 5, 5, 5]), fmpq(1))
        corners = [(1, 1), (1, -1), (-1, -1), (-1, 1)]
        sizes = [arb(2), arb(3), arb(1), arb(4)]
        four = [
            Neuron(1, arrangement.cones[a, -a, b, -b], arb_mat([[size * a], [size * b]]))
            for (a, b), size in zip(corners, sizes, strict=True)
        ]
        fewer = problem.independent(four)
        # (1, 1) and (−1, −1) give the sum of what (1, −1) and (−1, 1) give.
        assert len(fewer) == 3
        assert all(abs(entry) < 1e-80 for entry in (problem.left(four) - problem.left(fewer)).entries())
        assert problem.cost(fewer) < problem.cost(four) + 1e-80
    finally:
        ctx.prec = before


def test_neurons_of_one_cone_are_added():
    X, before = fmpq_mat([[1, 0], [0, 1]]), ctx.prec
    ctx.prec = 300
    try:
        arrangement = Arrangement.of(X)
        problem = Problem(arrangement, column([5, 5]), fmpq(1))

        def neuron(sign: int, *z: int) -> Neuron:
            pattern = tuple((entry > 0) - (entry < 0) for entry in z)
            return Neuron(sign, arrangement.cones[pattern], arb_mat([[entry] for entry in z]))

        # The two on axes share the closed quadrant; the last has the other sign, and the third another cone.
        found = problem.merged([neuron(1, 1, 0), neuron(1, 0, 2), neuron(1, 1, -1), neuron(-1, 1, 1)])
        assert [(n.sign, [int(x.unique_fmpz()) for x in n.weights.entries()]) for n in found] == [
            (1, [1, 2]),
            (1, [1, -1]),
            (-1, [1, 1]),
        ]
        assert found[0].cone.signs == (1, 1)
    finally:
        ctx.prec = before


# Harder data.


def gaussian(n: int, d: int, seed: int) -> tuple[fmpq_mat, fmpq_mat]:
    source = random.Random(seed)
    entries = [fmpq(*source.gauss(0, 1).as_integer_ratio()) for _ in range(n * d + n)]
    return fmpq_mat(n, d, entries[: n * d]), column(entries[n * d :])


@pytest.mark.parametrize(
    ("n", "d", "beta"),
    [
        (12, 2, fmpq(1, 10)),
        (12, 2, TEN**-6),
        (8, 3, fmpq(1, 10)),
        (8, 3, TEN**-6),
        (5, 4, fmpq(1, 10)),
        (25, 2, fmpq(1)),
    ],
)
def test_larger_problems(n, d, beta):
    checked(*gaussian(n, d, 3), beta)


def linnerud(rows: int) -> Iterator[tuple[fmpq_mat, fmpq_mat]]:
    with LINNERUD.open() as file:
        table = [[int(cell) for cell in row] for row in list(csv.reader(file))[1:]][:rows]
    for target in (3, 4, 5):
        yield fmpq_mat([row[:3] for row in table]), column([row[target] for row in table])


@pytest.mark.parametrize("beta", [fmpq(1000), fmpq(10), fmpq(1, 100)])
def test_linnerud(beta):
    for X, y in linnerud(8):
        checked(X, y, beta)


@pytest.mark.parametrize(("n", "d", "digits"), [(12, 2, 200), (8, 3, 200), (6, 2, 1000), (6, 2, 5)])
def test_other_numbers_of_digits(n, d, digits):
    X, y = gaussian(n, d, 5)
    checked(X, y, fmpq(1, 10), digits)


@pytest.mark.parametrize("share", [TEN**-12, TEN**-30])
def test_almost_no_weight_decay(share):
    for seed in range(3):
        X, y = gaussian(5, 2, seed)
        checked(X, y, threshold(X, y) * share)


def test_rows_that_are_almost_parallel():
    source = random.Random(2)
    for power in (3, 12, 30):
        rows = [[j + 1 + source.randint(-3, 3) * TEN**-power for j in range(2)] for _ in range(6)]
        checked(fmpq_mat(rows), column([source.randint(-9, 9) for _ in range(6)]), fmpq(1, 10))


# Searches that fail.

HARD = (fmpq_mat([[1, 2], [-3, 1], [2, -2], [1, 1]]), column([3, 1, -4, 2]), fmpq(1, 10))


def test_a_search_that_needs_more_precision_goes_on_with_it(monkeypatch):
    limits, run = [], convex_program._Search.run
    monkeypatch.setattr(convex_program._Search, "run", lambda self: limits.append(ctx.prec) or run(self))
    # At the precision of the first attempt the largest neuron is wrong by more than the gap.
    monkeypatch.setattr(convex_program, "_ROUNDS", 4)
    checked(*HARD)
    assert len(limits) == 2
    assert limits[1] == 2 * limits[0]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("_ROUNDS", 1),
        ("_STEPS", 0),
        ("_newton", lambda problem, found: ([n.weights * 0 for n in found], arb(0))),
        ("_newton", lambda problem, found: ([n.weights for n in found], arb(1))),
        ("_boundary", lambda problem, found, steps: (arb(0), 0, 0)),
    ],
)
def test_a_search_that_ends_elsewhere_says_how_far_it_came(monkeypatch, name, wrong):
    checked(*HARD)
    before = ctx.prec
    monkeypatch.setattr(convex_program, name, wrong)
    with pytest.raises(WitnessError, match=r"gap between network and dual point is \d\.\de[-+]\d\d of the cost"):
        train(*HARD, DIGITS)
    assert ctx.prec == before


def test_a_wrong_largest_neuron_does_not_pass(monkeypatch):
    largest = neurons.Arrangement.largest

    def smaller(self, lam):
        found = largest(self, lam)
        return neurons.Largest(found.squared * fmpq(1, 4), found.sign, found.weights)

    monkeypatch.setattr(neurons.Arrangement, "largest", smaller)
    found = train(*HARD, DIGITS)
    monkeypatch.undo()
    X, _, beta = HARD
    assert largest_neuron(X, found.dual)[0] > beta * beta


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(300))
def test_many_more_datasets(seed):
    source = random.Random(seed)
    d = source.choice([1, 2, 2, 3])
    n = source.randint(1, {1: 12, 2: 12, 3: 8}[d])
    largest = source.choice([1, 3, 99])
    X = fmpq_mat(n, d, [fmpq(source.randint(-largest, largest)) for _ in range(n * d)])
    y = column([source.randint(-largest, largest) for _ in range(n)])
    checked(X, y, threshold(X, y) / source.choice([2, 30, 10**6]) or fmpq(1))
