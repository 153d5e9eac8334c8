"""The logistic loss, ``Σ log(1 + exp(−y_i z_i))`` with labels ±1."""

from flint import fmpq

from checker.statement import Labels, SomeNegative, SomePositive, dot, ones, sigmoid, softplus, xlogx
from checker.witness.pieces import Piece
from theorems.losses.loss import Loss
from theorems.losses.margins import falling_by_at_most_one, margin


def _conjugate(nu, y):
    """The sum of ``p log p + (1 − p) log(1 − p)`` over the probabilities ``p_i = −y_i ν_i``."""
    probabilities, unit = -margin(nu, y), ones(*nu.shape)
    return dot(unit, xlogx(probabilities)) + dot(unit, xlogx(unit - probabilities))


logistic = Loss(
    name="logistic",
    title="the logistic loss",
    value=lambda z, y: dot(ones(*z.shape), softplus(-margin(z, y))),
    conjugate=_conjugate,
    subgradient=lambda z, y: -margin(sigmoid(-margin(z, y)), y),
    domain=falling_by_at_most_one,
    targets=lambda y: (Labels(y),),
    # Of one label alone an offset drives the loss to zero, which none attains.
    attained=lambda y: (SomePositive(y), SomeNegative(y)),
    pieces=lambda y, _: [(Piece(fmpq(0), fmpq(0), fmpq(1), logistic=True), -y, fmpq(0))],
)
