"""Faults planted in the kernel's rules for claims, and verdicts flipped: the second opinion contradicts each."""

import dataclasses

import pytest
from flint import fmpq, fmpq_mat

import checker.kernel.case
import checker.kernel.chains
import checker.kernel.decide
import checker.kernel.every_optimum
import checker.kernel.identities
import checker.kernel.optimal_values
from checker.engine import Engine
from checker.kernel.case import Case
from checker.kernel.decide import decide
from checker.library import library
from checker.statement import (
    Chain,
    ForEveryOptimum,
    GapIdentity,
    Identity,
    Infeasible,
    Maximize,
    Minimize,
    OptimalPoint,
    OptimalValue,
    Positive,
    Rational,
    Step,
    StrongDuality,
    Theorem,
    UniqueOptimum,
    Vanishing,
    WeakDuality,
    at_most,
    dimensions,
    dot,
    equal,
    less,
    matrix,
    norm,
    pinv,
    scalar,
    vector,
    zeros,
)
from tests.second_opinion.comparison import compared, contradictions, drawn, witnessed

kernel = checker.kernel
THEOREMS = library()

# Ridge regression on one sample, where the optimum is 1, at w = λ = 1.
n, d = dimensions("n d")
X, y, w, lam, beta = matrix("X", n, d), vector("y", n), vector("w", d), vector("lambda", n), scalar("beta")
half = Rational(1, 2)
P = Minimize(norm(X * w - y) ** 2 / 2 + beta / 2 * norm(w) ** 2, over=[w])
D = Maximize(dot(lam, y) - norm(lam) ** 2 / 2 - norm(X.T * lam) ** 2 / (2 * beta), over=[lam])
residual, aligned = X * w - y + lam, w - X.T * lam / beta
gap = GapIdentity(squares=((half, residual), (beta / 2, aligned)))
DATA = {"n": 1, "d": 1, "beta": fmpq(1), "X": fmpq_mat([[1]]), "y": fmpq_mat([[2]])}
OPTIMAL = {"w": fmpq_mat([[1]]), "lambda": fmpq_mat([[1]])}
OTHER = {"w": fmpq_mat([[3]]), "lambda": fmpq_mat([[1]])}


positive = (Positive(beta),)


def ridge(*claims, by=gap, given=positive):
    return Theorem(title="Planted", given=given, claims=[WeakDuality(P, D, by=by), *claims])


def last_of(theorem, points=(OPTIMAL, OTHER), data=DATA):
    """The verdict and the opinion on the last claim."""
    engine = Engine(theorem, 20)
    outcomes = decide(Case(engine.machine, data, points, 20))
    return compared(theorem, data, points, 20, outcomes)[-1]


