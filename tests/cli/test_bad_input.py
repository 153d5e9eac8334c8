"""What the command line refuses: one sentence that starts with ``error:``, exit code 2, nothing written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import DATA, Invoke, Run, assert_refused
from tests.datasets.test_refused_input import BAD, Bad, write
from theorems.two_layer_linear import regularized, strong_duality

REGULARIZED = "two-layer-linear/regularized"
LONGLEY = ("verify", REGULARIZED, "--data", DATA / "longley.csv")
IDS = {id(strong_duality): "two-layer-linear/strong-duality", id(regularized): REGULARIZED}

USAGE = [
    (("frob",), "no such command 'frob'"),
    (("--frob",), "no such option '--frob'"),
    (("show",), "missing argument 'REFERENCE'"),
    (("show", "two-layer-linear/regularised"), "there is no theorem 'two-layer-linear/regularised' in the library"),
    (("verify", "two-layer-linear/regularised"), "which has two-layer-linear/regularized"),
    (("verify", "nothing"), "'checker list' lists all"),
    (("verify", "--frob"), "no such option '--frob'"),
    (("verify", "--digits", "0"), "'--digits': 0 is not in the range 1<=x<=10000"),
    (("verify", "--digits", "10001"), "'--digits': 10001 is not in the range"),
    (("verify", "--digits", "abc"), "'--digits': 'abc' is not a valid integer"),
    (("verify", "--digits"), "option '--digits' requires an argument"),
    (("verify", "--cases", "0"), "'--cases': 0 is not in the range"),
    (("verify", "--cases", "1.5"), "'--cases': '1.5' is not a valid integer"),
    (("verify", "--seed", "-1"), "'--seed': -1 is not in the range"),
    (("verify", "--rows", "0"), "'--rows': 0 is not in the range"),
    (("verify", "--target", "y"), "--target goes with --data FILE"),
    (("verify", "--target", ""), "--target goes with --data FILE"),
    (("verify", "--rows", "5"), "--rows goes with --data FILE"),
    (("verify", "--set", "beta=1"), "--set goes with --data FILE"),
    (("verify", "--data", DATA / "longley.csv"), "--data checks one theorem, and"),
    (("verify", "two-layer-linear", "--data", DATA / "longley.csv"), "write one of two-layer-linear/"),
    ((*LONGLEY, "--set", "junk"), "write --set NAME=VALUE"),
    ((*LONGLEY, "--set", "=1"), "write --set NAME=VALUE"),
    ((*LONGLEY, "--set", "beta="), "write --set NAME=VALUE"),
    ((*LONGLEY, "--set", "gamma=1"), "what can be set is beta, m"),
    ((*LONGLEY, "--set", "beta=1", "--set", "beta=2"), "--set gives beta twice, as 1 and 2"),
    ((*LONGLEY, "--set", "beta=tiny"), "'tiny' in --set beta is not a number"),
    ((*LONGLEY, "--set", "beta=1", "--target", ""), "--target names"),
    (LONGLEY, "does not give beta"),
    (("verify", "absent.py"), "there is no file absent.py"),
    (("verify", "absent.py::name"), "there is no file absent.py"),
    (("recheck",), "missing argument 'CERTIFICATES"),
    (("recheck", "absent.json"), "absent.json cannot be read: No such file or directory"),
    (("recheck", "."), ". cannot be read: Is a directory"),
    (("new",), "missing argument 'NAME'"),
    (("new", "Least"), "'Least' cannot name a theorem"),
    (("new", "1st"), "'1st' cannot name a theorem"),
    (("new", "../least"), "cannot name a theorem"),
    (("new", "class"), "'class' cannot name a theorem"),
    (("new", "numpy"), "'numpy' cannot name a theorem"),
]


@pytest.mark.parametrize(("arguments", "says"), USAGE, ids=lambda value: value[:60] if isinstance(value, str) else "")
def test_a_wrong_command_is_refused(arguments: tuple[object, ...], says: str, invoke: Invoke, tmp_path: Path) -> None:
    done = invoke(*arguments)
    assert_refused(done.exit_code, done.stdout, done.stderr)
    assert says in done.stderr
    assert list(tmp_path.iterdir()) == []


HEAD = 'from checker.statement import *\nn, d = dimensions("n d")\nX, y = matrix("X", n, d), vector("y", n)\n'
GOOD = HEAD + 'good = Theorem(title="Good", claims=[at_least(norm(y), 0)])\n'
FILES = [
    ("def f(:\n", "file.py is not valid Python: invalid syntax (line 1)"),
    ("x = 1\n\x00", "file.py is not valid Python: source code string cannot contain null bytes"),
    ("\n\n1 / 0\n", "file.py cannot be imported: ZeroDivisionError: division by zero (line 3)"),
    ("raise RuntimeError('two\\nlines')\n", "RuntimeError: two lines (line 1)"),
    ("import a_module_that_nobody_has\n", "No module named 'a_module_that_nobody_has' (line 1)"),
    ("x = 1\nraise SystemExit(0)\n", "file.py cannot be imported: SystemExit: 0 (line 2)"),
    ("x = 1\n", "file.py defines no theorem; assign a Theorem(…) to a name in it"),
    ("from theorems.two_layer_linear import regularized\n", "file.py defines no theorem"),
    (HEAD + "t = Theorem(title='t', claims=[equal(X * X, X)])\n", "is ill-formed (line 4): shapes do not fit"),
    (HEAD + "t = Theorem(title='t', claims=[])\n", "claims nothing"),
    (HEAD + "t = Theorem(title='t', claims=[at_most(0.5, norm(y))])\n", "floats are not exact"),
]


@pytest.mark.parametrize(("text", "says"), FILES, ids=[says for _, says in FILES])
def test_a_file_that_defines_no_theorem_is_refused(text: str, says: str, invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text(text)
    done = invoke("verify", "file.py")
    assert_refused(done.exit_code, done.stdout, done.stderr)
    assert says in done.stderr
    assert not (tmp_path / ".checker").exists()


def test_a_name_that_a_file_does_not_have_is_refused_with_those_it_has(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text(GOOD)
    done = invoke("verify", "file.py::NOPE")
    assert_refused(done.exit_code, done.stdout, done.stderr)
    assert done.stderr == "error: file.py defines no theorem named 'NOPE'; it defines good.\n"


def test_a_file_that_would_hide_a_module_is_refused(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "numpy.py").write_text(GOOD)
    done = invoke("verify", "numpy.py")
    assert_refused(done.exit_code, done.stdout, done.stderr)
    assert "numpy.py has the name of the module 'numpy', which it would hide; rename the file" in done.stderr


def test_two_files_whose_theorems_would_have_one_id_are_refused(invoke: Invoke, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "file.py").write_text(GOOD)
    done = invoke("verify", "a/file.py", "b/file.py")
    assert_refused(done.exit_code, done.stdout, done.stderr)
    assert "two files are named file.py" in done.stderr


@pytest.mark.parametrize("place", ["taken", "taken/below", "/proc/nowhere/below"])
def test_a_report_that_cannot_be_written_is_refused(place: str, invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    (tmp_path / "file.py").write_text(GOOD)
    done = invoke("verify", "file.py", "--cases", 1, "--report", place)
    assert_refused(done.exit_code, done.stdout, done.stderr)
    assert "cannot be written" in done.stderr
    assert (tmp_path / "taken").read_text() == "mine"


def test_new_leaves_a_file_that_is_there_as_it_is(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("mine")
    done = invoke("new", "mine")
    assert_refused(done.exit_code, done.stdout, done.stderr)
    assert "mine.py is there already" in done.stderr
    assert (tmp_path / "mine.py").read_text() == "mine"


MORE = [
    Bad("ten million digits in a csv file", "data.csv", "a,y\n" + "7" * 10**7 + ",1\n", "larger than field limit"),
    Bad("ten million digits in json", "data.json", '{"X": [[' + "7" * 10**7 + ']], "y": [1]}', "digits"),
    Bad("ten million digits in a string", "data.json", '{"X": [["' + "7" * 10**7 + '"]], "y": [1]}', "digits"),
    Bad("a csv file of prose", "data.csv", "Call me Ishmael.\nSome years ago, never mind how long\n", "'y' is not"),
]


def expressible(bad: Bad) -> bool:
    """Whether the theorem has an id, and the options are such as one can type."""
    return id(bad.theorem) in IDS and bad.options.get("target") != [] and bad.options.get("rows") != 0


def command(bad: Bad, path: Path) -> list[object]:
    arguments: list[object] = ["verify", IDS[id(bad.theorem)], "--data", path]
    if "target" in bad.options:
        target = bad.options["target"]
        arguments += ["--target", target if isinstance(target, str) else ",".join(target)]
    if "rows" in bad.options:
        arguments += ["--rows", bad.options["rows"]]
    for name, value in bad.options.get("settings", {}).items():
        arguments += ["--set", f"{name}={value}"]
    return arguments


BAD_DATA = [*filter(expressible, BAD), *MORE[:3]]


def test_there_are_many_kinds_of_bad_data() -> None:
    assert len({bad.about for bad in BAD_DATA}) >= 30


@pytest.mark.parametrize("bad", BAD_DATA, ids=lambda bad: bad.about)
def test_bad_data_are_refused(bad: Bad, invoke: Invoke, tmp_path: Path) -> None:
    path = write(tmp_path, bad.name, bad.content)
    before = sorted(entry.name for entry in tmp_path.iterdir())
    done = invoke(*command(bad, path), "--report", "report")
    assert_refused(done.exit_code, done.stdout, done.stderr)
    assert " ".join(bad.says.split()) in done.stderr
    assert sorted(entry.name for entry in tmp_path.iterdir()) == before


@pytest.mark.parametrize("about", ["a huge exponent", "pickled objects", "a json name twice"])
def test_bad_data_are_refused_by_the_program_itself(about: str, run: Run, tmp_path: Path) -> None:
    bad = next(bad for bad in BAD_DATA if bad.about == about)
    path = write(tmp_path, bad.name, bad.content)
    done = run(*command(bad, path))
    assert_refused(done.returncode, done.stdout, done.stderr)
    assert bad.says in done.stderr


@pytest.mark.parametrize("arguments", [("verify", "--digits", "abc"), ("verify", "broken.py"), ("recheck", "x.json")])
def test_a_wrong_command_is_refused_by_the_program_itself(arguments: tuple[str, ...], run: Run, tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("1 / 0\n")
    (tmp_path / "x.json").write_text(json.dumps({"format": "another"}))
    done = run(*arguments)
    assert_refused(done.returncode, done.stdout, done.stderr)
