"""Wrong losses, wrong dual problems, wrong lines and wrong witnesses: refuted or undecided, never a pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from flint import fmpq, fmpq_mat

import checker
from checker.statement import (
    Assumption,
    Holds,
    Maximize,
    Minimize,
    Positive,
    Rational,
    Relation,
    SizeAtMost,
    StrongDuality,
    Theorem,
    WeakDuality,
    Within,
    at_most,
    dot,
    entry,
    largest,
    maximum,
    norm,
    norm1,
    ones,
    sign,
    zeros,
)
from tests.theorems.test_two_layer_relu import few
from theorems import convex_losses as losses
from theorems import two_layer_linear as two
from theorems.losses import (
    LOSSES,
    absolute,
    epsilon_insensitive,
    hinge,
    huber,
    logistic,
    squared,
    squared_hinge,
)
from theorems.losses.epsilon_insensitive import epsilon
from theorems.losses.margins import margin
from theorems.witnesses import convex_losses as witnesses


def own(theorem: Theorem) -> Theorem:
    """A theorem as if it were stated here, where no examples are."""
    object.__setattr__(theorem, "module", __name__)
    object.__setattr__(theorem, "examples", ())
    return theorem


def refuted(theorem: Theorem, cases: int = 30) -> dict[str, Any]:
    """The shrunk datasets that refute claims, by claim."""
    result = checker.verify(own(theorem), cases=cases)
    return {claim.claim: claim.counterexample for claim in result.claims if claim.verdict == "refuted"}


def only_second(nu, y):
    return (Assumption(Relation("nonnegative", ones(*nu.shape) + margin(nu, y))),)


BELOW, TOUCHES, INSIDE = "inequality", "equality-at-subgradients", "subgradients-in-the-domain-1"
WRONG = {
    "squared: the targets with the wrong sign": (
        replace(squared, conjugate=lambda nu, y: norm(nu) ** 2 / 2 - dot(nu, y)), BELOW, (1, 1, 1)),
    "squared: without the targets": (replace(squared, conjugate=lambda nu, y: norm(nu) ** 2 / 2), BELOW, (1, 1, 1)),
    "squared: the negated conjugate": (
        replace(squared, conjugate=lambda nu, y: -(norm(nu) ** 2) / 2 - dot(nu, y)), BELOW, (0, 0, 1)),
    "squared: without the square": (replace(squared, conjugate=lambda nu, y: dot(nu, y)), BELOW, (0, 1, 1)),
    "squared: half the square": (
        replace(squared, conjugate=lambda nu, y: norm(nu) ** 2 / 4 + dot(nu, y)), BELOW, (0, 1, 1)),
    "squared: twice the square": (
        replace(squared, conjugate=lambda nu, y: norm(nu) ** 2 + dot(nu, y)), TOUCHES, (0, 1, 0)),
    "squared: the opposite subgradient": (
        replace(squared, subgradient=lambda z, y: y - z), TOUCHES, (0, 1, 0)),
    "squared: twice the subgradient": (
        replace(squared, subgradient=lambda z, y: 2 * (z - y)), TOUCHES, (0, 1, 0)),
    "squared: without the half": (
        replace(squared, value=lambda z, y: norm(z - y) ** 2), TOUCHES, (0, 1, 0)),
    "absolute: finite everywhere": (replace(absolute, domain=lambda nu, y: ()), BELOW, (0, 1, 2)),
    "absolute: twice the domain": (replace(absolute, domain=lambda nu, y: (Within(nu, 2),)), BELOW, (0, 1, 2)),
    "absolute: a constant": (
        replace(absolute, conjugate=lambda nu, y: dot(nu, y) - norm1(nu)), BELOW, (0, 0, 1)),
    "absolute: a domain that is too small": (
        replace(absolute, domain=lambda nu, y: (Within(nu, Rational(1, 2)),)), INSIDE, (0, 1, 0)),
    "absolute: half the subgradient": (
        replace(absolute, subgradient=lambda z, y: sign(z - y) / 2), TOUCHES, (0, 1, 0)),
    "absolute: another sign": (
        replace(absolute, subgradient=lambda z, y: sign(z)), TOUCHES, (1, 0, 0)),
    "huber: finite everywhere": (replace(huber, domain=lambda nu, y: ()), BELOW, (0, 1, 1)),
    "huber: a domain of radius one": (replace(huber, domain=lambda nu, y: (Within(nu, 1),)), BELOW, (0, 1, 1)),
    "huber: without the targets": (replace(huber, conjugate=lambda nu, y: norm(nu) ** 2 / 2), BELOW, (1, 2, 1)),
    "huber: the subgradient of the squared loss": (
        replace(huber, subgradient=lambda z, y: z - y), TOUCHES, (0, 1, 0)),
    "huber: the square of the squared loss": (
        replace(huber, value=squared.value), TOUCHES, (0, 1, 0)),
    "epsilon: without its term": (
        replace(epsilon_insensitive, conjugate=lambda nu, y: dot(nu, y)), BELOW, (0, 1, 1)),
    "epsilon: its term with the wrong sign": (
        replace(epsilon_insensitive, conjugate=lambda nu, y: dot(nu, y) - epsilon * norm1(nu)), BELOW, (0, 0, 1)),
    "epsilon: its term twice": (
        replace(epsilon_insensitive, conjugate=lambda nu, y: dot(nu, y) + 2 * epsilon * norm1(nu)),
        TOUCHES, (0, 3, 0)),
    "epsilon: finite everywhere": (replace(epsilon_insensitive, domain=lambda nu, y: ()), BELOW, (0, 3, 2)),
    "epsilon: the subgradient of the absolute loss": (
        replace(epsilon_insensitive, subgradient=absolute.subgradient), TOUCHES, (0, 1, 0)),
    "hinge: finite everywhere": (replace(hinge, domain=lambda nu, y: ()), BELOW, (1, 0, -2)),
    "hinge: of any slope below zero": (replace(hinge, domain=squared_hinge.domain), BELOW, (1, 0, -2)),
    "hinge: of any slope above minus one": (replace(hinge, domain=only_second), BELOW, (1, 2, 1)),
    "hinge: of slopes of both signs": (replace(hinge, domain=absolute.domain), BELOW, (1, 2, 1)),
    "hinge: the wrong sign": (replace(hinge, conjugate=lambda nu, y: -dot(nu, y)), TOUCHES, (1, 0, 0)),
    "hinge: any targets": (replace(hinge, targets=lambda y: ()), BELOW, (0, 1, 2)),
    "hinge: the opposite subgradient": (
        replace(hinge, subgradient=lambda z, y: -hinge.subgradient(z, y)), TOUCHES, (1, 0, 0)),
    "squared hinge: finite everywhere": (replace(squared_hinge, domain=lambda nu, y: ()), BELOW, (1, 2, 1)),
    "squared hinge: without the square": (replace(squared_hinge, conjugate=hinge.conjugate), BELOW, (1, 0, -1)),
    "squared hinge: without the half": (
        replace(squared_hinge, conjugate=lambda nu, y: norm(nu) ** 2 + dot(nu, y)), TOUCHES, (1, 0, 0)),
    "squared hinge: the subgradient of the hinge": (
        replace(squared_hinge, subgradient=hinge.subgradient), TOUCHES, (1, -1, 0)),
    "logistic: the conjugate of the hinge": (replace(logistic, conjugate=hinge.conjugate), BELOW, (1, 0, -1)),
    "logistic: the negated conjugate": (
        replace(logistic, conjugate=lambda nu, y: -logistic.conjugate(nu, y)), TOUCHES, (1, 0, 0)),
    "logistic: twice the conjugate": (
        replace(logistic, conjugate=lambda nu, y: 2 * logistic.conjugate(nu, y)), TOUCHES, (1, 0, 0)),
    "logistic: of slopes of both signs": (replace(logistic, domain=absolute.domain), BELOW, (1, 2, 1)),
    "logistic: the subgradient of the hinge": (
        replace(logistic, subgradient=hinge.subgradient), TOUCHES, (1, 0, 0)),
    "logistic: the margin with the wrong sign": (
        replace(logistic, value=lambda z, y: logistic.value(-z, y)), TOUCHES, (1, 1, 0)),
}  # fmt: skip


def parameters(name: str) -> dict[str, Any]:
    if name.startswith("huber"):
        return {"delta": 1 if name == "huber: without the targets" else "1/2"}
    return {"epsilon": 2} if name.startswith("epsilon") else {}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_loss_is_refuted_by_one_sample(name):
    wrong, claim, (target, output, slope) = WRONG[name]
    data = {"y": [target], "z": [output], "nu": [slope]}
    result = checker.verify(own(losses.conjugate_pair(wrong)), data=data, settings=parameters(name))
    assert {found.claim: found.verdict for found in result.claims}[claim] == "refuted"


# Slopes are built for labels; those for other targets are in the domain where y_i²·p_i ≤ 1, and most are near zero.
RARE = {"hinge: any targets": 400}


@pytest.mark.parametrize("name", few(WRONG, "squared: without the targets"))
def test_a_wrong_loss_is_refuted_by_what_is_drawn(name):
    wrong, claim, _ = WRONG[name]
    found = refuted(losses.conjugate_pair(wrong), RARE.get(name, 100))
    assert claim in found
    # Samples before the one that fails are not left out, so that there may be more than one.
    assert int(found[claim].dataset["n"]) <= 3


@pytest.mark.parametrize("loss", few(LOSSES, logistic), ids=lambda loss: loss.name)
def test_the_losses_of_the_library_pass_in_the_same_way(loss):
    assert checker.verify(own(losses.conjugate_pair(loss)), cases=5).verdict == "holds"


# Wrong dual problems.

UNIT = {"X": [[1, 0], [0, 1]], "y": [3, -4]}
SIGNS = {"X": [[1, 0], [0, 1]], "y": [1, -1]}
OF = {loss.name: UNIT if loss in LOSSES[:4] else SIGNS for loss in LOSSES}
GIVEN = {"huber": {"delta": 1}, "epsilon-insensitive": {"epsilon": "1/2"}}
nu, y, X, beta = two.nu, two.y, two.X, two.beta


def with_dual(loss, *, domain=True, radius=beta, conjugate=None, witness, by=None) -> Theorem:
    """The two-layer pair with another dual problem."""
    constraints = [assumption.relation for assumption in loss.domain(nu, y)] if domain else []
    constraints.append(at_most(norm(X.T * nu), radius))
    P = Minimize(loss.value(two.output, y) + beta * two.cost, over=[two.W1, two.w2])
    D = Maximize(-(conjugate or loss.conjugate)(nu, y), over=[nu], subject_to=constraints)
    return Theorem(
        title="Planted",
        given=[*loss.targets(y), *loss.given, Positive(beta)],
        claims=[WeakDuality(P, D, by=by), StrongDuality(P, D)],
        witness=witness,
    )


def of_loss(loss, change: Callable[[Any, fmpq_mat], fmpq_mat] = lambda data, nu: nu, **others) -> Callable[..., Any]:
    """The library's witness, with another ν and more values."""

    def proposed(data, digits):
        point = witnesses.two_layers(loss, data, digits)
        return point | {"nu": change(data, point["nu"])} | {key: value(point) for key, value in others.items()}

    return proposed


