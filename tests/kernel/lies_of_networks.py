"""Lies about two-layer linear networks: when the optimal one vanishes, and whether any interpolates."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

from flint import fmpq, fmpq_mat

from checker.kernel.evaluate import Machine
from checker.statement import Infeasible, Theorem, Vanishing, WeakDuality, at_least, norm, scalar
from tests.kernel.lies import Miss, Planted
from theorems.two_layer_linear import X, beta, dual, gap, primal, regularized, regularized_primal, y

t = scalar("t")


@cache
def _vanishing() -> Machine:
    weak = next(claim for claim in regularized.claims if isinstance(claim, WeakDuality))
    found = next(claim for claim in regularized.claims if isinstance(claim, Vanishing))
    condition = at_least(beta, t * norm(X.T * y))
    wrong = Vanishing(regularized_primal, condition, weight=found.weight, size=found.size, name="claim")
    return Machine(Theorem(title="Planted", given=regularized.given, claims=[weak, wrong]).program)


def of_vanishing(source: Random, miss: Miss) -> Planted:
    """The weight from which on the optimum is zero, off by ε; or that weight in the data, off by ε."""
    shifted = source.choice([False, True])
    target = fmpq_mat(2, 1, source.choice([[3, 4], [5, 12], [8, 15], [-20, 21]])) * miss.size
    length = (target.transpose() * target)[0, 0]
    largest = fmpq(*(part.sqrt() for part in (length.p, length.q)))
    data = {"n": 2, "d": 2, "m": 2, "X": fmpq_mat(2, 2, [1, 0, 0, 1]), "y": target,
            "beta": largest * (miss.factor if shifted else 1), "t": fmpq(1) if shifted else miss.factor}  # fmt: skip
    dual = target * (min(fmpq(1), data["beta"] / largest))
    zero = {"W_1": fmpq_mat(2, 2), "w_2": fmpq_mat(2, 1)}
    return Planted(
        what=f"vanishing, {'data' if shifted else 'condition'} off, {miss}",
        machine=_vanishing(),
        data=data,
        true=shifted or miss.side <= 0,
        exact=not (shifted and miss.side < 0),
        points=[zero | {"lambda": dual}],
    )


@cache
def _infeasible() -> Machine:
    claims = [WeakDuality(primal, dual, by=gap), Infeasible(primal, name="claim")]
    return Machine(Theorem(title="Planted", claims=claims).program)


def of_a_range(source: Random, miss: Miss) -> Planted:
    """That no network interpolates, where the targets are off the range of the inputs, or almost in it."""
    off, size, flat = miss.epsilon * miss.size, miss.size, source.choice([False, True])
    # Of rank one with the target off its range by ε; or of rank two by ε, with the target on both axes.
    inputs = fmpq_mat(2, 2, [size, 0, 0, 0 if flat else off])
    target = fmpq_mat(2, 1, [source.randint(1, 9) * size, off if flat else size])
    true = off != 0 if flat else off == 0
    point: dict[str, Any] = {"lambda": fmpq_mat(2, 1, [0, -1 if flat and off < 0 else 1])}
    if not true:
        first = fmpq_mat(2, 2, [target[0, 0] / size, 0, target[1, 0] / inputs[1, 1] if off != 0 else 0, 0])
        point |= {"W_1": first, "w_2": fmpq_mat(2, 1, [1, 0])}
    data = {"n": 2, "d": 2, "m": 2, "X": inputs, "y": target}
    return Planted(f"infeasible, {miss}", _infeasible(), data, true=true, exact=True, points=[point])
