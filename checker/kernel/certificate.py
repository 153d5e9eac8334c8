"""Certificates: a program, a dataset and the points proposed for it, decided again from their JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from flint import fmpq, fmpq_mat, fmpz

from checker.kernel.case import Case
from checker.kernel.decide import Outcome, decide
from checker.kernel.evaluate import Evaluation, Machine
from checker.kernel.program import ProgramError, digest

_KEYS = {"format", "theorem", "digest", "digits", "claims", "data", "points", "program"}
MOST_ENTRIES, MOST_CHARACTERS, MOST_DIGITS = 4_000_000, 2_000_000, 100_000


def _need(condition: Any, sentence: str) -> None:
    if not condition:
        raise ProgramError(sentence)


def _rational(text: Any, name: str) -> fmpq:
    parts = text.split("/") if isinstance(text, str) and len(text) < MOST_CHARACTERS and text.isascii() else []
    integers = 1 <= len(parts) <= 2 and all(part.removeprefix("-").isdecimal() for part in parts)
    _need(integers, f"a value of {name} is not a rational number written as a string such as '-1/3'.")
    above, below = (fmpz(part) for part in [*parts, "1"][:2])
    _need(below != 0, f"a value of {name} has the denominator zero.")
    return fmpq(above, below)


def _matrix(table: Any, name: str, rows: int, columns: int) -> fmpq_mat:
    fits = isinstance(table, list) and len(table) == rows and rows * columns <= MOST_ENTRIES
    fits = fits and all(isinstance(row, list) and len(row) == columns for row in table)
    _need(fits, f"{name} is not a matrix of {rows} rows of {columns} rational strings.")
    return fmpq_mat(rows, columns, [_rational(entry, name) for row in table for entry in row])


def _family(layers: Any, name: str, inputs: int, outputs: int, depth: int, hidden: int = 0, branches: int = 0) -> Any:
    """Matrices whose shapes chain, through the given hidden width or any (0); a list of such for several branches."""
    if branches:
        _need(isinstance(layers, list) and len(layers) == branches, f"{name} is not a list of {branches} networks.")
        return [_family(branch, name, inputs, outputs, depth, hidden) for branch in layers]
    _need(isinstance(layers, list) and len(layers) == depth, f"{name} is not a list of {depth} matrices.")
    widths = [inputs, *(hidden or len(layer[0]) for layer in layers[:-1]), outputs]
    return [_matrix(layer, name, a, b) for layer, (a, b) in zip(layers, pairwise(widths), strict=True)]


def _values(machine: Machine, document: Any, role: str, known: Mapping[str, Any]) -> dict[str, Any]:
    """Exact values from JSON, their names, kinds and shapes checked against the program."""
    symbols = {name: s for name, s in machine.program["symbols"].items() if s["role"] == role}
    named = isinstance(document, dict) and set(document) <= set(symbols)
    _need(named, f"the {role} of the certificate names symbols that its program does not have.")
    _need(role != "data" or set(document) == set(symbols), "the data of the certificate lack a symbol of its program.")
    values: dict[str, Any] = {}
    for name in (name for name in document if symbols[name]["kind"] == "dimension"):
        values[name] = _rational(document[name], name)
        _need(values[name].q == 1 and values[name] >= 1, f"the size {name} is not a positive integer.")
    evaluation = Evaluation(machine, {**known, **values})
    readers: dict[str, tuple[tuple[str, ...], Callable[..., Any]]] = {
        "scalar": ((), _rational), "matrix": (("rows", "columns"), _matrix),
        "family": (("inputs", "outputs", "depth", "hidden", "branches"), _family),
    }  # fmt: skip
    for name in (name for name in document if symbols[name]["kind"] != "dimension"):
        sizes, read = readers[symbols[name]["kind"]]
        given = {size: evaluation.integer(symbols[name][size]) for size in sizes if size in symbols[name]}
        values[name] = read(document[name], name, **given)
    return values


def recheck(document: Mapping[str, Any]) -> dict[str, Outcome]:
    """Decides a certificate again, from its program and numbers alone.

    Raises:
        ProgramError: the certificate is malformed, its digest is not its program's, its data do not satisfy the
            assumptions, or a claim no longer has the verdict it records.
    """
    try:
        return _recheck(document)
    except ProgramError:
        raise
    except Exception as error:  # whatever a hostile document makes fail
        raise ProgramError(f"the certificate cannot be decided ({type(error).__name__}: {error}).") from error


def _recheck(document: Mapping[str, Any]) -> dict[str, Outcome]:
    _need(set(document) == _KEYS, f"a certificate has the parts {', '.join(sorted(_KEYS))}, each once and no others.")
    program, digits = document["program"], document["digits"]
    within = type(digits) is int and 1 <= digits <= MOST_DIGITS
    _need(within, f"the number of digits is not an integer from 1 to {MOST_DIGITS}.")
    same = digest(program) == document["digest"]
    _need(same, "the program inside the certificate is not the one whose digest it records.")
    machine = Machine(program)
    data = _values(machine, document["data"], "data", {})
    points = [_values(machine, point, "variable", data) for point in document["points"]]
    case = Case(machine, data, points, digits)
    unmet = case.inapplicable()
    _need(not unmet, f"the data do not satisfy the assumption {unmet}.")
    outcomes = decide(case)
    fits = all(set(claim) == {"claim", "verdict", "evidence"} for claim in document["claims"])
    _need(fits, "a claim of the certificate is not recorded as its name, its verdict and its evidence.")
    recorded = {claim["claim"]: (claim["verdict"], claim["evidence"]) for claim in document["claims"]}
    same = len(recorded) == len(document["claims"]) and set(recorded) == set(outcomes)
    _need(same, "the claims that the certificate records are not the claims of its program.")
    for name, outcome in outcomes.items():
        why = f" ({outcome.reason})" if outcome.reason else ""
        for was, found in zip(recorded[name], (outcome.verdict, outcome.evidence), strict=True):
            _need(was == found, f"the claim {name!r} is recorded as {was}, but decides to {found}{why}.")
    return outcomes