def verdicts(theorem: Theorem, loss, beta="1/2") -> dict[str, str]:
    settings = {"beta": beta, "m": 2, **GIVEN.get(loss.name, {})}
    result = checker.verify(theorem, data=OF[loss.name], settings=settings)
    return {claim.claim: claim.verdict for claim in result.claims}


def along_targets(size) -> Callable[[Any, fmpq_mat], fmpq_mat]:
    """ν = −size·y, which a dual problem without its domain allows."""

    def change(data, _):
        return data["y"] * -fmpq(size)

    return change


BOUNDED = [loss for loss in LOSSES if loss.domain(nu, y)]
RIGHT = {loss.name: of_loss(loss) for loss in LOSSES}


@pytest.mark.parametrize("loss", few(LOSSES, hinge), ids=lambda loss: loss.name)
def test_the_right_dual_passes(loss):
    # Without an identity weak duality is sampled.
    assert verdicts(with_dual(loss, witness=RIGHT[loss.name]), loss)["strong-duality"] != "refuted"


@pytest.mark.parametrize("loss", [absolute, hinge, epsilon_insensitive, logistic], ids=lambda loss: loss.name)
def test_a_dual_without_its_domain_is_never_strong(loss):
    # β is so large that the domain is what bounds ν.
    conjugate = hinge.conjugate if loss is logistic else loss.conjugate
    theorem = with_dual(loss, domain=False, conjugate=conjugate, witness=of_loss(loss, along_targets(3)))
    found = verdicts(theorem, loss, beta="100")
    assert found == {"weak-duality": "refuted", "strong-duality": "refuted"}


