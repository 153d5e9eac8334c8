"""The hinge loss of support vector machines, ``Σ (1 − y_i z_i)₊`` with labels ±1."""

from flint import fmpq

from checker.statement import Labels, dot, ones, relu, sign
from checker.witness.pieces import Piece
from theorems.losses.loss import Loss
from theorems.losses.margins import falling_by_at_most_one, margin


def _missing(z, y):
    """By how much margins lie below 1."""
    return relu(ones(*z.shape) - margin(z, y))


hinge = Loss(
    name="hinge",
    title="the hinge loss",
    value=lambda z, y: dot(ones(*z.shape), _missing(z, y)),
    conjugate=lambda nu, y: dot(nu, y),
    subgradient=lambda z, y: -margin(sign(_missing(z, y)), y),
    domain=falling_by_at_most_one,
    targets=lambda y: (Labels(y),),
    pieces=lambda y, _: [(Piece(fmpq(0), fmpq(0), fmpq(1)), -y, fmpq(-1))],
)
