"""The sum of absolute differences, ``‖z − y‖₁``."""

from flint import fmpq

from checker.statement import Within, dot, norm1, sign
from checker.witness.pieces import Piece
from theorems.losses.loss import Loss

absolute = Loss(
    name="absolute",
    title="the absolute loss",
    value=lambda z, y: norm1(z - y),
    conjugate=lambda nu, y: dot(nu, y),
    subgradient=lambda z, y: sign(z - y),
    domain=lambda nu, y: (Within(nu, 1),),
    pieces=lambda y, _: [(Piece(fmpq(0), fmpq(-1), fmpq(1)), fmpq(1), y)],
)
