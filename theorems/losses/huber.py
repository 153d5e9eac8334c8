"""Huber's loss (1964): half the square of a difference r up to δ, and ``δ(|r| − δ/2)`` beyond."""

from flint import fmpq

from checker.statement import Positive, Within, dot, norm, ones, relu, scalar
from checker.witness.pieces import Piece
from theorems.losses.loss import Loss

delta = scalar("delta")


def _beyond(r):
    """What of r lies above δ, and below −δ."""
    limit = delta * ones(*r.shape)
    return relu(r - limit), relu(-r - limit)


def _value(z, y):
    above, below = _beyond(z - y)
    return (norm(z - y) ** 2 - norm(above) ** 2 - norm(below) ** 2) / 2


def _subgradient(z, y):
    above, below = _beyond(z - y)
    return z - y - above + below


huber = Loss(
    name="huber",
    title="Huber's loss",
    value=_value,
    conjugate=lambda nu, y: norm(nu) ** 2 / 2 + dot(nu, y),
    subgradient=_subgradient,
    domain=lambda nu, y: (Within(nu, delta),),
    given=(Positive(delta),),
    settings={"delta": "50"},
    pieces=lambda y, given: [(Piece(fmpq(1), -given["delta"], given["delta"]), fmpq(1), y)],
)
