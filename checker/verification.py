"""Theorem × datasets → result: draws or takes datasets, shrinks what fails, and gathers what users see."""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from checker import certificates as files
from checker.bounds import enclosures, width_exponent
from checker.counterexamples import counterexample, smaller
from checker.datasets.dataset import Dataset
from checker.datasets.drawing import Drawn, draw_datasets
from checker.datasets.loading import load_dataset
from checker.datasets.pushing import least_room
from checker.engine import Decided, Engine
from checker.failures import Failures
from checker.kernel.program import digest
from checker.library import identify
from checker.result import ClaimResult, Counterexample, DatasetRecord, Line, Picture, TheoremResult, worst
from checker.statement.assumptions import Assumption
from checker.statement.mathml import mathml
from checker.statement.suprema import suprema_of
from checker.statement.text import text
from checker.statement.theorem import Theorem
from checker.statement.wording import as_mathml, as_text, claim_mathml, proof_of

EVIDENCE = ("sampled", "enclosed", "exact", "identity")
DEFAULT_CASES, DEFAULT_DIGITS = 100, 50
_TRIES, _CLOSEST = 60, 20
"""One dataset in 20 is one on which a claimed inequality has the least room, of 60 that each of its searches tries."""


def examples_of(theorem: Theorem, wider: Theorem | None = None, dropped: Assumption | None = None) -> list[Dataset]:
    """The real datasets that a theorem names, read from beside the file that defines it.

    Args:
        theorem: which names them.
        wider: the theorem to read them for, without an assumption that they violate; by default the theorem itself.
        dropped: the assumption that they violate; by default they satisfy all.

    Raises:
        InputError: a file that cannot be read, or does not give what the theorem needs.
    """
    module = sys.modules.get(theorem.module)
    folder = Path(getattr(module, "__file__", None) or ".").resolve().parent
    return [
        load_dataset(folder / e.file, wider or theorem, target=e.target, settings=dict(e.settings), rows=e.rows)
        for e in theorem.examples
        if e.without == dropped
    ]


def check(
    theorem: Theorem,
    *,
    datasets: Sequence[Dataset] | None = None,
    cases: int = DEFAULT_CASES,
    digits: int = DEFAULT_DIGITS,
    seed: int = 0,
    failures: Failures | None = None,
    on_dataset: Callable[[], None] = lambda: None,
    pictures: bool = False,
    falsify: bool = False,
    on_attack: Callable[[], None] = lambda: None,
) -> TheoremResult:
    """Checks a theorem on the given datasets, or on drawn ones and its examples.

    Args:
        theorem: what to check.
        datasets: exactly these; None draws ``cases`` distinct applicable ones and adds the theorem's examples.
        cases, digits, seed: as the command line has them.
        failures: where failing datasets are kept, to be replayed first.
        on_dataset: called after each dataset, for a progress bar.
        pictures: whether to draw the theorem's pictures, as a report shows them.
        falsify: whether to attack the statement, too: without each assumption, and mutated.
        on_attack: called after each attack.
    """
    engine, identifier = Engine(theorem, digits), identify(theorem)
    drawn = Drawn([])
    if datasets is None:
        replayed = failures.load(theorem, identifier) if failures else []
        most = cases // _CLOSEST
        closest = least_room(theorem, engine.machine, seed, min(2 * cases, _TRIES))[:most] if most else []
        drawn = draw_datasets(theorem, cases, seed, lambda dataset: not engine.inapplicable(dataset), known=closest)
        taken = [*replayed, *drawn.datasets, *examples_of(theorem)]
    else:
        taken = list(datasets)
    decided = []
    for dataset in taken:
        decided.append(engine.decide(dataset))
        on_dataset()
    single = decided[0] if len(taken) == 1 and datasets is not None else None
    claims = tuple(
        _claim(engine, position, decided, seed, single is not None) for position in range(len(theorem.claims))
    )
    if failures and datasets is None:
        claims = failures.save(theorem, identifier, claims)
    result = _result(engine, identifier, claims, decided, drawn, seed, single)
    # Last, so that a picture that changes a matrix it is given changes nothing that was decided or written.
    result = replace(result, pictures=_pictures(theorem, decided)) if pictures and theorem.pictures else result
    if falsify:
        from checker.falsify.attack import attacked

        found = attacked(theorem, cases=cases, digits=digits, seed=seed, on_step=on_attack)
        result = replace(result, falsification=found)
    return result


