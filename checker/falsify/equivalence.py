"""Whether a mutant says the same as the statement it was made from, and the argument."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from typing import Any

from flint import fmpq, fmpq_mat
from sympy import Integer, MatrixSymbol, Symbol, ZeroMatrix, preorder_traversal

from checker.datasets.dataset import Dataset
from checker.kernel.case import Case
from checker.kernel.evaluate import Evaluation, Machine
from checker.kernel.identities import equation_flaw
from checker.kernel.numbers import Undecidable
from checker.statement.claims import Holds
from checker.statement.errors import StatementError
from checker.statement.nodes import every, relu
from checker.statement.problems import Problem
from checker.statement.relations import Relation, equal
from checker.statement.symbols import Family
from checker.statement.text import text
from checker.statement.theorem import Theorem

_DIGITS, _WIDEST = 50, 3


def equivalence(before: Any, after: Any, datasets: Sequence[Dataset]) -> str:
    """Why two formulas say the same for all values of their symbols; '' if that was not found.

    Args:
        before, after: numbers, matrices, or relations between them.
        datasets: values of the data; the variables of problems are given random values.
    """
    if _says_the_same_of_a_sign(before, after):
        return "a positive part is at most zero where the number is"
    equations = _equations(before, after)
    if not (equations and datasets):
        return ""
    try:
        probe = Theorem(title="Equivalence", claims=[Holds(e, name=f"side-{i}") for i, e in enumerate(equations)])
    except StatementError:
        return ""
    machine = Machine(probe.program)
    relations = [claim["relation"] for claim in probe.program["claims"]]
    if not all(_agree(machine, relations, dataset) for dataset in datasets):
        return ""
    if all(relation["kind"] == "equal" and equation_flaw(machine, relation) == "" for relation in relations):
        return "the two are equal for all values: a polynomial identity"
    return f"the two are equal by exact evaluation on {len(datasets)} datasets, all variables drawn at random"


def scaled(theorem: Theorem, dataset: Dataset) -> Dataset:
    """A dataset in other proportions: what nothing is assumed of is multiplied by powers of ten, each layer by its own.

    Where drawn data are all alike in that, as the biases of deep networks are small beside their weights, two formulas
    can agree on all of them and say something else.
    """
    source, values = random.Random(f"scaled {dataset.digest}"), dict(dataset.values)
    assumed = {symbol.name for given in theorem.given for symbol in _data_in(theorem, given.relation)}
    families = {symbol.name for given in theorem.given for symbol in given.relation.atoms(Family)}

    def times(value: Any) -> Any:
        return [times(part) for part in value] if isinstance(value, list) else value * fmpq(10) ** source.randint(-3, 3)

    for name in sorted(values):
        if name not in assumed | families and not isinstance(values[name], int):
            values[name] = times(values[name])
    return replace(dataset, values=values)


def special(theorem: Theorem, claim: Holds, after: Any, datasets: Sequence[Dataset]) -> str:
    """Why a formula is what a claim says for special values of a symbol of which nothing is assumed; '' if it is not.

    Args:
        theorem: whose assumptions are meant.
        claim: one of its claims; what it presupposes is assumed as well.
        after: another formula.
        datasets: values of the data.
    """
    before, assumptions = claim.relation, [*(a.relation for a in theorem.given), *claim.when]
    assumed = set[Any]().union(*(_data_in(theorem, relation) for relation in assumptions))
    free = sorted(_data_in(theorem, before) - assumed, key=str)
    stated = [
        (f"{text(symbol)} := {text(value)}", _with(before, symbol, value)) for symbol in free for value in _of(symbol)
    ]
    for what, formula in stated:
        if formula == after:
            return f"it is the statement for {what}"
    for what, formula in stated:
        if formula is not None and (why := equivalence(formula, after, datasets)):
            return f"it is the statement for {what}: {why}"
    return ""


def _of(symbol: Any) -> list[Any]:
    """The special values of a number or of a matrix."""
    if isinstance(symbol, MatrixSymbol):
        return [ZeroMatrix(*symbol.shape), -symbol]
    return [Integer(0), Integer(1), -symbol]


def _with(formula: Any, symbol: Any, value: Any) -> Any:
    """A formula with a value in place of a symbol, zeros left out of sums; None if that is ill-formed."""
    with suppress(StatementError):
        return formula.xreplace({symbol: value}).doit()
    return None


def _data_in(theorem: Theorem, expression: Any) -> set[Any]:
    """The numbers and matrices of the data in an expression; no sizes, and nothing that a fold or the like binds."""
    symbols = theorem.program["symbols"]
    data = {n for n, s in symbols.items() if s["role"] == "data" and s["kind"] in ("scalar", "matrix")}
    found = (node for node in preorder_traversal(expression) if isinstance(node, (Symbol, MatrixSymbol)))
    return {node for node in found if node.name in data}


def _says_the_same_of_a_sign(before: Any, after: Any) -> bool:
    """Whether ``−(·)₊ ≥ 0`` stands in place of ``−· ≥ 0``."""
    if not (isinstance(before, Relation) and before.kind == "nonnegative"):
        return False
    return text(after) == text(Relation("nonnegative", -relu(-before.sides[0])))


def _equations(before: Any, after: Any) -> list[Relation]:
    """The equations that make two formulas the same; none if they are of different kinds."""
    if isinstance(before, Problem) or isinstance(after, Problem):
        return []
    if not isinstance(before, Relation):
        return [equal(before, after)]
    if before.kind != after.kind:
        return []
    if before.kind == "every":
        inside = _equations(before.sides[0], after.sides[0]) if before.sides[1:] == after.sides[1:] else []
        return [every(equation, *before.sides[1:]) for equation in inside]
    return [equal(*sides) for sides in zip(before.sides, after.sides, strict=True) if sides[0] != sides[1]]


def _agree(machine: Machine, relations: Sequence[Mapping[str, Any]], dataset: Dataset) -> bool:
    """Whether equations hold exactly on a dataset, the symbols that it does not have being drawn at random."""
    try:
        case = Case(machine, _completed(machine, dataset), [{}], _DIGITS)
        return all(case.truth(relation, case.facts) is True for relation in relations)
    except Undecidable:
        return False


def _completed(machine: Machine, dataset: Dataset) -> dict[str, Any]:
    """A dataset with random small integers for the symbols that it does not have."""
    source, symbols = random.Random(dataset.digest), machine.program["symbols"]
    values = {name: dataset.values[name] for name in symbols if name in dataset.values}

    def matrix(rows: int, columns: int) -> fmpq_mat:
        return fmpq_mat(rows, columns, [source.randint(-3, 3) for _ in range(rows * columns)])

    missing = [name for name in symbols if name not in values]
    for name in missing:
        if symbols[name]["kind"] == "dimension":
            values[name] = source.randint(1, _WIDEST)
    sizes = Evaluation(machine, values)
    for name in missing:
        symbol = symbols[name]
        if symbol["kind"] == "scalar":
            values[name] = fmpq(source.randint(-3, 3) or 1)
        elif symbol["kind"] == "matrix":
            values[name] = matrix(sizes.integer(symbol["rows"]), sizes.integer(symbol["columns"]))
        elif symbol["kind"] == "family":
            branches = range(sizes.integer(symbol["branches"]) if "branches" in symbol else 1)
            networks = [[matrix(*pair) for pair in pairwise(_widths(sizes, symbol, source))] for _ in branches]
            values[name] = networks if "branches" in symbol else networks[0]
    return values


def _widths(sizes: Evaluation, symbol: Mapping[str, Any], source: random.Random) -> Iterator[int]:
    yield sizes.integer(symbol["inputs"])
    for _ in range(sizes.integer(symbol["depth"]) - 1):
        yield sizes.integer(symbol["hidden"]) if "hidden" in symbol else source.randint(1, _WIDEST)
    yield sizes.integer(symbol["outputs"])
