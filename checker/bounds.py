"""Certified enclosures of optima as decimals, and how wide they are."""

from __future__ import annotations

from typing import Any

from flint import arb, ctx, fmpq, fmpz

from checker.kernel.case import Case
from checker.kernel.decide import INFINITE, decide
from checker.kernel.numbers import ball


def _ends(value: Any, digits: int) -> tuple[fmpq, fmpq]:
    """Rationals at or below and at or above an exact number or ball."""
    if isinstance(value, fmpq):
        return value, value
    with ctx.workprec(int(3.33 * digits) + 128):
        enclosed = ball(value)
        ends = []
        for end in (enclosed.lower(), enclosed.upper()):
            mantissa, exponent = end.man_exp()
            ends.append(fmpq(mantissa) * fmpq(2) ** int(exponent))
    return ends[0], ends[1]


def decimal(value: fmpq, digits: int, up: bool) -> str:
    """A rational in scientific notation with the given significant digits, rounded down or up."""
    if value == 0:
        return "0"
    size, negative = abs(value), value < 0
    shift = digits - int((int(size.p).bit_length() - int(size.q).bit_length()) * 0.30103)
    scaled = size * fmpq(10) ** shift
    mantissa = fmpz(scaled.p // scaled.q)
    if mantissa * scaled.q != scaled.p and up != negative:
        mantissa += 1
    text = str(mantissa)
    exponent = len(text) - 1 - shift
    fraction = text[1:].rstrip("0")
    result = ("-" if negative else "") + text[0] + (f".{fraction}" if fraction else "")
    return result + (f"e{exponent:+d}" if exponent else "")


def enclosures(case: Case, digits: int) -> dict[str, Any]:
    """``{"primal": {"lower", "upper"}, "dual": {…}}`` of the first pair, rounded outward; ``{}`` if unknown."""
    if not case.program["pairs"]:
        return {}
    strong = [c for c in case.program["claims"] if c["kind"] == "strong-duality" and c["pair"] == 0]
    outcomes = decide(case)
    if any(outcomes[c["name"]].reason == INFINITE for c in strong):
        infinite = {"lower": "inf", "upper": "inf"}
        return {"primal": infinite, "dual": dict(infinite)}
    weak = next(c["name"] for c in case.program["claims"] if c["kind"] == "weak-duality" and c["pair"] == 0)
    if outcomes[weak].verdict != "holds":
        return {}
    found = case.bracket(0)
    lower = decimal(_ends(found.dual, digits)[0], digits + 8, False) if found.dual is not None else "-inf"
    upper = decimal(_ends(found.primal, digits)[1], digits + 8, True) if found.primal is not None else "inf"
    return {"primal": {"lower": lower, "upper": upper}, "dual": {"lower": lower, "upper": upper}}


def width_exponent(case: Case) -> float | None:
    """log10 of the widest bracket's relative width; None where every bracket has width zero or there is none."""
    widest: float | None = None
    for position in range(len(case.program["pairs"])):
        found = case.bracket(position)
        if not found.closed:
            continue
        with ctx.workprec(4 * case.start_bits):
            gap, size = ball(found.primal) - ball(found.dual), abs(ball(found.primal))
            if gap > 0 and size > 0:
                exponent = float(((gap / size).log() / arb(10).log()).mid())
                widest = exponent if widest is None else max(widest, exponent)
    return widest