@pytest.mark.parametrize("loss", BOUNDED, ids=lambda loss: loss.name)
def test_a_dual_without_its_domain_and_the_right_witness_is_not_proved_by_the_identity(loss):
    (right,) = [claim for claim in two.with_loss(loss).claims if isinstance(claim, WeakDuality)]
    theorem = with_dual(loss, domain=False, witness=RIGHT[loss.name], by=right.by)
    found = verdicts(theorem, loss)
    assert "holds" not in found.values()


@pytest.mark.parametrize("loss", few(LOSSES, squared, hinge), ids=lambda loss: loss.name)
def test_a_ball_of_twice_the_radius_is_never_strong(loss):
    def wider(data, digits):
        # The best ν of the wider ball.
        point = witnesses.two_layers(loss, data, digits)
        return point | {"nu": witnesses.two_layers(loss, {**data.values, "beta": 2 * data["beta"]}, digits)["nu"]}

    found = verdicts(with_dual(loss, radius=2 * beta, witness=wider), loss)
    assert found == {"weak-duality": "refuted", "strong-duality": "refuted"}


# Wrong witnesses of the right theorem.

TINY = fmpq(1, 10**30)


def costly(point) -> fmpq_mat:
    return point["W_1"] + fmpq_mat(2, 2, [0, TINY, 0, 0]) * 10**10