def _claim(engine: Engine, position: int, decided: Iterable[Decided], seed: int, single: bool) -> ClaimResult:
    claim = engine.theorem.claims[position]
    outcomes = [(d, d.outcomes[claim.name]) for d in decided if not d.inapplicable]
    counts = Counter(outcome.verdict for _, outcome in outcomes)
    verdict = worst(outcome.verdict for _, outcome in outcomes)
    failing = (
        next(((d, o) for d, o in outcomes if o.verdict == verdict), None)
        if verdict in ("refuted", "undecided")
        else None
    )
    relevant = [o for _, o in outcomes if o.verdict == verdict]
    evidence = next((kind for kind in EVIDENCE if any(o.evidence == kind for o in relevant)), "")
    digits = [o.digits for o in relevant if o.digits is not None]
    counterexample, reason = None, next((o.reason for o in relevant if o.reason), "")
    if tries := sum(o.tries for o in relevant):
        reason = f"{reason}; {tries:,} feasible points or pairs of points tried in all"
    if verdict == "inapplicable":
        reason = "no dataset met what the claim presupposes"
    if failing:
        counterexample = _counterexample(engine, claim.name, verdict, failing[0].dataset, seed, single)
        reason = counterexample.reason
    return ClaimResult(
        claim=claim.name,
        text=engine.machine.program["claims"][position]["text"],
        mathml=claim_mathml(claim),
        verdict=verdict,
        evidence=evidence,
        digits=min(digits, default=None),
        cases=counts["holds"],
        counts=dict(sorted(counts.items())),
        relies_on=tuple(sorted({name for o in relevant for name in o.relies_on})),
        reason=reason,
        counterexample=counterexample,
        proof=tuple(Line(name, as_text(parts), as_mathml(parts)) for name, parts in proof_of(claim)),
    )


def _counterexample(engine: Engine, name: str, verdict: str, start: Dataset, seed: int, single: bool) -> Counterexample:
    return counterexample(engine, name, start if single else smaller(engine, name, verdict, start, seed))


def _result(
    engine: Engine, identifier: str, claims: tuple[ClaimResult, ...], decided: Sequence[Decided], drawn: Drawn,
    seed: int, single: Decided | None,
) -> TheoremResult:  # fmt: skip
    theorem, applicable = engine.theorem, [d for d in decided if not d.inapplicable]
    hardest = max(applicable, key=hardness, default=None)
    chosen = {id(d) for d in applicable if _is_file(d.dataset.label) or single}
    by_label: dict[str, Decided] = {}
    for d in applicable:
        by_label[d.dataset.label] = max(by_label.get(d.dataset.label, d), d, key=hardness)
    chosen |= {id(d) for d in by_label.values()}
    certificates: dict[str, Any] = {}
    stated = digest(theorem.program)
    records = []
    for d in decided:
        name = ""
        if id(d) in chosen and d.case is not None:
            name = (
                f"{identifier.replace('/', '.')}.{_file_name(d.dataset.label)}.{d.dataset.digest[:8]}-{stated[:6]}.json"
            )
            certificates[name] = files.write(
                identifier, theorem.program, d.dataset.values, d.certifying, engine.digits, d.outcomes
            )
        records.append(_record(d, name))
    inapplicable = Counter(d.inapplicable for d in decided if d.inapplicable)
    return TheoremResult(
        theorem=identifier,
        title=theorem.title,
        source=str(theorem.source or ""),
        note=theorem.note,
        digest=stated,
        verdict=_overall(claims, single is not None),
        statement=(
            *(Line(name, text(problem), mathml(problem)) for name, problem in problems_of(theorem)),
            *(Line("where", text(definition), mathml(definition)) for definition in theorem.definitions()),
            *(Line("supremum", as_text(parts), as_mathml(parts)) for parts in suprema_of(theorem)),
        ),
        assumptions=tuple(Line("", text(a.relation), mathml(a.relation)) for a in theorem.given),
        claims=claims,
        datasets=tuple(records),
        strata=dict(Counter(d.dataset.label for d in applicable)),
        rejected={"repeated": drawn.repeated, "inapplicable": drawn.inapplicable + sum(inapplicable.values())},
        hardest=hardest.dataset.to_json() if hardest else None,
        seed=seed,
        digits=engine.digits,
        values=enclosures(single.case, engine.digits) if single and single.case else {},
        certificates=certificates,
    )


