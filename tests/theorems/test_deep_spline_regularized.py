"""Deep ReLU networks with weight decay on the line: values by trying every set of atoms, and planted faults."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import combinations, product
from typing import Any

import mpmath
import pytest
from flint import fmpq, fmpq_mat
from sympy import Rational

import checker
from checker.statement import (
    Holds,
    Maximize,
    Minimize,
    OptimalValue,
    StrongDuality,
    Theorem,
    WeakDuality,
    at_most,
    entry,
    equal,
    norm,
    optimum,
)
from checker.witness.exact import WitnessError
from tests.theorems.planted import restated
from tests.theorems.references import DPS, assert_encloses, ends, number
from tests.theorems.relu_references import dot as paired
from tests.theorems.relu_references import independent, solve
from tests.theorems.test_two_layer_relu import few, slowly, verdicts, worst_of
from theorems import deep_relu
from theorems.deep_relu import spline_lines, spline_regularized
from theorems.two_layer_relu import spline_regularized as two_layers
from theorems.witnesses import deep_splines

# Writes the digits of what is enclosed.
SHOWN = 45
UNIT = {"x": [0, 1], "y": [0, 1]}
HILL = {"x": [0, 1, 2, 4], "y": [0, 1, -1, 2]}
CONVEX = {"x": [1, 2, 3], "y": [1, 2, 5]}


def settings(depth: int, beta: Any) -> dict[str, str]:
    return {"L": str(depth), "beta": str(beta), "r": "1"}


def verified(data, depth: int, beta, theorem: Theorem = spline_regularized, **chosen):
    return checker.verify(theorem, data=data, settings=settings(depth, beta), **chosen)


def least_cost(x, y, beta, depth: int) -> mpmath.mpf:
    """``min ½‖f − y‖² + β(L/2)(Σ|c_j|)^(2/L)``: the least cost over all signed sets of atoms.

    With given signs the total size ρ of a set costs ``a + (r − ρ)²/(2q) + β(L/2)ρ^(2/L)``.  This has a local minimum
    only where ``(r − ρ)ρ^(1−2/L)`` falls to βq, and the global one is such a minimum of some set, or a constant.
    """
    points, target = [Fraction(v) for v in x], [Fraction(v) for v in y]
    unit = [Fraction(1)] * len(points)
    atoms = [[max(side * (z - knot), Fraction(0)) for z in points] for side in (1, -1) for knot in points]
    mean = paired(unit, target) / len(target)
    best = number(sum((value - mean) ** 2 for value in target) / 2)
    for size in range(1, len(points)):
        for chosen in combinations(atoms, size):
            columns = [unit, *chosen]
            if len(independent(columns)) <= size:
                continue
            gram = [[paired(a, b) for b in columns] for a in columns]
            free = solve(gram, [paired(a, target) for a in columns])
            fit = [paired(free, [column[i] for column in columns]) for i in range(len(points))]
            left = number(sum((a - b) ** 2 for a, b in zip(fit, target, strict=True)) / 2)
            for signs in product((1, -1), repeat=size):
                moved = solve(gram, [Fraction(0), *map(Fraction, signs)])
                most, rate = paired(free[1:], signs), paired(moved[1:], signs)
                rho = local_minimum(most, rate, beta, depth)
                if rho is None:
                    continue
                penalty = (number(most) - rho) / number(rate)
                weights = [number(a) - penalty * number(b) for a, b in zip(free[1:], moved[1:], strict=True)]
                if all(weight * sign >= 0 for weight, sign in zip(weights, signs, strict=True)):
                    cost = left + penalty**2 * number(rate) / 2
                    best = min(best, cost + number(beta) * depth / 2 * rho ** (mpmath.mpf(2) / depth))
    return best


def local_minimum(most: Fraction, rate: Fraction, beta, depth: int) -> mpmath.mpf | None:
    """Where ``(r − ρ)ρ^(1−2/L)`` falls to βq, by halving."""
    if most <= 0:
        return None
    power, limit = 1 - mpmath.mpf(2) / depth, number(beta) * number(rate)
    low, high = number(most) * power / (1 + power), number(most)
    if (high - low) * low**power <= limit:
        return None
    for _ in range(int(DPS * 3.4)):
        middle = (low + high) / 2
        if (number(most) - middle) * middle**power > limit:
            low = middle
        else:
            high = middle
    return low


def assert_costs(data, depth: int, beta) -> None:
    result = verified(data, depth, beta)
    assert worst_of(result) == {"holds"}
    with mpmath.workdps(DPS):
        value = least_cost(data["x"], data["y"], beta, depth)
        for side in ("primal", "dual"):
            assert_encloses(result, value, side, digits=SHOWN)


def drawn(seed: int) -> tuple[dict[str, list[Fraction]], Fraction]:
    source = random.Random(seed)
    n = source.randint(2, 4)
    x = sorted({Fraction(source.randint(0, 30), source.randint(1, 4)) for _ in range(n)})
    y = [Fraction(source.randint(-20, 20), source.randint(1, 3)) for _ in x]
    return {"x": x, "y": y}, Fraction(source.randint(1, 60), source.choice([1, 3, 20]))


# Values.


def test_the_smallest_case_costs_what_the_catalogue_says():
    result = verified(UNIT, 3, "1/10")
    assert worst_of(result) == {"holds"}
    assert {round(float(end), 6) for end in ends(result)} == {0.139201}


USUAL = [("two points", 8), ("four points", 3)]
OTHERS = [
    (name, depth) for name in ("two points", "four points") for depth in range(3, 9) if (name, depth) not in USUAL
]


@pytest.mark.parametrize(("name", "depth"), [*USUAL, *(pytest.param(*case, marks=pytest.mark.slow) for case in OTHERS)])
def test_the_cost_is_the_least_of_all_sets_of_atoms(name, depth):
    data, beta = {"two points": (UNIT, Fraction(1, 20)), "four points": (HILL, Fraction(1, 10))}[name]
    assert_costs(data, depth, beta)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_drawn_data_cost_the_least_of_all_sets_of_atoms(seed):
    data, beta = drawn(seed)
    assert_costs(data, random.Random(seed).randint(3, 8), beta)


@pytest.mark.parametrize("depth", [3, *slowly(*range(4, 9))])
@pytest.mark.parametrize("apart", [Fraction(1, 10**3), *slowly(Fraction(1, 10**12))])
def test_beyond_the_crossover_a_constant_is_optimal(depth, apart):
    """At ``β = ρ^(1−2/L)/(2(L − 1))``, ``ρ = (L − 2)/(L − 1)``, the spline of size ρ costs as much as a constant."""
    size = mpmath.mpf(depth - 2) / (depth - 1)
    crossover = Fraction(str(size ** (1 - mpmath.mpf(2) / depth) / (2 * (depth - 1))))
    with mpmath.workdps(DPS):
        spline, constant = (verified(UNIT, depth, crossover * (1 + side * apart)) for side in (-1, 1))
        assert worst_of(spline) == worst_of(constant) == {"holds"}
        assert ends(spline)[1] < 0.25
        assert_encloses(constant, mpmath.mpf(1) / 4, digits=SHOWN)
        for side, result in ((-1, spline), (1, constant)):
            assert_encloses(result, least_cost(UNIT["x"], UNIT["y"], crossover * (1 + side * apart), depth))


ALIKE = {
    "one point": ({"x": [2], "y": [5]}, 0),
    "two points of one value": ({"x": [0, 3], "y": [2, 2]}, 0),
    "constant": ({"x": [1, 2, 4], "y": [-1, -1, -1]}, 0),
    "collinear": ({"x": [0, 1, 2], "y": [1, 3, 5]}, None),
    "not at zero": ({"x": [10, 11], "y": [3, -3]}, None),
}


@pytest.mark.parametrize("name", few(ALIKE, "one point", "constant", "collinear"))
def test_special_data_cost_what_they_must(name):
    data, value = ALIKE[name]
    if value is None:
        assert_costs(data, 3, Fraction(1, 7))
        return
    result = verified(data, 3, "1/7")
    assert worst_of(result) == {"holds"}
    assert ends(result) == (value, value)


@pytest.mark.slow
def test_two_layers_are_the_limit_of_the_problem_inside():
    """At t = 1 the inner problem is that of two layers, so that D ≤ β(L − 2)/2 + P*_2."""
    deep = verified(HILL, 3, "1/10")
    shallow = checker.verify(two_layers, data=HILL, settings={"beta": "1/10"})
    assert ends(deep)[0] <= ends(shallow)[1] + mpmath.mpf(1) / 20


@pytest.mark.slow
def test_a_hundred_digits_are_enclosed():
    result = verified(HILL, 4, "1/10", digits=100)
    assert worst_of(result) == {"holds"}


def test_negative_inputs_are_outside_the_assumptions():
    result = verified({"x": [-1, 1], "y": [-1, 1]}, 3, "1/10")
    assert worst_of(result) <= {"inapplicable"}


def test_the_search_ends_at_the_least_of_all_sets_of_atoms():
    values = {key: fmpq_mat(len(HILL[key]), 1, HILL[key]) for key in ("x", "y")}
    found = deep_splines.minimum(values | {"beta": fmpq(1, 10), "L": 4}, 200)
    with mpmath.workdps(DPS):
        least = least_cost(HILL["x"], HILL["y"], Fraction(1, 10), 4)
        assert mpmath.almosteq(mpmath.mpf(found.upper.str(60, radius=False)), least, rel_eps=mpmath.mpf(10) ** -50)


# Planted faults.


def planted(*wrong: Any, **changes: Any) -> Theorem:
    """Wrong claims beside the right weak dualities."""
    return restated(spline_regularized, *wrong, **changes)


def wrong_verdicts(theorem: Theorem, data=CONVEX, depth: int = 3, beta="1/10") -> dict[str, str]:
    found = verdicts(verified(data, depth, beta, theorem))
    return {name: verdict for name, verdict in found.items() if name.startswith("wrong")}


def lines_with(change: Any) -> Any:
    """The bound with another power of ρ in place of ``ρ^(2/L)``."""
    k, rho, lines, L = deep_relu.k, deep_relu.rho, deep_relu.lines, deep_relu.L
    powers = {entry(rho, at) ** (2 / L): change(entry(rho, at)) for at in (k, k + 1, lines + 1)}
    found = deep_relu.SB.objective.xreplace(powers)
    assert found != deep_relu.SB.objective
    return Maximize(found, over=deep_relu.SB.variables, subject_to=deep_relu.SB.constraints, name="B")


def scale_with(power: Any = deep_relu.scale, weight: Any = deep_relu.L - 2, factor: int = 1) -> Any:
    """The problem in a scale and two layers with another power of t, another weight of t² or of the neurons."""
    t, beta, v = deep_relu.t, deep_relu.beta, deep_relu.v
    values = deep_relu.two_layers_of(power * v)
    decay = weight * t**2 / 2 + factor * deep_relu.products_of(v)
    return Minimize(
        norm(values - deep_relu.y) ** 2 / 2 + beta * decay,
        over=deep_relu.SD.variables, subject_to=[at_most(0, t)], name="D",
    )  # fmt: skip


def test_lines_of_twice_the_penalty_are_refuted():
    def doubled(data, digits):
        twice = deep_splines.regularized(dict(data.values) | {"beta": 2 * data["beta"]}, digits)
        lines = {name: twice[name] for name in ("q", "rho", "Lambda")}
        return deep_splines.regularized(data, digits) | lines

    double = lines_with(lambda at: 2 * at ** (2 / deep_relu.L))
    theorem = planted(WeakDuality(deep_relu.SR, double, name="wrong"), witness=doubled)
    assert wrong_verdicts(theorem) == {"wrong": "refuted"}


@pytest.mark.parametrize("exponent", [3 / deep_relu.L, *slowly(1 / deep_relu.L, 2 / (deep_relu.L - 1))])
def test_lines_with_another_exponent_are_never_strong_duality(exponent):
    other = lines_with(lambda at: at**exponent)
    claims = [WeakDuality(deep_relu.SR, other, name="wrong-weak"), StrongDuality(deep_relu.SR, other, name="wrong")]
    assert wrong_verdicts(planted(*claims))["wrong"] in ("undecided", "refuted")


@pytest.mark.slow
@pytest.mark.parametrize("exponent", [1 / deep_relu.L, 3 / deep_relu.L])
def test_functions_with_another_exponent_never_cost_the_same(exponent):
    cost = deep_relu.L / 2 * deep_relu.function_cost**exponent
    other = Minimize(deep_relu.with_decay(deep_relu.function, cost), over=deep_relu.SF.variables, name="F")
    claims = [
        WeakDuality(other, deep_relu.SB, name="wrong-weak"),
        Holds(equal(optimum(deep_relu.SR), optimum(other)), name="wrong"),
    ]
    assert wrong_verdicts(planted(*claims))["wrong"] in ("undecided", "refuted")


SCALES = {
    "a higher power of the scale": scale_with(power=deep_relu.t ** (deep_relu.L - 1)),
    "one layer more": scale_with(weight=deep_relu.L - 1),
    "one layer less": scale_with(weight=deep_relu.L - 3),
    "twice the weight of neurons": scale_with(factor=2),
}


@pytest.mark.parametrize("name", SCALES)
def test_another_problem_in_a_scale_never_has_the_value(name):
    claims = [
        WeakDuality(SCALES[name], deep_relu.SB, name="wrong-weak"),
        StrongDuality(SCALES[name], deep_relu.SB, name="wrong"),
    ]
    assert wrong_verdicts(planted(*claims))["wrong"] in ("undecided", "refuted")


def without_line(number: int):
    """A witness that leaves a line out, its interval being left to the one before or after it."""

    def proposed(data, digits):
        point = deep_splines.regularized(data, digits)
        count, rho, lines = point["q"], point["rho"].entries(), point["Lambda"].tolist()
        gone = number % count
        rho = [*rho[: gone or 1], *rho[(gone or 1) + 1 :]]
        rows = [[*row[:gone], *row[gone + 1 :]] for row in lines]
        return point | {"q": count - 1, "rho": fmpq_mat(count, 1, rho), "Lambda": fmpq_mat(rows)}

    return proposed


@pytest.mark.parametrize("number", [0, *slowly(1, 5, -2), -1])
def test_a_line_that_is_left_out_leaves_the_bracket_open(number):
    theorem = planted(StrongDuality(deep_relu.SR, deep_relu.SB, name="wrong"), witness=without_line(number))
    assert wrong_verdicts(theorem, UNIT) == {"wrong": "undecided"}


@pytest.mark.slow
def test_all_lines_close_the_bracket():
    theorem = planted(StrongDuality(deep_relu.SR, deep_relu.SB, name="wrong"))
    assert wrong_verdicts(theorem, UNIT) == {"wrong": "holds"}


def test_lines_that_are_not_centred_are_refuted():
    free = [relation for relation in deep_relu.SB.constraints if relation != deep_relu.centred_slopes]
    bound = Maximize(deep_relu.SB.objective, over=deep_relu.SB.variables, subject_to=free, name="B")

    def uncentred(data, digits):
        lines = {"q": 1, "rho": fmpq_mat(2, 1, [0, 10**6]), "Lambda": data["y"]}
        return deep_splines.regularized(data, digits) | lines

    theorem = planted(WeakDuality(deep_relu.SR, bound, name="wrong"), witness=uncentred)
    assert wrong_verdicts(theorem, {"x": [1], "y": [1]}) == {"wrong": "refuted"}


@pytest.mark.slow
@pytest.mark.parametrize("value", ["too small", "too large"])
def test_a_value_that_is_off_by_little_is_refuted(value):
    least = Fraction(str(ends(verified(UNIT, 3, "1/10"))[0]))
    off = least * (1 + (1 if value == "too large" else -1) * Fraction(1, 10**30))
    theorem = planted(OptimalValue(deep_relu.SR, Rational(off.numerator, off.denominator), name="wrong"))
    assert wrong_verdicts(theorem, UNIT) == {"wrong": "refuted"}


@pytest.mark.parametrize("factor", [1 - Fraction(1, 10**20), *slowly(1 + Fraction(1, 10**20))])
def test_a_network_that_is_off_by_little_does_not_pass(factor):
    exact = fmpq(factor.numerator, factor.denominator)

    def nudged(data, digits):
        point = deep_splines.regularized(data, digits)
        last = point["V"][-1] * exact
        return point | {"V": [*point["V"][:-1], last]}

    found = verdicts(verified(UNIT, 3, "1/10", spline_regularized_with(nudged)))
    assert found["strong-duality"] == "undecided"


def spline_regularized_with(witness) -> Theorem:
    return restated(
        spline_regularized,
        keep=[claim.name for claim in spline_regularized.claims if claim.name.startswith(("weak", "strong"))],
        witness=witness,
    )


def test_the_lines_need_centred_slopes():
    """Without the assumption the lemma is refuted by a constant."""
    given = [assumption for assumption in spline_lines.given if assumption.relation != deep_relu.centred_slopes]
    theorem = Theorem(title="Planted", given=given, claims=list(spline_lines.claims))
    data = {"x": [1], "y": [1], "Lambda": [[1]], "rho": [0, 1000], "beta": 1, "b_0": 1, "b": [0], "V": [[[0]], [[0]]],
            "f_0": 1, "f_1": 0, "mu": [0], "tau": [0], "w": [0], "theta": [0], "v": [0], "q_0": 1}  # fmt: skip
    result = checker.verify(theorem, data=data)
    assert set(verdicts(result).values()) == {"refuted"}


def test_a_penalty_that_is_not_positive_is_no_problem_of_the_witness():
    values = {key: fmpq_mat(2, 1, [0, 1]) for key in ("x", "y")}
    with pytest.raises(WitnessError, match="positive beta"):
        deep_splines.regularized(values | {"beta": fmpq(0), "L": 3, "m": 1}, 50)
