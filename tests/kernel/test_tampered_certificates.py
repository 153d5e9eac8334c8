"""Tampered certificates: whatever is changed in one, it is refused in a sentence, or what it claims is still so."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flint import fmpq, fmpq_mat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.datasets.dataset import Dataset
from checker.engine import Engine
from checker.library import library
from tests.kernel.certificates import DATASETS, ELSEWHERE, originals, rechecked
from tests.kernel.tampering import Document, tampered
from tests.kernel.theorems import two_layer


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates") / "tampered.json"


def value_of(value: Any, kind: str) -> Any:
    """A value of a certificate, read without the kernel."""
    if kind == "family":
        return [value_of(item, "matrix") for item in value]
    if kind == "matrix":
        return fmpq_mat([[value_of(entry, "scalar") for entry in row] for row in value])
    above, _, below = value.partition("/")
    return int(above) if kind == "dimension" else fmpq(int(above), int(below or 1))


@cache
def _anew(identifier: str, data: str, digits: int) -> dict[str, str] | None:
    theorem = two_layer() if identifier == ELSEWHERE else library()[identifier]
    symbols = theorem.program["symbols"]
    values = {name: value_of(value, symbols[name]["kind"]) for name, value in json.loads(data).items()}
    decided = Engine(theorem, digits).decide(Dataset(values))
    return None if decided.inapplicable else {name: outcome.verdict for name, outcome in decided.outcomes.items()}


def check_that_it_holds(document: Document, stated: Document, lines: list[str]) -> None:
    """What a certificate that passed claims is not refuted by the theorem's own witness on its dataset."""
    recorded = {claim["claim"]: claim["verdict"] for claim in document["claims"]}
    evidence = {claim["claim"]: claim["evidence"] for claim in document["claims"]}
    for name, verdict in recorded.items():
        (line,) = (line for line in lines if line.startswith(f"  {verdict:<9} {name}: "))
        assert f"({evidence[name] or 'not applicable'}" in line
    anew = _anew(stated["theorem"], json.dumps(document["data"]), min(document["digits"], 60))
    assert anew is not None, "the data do not satisfy the assumptions"
    for name, verdict in recorded.items():
        assert verdict in ("holds", "skipped")
        assert (anew[name] == "skipped") == (verdict == "skipped")
        assert anew[name] != "refuted"


def check(path: Path, document: Document, stated: Document) -> None:
    """Refused; or of the statement that it had, and true; or of another one, which is then printed as recorded."""
    lines = rechecked(path, document)
    if lines and document["program"] == stated["program"]:
        check_that_it_holds(document, stated, lines)
    elif lines:
        assert document["theorem"] not in DATASETS
        assert lines[1].startswith("  as recorded, without the source of ")
        for text in [part["text"] for part in document["program"]["claims"]]:
            assert any(text[:20].rstrip("\n") in line for line in lines if text.isprintable())
    elif document.get("program") != stated["program"]:
        rechecked(path, document, as_recorded=True)


tampering = given(st.deferred(lambda: tampered(list(originals()))))
WITHOUT = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}


@settings(max_examples=300, **WITHOUT)
@tampering
def test_a_tampered_certificate_never_passes_with_a_claim_that_does_not_hold(path: Path, pair: Any) -> None:
    check(path, pair[1], pair[0])


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_ten_thousand_tampered_certificates(path: Path, part: int) -> None:
    @settings(max_examples=1000, **WITHOUT)
    @tampering
    def run(pair: Any) -> None:
        check(path, pair[1], pair[0])

    run()
