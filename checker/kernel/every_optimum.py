"""Claims on every optimum, some or the only one: by gap identities, else by networks that the witness did not build."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flint import ctx, fmpq, fmpq_mat

from checker.kernel import identities, matrices
from checker.kernel.bounds import bounded, certified, no_feasible_point
from checker.kernel.case import Case, Mapped
from checker.kernel.evaluate import Evaluation
from checker.kernel.numbers import Undecidable, compare
from checker.kernel.outcomes import Outcome, outcome_of, rule, unless
from checker.kernel.program import nonnegative, operations_of, slots_in, symbols_of

# Digits by which c is below 1 for the flattest bowl, 10^-4, and two that counting whole digits of a distance costs.
_FLATNESS = 4 + 2


@rule("for-every-optimum")
def _for_every_optimum(case: Case, claim: Mapped) -> Outcome:
    if empty := no_feasible_point(case, case.program["pairs"][claim["pair"]]["primal"]):
        return Outcome("skipped", reason=f"there is no optimum: {empty.reason}")
    found, relies = certified(case, claim)
    flaw = identities.flaw(case.machine, claim["pair"])
    if flaw == "" and claim["relation"]["kind"] in identities.RULES:
        flaw = identities.consequence_flaw(case.machine, claim)
        if not flaw:
            lemmas = identities.lemmas_of(case.machine, claim["pair"])
            return Outcome("holds", "identity", relies_on=("P* = D*, attained", *lemmas))
    problem, tries = case.problem(claim["pair"], "primal"), 0
    if _beside(case, claim["relation"], problem):
        raise Undecidable(flaw or "a relation with dual variables needs a gap identity, as networks do not sample it")
    known = _known_value(case, claim["pair"])
    most, least = (found.primal, found.dual) if known is None else (known[0], known[0])
    if known is not None:
        relies = ("P* = D*, attained", known[1], *relies[1:])
    for point, evaluation in zip(case.points, case.evaluations, strict=True):
        if not set(problem["variables"]) <= set(point) or case.violated(problem, evaluation):
            continue
        if case.truth(claim["relation"], evaluation) is False:
            with ctx.workprec(4 * case.start_bits):
                evaluation.forget_balls()
                value = evaluation[problem["objective"]]
                optimal = compare(value, found.dual) == 0
            if optimal:
                return Outcome("refuted", "exact", None, "an optimal point violates it", value, found.dual)
        other = case.is_other(point)
        _refuse_unless_dear(case, claim["relation"], evaluation, problem["objective"], most, least, other)
        tries += other
    nothing = "" if tries else flaw or "no feasible network was tried but the witness's own"
    sampled = "each network that violates it costs more"
    return unless(nothing, Outcome("holds", "sampled", reason=sampled, relies_on=relies, tries=tries))


def _beside(case: Case, relation: Mapped, problem: Mapped) -> set[str]:
    """The variables of a relation that are not those of the problem, so that its optima do not determine them."""
    symbols = symbols_of(case.program, slots_in(relation)) - set(problem["variables"])
    return {name for name in symbols if case.program["symbols"][name]["role"] != "data"}


def _refuse_unless_dear(
    case: Case, relation: Mapped, evaluation: Evaluation, cost: int, most: Any, least: Any, other: bool
) -> None:
    """Undecided where a network violates a relation and is not seen to cost more than the optimum for that.

    An equation counts to the digits asked for.  A network that costs more than ``most``, but by less than these digits
    of ``least``, may violate the relation by no more than the bowl of that height around an optimum is wide: there
    costs grow like ``c`` times the square of the distance, both relative.  The witness's own network, which is meant to
    be optimal, has to satisfy the relation to the digits asked for.
    """
    if case.truth(relation, evaluation) is True:
        return
    try:
        reached = case.agreements(relation, evaluation)
    except Undecidable:
        reached = 0
    inside = relation["relation"] if relation["kind"] == "every" else relation
    if reached is None or (inside["kind"] == "equal" and reached >= case.digits):
        return
    with ctx.workprec(4 * case.start_bits):
        evaluation.forget_balls()
        value = evaluation[cost]
        costs_more, near = compare(value, most) == 1, case.agreement(value, least)
    if not costs_more:
        raise Undecidable("a point within the bracket of the optimum violates the relation, or leaves it undecided")
    if near is None or near < case.digits:
        return
    if 2 * reached + _FLATNESS < near if other else reached < case.digits:
        whose = "a" if other else "the witness's"
        raise Undecidable(f"{whose} network optimal to {near} digits satisfies the relation to {reached} digits only")


def _known_value(case: Case, pair: int) -> tuple[Any, str] | None:
    """The formula that gives the optimum of a pair's primal, if a claim of it holds here, and the claim's name."""
    primal = case.program["pairs"][pair]["primal"]
    for claim in case.program["claims"]:
        value = claim["kind"] == "optimal-value" and claim["relation"]["kind"] == "equal"
        given = value and case.machine.code[claim["relation"]["sides"][0]] == ["optimum", primal]
        if given and outcome_of(case, claim).verdict == "holds":
            with ctx.workprec(4 * case.start_bits):
                case.facts.forget_balls()
                return case.facts[claim["relation"]["sides"][1]], claim["name"]
    return None


@rule("some-optimum")
def _some_optimum(case: Case, claim: Mapped) -> Outcome:
    if empty := no_feasible_point(case, case.program["pairs"][claim["pair"]]["primal"]):
        return replace(empty, verdict="refuted", reason=f"there is no optimum: {empty.reason}")
    found, relies = certified(case, claim)
    relation, problem, reasons = claim["relation"], case.problem(claim["pair"], "primal"), list[str]()
    if _beside(case, relation, problem):
        raise Undecidable("the relation speaks of variables that are not the primal's")
    if not _closed(case, relation, set(problem["variables"])):
        raise Undecidable(
            "networks near an optimum can satisfy it where no optimum does: claim rank ≤ k, or an equation"
        )
    for point, evaluation in zip(case.points, case.evaluations, strict=True):
        proposed = set(problem["variables"]) <= set(point)
        reason = case.violated(problem, evaluation) if proposed else "it was not proposed"
        if reason:
            reasons.append(f"the witness's network is not feasible: {reason}")
            continue
        with ctx.workprec(4 * case.start_bits):
            evaluation.forget_balls()
            digits = case.agreement(evaluation[problem["objective"]], found.dual)
        if digits is not None and digits < case.digits:
            reasons.append(f"the witness's network is optimal to {digits} digits of the {case.digits} asked for")
            continue
        truth, what = (
            case.truth(relation, evaluation),
            relation["relation"] if relation["kind"] == "every" else relation,
        )
        if truth is True:
            return Outcome("holds", "exact", reason="a network optimal to these digits has it", relies_on=relies)
        reached = case.agreements(relation, evaluation) if what["kind"] == "equal" else 0
        if reached is None or reached >= case.digits:
            return Outcome("holds", "enclosed", reached, relies_on=relies)
        reasons.append(f"the witness's network has it to {reached} digits of the {case.digits} asked for")
    raise Undecidable(reasons[0])


@rule("unique-optimum")
def _unique_optimum(case: Case, claim: Mapped) -> Outcome:
    problem, found = case.program["problems"][claim["problem"]], case.bracket(claim["pair"])
    relies, minimises, names = bounded(case, [claim["pair"]]), problem["sense"] == "min", problem["variables"]
    best, bound = (found.primal, found.dual) if minimises else (found.dual, found.primal)
    feasible = [
        (point, _accurate(case, evaluation, problem["objective"]))
        for point, evaluation in zip(case.points, case.evaluations, strict=True)
        if set(names) <= set(point) and not case.violated(problem, evaluation)
    ]
    # Those that attack the claim come last, and are simpler.
    optimal = [point for point, value in reversed(feasible) if bound is not None and compare(value, bound) == 0]
    for name in names:
        other = next((point[name] for point in optimal if point[name] != optimal[0][name]), None)
        if other is not None:
            reason = f"two points are optimal, with two values of {name} (left, right)"
            return Outcome("refuted", "exact", None, reason, optimal[0][name], other, relies)
    _, relies = certified(case, claim)
    flaw = identities.flaw(case.machine, claim["pair"])
    flaw = "no gap identity" if flaw is None else flaw or identities.uniqueness_flaw(case.machine, claim)
    if not flaw:
        lemmas = identities.lemmas_of(case.machine, claim["pair"])
        return Outcome("holds", "identity", relies_on=("P* = D*, attained", *lemmas))
    own = next((point for point, value in feasible if compare(value, best) == 0), feasible[0][0])
    others = [value for point, value in feasible if any(point[name] != own[name] for name in names)]
    if not all(compare(value, best) == (1 if minimises else -1) for value in others):
        raise Undecidable("another feasible point is not seen to be worse than the best one")
    missing = "" if others else f"{flaw}, and no feasible point was tried but the witness's own"
    sampled = "each other feasible point has a worse value"
    return unless(missing, Outcome("holds", "sampled", reason=sampled, relies_on=relies, tries=len(others)))


def _accurate(case: Case, evaluation: Evaluation, slot: int) -> Any:
    with ctx.workprec(4 * case.start_bits):
        evaluation.forget_balls()
        return evaluation[slot]


def _closed(case: Case, relation: Mapped, variables: set[str]) -> bool:
    """Whether limits of points that satisfy a relation do: it is continuous, or bounds a rank or a direction."""
    sides = relation["sides"]
    match relation["kind"]:
        case "every":
            return _closed(case, relation["relation"], variables)
        case "rank_at_most" | "parallel":
            return not symbols_of(case.program, sides[1:]) & variables
        case "equal" | "at_most" | "nonnegative":
            jumps = [slot for i in operations_of(case.program, sides) for slot in _jumping(case, *i)]
            return not symbols_of(case.program, jumps) & variables
    return False


def _jumping(case: Case, operation: str, *arguments: Any) -> tuple[int, ...]:
    """What an operation reads and does not depend on continuously."""
    if operation in ("power", "schatten") and not nonnegative(case.program, arguments[1], strict=True):
        return arguments
    return arguments[:1] if operation in ("rank", "pinv", "supremum", "sign") else ()


@rule("vanishing")
def _vanishing(case: Case, claim: Mapped) -> Outcome:
    found, relies = certified(case, claim)
    problem, condition = case.problem(claim["pair"], "primal"), case.truth(claim["condition"], case.facts)
    at_zero = case.at({name: _zero(found.point[name]) for name in problem["variables"]})
    with ctx.workprec(4 * case.start_bits):
        value, truths = at_zero[problem["objective"]], [case.truth(r, at_zero) for r in problem["constraints"]]
        order = compare(value, found.primal)
    costs_more = False in truths or order == 1
    exact = None not in (order, *truths) and compare(found.primal, found.dual) == 0
    if condition is None or not (costs_more or exact):
        raise Undecidable(f"{claim['condition']['text']} is undecided, or zero lies within a bracket that is not exact")
    if costs_more == condition:
        reason = f"zero is {'not ' if costs_more else ''}optimal, and the condition is {'' if condition else 'not '}met"
        return Outcome("refuted", "exact", None, reason, value, found.primal)
    if costs_more:
        return Outcome("holds", "exact", None, "zero is not optimal", value, found.primal, ("attainment",))
    flaw = identities.flaw(case.machine, claim["pair"])
    flaw = "the claim needs a gap identity" if flaw is None else flaw or identities.weights_flaw(case.machine, claim)
    return unless(flaw, Outcome("holds", "exact", relies_on=("gap identity", *relies[1:])))


def _zero(value: Any) -> Any:
    if isinstance(value, list):
        return [_zero(item) for item in value]
    return fmpq_mat(value.nrows(), value.ncols()) if matrices.is_matrix(value) else fmpq(0)
