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

from checker.falsify.results import FATES, OUTCOMES, Mutant
from checker.report import attacks, wording
from checker.report.formulas import Entry, formula, shortened, typeset
from checker.report.plot import bracket_plot, summary
from checker.report.portable import is_file
from checker.report.svg import embedded
from checker.result import VERDICTS, ClaimResult, DatasetRecord, Picture, TheoremResult, worst

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Stratum:
    """What was decided on the datasets of one stratum."""

    label: str
    number: int
    verdict: str
    digits: int | None

    @classmethod
    def of(cls, label: str, records: Sequence[DatasetRecord]) -> Stratum:
        """The worst verdict on its datasets, and the fewest digits; None if all are exact."""
        digits = [record.digits for record in records if record.digits is not None]
        return cls(label or "as given", len(records), worst(r.verdict for r in records), min(digits, default=None))


@dataclass(frozen=True)
class Section:
    """One theorem as the page shows it: the result, and what follows from it."""

    result: TheoremResult
    anchor: str
    position: int

    @property
    def chapter(self) -> str:
        """The file it stands in, as words: ``two-layer-linear/strong-duality`` is in "Two layer linear"."""
        head, slash, _ = self.result.theorem.partition("/")
        words = head.replace("-", " ").capitalize()
        return words.replace("relu", "ReLU") if slash else ""

    @property
    def variant(self) -> str:
        """Which variant of a theorem it is, if it is one: ``two-layer-linear/convex-loss/huber`` is "huber"."""
        _, _, name = self.result.theorem.partition("/")
        return name.partition("/")[2]

    @property
    def headline(self) -> str:
        """The verdict on it in one sentence."""
        return wording.headline(self.result)

    @property
    def applicable(self) -> list[DatasetRecord]:
        """The datasets that met the assumptions."""
        return [record for record in self.result.datasets if record.verdict != "inapplicable"]

    @property
    def files(self) -> list[DatasetRecord]:
        """The datasets that were read, not drawn."""
        return [record for record in self.result.datasets if is_file(record.label)]

    @property
    def failing(self) -> list[ClaimResult]:
        """The claims that are refuted or undecided."""
        return [claim for claim in self.result.claims if claim.verdict in ("refuted", "undecided")]

    @property
    def shown(self) -> list[ClaimResult]:
        """The claims that do not hold, with a dataset that shows it."""
        return [claim for claim in self.failing if claim.counterexample]

    @property
    def shown_heading(self) -> str:
        """What the shown datasets are called."""
        words = {"refuted": "counterexamples", "undecided": "undecided datasets"}
        found = {claim.counterexample.verdict for claim in self.shown if claim.counterexample}
        return " and ".join(word for verdict, word in words.items() if verdict in found).capitalize()

    @property
    def strata(self) -> list[Stratum]:
        """The applicable draws by stratum, in the order in which they were drawn; files have a table of their own."""
        labels = [label for label in self.result.strata if not is_file(label)]
        return [Stratum.of(label, [r for r in self.applicable if r.label == label]) for label in labels]

    @property
    def rejected(self) -> str:
        """The draws that were not checked, by cause."""
        return ", ".join(f"{number:,} {cause}" for cause, number in self.result.rejected.items() if number)

    @property
    def hardest_record(self) -> DatasetRecord | None:
        """The record of the dataset with the longest witness."""
        return max(self.applicable, key=lambda record: record.hardness, default=None)

    @property
    def hardest(self) -> list[Entry]:
        """That dataset, typeset."""
        return typeset(self.result.hardest or {})

    @cached_property
    def plot(self) -> Markup | None:
        """The widths of the brackets, drawn; None if all are zero."""
        return bracket_plot(self.result, f"brackets-{self.position}")

    @cached_property
    def pictures(self) -> list[tuple[Picture, Markup | None]]:
        """The pictures with their drawings; None for one that could not be drawn."""
        return [
            (picture, embedded(picture.svg, f"picture-{self.position}-{place}", picture.caption))
            for place, picture in enumerate(self.result.pictures, start=1)
        ]

    @cached_property
    def attacks(self) -> attacks.Attacks | None:
        """How it stood up to attacks, if the run was asked for them."""
        return attacks.Attacks(self.result.falsification) if self.result.falsification else None

    @property
    def plot_summary(self) -> str:
        """The widths of the brackets, in words."""
        return summary(self.result)


