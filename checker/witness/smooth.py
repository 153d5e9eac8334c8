"""Smooth convex functions of some numbers, with their derivatives, in balls whose radii are dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flint import arb, ctx

_ZERO, _ONE, _TWO = arb(0), arb(1), arb(2)


def value(kind: str, at: Sequence[arb]) -> arb:
    """The function of that kind (see :class:`checker.witness.cone_program.Smooth`)."""
    if kind == "logsumexp":
        top = max(at)
        return (top + sum(((x - top).exp() for x in at), start=_ZERO).log()).mid()
    return sum(map(_VALUES[kind], at), start=_ZERO).mid()


def gradient(kind: str, at: Sequence[arb]) -> list[arb]:
    """Its derivatives."""
    if kind == "logsumexp":
        top = max(at)
        shares = [(x - top).exp() for x in at]
        total = sum(shares, start=_ZERO)
        return [(share / total).mid() for share in shares]
    return [_SLOPES[kind](x).mid() for x in at]


def curvatures(kind: str, at: Sequence[arb]) -> tuple[list[arb], list[arb]]:
    """The d and p with the second derivative ``diag(d) − ppᵀ``; p is empty where it is zero."""
    if kind == "logsumexp":
        shares = gradient(kind, at)
        return shares, shares
    return [_BENDS[kind](x).mid() for x in at], []


def reach(kind: str, at: Sequence[arb], step: Sequence[arb]) -> arb:
    """How often a step can be taken in which the function is not far from its second-order model."""
    if kind == "square":
        return arb("inf")
    if kind == "entropy":
        rates = [(-change / x).mid() for x, change in zip(at, step, strict=True)]
    else:
        rates = [(abs(change) / (1 + abs(x))).mid() for x, change in zip(at, step, strict=True)]
    fastest = max(rates, default=_ZERO)
    return (1 / fastest).mid() if fastest > 0 else arb("inf")


def _sigmoid(at: arb) -> arb:
    limit = arb(ctx.prec) / 2
    return (1 / (1 + (-at.max(-limit).min(limit)).exp())).mid()


def _softplus(at: arb) -> arb:
    return (-abs(at)).exp().log1p() + at.max(_ZERO)


_Function = Callable[[arb], arb]
_VALUES: dict[str, _Function] = {
    "square": lambda x: x * x, "softplus": _softplus, "entropy": lambda x: x * x.log() if x > 0 else _ZERO,
}  # fmt: skip
_SLOPES: dict[str, _Function] = {
    "square": lambda x: _TWO * x,
    "softplus": _sigmoid,
    "entropy": lambda x: x.log() + _ONE,
}
_BENDS: dict[str, _Function] = {
    "square": lambda x: _TWO, "softplus": lambda x: _sigmoid(x) * _sigmoid(-x), "entropy": lambda x: _ONE / x,
}  # fmt: skip
