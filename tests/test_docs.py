"""The listings of the documentation are run: files are written, commands are typed, output must occur as shown."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

# Loaded before pytester takes stock of sys.modules: it unloads what a run inside this process has imported beside.
import cvxpy  # noqa: F401
import pytest
from click.testing import CliRunner

import checker.cli
import checker.statement
import checker.summary
import checker.verification

DOCS = Path(__file__).parents[1] / "docs"
GUIDE = (DOCS / "writing-a-theorem.md").read_text(encoding="utf-8")
Run = Callable[[str, list[str]], tuple[str, int]]


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """The language and the text of each fenced block."""
    for match in re.finditer(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield match[1], match[2]


def named(language: str, text: str) -> str:
    """The name of the file that a block gives, in its first line; '' for another block."""
    found = re.match(r"# (\S+\.\w+)\n", text)
    return found[1] if found and language != "console" else ""


SECTIONS = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", GUIDE, re.MULTILINE | re.DOTALL))
FILES = {name: text for language, text in blocks(GUIDE) if (name := named(language, text))}


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Programs, run within this process in a folder that has every file of the guide."""
    for name, content in FILES.items():
        text = content if name.endswith(".py") else content.partition("\n")[2]
        (pytester.path / name).write_text(text, encoding="utf-8")
    pytester.syspathinsert()
    # Theorems are then checked here, and not each in a process of its own.
    monkeypatch.setattr("os.cpu_count", lambda: 1)

    def checker_command(*arguments: str) -> tuple[str, int]:
        done = CliRunner().invoke(checker.cli.main, arguments, prog_name="checker")
        assert isinstance(done.exception, (SystemExit, type(None))), done.output
        return done.output, done.exit_code

    def pytest_command(*arguments: str) -> tuple[str, int]:
        done = pytester.runpytest_inprocess(*arguments)
        return done.stdout.str(), int(done.ret)

    programs = {"checker": checker_command, "pytest": pytest_command}
    return lambda program, arguments: programs[program](*arguments)


def shown_lines(shown: str) -> list[re.Pattern[str]]:
    """Each line of a listing as a pattern: white space is free, and … stands for anything."""
    lines = [" ".join(line.split()) for line in shown.splitlines() if line.strip() not in ("", "…")]
    return [re.compile(".*".join(map(re.escape, line.split("…")))) for line in lines]


def missing(shown: str, output: str) -> list[str]:
    """The lines of a listing that do not occur in the output, in this order."""
    rest = iter([" ".join(line.split()) for line in output.splitlines()])
    return [pattern.pattern for pattern in shown_lines(shown) if not any(pattern.fullmatch(line) for line in rest)]


@pytest.mark.parametrize("section", [title for title, text in SECTIONS.items() if "```console" in text])
def test_every_command_of_the_guide_prints_what_is_shown(section: str, run: Run) -> None:
    for language, text in blocks(SECTIONS[section]):
        if language == "console":
            command, _, shown = text.partition("\n")
            program, *arguments = shlex.split(command.removeprefix("$ "))
            output, code = run(program, arguments)
            assert missing(shown, output) == [], f"{command}\n{output}"
            verdicts = re.findall(r"^(holds|refuted|undecided|inapplicable) ", shown, re.MULTILINE)
            assert code == (0 if set(verdicts) <= {"holds"} else 1), command
            for file in re.findall(r"saved to (\S+),", output):
                assert_simple(Path(file))
        elif not named(language, text):
            exec(compile(text, section, "exec"), {"__name__": "__main__"})


def assert_simple(file: Path) -> None:
    """A dataset that a reader can check by hand: at most 2×2, of small integers."""
    for value in json.loads(file.read_text(encoding="utf-8")).values():
        rows = value if isinstance(value, list) else [value]
        entries = [entry for row in rows for entry in (row if isinstance(row, list) else [row])]
        assert len(rows) <= 2, file
        assert len(entries) <= 2 * len(rows), file
        assert all(abs(int(entry)) <= 3 for entry in entries), file


def test_each_section_with_code_is_run() -> None:
    unnamed = [title for title, text in SECTIONS.items() if "```python" in text and "```console" not in text]
    assert unnamed == ["A theorem in thirty lines", "Suprema over neurons"]
    for title in unnamed:
        for _, text in blocks(SECTIONS[title]):
            exec(compile(text, title, "exec"), {"__name__": "__main__"})


def test_the_files_of_the_guide_are_short_and_import_no_private_name() -> None:
    for name, content in FILES.items():
        code = [line for line in content.splitlines() if line.strip() and not line.startswith("#")]
        assert len(code) <= 35, name
        assert not re.search(r"(import|from|\.)\s*_", content), name


def test_a_listing_with_another_number_is_noticed() -> None:
    assert missing("holds  a …\n  P* in [1, 2]\n", "holds a b\nP*  in [1, 2]\n") == []
    assert len(missing("P* in [1, 2]\n", "P* in [1, 3]\n")) == 1
    assert len(missing("b\na\n", "a\nb\n")) == 1


def test_the_vocabulary_has_every_exported_name_and_no_other() -> None:
    table = GUIDE.partition("## The vocabulary")[2]
    code = " ".join(re.findall(r"`([^`]+)`", table))
    names = set(re.findall(r"[A-Za-z_]\w*", code))
    assert set(checker.statement.__all__) - names == set()
    called = set(re.findall(r"^\| `(\w+)", table, re.MULTILINE))
    assert called - set(checker.statement.__all__) == set()


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    prose = re.sub(r"^```.*?^```$|`[^`\n]+`", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)#:]+)\)", prose):
        assert (page.parent / target).exists(), target