@dataclass(frozen=True)
class Overview:
    """The run at a glance."""

    sections: Sequence[Section]

    @property
    def title(self) -> str:
        """The verdicts on all theorems in one line."""
        return wording.title([section.result.verdict for section in self.sections])

    @property
    def tally(self) -> dict[str, int]:
        """The number of theorems by verdict, without the verdicts that did not occur."""
        found = [section.result.verdict for section in self.sections]
        return {verdict: found.count(verdict) for verdict in ("holds", *VERDICTS) if verdict in found}

    @property
    def claims(self) -> int:
        """The number of claims."""
        return sum(len(section.result.claims) for section in self.sections)

    @property
    def datasets(self) -> int:
        """The number of applicable datasets, summed over the theorems."""
        return sum(len(section.applicable) for section in self.sections)

    @property
    def files(self) -> int:
        """The number of different data files."""
        return len({record.label for section in self.sections for record in section.files})

    @property
    def digits(self) -> str:
        """The digits asked for."""
        return ", ".join(map(str, sorted({section.result.digits for section in self.sections}))) or "–"

    @property
    def seed(self) -> str:
        """The seed that the datasets were drawn from."""
        return ", ".join(map(str, sorted({section.result.seed for section in self.sections}))) or "–"

    @property
    def failing(self) -> list[tuple[Section, ClaimResult]]:
        """What is refuted, then what is undecided."""
        found = [(section, claim) for section in self.sections for claim in section.failing]
        return sorted(found, key=lambda pair: VERDICTS.index(pair[1].verdict))

    @property
    def survivors(self) -> list[tuple[Section, Mutant]]:
        """The mutants that hold on all datasets, and for which no reason is written."""
        attacked = [(section, section.result.falsification) for section in self.sections]
        return [(section, mutant) for section, found in attacked if found for mutant in found.unexplained]

    @property
    def fates(self) -> dict[str, int]:
        """How many mutants of each fate there are; none if nothing was attacked."""
        found = [section.result.falsification for section in self.sections]
        return {fate: sum(f.fates()[fate] for f in found if f) for fate in FATES} if any(found) else {}

    @property
    def needed(self) -> dict[str, int]:
        """How many assumptions of theorems came out as needed by some claim, as not needed, and as open."""
        found = [dropped.outcome for section in self.sections if section.attacks for dropped in section.attacks.dropped]
        return {outcome: found.count(outcome) for outcome in OUTCOMES}

    @property
    def chapters(self) -> list[tuple[str, list[Section]]]:
        """The theorems by the file they stand in."""
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
    environment.globals.update(
        formula=formula, typeset=typeset, shortened=shortened, scope=wording.scope, count=wording.count
    )
    environment.filters["sizes"] = _sizes
    environment.filters["power"] = _power
    environment.filters["decimal"] = _decimal
    sections = _sections(results)
    return environment.get_template("page.html.jinja").render(
        overview=Overview(sections),
        anchors={section.result.theorem: section.anchor for section in sections},
        verdicts=wording.VERDICTS,
        evidence=wording.EVIDENCE,
        symbols=wording.SYMBOLS,
        colours=attacks.COLOURS,
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


def _decimal(bound: str) -> str:
    return bound.replace("inf", "∞").replace("-", "−")


def _power(exponent: float | None) -> Markup:
    if exponent is None:
        return Markup("0")
    return Markup("10<sup>{}</sup>").format(f"{exponent:.1f}".replace("-", "−"))
