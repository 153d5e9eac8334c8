"""The pytest plugin: each claim of a theorem is a test, ``file.py::theorem::claim``, which passes only if it holds.

Of a theorem with variants it is ``file.py::theorem::variant::claim``, so that each part of it can be selected.

Which files are collected:

1. Every module that pytest collects anyway: files that match ``python_files`` (``test_*.py`` by default), and any file
   named on the command line.  A theorem is collected in the module that defines it, under the first name it has there;
   a theorem that is imported is not.
2. Files whose path ends like a pattern of the ini option ``theorem_files``, by default ``theorems/*.py`` and
   ``theorem_*.py``; ``__init__.py`` and ``conftest.py`` never.  ``*`` does not cross a ``/``, so that
   ``theorems/witnesses/*.py`` is left out.  A file that falls under both rules is collected once.

With ``--theorem-falsify`` each theorem is attacked as well, and has a further test ``file.py::theorem::mutants``.

A theorem is checked once, when its first claim runs, and its claims share the result; under xdist the workers share it
through a folder of the controller, which alone writes the report.  The seed is that of ``--hypothesis-seed``, 0 by
default; ``random`` draws one and prints it.  ``refuted``, ``undecided`` and ``inapplicable`` are failures.

This module and those it imports load nothing but pytest: a run without theorems costs nothing.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from _pytest.doctest import DoctestModule

from checker.pytest_items import ClaimItem, MutantsItem, TheoremCollector, VariantsCollector, refusal
from checker.pytest_report import RESULTS, Results, Settings, summary_line, usable

PATTERNS = ("theorems/*.py", "theorem_*.py")
DEFAULT_CASES, DEFAULT_DIGITS = 100, 50


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the family ``--theorem-…``, and the ini option ``theorem_files``."""
    group = parser.getgroup("theorem", "theorems")
    group.addoption(
        "--theorem-digits", default=str(DEFAULT_DIGITS), metavar="D",
        help="Decimal digits to which each optimum is to be enclosed (default: %(default)s).",
    )  # fmt: skip
    group.addoption(
        "--theorem-cases", default=str(DEFAULT_CASES), metavar="N",
        help="Distinct datasets to draw for each theorem, with the seed of --hypothesis-seed (default: %(default)s).",
    )  # fmt: skip
    group.addoption(
        "--theorem-report", metavar="DIR", help="Write index.html, report.json and certificates here at the end."
    )
    group.addoption(
        "--theorem-falsify", action="store_true",
        help="Attack the statements, too: drop each assumption, mutate each formula. Each theorem gets a test "
        "'mutants', which fails if one survives without a reason.",
    )  # fmt: skip
    parser.addini(
        "theorem_files", "Files to collect theorems from, beside python_files.", type="args", default=list(PATTERNS)
    )


def pytest_configure(config: pytest.Config) -> None:
    """Reads the options; one that cannot be used ends the run with a sentence."""
    directory = config.getoption("theorem_report")
    seed, drawn = _seed(config)
    settings = Settings(
        cases=_number(config, "cases", "a number of datasets", 100_000),
        digits=_number(config, "digits", "a number of digits", 10_000),
        seed=seed,
        seed_drawn=drawn,
        falsify=config.getoption("theorem_falsify"),
        report=None if directory is None else config.invocation_params.dir / directory,
    )
    given = getattr(config, "workerinput", {}).get("theorem_folder")
    config.stash[RESULTS] = Results(settings, config.rootpath / ".checker" / "failures", Path(given) if given else None)
    if settings.report is not None and not _is_worker(config) and not config.option.collectonly:
        usable(settings.report)


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _number(config: pytest.Config, name: str, what: str, most: int) -> int:
    written = str(config.getoption(f"theorem_{name}"))
    try:
        number = int(written)
    except ValueError:
        number = 0
    if not 1 <= number <= most:
        raise pytest.UsageError(f"--theorem-{name}={written} is not {what}; write 1 to {most}.")
    return number


def _seed(config: pytest.Config) -> tuple[int, bool]:
    """The seed, and whether it was drawn here."""
    if _is_worker(config):
        return int(getattr(config, "workerinput")["theorem_seed"]), False  # noqa: B009 - xdist's, unknown to types
    written = config.getoption("hypothesis_seed", None)
    if written is None:
        return 0, False
    if written == "random":
        return secrets.randbelow(2**32), True
    try:
        return int(written), False
    except ValueError:
        # Hypothesis takes any text as a seed, and its users' runs must not fail here.
        return int(hashlib.sha256(str(written).encode()).hexdigest()[:8], 16), False


