"""The squared hinge loss, ``½Σ (1 − y_i z_i)₊²`` with labels ±1."""

from flint import fmpq

from checker.statement import Labels, dot, norm, ones, relu
from checker.witness.pieces import Piece
from theorems.losses.loss import Loss
from theorems.losses.margins import falling, margin


def _missing(z, y):
    """By how much margins lie below 1."""
    return relu(ones(*z.shape) - margin(z, y))


squared_hinge = Loss(
    name="squared-hinge",
    title="the squared hinge loss",
    value=lambda z, y: norm(_missing(z, y)) ** 2 / 2,
    conjugate=lambda nu, y: norm(nu) ** 2 / 2 + dot(nu, y),
    subgradient=lambda z, y: -margin(_missing(z, y), y),
    domain=lambda nu, y: (falling(nu, y),),
    targets=lambda y: (Labels(y),),
    pieces=lambda y, _: [(Piece(fmpq(1), fmpq(0), None), -y, fmpq(-1))],
)
