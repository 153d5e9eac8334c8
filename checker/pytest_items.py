"""The nodes that pytest sees, a collector for each theorem and an item for each claim, and what a failure says."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from checker.pytest_report import RESULTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from checker.falsify.results import Falsification
    from checker.result import ClaimResult, Counterexample, TheoremResult
    from checker.statement.theorem import Theorem
    from checker.statement.variants import Variants


class ClaimFailed(Exception):
    """A claim that does not hold, with the result it belongs to."""

    def __init__(self, result: TheoremResult, claim: ClaimResult) -> None:
        super().__init__(f"{claim.claim} is {claim.verdict}")
        self.result, self.claim = result, claim


class VariantsCollector(pytest.Collector):
    """A theorem with variants under the name of its variable; each variant is a theorem below it."""

    def __init__(self, *, definition: Variants, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.variants = definition

    def collect(self) -> Iterator[TheoremCollector]:
        """The variants, in the author's order."""
        for key, theorem in self.variants.theorems.items():
            yield TheoremCollector.from_parent(self, name=key, definition=theorem)


class TheoremCollector(pytest.Collector):
    """A theorem under the name of its variable, a variant under its own; its claims are its items."""

    def __init__(self, *, definition: Theorem, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.theorem, self.position = definition, 0

    @property
    def reference(self) -> str:
        """Its name in its file, as the command line takes it: ``convex_loss``, of a variant ``convex_loss/huber``."""
        return f"{self.parent.name}/{self.name}" if isinstance(self.parent, VariantsCollector) else self.name

    def collect(self) -> Iterator[ClaimItem | MutantsItem]:
        """One item for each claim, in the author's order, and one for all mutants if statements are attacked."""
        names = [claim.name for claim in self.theorem.claims]
        for name in names:
            yield ClaimItem.from_parent(self, name=name)
        if self.config.stash[RESULTS].settings.falsify:
            yield MutantsItem.from_parent(self, name="mutants" if "mutants" not in names else "mutants-2")

    def result(self) -> TheoremResult:
        """The theorem's result, computed at the first call."""
        # A node id does not tell apart files that lie outside the root directory.
        return self.config.stash[RESULTS].of(f"{self.path}::{self.reference}", self.position, self.theorem)


def _unusable(error: BaseException) -> str:
    """The sentence for a dataset that cannot be used; '' for another error."""
    errors = sys.modules.get("checker.datasets.errors")
    unusable = errors is not None and isinstance(error, errors.InputError)
    return f"a dataset of this theorem cannot be used: {error}" if unusable else ""


class MutantSurvived(Exception):
    """Mutants of a statement that hold, and for which nobody has written why."""

    def __init__(self, found: Falsification) -> None:
        super().__init__(f"{len(found.unexplained)} survived")
        self.found = found


class MutantsItem(pytest.Item):
    """The attacks on a theorem; passes only if no mutant survives without a written reason."""

    parent: TheoremCollector

    def runtest(self) -> None:
        """Fetches the theorem's result and raises MutantSurvived if there is such a mutant."""
        found = self.parent.result().falsification
        assert found is not None
        for fate, number in found.fates().items():
            self.user_properties.append((fate, number))
        if found.unexplained:
            raise MutantSurvived(found)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The survivors as text; an error of the checker itself with its traceback."""
        if not isinstance(excinfo.value, MutantSurvived):
            return _unusable(excinfo.value) or super().repr_failure(excinfo, style)
        from checker.falsify.lines import survivor_lines

        survivors = excinfo.value.found.unexplained
        how_many = "1 mutant survives" if len(survivors) == 1 else f"{len(survivors)} mutants survive"
        lines = [line for mutant in survivors for _, line in survivor_lines(mutant)]
        return "\n".join([f"{how_many}: the checks cannot tell the statement from it", "", *lines])

    def reportinfo(self) -> tuple[Path, int, str]:
        """The heading of a failure."""
        return self.path, 0, f"{self.parent.reference}::{self.name}"


class ClaimItem(pytest.Item):
    """A claim; passes only if its verdict is ``holds``."""

    parent: TheoremCollector

    def runtest(self) -> None:
        """Fetches the theorem's result and raises ClaimFailed unless the claim holds."""
        result = self.parent.result()
        claim = next(claim for claim in result.claims if claim.claim == self.name)
        self.user_properties.append(("evidence", claim.evidence))
        if claim.digits is not None:
            self.user_properties.append(("digits", claim.digits))
        self.user_properties.append(("datasets", claim.cases))
        if claim.verdict != "holds":
            raise ClaimFailed(result, claim)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """A failing claim as text; an error of the checker itself with its traceback."""
        if isinstance(excinfo.value, ClaimFailed):
            return "\n".join(self._lines(excinfo.value.result, excinfo.value.claim))
        return _unusable(excinfo.value) or super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The heading of a failure: the theorem's name and the claim's."""
        return self.path, 0, f"{self.parent.reference}::{self.name}"

    def _lines(self, result: TheoremResult, claim: ClaimResult) -> Iterator[str]:
        # pytest repeats the first line in its short summary.
        yield f"{claim.claim} is {_on(claim)}"
        yield ""
        yield result.title
        for line in result.statement:
            yield f"  {line.name:<9} {line.text}"
        for position, line in enumerate(result.assumptions):
            yield f"  {'given' if position == 0 else '':<9} {line.text}"
        yield f"  {'claim':<9} {claim.text}"
        yield ""
        yield claim.reason
        if claim.counterexample is not None:
            yield from self._counterexample(result, claim.counterexample)

    def _counterexample(self, result: TheoremResult, found: Counterexample) -> Iterator[str]:
        from checker.summary import dataset_lines

        for line in dataset_lines(found.dataset):
            yield f"  {line}"
        for side, value in (("left", found.left), ("right", found.right)):
            if value:
                yield f"  {side} = {value}"
        if found.file:
            file = self._from_here(found.file)
            yield ""
            yield f"saved to {file}; to see it again:"
            yield f"  checker verify {shlex.quote(self._reference(result))} --data {shlex.quote(file)}"

    def _reference(self, result: TheoremResult) -> str:
        """What the command line calls the theorem: its id in the library, elsewhere its file and name."""
        if self.parent.theorem.module.startswith("theorems."):
            return result.theorem
        return f"{self._from_here(self.path)}::{self.parent.reference}"

    def _from_here(self, path: str | Path) -> str:
        here = self.config.invocation_params.dir
        return Path(os.path.relpath(path, here)).as_posix() if Path(path).is_relative_to(here) else str(path)


def _on(claim: ClaimResult) -> str:
    if claim.verdict == "inapplicable":
        return "inapplicable, so nothing was checked"
    decided = sum(number for verdict, number in claim.counts.items() if verdict != "skipped")
    return f"{claim.verdict} on {claim.counts.get(claim.verdict, 0)} of {decided} dataset{'' if decided == 1 else 's'}"


def refusal(collector: pytest.Collector, excinfo: pytest.ExceptionInfo[BaseException]) -> str:
    """The sentence of a StatementError with the line that caused it; '' for any other error."""
    errors = sys.modules.get("checker.statement.errors")
    if errors is None or not isinstance(excinfo.value, errors.StatementError):
        return ""
    lines = [entry.lineno + 1 for entry in excinfo.traceback if Path(entry.path) == collector.path]
    return f"{collector.nodeid}{f':{lines[-1]}' if lines else ''}: {excinfo.value}"
