"""Deep linear networks for the kernel's tests: the library's statements with planted faults, and exact points."""

from flint import fmpq, fmpq_mat

from checker.datasets.dataset import Dataset
from checker.engine import Engine
from checker.kernel.decide import Outcome
from checker.statement import (
    Chain,
    Maximize,
    Minimize,
    OptimalValue,
    Step,
    StrongDuality,
    Theorem,
    WeakDuality,
    at_most,
    dot,
    equal,
    frobenius,
    instance,
    optimum,
)
from checker.witness.factorisation import rank_one_layers
from checker.witness.rounding import square_root
from theorems import lemmas
from theorems.deep_linear import D, L, P, X, correlation, inner, lam, mu, of_scale, shared, t, v, value, weights, y

I2 = fmpq_mat(2, 2, [1, 0, 0, 1])
# X = I_2, y = (9, 12) and three layers: ‖X†y‖ = 15.
DATA = {"n": 2, "d": 2, "m": 2, "L": 3, "X": I2, "y": fmpq_mat(2, 1, [9, 12])}
SMALL = DATA | {"y": fmpq_mat(2, 1, [fmpq(9, 225), fmpq(12, 225)])}  # ‖X†y‖ = 1/15
UNIT = fmpq_mat(2, 1, [fmpq(3, 5), fmpq(4, 5)])
BITS = 400


def point(data: dict, power: int = 1) -> dict:
    """A network, λ, and t with v and μ inside, for an inner problem in ``t^power``; as good as 50 digits need."""
    target = data["y"]
    size = target[0, 0] * fmpq(5, 3)
    scale = square_root(size * size, BITS, 2 * data["L"])
    inside = {"v": target * scale**-power, "mu": UNIT * scale**-power}
    return {"W": rank_one_layers(target, data["L"], data["m"], BITS), "lambda": UNIT, "t": scale, **inside}


GOOD = point(DATA)
# Another network of the same product.
REST = {"W": [GOOD["W"][0] * 2, GOOD["W"][1] * fmpq(1, 2), GOOD["W"][2]]}


def scalar_output(*, power=L - 2, weight=L - 2, radius=1, scale=of_scale) -> Theorem:
    """Strong duality with one output, in the statement of the library unless a fault is planted.

    Args:
        power: of t inside the dual; wrong unless L − 2.
        weight: of t²/2 in the dual; wrong unless L − 2.
        radius: of the ball inside the dual; wrong unless 1.
        scale: from ‖X†y‖ to the optimum, for the bound that λ gives; wrong unless (L/2)·(·)^(2/L).
    """
    given, expected = scale(correlation), scale(frobenius(weights))
    bound = Maximize(given, over=[lam], subject_to=[at_most(frobenius(X.T * lam), 1), at_most(0, correlation)])
    scaled = t**power * X.T * mu
    inside = Maximize(dot(mu, y), over=[mu], subject_to=[at_most(frobenius(scaled), radius)])
    inside_primal = Minimize(frobenius(v), over=[v], subject_to=[equal(t**power * X * v, y)])
    dual = Minimize(weight * t**2 / 2 + optimum(inside), over=[t], subject_to=[at_most(0, t)])
    middle = weight * t**2 / 2 + correlation * t**-power
    to_network = Chain((
        Step(equal(given, scale(dot(X.T * lam, weights)))),
        shared(instance(lemmas.cauchy_schwarz, {lemmas.A: X.T * lam, lemmas.B: weights})),
        Step(at_most(of_scale(frobenius(X.T * lam) * frobenius(weights)), expected)),
        Step(at_most(expected, P.objective)),
    ))  # fmt: skip
    to_dual = Chain((
        Step(at_most(given, middle)),
        Step(at_most(middle, dual.objective), inside=(inside, {mu: t**-power * lam})),
    ))  # fmt: skip
    inner_chain = Chain((
        Step(equal(dot(mu, y), dot(scaled, v))),
        instance(lemmas.cauchy_schwarz, {lemmas.A: scaled, lemmas.B: v}),
        Step(at_most(frobenius(scaled) * frobenius(v), frobenius(v))),
    ))  # fmt: skip
    return Theorem(
        title="Deep linear networks",
        claims=[
            WeakDuality(P, bound, by=to_network, name="bound"),
            WeakDuality(inside_primal, inside, by=inner_chain, name="inside"),
            WeakDuality(dual, bound, by=to_dual, name="dual"),
            StrongDuality(P, dual, name="strong"),
            OptimalValue(dual, value, name="value"),
        ],
        witness=lambda data: point(dict(data.values), int(power.subs(L, data["L"]))),
    )


def decided(theorem: Theorem, data: dict = DATA, digits: int = 50) -> dict[str, Outcome]:
    """What the engine decides on one dataset, attacks included."""
    return Engine(theorem, digits).decide(Dataset(data)).outcomes


__all__ = ["DATA", "GOOD", "REST", "SMALL", "UNIT", "D", "decided", "inner", "point", "scalar_output"]
