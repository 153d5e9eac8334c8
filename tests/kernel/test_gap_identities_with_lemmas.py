"""Gap identities that rely on lemmas: what they prove, and planted faults, which they never do."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from flint import fmpq_mat

import checker
from checker.statement import (
    ForEveryOptimum,
    GapIdentity,
    Holds,
    Labels,
    Maximize,
    Minimize,
    Parallel,
    Positive,
    RankAtMost,
    Relation,
    Slack,
    StatementError,
    StrongDuality,
    Theorem,
    WeakDuality,
    at_most,
    dot,
    equal,
    instance,
    matrix,
    norm,
    ones,
    pinv,
    relu,
    softplus,
    vector,
)
from theorems import convex_losses
from theorems.losses import absolute, hinge, huber, logistic, squared
from theorems.two_layer_linear import W1, X, beta, cost, half, n, nu, output, w2, y

IDENTITY = [[1, 0], [0, 1]]
TARGETS = {"squared": [3, 4], "huber": [3, 4], "hinge": [1, -1], "logistic": [1, -1]}
inside = at_most(norm(X.T * nu), beta)


def fenchel_young(loss, **changes):
    substitution = {convex_losses.outputs: output, **changes.get("substituted", {})}
    return instance(convex_losses.fenchel_young.theorems[loss.name], substitution, claim=changes.get("claim", ""))


def domain_of(loss):
    return [assumption.relation for assumption in loss.domain(nu, y)]


def at_zero(data, _):
    """The network of zeros and ν = 0, which close no bracket."""
    width = int(data["m"])
    return {"W_1": fmpq_mat(2, width), "w_2": fmpq_mat(width, 1), "nu": fmpq_mat(2, 1)}


@dataclass(frozen=True)
class Pair:
    """The two-layer pair of a loss with changes, and its verdicts on a small dataset."""

    loss: Any
    value: Any = None
    conjugate: Any = None
    more: Any = 0
    domain: Any = None
    given: Any = None
    factor: Any = half
    squares: Any = None
    slack: Any = None
    lemmas: Any = None
    data: dict[str, Any] = field(default_factory=dict)
    witness: Any = at_zero

    def theorem(self) -> Theorem:
        loss = self.loss
        value, conjugate = (
            loss.value(output, y) if self.value is None else self.value,
            loss.conjugate(nu, y) if self.conjugate is None else self.conjugate,
        )
        given = [*loss.targets(y), *loss.given, Positive(beta)] if self.given is None else self.given
        constraints = [*(domain_of(loss) if self.domain is None else self.domain), inside]
        P = Minimize(value + beta * cost, over=[W1, w2])
        D = Maximize(-conjugate + self.more, over=[nu], subject_to=constraints)
        identity = GapIdentity(
            squares=((beta * self.factor, W1 + X.T * nu * w2.T / beta),) if self.squares is None else self.squares,
            slacks=(Slack(norm(w2) ** 2 / (2 * beta), inside),) if self.slack is None else self.slack,
            lemmas=(fenchel_young(loss),) if self.lemmas is None else self.lemmas,
        )
        return Theorem(
            title="Planted",
            given=given,
            claims=[
                WeakDuality(P, D, by=identity),
                StrongDuality(P, D),
                ForEveryOptimum(P, RankAtMost(W1, 1), name="rank-one"),
                ForEveryOptimum(P, Parallel(W1, X.T * nu), name="aligned"),
                ForEveryOptimum(P, equal(W1, -X.T * nu * w2.T / beta), name="first-layer"),
            ],
            witness=self.witness,
        )

    def decided(self) -> dict[str, Any]:
        settings = {"beta": "1/2", **({"delta": 1} if self.loss is huber else {})}
        data = {"X": IDENTITY, "y": TARGETS[self.loss.name], **self.data}
        result = checker.verify(self.theorem(), data=data, settings=settings)
        return {claim.claim: claim for claim in result.claims}


@pytest.mark.parametrize("loss", [squared, huber, hinge, logistic], ids=lambda loss: loss.name)
def test_a_right_lemma_proves_weak_duality_and_what_follows_at_every_optimum(loss):
    witness = loss.witness("theorems.witnesses.convex_losses:two_layers")
    decided, name = Pair(loss, witness=witness).decided(), f"convex-losses/fenchel-young/{loss.name}"
    assert {claim.verdict for claim in decided.values()} == {"holds"}
    assert decided["weak-duality"].evidence == "identity"
    assert decided["weak-duality"].relies_on == (name,)
    assert name in decided["strong-duality"].relies_on
    for claim in ("rank-one", "aligned", "first-layer"):
        assert decided[claim].evidence == "identity"
        assert set(decided[claim].relies_on) == {"P* = D*, attained", name}


def test_without_a_closed_bracket_nothing_follows_at_every_optimum():
    decided = Pair(squared).decided()
    assert decided.pop("weak-duality").evidence == "identity"
    assert {claim.verdict for claim in decided.values()} == {"undecided"}


# Faults.

other = vector("c", n)


def rectified(z):
    """``½‖z − y‖² + Σ (z_i − y_i)₊``."""
    return squared.value(z, y) + dot(ones(n), relu(z - y))


def reflected(z):
    """``½‖z − y‖² + Σ (y_i − z_i)₊``, which is another function."""
    return squared.value(z, y) + dot(ones(n), relu(y - z))


def soft(z):
    return squared.value(z, y) + dot(ones(n), softplus(z - y))


def of_a_function(value, title):
    """A lemma, true where the value is at least the squared loss."""
    z, t = convex_losses.outputs, convex_losses.slopes
    return Theorem(
        title=title,
        claims=[
            Holds(at_most(dot(t, z), value(z) + squared.conjugate(t, y)), name="inequality"),
            Holds(equal(dot(t, z), dot(z, t)), name="equation"),
            Holds(Relation("nonnegative", relu(z - y)), name="sign"),
        ],
    )


# In a dictionary, where the plugin does not look for theorems to check.
LEMMAS = {value: of_a_function(value, f"Of {value.__name__} differences") for value in (rectified, reflected, soft)}


def of(value, claim=""):
    return instance(LEMMAS[value], {convex_losses.outputs: output}, claim=claim)


proper = fenchel_young(squared)
# Both sides times -1, and not turned around.
minus_one = replace(proper, relation=at_most(*(-side for side in proper.relation.sides)))
FAULTS = {
    "the domain is no constraint": Pair(hinge, domain=[]),
    "half of the domain is no constraint": Pair(hinge, domain=domain_of(hinge)[:1]),
    "the other half of the domain is no constraint": Pair(hinge, domain=domain_of(hinge)[1:]),
    "the domain of another symbol": Pair(
        hinge, domain=[assumption.relation for assumption in hinge.domain(other, y)], data={"c": [0, 0]}
    ),
    "the targets need not be labels": Pair(hinge, given=[Positive(beta)]),
    "labels of another symbol": Pair(hinge, given=[Labels(other), Positive(beta)], data={"c": [1, 1]}),
    "a parameter need not be positive": Pair(huber, given=[Positive(beta)]),
    "the lemma is left out": Pair(squared, lemmas=()),
    "the lemma of a loss that is not polynomial is left out": Pair(hinge, lemmas=()),
    "the lemma twice": Pair(squared, lemmas=(fenchel_young(squared),) * 2),
    "the lemma times -1": Pair(squared, lemmas=(minus_one,)),
    "the lemma of another loss": Pair(squared, lemmas=(fenchel_young(absolute),)),
    "the lemma at other outputs": Pair(
        squared, lemmas=(fenchel_young(squared, substituted={convex_losses.outputs: X * W1 * w2 * 2}),)
    ),
    "the conjugate twice": Pair(squared, conjugate=2 * squared.conjugate(nu, y)),
    "the conjugate without a half": Pair(squared, conjugate=norm(nu) ** 2 + dot(nu, y)),
    "the conjugate without the targets": Pair(squared, conjugate=norm(nu) ** 2 / 2),
    "the conjugate with the wrong sign": Pair(hinge, conjugate=-dot(nu, y)),
    "the conjugate of another loss": Pair(logistic, conjugate=hinge.conjugate(nu, y)),
    "a square with half its factor": Pair(squared, factor=half / 2),
    "a square with twice its factor": Pair(hinge, factor=1),
    "a square of the wrong sign inside": Pair(squared, squares=((beta / 2, W1 - X.T * nu * w2.T / beta),)),
    "a square without beta": Pair(squared, squares=((half, W1 + X.T * nu * w2.T),)),
    "a slack with the wrong factor": Pair(squared, slack=(Slack(norm(w2) ** 2 / beta, inside),)),
    "a slack of the wrong sign": Pair(squared, slack=(Slack(-(norm(w2) ** 2) / (2 * beta), inside),)),
    "a constant": Pair(squared, more=1),
    "a rectifier of the opposite": Pair(
        squared, value=rectified(output), conjugate=squared.conjugate(nu, y), lemmas=(of(reflected),)
    ),
    "a rectifier for a softplus": Pair(squared, value=rectified(output), lemmas=(of(soft),)),
    "rectifiers of other outputs": Pair(squared, value=rectified(2 * output), lemmas=(of(rectified),)),
}  # fmt: skip


NO_INEQUALITIES = {
    "an equation": of(rectified, "equation"),
    "a sign": of(rectified, "sign"),
    "an equation of subgradients": fenchel_young(squared, claim="equality-at-subgradients"),
}


@pytest.mark.parametrize("name", NO_INEQUALITIES)
def test_a_lemma_that_is_no_inequality_is_refused(name):
    with pytest.raises(StatementError, match="a lemma of a gap identity claims left ≤ right"):
        Pair(squared, lemmas=(NO_INEQUALITIES[name],)).theorem()


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_proves_nothing(name):
    decided = FAULTS[name].decided()
    assert decided["weak-duality"].verdict in ("undecided", "refuted")
    assert "identity" not in {claim.evidence for claim in decided.values()}
    assert "holds" not in {claim.verdict for claim in decided.values()}


SAID = {
    "the domain is no constraint": "which is neither a constraint nor an assumption",
    "the targets need not be labels": "which is neither a constraint nor an assumption",
    "the lemma times -1": "the gap identity fails",
    "a square with half its factor": "the gap identity fails",
    "a square with twice its factor": "stands for any values",
    "a rectifier of the opposite": "stands for any values",
}


@pytest.mark.parametrize("name", SAID)
def test_a_fault_is_named(name):
    assert SAID[name] in FAULTS[name].decided()["weak-duality"].reason


def test_a_wrong_dual_is_refuted_by_points():
    # The optimum is at most ½‖y‖² = 25/2.
    assert Pair(squared, more=13).decided()["weak-duality"].verdict == "refuted"


# What is not polynomial stands for any values.

difference = dot(ones(n), relu(output)) - dot(ones(n), relu(-output))


def test_a_right_lemma_of_rectifiers_is_used():
    right = Pair(squared, value=rectified(output), lemmas=(of(rectified),))
    decided = right.decided()["weak-duality"]
    assert (decided.verdict, decided.evidence) == ("holds", "identity")
    assert decided.relies_on == ("test-gap-identities-with-lemmas/Of rectified differences",)


@pytest.mark.parametrize("loss", [squared, hinge], ids=lambda loss: loss.name)
def test_an_identity_that_needs_more_than_names_of_values_is_not_proved_and_not_refuted(loss):
    # (z)₊ − (−z)₊ = z, which is true, and which no values in place of the rectifiers show.
    value = loss.value(output, y) + difference - dot(ones(n), output)
    decided = Pair(loss, value=value).decided()["weak-duality"]
    assert (decided.verdict, decided.evidence) == ("undecided", "")
    assert decided.reason.endswith("stands for any values")


def test_what_cancels_before_it_is_looked_at_may_be_anything():
    same = difference - difference + dot(ones(n), relu(nu)) - dot(ones(n), relu(nu))
    decided = Pair(squared, value=squared.value(output, y) + same).decided()["weak-duality"]
    assert (decided.verdict, decided.evidence) == ("holds", "identity")


A, left, right = matrix("A", n, n), vector("a", n), vector("b", n)
SINGULAR = {"A": [[0, 1], [0, 0]], "a": [1, 0], "b": [1, 0]}


def test_a_pseudo_inverse_does_not_commute():
    # A·A† projects on the range and A†·A on the row space; with A as given the dual gains 1 at every ν.
    gained = dot(left, A * pinv(A) * right) - dot(left, pinv(A) * A * right)
    decided = Pair(squared, more=gained, data=SINGULAR).decided()["weak-duality"]
    assert decided.evidence != "identity"
