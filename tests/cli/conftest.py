"""Runs of the command line: as a process of its own, or within this one where only the refusal matters."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import theorems
from checker.cli import main

DATA = Path(theorems.__file__).parent / "data"
REPORTED = [f"two-layer-linear/{name}" for name in ("strong-duality", "off-range", "regularized", "vector-output")]
REPORTED += ["deep-linear/strong-duality", "deep-linear/vector-output", "deep-linear/parallel"]
Run = Callable[..., subprocess.CompletedProcess[str]]
Invoke = Callable[..., Result]


def run_in(folder: Path, *arguments: object, encoding: str = "utf-8") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "checker.cli", *map(str, arguments)]
    # The hash seed is left to chance, so that what depends on the order of a set shows.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONHASHSEED"}
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, encoding=encoding, check=False, env=environment
    )


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """``checker …`` as a process in a folder of its own."""
    return lambda *arguments: run_in(tmp_path, *arguments)


@pytest.fixture
def invoke(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    """``checker …`` within this process, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, list(map(str, arguments)), prog_name="checker")


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of one small run over theorems of the library."""
    folder = tmp_path_factory.mktemp("report")
    done = run_in(folder, "verify", *REPORTED, "--cases", 6, "--report", "out")
    assert done.returncode == 0, done.stderr + done.stdout
    return folder / "out"


def assert_refused(code: int, out: str, err: str) -> None:
    """One sentence on standard error, nothing on standard output."""
    assert code == 2
    assert out == ""
    assert err.startswith("error: ")
    assert err.endswith(".\n")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert len(err) < 1100
