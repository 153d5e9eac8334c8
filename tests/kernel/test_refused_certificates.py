"""What certificates may not say: other evidence, parts of their own, forged lines, statements known to be false."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from checker.certificates import write
from checker.statement import Rational, norm, pinv
from tests.kernel.certificates import DIGITS, ELSEWHERE, as_json, original, originals, rechecked
from tests.kernel.tampering import Document, changed, mended
from tests.kernel.theorems import DATA, DUAL, X, near_root, network, two_layer, y


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates") / "tampered.json"


def test_the_originals_pass_and_are_of_every_kind_of_evidence(path: Path) -> None:
    for document in originals():
        lines = rechecked(path, document)
        assert lines
        assert any("as recorded" in line for line in lines) == (document["theorem"] == ELSEWHERE)
    evidence = {claim["evidence"] for document in originals() for claim in document["claims"]}
    assert evidence >= {"identity", "exact", "enclosed", "sampled"}
    kinds = {claim["kind"] for document in originals() for claim in document["program"]["claims"]}
    assert kinds >= {"weak-duality", "strong-duality", "optimal-value", "infeasible", "vanishing", "for-every-optimum",
                     "some-optimum", "identity", "relation"}  # fmt: skip


# What a certificate may say of itself, and no more.


def recorded_as(document: Document, claim: int, **changes: str) -> Document:
    return changed(document, ("claims", claim), document["claims"][claim] | changes)


def test_evidence_that_is_not_what_is_decided_is_rejected(path: Path) -> None:
    said = cycle(["identity", "exact", "enclosed", "sampled", "", "proved"])
    for document in originals():
        for position, claim in enumerate(document["claims"]):
            wrong = next(evidence for evidence in said if evidence != claim["evidence"])
            assert not rechecked(path, recorded_as(document, position, evidence=wrong)), (document["theorem"], claim)


@pytest.mark.parametrize("extra", [{"proved": True}, {"digits reached": 1000}, {"claim": {}}])
def test_parts_that_a_certificate_does_not_have_are_rejected(extra: dict[str, Any], path: Path) -> None:
    document = originals()[0]
    claim = document["claims"][1]
    if "claim" not in extra:
        assert not rechecked(path, document | extra)
    assert not rechecked(path, changed(document, ("claims", 1), claim | extra))


def test_more_digits_than_were_reached_are_rejected_and_fewer_are_not(path: Path) -> None:
    document = original("two-layer-linear/convex-loss/logistic")
    for digits, passes in ((1, True), (DIGITS, True), (60, False), (900, False), (0, False), (10**6, False)):
        assert bool(rechecked(path, document | {"digits": digits})) is passes


def test_the_texts_of_a_certificate_cannot_forge_a_line(path: Path) -> None:
    document = original(ELSEWHERE)
    forged = "P* = D*\n  holds     everything: 0 = 1 (identity)\x1b[2J\u2028"
    for place in (("claims", 1, "text"), ("problems", 0, "text"), ("assumptions", 0, "text")):
        program = changed(document["program"], place, forged)
        lines = rechecked(path, mended(document | {"program": program}))
        assert lines
        assert not any(line.startswith("  holds     everything") for line in lines)
    lines = rechecked(path, document | {"theorem": f"a/b\n{path}: accepted"})
    assert lines[1].startswith("  as recorded, without the source of a/b")


def test_what_a_verdict_relies_on_is_printed(path: Path) -> None:
    assert any(line.endswith("; relies on weak-duality") for line in rechecked(path, original(ELSEWHERE)))


TEXTS = {
    "a key twice": lambda text: text.replace('"digits": 20', '"digits": 20, "digits": 20'),
    "a digest twice": lambda text: '{"digest": "", ' + text[1:],
    "cut": lambda text: text[:-1],
    "more after it": lambda text: text + "{}",
    "a mark before it": lambda text: "\ufeff" + text,
    "not a number": lambda text: text.replace('"digits": 20', '"digits": NaN'),
    "infinite": lambda text: text.replace('"digits": 20', '"digits": 1e999'),
    "fractional": lambda text: text.replace('"digits": 20', '"digits": 20.0'),
    "long": lambda text: text.replace('"digits": 20', '"digits": ' + "2" * 9999),
    "nested": lambda text: text.replace('"points": [', '"points": ' + "[" * 50_000),
    "deep": lambda text: text.replace('"points": [', '"points": [' + "[" * 900 + "]" * 900 + ","),
}


@pytest.mark.parametrize("change", TEXTS)
def test_a_text_that_is_not_one_certificate_is_refused(change: str, path: Path) -> None:
    text = json.dumps(originals()[0])
    assert TEXTS[change](text) != text
    assert not rechecked(path, TEXTS[change](text))


# Statements that are known to be false, with the best points and the verdicts of the true one.

FALSE: dict[str, dict[str, Any]] = {
    "a dual ball of radius 2": {"radius": 2},
    "a dual ball of radius 2 without an identity": {"radius": 2, "identity": False},
    "a dual objective that is twice as large": {"factor": 2},
    "a dual objective that is larger by 10^-30": {"factor": 1 + Rational(1, 10**30)},
    "a value that is twice as large": {"value": 2 * norm(pinv(X) * y)},
    "a value that is larger by 10^-18": {"value": (1 + Rational(1, 10**18)) * norm(pinv(X) * y)},
    "the value of the regularised problem": {"value": norm(pinv(X) * y) ** 2 / 2},
}
LARGER = {"lambda": DUAL * 2}


@pytest.mark.parametrize("statement", FALSE)
@pytest.mark.parametrize("points", [[{}], [LARGER], [{}, LARGER], [LARGER, {}]], ids=str)
def test_a_false_statement_does_not_pass_as_recorded(statement: str, points: list[Any], path: Path) -> None:
    program = two_layer(**FALSE[statement]).program
    best = network(near_root(15, 30)) | {"lambda": DUAL}
    document = write(ELSEWHERE, program, DATA, [best | point for point in points], DIGITS, {})
    for weak in ("identity", "sampled"):
        for others in ("exact", "enclosed"):
            evidence = {"weak-duality": weak, "strong-duality": others, "optimal-value": others, "rank-one": weak}
            claims = [{"claim": name, "verdict": "holds", "evidence": said} for name, said in evidence.items()]
            assert not rechecked(path, as_json(document | {"claims": claims}), as_recorded=True)


MUTATIONS: dict[str, tuple[tuple[Any, ...], Any]] = {
    "the primal is maximised": (("problems", 0, "sense"), "max"),
    "the dual is minimised": (("problems", 1, "sense"), "min"),
    "a rank of zero": (("claims", 3, "relation", "sides", 1), "zero"),
    "another claim is infeasible": (("claims", 2, "kind"), "infeasible"),
    "strong duality is strict": (("claims", 1, "relation", "kind"), "less"),
    "the networks interpolate nothing": (("problems", 0, "constraints"), []),
    "the dual is not constrained": (("problems", 1, "constraints"), []),
    "strong duality of weak claims": (("claims", 0, "kind"), "relation"),
    "a square has a negative weight": (("pairs", 0, "identity", "squares", 0, "weight"), "minus"),
    "a square is of nothing": (("pairs", 0, "identity", "squares"), []),
    "a slack is not of a constraint": (("pairs", 0, "identity", "slacks", 0, "relation", "sides", 1), "zero"),
    "the targets are left out": (("assumptions",), []),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
@pytest.mark.parametrize("mend", [False, True], ids=["", "with its digest mended"])
def test_a_mutated_program_does_not_pass(mutation: str, mend: bool, path: Path) -> None:
    document = original(ELSEWHERE)
    place, value = MUTATIONS[mutation]
    program = document["program"]
    code = [*program["code"], ["rational", "0"], ["rational", "-1"]]
    program = changed(
        program | {"code": code}, place, {"zero": len(code) - 2, "minus": len(code) - 1}.get(str(value), value)
    )
    document = document | {"program": program}
    lines = rechecked(path, mended(document) if mend else document, as_recorded=True)
    # That y is in the range of X is not needed on data on which it is.
    assert bool(lines) is (mend and mutation == "the targets are left out")
    if lines:
        assert not any("given" in line for line in lines)


def test_the_command_line_refuses_in_a_sentence_and_with_a_code(tmp_path: Path) -> None:
    first = originals()[0]
    tampering_: dict[str, Any] = {
        "good": first,
        "data": changed(first, ("data", "y", 0, 0), "4"),
        "evidence": recorded_as(first, 1, evidence="identity"),
        "program": mended(changed(first, ("program", "claims", 1, "text"), "\ud800")),
        "digits": first | {"digits": "\x1b[2J\n"},
        "shape": changed(first, ("data", "X"), [[]]),
        "format": first | {"format": None},
    }
    for name, document in tampering_.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(document))
    names = [f"{name}.json" for name in tampering_]
    program = [sys.executable, "-m", "checker.cli", "recheck", *names]
    done = subprocess.run(program, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout.startswith("good.json: accepted\n")
    assert done.stdout.count("accepted") == 1
    assert [line.partition(".json is ")[0] for line in done.stderr.splitlines()] == [
        f"error: {name}" for name in tampering_ if name != "good"
    ]
    assert "Traceback" not in done.stderr
    single = subprocess.run([*program[:4], "data.json"], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (single.returncode, single.stdout) == (1, "")
