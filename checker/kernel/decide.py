"""A rule for each kind of claim: ``holds``, ``refuted`` or ``undecided`` on one dataset, with its evidence."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from checker.kernel import chains, identities, matrices
from checker.kernel.case import Bracket, Case, Mapped
from checker.kernel.evaluate import Evaluation
from checker.kernel.numbers import Undecidable, ball, compare
from checker.kernel.program import nonnegative, operations_of, symbols_of

INFINITE = "P* = D* = +∞"
# Digits by which c is below 1 for the flattest bowl, 10^-4, and two that counting whole digits of a distance costs.
_FLATNESS = 4 + 2


@dataclass(frozen=True)
class Outcome:
    """A verdict on one claim: its evidence, the digits reached (None: exact), the sides compared, the points tried."""

    verdict: str
    evidence: str = ""
    digits: int | None = None
    reason: str = ""
    left: Any = None
    right: Any = None
    relies_on: tuple[str, ...] = ()
    tries: int = 0


def decide(case: Case) -> dict[str, Outcome]:
    """Every claim's outcome; a claim whose ``when`` does not hold on the data is ``skipped``."""
    return {claim["name"]: _decide(case, claim) for claim in case.program["claims"]}


def _decide(case: Case, claim: Mapped) -> Outcome:
    if claim["name"] not in case.decided:
        case.decided[claim["name"]] = _decided(case, claim)
    outcome: Outcome = case.decided[claim["name"]]
    return outcome


def _decided(case: Case, claim: Mapped) -> Outcome:
    try:
        _bounded(case, _enclosing(case, [slot for relation in claim["when"] for slot in _slots(relation)]))
        truths = [case.truth(relation, case.facts) for relation in claim["when"]]
        if False in truths:
            return Outcome("skipped", reason="the data do not satisfy what the claim presupposes")
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
    pair = claim["pair"]
    if not case.program["pairs"][pair]["chain"] and case.optima_in([case.problem(pair, "primal")["objective"]]):
        # From above alone a maximum inside is known, and so is the primal: no pair could have D > P.
        raise Undecidable("no points try weak duality where an optimum is a summand of the primal: give a chain")
    _bounded(case, _inside(case, pair))
    found, flaw, pairs = case.bracket(pair), identities.flaw(case.machine, pair), case.feasible_pairs(pair)
    ordered = {"kind": "at_most", "sides": [case.problem(pair, side)["objective"] for side in ("dual", "primal")]}
    crossed = [(found.primal, found.dual)] if found.closed and compare(found.primal, found.dual) == -1 else []
    tried = [] if flaw == "" and found.closed else pairs
    failing = (case.values_at(pair, evaluation) for evaluation in tried if case.truth(ordered, evaluation) is False)
    for primal, dual in crossed or filter(None, failing):
        reason = "a feasible dual point lies above a feasible primal point (left: primal, right: dual)"
        return Outcome("refuted", "exact", None, reason, primal, dual)
    if flaw is not None:
        for lemma in case.program["pairs"][pair]["identity"]["lemmas"]:
            if not flaw and any(case.truth(lemma["relation"], evaluation) is False for evaluation in pairs):
                flaw = f"the lemma {lemma['by']} fails at feasible points: {lemma['relation']['text']}"
        return _unless(flaw, Outcome("holds", "identity", relies_on=identities.lemmas_of(case.machine, pair)))
    for side in ("primal", "dual"):
        if why := _empty(case, case.program["pairs"][pair][side]):
            return Outcome("holds", "exact", reason=f"there is no {side} point: {why}")
    missing = "" if pairs else f"no gap identity, and no pair of feasible points to try: {found.missing}"
    if case.program["pairs"][pair]["chain"]:
        tries, lemmas = chains.sampled(case, pair)
        missing = missing or ("" if tries else "no pair of feasible points decides every step of the chain of lemmas")
        sampled = "each link of the chain of lemmas was tried"
        return _unless(missing, Outcome("holds", "sampled", reason=sampled, relies_on=lemmas, tries=tries))
    tries = sum(case.is_other(e.values) for e in pairs if case.values_at(pair, e))
    missing = missing or ("" if tries else "no gap identity, and no points to try but the witness's own")
    return _unless(missing, Outcome("holds", "sampled", reason="no pair has D > P", tries=tries))


def _weak(case: Case, pair: int) -> tuple[str, Outcome]:
    found = next(c for c in case.program["claims"] if c["kind"] == "weak-duality" and c["pair"] == pair)
    return found["name"], _decide(case, found)


def _bounded(case: Case, pairs: Iterable[int]) -> tuple[str, ...]:
    """What rests on weak duality where feasible points bound the optima of pairs; undecided where it does not hold."""
    names = list[str]()
    for pair in pairs:
        name, weak = _weak(case, pair)
        if weak.verdict != "holds":
            raise Undecidable(f"feasible points bound nothing: {name} is {weak.verdict} ({weak.reason})")
        names += [name if weak.evidence == "identity" else f"{name} (sampled)", *weak.relies_on]
        names += _bounded(case, _inside(case, pair))
    return tuple(dict.fromkeys(names))


