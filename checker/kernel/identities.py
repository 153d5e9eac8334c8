"""Polynomial identities, decided by exact evaluation at random rational points of random shapes.

A nonzero polynomial of degree k vanishes at a point with entries drawn from a set of N numbers with probability at
most k/N (Schwartz 1980, Zippel 1979); with N > 10^5 and the sixteen trials of large entries a false identity of degree
20 passes with probability below 10^-59.  Each trial draws its own shapes, the last ones 7 in every dimension: an
identity between traces that holds for matrices of size k and fails for larger ones has a degree above k (Razmyslov
1974, Procesi 1976).  The trials are drawn from the digest of the program.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

from flint import fmpq, fmpq_mat

from checker.kernel import matrices
from checker.kernel.entrywise import ENTRYWISE, ROWWISE
from checker.kernel.evaluate import Evaluation, Machine, difference, is_zero, squared_norm
from checker.kernel.numbers import Undecidable, add, multiply, subtract
from checker.kernel.program import nonnegative, opaque, polynomial, symbols_of

TRIALS, _SMALL_TRIALS, _LARGE_TRIALS, _LARGEST_SHAPE = 24, 8, 4, 7
_OPERATOR = ("two", "frobenius", "spectral")
FAILS = "it fails at "
RULES = ("equal", "rank_at_most", "parallel")
_NUMBERS = (
    "norm", "schatten", "singular", "singular_dot", "excess", "rank", "absolute", "maximum", "entry", "power",
    "total", "product", "largest", "supremum", "optimum",
)  # fmt: skip
_UNKNOWNS = "the gap identity does not hold where what is not polynomial in the symbols stands for any values"
_NOT_POLYNOMIAL = "it holds at every trial, but is not visibly polynomial in the symbols, so that trials prove nothing"


def random_values(machine: Machine, seed: int) -> dict[str, Any]:
    """Values for every symbol: small integers of small shapes first, then rationals of shapes up to 7."""
    source, largest, values = (
        random.Random(f"{machine.digest}/{seed}"),
        min(_LARGEST_SHAPE, 1 + seed // 2),
        dict[str, Any](),
    )

    def entry() -> fmpq:
        if seed < _SMALL_TRIALS:
            return fmpq(source.randint(-2, 2))
        return fmpq(source.randint(-99_999, 99_999), source.randint(1, 99))

    def matrix(rows: int, columns: int) -> fmpq_mat:
        return fmpq_mat(rows, columns, [entry() for _ in range(rows * columns)])

    symbols = machine.program["symbols"]
    for name, symbol in symbols.items():
        if symbol["kind"] == "dimension":
            values[name] = fmpq(source.randint(largest if seed >= TRIALS - _LARGE_TRIALS else 1, largest))
    sizes = Evaluation(machine, values)
    for name, symbol in symbols.items():
        if symbol["kind"] == "scalar":
            values[name] = entry() or fmpq(1)
        elif symbol["kind"] == "matrix":
            values[name] = matrix(sizes.integer(symbol["rows"]), sizes.integer(symbol["columns"]))
        elif symbol["kind"] == "family":
            hidden = [source.randint(1, largest) for _ in range(sizes.integer(symbol["depth"]) - 1)]
            widths = [sizes.integer(symbol["inputs"]), *hidden, sizes.integer(symbol["outputs"])]
            values[name] = [matrix(a, b) for a, b in pairwise(widths)]
    return values


def trials(machine: Machine) -> Iterator[Evaluation]:
    """Evaluations at random values, the smallest first."""
    return (Evaluation(machine, random_values(machine, seed)) for seed in range(TRIALS))


def _remember(machine: Machine, key: Any, slots: list[int], prove: Callable[[], str]) -> str:
    """What is wrong with an identity in the given expressions; worked out once for a program."""
    if key not in machine.proved:
        try:
            rigorous = all(polynomial(machine.program, slot) for slot in slots)
            machine.proved[key] = prove() or ("" if rigorous else _NOT_POLYNOMIAL)
        except Undecidable as error:
            machine.proved[key] = f"the identity cannot be evaluated exactly: {error}"
    return str(machine.proved[key])


def _slots(machine: Machine, pair: Mapping[str, Any]) -> list[int]:
    """The expressions of a gap identity; of a slack that compares squares of norms, what is inside them."""
    identity, code = pair["identity"], machine.code
    slots = [machine.program["problems"][pair[side]]["objective"] for side in ("primal", "dual")]
    slots += [slot for square in identity["squares"] for slot in (square["weight"], square["inside"])]
    slots += [slot for lemma in identity["lemmas"] for slot in lemma["relation"]["sides"]]
    for term in [*identity["slacks"], *identity["residuals"]]:
        norms: tuple[str, ...] = _OPERATOR[:2] if term.get("squared") else ()
        norms, along = (_OPERATOR, [term["along"]]) if term.get("along") is not None else (norms, [])
        slots += [term["multiplier"], *along]
        slots += [code[s][2] if code[s][0] == "norm" and code[s][1] in norms else s for s in term["relation"]["sides"]]
    return slots


def _gap(evaluation: Evaluation, pair: Mapping[str, Any]) -> Any:
    primal, dual = (evaluation.machine.program["problems"][pair[side]]["objective"] for side in ("primal", "dual"))
    return difference(evaluation[primal], evaluation[dual])


def flaw(machine: Machine, index: int) -> str | None:
    """None if the pair has no gap identity, '' if it proves weak duality, else what is wrong with it."""
    if machine.program["pairs"][index]["identity"] is None:
        return None
    pair = machine.program["pairs"][index]
    key, slots = ("gap", index), _slots(machine, pair)
    granted = slots if pair["identity"]["lemmas"] else []
    unknowns = set[int]().union(*(opaque(machine.program, slot) for slot in granted))
    # With what is not polynomial as unknowns, the identity is one of polynomials.
    checked = [] if unknowns else slots
    return _remember(machine, key, checked, lambda: _gap_flaw(machine, pair, sorted(unknowns)))


def lemmas_of(machine: Machine, index: int) -> tuple[str, ...]:
    """The lemmas that the gap identity of a pair relies on, by name."""
    identity = machine.program["pairs"][index]["identity"]
    return tuple(lemma["by"] for lemma in identity["lemmas"]) if identity else ()


def _gap_flaw(machine: Machine, pair: Mapping[str, Any], unknowns: list[int]) -> str:
    program, identity = machine.program, pair["identity"]
    constraints = [r for side in ("primal", "dual") for r in program["problems"][pair[side]]["constraints"]]
    for kind, terms in (("at_most", identity["slacks"]), ("equal", identity["residuals"])):
        for term in terms:
            used = term["relation"]
            if used["kind"] != kind or not any(used["sides"] == r["sides"] and r["kind"] == kind for r in constraints):
                return f"the gap identity uses {used['text']}, which is not a constraint of the pair"
    granted = [*constraints, *program["assumptions"]]
    for lemma in identity["lemmas"]:
        if lemma["relation"]["kind"] != "at_most":
            return f"{lemma['by']} claims {lemma['relation']['text']}, and a lemma of an identity claims left ≤ right"
        asked = [c["text"] for c in lemma["conditions"] if not any(_same(c, r) for r in granted)]
        if asked:
            return f"the lemma {lemma['by']} asks for {asked[0]}, which is neither a constraint nor an assumption"
    squared = [side for slack in identity["slacks"] if slack["squared"] for side in slack["relation"]["sides"]]
    along = [s["relation"]["sides"][0] for s in identity["slacks"] if s["along"] is not None]
    if any(program["code"][slot][:1] != ["norm"] or program["code"][slot][1] not in _OPERATOR for slot in along):
        return "a slack along a matrix is not one of a spectral, Frobenius or Euclidean norm"
    weights = [t["weight"] for t in identity["squares"]] + [t["multiplier"] for t in identity["slacks"]]
    if not all(nonnegative(program, slot) for slot in [*weights, *squared]):
        return "a weight of the gap identity, or a side that it squares, is not visibly nonnegative"
    for seed, evaluation in enumerate(trials(machine)):
        for slot in unknowns:
            evaluation.preset(slot, _unknown(evaluation, slot, seed))
        gap, total = _gap(evaluation, pair), _terms(evaluation, identity)
        if not is_zero(subtract(gap, total)):
            if unknowns:
                return _UNKNOWNS
            return f"the gap identity fails: P − D = {gap} but its terms sum to {total} where {_small(evaluation)}"
    return ""


def _same(left: Mapping[str, Any], right: Mapping[str, Any]) -> bool:
    return bool(left["kind"] == right["kind"] != "every" and left["sides"] == right["sides"])


def _unknown(evaluation: Evaluation, slot: int, seed: int) -> Any:
    """A value of the shape of an expression that takes any value: it stands for the expression in every term."""
    operation, *arguments = evaluation.machine.code[slot]
    source = random.Random(f"{evaluation.machine.digest}/{slot}/{seed}")
    if operation in _NUMBERS:
        return fmpq(source.randint(-99_999, 99_999), source.randint(1, 99))
    # Logarithms of negative entries have no value, but their shape.
    like = evaluation[arguments[0] if operation in (*ENTRYWISE, *ROWWISE) else slot]
    if not matrices.is_matrix(like):
        raise Undecidable(f"nothing is known of the shape of a {operation}")
    rows, columns = matrices.shape(like)
    columns = 1 if operation in ROWWISE else columns
    entries = [fmpq(source.randint(-99_999, 99_999), source.randint(1, 99)) for _ in range(rows * columns)]
    return fmpq_mat(rows, columns, entries)


def _terms(evaluation: Evaluation, identity: Mapping[str, Any]) -> Any:
    total: Any = fmpq(0)
    for square in identity["squares"]:
        total = add(total, multiply(evaluation[square["weight"]], squared_norm(evaluation[square["inside"]])))
    for lemma in identity["lemmas"]:
        low, high = lemma["relation"]["sides"]
        total = add(total, subtract(evaluation[high], evaluation[low]))
    for slack in identity["slacks"]:
        low, high = slack["relation"]["sides"]
        if slack["along"] is not None:
            # ‖Z·Vᵀ‖_F ≤ σ_max(Z)·‖V‖_F, and no norm that is allowed here is below σ_max.
            inside, along = evaluation[evaluation.machine.code[low][2]], evaluation[slack["along"]]
            low = squared_norm(matrices.product(inside, matrices.transpose(along)))
            high = multiply(squared_norm(evaluation[high]), squared_norm(along))
        else:
            low, high = (squared_norm(evaluation[s]) if slack["squared"] else evaluation[s] for s in (low, high))
        room = subtract(high, low)
        total = add(total, multiply(evaluation[slack["multiplier"]], room))
    for residual in identity["residuals"]:
        left, right = (evaluation[side] for side in residual["relation"]["sides"])
        rest, multiplier = difference(left, right), evaluation[residual["multiplier"]]
        total = add(total, matrices.inner(multiplier, rest) if matrices.is_matrix(rest) else multiply(multiplier, rest))
    return total


def _small(evaluation: Evaluation, slots: list[int] | None = None) -> str:
    names = evaluation.values if slots is None else sorted(symbols_of(evaluation.machine.program, slots))
    shown = {name: evaluation.values[name] for name in names}
    return ", ".join(f"{name} = {v.tolist() if isinstance(v, fmpq_mat) else v}" for name, v in shown.items())


def _solved(name: str, value: int, evaluation: Evaluation) -> Evaluation:
    return Evaluation(evaluation.machine, {**evaluation.values, name: evaluation[value]})


def consequences(machine: Machine, pair: Mapping[str, Any]) -> Iterator[partial[Evaluation]]:
    """What the vanishing of each square of a gap identity says, as substitutions ``symbol := value``.

    A square ``E`` says so if ``E = ±(symbol − value)`` identically and its weight is visibly positive.
    """
    for square in pair["identity"]["squares"]:
        positive = nonnegative(machine.program, square["weight"], True)
        for name, value in square["solved"] if positive else []:
            if not (polynomial(machine.program, value) and polynomial(machine.program, square["inside"])):
                continue
            ends = [(e[square["inside"]], e.values[name], e[value]) for e in trials(machine)]
            ahead = all(is_zero(difference(inside, difference(a, b))) for inside, a, b in ends)
            if ahead or all(is_zero(difference(inside, difference(b, a))) for inside, a, b in ends):
                yield partial(_solved, name, value)


def consequence_flaw(machine: Machine, claim: Mapping[str, Any]) -> str:
    """'' if the relation follows identically from one vanishing square of the pair's gap identity."""
    relation, pair = claim["relation"], machine.program["pairs"][claim["pair"]]

    def holds(evaluation: Evaluation) -> bool:
        if relation["kind"] not in RULES:
            return False
        return matrices.predicate(relation["kind"], [evaluation[side] for side in relation["sides"]])

    def can_fail(evaluation: Evaluation) -> bool:
        """Whether a rank is bounded by less than the sizes of the matrix at a trial."""
        first, *others = (evaluation[side] for side in relation["sides"])
        return relation["kind"] != "rank_at_most" or bool(others[0] < min(matrices.shape(first)))

    def prove() -> str:
        proved = any(all(holds(solve(e)) for e in trials(machine)) for solve in consequences(machine, pair))
        proved = proved and any(map(can_fail, trials(machine)))
        return "" if proved else f"{relation['text']} does not follow from any square of the gap identity"

    return _remember(machine, ("consequence", claim["name"]), relation["sides"], prove)


