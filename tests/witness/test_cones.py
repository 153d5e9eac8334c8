"""The parts of the solver for convex problems: sparse elimination, cones, reading a problem, exact faces."""

import pytest
from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from checker.kernel.evaluate import Machine
from checker.statement import Maximize, Minimize, WeakDuality, absolute, maximum, norm, norm1, softplus, spectral
from checker.statement.theorem import Theorem
from checker.witness.cone_path import optimum
from checker.witness.cone_program import ConeProgram, Unsolvable
from checker.witness.cones import Cone
from checker.witness.convex_form import cone_program
from checker.witness.exact import NotConvex
from checker.witness.faces import on_the_face, rounded_inside
from checker.witness.linear_forms import CONSTANT, independent
from checker.witness.sparse_system import Elimination, Factors
from tests.witness.users import W, X, b, beta, lam, w, y

DATA = {"n": 2, "d": 2, "K": 2, "X": fmpq_mat([[1, 2], [3, 4]]), "y": fmpq_mat([[1], [2]]), "beta": fmpq(1)}


def read(objective, over, sense=Minimize):
    problem = sense(objective, over=over)
    other = (Maximize if sense is Minimize else Minimize)(norm1(lam), over=[lam])
    pair = (problem, other) if sense is Minimize else (other, problem)
    machine = Machine(Theorem(title="t", claims=[WeakDuality(*pair)]).program)
    side = "primal" if sense is Minimize else "dual"
    return cone_program(machine, machine.program["problems"][machine.program["pairs"][0][side]], DATA, 200)


def test_elimination_solves_what_a_dense_solver_does():
    size = 30
    rows = [{i: arb(4), (i + 1) % size: arb(1), (7 * i + 3) % size: arb(-1)} for i in range(size)]
    rows = [{**row, i: arb(4)} for i, row in enumerate(rows)]
    right = [arb(i) for i in range(size)]
    dense = arb_mat([[row.get(j, arb(0)) for j in range(size)] for row in rows])
    expected = dense.solve(arb_mat(size, 1, right)).entries()
    elimination = Elimination(rows)
    found = Factors(elimination, [dict(row) for row in rows]).solve(right)
    assert len(elimination.order) > 0
    assert all(abs(x - z) < arb(10) ** -12 for x, z in zip(found, expected, strict=True))


def test_pivots_that_cancel_wait_for_another():
    # After the first pivot the second diagonal entry is zero.
    rows = [{0: arb(1), 1: arb(1)}, {0: arb(1), 1: arb(1), 2: arb(1)}, {1: arb(1), 2: arb(0)}]
    elimination = Elimination(rows)
    found = Factors(elimination, [dict(row) for row in rows]).solve([arb(3), arb(6), arb(2)])
    assert [float(x) for x in found] == [1, 2, 3]


@pytest.mark.parametrize(
    ("kind", "size", "point", "step", "expected"),
    [
        ("nonnegative", 2, [1, 2], [1, -1], 2),
        ("second_order", 3, [2, 0, 0], [0, 1, 0], 2),
        ("semidefinite", 2, [1, 0, 1], [0, 1, 0], 1),
        ("semidefinite", 2, [1, 0, 1], [1, 0, 1], None),
    ],
)
def test_how_far_a_step_stays_in_a_cone(kind, size, point, step, expected):
    cone = Cone(kind, 0, size)
    reach = cone.reach([arb(x) for x in point], [arb(x) for x in step])
    assert abs(reach - expected) < arb(10) ** -9 if expected else not reach.is_finite()
    assert cone.inside([arb(x) for x in point])
    assert float(cone.least([arb(x) for x in point])) > 0


@pytest.mark.parametrize("kind", ["nonnegative", "second_order", "semidefinite"])
def test_the_identity_changes_nothing(kind):
    cone = Cone(kind, 0, 3)
    point = [arb(3 * i + 1) for i in range(cone.entries)]
    rows = cone.rows([arb(entry) for entry in cone.identity])
    assert [float(sum(x * point[j] for j, x in row.items())) for row in rows] == [float(x) for x in point]


@pytest.mark.parametrize(
    ("objective", "over", "sense"),
    [
        (norm(w), [w], Maximize),
        (-norm1(w), [w], Minimize),
        (absolute(absolute(b) - 1), [b], Minimize),
        (b * beta * b * b, [b], Minimize),
        (norm(X * w * b), [w, b], Minimize),
        (norm(softplus(X * w) - y) ** 2, [w], Minimize),
    ],
    ids=lambda part: getattr(part, "__name__", str(part)),
)
def test_what_is_not_convex_is_refused(objective, over, sense):
    with pytest.raises(NotConvex):
        read(objective, over, sense)


def test_what_is_convex_is_read():
    program = read(maximum(norm1(X * w - y), spectral(W), 3) + norm(w) ** 2 / 2, [w, W])
    assert program.given == 6
    assert len(program.semidefinite) == 1
    assert [term.kind for term in program.smooth] == ["square"]


def test_rows_that_others_span_are_left_out():
    rows = [{0: fmpq(1), 1: fmpq(1)}, {0: fmpq(2), 1: fmpq(2)}, {1: fmpq(1), 2: fmpq(1)}, {2: fmpq(5)}, {}]
    assert independent(rows, range(3)) == [0, 2, 3]


def line() -> ConeProgram:
    """The least x with x ≥ 1/3 and x ≥ y, over y = 1/7."""
    program = ConeProgram(columns=2, given=2, equations=1, objective={0: fmpq(1)})
    program.zero = [{1: fmpq(1), CONSTANT: fmpq(-1, 7)}]
    program.nonnegative = [{0: fmpq(1), CONSTANT: fmpq(-1, 3)}, {0: fmpq(1), 1: fmpq(-1)}]
    return program


def test_a_face_is_exact_and_a_point_inside_is_near():
    with ctx.workprec(600):
        found = optimum(line(), 200)
        assert on_the_face(line(), found, 200) == [fmpq(1, 3), fmpq(1, 7)]
        x, z = rounded_inside(line(), found, 200)
        assert z == fmpq(1, 7)
        assert 0 < x - fmpq(1, 3) < fmpq(1, 2) ** 195


def test_what_has_no_least_value_is_told_before_any_step():
    falling = ConeProgram(columns=1, given=1, objective={0: fmpq(1)})
    with pytest.raises(Unsolvable, match="unbounded"):
        falling.without_superfluous()
    contradiction = ConeProgram(columns=1, given=1, zero=[{0: fmpq(1)}, {0: fmpq(1), CONSTANT: fmpq(1)}], equations=2)
    with pytest.raises(Unsolvable, match="contradict"):
        contradiction.without_superfluous()