def _inside(case: Case, pair: int) -> list[int]:
    """The pairs that bound the optima inside the problems of a pair."""
    problems = case.optima_in([case.problem(pair, side)["objective"] for side in ("primal", "dual")])
    return [other for problem in problems for other in case.pairs_of(problem, "dual") if other != pair]


def _relation(case: Case, claim: Mapped) -> Outcome:
    relation = claim["relation"]
    optima, pairs = case.optima_in(_slots(relation)), _enclosing(case, _slots(relation))
    if claim["kind"] == "strong-duality":
        refuted = (weak for weak in (_weak(case, pair)[1] for pair in pairs) if weak.verdict == "refuted")
        if weak := next(refuted, None):
            return replace(weak, reason=f"weak duality is refuted: {weak.reason}")
    relies = _bounded(case, pairs)
    two = relation["kind"] == "equal" and all(case.machine.code[s][0] == "optimum" for s in relation["sides"])
    if claim["kind"] == "strong-duality" and two and all(_infinite(case, optimum) for optimum in optima):
        return Outcome("holds", "exact", reason=INFINITE, relies_on=relies)
    if claim["kind"] == "optimal-value" and (infinite := _infinite(case, claim["problem"])):
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


def _enclosing(case: Case, slots: list[int]) -> list[int]:
    """The pairs that enclose the optima in expressions of the data."""
    return [pair for problem in case.optima_in(slots) for pair in case.pairs_of(problem, "primal", "dual")]


def _slots(relation: Mapped) -> list[int]:
    return [*relation["sides"], *(_slots(relation["relation"]) if relation["kind"] == "every" else ())]


def _certified(case: Case, claim: Mapped) -> tuple[Bracket, tuple[str, ...]]:
    """The bracket of a pair that is closed to the digits asked for, and what that relies on."""
    found, relies = case.bracket(claim["pair"]), _bounded(case, [claim["pair"]])
    if not found.closed:
        raise Undecidable(f"strong duality, on which the claim relies, is not certified here: {found.missing}")
    digits = case.agreement(found.primal, found.dual)
    if digits is not None and digits < case.digits:
        raise Undecidable(f"the bracket, on which the claim relies, closed to {digits} digits of {case.digits}")
    return found, ("P* = D*, attained", *relies)


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
        if bound is None and (infinite := _infinite(case, claim["problem"])):
            return replace(infinite, verdict="refuted", reason=f"the optimum is +∞: {infinite.reason}", left=value)
        if bound is None:
            raise Undecidable(f"no feasible point on the other side encloses the optimum: {found.missing}")
        if rival is not None and compare(value, rival) == (1 if minimises else -1):
            return Outcome("refuted", "exact", None, "a better feasible point is known", value, rival)
        relies, digits = _bounded(case, [claim["pair"]]), case.agreement(value, bound)
    if digits is not None and digits < case.digits:
        raise Undecidable(f"the point's value and the bound agree to {digits} digits of the {case.digits} asked for")
    return Outcome("holds", "exact" if digits is None else "enclosed", digits, "", value, bound, relies)


def _infeasible(case: Case, claim: Mapped) -> Outcome:
    side = "primal" if case.program["pairs"][claim["pair"]]["primal"] == claim["problem"] else "dual"
    if getattr(case.bracket(claim["pair"]), side) is not None:
        return Outcome("refuted", "exact", reason="a feasible point is known")
    if empty := _no_feasible_point(case, claim["problem"]):
        return empty
    raise Undecidable("neither a ray of the dual nor a rank shows that the primal has no feasible point")


def _infinite(case: Case, number: int) -> Outcome | None:
    """What shows that an optimum is ``+∞``; None if nothing does."""
    if case.program["problems"][number]["sense"] == "min":
        return _no_feasible_point(case, number)
    return Outcome("holds", "exact", reason="it grows along a ray") if case.infinite(number) else None


def _no_feasible_point(case: Case, number: int) -> Outcome | None:
    """What shows that no point satisfies the constraints; None if nothing does."""
    if why := _empty(case, number):
        return Outcome("holds", "exact", reason=why)
    if case.program["problems"][number]["sense"] == "min" and case.infinite(number):
        relies = _bounded(case, case.pairs_of(number, "primal"))
        return Outcome("holds", "exact", reason="the dual is unbounded along a ray", relies_on=relies)
    return None


def _empty(case: Case, number: int) -> str:
    """Which constraint no values of the variables satisfy; '' if none is seen to be such."""
    constraints = (c for c in case.program["problems"][number]["constraints"] if c["kind"] in ("equal", "at_most"))
    for constraint in constraints:
        left, right = constraint["sides"]
        with suppress(Undecidable):  # a right side that is no value of the data says nothing
            if constraint["kind"] == "equal":
                most, factor = _rank_bound(case, left), _first_factor(case, left)
                if most is not None and most < matrices.rank(case.facts[right]):
                    return f"{constraint['text']} asks a product of rank at most {most} for more"
                if factor is not None and matrices.predicate("outside_range", [case.facts[right], case.facts[factor]]):
                    return f"{constraint['text']} asks for what is outside the range of the first factor"
            elif nonnegative(case.program, left) and compare(case.facts[right], fmpq(0)) == -1:
                return f"{constraint['text']} bounds what is at least zero by less"
    return ""


