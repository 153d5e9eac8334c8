"""Weak duality, and what rests on it: feasible points bound optima only where it holds."""

from __future__ import annotations

from collections.abc import Iterable

from checker.kernel import chains, identities
from checker.kernel.case import Bracket, Case, Mapped
from checker.kernel.emptiness import empty
from checker.kernel.numbers import Undecidable, compare
from checker.kernel.outcomes import Outcome, outcome_of, rule, unless
from checker.kernel.program import slots_in


@rule("when")
def _presupposed(case: Case, claim: Mapped) -> Outcome:
    bounded(case, enclosing(case, [slot for relation in claim["when"] for slot in slots_in(relation)]))
    truths = [case.truth(relation, case.facts) for relation in claim["when"]]
    if False in truths:
        return Outcome("skipped", reason="the data do not satisfy what the claim presupposes")
    if None in truths:
        raise Undecidable("what the claim presupposes could not be decided on these data")
    return Outcome("holds")


@rule("weak-duality")
def _weak_duality(case: Case, claim: Mapped) -> Outcome:
    pair = claim["pair"]
    if not case.program["pairs"][pair]["chain"] and case.optima_in([case.problem(pair, "primal")["objective"]]):
        # From above alone a maximum inside is known, and so is the primal: no pair could have D > P.
        raise Undecidable("no points try weak duality where an optimum is a summand of the primal: give a chain")
    bounded(case, inside(case, pair))
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
        return unless(flaw, Outcome("holds", "identity", relies_on=identities.lemmas_of(case.machine, pair)))
    for side in ("primal", "dual"):
        if why := empty(case, case.program["pairs"][pair][side]):
            return Outcome("holds", "exact", reason=f"there is no {side} point: {why}")
    missing = "" if pairs else f"no gap identity, and no pair of feasible points to try: {found.missing}"
    if case.program["pairs"][pair]["chain"]:
        tries, lemmas = chains.sampled(case, pair)
        missing = missing or ("" if tries else "no pair of feasible points decides every step of the chain of lemmas")
        sampled = "each link of the chain of lemmas was tried"
        return unless(missing, Outcome("holds", "sampled", reason=sampled, relies_on=lemmas, tries=tries))
    tries = sum(case.is_other(e.values) for e in pairs if case.values_at(pair, e))
    missing = missing or ("" if tries else "no gap identity, and no points to try but the witness's own")
    return unless(missing, Outcome("holds", "sampled", reason="no pair has D > P", tries=tries))


def weak_duality_of(case: Case, pair: int) -> tuple[str, Outcome]:
    """The name of the claim of weak duality of a pair, and what became of it."""
    found = next(c for c in case.program["claims"] if c["kind"] == "weak-duality" and c["pair"] == pair)
    return found["name"], outcome_of(case, found)


def bounded(case: Case, pairs: Iterable[int]) -> tuple[str, ...]:
    """What rests on weak duality where feasible points bound the optima of pairs; undecided where it does not hold."""
    names = list[str]()
    for pair in pairs:
        name, weak = weak_duality_of(case, pair)
        if weak.verdict != "holds":
            raise Undecidable(f"feasible points bound nothing: {name} is {weak.verdict} ({weak.reason})")
        names += [name if weak.evidence == "identity" else f"{name} (sampled)", *weak.relies_on]
        names += bounded(case, inside(case, pair))
    return tuple(dict.fromkeys(names))


def inside(case: Case, pair: int) -> list[int]:
    """The pairs that bound the optima inside the problems of a pair."""
    problems = case.optima_in([case.problem(pair, side)["objective"] for side in ("primal", "dual")])
    return [other for problem in problems for other in case.pairs_of(problem, "dual") if other != pair]


def enclosing(case: Case, slots: list[int]) -> list[int]:
    """The pairs that enclose the optima in expressions of the data."""
    return [pair for problem in case.optima_in(slots) for pair in case.pairs_of(problem, "primal", "dual")]


def certified(case: Case, claim: Mapped) -> tuple[Bracket, tuple[str, ...]]:
    """The bracket of a pair that is closed to the digits asked for, and what that relies on."""
    found, relies = case.bracket(claim["pair"]), bounded(case, [claim["pair"]])
    if not found.closed:
        raise Undecidable(f"strong duality, on which the claim relies, is not certified here: {found.missing}")
    digits = case.agreement(found.primal, found.dual)
    if digits is not None and digits < case.digits:
        raise Undecidable(f"the bracket, on which the claim relies, closed to {digits} digits of {case.digits}")
    return found, ("P* = D*, attained", *relies)


def infinite_optimum(case: Case, number: int) -> Outcome | None:
    """What shows that an optimum is ``+∞``; None if nothing does."""
    if case.program["problems"][number]["sense"] == "min":
        return no_feasible_point(case, number)
    return Outcome("holds", "exact", reason="it grows along a ray") if case.infinite(number) else None


def no_feasible_point(case: Case, number: int) -> Outcome | None:
    """What shows that no point satisfies the constraints; None if nothing does."""
    if why := empty(case, number):
        return Outcome("holds", "exact", reason=why)
    if case.program["problems"][number]["sense"] == "min" and case.infinite(number):
        relies = bounded(case, case.pairs_of(number, "primal"))
        return Outcome("holds", "exact", reason="the dual is unbounded along a ray", relies_on=relies)
    return None
