"""Theorems of users without a witness: their convex problems are solved to as many digits as are asked for."""

from pathlib import Path

import mpmath
import pytest
from flint import arb, fmpq, fmpq_mat

import checker
import theorems
from checker.kernel.evaluate import Machine
from checker.statement import Minimize, Rational, at_most, dot, equal, norm, norm1, softplus, zeros
from checker.witness import precise
from checker.witness.cone_path import Solution
from checker.witness.factorisation import two_layers
from checker.witness.rounding import bits_for
from tests.witness.users import (
    USERS,
    X,
    Z,
    beta,
    d,
    entropy,
    lam,
    lasso,
    margins,
    maximum,
    one,
    quadratic,
    residual,
    theorem,
    w,
    y,
)
from theorems.two_layer_linear import vector_output_regularized

DATA = Path(theorems.__file__).parent / "data"
LABELLED = ("support-vector-machine", "logistic-ridge")
SCALES = [fmpq(10) ** -30, fmpq(1), fmpq(10) ** 30]


UNATTAINED = theorem(Minimize(dot(one, softplus(-margins)), over=[w]), maximum(entropy, equal(Z.T * lam, zeros(d, 1))))
OUTSIDE = theorem(USERS["basis-pursuit"].claims[0].primal, USERS["basis-pursuit"].claims[0].dual)
IMPOSSIBLE = theorem(
    Minimize(norm1(w), over=[w], subject_to=[equal(X * w, y)]), maximum(dot(lam, y), at_most(norm(lam), 1))
)
FALLING = theorem(Minimize(dot(one, X * w), over=[w]), maximum(dot(lam, one), equal(X.T * lam, zeros(d, 1))))


def claims(found):
    return {claim.claim: claim for claim in found.claims}


def holds(found, digits=50):
    duality = claims(found)["strong-duality"]
    assert duality.verdict == "holds", duality.reason
    assert duality.digits is None or duality.digits >= digits
    assert claims(found)["weak-duality"].verdict == "holds"


def values(name, data):
    """Lower and upper bounds of the optimum, at 50 digits."""
    found = checker.verify(USERS[name], data=data).values["primal"]
    with mpmath.workdps(60):
        return mpmath.mpf(found["lower"]), mpmath.mpf(found["upper"])


@pytest.mark.parametrize("name", USERS)
def test_it_holds_at_50_digits_on_drawn_datasets(name):
    holds(checker.verify(USERS[name], cases=1 if name == "not-unique" else 2))


@pytest.mark.slow
@pytest.mark.parametrize("name", USERS)
def test_it_holds_at_50_digits_on_many_drawn_datasets(name):
    holds(checker.verify(USERS[name], cases=1 if name == "not-unique" else 60, seed=1))


@pytest.mark.parametrize("name", ["lasso", "support-vector-machine", "logistic-norm", "nuclear-norm", "linear-program"])
def test_it_holds_at_200_digits(name):
    holds(checker.verify(USERS[name], cases=1, digits=200), 200)


@pytest.mark.parametrize("scale", SCALES, ids=["tiny", "one", "huge"])
@pytest.mark.parametrize("rows", [[[1, 2], [1, 2], [1, 2]], [[1, 2], [-2, -4], [3, 6]], [[0, 0], [0, 0], [0, 0]]],
                         ids=["repeated", "rank 1", "rank 0"])  # fmt: skip
@pytest.mark.parametrize("name", ["lasso", "support-vector-machine-with-bias", "nuclear-norm", "largest-residual"])
def test_degenerate_data_at_any_scale(name, rows, scale):
    target = [[1], [-1], [1]]
    data = {"X": fmpq_mat(rows) * scale, "y": target, "Y": [[1, 2], [-1, 0], [1, 1]], "beta": scale}
    names = {"Y"} if name == "nuclear-norm" else {"y"}
    names |= {"beta"} if name != "largest-residual" else set()
    holds(checker.verify(USERS[name], data={"X": data["X"], **{key: data[key] for key in sorted(names)}}))


def test_labels_that_are_all_the_same_leave_nothing_inside():
    found = checker.verify(
        USERS["support-vector-machine-with-bias"], data={"X": [[1], [2]], "y": [[1], [1]], "beta": 1}
    )
    holds(found)
    assert claims(found)["strong-duality"].evidence == "exact"  # both are zero


def test_a_linear_program_is_solved_exactly():
    found = checker.verify(USERS["basis-pursuit"], data={"X": [[1, 2, 3], [4, 5, 6]], "y": [[fmpq(1, 7)], [1]]})
    holds(found)
    assert claims(found)["strong-duality"].evidence == "exact"


def test_values_agree_with_newton_s_method_in_mpmath():
    rows, labels = [[1, 2], [3, -1], [0, 1], [2, 2]], [1, -1, 1, -1]
    with mpmath.workdps(60):
        ratio = mpmath.mpf(1) / 3

        def slope(*weights):
            shares = [-s / (1 + mpmath.exp(s * (x[0] * weights[0] + x[1] * weights[1])))
                      for x, s in zip(rows, labels, strict=True)]  # fmt: skip
            return [sum(p * x[k] for p, x in zip(shares, rows, strict=True)) + ratio * weights[k] for k in (0, 1)]

        weights = mpmath.findroot(slope, (0, 0))
        outputs = [s * (x[0] * weights[0] + x[1] * weights[1]) for x, s in zip(rows, labels, strict=True)]
        value = sum(mpmath.log1p(mpmath.exp(-z)) for z in outputs) + ratio / 2 * sum(z * z for z in weights)
        below, above = values("logistic-ridge", {"X": rows, "beta": fmpq(1, 3), "y": [[s] for s in labels]})
        assert abs(below - value) < mpmath.mpf(10) ** -45
        assert abs(above - value) < mpmath.mpf(10) ** -45