def _first_factor(case: Case, slot: int) -> int | None:
    """The data matrix that a product begins with."""
    operation, *arguments = case.machine.code[slot]
    if operation == "symbol":
        known = case.program["symbols"][arguments[0]]
        return slot if (known["role"], known["kind"]) == ("data", "matrix") else None
    if operation == "fold":
        body, hidden, start = arguments[:3]
        inside, *factors = case.machine.code[body]
        first = inside == "multiply" and case.machine.code[factors[0]] == ["bound", hidden]
        return _first_factor(case, start) if first else None
    return _first_factor(case, arguments[0]) if operation == "multiply" else None


def _steps(case: Case, fold: list[Any]) -> int:
    return len([*case.facts.steps(fold[4], fold[5])])


def _rank_bound(case: Case, slot: int) -> int | None:
    """What the sizes of the factors of a product leave for its rank, whatever their values; None if nothing."""
    operation, *arguments = case.machine.code[slot]
    symbols, sizes = case.program["symbols"], list[int]()
    if operation == "symbol":
        sizes = [symbols[arguments[0]][side] for side in ("rows", "columns") if side in symbols[arguments[0]]]
    elif operation == "layer":
        family = case.machine.code[arguments[0]]
        entry = symbols[family[1]] if family[0] == "symbol" else {}
        # In a network of two layers or more, a hidden width is a side of each.
        sizes = [entry["hidden"]] if "hidden" in entry and case.facts.integer(entry["depth"]) > 1 else []
    children = {
        "multiply": arguments,
        "transpose": arguments,
        "fold": arguments[:1] if operation == "fold" and _steps(case, arguments) else [],
    }.get(operation, [])
    bounds = [_rank_bound(case, child) for child in children] + [case.facts.integer(size) for size in sizes]
    return min((bound for bound in bounds if bound is not None), default=None)


def _for_every_optimum(case: Case, claim: Mapped) -> Outcome:
    if empty := _no_feasible_point(case, case.program["pairs"][claim["pair"]]["primal"]):
        return Outcome("skipped", reason=f"there is no optimum: {empty.reason}")
    found, relies = _certified(case, claim)
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
    return _unless(nothing, Outcome("holds", "sampled", reason=sampled, relies_on=relies, tries=tries))


def _beside(case: Case, relation: Mapped, problem: Mapped) -> set[str]:
    """The variables of a relation that are not those of the problem, so that its optima do not determine them."""
    symbols = symbols_of(case.program, _slots(relation)) - set(problem["variables"])
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
        if given and _decide(case, claim).verdict == "holds":
            with ctx.workprec(4 * case.start_bits):
                case.facts.forget_balls()
                return case.facts[claim["relation"]["sides"][1]], claim["name"]
    return None


def _some_optimum(case: Case, claim: Mapped) -> Outcome:
    if empty := _no_feasible_point(case, case.program["pairs"][claim["pair"]]["primal"]):
        return replace(empty, verdict="refuted", reason=f"there is no optimum: {empty.reason}")
    found, relies = _certified(case, claim)
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


def _unique_optimum(case: Case, claim: Mapped) -> Outcome:
    problem, found = case.program["problems"][claim["problem"]], case.bracket(claim["pair"])
    relies, minimises, names = _bounded(case, [claim["pair"]]), problem["sense"] == "min", problem["variables"]
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
    _, relies = _certified(case, claim)
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
    return _unless(missing, Outcome("holds", "sampled", reason=sampled, relies_on=relies, tries=len(others)))


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


def _vanishing(case: Case, claim: Mapped) -> Outcome:
    found, relies = _certified(case, claim)
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
    return _unless(flaw, Outcome("holds", "exact", relies_on=("gap identity", *relies[1:])))


def _identity(case: Case, claim: Mapped) -> Outcome:
    flaw = identities.equation_flaw(case.machine, claim["relation"])
    if flaw.startswith(identities.FAILS):
        return Outcome("refuted", "exact", reason=flaw)
    return _unless(flaw, Outcome("holds", "identity"))


def _zero(value: Any) -> Any:
    if isinstance(value, list):
        return [_zero(item) for item in value]
    return fmpq_mat(value.nrows(), value.ncols()) if matrices.is_matrix(value) else fmpq(0)


_RULES = {
    "weak-duality": _weak_duality, "strong-duality": _relation, "optimal-value": _relation, "relation": _relation,
    "optimal-point": _optimal_point, "infeasible": _infeasible, "for-every-optimum": _for_every_optimum,
    "some-optimum": _some_optimum, "unique-optimum": _unique_optimum, "vanishing": _vanishing, "identity": _identity,
}  # fmt: skip
