"""``checker list``, ``show`` and ``new``."""

from __future__ import annotations

import json
from pathlib import Path

from checker.library import library
from checker.selection import grouped
from tests.cli.conftest import Invoke, Run


def test_list_names_every_theorem_of_the_library_once(invoke: Invoke) -> None:
    done = invoke("list")
    assert done.exit_code == 0
    # The variants of a theorem stand below it, indented.
    rows = [line.split() for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert rows[0] == ["theorem", "title", "claims"]
    assert [row[0] for row in rows[1:]] == list(grouped(library()))
    for row, variants in zip(rows[1:], grouped(library()).values(), strict=True):
        numbers = [len(theorem.claims) for theorem in variants.values()]
        assert sorted({int(number) for number in row[-1].split("–")}) == sorted({min(numbers), max(numbers)})


def test_list_as_json_gives_titles_sources_and_claims(invoke: Invoke) -> None:
    entries = json.loads(invoke("list", "--json").stdout)
    assert [entry["theorem"] for entry in entries] == list(library())
    for entry, theorem in zip(entries, library().values(), strict=True):
        assert entry["title"] == theorem.title
        assert entry["source"] == str(theorem.source or "")
        assert entry["claims"] == [claim.name for claim in theorem.claims]


def test_show_prints_the_statement_its_assumptions_and_the_data_it_takes(invoke: Invoke) -> None:
    done = invoke("show", "two-layer-linear/regularized")
    assert done.exit_code == 0
    assert done.stdout.startswith(
        "two-layer-linear/regularized  Strong duality of regularised two-layer linear networks"
    )
    for words in (
        "Convex Duality of Deep Neural Networks", "min", "max", "‖Xᵀ λ‖₂ ≤ β", "0 < β", "rank-one: at every optimum",
        "csv: the target columns are y, the others X", "--set beta=…, m=…",
    ):  # fmt: skip
        assert words in done.stdout, words


def test_show_as_json_is_an_object_for_a_theorem_and_a_list_for_a_chapter(invoke: Invoke) -> None:
    one = json.loads(invoke("show", "two-layer-linear/regularized", "--json").stdout)
    assert set(one) == {
        "theorem",
        "title",
        "source",
        "note",
        "statement",
        "definitions",
        "assumptions",
        "claims",
        "data",
    }
    assert one["assumptions"] == ["0 < β"]
    assert list(one["statement"]) == ["dual", "primal"]
    chapter = json.loads(invoke("show", "two-layer-linear", "--json").stdout)
    assert [entry["theorem"] for entry in chapter] == [i for i in library() if i.startswith("two-layer-linear/")]
    assert one in chapter


def test_a_new_theorem_holds(run: Run, tmp_path: Path) -> None:
    made = run("new", "my_theorem")
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout == "wrote my_theorem.py; now run: checker verify my_theorem.py\n"
    assert len((tmp_path / "my_theorem.py").read_text(encoding="utf-8").splitlines()) < 45
    done = run("verify", "my_theorem.py")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("holds ")
    assert "my-theorem/my-theorem" in done.stdout
    shown = run("show", "my_theorem.py::my_theorem")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "given     y ∈ range(X)" in shown.stdout


def test_a_new_theorem_may_be_named_with_its_ending_or_dashes(invoke: Invoke, tmp_path: Path) -> None:
    for name, file in (("first.py", "first.py"), ("least-norm", "least_norm.py")):
        assert invoke("new", name).exit_code == 0
        assert (tmp_path / file).is_file()


def test_help_says_what_each_command_is_for(invoke: Invoke) -> None:
    done = invoke("--help")
    assert done.exit_code == 0
    for command in ("list", "show", "verify", "recheck", "new"):
        assert f"\n  {command}" in done.stdout
        assert invoke(command, "--help").exit_code == 0
