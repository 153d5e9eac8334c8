"""The page: results arranged for the template."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from checker.report import wording
from checker.report.formulas import Entry, formula, shortened, typeset
from checker.report.plot import bracket_plot, summary
from checker.report.portable import is_file
from checker.result import VERDICTS, ClaimResult, DatasetRecord, TheoremResult

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Section:
    """One theorem as the page shows it: the result, and what follows from it."""

    result: TheoremResult
    anchor: str
    position: int

    @property
    def chapter(self) -> str:
        """The file it stands in, as words: ``two-layer-linear/strong-duality`` is in "Two layer linear"."""
        head, slash, _ = self.result.theorem.rpartition("/")
        return head.rpartition("/")[2].replace("-", " ").capitalize() if slash else ""

    @property
    def headline(self) -> str:
        return wording.headline(self.result)

    @property
    def applicable(self) -> list[DatasetRecord]:
        return [record for record in self.result.datasets if record.verdict != "inapplicable"]

    @property
    def files(self) -> list[DatasetRecord]:
        return [record for record in self.result.datasets if is_file(record.label)]

    @property
    def failing(self) -> list[ClaimResult]:
        return [claim for claim in self.result.claims if claim.verdict in ("refuted", "undecided")]

    @property
    def shown(self) -> list[ClaimResult]:
        """The claims that do not hold, with a dataset that shows it."""
        return [claim for claim in self.failing if claim.counterexample]

    @property
    def shown_heading(self) -> str:
        words = {"refuted": "counterexamples", "undecided": "undecided datasets"}
        found = {claim.counterexample.verdict for claim in self.shown if claim.counterexample}
        return " and ".join(word for verdict, word in words.items() if verdict in found).capitalize()

    @property
    def strata(self) -> list[tuple[str, int, int]]:
        """Label, applicable and rejected draws; files have a table of their own."""
        labels = dict.fromkeys([*self.result.strata, *self.result.rejected])
        return [
            (label, self.result.strata.get(label, 0), self.result.rejected.get(label, 0))
            for label in labels
            if not is_file(label)
        ]

    @property
    def hardest_record(self) -> DatasetRecord | None:
        return max(self.applicable, key=lambda record: record.hardness, default=None)

    @property
    def hardest(self) -> list[Entry]:
        return typeset(self.result.hardest or {})

    @cached_property
    def plot(self) -> Markup | None:
        return bracket_plot(self.result, f"brackets-{self.position}")

    @property
    def plot_summary(self) -> str:
        return summary(self.result)


@dataclass(frozen=True)
class Overview:
    """The run at a glance."""

    sections: Sequence[Section]

    @property
    def title(self) -> str:
        return wording.title([section.result.verdict for section in self.sections])

    @property
    def tally(self) -> dict[str, int]:
        """The number of theorems by verdict, without the verdicts that did not occur."""
        found = [section.result.verdict for section in self.sections]
        return {verdict: found.count(verdict) for verdict in ("holds", *VERDICTS) if verdict in found}

    @property
    def claims(self) -> int:
        return sum(len(section.result.claims) for section in self.sections)

    @property
    def datasets(self) -> int:
        return sum(len(section.applicable) for section in self.sections)

    @property
    def files(self) -> int:
        return len({record.label for section in self.sections for record in section.files})

    @property
    def digits(self) -> str:
        return ", ".join(map(str, sorted({section.result.digits for section in self.sections}))) or "–"

    @property
    def seed(self) -> str:
        return ", ".join(map(str, sorted({section.result.seed for section in self.sections}))) or "–"

    @property
    def failing(self) -> list[tuple[Section, ClaimResult]]:
        return [(section, claim) for section in self.sections for claim in section.failing]

    @property
    def chapters(self) -> list[tuple[str, list[Section]]]:
        return [(chapter, list(members)) for chapter, members in groupby(self.sections, key=lambda s: s.chapter)]


def render(results: Sequence[TheoremResult], *, created: str, versions: Mapping[str, str]) -> str:
    """The whole page as HTML."""
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(formula=formula, typeset=typeset, shortened=shortened, scope=wording.scope, count=wording.count)
    environment.filters["sizes"] = _sizes
    environment.filters["power"] = _power
    return environment.get_template("page.html.jinja").render(
        overview=Overview(_sections(results)),
        verdicts=wording.VERDICTS,
        evidence=wording.EVIDENCE,
        symbols=wording.SYMBOLS,
        created=created,
        versions=versions,
        certificates=frozenset(name for result in results for name in result.certificates),
        style=Markup((_HERE / "style.css").read_text(encoding="utf-8")),
    )


def _sections(results: Sequence[TheoremResult]) -> list[Section]:
    sections: list[Section] = []
    taken: set[str] = set()
    for position, result in enumerate(results, start=1):
        anchor = re.sub(r"[^\w/.:-]+", "-", result.theorem)
        # A theorem may be checked twice, on two sets of data.
        anchor = anchor if anchor not in taken else f"{anchor}--{position}"
        taken.add(anchor)
        sections.append(Section(result, anchor, position))
    return sections


def _sizes(sizes: Mapping[str, int]) -> str:
    return ", ".join(f"{name} = {size}" for name, size in sizes.items())


def _power(exponent: float | None) -> Markup:
    if exponent is None:
        return Markup("0")
    return Markup("10<sup>{}</sup>").format(f"{exponent:.1f}".replace("-", "−"))
