"""A rule for each kind of claim: ``holds``, ``refuted`` or ``undecided`` on one dataset, with its evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flint import arb, ctx, fmpq, fmpq_mat

from checker.kernel import identities, matrices
from checker.kernel.case import Bracket, Case, Mapped
from checker.kernel.evaluate import Evaluation
from checker.kernel.numbers import Number, Undecidable, ball, compare, is_exact
from checker.kernel.program import symbols_of

INFINITE = "P* = D* = +∞"


@dataclass(frozen=True)
class Outcome:
    """A verdict on one claim: its evidence, the decimal digits reached (None: exact), the two sides compared."""

    verdict: str
    evidence: str = ""
    digits: int | None = None
    reason: str = ""
    left: Any = None
    right: Any = None
    relies_on: tuple[str, ...] = ()


def decide(case: Case) -> dict[str, Outcome]:
    """Every claim's outcome; a claim whose ``when`` does not hold on the data is ``skipped``."""
    return {claim["name"]: _decide(case, claim) for claim in case.program["claims"]}


def _decide(case: Case, claim: Mapped) -> Outcome:
    truths = [case.truth(relation, case.evaluations[0]) for relation in claim["when"]]
    if False in truths:
        return Outcome("skipped", reason="the data do not satisfy what the claim presupposes")
    try:
        if None in truths:
            raise Undecidable("what the claim presupposes could not be decided on these data")
        return _RULES[claim["kind"]](case, claim)
    except Undecidable as error:
        return Outcome("undecided", reason=str(error))


def _unless(flaw: str, outcome: Outcome) -> Outcome:
    if flaw:
        raise Undecidable(flaw)
    return outcome


def _weak_duality(case: Case, claim: Mapped) -> Outcome:
    found, flaw = case.bracket(claim["pair"]), identities.flaw(case.machine, claim["pair"])
    if found.closed and compare(found.primal, found.dual) == -1:
        reason = "a feasible dual point lies above a feasible primal point (left: primal, right: dual)"
        return Outcome("refuted", "exact", None, reason, found.primal, found.dual)
    if flaw is not None:
        return _unless(flaw, Outcome("holds", "identity"))
    missing = "" if found.closed else f"no gap identity, and no pair of feasible points to try: {found.missing}"
    missing = missing or ("" if case.points[1:] else "no gap identity, and no points to try but the witness's own")
    sampled = f"no pair of feasible points among {len(case.points)} has D > P"
    return _unless(missing, Outcome("holds", "sampled", reason=sampled))


def _weak(case: Case, pair: int) -> tuple[str, Outcome]:
    found = next(c for c in case.program["claims"] if c["kind"] == "weak-duality" and c["pair"] == pair)
    return found["name"], _decide(case, found)


def _bounded(case: Case, pair: int) -> tuple[str, ...]:
    """What rests on weak duality when feasible points bound the optima of a pair; undecided where it does not hold."""
    name, weak = _weak(case, pair)
    if weak.verdict != "holds":
        raise Undecidable(f"feasible points bound nothing: {name} is {weak.verdict} ({weak.reason})")
    return (name,) if weak.evidence == "identity" else (f"{name} (sampled)",)


def _agree(case: Case, upper: Number, lower: Number, relies: tuple[str, ...], what: str) -> Outcome:
    digits = case.digits_of(upper, lower)
    if digits is None or digits >= case.digits:
        return Outcome("holds", "exact" if digits is None else "enclosed", digits, "", upper, lower, relies)
    reason = f"{what} closed to {digits} digits of the {case.digits} asked for: propose better points, or ask for fewer"
    return Outcome("undecided", "enclosed", digits, reason, upper, lower, relies)


def _strong_duality(case: Case, claim: Mapped) -> Outcome:
    (name, weak), found = _weak(case, claim["pair"]), case.bracket(claim["pair"])
    if weak.verdict != "holds":
        return replace(weak, reason=f"{name} is {weak.verdict}: {weak.reason}")
    relies = () if weak.evidence == "identity" else (f"{name} (sampled)",)
    if found.primal is None and case.ray(claim["pair"]):
        return Outcome("holds", "exact", reason=INFINITE, relies_on=relies)
    if not found.closed:
        raise Undecidable(found.missing)
    return _agree(case, found.primal, found.dual, relies, "the bracket D ≤ D* ≤ P* ≤ P")


