"""How a theorem stood up to attacks, arranged for the template."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from checker.falsify.results import DroppedAssumption, Falsification, Mutant
from checker.report.formulas import Entry, typeset
from checker.report.wording import count
from checker.result import Counterexample, Line

# Each word with the verdict whose colour it has: an assumption that is needed is as it should be, a survivor is not.
COLOURS = {
    "needed": "holds",
    "not needed here": "inapplicable",
    "open": "undecided",
    "refuted": "holds",
    "uncertified": "inapplicable",
    "equivalent": "inapplicable",
    "survived": "refuted",
}


@dataclass(frozen=True)
class Shown:
    """A dataset on which claims fail, and what was compared there for the first of them."""

    claims: tuple[str, ...]
    example: Counterexample

    @property
    def dataset(self) -> list[Entry]:
        """The dataset, typeset."""
        return typeset(self.example.dataset)


@dataclass(frozen=True)
class Dropped:
    """An assumption, and what became of each claim without it."""

    entries: tuple[DroppedAssumption, ...]

    @property
    def assumption(self) -> Line:
        """What was dropped."""
        return self.entries[0].assumption

    @property
    def weakened(self) -> Line | None:
        """What took its place."""
        return self.entries[0].weakened

    @property
    def outcome(self) -> str:
        """``needed`` if any claim needs it, else ``open`` if any is open."""
        found = {entry.outcome for entry in self.entries}
        return next(outcome for outcome in ("needed", "open", "not needed here") if outcome in found)

    @property
    def shown(self) -> list[Shown]:
        """The datasets on which claims fail, each once, the one that refutes most claims first."""
        groups: dict[str, list[DroppedAssumption]] = {}
        for entry in self.entries:
            if entry.counterexample:
                groups.setdefault(_key(entry.counterexample.dataset), []).append(entry)
        shown = [Shown(tuple(e.claim for e in group), _of(group[0])) for group in groups.values()]
        return sorted(shown, key=lambda one: (-len(one.claims), len(_key(one.example.dataset))))


@dataclass(frozen=True)
class Attacks:
    """All that was tried on one theorem."""

    found: Falsification

    @property
    def dropped(self) -> list[Dropped]:
        """The assumptions, in the author's order."""
        return [Dropped(entries) for entries in self.found.by_assumption()]

    @property
    def summary(self) -> str:
        """How many mutants there are, and of each fate."""
        fates = self.found.fates()
        parts = ", ".join(f"{number} {fate}" for fate, number in fates.items())
        return f"{count(len(self.found.mutants), 'mutant')}: {parts}."

    @property
    def survivors(self) -> list[Mutant]:
        """The mutants that hold on all datasets, those without a reason first."""
        return sorted((m for m in self.found.mutants if m.fate == "survived"), key=lambda mutant: bool(mutant.reason))

    @property
    def others(self) -> list[Mutant]:
        """The other mutants."""
        return [mutant for mutant in self.found.mutants if mutant.fate != "survived"]


def _of(entry: DroppedAssumption) -> Counterexample:
    assert entry.counterexample is not None
    return entry.counterexample


def _key(dataset: Mapping[str, object]) -> str:
    return json.dumps(dataset, sort_keys=True)
