"""What a pytest run found out about theorems: computed once each, shared between workers, summed up at the end."""

from __future__ import annotations

import hashlib
import pickle
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from checker.result import TheoremResult
    from checker.statement.theorem import Theorem

WEAKEST_FIRST = ("sampled", "enclosed", "exact", "identity")


@dataclass(frozen=True)
class Settings:
    """What the options ask for.

    Attributes:
        cases, digits, seed: as :func:`checker.verify` takes them.
        seed_drawn: whether the seed was drawn for this run.
        falsify: whether statements are attacked.
        report: where the report goes; None for no report.
    """

    cases: int
    digits: int
    seed: int
    seed_drawn: bool
    falsify: bool
    report: Path | None


class Results:
    """The results of a run.

    Args:
        settings: with which theorems are checked.
        failures: the folder of failing datasets, to be replayed first.
        folder: where xdist workers share results; None in a run without workers, and until the controller makes it.
    """

    def __init__(self, settings: Settings, failures: Path, folder: Path | None) -> None:
        self.settings, self.failures, self.folder = settings, failures, folder
        self._known: dict[str, tuple[int, TheoremResult | Exception]] = {}
        self.report_line = self.report_error = ""

    def of(self, place: str, position: int, theorem: Theorem) -> TheoremResult:
        """A theorem's result.

        Args:
            place: its file and name; two theorems with one statement may differ in their witnesses.
            position: its number in the order of the run.
            theorem: checked unless this run, in any of its workers, has done so.

        Raises:
            checker.datasets.errors.InputError: a dataset that the theorem names cannot be used.
        """
        if place not in self._known:
            try:
                found: TheoremResult | Exception = (
                    self._shared(place, position, theorem) if self.folder else self._check(theorem)
                )
            except Exception as error:
                found = error
            self._known[place] = position, found
        _, found = self._known[place]
        if isinstance(found, Exception):
            raise found
        return found

    def _check(self, theorem: Theorem) -> TheoremResult:
        from checker.failures import Failures
        from checker.verification import check

        settings = self.settings
        with _own_warnings():
            return check(
                theorem,
                cases=settings.cases,
                digits=settings.digits,
                seed=settings.seed,
                failures=Failures(self.failures),
                pictures=settings.report is not None,
                falsify=settings.falsify,
            )

    def _shared(self, place: str, position: int, theorem: Theorem) -> TheoremResult:
        from filelock import FileLock

        from checker.kernel.program import digest

        assert self.folder is not None
        key = hashlib.sha256(f"{place} {digest(theorem.program)}".encode()).hexdigest()
        path = self.folder / f"{position:06}-{key}.pickle"
        with FileLock(path.with_suffix(".lock")):
            if not path.exists():
                result = self._check(theorem)
                # A worker may be ended while it writes; what the controller reads is whole.
                partial = path.with_suffix(".partial")
                partial.write_bytes(pickle.dumps(result))
                partial.replace(path)
            return _read(path)

    def all(self) -> list[TheoremResult]:
        """Every result there is, in the order of the run."""
        if self.folder is not None:
            return [_read(path) for path in sorted(self.folder.glob("*.pickle"))]
        found = sorted(self._known.values(), key=lambda entry: entry[0])
        return [result for _, result in found if not isinstance(result, Exception)]

    def write_report(self) -> None:
        """Writes the report of every result there is; ``report_line`` says what became of it."""
        results = self.all()
        if not results or self.settings.report is None:
            self.report_line = "report: not written, for no theorem was checked"
            return
        from checker.report import ReportError, write_report

        try:
            self.report_line = f"report: {write_report(results, self.settings.report)}"
        except ReportError as error:
            self.report_error = str(error)
            self.report_line = f"report: not written, {error}"


RESULTS = pytest.StashKey[Results]()


def _read(path: Path) -> TheoremResult:
    # Written by a worker of this run into a folder that only this user can write to.
    result: TheoremResult = pickle.loads(path.read_bytes())
    return result


@contextmanager
def _own_warnings() -> Iterator[None]:
    """Python's own filters: ``-W error`` would turn a solver's warning into a missing point and change a verdict."""
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        for category in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
            warnings.simplefilter("ignore", category)
        yield


def usable(directory: Path) -> None:
    """Makes the directory of the report, before anything is computed.

    Raises:
        pytest.UsageError: it cannot be made or written to.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=directory):
            pass
    except OSError as error:
        raise pytest.UsageError(
            f"--theorem-report {directory} cannot be written ({error.strerror}); name a directory that can be."
        ) from error


def summary_line(result: TheoremResult) -> str:
    """A theorem in one line: its id, on how many datasets it holds, its weakest evidence; or what does not hold."""
    applicable = [record for record in result.datasets if record.verdict != "inapplicable"]
    if result.verdict == "inapplicable":
        return f"{result.theorem}: inapplicable, for no dataset met what it presupposes"
    number = sum(record.verdict == result.verdict for record in applicable)
    plural = "" if len(applicable) == 1 else "s"
    line = f"{result.theorem}: {result.verdict} on {number} of {len(applicable)} dataset{plural}"
    failing = [f"{claim.claim} is {claim.verdict}" for claim in result.claims if claim.verdict != "holds"]
    if failing:
        return f"{line}; {', '.join(failing)}"
    evidence = next((kind for kind in WEAKEST_FIRST if any(claim.evidence == kind for claim in result.claims)), "none")
    digits = min((claim.digits for claim in result.claims if claim.digits is not None), default=None)
    return f"{line}; weakest evidence: {evidence}" + ("" if digits is None else f", {digits} digits")