WRONG = {
    "a gap identity": (
        ridge(by=GapIdentity(squares=((half, residual), (beta, aligned)))),
        [(kernel.identities, "is_zero", lambda _: True)], "unproved",
    ),
    "a weight without a sign": (
        ridge(given=()), [(kernel.identities, "nonnegative", lambda *_: True)], "unproved",
    ),
    "a link of a chain": (
        ridge(by=Chain((
            Step(at_most(D.objective, -norm(lam) ** 2)), Step(at_most(-norm(lam) ** 2, P.objective)),
        ))),
        [(kernel.chains, "_holds", lambda *_: True)], "unproved",
    ),
    "a consequence": (
        ridge(ForEveryOptimum(P, equal(w, zeros(d)))),
        [(kernel.identities, "consequence_flaw", lambda *_: "")], "refuted",
    ),
    "a network that costs more": (
        ridge(ForEveryOptimum(P, at_most(norm(w), half))),
        [
            (kernel.every_optimum, "_refuse_unless_dear", lambda *_: None),
            (kernel.every_optimum, "compare", lambda *_: 1),
        ],
        "refuted",
    ),
    "an infeasible problem": (
        ridge(Infeasible(P)),
        [(Case, "violated", lambda *_: "a constraint is violated"), (Case, "ray", lambda *_: True)], "refuted",
    ),
    "an identity": (
        ridge(Identity(equal(norm(y) ** 2, dot(y, y) + 1))),
        [(kernel.identities, "is_zero", lambda _: True)], "refuted",
    ),
    "the size of the weights": (
        ridge(Vanishing(P, at_most(norm(X.T * y), 2), weight=beta / 2, size=norm(lam))),
        [(kernel.every_optimum, "compare", lambda *_: 0), (kernel.identities, "weights_flaw", lambda *_: "")],
        "refuted",
    ),
    "the optimal value": (
        ridge(OptimalValue(P, norm(y) ** 2)), [(Case, "_enclosed", lambda *_: fmpq(4))], "refuted",
    ),
    "the optimal point": (
        ridge(OptimalPoint(P, {w: 2 * pinv(X) * y})),
        [(Case, "agreement", lambda *_: None), (kernel.optimal_values, "compare", lambda *_: 0)], "refuted",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_rule_is_contradicted(monkeypatch, fault):
    theorem, faults, opinion = WRONG[fault]
    assert not last_of(theorem).contradicts
    for place, name, wrong in faults:
        monkeypatch.setattr(place, name, wrong)
    found = last_of(theorem)
    assert (found.verdict, found.opinion.verdict) == ("holds", opinion)
    assert found.contradicts


RIGHT = {
    "the optimal value": (ridge(OptimalValue(P, norm(y) ** 2 / 4)), (Case, "_enclosed", lambda *_: fmpq(4))),
    "strong duality": (ridge(StrongDuality(P, D)), (Case, "_enclosed", lambda _, problem: fmpq(problem))),
    "the optimal point": (
        ridge(OptimalPoint(P, {w: pinv(X) * y / 2})), (Case, "violated", lambda *_: "a constraint is violated by it"),
    ),
    "when zero is optimal": (
        ridge(Vanishing(P, at_most(norm(X.T * y), 0), weight=beta / 2, size=norm(lam))),
        (kernel.every_optimum, "compare", lambda *_: 0),
    ),
    "one optimum": (ridge(UniqueOptimum(P)), (kernel.every_optimum, "compare", lambda *_: 0)),
    "what a claim presupposes": (
        ridge(OptimalValue(P, norm(y) ** 2 / 4, when=[less(half, beta)])), (kernel.case, "compare", lambda *_: 1),
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", RIGHT)
def test_a_wrong_refutation_is_contradicted(monkeypatch, fault):
    theorem, planted = RIGHT[fault]
    right = last_of(theorem)
    assert (right.verdict, right.opinion.verdict) == ("holds", "holds")
    monkeypatch.setattr(*planted)
    found = last_of(theorem)
    assert found.verdict in ("refuted", "skipped")
    assert found.contradicts


def test_points_that_are_not_feasible_are_contradicted(monkeypatch):
    theorem = THEOREMS["two-layer-linear/strong-duality"]
    data = {"n": 2, "d": 2, "m": 1, "X": fmpq_mat([[1, 0], [0, 1]]), "y": fmpq_mat([[3], [4]])}
    points = [{"W_1": fmpq_mat(2, 1), "w_2": fmpq_mat(1, 1), "lambda": fmpq_mat([[3], [4]])}]
    monkeypatch.setattr(Case, "violated", lambda *_: "")
    engine = Engine(theorem, 20)
    outcomes = decide(Case(engine.machine, data, points, 20))
    assert outcomes["weak-duality"].verdict == "refuted"
    assert contradictions(compared(theorem, data, points, 20, outcomes))


def test_an_open_bracket_that_counts_as_closed_leaves_no_opinion(monkeypatch):
    theorem = ridge(StrongDuality(P, D))
    assert last_of(theorem, [OTHER]).verdict == "undecided"
    monkeypatch.setattr(Case, "agreement", lambda *_: 99)
    found = last_of(theorem, [OTHER])
    assert found.verdict == "holds"
    assert found.is_open


OF_KIND = {
    "weak-duality": "two-layer-linear/regularized", "strong-duality": "two-layer-linear/regularized",
    "optimal-value": "two-layer-linear/vector-output", "optimal-point": "two-layer-linear/extreme-points",
    "infeasible": "two-layer-linear/off-range", "for-every-optimum": "two-layer-linear/regularized",
    "some-optimum": "two-layer-linear/vector-output", "vanishing": "two-layer-linear/regularized",
    "identity": "two-layer-linear/regularized", "relation": "lemmas/spectral-nuclear",
}  # fmt: skip


@pytest.mark.parametrize("kind", OF_KIND)
def test_a_flipped_verdict_is_contradicted(kind):
    theorem = THEOREMS[OF_KIND[kind]]
    engine = Engine(theorem, 20)
    (dataset,) = drawn(engine, 1, 2)
    points, right = witnessed(engine, dataset)
    flipped = {
        claim.name: dataclasses.replace(right[claim.name], verdict="refuted")
        for claim in theorem.claims if claim.kind == kind and right[claim.name].verdict == "holds"
    }  # fmt: skip
    found = compared(theorem, dataset.values, points, 20, {**right, **flipped})
    assert {c.claim for c in found if c.contradicts} == set(flipped) != set()