def _certified(case: Case, claim: Mapped) -> tuple[Bracket, tuple[str, ...]]:
    """The bracket of a pair whose strong duality is certified here, and what that relies on."""
    pair = {"name": "", "kind": "strong-duality", "when": [], "pair": claim["pair"]}
    strong, found = _decide(case, pair), case.bracket(claim["pair"])
    if strong.verdict != "holds" or not found.closed:
        raise Undecidable(f"strong duality, on which the claim relies, is not certified here: {strong.reason}")
    return found, ("P* = D*, attained", *strong.relies_on)


def _optimal_value(case: Case, claim: Mapped) -> Outcome:
    relies, found, first = _bounded(case, claim["pair"]), case.bracket(claim["pair"]), case.evaluations[0]
    if not found.closed:
        raise Undecidable(f"no bracket encloses the optimum: {found.missing}")
    with ctx.workprec(case.start_bits):
        first.forget_balls()
        value = first[claim["value"]]
        if compare(value, found.primal) == 1 or compare(value, found.dual) == -1:
            reason = "the formula lies outside the bracket of the optimum (left: formula, right: bracket)"
            evidence = "exact" if is_exact(value) else "enclosed"
            return Outcome("refuted", evidence, None, reason, value, (found.dual, found.primal))
    closed = _agree(case, found.primal, found.dual, relies, "the bracket of the optimum")
    if closed.verdict == "holds" and not is_exact(value):
        reached = int(value.rel_accuracy_bits() / 3.33)
        if reached < case.digits:
            raise Undecidable("the formula was not enclosed to the digits asked for")
        closed = replace(closed, evidence="enclosed", digits=min(reached, closed.digits or reached))
    return replace(closed, left=value, right=found.primal)


def _optimal_point(case: Case, claim: Mapped) -> Outcome:
    problem, found, first = case.program["problems"][claim["problem"]], case.bracket(claim["pair"]), case.evaluations[0]
    point = {name: first[slot] for name, slot in claim["point"].items()}
    at_point = Evaluation(case.machine, {**case.data, **point})
    reason = case.violated(problem, at_point)
    if reason:
        return Outcome("refuted" if "violated" in reason else "undecided", "exact", reason=reason)
    minimises, value = problem["sense"] == "min", at_point[problem["objective"]]
    upper, lower, rival = (value, found.dual, found.primal) if minimises else (found.primal, value, found.dual)
    if upper is None or lower is None:
        raise Undecidable(f"no feasible point on the other side encloses the optimum: {found.missing}")
    agreed = _agree(case, upper, lower, _bounded(case, claim["pair"]), "the gap at the point")
    if agreed.verdict != "holds" and rival is not None and compare(rival, value) == (-1 if minimises else 1):
        return Outcome("refuted", "exact", None, "another feasible point is better", value, rival)
    return agreed


def _infeasible(case: Case, claim: Mapped) -> Outcome:
    if case.bracket(claim["pair"]).primal is not None:
        return Outcome("refuted", "exact", reason="a feasible point was found")
    relies = _bounded(case, claim["pair"])
    if not case.ray(claim["pair"]):
        raise Undecidable("no ray of the dual was proposed along which it is feasible and unbounded")
    return Outcome("holds", "exact", reason="the dual is unbounded along a ray", relies_on=relies)


