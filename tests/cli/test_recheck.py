"""``checker recheck``: accepts what ``verify`` wrote, rejects what was changed, and imports nothing heavy."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checker.kernel.program import digest
from tests.cli.conftest import Invoke, Run, assert_refused, run_in

ALONE = """
import sys
from checker.cli import main
sys.argv[0] = "checker"
try:
    main()
except SystemExit as ended:
    code = ended.code
heavy = {"numpy", "scipy", "cvxpy", "hypothesis", "matplotlib", "pytest", "mpmath.libmp.gmpy2"}
print("loaded:", *sorted(heavy & set(sys.modules)))
raise SystemExit(code)
"""


def certificate(report: Path, beginning: str, label: str) -> dict[str, Any]:
    (path,) = (report / "certificates").glob(f"{beginning}.{label}.*.json")
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


@pytest.fixture(scope="module")
def longley(report: Path) -> dict[str, Any]:
    """The certificate of the regularised theorem on Longley's data, β = 1000."""
    return certificate(report, "two-layer-linear.regularized", "longley-csv")


def test_every_certificate_of_a_report_is_accepted_without_solvers(report: Path) -> None:
    paths = sorted((report / "certificates").iterdir())
    assert len(paths) > 10
    done = subprocess.run(
        [sys.executable, "-c", ALONE, "recheck", *map(str, paths)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line for line in lines if line.endswith(": accepted")] == [f"{path}: accepted" for path in paths]
    assert not any("as recorded" in line for line in lines)
    assert lines[-1].rstrip() == "loaded:"


def numbers(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every number in nested lists and objects."""
    if isinstance(value, str):
        yield path
        return
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield from numbers(item, (*path, key))


def changed(document: dict[str, Any], place: tuple[Any, ...]) -> dict[str, Any]:
    """A copy with one number increased by one."""
    document = copy.deepcopy(document)
    parent = document
    for key in place[:-1]:
        parent = parent[key]
    above, _, below = parent[place[-1]].partition("/")
    parent[place[-1]] = f"{int(above) + int(below or 1)}" + (f"/{below}" if below else "")
    return document


def test_a_certificate_with_any_one_number_changed_is_rejected(
    longley: dict[str, Any], invoke: Invoke, tmp_path: Path
) -> None:
    places = [("data", *place) for place in numbers(longley["data"])]
    places += [("points", 0, *place) for place in numbers(longley["points"][0])]
    assert {place[1] for place in places[:-1]} >= {"X", "y", "beta", "n", "d", "m"}
    assert {place[2] for place in places if place[0] == "points"} == {"W_1", "w_2", "lambda"}
    for number, place in enumerate(places):
        (tmp_path / f"{number}.json").write_text(json.dumps(changed(longley, place)))
    done = invoke("recheck", *(f"{number}.json" for number in range(len(places))))
    assert done.exit_code == 1
    assert done.stdout == ""
    for number, line in enumerate(done.stderr.splitlines()):
        assert line.startswith(f"error: {number}.json is rejected: "), places[number]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"digits": 5000}, "recorded as holds, but decides to undecided"),
        ({"digits": 0}, "the number of digits is not an integer from 1 to"),
        ({"digits": True}, "the number of digits is not an integer"),
        ({"points": []}, "but decides to"),
        ({"claims": []}, "the claims that the certificate records are not the claims of its program"),
        ({"digest": "0" * 64}, "the program inside the certificate is not the one whose digest it records"),
        ({"theorem": "two-layer-linear/strong-duality"}, "is another statement than the one inside"),
        ({"data": []}, "is rejected"),
        ({"program": None}, "is rejected"),
    ],
    ids=str,
)
def test_a_certificate_with_another_part_changed_is_rejected(
    change: dict[str, Any], says: str, longley: dict[str, Any], invoke: Invoke, tmp_path: Path
) -> None:
    (tmp_path / "changed.json").write_text(json.dumps({**longley, **change}))
    done = invoke("recheck", "changed.json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("error: changed.json is rejected: ")
    assert says in done.stderr


@pytest.mark.parametrize("key", ["format", "theorem", "digest", "digits", "claims", "data", "points", "program"])
def test_a_certificate_that_lacks_a_part_is_refused_in_a_sentence(
    key: str, longley: dict[str, Any], invoke: Invoke, tmp_path: Path
) -> None:
    (tmp_path / "changed.json").write_text(json.dumps({k: v for k, v in longley.items() if k != key}))
    done = invoke("recheck", "changed.json")
    assert (done.exit_code, done.stdout) == (2 if key == "format" else 1, "")
    assert done.stderr.startswith("error: changed.json is ")
    assert done.stderr.count("\n") == 1


def test_a_changed_statement_is_rejected_with_its_old_digest_and_with_a_new_one(
    longley: dict[str, Any], invoke: Invoke, tmp_path: Path
) -> None:
    stated = copy.deepcopy(longley)
    # The claims hold without this one, so that only the library can know that it is missing.
    del stated["program"]["claims"][-1], stated["claims"][-1]
    (tmp_path / "old.json").write_text(json.dumps(stated))
    stated["digest"] = digest(stated["program"])
    (tmp_path / "new.json").write_text(json.dumps(stated))
    done = invoke("recheck", "old.json", "new.json")
    assert (done.exit_code, done.stdout) == (1, "")
    old, new = done.stderr.splitlines()
    assert "old.json is rejected: the program inside the certificate is not the one whose digest it records" in old
    assert "new.json is rejected: the library's two-layer-linear/regularized is another statement" in new
    recorded = invoke("recheck", "--as-recorded", "new.json")
    assert recorded.exit_code == 0
    assert "as recorded, without the source of two-layer-linear/regularized" in recorded.stdout


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is not a certificate: this is not JSON"),
        (b"\xff\xfe\x00", "is not a certificate: it is not UTF-8 text"),
        (b"hello", "is not a certificate: this is not JSON"),
        (b"[1, 2]", "is not a certificate: this is not a certificate of the format theorem-certificate/1"),
        (b'{"format": "theorem-report/1"}', "this is not a certificate of the format"),
        (b'{"format": 1, "format": 2}', "a key occurs twice"),
        (b"[" * 100_000, "is not a certificate: this is not JSON"),
        (b'{"digits": ' + b"9" * 10_000 + b"}", "is not a certificate: this is not JSON"),
        (None, "is not a certificate: this is not JSON"),
    ],
    ids=["empty", "binary", "text", "list", "a report", "key twice", "nested", "long number", "truncated"],
)
def test_a_file_that_is_no_certificate_is_refused(
    content: bytes | None, says: str, longley: dict[str, Any], invoke: Invoke, tmp_path: Path
) -> None:
    text = json.dumps(longley).encode()
    (tmp_path / "file.json").write_bytes(text[: len(text) // 2] if content is None else content)
    done = invoke("recheck", "file.json")
    assert_refused(done.exit_code, done.stdout, done.stderr)
    assert says in done.stderr


def test_one_bad_certificate_does_not_keep_the_others_from_being_decided(
    report: Path, invoke: Invoke, tmp_path: Path
) -> None:
    good = next((report / "certificates").iterdir())
    (tmp_path / "bad.json").write_text("bad")
    done = invoke("recheck", "bad.json", good)
    assert done.exit_code == 2
    assert done.stdout.startswith(f"{good}: accepted\n")
    assert done.stderr.startswith("error: bad.json is not a certificate")


def test_a_certificate_of_a_theorem_that_is_elsewhere_is_decided_as_recorded(run: Run, tmp_path: Path) -> None:
    assert run("new", "my_theorem").returncode == 0
    assert run("verify", "my_theorem.py", "--cases", 2, "--report", "out").returncode == 0
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = run_in(elsewhere, "recheck", *(tmp_path / "out" / "certificates").iterdir())
    assert (done.returncode, done.stderr) == (0, "")
    assert "as recorded, without the source of my-theorem/my-theorem" in done.stdout
    assert "given y ∈ range(X)" in done.stdout
    assert "min" in done.stdout
    assert "optimal-value: P* = ‖X† y‖₂²/2" in done.stdout


def test_a_certificate_of_a_refuted_claim_is_accepted_and_does_not_pass(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "wrong.py").write_text(
        "from checker.statement import *\n"
        "y = vector('y', dimension('n'))\n"
        "wrong = Theorem(title='Wrong', claims=[Holds(less(norm(y), 1), name='short')])\n"
    )
    assert invoke("verify", "wrong.py", "--cases", 20, "--report", "out").exit_code == 1
    paths = sorted((tmp_path / "out" / "certificates").iterdir())
    done = invoke("recheck", *paths)
    assert (done.exit_code, done.stderr) == (1, "")
    assert done.stdout.count(": accepted") == len(paths)
    assert "refuted   short: ‖y‖₂ < 1 (exact)" in done.stdout
