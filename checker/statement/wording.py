"""What a claim says, in words and formulas: one wording for the terminal and for the report."""

from __future__ import annotations

from html import escape
from typing import Any

from checker.statement import claims as c
from checker.statement.mathml import inline
from checker.statement.nodes import absolute, dot, frobenius
from checker.statement.problems import Problem
from checker.statement.text import text

Parts = list[Any]


def listed(items: Any, separator: str) -> Parts:
    """The items with a separator between them."""
    parts: Parts = []
    for item in items:
        parts += [separator] if parts else []
        parts.append(item)
    return parts


def parts_of(claim: c.Claim) -> Parts:
    """Words (strings) and formulas (expressions) in the order in which they are read."""
    match claim:
        case c.WeakDuality():
            primal, dual = name_of(claim.primal), name_of(claim.dual)
            parts: Parts = [f"{primal}(θ) ≥ {dual}(λ) for all feasible θ and λ"]
            if not claim.dual.variables:
                parts = [f"{primal}(θ) ≥ ", claim.dual.objective, " for all feasible θ"]
            elif not claim.primal.variables:
                parts = [f"{dual}(λ) ≤ ", claim.primal.objective, " for all feasible λ"]
        case c.StrongDuality():
            parts = [f"{name_of(claim.primal)}* = {name_of(claim.dual)}*"]
            if not claim.dual.variables:
                parts = [f"{name_of(claim.primal)}* = ", claim.dual.objective]
        case c.OptimalValue():
            parts = [f"{name_of(claim.problem)}* = ", claim.value]
        case c.OptimalPoint():
            parts = []
            for variable, value in claim.point.items():
                parts += [", "] if parts else []
                parts += [variable, " = ", value]
            parts.append(" is optimal")
        case c.Infeasible():
            parts = ["no ", *listed(claim.problem.variables, ", "), " satisfies the constraints"]
        case c.ForEveryOptimum():
            parts = [f"at every optimum of {claim.primal.name} " if claim.primal.name else "at every optimum ",
                     claim.relation]  # fmt: skip
        case c.SomeOptimum():
            parts = ["an optimal network exists with ", claim.relation]
        case c.UniqueOptimum():
            parts = ["the optimal ", *listed(claim.problem.variables, ", "), " is unique"]
        case c.Vanishing():
            parts = [*listed(claim.primal.variables, " = "), " = 0 at every optimum if and only if ", claim.condition]
        case c.Identity():
            parts = [claim.relation, " for all values"]
        case c.Holds():
            parts = [claim.relation]
    if claim.when:
        parts += [", when ", *listed(claim.when, " and ")]
    return parts


def proof_of(claim: c.Claim) -> list[tuple[str, Parts]]:
    """What weak duality is concluded from: the gap identity, or each link of the chain with what it follows from."""
    if not isinstance(claim, c.WeakDuality):
        return []
    by = claim.by
    if isinstance(by, c.GapIdentity):
        gap = f"{name_of(claim.primal)} − {name_of(claim.dual)} = "
        terms = ("gap identity", [gap, *listed(_terms(by), " + ")])
        return [terms, *((lemma.by, [lemma.relation]) for lemma in by.lemmas)]
    steps = by.steps if isinstance(by, c.Chain) else ()
    return [(step.by or ("a feasible point inside" if step.inside else "the constraints"), [step.relation])
            for step in steps]  # fmt: skip


def _terms(identity: c.GapIdentity) -> Parts:
    terms: Parts = [weight * (frobenius if hasattr(e, "shape") else absolute)(e) ** 2 for weight, e in identity.squares]
    for lemma in identity.lemmas:
        low, high = lemma.relation.sides
        terms.append(high - low)
    for slack in identity.slacks:
        low, high = slack.relation.sides
        if slack.along is not None:
            room = high**2 * frobenius(slack.along) ** 2 - frobenius(low.args[0] * slack.along.T) ** 2
        else:
            room = high**2 - low**2 if slack.squared else high - low
        terms.append(slack.multiplier * room)
    for residual in identity.residuals:
        left, right = residual.relation.sides
        difference = left - right
        terms.append(
            dot(residual.multiplier, difference) if hasattr(left, "shape") else residual.multiplier * difference
        )
    return terms


def name_of(problem: Problem) -> str:
    """What the optimum of a problem is called: by its name, else P for a minimum and D for a maximum."""
    return problem.name or ("P" if problem.sense == "min" else "D")


def claim_text(claim: c.Claim) -> str:
    """The claim in one line of Unicode."""
    return as_text(parts_of(claim))


def claim_mathml(claim: c.Claim) -> str:
    """The claim as HTML text with inline MathML."""
    return as_mathml(parts_of(claim))


def as_text(parts: Parts) -> str:
    """Words and formulas in one line of Unicode."""
    return "".join(part if isinstance(part, str) else text(part) for part in parts)


def as_mathml(parts: Parts) -> str:
    """Words and formulas as HTML text with inline MathML."""
    return "".join(escape(part) if isinstance(part, str) else inline(part) for part in parts)
