"""Drops the assumptions of a theorem one at a time: which claims fail without it, and on which data?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from checker.counterexamples import counterexample, smaller
from checker.datasets.climbing import climbed
from checker.datasets.dataset import Dataset
from checker.datasets.drawing import derived_seed, draw_datasets
from checker.datasets.errors import InputError
from checker.datasets.pushing import least_room
from checker.datasets.strata import Stratum, strata_of
from checker.engine import Engine
from checker.falsify.allies import Allied
from checker.falsify.results import DroppedAssumption
from checker.falsify.wider import Wider, wider
from checker.kernel.case import Case
from checker.kernel.decide import Outcome
from checker.kernel.evaluate import Machine
from checker.result import Counterexample, Line
from checker.statement.assumptions import Assumption
from checker.statement.claims import WeakDuality
from checker.statement.errors import StatementError
from checker.statement.mathml import mathml
from checker.statement.text import text
from checker.statement.theorem import Theorem
from checker.verification import examples_of
from checker.witness.generic import generic_proposers
from checker.witness.siblings import related

_SEVERAL, _PUSHED, _STEPS, _MOST_SHRUNK = 8, 10, 300, 40
NEEDED, NOT_NEEDED, OPEN = "needed", "not needed here", "open"


def attacked_assumptions(
    theorem: Theorem,
    *,
    cases: int = 20,
    digits: int = 50,
    seed: int = 0,
    on_assumption: Callable[[], None] = lambda: None,
) -> tuple[DroppedAssumption, ...]:
    """Each claim of a theorem on data that violate one of its assumptions, for each assumption in turn.

    Args:
        theorem: what to attack.
        cases: datasets that violate an assumption and satisfy the others; all claims are decided on the same.
        digits, seed: as the command line has them.
        on_assumption: called after each assumption, for a progress bar.
    """
    found: list[DroppedAssumption] = []
    for position in range(len(theorem.given)):
        found += attacked_assumption(theorem, position, cases=cases, digits=digits, seed=seed)
        on_assumption()
    return tuple(found)


def attacked_assumption(
    theorem: Theorem, position: int, *, cases: int = 20, digits: int = 50, seed: int = 0
) -> tuple[DroppedAssumption, ...]:
    """Each claim of a theorem on data that violate the assumption at a position of ``theorem.given``."""
    return tuple(_Attack(theorem, position, cases, digits, seed).outcomes())


@dataclass
class _Verdicts:
    """What wider datasets said of one claim."""

    holds: int = 0
    refuted: Dataset | None = None
    undecided: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    relies_on: set[str] = field(default_factory=set)

    def add(self, dataset: Dataset, outcome: Outcome) -> None:
        match outcome.verdict:
            case "holds":
                self.holds += 1
                self.reasons.append(outcome.reason)
                self.relies_on |= {*outcome.relies_on}
            case "refuted":
                self.refuted = self.refuted or dataset
            case "undecided":
                self.undecided.append(outcome.reason)
            case "skipped":
                self.skipped.append(outcome.reason)


class _Attack:
    """A theorem without the assumption at a position."""

    def __init__(self, theorem: Theorem, position: int, cases: int, digits: int, seed: int) -> None:
        self.theorem, self.position, self.assumption = theorem, position, theorem.given[position]
        self.cases, self.digits = cases, digits
        self.seed = derived_seed(seed, "without", text(self.assumption.relation))
        self.original, self.more = Engine(theorem, digits), generic_proposers(theorem)

    def outcomes(self) -> Iterator[DroppedAssumption]:
        """An outcome for each claim."""
        try:
            others = related(self.theorem)
            without = wider(self.theorem, self.assumption, others)
            self.engine = Allied(without.theorem, others, self.digits, self.more)
        except StatementError as error:
            reason = f"without the assumption the statement is not well formed: {error}"
            yield from (DroppedAssumption(claim.name, _line([self.assumption]), OPEN, 0, reason)
                        for claim in self.theorem.claims)  # fmt: skip
            return
        verdicts, found = {claim.name: _Verdicts() for claim in self.theorem.claims}, 0
        weakened = _line(without.weakened) if without.weakened else None
        sources: dict[str, Theorem] = {}
        for dataset, source in self._tried(without, verdicts):
            found, sources[dataset.digest] = found + 1, source
            for name, outcome in self.engine.decide(dataset).outcomes.items():
                verdicts[name].add(dataset, outcome)
            if all(verdict.refuted for verdict in verdicts.values()):
                break
        known: list[Dataset] = []
        for name, verdict in verdicts.items():
            line = _line([self.assumption])
            if verdict.refuted is None:
                yield DroppedAssumption(name, line, *_unrefuted(verdict, found), weakened)
                continue
            example, relies_on = self._example(name, verdict.refuted, sources[verdict.refuted.digest], known)
            reason = _relying(example.reason, relies_on)
            yield DroppedAssumption(name, line, NEEDED, verdict.holds, reason, weakened, example)

    def _tried(self, without: Wider, verdicts: dict[str, _Verdicts]) -> Iterator[tuple[Dataset, Theorem]]:
        """Datasets that violate the assumption and satisfy the others, each with the theorem that draws such.

        First those that the theorem names, then drawn ones, last where small steps lead for the claims that still hold.
        """
        named = self._named(without.theorem)
        yield from ((dataset, without.theorem) for dataset in named)
        yield from self._drawn(without, {dataset.digest for dataset in named})
        for name, verdict in verdicts.items():
            if not verdict.refuted:
                yield from ((dataset, without.theorem) for dataset in self._climbed(without.theorem, name))

    def _named(self, without: Theorem) -> list[Dataset]:
        """The examples that the theorem names for this."""
        found = examples_of(self.theorem, without, self.assumption)
        for dataset in found:
            if not self._admitted(dataset):
                other = self.engine.inapplicable(dataset)
                fault = f"violates {other}, too" if other else f"satisfies {text(self.assumption.relation)}"
                raise InputError(
                    f"an example of {self.theorem.title!r} that is to violate {text(self.assumption.relation)} and "
                    f"nothing else {fault}; change its file, or what it is without."
                )
        return found

    def _drawn(self, without: Wider, seen: set[str]) -> Iterator[tuple[Dataset, Theorem]]:
        """Half of them are of the smallest stratum, where most counterexamples are, the others of all."""
        found = 0
        for position, source in enumerate(without.drawn):
            wanted = -((found - self.cases) // (len(without.drawn) - position))
            strata = strata_of(source)
            for share, among in (((wanted + 1) // 2, strata[:1]), (wanted // 2, strata)):
                for dataset in self._spread(source, share, among, seen):
                    found += 1
                    yield dataset, source
        machine = Machine(without.theorem.program)
        for source in without.drawn:
            # Beside those, what leaves an inequality least room.
            for dataset in least_room(source, machine, self.seed, _PUSHED * self.cases):
                if dataset.digest not in seen and self._admitted(dataset):
                    seen.add(dataset.digest)
                    yield dataset, source

    def _climbed(self, without: Theorem, name: str) -> list[Dataset]:
        """Where small steps lead from the theorem's own examples, on which an inequality may have little room."""
        machine = Machine(without.program)
        found = climbed(without, machine, examples_of(self.theorem), self.seed, _STEPS, name)
        return [dataset for dataset in found if self._admitted(dataset)][-1:]

    def _spread(self, source: Theorem, wanted: int, among: Sequence[Stratum], seen: set[str]) -> list[Dataset]:
        """Datasets of some strata, spread over more: the first draws of a stratum are all nearly zero."""
        drawn = draw_datasets(source, _SEVERAL * wanted, self.seed, self._admitted, among).datasets if wanted else []
        fresh = [dataset for dataset in drawn if dataset.digest not in seen]
        chosen = fresh[:: max(1, len(fresh) // wanted)][:wanted] if wanted else []
        seen |= {dataset.digest for dataset in chosen}
        return chosen

    def _admitted(self, dataset: Dataset) -> bool:
        return self._violates(dataset) and not self.engine.inapplicable(dataset)

    def _violates(self, dataset: Dataset) -> bool:
        """Whether the kernel decides that a dataset does not satisfy the assumption."""
        case = Case(self.original.machine, dataset.values, [{}], self.digits)
        return case.truth(case.program["assumptions"][self.position], case.facts) is False

    def _example(
        self, name: str, start: Dataset, source: Theorem, known: list[Dataset]
    ) -> tuple[Counterexample, tuple[str, ...]]:
        """A small dataset that refutes the claim, and what that relies on; one that refutes another claim, if any."""
        engine = self._alone(name, start)
        refuting = (dataset for dataset in known if engine.decide(dataset).outcomes[name].verdict == "refuted")
        found = next(refuting, None)
        if found is None:
            found = smaller(
                engine, name, "refuted", start, self.seed, also=self._violates, drawn_for=source, most=_MOST_SHRUNK
            )
            known.append(found)
        return counterexample(engine, name, found), engine.decide(found).outcomes[name].relies_on

    def _alone(self, name: str, start: Dataset) -> Allied:
        """Decides the claim beside weak duality alone, if possible without a search, which takes less time."""
        theorem = self.engine.theorem
        claims = [claim for claim in theorem.claims if isinstance(claim, WeakDuality) or claim.name == name]
        for proposers in (self.more[:-1], self.more):
            alone = Allied(theorem.restated(claims=claims), self.engine.related, self.digits, proposers)
            if alone.decide(start).outcomes[name].verdict == "refuted":
                return alone
        return self.engine


def _unrefuted(verdict: _Verdicts, found: int) -> tuple[str, int, str]:
    """Outcome, number of datasets and reason of a claim that no dataset refutes."""
    if verdict.undecided:
        reason = f"undecided on {len(verdict.undecided)} of {found} wider datasets: {_commonest(verdict.undecided)}"
        return OPEN, verdict.holds, reason
    if verdict.holds:
        reason = "; ".join(dict.fromkeys(reason for reason in verdict.reasons if reason))
        return NOT_NEEDED, verdict.holds, _relying(reason, sorted(verdict.relies_on))
    if verdict.skipped:
        return OPEN, 0, f"on none of {found} wider datasets it says anything: {_commonest(verdict.skipped)}"
    return OPEN, 0, "no dataset was found that violates the assumption and satisfies the others"


def _relying(reason: str, names: Sequence[str]) -> str:
    return "; ".join(part for part in (reason, f"relies on {', '.join(names)}" if names else "") if part)


def _commonest(reasons: list[str]) -> str:
    return max(dict.fromkeys(reasons), key=reasons.count)


def _line(assumptions: Sequence[Assumption]) -> Line:
    relations = [assumption.relation for assumption in assumptions]
    return Line("", ", ".join(map(text, relations)), " ".join(map(mathml, relations)))
