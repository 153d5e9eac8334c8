"""Identities: what they prove, and what looks like one and proves nothing."""

import pytest

from checker.statement import (
    GapIdentity,
    Identity,
    Maximize,
    Minimize,
    StrongDuality,
    Theorem,
    WeakDuality,
    absolute,
    at_most,
    dot,
    equal,
    norm,
    pinv,
)
from tests.kernel.theorems import DUAL, X, decide, half, lam, near_root, network, y

GOOD = network(near_root(15, 40)) | {"lambda": DUAL}


def test_a_false_identity_is_refuted_at_small_numbers():
    theorem = Theorem(title="t", claims=[Identity(equal(norm(y) ** 2, norm(X.T * y) ** 2), name="claim")])
    outcome = decide(theorem, [])["claim"]
    assert outcome.verdict == "refuted"
    assert "X = [[" in outcome.reason


def test_a_gap_identity_with_a_wrong_constant_proves_nothing():
    from checker.statement import Residual, Slack
    from tests.kernel.theorems import W1, cost, interpolates, w2

    ball = at_most(norm(X.T * lam), 1)
    primal = Minimize(cost, over=[W1, w2], subject_to=[interpolates])
    dual = Maximize(dot(lam, y), over=[lam], subject_to=[ball])
    right = {"slacks": (Slack(norm(w2) ** 2 / 2, ball),), "residuals": (Residual(lam, interpolates),)}
    square = W1 - X.T * lam * w2.T
    wrong = [
        GapIdentity(squares=((half / 2, square),), **right),
        GapIdentity(squares=((half, W1 + X.T * lam * w2.T),), **right),
        GapIdentity(squares=((half, square),), slacks=right["slacks"]),
        GapIdentity(
            squares=((half, square),), slacks=(Slack(-(norm(w2) ** 2) / 2, ball),), residuals=right["residuals"]
        ),
        # True as an identity, but its slack is of a relation that nobody assumed.
        GapIdentity(slacks=(Slack(1, at_most(dot(lam, y), cost), squared=False),)),
    ]
    for identity in wrong:
        theorem = Theorem(title="t", claims=[WeakDuality(primal, dual, by=identity), StrongDuality(primal, dual)])
        outcomes = decide(theorem, [GOOD])
        assert {o.verdict for o in outcomes.values()} == {"undecided"}


NOT_POLYNOMIAL = [
    # True for invertible X alone: a random square matrix is invertible.
    equal(X * pinv(X) * X * pinv(X) * y, X * pinv(X) * y),
    equal(absolute(dot(y, y)), norm(y) ** 2),
    equal(norm(y) * norm(y) ** 2, norm(y) ** 3),
]


@pytest.mark.parametrize("relation", NOT_POLYNOMIAL, ids=str)
def test_an_equation_that_is_not_polynomial_is_not_proved_by_trials(relation):
    outcome = decide(Theorem(title="t", claims=[Identity(relation, name="claim")]), [])["claim"]
    assert (outcome.verdict, outcome.evidence) == ("undecided", "")
    assert "not visibly polynomial" in outcome.reason


def test_a_pseudo_inverse_in_a_gap_identity_proves_nothing():
    from tests.kernel.theorems import W1, cost, interpolates, w2

    # For square invertible X the extra term is zero; for singular X it is not, and no trial meets one.
    ball = at_most(norm(X.T * lam), 1)
    primal = Minimize(cost, over=[W1, w2], subject_to=[interpolates])
    dual = Maximize(dot(lam, X * pinv(X) * y), over=[lam], subject_to=[ball])
    from checker.statement import Residual, Slack

    identity = GapIdentity(
        squares=((half, W1 - X.T * lam * w2.T),),
        slacks=(Slack(norm(w2) ** 2 / 2, ball),),
        residuals=(Residual(lam, interpolates),),
    )
    theorem = Theorem(title="t", claims=[WeakDuality(primal, dual, by=identity), StrongDuality(primal, dual)])
    assert decide(theorem, [GOOD])["weak-duality"].verdict == "undecided"
