"""Certified enclosures of optima as decimals, and how wide they are."""

from __future__ import annotations

from typing import Any

from flint import arb, ctx, fmpq, fmpz

from checker.kernel.case import Case
from checker.kernel.decide import decide
from checker.kernel.numbers import Undecidable, ball


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
    """``{"primal": {"lower", "upper"}, "dual": {…}}`` of the problems of strong duality, rounded outward.

    They are those of the first claim of strong duality, else of weak duality; ``{}`` if there is none, or if weak
    duality, without which feasible points bound nothing, does not hold.
    """
    claims = case.program["claims"]
    strong = [claim["relation"]["sides"] for claim in claims if claim["kind"] == "strong-duality"]
    sides = [case.machine.code[slot][1] for slot in strong[0]] if strong else []
    pairs = case.program["pairs"]
    problems = sides or ([pairs[0]["primal"], pairs[0]["dual"]] if pairs else [])
    concerned = {pair for problem in problems for pair in case.pairs_of(problem, "primal", "dual")}
    weak = {claim["pair"]: claim["name"] for claim in claims if claim["kind"] == "weak-duality"}
    outcomes = decide(case)
    if not problems or any(outcomes[weak[pair]].verdict != "holds" for pair in concerned):
        return {}
    return {name: _enclosure(case, problem, digits) for name, problem in zip(("primal", "dual"), problems, strict=True)}


def _enclosure(case: Case, problem: int, digits: int) -> dict[str, str]:
    if case.infinite(problem):
        return {"lower": "inf", "upper": "inf"}
    found = [case.bracket(pair) for pair in case.pairs_of(problem, "primal", "dual")]
    below = [_ends(bracket.dual, digits)[0] for bracket in found if bracket.dual is not None]
    above = [_ends(bracket.primal, digits)[1] for bracket in found if bracket.primal is not None]
    lower = decimal(max(below), digits + 8, False) if below else "-inf"
    upper = decimal(min(above), digits + 8, True) if above else "inf"
    return {"lower": lower, "upper": upper}


def width_exponent(case: Case) -> float | None:
    """log10 of the relative width of the widest enclosure of an optimum; None where all are exact or there is none."""
    widest: float | None = None
    for problem in range(len(case.program["problems"])):
        try:
            below, above = case.interval(problem)
        except Undecidable:
            continue
        with ctx.workprec(4 * case.start_bits):
            gap, size = ball(above) - ball(below), abs(ball(above))
            if gap > 0 and size > 0:
                exponent = float(((gap / size).log() / arb(10).log()).mid())
                widest = exponent if widest is None else max(widest, exponent)
    return widest
