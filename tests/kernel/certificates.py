"""Real certificates to tamper with: of the library, and of a theorem that it does not have."""

from __future__ import annotations

import json
from contextlib import suppress
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import checker
from checker.certificates import write
from checker.kernel.case import Case
from checker.kernel.certificate import recheck
from checker.kernel.decide import decide
from checker.kernel.evaluate import Machine
from checker.kernel.program import ProgramError
from checker.recheck import CertificateError, recheck_file
from tests.kernel.tampering import Document
from tests.kernel.theorems import DATA, DUAL, near_root, network, two_layer

DIGITS = 20
EYE = [[1, 0], [0, 1]]
# Small datasets for theorems of every kind of claim and evidence.
DATASETS: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "two-layer-linear/strong-duality": ({"X": [[1, 2], [0, 1]], "y": [3, 1]}, {}),
    "two-layer-linear/off-range": ({"X": [[1], [2]], "y": [1, 1]}, {}),
    "two-layer-linear/regularized": ({"X": EYE, "y": [3, 4]}, {"beta": "5"}),
    "two-layer-linear/convex-loss/logistic": ({"X": [[1], [2]], "y": [1, -1]}, {"beta": "1/5"}),
    "deep-linear/strong-duality": ({"X": [[1], [2]], "y": [2, 4]}, {"L": "2"}),
    "two-layer-relu/rectified-set": (
        {"X": [[1], [-2]], "a": [1], "c": [1, -2], "mu": [1, Fraction(1, 2)], "p": [3]}, {}),
    "lemmas/nuclear-product": ({"A": [[1, 1], [0, 2]], "W": [[1, 3], [1, 0]]}, {}),
    "convex-losses/fenchel-young/logistic": (
        {"y": [1, -1], "z": [Fraction(1, 2), 3], "nu": [Fraction(-1, 3), Fraction(1, 4)]}, {}),
}  # fmt: skip
ELSEWHERE = "elsewhere/two-layer"


def as_json(document: Any) -> Document:
    found: Document = json.loads(json.dumps(document))
    return found


def shortened(document: Document) -> Document:
    """With as few of the points as still decide every claim, or nearly."""
    first, *others = document["points"]
    for step in (60, 20, 10, 5, 2):
        with suppress(ProgramError):
            found = document | {"points": [first, *others[::step]]}
            recheck(found)
            return found
    return document


@cache
def originals() -> tuple[Document, ...]:
    """Real certificates: of the library, and of a theorem that it does not have."""
    found = []
    for identifier, (data, chosen) in DATASETS.items():
        result = checker.verify(identifier, data=data, settings=chosen, digits=DIGITS)
        (document,) = result.certificates.values()
        found.append(shortened(as_json(document)))
    theorem = two_layer()
    points = [network(near_root(15, 30)) | {"lambda": DUAL}]
    outcomes = decide(Case(Machine(theorem.program), DATA, points, DIGITS))
    found.append(as_json(write(ELSEWHERE, theorem.program, DATA, points, DIGITS, outcomes)))
    return tuple(found)


def original(identifier: str) -> Document:
    return next(document for document in originals() if document["theorem"] == identifier)


def rechecked(path: Path, document: Any, as_recorded: bool = False) -> list[str]:
    """The lines that are printed if a certificate passes; none if it is refused, or accepted with a claim not held."""
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    try:
        lines, passes = recheck_file(path, as_recorded)
    except CertificateError as error:
        lines, passes = [str(error)], False
        assert lines[0].endswith(".")
    assert all(line.isprintable() for line in lines)
    return lines if passes else []
