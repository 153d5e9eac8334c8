"""Writes certificates, and reads their files; the kernel decides them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from checker.datasets.dataset import value_to_json
from checker.kernel.case import Case
from checker.kernel.decide import Outcome
from checker.kernel.program import ProgramError, digest

FORMAT = "theorem-certificate/1"
MOST_BYTES = 500_000_000


def write(theorem: str, program: Mapping[str, Any], data: Mapping[str, Any], points: Sequence[Mapping[str, Any]],
          digits: int, outcomes: Mapping[str, Outcome]) -> dict[str, Any]:  # fmt: skip
    """The certificate of what was decided, as a JSON-able object."""
    claims = [{"claim": name, "verdict": o.verdict, "evidence": o.evidence} for name, o in outcomes.items()]
    return {
        "format": FORMAT, "theorem": theorem, "digest": digest(dict(program)), "digits": digits, "claims": claims,
        "data": {name: value_to_json(value) for name, value in data.items()},
        "points": [{name: value_to_json(value) for name, value in point.items()} for point in points],
        "program": dict(program),
    }  # fmt: skip


def feasible_points(case: Case) -> list[Mapping[str, Any]]:
    """The witness's point, and of the others those that are feasible for some problem: the rest decide nothing."""
    first, *others = case.points
    problems = [case.problem(pair, side) for pair in range(len(case.program["pairs"])) for side in ("primal", "dual")]

    def counts(point: Mapping[str, Any]) -> bool:
        values = {**first, **point}
        tried = [p for p in problems if set(p["variables"]) & set(point) and set(p["variables"]) <= set(values)]
        return any(not case.violated(problem, case.at(values)) for problem in tried)

    return [first, *filter(counts, others)]


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