def uniqueness_flaw(machine: Machine, claim: Mapping[str, Any]) -> str:
    """'' if vanishing squares give each variable of a problem by the data and the variables of the other side.

    One optimum of the other side then leaves no choice.
    """
    program, pair = machine.program, machine.program["pairs"][claim["pair"]]
    names = set(program["problems"][claim["problem"]]["variables"])

    def prove() -> str:
        solved = (solve.args for solve in consequences(machine, pair))
        free = names - {name for name, value in solved if not names & symbols_of(program, [value])}
        return f"the squares of the gap identity leave {', '.join(sorted(free))} free" if free else ""

    return _remember(machine, ("unique", claim["name"]), [], prove)


def weights_flaw(machine: Machine, claim: Mapping[str, Any]) -> str:
    """'' if ``weight · Σ‖V‖² = size`` at every optimum, over all primal variables V, with a visibly positive weight.

    It follows from a vanishing square up to the gap ``P − D``, which is zero at an optimum.
    """
    program, pair = machine.program, machine.program["pairs"][claim["pair"]]
    names = program["problems"][pair["primal"]]["variables"]

    def equal(e: Evaluation) -> bool:
        total = multiply(e[claim["weight"]], sum((squared_norm(e.values[name]) for name in names), start=fmpq(0)))
        return is_zero(subtract(subtract(total, e[claim["size"]]), _gap(e, pair)))

    def prove() -> str:
        if not nonnegative(program, claim["weight"], True) or set(names) & symbols_of(program, [claim["size"]]):
            return "the weight is not visibly positive, or the size depends on the primal variables"
        proved = any(all(equal(solve(e)) for e in trials(machine)) for solve in consequences(machine, pair))
        return "" if proved else "the size of the weights at an optimum does not follow from the gap identity"

    return _remember(machine, ("weights", claim["name"]), [claim["weight"], claim["size"]], prove)


def equation_flaw(machine: Machine, relation: Mapping[str, Any]) -> str:
    """'' if ``left = right`` identically, else the values at which it fails, or why it is not proved."""

    def prove() -> str:
        left, right = relation["sides"]
        failing = (e for e in trials(machine) if not is_zero(difference(e[left], e[right])))
        found = next(failing, None)
        return FAILS + _small(found, relation["sides"]) if found else ""

    return _remember(machine, ("equation", tuple(relation["sides"])), relation["sides"], prove)
