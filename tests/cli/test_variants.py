"""The command line on a library and a file whose theorems have variants."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.cli.conftest import Invoke, Run, assert_refused
from tests.variants import CHAPTER, IDS, write_library

LIBRARY = [f"toy/{name}" for name in IDS]


@pytest.fixture(autouse=True)
def _library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The toy chapter in place of the library, and as mine.py."""
    write_library(tmp_path)
    (tmp_path / "mine.py").write_text(CHAPTER, encoding="utf-8")
    (tmp_path / "data.json").write_text('{"x": [["3"], ["-4"]]}', encoding="utf-8")
    package = ModuleType("theorems")
    package.__path__ = [str(tmp_path / "theorems")]
    package.CHAPTERS = ("toy",)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "theorems", package)
    yield
    sys.modules.pop("theorems.toy", None)


def ids(out: str) -> list[str]:
    """The theorems of results in JSON."""
    found: Any = json.loads(out)
    return [result["theorem"] for result in (found if isinstance(found, list) else [found])]


def test_list_has_a_row_for_a_theorem_with_its_variants_below(invoke: Invoke) -> None:
    assert [" ".join(line.split()) for line in invoke("list").stdout.splitlines()] == [
        "theorem title claims",
        "toy/alone Alone 1",
        "toy/true-length The … norm is not negative 1",
        "kind: euclidean, sum",
        "toy/false-length The … norm is not negative 1",
        "kind: sum, double",
    ]
    entries = json.loads(invoke("list", "--json").stdout)
    assert [entry["theorem"] for entry in entries] == LIBRARY
    assert [entry["variant"] for entry in entries][1:3] == [{"kind": "euclidean"}, {"kind": "sum"}]


def test_show_prints_each_variant_or_the_one_that_is_named(invoke: Invoke) -> None:
    both = invoke("show", "toy/true-length").stdout
    assert "toy/true-length/euclidean  The Euclidean norm" in both
    assert "toy/true-length/sum  The absolute norm" in both
    one = invoke("show", "mine.py::true_length/sum").stdout
    assert one.startswith("mine/true-length/sum  The absolute norm is not negative\n")
    assert "Euclidean" not in one
    assert invoke("show", "mine.py::true_length", "--set", "kind=sum").stdout == one


def test_show_takes_no_setting_of_data(invoke: Invoke) -> None:
    done = invoke("show", "toy/true-length", "--set", "beta=1")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.endswith("--set beta=… chooses no variant of toy/true-length; checker verify sets data.\n")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("toy/true-length",), ["toy/true-length/euclidean", "toy/true-length/sum"]),
        (("toy/true-length/sum",), ["toy/true-length/sum"]),
        (("toy/true-length", "--set", "kind=sum"), ["toy/true-length/sum"]),
        (("toy", "--set", "kind=euclidean"), ["toy/true-length/euclidean"]),
        (("--set", "kind=euclidean"), ["toy/true-length/euclidean"]),
        (("mine.py::true_length", "--set", "kind=sum"), ["mine/true-length/sum"]),
        (("mine.py::true_length/sum", "toy/alone"), ["mine/true-length/sum", "toy/alone"]),
        (
            ("toy/true-length", "--set", "kind=sum", "--set", "t=1/2", "--data", "data.json"),
            ["toy/true-length/sum"],
        ),
    ],
)
def test_a_variant_is_named_or_set(arguments: tuple[str, ...], expected: list[str], invoke: Invoke) -> None:
    done = invoke("verify", *arguments, "--cases", 2, "--jobs", 1, "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    assert ids(done.stdout) == expected


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--set", "kind=huber"), "kind=huber is no variant here; write kind=euclidean, kind=sum or kind=double."),
        (("toy/true-length/sum", "--set", "kind=euclidean"), "kind=euclidean is no variant here; write kind=sum."),
        (("toy/alone", "--set", "kind=sum"), "--set goes with --data FILE"),
        (("toy/true-length", "--set", "kind=sum", "--set", "t=1"), "--set goes with --data FILE"),
        (("toy/true-length", "--set", "kind=sum", "--set", "kind=euclidean"), "--set gives kind twice"),
        (
            ("toy/true-length", "--data", "data.json", "--set", "t=1"),
            "--data checks one theorem, and 2 were named; write --set kind=euclidean or kind=sum.",
        ),
        (
            ("toy", "--data", "data.json", "--set", "kind=sum"),
            "write one of toy/true-length/sum, toy/false-length/sum.",
        ),
        (("toy/true-length/sum", "--data", "data.json", "--set", "loss=1"), "what can be set is t"),
        (("toy/true-lenght",), "there is no theorem 'toy/true-lenght' in the library, which has toy/true-length/"),
    ],
)
def test_what_names_no_variant_is_refused(arguments: tuple[str, ...], says: str, invoke: Invoke) -> None:
    done = invoke("verify", *arguments)
    assert_refused(done.exit_code, done.stdout, done.stderr)
    assert says in done.stderr


def test_processes_check_the_variants_that_are_set_and_no_other(run: Run) -> None:
    arguments = ("verify", "toy/true-length", "mine.py::true_length", "--set", "kind=sum", "--cases", 3, "--json")
    at_once = run(*arguments, "--jobs", 2)
    assert (at_once.returncode, at_once.stderr) == (0, "")
    assert ids(at_once.stdout) == ["toy/true-length/sum", "mine/true-length/sum"]
    assert run(*arguments, "--jobs", 1).stdout == at_once.stdout


def test_the_report_and_the_failures_keep_variants_apart(invoke: Invoke, tmp_path: Path) -> None:
    assert invoke("verify", "--cases", 3, "--jobs", 1, "--report", "out").exit_code == 1
    document = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert [theorem["theorem"] for theorem in document["theorems"]] == LIBRARY
    prefixes = {name.rpartition(".small-integers.")[0] for name in document["certificates"] if "small" in name}
    assert prefixes == {identifier.replace("/", ".") for identifier in LIBRARY}
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert page.count('<p class="chapter">Toy</p>') == 1
    for identifier in LIBRARY:
        assert page.count(f'id="{identifier}"') == 1
        assert page.count(f'href="#{identifier}"') >= 1
    assert "<span>The absolute norm is not negative · sum</span>" in page
    assert "<span>Alone</span>" in page
    folders = sorted(folder.name.rpartition("-")[0] for folder in (tmp_path / ".checker" / "failures").iterdir())
    assert folders == ["toy.false-length.double", "toy.false-length.sum"]


def test_the_certificate_of_a_variant_is_compared_with_its_statement(invoke: Invoke, tmp_path: Path) -> None:
    assert invoke("verify", "toy/true-length", "--cases", 2, "--jobs", 1, "--report", "out").exit_code == 0
    paths = sorted((tmp_path / "out" / "certificates").iterdir())
    done = invoke("recheck", *paths)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.count(": accepted") == len(paths) > 2
    assert "as recorded" not in done.stdout
    document = json.loads(paths[0].read_text(encoding="utf-8"))
    assert document["theorem"] == "toy/true-length/euclidean"
    for other, says in (("sum", "the library's toy/true-length/sum is another statement"), ("huber", None)):
        path = tmp_path / f"{other}.json"
        path.write_text(json.dumps({**document, "theorem": f"toy/true-length/{other}"}))
        done = invoke("recheck", path)
        assert says in done.stderr if says else "as recorded, without the source of" in done.stdout
