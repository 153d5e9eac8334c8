"""Whether constraints are seen to leave no point: by ranks, ranges and signs, whatever the values of the variables."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flint import fmpq

from checker.kernel import matrices
from checker.kernel.case import Case
from checker.kernel.numbers import Undecidable, compare
from checker.kernel.program import nonnegative


def empty(case: Case, number: int) -> str:
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