def pytest_report_header(config: pytest.Config) -> str | None:
    """The seed, where it was drawn."""
    settings = config.stash[RESULTS].settings
    return (
        f"theorems: seed {settings.seed}, drawn; --hypothesis-seed={settings.seed} repeats it"
        if settings.seed_drawn
        else None
    )


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Generator[None, list[Any], list[Any]]:
    """Adds a module for a theorem file, unless one collects it already."""
    collected = yield
    if not any(isinstance(c, pytest.Module) and not isinstance(c, DoctestModule) for c in collected) and (
        file_path.suffix == ".py"
        and file_path.name not in ("__init__.py", "conftest.py")
        and any(file_path.match(pattern) for pattern in parent.config.getini("theorem_files"))
    ):
        collected.append(parent.ihook.pytest_pycollect_makemodule(module_path=file_path, parent=parent))
    return collected


def pytest_pycollect_makeitem(collector: pytest.Collector, name: str, obj: object) -> Any:
    """A collector for a theorem that the module defines; nothing for one that it imports or names again."""
    statement = sys.modules.get("checker.statement")
    if statement is None or not isinstance(collector, pytest.Module):
        return None
    if not isinstance(obj, (statement.Theorem, statement.Variants)):
        return None
    from checker.library import definitions

    if definitions(collector.obj).get(name) is not obj:
        return []
    kind = TheoremCollector if isinstance(obj, statement.Theorem) else VariantsCollector
    return kind.from_parent(collector, name=name, definition=obj)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Shows an ill-formed theorem as its one sentence instead of a traceback through the checker."""
    report = yield
    excinfo = getattr(getattr(report, "call", None), "excinfo", None)
    sentence = refusal(collector, excinfo) if report.failed and excinfo is not None else ""
    if sentence:
        report.longrepr = sentence
    return report


def pytest_collection_finish(session: pytest.Session) -> None:
    """Numbers the theorems in the order in which they are run, which is that of the report."""
    theorems = dict.fromkeys(item.parent for item in session.items if isinstance(item, (ClaimItem, MutantsItem)))
    for position, theorem in enumerate(theorems):
        assert isinstance(theorem, TheoremCollector)
        theorem.position = position


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tells an xdist worker where results are shared, and the seed."""
    results = node.config.stash[RESULTS]
    if results.folder is None:
        results.folder = Path(tempfile.mkdtemp(prefix="theorems-"))
    node.workerinput["theorem_folder"] = str(results.folder)
    node.workerinput["theorem_seed"] = results.settings.seed


@pytest.hookimpl(trylast=True)  # after xdist has ended its workers
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Writes the report."""
    results = session.config.stash[RESULTS]
    if _is_worker(session.config) or session.config.option.collectonly or results.settings.report is None:
        return
    results.write_report()
    if results.report_error:
        session.exitstatus = pytest.ExitCode.USAGE_ERROR


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """A line for each theorem, and where the report is."""
    results = config.stash[RESULTS]
    checked = results.all()
    if not checked and not results.report_line:
        return
    terminalreporter.write_sep("=", "theorems")
    for result in checked:
        holds = all(claim.verdict == "holds" for claim in result.claims)
        terminalreporter.write_line(summary_line(result), green=holds, red=not holds)
        if result.falsification:
            attacked = result.falsification.fates()
            line = ", ".join(f"{number} {fate}" for fate, number in attacked.items())
            survived = bool(result.falsification.unexplained)
            terminalreporter.write_line(f"  mutants: {line}", green=not survived, red=survived)
    if checked:
        settings = results.settings
        terminalreporter.write_line(
            f"{settings.cases} datasets to draw for each, {settings.digits} digits, seed {settings.seed}"
        )
    if results.report_line:
        terminalreporter.write_line(results.report_line, red=bool(results.report_error))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Removes the folder that the workers shared."""
    results = config.stash.get(RESULTS, None)
    if results is not None and results.folder is not None and not _is_worker(config):
        shutil.rmtree(results.folder, ignore_errors=True)
