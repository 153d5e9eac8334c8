"""Certificates: a program, a dataset and the points proposed for it, as JSON that anyone can decide again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flint import fmpq, fmpq_mat, fmpz

from checker.kernel.case import Case
from checker.kernel.decide import Outcome, decide
from checker.kernel.evaluate import Evaluation, Machine
from checker.kernel.program import ProgramError, digest

FORMAT = "theorem-certificate/1"
MOST_BYTES, MOST_ENTRIES, MOST_CHARACTERS, MOST_DIGITS = 500_000_000, 4_000_000, 2_000_000, 100_000


def to_plain(value: Any) -> Any:
    """A value as JSON: rationals as strings, matrices as rows, families as lists of matrices."""
    if isinstance(value, fmpq_mat):
        return [[str(value[i, j]) for j in range(value.ncols())] for i in range(value.nrows())]
    return [to_plain(item) for item in value] if isinstance(value, list) else str(value)


def write(theorem: str, program: Mapping[str, Any], data: Mapping[str, Any], points: Sequence[Mapping[str, Any]],
          digits: int, outcomes: Mapping[str, Outcome]) -> dict[str, Any]:  # fmt: skip
    """The certificate of what was decided, as a JSON-able object."""
    claims = [{"claim": name, "verdict": o.verdict, "evidence": o.evidence} for name, o in outcomes.items()]
    return {
        "format": FORMAT, "theorem": theorem, "digest": digest(dict(program)), "digits": digits, "claims": claims,
        "data": {name: to_plain(value) for name, value in data.items()},
        "points": [{name: to_plain(value) for name, value in point.items()} for point in points],
        "program": dict(program),
    }  # fmt: skip


def _rational(text: Any, name: str) -> fmpq:
    parts = text.split("/") if isinstance(text, str) and len(text) < MOST_CHARACTERS else []
    if not parts or len(parts) > 2 or not all(part.lstrip("-").isdecimal() and part.isascii() for part in parts):
        raise ProgramError(f"a value of {name} is not a rational number written as a string such as '-1/3'.")
    above, below = (fmpz(part) for part in [*parts, "1"][:2])
    if below == 0:
        raise ProgramError(f"a value of {name} has the denominator zero.")
    return fmpq(above, below)


def _matrix(rows: Any, shape: tuple[int, int], name: str) -> fmpq_mat:
    fits = (
        isinstance(rows, list)
        and len(rows) == shape[0]
        and all(isinstance(r, list) and len(r) == shape[1] for r in rows)
    )
    if not fits or shape[0] * shape[1] > MOST_ENTRIES:
        raise ProgramError(f"{name} is not a matrix of {shape[0]} rows of {shape[1]} rational strings.")
    return fmpq_mat(shape[0], shape[1], [_rational(entry, name) for row in rows for entry in row])


def read_values(machine: Machine, document: Any, role: str) -> dict[str, Any]:
    """Exact values from JSON, their names, kinds and shapes checked against the program.

    Raises:
        ProgramError: an unknown or missing symbol, a wrong shape, or an entry that is not a rational string.
    """
    symbols = {name: s for name, s in machine.program["symbols"].items() if s["role"] == role}
    if not isinstance(document, dict) or not set(document) <= set(symbols):
        raise ProgramError(f"the {role} of the certificate names symbols that its program does not have.")
    if role == "data" and set(document) != set(symbols):
        raise ProgramError("the data of the certificate lack a symbol of its program.")
    return {name: (value, symbols[name]) for name, value in document.items()}


def _convert(machine: Machine, raw: Mapping[str, tuple[Any, Any]], sizes: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, (value, _) in raw.items():
        if raw[name][1]["kind"] == "dimension":
            number = _rational(value, name)
            if number.q != 1 or not 1 <= number <= MOST_ENTRIES:
                raise ProgramError(f"the size {name} is not a positive integer.")
            values[name] = int(number.p)
    evaluation = Evaluation(machine, {**sizes, **values})
    for name, (value, symbol) in raw.items():
        if symbol["kind"] == "scalar":
            values[name] = _rational(value, name)
        elif symbol["kind"] == "matrix":
            shape = (evaluation.integer(symbol["rows"]), evaluation.integer(symbol["columns"]))
            values[name] = _matrix(value, shape, name)
        elif symbol["kind"] == "family":
            inputs, outputs, depth = (evaluation.integer(symbol[end]) for end in ("inputs", "outputs", "depth"))
            values[name] = _family(value, inputs, outputs, depth, name)
    return values


def _family(layers: Any, inputs: int, outputs: int, depth: int, name: str) -> list[fmpq_mat]:
    if (
        not isinstance(layers, list)
        or len(layers) != depth
        or not all(isinstance(m, list) and m and isinstance(m[0], list) for m in layers)
    ):
        raise ProgramError(f"{name} is not a list of {depth} matrices.")
    widths = [inputs, *(len(layer[0]) for layer in layers)]
    if widths[-1] != outputs:
        raise ProgramError(f"the last matrix of {name} does not have {outputs} columns.")
    return [_matrix(layer, (a, b), name) for layer, a, b in zip(layers, widths, widths[1:], strict=False)]


def parse(text: str) -> dict[str, Any]:
    """The JSON of a certificate.

    Raises:
        ProgramError: not JSON, a repeated key, or not an object of this format.
    """

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in pairs}) != len(pairs):
            raise ProgramError("a key occurs twice in one object.")
        return dict(pairs)

    try:
        document = json.loads(text, object_pairs_hook=unique)
    except (json.JSONDecodeError, RecursionError, ValueError) as error:
        if isinstance(error, ProgramError):
            raise
        raise ProgramError(f"this is not JSON: {error}.") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ProgramError(f"this is not a certificate of the format {FORMAT}.")
    return document


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
    program, digits = document["program"], document["digits"]
    if type(digits) is not int or not 1 <= digits <= MOST_DIGITS:
        raise ProgramError(f"the number of digits is not an integer from 1 to {MOST_DIGITS}.")
    if digest(program) != document["digest"]:
        raise ProgramError("the program inside the certificate is not the one whose digest it records.")
    machine = Machine(program)
    data = _convert(machine, read_values(machine, document["data"], "data"), {})
    points = [_convert(machine, read_values(machine, point, "variable"), data) for point in document["points"]]
    case = Case(machine, data, points, digits)
    if case.inapplicable():
        raise ProgramError(f"the data do not satisfy the assumption {case.inapplicable()}.")
    outcomes = decide(case)
    recorded = {claim["claim"]: claim["verdict"] for claim in document["claims"]}
    if len(recorded) != len(document["claims"]) or set(recorded) != set(outcomes):
        raise ProgramError("the claims that the certificate records are not the claims of its program.")
    for name, outcome in outcomes.items():
        if recorded[name] != outcome.verdict:
            why = f" ({outcome.reason})" if outcome.reason else ""
            raise ProgramError(
                f"the claim {name!r} is recorded as {recorded[name]}, but decides to {outcome.verdict}{why}."
            )
    return outcomes
