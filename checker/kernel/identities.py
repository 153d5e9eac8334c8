"""Polynomial identities, decided by exact evaluation at random rational points of random shapes.

A nonzero polynomial of degree k vanishes at a point with entries drawn from a set of N numbers with probability at
most k/N (Schwartz 1980, Zippel 1979); with N > 10^5 and the trials below a false identity of degree 20 passes with
probability below 10^-88.  Each trial draws its own shapes, up to 4 in each dimension.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flint import fmpq, fmpq_mat

from checker.kernel import matrices
from checker.kernel.evaluate import Evaluation, Machine
from checker.kernel.numbers import Undecidable, add, compare, multiply
from checker.kernel.program import nonnegative

if TYPE_CHECKING:
    from checker.kernel.decide import Bracket, Case

TRIALS = 24


def random_values(machine: Machine, seed: int, entries: int) -> dict[str, Any]:
    """Values for every symbol: shapes up to ``1 + seed // 2``, at most 4; rational entries of the given size."""
    source, values = random.Random(seed), dict[str, Any]()
    largest = min(4, 1 + seed // 2)

    def entry() -> fmpq:
        return fmpq(source.randint(-entries, entries), 1 if entries < 10 else source.randint(1, 99))

    symbols = machine.program["symbols"]
    for name, symbol in symbols.items():
        if symbol["kind"] == "dimension":
            values[name] = fmpq(source.randint(1, largest))
    sizes = Evaluation(machine, values)
    for name, symbol in symbols.items():
        if symbol["kind"] == "scalar":
            values[name] = entry() or fmpq(1)
        elif symbol["kind"] == "matrix":
            rows, columns = int(sizes[symbol["rows"]].p), int(sizes[symbol["columns"]].p)
            values[name] = fmpq_mat(rows, columns, [entry() for _ in range(rows * columns)])
        elif symbol["kind"] == "family":
            ends = [int(sizes[symbol[end]].p) for end in ("inputs", "outputs")]
            hidden = [source.randint(1, largest) for _ in range(int(sizes[symbol["depth"]].p) - 1)]
            widths = [ends[0], *hidden, ends[1]]
            values[name] = [
                fmpq_mat(a, b, [entry() for _ in range(a * b)]) for a, b in zip(widths, widths[1:], strict=False)
            ]
    return values


def _trials(machine: Machine) -> Iterator[dict[str, Any]]:
    for seed in range(TRIALS):
        yield random_values(machine, seed, 2 if seed < 8 else 99_999)


def _difference(evaluation: Evaluation, left: int, right: int) -> Any:
    a, b = evaluation[left], evaluation[right]
    if isinstance(a, matrices.Matrix):
        return matrices.sum_of(a, matrices.scale(fmpq(-1), b))
    return add(a, multiply(fmpq(-1), b))


def _terms(evaluation: Evaluation, identity: Mapping[str, Any]) -> Any:
    total: Any = fmpq(0)
    for square in identity["squares"]:
        inside = evaluation[square["inside"]]
        size = matrices.inner(inside, inside) if isinstance(inside, matrices.Matrix) else multiply(inside, inside)
        total = add(total, multiply(evaluation[square["weight"]], size))
    for slack in identity["slacks"]:
        low, high = (evaluation[side] for side in slack["relation"]["sides"])
        if slack["squared"]:
            low, high = multiply(low, low), multiply(high, high)
        total = add(total, multiply(evaluation[slack["multiplier"]], add(high, multiply(fmpq(-1), low))))
    for residual in identity["residuals"]:
        difference = _difference(evaluation, *residual["relation"]["sides"])
        multiplier = evaluation[residual["multiplier"]]
        total = add(total, matrices.inner(multiplier, difference) if isinstance(difference, matrices.Matrix)
                    else multiply(multiplier, difference))  # fmt: skip
    return total


def _structure_flaw(machine: Machine, pair: Mapping[str, Any], identity: Mapping[str, Any]) -> str:
    """'' if every weight is visibly nonnegative and ``P − D`` equals the sum of the terms at every trial."""
    program = machine.program
    primal, dual = (program["problems"][pair[side]] for side in ("primal", "dual"))
    weights = [square["weight"] for square in identity["squares"]] + [slack["multiplier"] for slack in identity["slacks"]]
    if not all(nonnegative(program, slot) for slot in weights):
        return "a weight of the gap identity is not visibly nonnegative"
    for slack in identity["slacks"]:
        if slack["squared"] and not all(nonnegative(program, side) for side in slack["relation"]["sides"]):
            return f"both sides of {slack['relation']['text']} must be visibly nonnegative to compare their squares"
    for values in _trials(machine):
        evaluation = Evaluation(machine, values)
        gap = _difference(evaluation, primal["objective"], dual["objective"])
        total = _terms(evaluation, identity)
        if compare(gap, total) != 0:
            return f"the gap identity fails: P − D = {gap} but its terms sum to {total} where {_small(values)}"
    return ""


def _small(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {v.tolist() if isinstance(v, fmpq_mat) else v}" for name, v in values.items())


def _is_constraint(machine: Machine, pair: Mapping[str, Any], relation: Mapping[str, Any]) -> bool:
    return any(
        relation["kind"] == constraint["kind"] and relation["sides"] == constraint["sides"]
        for side in ("primal", "dual")
        for constraint in machine.program["problems"][pair[side]]["constraints"]
    )


def flaw(machine: Machine, index: int) -> str | None:
    """None if the pair has no gap identity, '' if it proves weak duality, else what is wrong with it."""
    return _flaw(machine, index)


@lru_cache(maxsize=256)
def _flaw(machine: Machine, index: int) -> str | None:
    pair = machine.program["pairs"][index]
    identity = pair["identity"]
    if identity is None:
        return None
    for term in [*identity["slacks"], *identity["residuals"]]:
        if not _is_constraint(machine, pair, term["relation"]):
            return f"the gap identity uses {term['relation']['text']}, which is not a constraint of the pair"
    try:
        return _structure_flaw(machine, pair, identity)
    except Undecidable as error:
        return f"the gap identity cannot be evaluated exactly: {error}"


def _solves(machine: Machine, inside: int, name: str, value: int) -> bool:
    """Whether ``inside`` is ``±(symbol − value)`` identically, so that it vanishes only where the symbol is the value."""
    for values in _trials(machine):
        evaluation = Evaluation(machine, values)
        expected = _difference_of(values[name], evaluation[value])
        found = evaluation[inside]
        if not any(_equal(found, sign, expected) for sign in (1, -1)):
            return False
    return True


def _difference_of(left: Any, right: Any) -> Any:
    if isinstance(left, fmpq_mat):
        return matrices.sum_of(left, matrices.scale(fmpq(-1), right))
    return add(left, multiply(fmpq(-1), right))


def _equal(found: Any, sign: int, expected: Any) -> bool:
    if isinstance(found, matrices.Matrix):
        return matrices.predicate("equal", [found, matrices.scale(fmpq(sign), expected)])
    return compare(found, multiply(fmpq(sign), expected)) == 0


def consequence_flaw(machine: Machine, claim: Mapping[str, Any]) -> str:
    """'' if the relation follows identically from one vanishing square of the pair's gap identity."""
    return _consequence_flaw(machine, claim["name"])


@lru_cache(maxsize=256)
def _consequence_flaw(machine: Machine, name: str) -> str:
    claim = next(c for c in machine.program["claims"] if c["name"] == name)
    relation = claim["relation"]
    identity = machine.program["pairs"][claim["pair"]]["identity"]
    for square in identity["squares"]:
        if not nonnegative(machine.program, square["weight"], True):
            continue
        for symbol, value in square["solved"]:
            if _solves(machine, square["inside"], symbol, value) and _always(machine, relation, symbol, value):
                return ""
    return f"{claim['relation']['text']} does not follow from any square of the gap identity"


def _always(machine: Machine, relation: Mapping[str, Any], symbol: str, value: int) -> bool:
    for values in _trials(machine):
        solved = {**values, symbol: Evaluation(machine, values)[value]}
        evaluation = Evaluation(machine, solved)
        sides = [evaluation[side] for side in relation["sides"]]
        if relation["kind"] == "equal" and not isinstance(sides[0], matrices.Matrix):
            if compare(*sides) != 0:
                return False
        elif relation["kind"] not in ("equal", "rank_at_most", "parallel") or not matrices.predicate(relation["kind"], sides):
            return False
    return True


def vanishing_flaw(case: Case, claim: Mapping[str, Any], bracket: Bracket) -> str:
    """'' if a second identity, at an exactly optimal pair, leaves only squares of all the primal variables.

    Its residuals must be squares of the pair's first identity (zero at every optimum), its slacks decided on the data.
    """
    machine, identity, pair = case.machine, claim["identity"], case.program["pairs"][claim["pair"]]
    if not bracket.exact or bracket.dual_point is None:
        return "the optimum is not known exactly here, so that its squares need not vanish"
    base = pair["identity"]
    if base is None or flaw(machine, claim["pair"]):
        return "the claim needs a gap identity for the pair"
    evaluation = Evaluation(machine, {**case.data, **bracket.dual_point})
    for slack in identity["slacks"]:
        if not _is_constraint(machine, pair, slack["relation"]) and case.truth(slack["relation"], evaluation) is not True:
            return f"{slack['relation']['text']} was not decided at the dual optimum"
    reason = _vanishing_structure(machine, claim["name"])
    return reason


@lru_cache(maxsize=256)
def _vanishing_structure(machine: Machine, name: str) -> str:
    claim = next(c for c in machine.program["claims"] if c["name"] == name)
    pair, identity = machine.program["pairs"][claim["pair"]], claim["identity"]
    for residual in identity["residuals"]:
        if _is_constraint(machine, pair, residual["relation"]):
            continue
        if not any(
            all(_equal(e[square["inside"]], sign, _difference(e, *residual["relation"]["sides"])) for e in
                (Evaluation(machine, values) for values in _trials(machine)))
            for square in pair["identity"]["squares"] for sign in (1, -1)
            if nonnegative(machine.program, square["weight"], True)
        ):  # fmt: skip
            return f"{residual['relation']['text']} is not a square of the pair's gap identity"
    dual = set(machine.program["problems"][pair["dual"]]["variables"])
    for slack in identity["slacks"]:
        names = _symbols(machine, slack["relation"]["sides"])
        variables = {n for n, s in machine.program["symbols"].items() if s["role"] == "variable"}
        if not _is_constraint(machine, pair, slack["relation"]) and names & variables - dual:
            return f"{slack['relation']['text']} depends on the primal variables"
    vanishing = {
        machine.code[square["inside"]][1]
        for square in identity["squares"]
        if machine.code[square["inside"]][0] == "symbol" and nonnegative(machine.program, square["weight"], True)
    }
    missing = set(machine.program["problems"][pair["primal"]]["variables"]) - vanishing
    if missing:
        return f"the identity has no square of {', '.join(sorted(missing))} alone"
    return _structure_flaw(machine, pair, identity)


def _symbols(machine: Machine, slots: list[int]) -> set[str]:
    from checker.kernel.program import slots_of

    found: set[str] = set()
    for slot in slots:
        instruction = machine.code[slot]
        found |= {instruction[1]} if instruction[0] in ("symbol", "layer") else set()
        found |= _symbols(machine, slots_of(instruction))
    return found


def equation_counterexample(machine: Machine, relation: Mapping[str, Any]) -> str:
    """'' if ``left = right`` at every trial, else the values at which it fails."""
    for values in _trials(machine):
        evaluation = Evaluation(machine, values)
        if not _equal(evaluation[relation["sides"][0]], 1, evaluation[relation["sides"][1]]):
            return _small({name: values[name] for name in sorted(_symbols(machine, relation["sides"]))})
    return ""
