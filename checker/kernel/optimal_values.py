"""Claims on optimal values and points, and on the data alone: relations, feasibility, identities."""

from __future__ import annotations

from dataclasses import replace

from flint import arb, arb_mat, ctx

from checker.kernel import identities
from checker.kernel.bounds import bounded, enclosing, infinite_optimum, no_feasible_point, weak_duality_of
from checker.kernel.case import Case, Mapped
from checker.kernel.numbers import Undecidable, ball, compare
from checker.kernel.outcomes import Outcome, rule, unless
from checker.kernel.program import slots_in

INFINITE = "P* = D* = +∞"


@rule("strong-duality", "optimal-value", "relation")
def _relation(case: Case, claim: Mapped) -> Outcome:
    relation = claim["relation"]
    optima, pairs = case.optima_in(slots_in(relation)), enclosing(case, slots_in(relation))
    if claim["kind"] == "strong-duality":
        refuted = (weak for weak in (weak_duality_of(case, pair)[1] for pair in pairs) if weak.verdict == "refuted")
        if weak := next(refuted, None):
            return replace(weak, reason=f"weak duality is refuted: {weak.reason}")
    relies = bounded(case, pairs)
    two = relation["kind"] == "equal" and all(case.machine.code[s][0] == "optimum" for s in relation["sides"])
    if claim["kind"] == "strong-duality" and two and all(infinite_optimum(case, optimum) for optimum in optima):
        return Outcome("holds", "exact", reason=INFINITE, relies_on=relies)
    if claim["kind"] == "optimal-value" and (infinite := infinite_optimum(case, claim["problem"])):
        value = case.facts[relation["sides"][1]]
        if ball(value).is_finite():
            return replace(infinite, verdict="refuted", reason=f"the optimum is +∞: {infinite.reason}", right=value)
    truth = case.truth(relation, case.facts)
    with ctx.workprec(case.start_bits):
        case.facts.forget_balls()
        values = [case.facts[side] for side in relation["sides"]]
        balls = any(isinstance(value, (arb, arb_mat)) for value in values)
        left, right = [*map(case.shown, relation["sides"]), None][:2]
        if claim["kind"] == "strong-duality" and len(set(pairs)) == 1:
            right, left = left
    evidence = "enclosed" if balls or relation["kind"] == "every" else "exact"
    digits = case.agreements(relation, case.facts) if truth is None and relation["kind"] == "equal" else None
    outcome = Outcome("undecided", evidence, digits, "", left, right, relies)
    if truth is False:
        return replace(outcome, verdict="refuted", reason="the two sides are apart" if optima else "")
    if truth or (digits is not None and digits >= case.digits):
        return replace(outcome, verdict="holds")
    if digits is None:
        return replace(outcome, reason="the two sides do not separate at the highest precision allowed")
    what = "the bracket D ≤ D* ≤ P* ≤ P" if optima else "the two sides"
    flaws = "; ".join(dict.fromkeys(f for f in (case.bracket(pair).flaws for pair in pairs) if f))
    reason = f"{what} closed to {digits} digits of the {case.digits} asked for: propose better points, or ask for fewer"
    reason = f"{flaws}; {reason}" if flaws else reason
    return replace(outcome, reason=reason)


@rule("optimal-point")
def _optimal_point(case: Case, claim: Mapped) -> Outcome:
    problem, found = case.program["problems"][claim["problem"]], case.bracket(claim["pair"])
    with ctx.workprec(case.start_bits):
        point = {name: case.facts[slot] for name, slot in claim["point"].items()}
        at_point = case.at(point)
        reason = case.violated(problem, at_point)
        if reason:
            return Outcome("refuted" if "violated" in reason else "undecided", "exact", reason=reason)
        minimises, value = problem["sense"] == "min", at_point[problem["objective"]]
        bound, rival = (found.dual, found.primal) if minimises else (found.primal, found.dual)
        if bound is None and (infinite := infinite_optimum(case, claim["problem"])):
            return replace(infinite, verdict="refuted", reason=f"the optimum is +∞: {infinite.reason}", left=value)
        if bound is None:
            raise Undecidable(f"no feasible point on the other side encloses the optimum: {found.missing}")
        if rival is not None and compare(value, rival) == (1 if minimises else -1):
            return Outcome("refuted", "exact", None, "a better feasible point is known", value, rival)
        relies, digits = bounded(case, [claim["pair"]]), case.agreement(value, bound)
    if digits is not None and digits < case.digits:
        raise Undecidable(f"the point's value and the bound agree to {digits} digits of the {case.digits} asked for")
    return Outcome("holds", "exact" if digits is None else "enclosed", digits, "", value, bound, relies)


@rule("infeasible")
def _infeasible(case: Case, claim: Mapped) -> Outcome:
    side = "primal" if case.program["pairs"][claim["pair"]]["primal"] == claim["problem"] else "dual"
    if getattr(case.bracket(claim["pair"]), side) is not None:
        return Outcome("refuted", "exact", reason="a feasible point is known")
    if empty := no_feasible_point(case, claim["problem"]):
        return empty
    raise Undecidable("neither a ray of the dual nor a rank shows that the primal has no feasible point")


@rule("identity")
def _identity(case: Case, claim: Mapped) -> Outcome:
    flaw = identities.equation_flaw(case.machine, claim["relation"])
    if flaw.startswith(identities.FAILS):
        return Outcome("refuted", "exact", reason=flaw)
    return unless(flaw, Outcome("holds", "identity"))