def _for_every_optimum(case: Case, claim: Mapped) -> Outcome:
    found, relies = _certified(case, claim)
    flaw = identities.flaw(case.machine, claim["pair"])
    if flaw is not None:
        flaw = flaw or identities.consequence_flaw(case.machine, claim)
        return _unless(flaw, Outcome("holds", "identity", relies_on=relies))
    problem, dual, tries = case.problem(claim["pair"], "primal"), case.problem(claim["pair"], "dual"), 0
    if symbols_of(case.program, claim["relation"]["sides"]) & set(dual["variables"]):
        raise Undecidable("a relation with dual variables needs a gap identity: it cannot be sampled on networks")
    for point, evaluation in zip(case.points, case.evaluations, strict=True):
        if not set(problem["variables"]) <= set(point) or case.violated(problem, evaluation):
            continue
        truth, value = case.truth(claim["relation"], evaluation), evaluation[problem["objective"]]
        if truth is False and compare(value, found.dual) == 0:
            return Outcome("refuted", "exact", None, "an optimal point violates it", value, found.dual)
        if truth is not True and compare(value, found.primal) != 1:
            raise Undecidable("a point within the bracket of the optimum violates the relation, or leaves it undecided")
        tries += point is not case.points[0]
    flaw = "" if tries else "no feasible network was tried but the witness's own"
    return _unless(flaw, Outcome("holds", "sampled", reason=f"{tries} networks tried", relies_on=relies))


def _vanishing(case: Case, claim: Mapped) -> Outcome:
    found, relies = _certified(case, claim)
    problem, condition = case.problem(claim["pair"], "primal"), case.truth(claim["condition"], case.evaluations[0])
    zero = {name: _zero(found.point[name]) for name in problem["variables"]}
    at_zero = Evaluation(case.machine, {**case.data, **zero})
    value = at_zero[problem["objective"]]
    costs_more = bool(case.violated(problem, at_zero)) or compare(value, found.primal) == 1
    if condition is None or not (costs_more or compare(found.primal, found.dual) == 0):
        raise Undecidable(f"{claim['condition']['text']} is undecided, or zero lies within a bracket that is not exact")
    if costs_more == condition:
        reason = f"zero is {'not ' if costs_more else ''}optimal, and the condition is {'' if condition else 'not '}met"
        return Outcome("refuted", "exact", None, reason, value, found.primal)
    if costs_more:
        return Outcome("holds", "exact", None, "zero is not optimal", value, found.primal, ("attainment",))
    flaw = identities.flaw(case.machine, claim["pair"])
    flaw = "the claim needs a gap identity" if flaw is None else flaw or identities.weights_flaw(case.machine, claim)
    return _unless(flaw, Outcome("holds", "exact", relies_on=("gap identity", *relies[1:])))


def _identity(case: Case, claim: Mapped) -> Outcome:
    flaw = identities.equation_flaw(case.machine, claim["relation"])
    if flaw.startswith(identities.FAILS):
        return Outcome("refuted", "exact", reason=flaw)
    return _unless(flaw, Outcome("holds", "identity"))


def _relation(case: Case, claim: Mapped) -> Outcome:
    relation, first = claim["relation"], case.evaluations[0]
    with ctx.workprec(case.start_bits):
        first.forget_balls()
        values = [first[side] for side in relation["sides"]]
        balls = any(isinstance(value, arb) for value in values)
        (left, right), evidence = (*values, None)[:2], "enclosed" if balls else "exact"
        truth = case.truth(relation, first)
        if truth is not None:
            return Outcome("holds" if truth else "refuted", evidence, None, "", left, right)
        if relation["kind"] == "equal" and balls and abs(ball(left) - ball(right)) <= abs(ball(left)) / 10**case.digits:
            return Outcome("holds", evidence, case.digits, "", left, right)
    reason = "the two sides do not separate at the highest precision allowed"
    return Outcome("undecided", evidence, None, reason, left, right)


def _zero(value: Any) -> Any:
    if isinstance(value, list):
        return [_zero(item) for item in value]
    return fmpq_mat(value.nrows(), value.ncols()) if matrices.is_matrix(value) else fmpq(0)


_RULES = {
    "weak-duality": _weak_duality, "strong-duality": _strong_duality, "optimal-value": _optimal_value,
    "optimal-point": _optimal_point, "infeasible": _infeasible, "for-every-optimum": _for_every_optimum,
    "vanishing": _vanishing, "identity": _identity, "relation": _relation,
}  # fmt: skip
