"""Small statements for the kernel's tests, with exact points."""

from flint import fmpq, fmpq_mat

from checker.kernel import decide as kernel
from checker.kernel.case import Case
from checker.kernel.decide import Outcome
from checker.kernel.evaluate import Machine
from checker.statement import (
    ForEveryOptimum,
    GapIdentity,
    InRange,
    Maximize,
    Minimize,
    OptimalValue,
    RankAtMost,
    Residual,
    Slack,
    StrongDuality,
    Theorem,
    WeakDuality,
    at_most,
    dot,
    norm,
    pinv,
)
from theorems.two_layer_linear import W1, X, cost, d, half, interpolates, lam, w2, y

__all__ = ["W1", "X", "cost", "d", "half", "interpolates", "lam", "w2", "y"]


def two_layer(*, radius=1, factor=1, value=None, identity=True, witness=None) -> Theorem:
    """The two-layer linear pair with a dual ball of some radius and a dual objective scaled by some factor."""
    ball = at_most(norm(X.T * lam), radius)
    primal = Minimize(cost, over=[W1, w2], subject_to=[interpolates])
    dual = Maximize(factor * dot(lam, y), over=[lam], subject_to=[ball])
    gap = GapIdentity(
        squares=((half, W1 - X.T * lam * w2.T),),
        slacks=(Slack(norm(w2) ** 2 / 2, ball),),
        residuals=(Residual(lam, interpolates),),
    )
    return Theorem(
        title="Two-layer linear networks",
        given=[InRange(y, X)],
        claims=[
            WeakDuality(primal, dual, by=gap if identity else None),
            StrongDuality(primal, dual),
            OptimalValue(primal, norm(pinv(X) * y) if value is None else value),
            ForEveryOptimum(primal, RankAtMost(W1, 1), name="rank-one"),
        ],
        witness=witness,
    )


# X = I_2, y = (9, 12): s = 15 is rational, but √s is not, so that no rational network is exactly optimal.
DATA = {"n": 2, "d": 2, "m": 2, "X": fmpq_mat(2, 2, [1, 0, 0, 1]), "y": fmpq_mat(2, 1, [9, 12])}
DUAL = fmpq_mat(2, 1, [fmpq(3, 5), fmpq(4, 5)])


def network(scale: fmpq, tilt: fmpq | int = 0) -> dict:
    """A feasible network of cost ``(225/τ² + τ²)/2``; a tilt gives it an idle second neuron, hence rank two."""
    tilt = fmpq(tilt)
    first = [fmpq(9) / scale, tilt, fmpq(12) / scale, -tilt]
    return {"W_1": fmpq_mat(2, 2, first), "w_2": fmpq_mat(2, 1, [scale, 0])}


def near_root(value: int, digits: int) -> fmpq:
    """√value, rounded down to some decimal digits."""
    from math import isqrt

    return fmpq(isqrt(value * 10 ** (2 * digits)), 10**digits)


def decide(theorem: Theorem, points: list, digits: int = 50, data: dict = DATA) -> dict[str, Outcome]:
    """The kernel's outcomes on a dataset."""
    return kernel.decide(Case(Machine(theorem.program), data, points, digits))
