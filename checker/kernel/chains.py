"""Weak duality by a chain of lemmas: its links lead from D to P, and each holds wherever feasible points try it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checker.kernel.case import Case
from checker.kernel.evaluate import Evaluation
from checker.kernel.numbers import Undecidable


def sampled(case: Case, pair: int) -> tuple[int, tuple[str, ...]]:
    """At how many pairs of feasible points beside the witness's own each link was decided to hold; the lemmas used.

    Raises:
        Undecidable: the links do not fit together, or one fails at feasible points.
    """
    chain, primal, dual = case.program["pairs"][pair]["chain"], case.problem(pair, "primal"), case.problem(pair, "dual")
    ends = [dual["objective"], *(side for link in chain for side in link["relation"]["sides"]), primal["objective"]]
    kinds = {link["relation"]["kind"] for link in chain}
    if ends[::2] != ends[1::2] or not kinds <= {"at_most", "equal"}:
        # The first link that does not begin where the one before ends; after the last link, P.
        at = next((i for i, (end, start) in enumerate(zip(ends[::2], ends[1::2], strict=True)) if end != start), 0)
        where = f"before the step {chain[at]['relation']['text']}" if at < len(chain) else "after its last step"
        raise Undecidable(f"the chain of lemmas is broken {where}: it must lead from D to P, expression by expression")
    for link in chain:
        _refuse_optimum(case, link)
    tries = 0
    for evaluation in case.feasible_pairs(pair):
        truths = [_holds(case, link, evaluation) for link in chain]
        tries += case.is_other(evaluation.values) and None not in truths
    return tries, tuple(sorted({link["by"] for link in chain if link["by"]}))


def _refuse_optimum(case: Case, link: Mapping[str, Any]) -> None:
    """An optimum is known from one side only: a step may end at a maximum, plus what else there is, and no more."""
    left, right = link["relation"]["sides"]
    summands = case.machine.code[right][1:] if case.machine.code[right][0] == "add" else [right]
    others = [slot for slot in summands if case.machine.code[slot] != ["optimum", (link["inner"] or {}).get("problem")]]
    if case.optima_in([left, *others]) or (link["inner"] and link["relation"]["kind"] != "at_most"):
        raise Undecidable(
            f"the step {link['relation']['text']} needs a point inside, and the optimum as a summand there"
        )


def _holds(case: Case, link: Mapping[str, Any], evaluation: Evaluation) -> bool | None:
    relation, inner = link["relation"], link["inner"]
    if inner:
        # The optimum inside is at least the objective at a point that is feasible for it.
        problem = case.program["problems"][inner["problem"]]
        try:
            at_point = {**evaluation.values, **{name: evaluation[slot] for name, slot in inner["point"].items()}}
        except Undecidable:
            return None
        if problem["sense"] != "max" or case.violated(problem, Evaluation(case.machine, at_point)):
            raise Undecidable(f"the point in the step {relation['text']} is not feasible for the optimum inside")
        evaluation = Evaluation(case.machine, at_point, lambda e, i: e[case.program["problems"][i]["objective"]])
    if any(case.truth(condition, evaluation) is not True for condition in link["conditions"]):
        return None
    truth = case.truth(relation, evaluation)
    if truth is False:
        raise Undecidable(f"the step {relation['text']} of the chain of lemmas fails at feasible points")
    if truth is None and relation["kind"] == "equal":
        try:
            digits = case.agreements(relation, evaluation)
        except Undecidable:
            return None  # a side has no value there, as a negative power of zero
        return True if digits is None or digits >= case.digits else None
    return truth
