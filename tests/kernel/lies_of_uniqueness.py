"""Lies about optima that are unique, or are not by a coefficient or an interval that is not quite zero."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

from flint import fmpq

from checker.kernel.evaluate import Machine
from checker.statement import (
    GapIdentity,
    Maximize,
    Minimize,
    Positive,
    Theorem,
    UniqueOptimum,
    WeakDuality,
    absolute,
    at_most,
    nuclear,
)
from tests.kernel.lies import Miss, Planted
from tests.kernel.lies_of_optima import HEPTAGON, A, a, b, lam, p, q, w, x

KINDS = ("weight", "scale", "second variable", "interval", "near point")


@cache
def _pair(kind: str, optimum: str) -> tuple[Any, Any, Any]:
    """The problems and what proves their weak duality; c, the optimum or its unit, is rational or a ball."""
    c = p if optimum == "exact" else nuclear(A)
    dual = Maximize(c - lam**2, over=[lam])
    squares: dict[str, tuple[Any, ...]] = {
        "weight": ((q**2, w - a),),
        "scale": ((1, q * (w - a)),),
        "second variable": ((1, w - x), (q**2, x)),
        "near point": ((1, w - a),),
    }
    if kind == "interval":
        # All of the interval from a to b is optimal.
        primal = Minimize(c * (absolute(w - a) + absolute(w - b)), over=[w])
        return primal, Maximize(c * lam * (a - b), over=[lam], subject_to=[at_most(absolute(lam), 1)]), None
    cost = sum((weight * square**2 for weight, square in squares[kind]), start=c)
    variables = [w, x] if kind == "second variable" else [w]
    return Minimize(cost, over=variables), dual, GapIdentity(squares=(*squares[kind], (1, lam)))


@cache
def _machine(kind: str, optimum: str) -> Machine:
    primal, dual, gap = _pair(kind, optimum)
    claims = [WeakDuality(primal, dual, by=gap), UniqueOptimum(primal, name="claim")]
    return Machine(Theorem(title="Planted", given=[Positive(p)] if optimum == "exact" else [], claims=claims).program)


def of_uniqueness(source: Random, miss: Miss) -> Planted:
    """That an optimum is unique, where ε weighs what makes it so, or is the length of the interval of all optima."""
    kind, optimum = source.choice(KINDS), source.choice(["exact", "ball"])
    unit, middle = source.randint(1, 99) * miss.size, fmpq(source.randint(1, 99), source.randint(1, 99))
    end, far = middle * miss.factor, middle + source.choice([-1, 1])
    at, other = {"w": middle, "lambda": fmpq(0)}, {"w": far, "lambda": fmpq(1, 2)}
    match kind:
        case "interval":
            at, true = {"w": middle, "lambda": fmpq(-miss.side)}, miss.side == 0
            other = other if true else {"w": source.choice([end, (middle + end) / 2]), "lambda": fmpq(0)}
        case "near point":
            other, true = {"w": end, "lambda": miss.epsilon}, True
        case "second variable":
            at, other = {"w": fmpq(0), "x": fmpq(0), "lambda": fmpq(0)}, {"w": middle, "x": middle}
            true = miss.side != 0
        case _:
            true = miss.side != 0
    machine = _machine(kind, optimum)
    values = {"n": 3, "A": HEPTAGON * unit, "p": unit, "a": middle, "b": end, "q": miss.epsilon}
    points = [at, other] if source.random() < 0.5 else [other, at]
    return Planted(
        what=f"uniqueness by a {kind}, {optimum} optimum, {miss}",
        machine=machine,
        data={name: value for name, value in values.items() if name in machine.program["symbols"]},
        true=true,
        # Balls certify no point as optimal; that ε is not zero is not seen by an identity, but by a worse point.
        exact=optimum == "exact",
        points=points,
    )
