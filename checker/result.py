"""What a verification returns: plain data, the same in Python, in JSON and in the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from checker.falsify.results import Falsification

VERDICTS = ("refuted", "undecided", "inapplicable", "holds")


@dataclass(frozen=True)
class Counterexample:
    """A shrunk dataset on which a claim fails, with both sides of what was compared."""

    dataset: Mapping[str, Any]
    verdict: str
    reason: str = ""
    left: str = ""
    right: str = ""
    file: str = ""


@dataclass(frozen=True)
class Line:
    """A formula for the report: a heading, one-line text, and MathML."""

    name: str
    text: str
    mathml: str


@dataclass(frozen=True)
class ClaimResult:
    """The verdict on one claim over all datasets.

    Attributes:
        claim: its name within the theorem.
        text, mathml: what it says.
        verdict: ``holds``, ``refuted``, ``undecided``, or ``inapplicable`` if no dataset met what it presupposes.
        evidence: the weakest over the datasets: ``identity``, ``exact``, ``enclosed`` or ``sampled``.
        digits: the fewest decimal digits reached where it was enclosed; None where every decision was exact.
        cases: on how many datasets it was decided to hold.
        counts: datasets by verdict (``holds``, ``refuted``, ``undecided``, ``skipped``).
        relies_on: what the verdict rests on beside the kernel.
        reason: why it is not ``holds``, or what was tried.
        counterexample: the shrunk dataset, if it was refuted or undecided.
        proof: for weak duality, the identity or the links that it is concluded from, each with its ground.
    """

    claim: str
    text: str
    mathml: str
    verdict: str
    evidence: str
    digits: int | None
    cases: int
    counts: Mapping[str, int]
    relies_on: tuple[str, ...] = ()
    reason: str = ""
    counterexample: Counterexample | None = None
    proof: tuple[Line, ...] = ()


@dataclass(frozen=True)
class DatasetRecord:
    """One dataset that was checked.

    Attributes:
        label: stratum, or the name of the file it came from.
        sizes: its dimensions, such as ``{"n": 3, "d": 2, "m": 1}``.
        verdict: the worst verdict of any claim on it, or ``inapplicable``.
        digits: fewest digits any bracket reached on it (None: all exact).
        width_exponent: log10 of the relative width of the widest bracket; None if every bracket has width zero.
        hardness: number of bits of the largest entry of the witness; the hardest dataset has the largest.
        reason: for an inapplicable dataset, the assumption it does not satisfy.
        certificate: file name of its certificate, if one was written.
    """

    label: str
    digest: str
    sizes: Mapping[str, int]
    verdict: str
    digits: int | None = None
    width_exponent: float | None = None
    hardness: int = 0
    reason: str = ""
    certificate: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture of a theorem on one dataset.

    Attributes:
        caption: what it shows.
        dataset: the label of the dataset; digest: SHA-256 of its values.
        svg: the drawing; '' if it could not be drawn, and then ``reason`` says why.
    """

    caption: str
    dataset: str
    digest: str
    svg: str = field(default="", repr=False)
    reason: str = ""


@dataclass(frozen=True)
class TheoremResult:
    """The verdict on a theorem.

    Attributes:
        theorem: its id.
        title, source, note: as the author gave them.
        digest: SHA-256 of the compiled statement.
        verdict: the worst verdict of its claims; ``inapplicable`` if no dataset met the assumptions, or no
            drawn one what a claim presupposes.
        statement: the problems it speaks of; assumptions: what it takes for granted.
        claims: in the author's order.
        datasets: every distinct dataset that was checked, drawn or read.
        strata: applicable datasets by label; rejected: draws that repeated an earlier one or met no assumption.
        hardest: the dataset with the longest witness, as JSON.
        seed, digits: as asked for.
        values: enclosures of the optima, for a single dataset:
            ``{"primal": {"lower": "…", "upper": "…"}, "dual": {…}}``, decimals rounded outward.
        pictures: in the author's order, if the run was asked to draw them; those that there was nothing to draw of
            on any dataset are left out.
        falsification: how it stood up to attacks, if the run was asked for them.
    """

    theorem: str
    title: str
    source: str
    note: str
    digest: str
    verdict: str
    statement: tuple[Line, ...]
    assumptions: tuple[Line, ...]
    claims: tuple[ClaimResult, ...]
    datasets: tuple[DatasetRecord, ...]
    strata: Mapping[str, int]
    rejected: Mapping[str, int]
    hardest: Mapping[str, Any] | None
    seed: int
    digits: int
    values: Mapping[str, Any] = field(default_factory=dict)
    certificates: Mapping[str, Any] = field(default_factory=dict, repr=False)
    pictures: tuple[Picture, ...] = ()
    falsification: Falsification | None = None

    @property
    def holds(self) -> bool:
        return self.verdict == "holds"

    @property
    def passes(self) -> bool:
        """Whether it holds and, if it was attacked, no mutant of it survived without a reason."""
        return self.holds and not (self.falsification and self.falsification.unexplained)

    def to_json(self) -> dict[str, Any]:
        """The object that ``--json`` prints and ``report.json`` holds.

        Certificates are files of their own, and drawings stand in the page alone.
        """
        result = asdict(self)
        del result["certificates"]
        for picture in result["pictures"]:
            del picture["svg"]
        for optional in ("values", "pictures", "falsification"):
            if not result[optional]:
                del result[optional]
        return result


def worst(verdicts: Any) -> str:
    """The worst of some verdicts: refuted, undecided, then holds; inapplicable only if there is no other."""
    found = set(verdicts)
    return next((v for v in ("refuted", "undecided", "holds") if v in found), "inapplicable")