WITNESSES = {
    "a network that costs more": lambda loss: of_loss(loss, W_1=lambda point: point["W_1"] * (1 + TINY * 10**10)),
    "an idle neuron": lambda loss: of_loss(loss, W_1=costly),
    "zero": lambda loss: of_loss(loss, W_1=lambda point: point["W_1"] * 0, w_2=lambda point: point["w_2"] * 0),
    "a slope outside the ball": lambda loss: of_loss(loss, lambda data, nu: nu * (1 + fmpq(1, 10**6))),
    "a slope outside the domain": lambda loss: of_loss(loss, lambda data, nu: nu - data["y"] * 2),
    "no slope": lambda loss: of_loss(loss, lambda data, nu: nu * 0),
    "a slope of a smaller ball": lambda loss: of_loss(loss, lambda data, nu: nu * (1 - TINY)),
}


@pytest.mark.parametrize("name", WITNESSES)
@pytest.mark.parametrize("loss", few(LOSSES, hinge), ids=lambda loss: loss.name)
def test_a_wrong_witness_never_passes(loss, name):
    right = two.with_loss(loss)
    theorem = Theorem(title="Planted", given=right.given, claims=right.claims, witness=WITNESSES[name](loss))
    found = verdicts(theorem, loss)
    assert found["strong-duality"] == "undecided"
    assert found["weak-duality"] == "holds"
    assert not {"holds", "refuted"} & {found[claim] for claim in ("rank-one", "aligned", "first-layer")}


# Wrong lines below a loss with a concave penalty.


def of_line(loss, *kept: int, beyond: bool = True):
    """The least of the lines at the left ends, at the right ones (1) or at both, and beyond the last."""
    L, k, q, rho = losses.L, losses.k, losses.q, losses.rho
    ends = [largest(-losses.line(loss, L, entry(rho, k + side), k), k, 1, q) for side in kept]
    last = loss.conjugate(zeros(losses.n), losses.targets) - losses.beta * (L / 2 * entry(rho, q + 1) ** (2 / L))
    parts = [*ends, *([last] if beyond else [])]
    return -(maximum(*parts) if len(parts) > 1 else parts[0])


def bounded(loss, low=None, given=None) -> Theorem:
    right = losses.bound_by_lines(loss)
    (claim,) = right.claims
    low = claim.relation.sides[0] if low is None else low
    return Theorem(
        title="Planted",
        given=right.given if given is None else given,
        claims=[Holds(at_most(low, claim.relation.sides[1]), name="wrong")],
    )


def case(y, w, rho, nu, beta=1, X=1) -> dict[str, Any]:
    return {"X": [[X]], "y": [y], "w": [w], "rho": rho, "V": [[nu]], "beta": beta, "L": 3}


given = [*losses.from_zero[1:], Positive(losses.beta), SizeAtMost(2, losses.L)]
labelled = [*hinge.targets(losses.targets), *losses.from_zero, Positive(losses.beta), SizeAtMost(2, losses.L)]
BOUNDS = {
    # At 0 the line is 1/2, and beyond 8 the penalty 6/100; w = 1 costs 3/200.
    "without the right ends": (bounded(squared, of_line(squared, 0)), case(1, 1, [0, 8], -1, Fraction(1, 100))),
    # With ν = 0 the line is the penalty, 6 at 8 and 0 at 0; w = 0 costs 1/2.
    "without the left ends": (bounded(squared, of_line(squared, 1)), case(1, 0, [0, 8], 0)),
    # The line is 50 at 0 and 41.5 at 1; w = 10 costs 3/2·10^(2/3).
    "without what is beyond": (bounded(squared, of_line(squared, 0, 1, beyond=False)), case(10, 10, [0, 1], -10)),
    # The penalty is 0.04 at 5; w = 1 costs 3/200.
    "not from zero on": (bounded(squared, given=given), case(1, 1, [5, 8], 0, Fraction(1, 100))),
    # At every ρ the line is at least 10, and the penalty 3/2 at 1; w = 0 costs 1.
    "a slope outside the domain": (bounded(hinge, given=labelled), case(1, 0, [0, 1], -10, X=0)),
    # The conjugate with the wrong sign makes lines too high.
    "a wrong conjugate": (
        bounded(replace(squared, conjugate=lambda nu, y: -(norm(nu) ** 2) / 2 - dot(nu, y))), case(0, 0, [0, 1], 2, X=0)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BOUNDS)
def test_a_wrong_bound_of_lines_is_refuted(name):
    theorem, data = BOUNDS[name]
    result = checker.verify(own(theorem), data=data)
    assert [claim.verdict for claim in result.claims] == ["refuted"]


@pytest.mark.parametrize("name", [name for name in BOUNDS if name.startswith("without")])
def test_the_right_bound_of_lines_holds_there(name):
    assert checker.verify(own(bounded(squared)), data=BOUNDS[name][1]).holds
