"""Wrong statements about ReLU networks, dropped assumptions and wrong witnesses: refuted or undecided, never a pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import pytest
from flint import fmpq, fmpq_mat
from sympy import Integer, Rational

import checker
from checker.statement import (
    Chain,
    ForEveryOptimum,
    Holds,
    Let,
    Maximize,
    Minimize,
    Nonnegative,
    Nonzero,
    OptimalPoint,
    OptimalValue,
    Parallel,
    Positive,
    RankAtMost,
    Relation,
    SizeAtMost,
    SomeOptimum,
    Step,
    StrongDuality,
    Theorem,
    WeakDuality,
    WidthAtLeast,
    absolute,
    at_most,
    column,
    dot,
    entry,
    equal,
    every,
    frobenius,
    less,
    maximum,
    norm,
    norm1,
    ones,
    optimum,
    product,
    relu,
    supremum,
    total,
    vector,
    zeros,
)
from tests.theorems.planted import of_value, restated
from tests.theorems.test_two_layer_relu import few
from theorems import deep_relu as deep
from theorems import lemmas
from theorems import two_layer_relu as two
from theorems.witnesses import deep_relu as deep_witnesses
from theorems.witnesses import splines as spline_witnesses
from theorems.witnesses.two_layer_relu import neurons_on_the_line, trained

Witness = Callable[[Any, int], Any]


@dataclass(frozen=True)
class Case:
    """A theorem and a dataset; claims whose names begin with "wrong" are false on it, or not to be decided."""

    theorem: Theorem
    data: dict[str, Any]
    settings: dict[str, Any] = field(default_factory=dict)

    def verdicts(self) -> dict[str, str]:
        """Of the wrong claims."""
        result = checker.verify(self.theorem, data=self.data, settings=self.settings)
        return {claim.claim: claim.verdict for claim in result.claims if claim.claim.startswith("wrong")}

    def on(self, data: dict[str, Any], **settings: Any) -> Case:
        return replace(self, data=data, settings=self.settings | settings)


MIXED = {"c": [1, -1], "a": [3, 4], "alpha": 2, "gamma": 1}
OPPOSITE = {"c": [1, -1], "a": [1], "alpha": 2, "gamma": -2}
AGREEING = {"c": [1, -1], "a": [1], "alpha": 2, "gamma": 1}
NONNEGATIVE = {"c": [1, 2], "a": [3, -4], "alpha": -2}
HILL, LINE = {"x": [0, 1, 2], "y": [0, 1, 0]}, {"x": [0, 1, 2], "y": [0, 1, 2]}
STEEP, CONVEX = {"x": [0, 1, 2], "y": [0, 3, 4]}, {"x": [0, 1, 2, 3], "y": [0, 1, 3, 6]}
BENT = {"x": [0, 1, 2, 3], "p_1": 1, "p_2": 2}
ACROSS = {"x": [-1, 1], "y": [-1, 1]}
ORTHOGONAL = {"X": [[1, 0], [0, 1]], "y": [1, -1]}
OF_DEPTH, OF_SPLINE, OF_BETA = {"L": 3}, {"L": 3, "r": 1}, {"beta": "1/10"}

# Dual problems with a wrong constraint.
u = vector("u", two.d)


def of_unit(body, size=norm):
    return supremum(body, over=u, subject_to=[at_most(size(u), 1)])


def moved(witness: Witness, change: Callable[[Any, fmpq_mat], fmpq_mat]) -> Witness:
    """The witness with another λ."""

    def proposed(data, digits):
        point = witness(data, digits)
        return point | {"lambda": change(data, point["lambda"])}

    return proposed


def times(factor) -> Witness:
    scale = fmpq(Fraction(factor).numerator, Fraction(factor).denominator)
    return moved(neurons_on_the_line, lambda data, dual: dual * scale)


def unseen(data, dual: fmpq_mat) -> fmpq_mat:
    """A λ that a linear neuron does not see: ``λᵀc = 0``."""
    parts = [fmpq_mat(2, 1, [max(side * entry, fmpq(0)) for entry in data["c"].entries()]) for side in (1, -1)]
    lengths = [sum((entry * entry for entry in part.entries()), start=fmpq(0)) for part in parts]
    return (parts[0] * (1 / lengths[0]) + parts[1] * (1 / lengths[1])) * fmpq(10)


def dual_within(constraint, witness=neurons_on_the_line, by=two.chain) -> Theorem:
    """The theorem on a line with another constraint of the dual problem."""
    wrong = Maximize(dot(two.lam, two.y), over=[two.lam], subject_to=[constraint], name="D")
    claims = WeakDuality(two.P, wrong, by=by, name="wrong-weak"), StrongDuality(two.P, wrong, name="wrong")
    return restated(two.rank_one, *claims, keep=(), witness=witness)


linear = of_unit(absolute(dot(two.lam, two.X * u)))
one_sided = of_unit(dot(two.lam, relu(two.X * u)))
DUALS = {
    "twice the radius": Case(dual_within(at_most(two.largest, 2), times(2)), MIXED),
    "twice the radius, unproved": Case(dual_within(at_most(two.largest, 2), times(2), by=None), MIXED),
    "twice the radius, the right witness": Case(dual_within(at_most(two.largest, 2)), MIXED),
    "a radius larger by little": Case(
        dual_within(at_most(two.largest, 1 + Rational(1, 10**40)), times(1 + Fraction(1, 10**40))), MIXED
    ),
    "no rectifier": Case(dual_within(at_most(linear, 1), moved(neurons_on_the_line, unseen)), MIXED),
    "no absolute value": Case(
        dual_within(at_most(one_sided, 1), times(5)), MIXED | {"alpha": -2, "gamma": -1}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DUALS)
def test_a_dual_that_is_too_large_is_refuted(name):
    assert DUALS[name].verdicts() == {"wrong-weak": "refuted", "wrong": "refuted"}


@pytest.mark.parametrize("distance", [12, 20, 40])
def test_a_radius_that_is_too_large_is_refuted_by_points_that_the_witness_did_not_build(distance):
    wider = at_most(two.largest, 1 + Rational(1, 10**distance))
    assert Case(dual_within(wider), MIXED).verdicts()["wrong"] in ("refuted", "undecided")


@pytest.mark.parametrize("factor", [Fraction(1, 2), 1 - Fraction(1, 10**40)])
def test_a_dual_that_is_too_small_leaves_the_bracket_open(factor):
    smaller = at_most(two.largest, Rational(factor.numerator, factor.denominator))
    assert Case(dual_within(smaller, times(factor)), MIXED).verdicts() == {"wrong-weak": "holds", "wrong": "undecided"}


def test_no_reduction_matches_a_ball_of_another_norm():
    theorem = dual_within(at_most(of_unit(absolute(dot(two.lam, relu(two.X * u))), norm1), 1))
    result = checker.verify(theorem, data=MIXED)
    assert {claim.verdict for claim in result.claims} == {"undecided"}


def test_a_chain_without_one_of_its_links_is_undecided():
    for left_out in range(len(two.chain.steps)):
        steps = (*two.chain.steps[:left_out], *two.chain.steps[left_out + 1 :])
        theorem = restated(two.rank_one, WeakDuality(two.P, two.D, by=Chain(steps), name="wrong"), keep=())
        assert Case(theorem, MIXED).verdicts() == {"wrong": "undecided"}


# Wrong values, each refuted by a small dataset.


def of_power(value, exponent):
    """``(L/2)·value^exponent``."""
    return deep.L / 2 * value**exponent


def claiming(theorem: Theorem, relation: Relation, when=()) -> Theorem:
    return restated(theorem, Holds(relation, name="wrong", when=when))


def claiming_alone(theorem: Theorem, relation: Relation) -> Theorem:
    return restated(theorem, Holds(relation, name="wrong"), keep=())


half_ends = (two.variation + absolute(two.slope(1) + two.slope(two.n - 1))) / 2
difference = (two.variation + absolute(two.slope(1) - two.slope(two.n - 1))) / 2
number = absolute(deep.alpha)
responses = [absolute(dot(two.mu, part)) for part in (two.plus, two.minus)]
nearer = -maximum(-absolute(entry(deep.x, 1)), -absolute(entry(deep.x, 2)))
first_knot = absolute(dot(two.mu, relu(two.x - entry(two.x, 1) * ones(two.n))))
flipped = two.signed(two.alpha, two.plus) - two.signed(two.gamma, two.minus)
shorter = two.alpha / absolute(two.alpha) / norm(two.a) * two.plus
VALUES = {
    "on a line: without ‖a‖": Case(of_value(two.rank_one, two.P, two.value * norm(two.a)), MIXED),
    "on a line: |α| − |γ|": Case(
        of_value(two.rank_one, two.P, (absolute(two.alpha) - absolute(two.gamma)) / norm(two.a)), MIXED
    ),
    "on a line: the larger part": Case(
        of_value(two.rank_one, two.P, maximum(absolute(two.alpha), absolute(two.gamma)) / norm(two.a)), MIXED
    ),
    "on a line: a part that no sample has": Case(
        of_value(two.rank_one, two.P, (absolute(two.alpha) + absolute(two.gamma)) / norm(two.a)),
        {"c": [1, 2], "a": [1], "alpha": 1, "gamma": 1},
    ),
    "on a line: λ with a sign flipped": Case(
        restated(two.rank_one, OptimalPoint(two.D, {two.lam: flipped}, name="wrong", when=two.both)), MIXED
    ),
    "on a line: λ along one part": Case(
        restated(two.rank_one, OptimalPoint(two.D, {two.lam: shorter}, name="wrong", when=two.both)), MIXED
    ),
    "rectified set: the sum of both": Case(
        claiming_alone(two.rectified_set, equal(lemmas.largest_neuron(two.mu), norm(two.a) * sum(responses))),
        {"c": [1, -1], "a": [1], "mu": [1, 1]},
    ),
    "rectified set: without ‖a‖": Case(
        claiming_alone(two.rectified_set, equal(lemmas.largest_neuron(two.mu), maximum(*responses))),
        {"c": [1, -1], "a": [2], "mu": [1, 1]},
    ),
    "narrow: the larger error": Case(of_value(two.narrow, two.N, maximum(*two.errors)), MIXED),
    "narrow: it fits": Case(of_value(two.narrow, two.N, Integer(0)), MIXED),
    "spline: TV alone": Case(of_value(two.spline, two.S, two.variation), LINE),
    "spline: the ends alone": Case(of_value(two.spline, two.Q, half_ends), HILL),
    "spline: both added": Case(of_value(two.spline, two.Q, two.variation + half_ends), HILL),
    "spline: without the half": Case(of_value(two.spline, two.Q, 2 * half_ends), LINE),
    "spline: m_1 − m_(n−1)": Case(of_value(two.spline, two.Q, maximum(two.variation, difference)), LINE),
    "spline: Σ|m_k| for TV": Case(
        of_value(two.spline, two.S, total(absolute(two.slope(two.k)), two.k, 1, two.n - 1)), CONVEX
    ),
    "spline: TV alone in the dual": Case(of_value(two.spline, two.E, two.variation), LINE),
    "spline cost: TV alone": Case(of_value(two.spline_cost, two.F, two.variation), LINE),
    "spline narrow: h²": Case(of_value(two.spline_narrow, two.O, two.height**2), {"x": [0, 1, 2], "h": 1}),
    "not unique: the larger slope": Case(
        of_value(two.spline_not_unique, two.Q, maximum(two.p_1, two.p_2)), BENT
    ),
    "largest neuron: the first knot": Case(
        claiming_alone(two.bias_constraint, equal(lemmas.largest_biased_neuron(two.mu), first_knot)),
        {"x": [0, 1, 2], "mu": [1, -2, 1]},
    ),
    "training: nothing is learnt": Case(
        of_value(two.convex_program, two.T, norm(two.y) ** 2 / 2), ORTHOGONAL, OF_BETA
    ),
    "smoothing: nothing is lost": Case(of_value(two.spline_regularized, two.RS, Integer(0)), HILL, OF_BETA),
    "deep: L/2": Case(of_value(deep.rank_one, deep.P, of_power(deep.size, deep.L / 2)), NONNEGATIVE, OF_DEPTH),
    "deep: 1/L": Case(of_value(deep.rank_one, deep.P, of_power(deep.size, 1 / deep.L)), NONNEGATIVE, OF_DEPTH),
    "deep: 1/L in the dual": Case(
        of_value(deep.rank_one, deep.D, of_power(deep.size, 1 / deep.L)), NONNEGATIVE, OF_DEPTH
    ),
    "deep: half of it": Case(of_value(deep.rank_one, deep.P, deep.of_scale(deep.size) / 2), NONNEGATIVE, OF_DEPTH),
    "deep: without ‖a‖": Case(of_value(deep.rank_one, deep.P, deep.of_scale(number)), NONNEGATIVE, OF_DEPTH),
    "signed: no gap": Case(
        restated(deep.rank_one_signed, StrongDuality(deep.P, deep.D, name="wrong")), OPPOSITE, OF_DEPTH
    ),
    "signed: joint for opposite signs": Case(of_value(deep.rank_one_signed, deep.P, deep.joint), OPPOSITE, OF_DEPTH),
    "signed: apart for equal signs": Case(of_value(deep.rank_one_signed, deep.P, deep.apart), AGREEING, OF_DEPTH),
    "signed: apart in the dual": Case(of_value(deep.rank_one_signed, deep.D, deep.apart), OPPOSITE, OF_DEPTH),
    "signed: |α + γ|": Case(
        of_value(deep.rank_one_signed, deep.D, deep.of_scale(absolute(deep.alpha + deep.gamma) / norm(deep.a))),
        OPPOSITE | {"alpha": 3}, OF_DEPTH,
    ),
    "signed: a gap of two layers": Case(
        claiming(deep.rank_one_signed, less(optimum(deep.D), optimum(deep.P)), [deep.opposite]),
        OPPOSITE | {"alpha": 1, "gamma": -1}, {"L": 2},
    ),
    "deep spline: two layers": Case(of_value(deep.spline, deep.S, two.spline_value), STEEP, OF_SPLINE),
    "deep spline: L/2": Case(
        of_value(deep.spline, deep.S, of_power(two.spline_value, deep.L / 2)), STEEP, OF_SPLINE
    ),
    "deep spline: 1/L in the dual": Case(
        of_value(deep.spline, deep.E, of_power(two.spline_value, 1 / deep.L)), STEEP, OF_SPLINE
    ),
    "deep spline: TV alone": Case(of_value(deep.spline, deep.S, deep.of_scale(two.variation)), LINE, OF_SPLINE),
    "spline signed: no gap": Case(
        restated(deep.spline_signed, StrongDuality(deep.S, deep.E, name="wrong")), ACROSS, OF_DEPTH
    ),
    "spline signed: the chord": Case(
        of_value(deep.spline_signed, deep.S, deep.of_scale(deep.chord)), ACROSS, OF_DEPTH
    ),
    "spline signed: the nearer point": Case(
        of_value(deep.spline_signed, deep.S, deep.of_scale(deep.rise / nearer)), {"x": [-1, 2], "y": [0, 1]}, OF_DEPTH
    ),
    "spline signed: no gap in the dual": Case(
        of_value(deep.spline_signed, deep.E, deep.signed_value), ACROSS, OF_DEPTH
    ),
}  # fmt: skip


# Those that say of other theorems, or of the dual, what another of these says.
ALIKE = [
    "on a line: the larger part", "on a line: λ along one part", "narrow: it fits", "spline: both added",
    "spline: without the half", "spline: TV alone in the dual", "deep: 1/L", "deep: half of it", "deep spline: L/2",
    "deep spline: two layers", "signed: |α + γ|", "spline signed: the nearer point",
]  # fmt: skip


@pytest.mark.parametrize("name", few(VALUES, *(name for name in VALUES if name not in ALIKE)))
def test_a_small_dataset_refutes_a_wrong_value(name):
    assert VALUES[name].verdicts() == {"wrong": "refuted"}


# Wrong claims about optima.

anywhere = [*two.spline.given, Nonnegative(two.x), Positive(deep.left_of_zero)]
constant = equal(two.network(-deep.left_of_zero * ones(1), 1), two.network(zeros(1), 1))
connected = equal(two.at_middle, two.on_chord * ones(1))
shifted = every(
    equal(product(entry(two.w, two.j) * (entry(two.x, two.k) + 1) + entry(two.b, two.j), two.k, 1, two.n), 0),
    two.j, 1, two.m,
)  # fmt: skip
inner = every(
    equal(product(entry(two.w, two.j) * entry(two.x, two.k) + entry(two.b, two.j), two.k, 2, two.n - 1), 0),
    two.j, 1, two.m,
)  # fmt: skip
constant_right = equal(lemmas.deep_spline(deep.V, deep.left_of_zero * ones(1)), lemmas.deep_spline(deep.V, zeros(1)))
elsewhere = every(
    equal(product(entry(column(deep.switches, deep.j), deep.k) - 1, deep.k, 1, deep.n), 0), deep.j, 1, deep.m
)


def two_lines(data, digits):
    """Another optimum on the points of a line: ``(x)₊/2 − (2 − x)₊/2 + 1``, which is not constant left of zero."""
    other = {"w": [1, -1], "b": [0, 2], "v": [Rational(1, 2), -Rational(1, 2)], "b_0": 1}
    return [*spline_witnesses.interpolation(data, digits), other]


OPTIMA = {
    "not unique: every optimum connects the dots": Case(
        restated(two.spline_not_unique, ForEveryOptimum(two.Q, connected, name="wrong")), BENT
    ),
    "not unique: every knot among the data": Case(
        restated(two.spline_not_unique, ForEveryOptimum(two.Q, two.knots_among_data, name="wrong")), BENT
    ),
    "spline: constant left of zero": Case(
        restated(two.spline, ForEveryOptimum(two.Q, constant, name="wrong"), given=anywhere, witness=two_lines),
        LINE | {"r": 1},
    ),
}


@pytest.mark.parametrize("name", OPTIMA)
def test_another_optimum_refutes_a_claim_about_all(name):
    assert OPTIMA[name].verdicts() == {"wrong": "refuted"}


def every_layer(relation: Relation, first=1, last=deep.L) -> Relation:
    return every(relation, deep.l, first, last)


W, V, at = deep.W, deep.V, deep.l
OF_LAYERS = {
    "rank zero": every_layer(RankAtMost(W[at], 0)),
    "later layers of twice the norm": every_layer(equal(frobenius(W[at]), 2 * frobenius(W[1])), 2),
    "all later layers nonnegative": every_layer(Relation("nonnegative", W[at]), 2),
    "the first layer nonnegative": Relation("nonnegative", W[1]),
    "neighbours half aligned": every_layer(
        equal(2 * frobenius(W[at] * W[at + 1]), frobenius(W[at]) * frobenius(W[at + 1])), 1, deep.L - 1
    ),
}
NEVER = {
    "on a line: rank zero": Case(
        restated(two.rank_one, ForEveryOptimum(two.P, RankAtMost(two.W, 0), name="wrong")), MIXED
    ),
    "on a line: along c": Case(
        restated(two.rank_one, ForEveryOptimum(two.P, Parallel(two.W.T, two.v), name="wrong")), MIXED
    ),
    "training: rank one": Case(
        restated(two.convex_program, ForEveryOptimum(two.T, RankAtMost(two.W, 1), name="wrong")), ORTHOGONAL, OF_BETA
    ),
    "training: some optimum of rank one": Case(
        restated(two.convex_program, SomeOptimum(two.T, RankAtMost(two.W, 1), name="wrong")), ORTHOGONAL, OF_BETA
    ),
    "spline: constant left of zero": Case(
        restated(two.spline, ForEveryOptimum(two.S, constant, name="wrong"), given=anywhere), STEEP | {"r": 1}
    ),
    "spline: an optimum constant left of zero": Case(
        restated(two.spline, SomeOptimum(two.S, constant, name="wrong"), given=anywhere), STEEP | {"r": 1}
    ),
    "spline: knots elsewhere": Case(
        restated(two.spline, SomeOptimum(two.Q, shifted, name="wrong")), {"x": [0, Rational(1, 2), 2], "y": [0, 1, 0]}
    ),
    "spline: knots inside only": Case(restated(two.spline, SomeOptimum(two.Q, inner, name="wrong")), STEEP),
    "smoothing: knots elsewhere": Case(
        restated(two.spline_regularized, SomeOptimum(two.RQ, shifted, name="wrong")),
        {"x": [0, Rational(1, 2), 2], "y": [0, 1, 0]}, OF_BETA,
    ),
    "deep spline: rank zero": Case(
        restated(deep.spline, ForEveryOptimum(deep.S, every_layer(RankAtMost(V[at], 0)), name="wrong")),
        STEEP, OF_SPLINE,
    ),
    "deep spline: constant right of zero": Case(
        restated(deep.spline, ForEveryOptimum(deep.S, constant_right, name="wrong")), STEEP, OF_SPLINE
    ),
    "deep spline: an optimum constant right of zero": Case(
        restated(deep.spline, SomeOptimum(deep.S, constant_right, name="wrong")), STEEP, OF_SPLINE
    ),
    "deep spline: knots elsewhere": Case(
        restated(deep.spline, SomeOptimum(deep.S, elsewhere, name="wrong")), STEEP, OF_SPLINE
    ),
    "signed: a gap of equal signs": Case(
        claiming(deep.rank_one_signed, less(optimum(deep.D), optimum(deep.P))), AGREEING, OF_DEPTH
    ),
} | {
    f"deep: {name}": Case(
        restated(deep.rank_one, ForEveryOptimum(deep.P, relation, name="wrong")), NONNEGATIVE, OF_DEPTH
    )
    for name, relation in OF_LAYERS.items()
}  # fmt: skip


@pytest.mark.parametrize("name", NEVER)
def test_a_wrong_claim_about_optima_is_never_a_pass(name):
    assert NEVER[name].verdicts() == {"wrong": "undecided"}


# The same beside the claim of the right value, against which the networks are then compared.
VALUED = {
    f"deep: {name}": Case(
        restated(
            deep.rank_one, OptimalValue(deep.P, deep.of_scale(deep.size)),
            ForEveryOptimum(deep.P, relation, name="wrong"),
        ),
        NONNEGATIVE, OF_DEPTH,
    )
    for name, relation in OF_LAYERS.items()
} | {
    "on a line: rank zero": Case(
        restated(
            two.rank_one, OptimalValue(two.P, two.value), ForEveryOptimum(two.P, RankAtMost(two.W, 0), name="wrong")
        ),
        MIXED,
    ),
    "deep spline: constant right of zero": Case(
        restated(
            deep.spline, OptimalValue(deep.S, deep.of_value), ForEveryOptimum(deep.S, constant_right, name="wrong")
        ),
        STEEP, OF_SPLINE,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", VALUED)
def test_a_wrong_claim_about_optima_is_never_a_pass_beside_the_right_value(name):
    assert VALUED[name].verdicts()["wrong"] in ("refuted", "undecided")


# Wrong dual problems of deep networks.

heavier = Minimize((deep.L - 1) * deep.t**2 / 2 + optimum(deep.inner), over=[deep.t],
                   subject_to=[at_most(0, deep.t)], name="D")  # fmt: skip
steeper = Maximize(
    dot(deep.mu, deep.y), over=[deep.mu], subject_to=[at_most(deep.t**deep.L * deep.inner_largest, 1)], name="M"
)
other = Minimize((deep.L - 2) * deep.t**2 / 2 + optimum(steeper), over=[deep.t],
                 subject_to=[at_most(0, deep.t)], name="D")  # fmt: skip
wider = Maximize(
    deep.bound.objective, over=[deep.lam],
    subject_to=[at_most(deep.largest, 2), at_most(0, deep.correlation)], name="B",
)  # fmt: skip


def test_another_weight_of_the_scale_is_never_strong_duality():
    claims = [
        WeakDuality(heavier, deep.bound, by=deep.dual_chain(deep.inner, deep.mu), name="wrong-weak"),
        StrongDuality(deep.P, heavier, name="wrong"),
    ]
    theorem = restated(deep.rank_one, *claims, keep=("weak-duality", "weak-duality-inside"))
    assert set(Case(theorem, NONNEGATIVE, OF_DEPTH).verdicts().values()) == {"undecided"}


def test_another_power_of_the_scale_is_never_strong_duality():
    claims = [
        WeakDuality(other, deep.bound, by=deep.dual_chain(steeper, deep.mu), name="wrong-weak"),
        StrongDuality(deep.P, other, name="wrong"),
    ]
    theorem = restated(deep.rank_one, *claims, keep=("weak-duality",))
    assert Case(theorem, NONNEGATIVE, OF_DEPTH).verdicts()["wrong"] in ("undecided", "refuted")


def test_a_bound_of_deep_networks_with_twice_the_radius_is_refuted():
    claim = WeakDuality(deep.P, wider, by=deep.primal_chain, name="wrong")

    def witness(data, digits):
        point = deep_witnesses.one_path(data, digits)
        return {"W": point["W"], "lambda": point["lambda"] * 2}

    theorem = restated(deep.rank_one, claim, keep=(), witness=witness)
    assert Case(theorem, NONNEGATIVE, OF_DEPTH).verdicts() == {"wrong": "refuted"}


# Without an assumption.

apart = 2 * deep.of_scale(deep.size)
separate = Maximize(apart, over=[], name="S")
both_signs = [Relation("nonzero", deep.plus), Relation("nonzero", deep.minus), Nonzero(deep.alpha)]


def unsigned(*claims: Any) -> Theorem:
    """Deep networks on inputs of rank one and of any signs, y = αc, and what bounds them where both signs occur."""
    lower = Chain((Step(equal(apart, deep.two_outputs.relation.sides[0])), deep.two_outputs))
    given = [assumption for assumption in deep.rank_one.given if assumption.relation.kind != "nonnegative"]
    return Theorem(
        title="Planted",
        given=[*given, SizeAtMost(2, deep.m)],
        claims=[*deep.pairs, WeakDuality(deep.P, separate, by=lower, name="opposite", when=both_signs), *claims],
        witness=deep_witnesses.one_path,
    )


UNSIGNED = Case(unsigned(StrongDuality(deep.P, deep.D, name="wrong")), {}, OF_DEPTH)


def test_strong_duality_of_deep_networks_needs_inputs_of_one_sign():
    assert UNSIGNED.on({"c": [1, -1], "a": [1], "alpha": 1}).verdicts() == {"wrong": "refuted"}
    for c, alpha, depth in (([1, 2], 1, 3), ([-1, -2], 1, 3), ([1, -2], 0, 3), ([1, -2], 1, 2)):
        assert UNSIGNED.on({"c": c, "a": [1], "alpha": alpha}, L=depth).verdicts() == {"wrong": "holds"}
    value = unsigned(OptimalValue(deep.P, deep.of_scale(deep.size), name="wrong"))
    assert Case(value, {"c": [1, -1], "a": [1], "alpha": 1}, OF_DEPTH).verdicts() == {"wrong": "refuted"}


@pytest.mark.slow
def test_inputs_of_both_signs_are_shrunk_to_one_and_minus_one():
    result = checker.verify(UNSIGNED.theorem, cases=13)
    (claim,) = [claim for claim in result.claims if claim.claim == "wrong"]
    assert claim.verdict == "refuted"
    assert claim.counts["holds"] > 0
    shown = claim.counterexample.dataset
    assert sorted(shown["c"]) == [["-1"], ["1"]]
    assert (shown["a"], shown["L"]) == ([["1"]], "3")


SIGNED = Case(restated(deep.rank_one_signed, StrongDuality(deep.P, deep.D, name="wrong")), {}, OF_DEPTH)


def test_strong_duality_of_deep_networks_holds_where_signs_agree():
    for alpha, gamma in ((-2, -1), (0, -1)):
        assert SIGNED.on({"c": [1, -1], "a": [1], "alpha": alpha, "gamma": gamma}).verdicts() == {"wrong": "holds"}
    assert SIGNED.on(OPPOSITE | {"alpha": -1, "gamma": 2}).verdicts() == {"wrong": "refuted"}


between = [equal(deep.n, 2), less(entry(deep.x, 1), 0), less(0, entry(deep.x, 2))]
(over_the_span,) = [c for c in deep.spline_signed.claims if isinstance(c, WeakDuality) and c.primal is deep.S]


def across_zero(data, digits):
    if data["n"] == 2 and data["x"][0, 0] < 0 < data["x"][1, 0]:
        return deep_witnesses.spline_signed(data, digits)
    return deep_witnesses.spline(data, digits)


def of_any_inputs(*claims: Any) -> Theorem:
    given = [assumption for assumption in deep.spline.given if assumption.relation.kind != "nonnegative"]
    claims = replace(over_the_span, name="across", when=between), *claims
    return restated(deep.spline, *claims, keep=("weak-duality-inside", "weak-duality-of-the-dual"), given=given,
                    witness=across_zero)  # fmt: skip


@pytest.mark.parametrize(
    "claim",
    [StrongDuality(deep.S, deep.E, name="wrong"), OptimalValue(deep.S, deep.of_value, name="wrong")],
    ids=lambda claim: claim.kind,
)
def test_deep_splines_need_nonnegative_inputs(claim):
    theorem = of_any_inputs(claim)
    assert Case(theorem, ACROSS, OF_SPLINE).verdicts() == {"wrong": "refuted"}
    # No claim of weak duality concerns these data.
    unbounded = Case(theorem, {"x": [-2, -1, 0], "y": [0, 1, 3]}, OF_SPLINE)
    assert unbounded.verdicts() == {"wrong": "undecided"}


def folded(data, digits):
    """``1 − (2 − |x|)₊ − (|x| − 2)₊``: the first layer has a neuron for each side of zero, the second adds them."""
    p, q, m = fmpq(9, 8), fmpq(4, 5), data["m"]
    first, second, last, b = fmpq_mat(1, m), fmpq_mat(m, m), fmpq_mat(m, 1), fmpq_mat(m, 1)
    for j, side in ((0, 1), (1, -1)):
        first[0, j] = side * p
        second[0, j] = second[1, j] = -side * q
        b[j, 0] = 2 * side * p * q
        last[j, 0] = -1 / (p * q)
    dual = deep_witnesses.spline(data, digits)["lambda"]
    return {"V": [first, second, last], "b": b, "b_0": fmpq(1), "lambda": dual}


def test_the_spline_of_inputs_of_both_signs_does_not_bound_deep_networks():
    # A spline costs 3/2·6^(2/3) = 4.95, the sum of its changes of slope being 6, and the folded one 3/2·4^(2/3) = 3.78.
    claim = WeakDuality(deep.S, deep.spline_bound, by=deep.spline_chain, name="wrong")
    given = [assumption for assumption in deep.spline.given if assumption.relation.kind not in ("nonnegative", "less")]
    theorem = restated(deep.spline, claim, keep=(), given=given, witness=folded)
    zigzag = {"x": [-3, -2, -1, 1, 2, 3], "y": [0, 1, 0, 0, 1, 0]}
    assert Case(theorem, zigzag, OF_DEPTH).verdicts() == {"wrong": "refuted"}


def without(theorem: Theorem, *left_out: str) -> Theorem:
    """The theorem without assumptions, named by the text of a side of their relation or by their kind."""
    given = [
        assumption for assumption in theorem.given
        if not {assumption.relation.kind, *(str(side) for side in assumption.relation.sides)} & set(left_out)
    ]  # fmt: skip
    assert len(given) == len(theorem.given) - len(left_out)
    return Theorem(title="Planted", given=given, claims=theorem.claims, witness=theorem.witness)


def as_if_sorted(data, digits):
    """The optimum of unsorted points."""
    order = sorted(range(data["n"]), key=lambda i: data["x"][i, 0])
    x, y = (fmpq_mat(data["n"], 1, [data[name][i, 0] for i in order]) for name in ("x", "y"))
    first, second = spline_witnesses.interpolation({"x": x, "y": y, "m": data["m"]}, digits)
    back = fmpq_mat(data["n"], 1)
    for position, i in enumerate(order):
        back[i, 0] = first["lambda"][position, 0]
    return [first | {"lambda": back}, second]


def unsorted() -> Theorem:
    return Theorem(title="Planted", given=[two.enough], claims=two.spline.claims, witness=as_if_sorted)


POINTS = {"x": [0, 1, 2, 3], "y": [0, 1, 0, 1]}
DROPPED = {
    "on a line: a ≠ 0": (without(two.rank_one, "a"), MIXED | {"a": [0]}, {}, "undecided"),
    "on a line: enough neurons": (without(two.rank_one, "m"), MIXED, {"m": 1}, "undecided"),
    "spline: sorted points": (unsorted(), {"x": [0, 2, 1], "y": [0, 1, 3]}, {}, "refuted"),
    "spline: points once": (unsorted(), {"x": [0, 1, 1], "y": [0, 1, 3]}, {}, "undecided"),
    "spline: enough neurons": (without(two.spline, "m"), POINTS, {"m": 1}, "undecided"),
    "spline cost: enough neurons": (without(two.spline_cost, "m"), POINTS, {"m": 1}, "undecided"),
    "not unique: a second slope of one sign": (
        Theorem(title="Planted", given=[two.sorted_points, SizeAtMost(two.n, 4), SizeAtMost(4, two.n),
                                        Let(two.y, two.bent), WidthAtLeast(two.m, 3)],
                claims=two.spline_not_unique.claims, witness=two.spline_not_unique.witness),
        BENT | {"p_2": -2}, {}, "refuted",
    ),
    "smoothing: β > 0": (without(two.spline_regularized, "less"), POINTS, {"beta": -1}, "undecided"),
    "smoothing: β ≠ 0": (without(two.spline_regularized, "less"), POINTS, {"beta": 0}, "undecided"),
    "smoothing: enough neurons": (without(two.spline_regularized, "m"), POINTS, OF_BETA | {"m": 1}, "undecided"),
    "training: β > 0": (without(two.convex_program, "less"), ORTHOGONAL, {"beta": -1, "m": 2}, "undecided"),
    "training: enough neurons": (without(two.convex_program, "m"), ORTHOGONAL, OF_BETA | {"m": 1}, "undecided"),
    "deep: two layers": (without(deep.rank_one, "L"), NONNEGATIVE, {"L": 1}, "undecided"),
    "signed: two neurons": (without(deep.rank_one_signed, "m"), OPPOSITE, {"L": 3, "m": 1}, "undecided"),
    "signed: a sample below zero": (
        without(deep.rank_one_signed, "n"), {"c": [2], "a": [1], "alpha": 1, "gamma": -1}, OF_DEPTH, "inapplicable"
    ),
    "deep spline: enough neurons": (without(deep.spline, "m"), POINTS, OF_SPLINE | {"m": 1}, "undecided"),
    "deep spline: three layers": (without(deep.spline, "L"), STEEP, {"L": 2, "r": 1}, "undecided"),
    "deep spline: left of zero": (without(deep.spline, "less"), STEEP, {"L": 3, "r": -1}, "undecided"),
    "deep spline: two points": (without(deep.spline, "n"), {"x": [1], "y": [3]}, OF_SPLINE, "undecided"),
}  # fmt: skip


@pytest.mark.parametrize("name", DROPPED)
def test_a_theorem_without_an_assumption_is_never_a_pass(name):
    theorem, data, settings, verdict = DROPPED[name]
    assert checker.verify(theorem, data=data, settings=settings).verdict == verdict


def test_the_inputs_on_a_line_may_vanish():
    # Not every assumption is needed: c = 0 makes y = 0, and the network of zeros optimal.
    theorem = without(two.rank_one, "c")
    assert checker.verify(theorem, data={"c": [0, 0], "a": [1], "alpha": 1, "gamma": 2}).holds


def test_networks_on_a_line_need_inputs_of_rank_one():
    e, g = vector("e", two.n), vector("g", two.d)
    weakened = [Let(two.X, two.c * two.a.T + e * g.T), *two.of_rank_one[1:], two.wide]
    theorem = Theorem(title="Planted", given=weakened, claims=two.rank_one.claims, witness=two.rank_one.witness)
    data = {"c": [1, -1], "a": [1, 0], "e": [1, 1], "g": [0, 1], "alpha": 1, "gamma": 1}
    result = checker.verify(theorem, data=data)
    assert {claim.claim for claim in result.claims if claim.verdict == "holds"} == {"weak-duality"}


# Wrong witnesses of right theorems.

TINY = fmpq(1, 10**40)


def nudged(value):
    """A number or the first entry of a matrix, changed by little."""
    if isinstance(value, fmpq):
        return value + TINY
    changed = fmpq_mat(value)
    changed[0, 0] += TINY
    return changed


def stretched(layers: list[fmpq_mat]) -> list[fmpq_mat]:
    """The first of several layers, changed by so much that the best last layer for it makes it cost too much."""
    return [layers[0] * (1 + fmpq(1, 10**20)), *layers[1:]]


def changing(name: str, change: Callable[[Any], Any]) -> Callable[[Witness], Witness]:
    """The witness with another value of one variable, in each of its points that has it."""

    def of(witness: Witness) -> Witness:
        def proposed(data, digits):
            found = witness(data, digits)
            points = found if isinstance(found, list) else [found]
            return [point | ({name: change(point[name])} if name in point else {}) for point in points]

        return proposed

    return of


def idle(layers):
    """The last neuron of the first layer, which leads nowhere, has a weight."""
    first = fmpq_mat(layers[0] if isinstance(layers, list) else layers)
    first[0, first.ncols() - 1] += fmpq(1, 10**15)
    return [first, *layers[1:]] if isinstance(layers, list) else first


def wasteful(witness: Witness) -> Witness:
    """Two more neurons that cancel each other, so that the network of the spline is not the cheapest."""

    def proposed(data, digits):
        found = []
        for point in witness(data, digits):
            w, b, v = (fmpq_mat(point[name]) for name in ("w", "b", "v"))
            for row, side in ((w.nrows() - 2, 1), (w.nrows() - 1, -1)):
                w[row, 0], b[row, 0], v[row, 0] = fmpq(1), -data["x"][0, 0], fmpq(side, 10**20)
            found.append(point | {"w": w, "b": b, "v": v})
        return found

    return proposed


outside = changing("lambda", lambda dual: dual * (1 + TINY))
idle_in_W, idle_in_V = changing("W", idle), changing("V", idle)


@dataclass(frozen=True)
class Right:
    """A theorem, its witness and data; a witness that costs too much, and one that misses the targets."""

    theorem: Theorem
    witness: Witness
    data: dict[str, Any]
    settings: dict[str, Any]
    costly: Callable[[Witness], Witness]
    missing: Callable[[Witness], Witness] | None = None

    def verify(self, witness: Witness):
        return checker.verify(with_witness(self.theorem, witness), data=self.data, settings=self.settings)

    def assert_undecided(self, witness: Witness) -> None:
        result = self.verify(witness)
        assert result.verdict == "undecided"
        left = {claim.claim for claim in result.claims if claim.verdict == "undecided"}
        assert left & {"strong-duality", "optimal-value", "value-where-signs-differ"}


RIGHT = {
    "on a line": Right(two.rank_one, neurons_on_the_line, MIXED, {"m": 3}, idle_in_W, changing("v", nudged)),
    "spline": Right(two.spline, spline_witnesses.interpolation, HILL, {"m": 4}, wasteful, changing("v", nudged)),
    "smoothing": Right(two.spline_regularized, spline_witnesses.regularized, HILL, OF_BETA | {"m": 4}, wasteful),
    "training": Right(two.convex_program, trained, ORTHOGONAL, OF_BETA | {"m": 3}, idle_in_W),
    "deep": Right(deep.rank_one, deep_witnesses.one_path, NONNEGATIVE, OF_DEPTH, idle_in_W, changing("W", stretched)),
    "signed": Right(
        deep.rank_one_signed, deep_witnesses.two_paths, OPPOSITE, {"L": 3, "m": 3}, idle_in_W, changing("W", stretched)
    ),
    "deep spline": Right(
        deep.spline, deep_witnesses.spline, HILL, OF_SPLINE | {"m": 3}, idle_in_V, changing("V", stretched)
    ),
    "spline signed": Right(
        # Twice as steep, so that the best scale of the dual is not one, which is tried beside the witness's.
        deep.spline_signed,
        deep_witnesses.spline_signed,
        ACROSS | {"y": [-2, 2]},
        OF_DEPTH,
        idle_in_V,
        changing("V", stretched),
    ),
}


def with_witness(theorem: Theorem, witness: Witness) -> Theorem:
    return Theorem(title="Planted", given=theorem.given, claims=theorem.claims, witness=witness)


@pytest.mark.parametrize("name", RIGHT)
def test_the_library_s_own_witness_passes(name):
    result = RIGHT[name].verify(RIGHT[name].witness)
    assert {claim.verdict for claim in result.claims} - {"inapplicable"} == {"holds"}


@pytest.mark.parametrize("name", [name for name, right in RIGHT.items() if right.missing])
def test_a_network_that_misses_the_targets_by_little_does_not_pass(name):
    RIGHT[name].assert_undecided(RIGHT[name].missing(RIGHT[name].witness))


@pytest.mark.parametrize("name", RIGHT)
def test_a_network_that_costs_little_more_does_not_pass(name):
    RIGHT[name].assert_undecided(RIGHT[name].costly(RIGHT[name].witness))


@pytest.mark.parametrize("name", [name for name in RIGHT if "signed" not in name])
def test_a_dual_point_just_outside_does_not_pass(name):
    RIGHT[name].assert_undecided(outside(RIGHT[name].witness))


@pytest.mark.parametrize("name", ["signed", "spline signed", "deep", "deep spline"])
def test_a_scale_of_the_dual_that_is_off_by_little_does_not_pass(name):
    result = RIGHT[name].verify(changing("t", lambda scale: scale * (1 + fmpq(1, 10**15)))(RIGHT[name].witness))
    assert result.verdict == "undecided"
    assert "dual-value" in {claim.claim for claim in result.claims if claim.verdict == "undecided"}
