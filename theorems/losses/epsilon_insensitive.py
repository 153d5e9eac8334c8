"""The ε-insensitive loss of support vector regression (Vapnik 1995): by how much ``|z_i − y_i|`` exceeds ε, summed."""

from flint import fmpq

from checker.statement import Nonnegative, Within, dot, norm1, ones, relu, scalar, sign
from checker.witness.pieces import Piece
from theorems.losses.loss import Loss

epsilon = scalar("epsilon")
RISE = Piece(fmpq(0), fmpq(0), fmpq(1))


def _beyond(r):
    """What of r lies above ε, and below −ε."""
    limit = epsilon * ones(*r.shape)
    return relu(r - limit), relu(-r - limit)


def _value(z, y):
    above, below = _beyond(z - y)
    return dot(ones(*z.shape), above) + dot(ones(*z.shape), below)


def _subgradient(z, y):
    above, below = _beyond(z - y)
    return sign(above) - sign(below)


epsilon_insensitive = Loss(
    name="epsilon-insensitive",
    title="the ε-insensitive loss",
    value=_value,
    conjugate=lambda nu, y: dot(nu, y) + epsilon * norm1(nu),
    subgradient=_subgradient,
    domain=lambda nu, y: (Within(nu, 1),),
    given=(Nonnegative(epsilon),),
    settings={"epsilon": "10"},
    pieces=lambda y, given: [(RISE, fmpq(1), y + given["epsilon"]), (RISE, fmpq(-1), given["epsilon"] - y)],
)
