"""Lies about problems: claims on optima, their points and their bounds that miss by little.

Most of them speak of ``min c·(1 + (w − a)²)`` and ``max t·c·(1 − λ²)``, whose optima are c at w = a and t·c at λ = 0;
c is a rational number, or a nuclear norm that balls enclose.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

from flint import fmpq, fmpq_mat

from checker.kernel.evaluate import Machine
from checker.statement import (
    Chain,
    ForEveryOptimum,
    GapIdentity,
    Holds,
    Identity,
    Maximize,
    Minimize,
    OptimalPoint,
    OptimalValue,
    Positive,
    Residual,
    SomeOptimum,
    Step,
    StrongDuality,
    Theorem,
    WeakDuality,
    absolute,
    at_least,
    at_most,
    dimension,
    equal,
    less,
    matrix,
    nuclear,
    optimum,
    scalar,
)
from tests.kernel.lies import Miss, Planted

n = dimension("n")
A = matrix("A", n, n)
a, b, p, q, t, w, x, lam = (scalar(name) for name in ("a", "b", "p", "q", "t", "w", "x", "lambda"))
# Its singular values are 2·cos(kπ/7), k = 1, 2, 3: no sum of them has an exact form here.
HEPTAGON = fmpq_mat(3, 3, [1, 1, 0, 0, 1, 1, 0, 0, 1])


@cache
def pair(kind: str) -> tuple[Any, Any, Any]:
    """The two problems and the number c of a kind, ``exact`` or ``ball``."""
    c = p if kind == "exact" else nuclear(A)
    primal = Minimize(c * (1 + (w - a) ** 2), over=[w])
    return primal, Maximize(t * c * (1 - lam**2), over=[lam]), c


# What is claimed of the pair with a number q that is off by ε, and what kind of a claim it is:
# "equation" to the digits asked for, "order" (true for a larger side), "strict".
OF_THE_PAIR: dict[str, tuple[Callable[[Any, Any, Any], Any], str]] = {
    "weak duality": (lambda P, D, c: None, "weak"),
    "strong duality": (lambda P, D, c: StrongDuality(P, D, name="claim"), "dual"),
    "value": (lambda P, D, c: OptimalValue(P, q * c, name="claim"), "equation"),
    "dual value": (lambda P, D, c: OptimalValue(D, q * c, name="claim"), "equation"),
    "value at most": (lambda P, D, c: Holds(at_most(optimum(P), q * c), name="claim"), "at most"),
    "value at least": (lambda P, D, c: Holds(at_least(optimum(P), q * c), name="claim"), "at least"),
    "value less": (lambda P, D, c: Holds(less(optimum(P), q * c), name="claim"), "less"),
    "point": (lambda P, D, c: OptimalPoint(P, {w: q * a}, name="claim"), "point"),
    "every optimum": (lambda P, D, c: ForEveryOptimum(P, equal(w, q * a), name="claim"), "equation"),
    "some optimum": (lambda P, D, c: SomeOptimum(P, equal(w, q * a), name="claim"), "some"),
    "some at most": (lambda P, D, c: SomeOptimum(P, at_most(w, q * a), name="claim"), "some at most"),
    "every at most": (lambda P, D, c: ForEveryOptimum(P, at_most(w, q * a), name="claim"), "every at most"),
}


@cache
def machine_of(kind: str, name: str) -> Machine:
    """The program of a claim on the pair."""
    primal, dual, c = pair(kind)
    made = OF_THE_PAIR[name][0](primal, dual, c)
    weak = WeakDuality(primal, dual, name="weak" if made else "claim")
    return Machine(Theorem(title="Planted", given=[Positive(t)], claims=[weak, *([made] if made else [])]).program)


def of_the_pair(source: Random, miss: Miss) -> Planted:
    """A claim on the pair of the head of this module."""
    kind, name = source.choice(["exact", "ball"]), source.choice([*OF_THE_PAIR])
    sort, machine, side = OF_THE_PAIR[name][1], machine_of(kind, name), miss.side
    scaled = fmpq(source.randint(1, 99), source.randint(1, 99)) * miss.size
    middle = fmpq(source.randint(1, 99), source.randint(1, 99))
    factors = {"t": miss.factor if sort in ("weak", "dual") else fmpq(1), "q": miss.factor}
    values = {"n": 3, "A": HEPTAGON * scaled, "p": scaled, "a": middle} | factors
    at, other = {"w": middle, "lambda": fmpq(0)}, {"w": middle + 1, "lambda": fmpq(1, 2)}
    true = {"weak": side <= 0, "dual": side == 0, "at most": side >= 0, "at least": side <= 0, "less": side > 0,
            "some at most": side >= 0, "every at most": side >= 0}.get(sort, side == 0)  # fmt: skip
    exact, unproved = kind == "exact", ()
    if sort in ("some", "some at most") or (sort == "dual" and side < 0):
        # That no other optimum is as claimed, or that no better point exists, is nothing that points show.
        unproved = ("undecided",)
    if name in ("point", "every optimum", "every at most") and not exact:
        # Balls certify no point as optimal.
        unproved = ("undecided",)
    # A bracket promises digits, and no equality; so does a network that satisfies an equation nearly.
    exact = exact and not (sort == "some" or (sort == "dual" and side < 0))
    tolerant = sort in ("equation", "dual", "some", "point")
    return Planted(
        what=f"{name} of a pair with an {kind} optimum, {miss}",
        machine=machine,
        data={key: value for key, value in values.items() if key in machine.program["symbols"]},
        true=true,
        exact=exact,
        agreed=(2 if sort == "point" else 1) * miss.exponent + 2 if tolerant else 0,
        seen=bool(side) and miss.exponent < 50 and sort != "point",
        points=[at, other],
        unproved=unproved,
    )


@cache
def constrained(kind: str, factor: fmpq) -> Machine:
    """``min x²`` over ``b·x = p``, its dual, and a gap identity of which one coefficient has a factor."""
    f = factor.p / _sympy(factor.q) if factor != 1 else 1
    rows = equal(b * x, p)
    primal = Minimize(x**2, over=[x], subject_to=[rows])
    dual = Maximize(lam * p - b**2 * lam**2 / 4, over=[lam])
    square, weight = (x - f * b * lam / 2, 1) if kind == "square" else (x - b * lam / 2, f if kind == "weight" else 1)
    gap = GapIdentity(squares=((weight, square),), residuals=(Residual(f * lam if kind == "residual" else lam, rows),))
    point = {x: f * p / b} if kind == "point" else {x: p / b}
    claims = {
        "point": OptimalPoint(primal, point, name="claim"),
        "optima": ForEveryOptimum(primal, equal(x, f * b * lam / 2), name="claim"),
    }
    weak = WeakDuality(primal, dual, by=gap, name="weak" if kind in claims else "claim")
    return Machine(Theorem(title="Planted", claims=[weak, *([claims[kind]] if kind in claims else [])]).program)


def _sympy(number: Any) -> Any:
    from sympy import Integer

    return Integer(int(number))


def of_a_constraint(source: Random, miss: Miss) -> Planted:
    """A gap identity with a wrong coefficient, a point that misses an equation, a wrong consequence."""
    kind, miss = source.choice(["square", "weight", "residual", "point", "optima"]), Miss(miss.side, miss.exponent, 0)
    left, right = fmpq(source.randint(1, 99)), fmpq(source.randint(1, 99), source.randint(1, 9))
    at = {"x": right / left, "lambda": 2 * right / left**2}
    return Planted(
        what=f"{kind} of a constrained pair, {miss}",
        machine=constrained(kind, miss.factor),
        data={"b": left, "p": right},
        true=miss.side == 0,
        exact=True,
        points=[at, {"x": right / left, "lambda": fmpq(0)}],
        # A wrong identity refutes nothing, and networks do not sample a relation with dual variables.
        unproved=() if kind == "point" else ("undecided",),
    )


def of_a_norm(source: Random, miss: Miss) -> Planted:
    """Claims on ``min |x|`` over ``p·x = q`` and ``max λq`` over ``|pλ| ≤ 1``; a point or a number is off by ε."""
    kind = source.choice([*_OF_A_NORM])
    left, right = source.randint(1, 99) * miss.size, fmpq(source.randint(1, 99), source.randint(1, 9))
    best = {"x": right / left, "lambda": 1 / left}
    halved = {"x": best["x"], "lambda": best["lambda"] / 2}
    data, at, others = {"p": left, "q": right, "t": miss.factor}, best, [halved]
    true, exact, agreed, unproved = miss.side == 0, True, 0, ()
    match kind:
        case "dual point":
            at, exact, agreed = {**best, "lambda": miss.factor / left}, true, miss.exponent + 1 if miss.side < 0 else 0
        case "primal point":
            at, exact = {**best, "x": miss.factor * right / left}, true
            others = [{"x": right / left * 2, "lambda": fmpq(0)}]
            exact = False
        case "chain":
            unproved = ("undecided",)
    machine = _of_a_norm(kind)
    return Planted(
        what=f"{kind} of a norm, {miss}",
        machine=machine,
        data={name: value for name, value in data.items() if name in machine.program["symbols"]},
        true=true,
        exact=exact,
        agreed=agreed,
        points=[at, *others],
        unproved=unproved,
    )


_OF_A_NORM = ("dual point", "primal point", "value", "chain")


@cache
def _of_a_norm(kind: str) -> Machine:
    bound = at_most(absolute(p * lam), 1)
    primal = Minimize(absolute(x), over=[x], subject_to=[equal(p * x, q)])
    dual = Maximize(lam * q, over=[lam], subject_to=[bound])
    middle = t * absolute(p * lam) * absolute(x)
    links = (equal(lam * q, lam * p * x), at_most(lam * p * x, middle), at_most(middle, absolute(x)))
    chain = Chain(tuple(map(Step, links)))
    if kind == "chain":
        claims = [WeakDuality(primal, dual, by=chain, name="claim")]
    else:
        claims = [WeakDuality(primal, dual), OptimalValue(primal, t * absolute(q / p), name="claim")]
    return Machine(Theorem(title="Planted", claims=claims).program)


@cache
def _with_a_lemma(kind: str) -> Machine:
    c = p if kind == "exact" else nuclear(A)
    primal, dual = Minimize(c * (1 + (w - a) ** 2), over=[w]), Maximize(c * (t - lam**2), over=[lam])
    lemma = Step(at_most(c * t, c), by="lemmas/planted")
    gap = GapIdentity(squares=((c, w - a), (c, lam)), lemmas=(lemma,))
    given = [Positive(p)] if kind == "exact" else []
    claim = WeakDuality(primal, dual, by=gap, name="claim")
    return Machine(Theorem(title="Planted", given=given, claims=[claim]).program)


def of_a_lemma(source: Random, miss: Miss) -> Planted:
    """Weak duality by a gap identity with an instance of a lemma that fails by little."""
    kind = source.choice(["exact", "ball"])
    machine, scaled, middle = _with_a_lemma(kind), source.randint(1, 99) * miss.size, fmpq(source.randint(1, 99))
    data = {"n": 3, "A": HEPTAGON * scaled, "p": scaled, "a": middle, "t": miss.factor}
    return Planted(
        what=f"weak duality by an {kind} lemma, {miss}",
        machine=machine,
        data={name: value for name, value in data.items() if name in machine.program["symbols"]},
        true=miss.side <= 0,
        exact=kind == "exact",
        seen=miss.side > 0 and miss.exponent < 50,
        points=[{"w": middle, "lambda": fmpq(0)}, {"w": middle + 1, "lambda": fmpq(1)}],
    )


@cache
def _identity(factor: fmpq) -> Machine:
    middle = 2 * _sympy(factor.p) / _sympy(factor.q) * a * b
    claim = Identity(equal((a + b) ** 2, a**2 + middle + b**2), name="claim")
    return Machine(Theorem(title="Planted", claims=[claim]).program)


def of_an_identity(source: Random, miss: Miss) -> Planted:
    """A polynomial identity with a wrong coefficient."""
    data = {"a": fmpq(source.randint(1, 9)), "b": fmpq(source.randint(1, 9))}
    return Planted(f"identity, {miss}", _identity(miss.factor), data, true=miss.side == 0, exact=True)