def _overall(claims: Sequence[ClaimResult], single: bool) -> str:
    """The worst verdict; over drawn datasets a claim to which none of them applied was not checked, and is no pass."""
    verdict = worst(claim.verdict for claim in claims)
    unchecked = any(claim.verdict == "inapplicable" for claim in claims)
    return "inapplicable" if verdict == "holds" and unchecked and not single else verdict


def problems_of(theorem: Theorem) -> list[tuple[str, Any]]:
    """The problems that a theorem's claims of duality speak of, by their own names, else by their side of a pair."""
    found: list[tuple[str, Any]] = []
    for claim in theorem.claims:
        for side in ("primal", "dual"):
            problem = getattr(claim, side, None)
            if problem is not None and all(problem is not known for _, known in found):
                found.append((problem.name or side, problem))
    return found


def _pictures(theorem: Theorem, decided: Sequence[Decided]) -> tuple[Picture, ...]:
    """Each picture on the first dataset that it has something to draw of: real data, then the simplest draws."""
    from checker.pictures import caption_of, drawn

    applicable = [d for d in decided if not d.inapplicable]
    real = [d for d in applicable if _is_file(d.dataset.label)]
    simplest = sorted((d for d in applicable if not _is_file(d.dataset.label)), key=_simplicity)
    found = []
    for picture in theorem.pictures:
        for d in (*real, *simplest):
            svg, reason = drawn(picture, {**d.dataset.values, **(d.points[0] if d.points else {})})
            if svg or reason:
                found.append(Picture(caption_of(picture), d.dataset.label, d.dataset.digest, svg, reason))
                break
    return tuple(found)


def _simplicity(decided: Decided) -> tuple[int, int]:
    """Datasets of short numbers are simple, and among those the one with the most different numbers shows most."""
    values = [value for value in decided.dataset.values.values() if not isinstance(value, int)]
    return max(map(_bits, values), default=0), -len({str(entry) for value in values for entry in _entries(value)})


def _is_file(label: str) -> bool:
    return label.endswith((".csv", ".npz", ".json"))


def _file_name(label: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in label)


def hardness(decided: Decided) -> int:
    """The bits of the longest number that was proposed: how far the dataset drove the certificate."""
    return max((_bits(value) for point in decided.points[:1] for value in point.values()), default=0)


def _bits(value: Any) -> int:
    return max((int(entry.height_bits()) for entry in _entries(value)), default=0)


def _entries(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [entry for item in value for entry in _entries(item)]
    return list(value.entries()) if hasattr(value, "entries") else [value]


def _record(decided: Decided, name: str) -> DatasetRecord:
    dataset = decided.dataset
    digits = [o.digits for o in decided.outcomes.values() if o.digits is not None]
    return DatasetRecord(
        label=dataset.label,
        digest=dataset.digest,
        sizes={key: value for key, value in dataset.values.items() if isinstance(value, int)},
        verdict=decided.verdict,
        digits=min(digits, default=None),
        width_exponent=_finite(width_exponent(decided.case)) if decided.case else None,
        hardness=hardness(decided),
        reason=decided.inapplicable,
        certificate=name,
    )


def _finite(value: float | None) -> float | None:
    return round(value, 3) if value is not None and math.isfinite(value) else None


def as_dataset(data: Any, theorem: Theorem, settings: Mapping[str, str]) -> Dataset:
    """A dataset from a path, a mapping of arrays by symbol name, or a dataset."""
    if isinstance(data, Dataset):
        return data
    if isinstance(data, (str, Path)):
        return load_dataset(data, theorem, settings=settings)
    from checker.datasets.arrays import dataset_of_arrays

    return dataset_of_arrays(data, theorem, settings)