def test_values_agree_with_the_lasso_of_two_orthogonal_columns():
    # Columns (1, 1) and (1, -1): soft thresholds of 3 and -1 at 1/3, halved.
    below, above = values("lasso", {"X": [[1, 1], [1, -1]], "y": [[1], [2]], "beta": fmpq(1, 3)})
    with mpmath.workdps(60):
        first, second = (3 - mpmath.mpf(1) / 3) / 2, -(1 - mpmath.mpf(1) / 3) / 2
        left = (first + second - 1) ** 2 / 2 + (first - second - 2) ** 2 / 2
        assert abs(below - left - (first - second) / 3) < mpmath.mpf(10) ** -45
        assert above >= below


@pytest.mark.parametrize("radius", [2, Rational(1, 2)])
def test_a_wrong_dual_is_not_certified(radius):
    found = claims(checker.verify(lasso(radius), data={"X": [[1, 2], [3, 1]], "y": [[5], [7]], "beta": 1}))
    assert found["strong-duality"].verdict != "holds"
    if radius == 2:
        assert found["weak-duality"].verdict == "refuted"


@pytest.mark.parametrize("garbage", [arb(0), arb(1) / 3, arb("nan"), arb("inf")], ids=str)
def test_a_solver_that_lies_never_makes_a_claim_hold(garbage, monkeypatch):
    def lie(program, bits):
        return Solution([garbage] * program.columns, [], False)

    monkeypatch.setattr(precise, "optimum", lie)
    data = {"X": [[1, 2], [3, 4]], "y": [[1], [2]], "beta": fmpq(1, 2)}
    assert claims(checker.verify(USERS["lasso"], data=data))["strong-duality"].verdict == "undecided"


def test_what_has_no_cones_is_left_to_floats_and_the_reason_says_so():
    other = theorem(
        Minimize(residual + beta * norm(w) ** 3, over=[w]), maximum(quadratic, equal(X.T * lam, zeros(d, 1)))
    )
    found = claims(checker.verify(other, data={"X": [[1]], "y": [[1]], "beta": 1}))["strong-duality"]
    assert found.verdict == "undecided"
    assert "it has a power other than a square" in found.reason


def test_an_optimum_that_is_not_attained_is_undecided_with_the_width_reached():
    separated = {"X": [[1], [-2]], "y": [[1], [-1]]}
    found = claims(checker.verify(UNATTAINED, data=separated))["strong-duality"]
    assert found.verdict == "undecided"
    assert "the interior point method came to a relative gap of" in found.reason


def test_equations_without_a_solution_give_both_optima_as_infinite():
    found = claims(checker.verify(OUTSIDE, data={"X": [[1], [1]], "y": [[1], [2]]}))["strong-duality"]
    assert (found.verdict, found.evidence) == ("holds", "exact")


def test_equations_that_contradict_each_other_are_named():
    found = claims(checker.verify(IMPOSSIBLE, data={"X": [[1], [1]], "y": [[1], [2]]}))["strong-duality"]
    assert found.verdict == "undecided"
    assert "its equations contradict each other" in found.reason
    assert "its objective is unbounded" in claims(checker.verify(FALLING, data={"X": [[1]]}))["strong-duality"].reason


@pytest.mark.slow
@pytest.mark.parametrize("name", ["lasso", "ridge", "square-root-lasso", "support-vector-machine", "logistic-ridge"])
def test_real_data(name):
    file = "diabetes_above_median.csv" if name in LABELLED else "diabetes.csv"
    holds(checker.verify(USERS[name], data=DATA / file, settings={"beta": "10"}))


def by_the_general_path(data, digits):
    """The minimum over W of the convex form, which nobody wrote a solver for, factorised into two layers."""
    machine, found = Machine(USERS["nuclear-norm"].program), {}
    for number, _ in enumerate(machine.program["problems"]):
        found |= precise.solve_precisely(machine, number, dict(data.values), digits)
    bits = bits_for(digits)
    first, second = two_layers(found["W"], data["m"], bits, alignment=bits)
    return {"W_1": first, "W_2": second, "Lambda": found["Lambda"]}


@pytest.mark.parametrize(
    ("rows", "target"),
    [
        ([[1, 2], [3, 4]], [[1, 0], [2, 1]]),
        ([[1, 2], [3, 4], [0, 1]], [[1, 0, 1], [2, 1, 0], [1, 1, 1]]),
        ([[1, 2, 0], [3, 4, 1], [0, 1, 1], [1, 1, 1]], [[1, 0], [2, 1], [1, 1], [0, 3]]),
    ],
    ids=["square", "more outputs", "more inputs"],
)
def test_the_same_path_serves_regularised_networks_with_several_outputs(rows, target):
    general = vector_output_regularized.restated(witness=by_the_general_path)
    found = checker.verify(general, data={"X": rows, "Y": target, "beta": fmpq(1, 3), "m": 2})
    holds(found)
    assert {claim.verdict for claim in found.claims} == {"holds"}
