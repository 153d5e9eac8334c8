"""The listings of the documentation are run: files are written, commands are typed, output must occur as shown."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import checker.statement

DOCS = Path(__file__).parents[1] / "docs"
GUIDE = (DOCS / "writing-a-theorem.md").read_text(encoding="utf-8")
PROGRAMS = {"checker": "checker.cli", "pytest": "pytest"}


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """The language and the text of each fenced block."""
    for match in re.finditer(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield match[1], match[2]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # An outer pytest must not tell an inner one how to run.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, encoding="utf-8", check=False, env=environment
    )


def shown_lines(shown: str) -> list[re.Pattern[str]]:
    """Each line of a listing as a pattern: white space is free, and … stands for anything."""
    lines = [" ".join(line.split()) for line in shown.splitlines() if line.strip() not in ("", "…")]
    return [re.compile(".*".join(map(re.escape, line.split("…")))) for line in lines]


def missing(shown: str, output: str) -> list[str]:
    """The lines of a listing that do not occur in the output, in this order."""
    rest = iter([" ".join(line.split()) for line in output.splitlines()])
    return [pattern.pattern for pattern in shown_lines(shown) if not any(pattern.fullmatch(line) for line in rest)]


def test_every_listing_of_the_guide_does_what_is_shown(tmp_path: Path) -> None:
    commands = 0
    for language, text in blocks(GUIDE):
        if language == "console":
            command, _, shown = text.partition("\n")
            program, *arguments = shlex.split(command.removeprefix("$ "))
            done = run(tmp_path, "-m", PROGRAMS[program], *arguments)
            assert missing(shown, done.stdout) == [], f"{command}\n{done.stdout}{done.stderr}"
            assert "Traceback" not in done.stderr
            verdicts = re.findall(r"^(holds|refuted|undecided|inapplicable) ", shown, re.MULTILINE)
            assert done.returncode == (0 if set(verdicts) <= {"holds"} else 1), command
            commands += 1
        elif named := re.match(r"# (\S+\.\w+)\n", text):
            content = text if named[1].endswith(".py") else text.partition("\n")[2]
            (tmp_path / named[1]).write_text(content, encoding="utf-8")
        else:
            assert language == "python"
            done = run(tmp_path, "-c", text)
            assert (done.returncode, done.stderr) == (0, "")
    assert commands >= 5


def test_the_first_theorem_of_the_guide_is_short() -> None:
    first = next(text for language, text in blocks(GUIDE) if language == "python")
    code = [line for line in first.splitlines() if line.strip() and not line.startswith("#")]
    assert len(code) <= 35


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
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
