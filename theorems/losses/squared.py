"""Half the squared distance, ``½‖z − y‖²``."""

from flint import fmpq

from checker.statement import dot, norm
from checker.witness.pieces import Piece
from theorems.losses.loss import Loss

squared = Loss(
    name="squared",
    title="the squared loss",
    value=lambda z, y: norm(z - y) ** 2 / 2,
    conjugate=lambda nu, y: norm(nu) ** 2 / 2 + dot(nu, y),
    subgradient=lambda z, y: z - y,
    pieces=lambda y, _: [(Piece(fmpq(1), None, None), fmpq(1), y)],
)
