"""What the mutants of a theorem are measured against: datasets, what holds on them, and points to decide on."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import zip_longest
from typing import Any

from checker.datasets.dataset import Dataset
from checker.datasets.drawing import draw_datasets
from checker.engine import Engine
from checker.falsify.equivalence import scaled
from checker.kernel.case import Case
from checker.kernel.decide import Outcome
from checker.statement.claims import WeakDuality
from checker.statement.problems import Problem
from checker.statement.theorem import Theorem
from checker.verification import examples_of
from checker.witness.propose import rivals, solutions

Point = dict[str, Any]

_LEAST = 3
"""On so many datasets each claim is to be decided, if some of those drawn meet what it presupposes."""
_MORE = 8
"""As many times as many datasets for mutants that hold on the first ones."""


class Original:
    """A theorem on some datasets; each is decided once, and each point proposed once, for all mutants.

    Args:
        theorem: as it stands.
        cases: how many datasets every mutant is decided on.
        digits, seed: as the command line has them.

    Attributes:
        first: the datasets for every mutant, the smallest first.
        others: further ones, for those that hold on the first.
        problems: those of the theorem's pairs.
    """

    def __init__(self, theorem: Theorem, *, cases: int, digits: int, seed: int) -> None:
        self.theorem, self.cases, self.digits, self.seed = theorem, cases, digits, seed
        self.engine = Engine(theorem.restated(witness=self._counting(theorem.proposer)), digits)
        drawn = draw_datasets(theorem, _MORE * cases, seed, lambda dataset: not self.engine.inapplicable(dataset))
        self.first = self._few(drawn.datasets)
        self.others = [dataset for dataset in drawn.datasets if dataset not in self.first]
        pairs = [(c.primal, c.dual) for c in theorem.claims if isinstance(c, WeakDuality)]
        self.problems: list[Problem] = list(dict.fromkeys(problem for pair in pairs for problem in pair))
        self._proposals: dict[str, int] = {}
        self._applying: dict[str, list[Dataset]] = {}
        self._rivals: dict[str, list[Point]] = {}
        self._solved: dict[tuple[Problem, str], list[Point]] = {}

    def _counting(self, proposer: Callable[..., Any] | None) -> Callable[..., Any] | None:
        """The author's witness, of which it is kept how many points it proposed last for each dataset."""
        if proposer is None:
            return None

        def counted(dataset: Dataset, *digits: int) -> Any:
            found = proposer(dataset, *digits)
            self._proposals[dataset.digest] = len(found) if isinstance(found, (list, tuple)) else 1
            return found

        if len(inspect.signature(proposer).parameters) > 1:
            return lambda dataset, digits: counted(dataset, digits)
        return lambda dataset: counted(dataset)

    def _few(self, drawn: Sequence[Dataset]) -> list[Dataset]:
        """Some of each stratum in turn, and more for claims to which those do not apply."""
        strata = [[d for d in drawn if d.label == label] for label in dict.fromkeys(d.label for d in drawn)]
        in_turn = [dataset for turn in zip_longest(*strata) for dataset in turn if dataset is not None]
        found = in_turn[: self.cases]
        applying = {dataset.digest: self._claims_on(dataset) for dataset in drawn}
        for claim in self.theorem.claims:
            has = sum(claim.name in applying[dataset.digest] for dataset in found)
            more = [d for d in drawn if claim.name in applying[d.digest] and d not in found]
            found += more[: max(0, _LEAST - has)]
        return sorted(found, key=_size)

    def _claims_on(self, dataset: Dataset) -> set[str]:
        """The claims whose conditions a dataset meets."""
        case = Case(self.engine.machine, dataset.values, [{}], self.digits)
        claims = self.engine.machine.program["claims"]
        return {c["name"] for c in claims if all(case.truth(r, case.facts) is True for r in c["when"])}

    @cached_property
    def trials(self) -> list[Dataset]:
        """Where two formulas agree that say the same: the datasets drawn, and the same in other proportions."""
        drawn = self.first + self.others
        return [*drawn, *(scaled(self.theorem, dataset) for dataset in drawn)]

    @cached_property
    def examples(self) -> list[Dataset]:
        """The datasets that the theorem names."""
        return examples_of(self.theorem)

    def applying(self, name: str) -> list[Dataset]:
        """Further datasets, all of which meet the conditions of a claim."""
        if name not in self._applying:

            def applies(dataset: Dataset) -> bool:
                return not self.engine.inapplicable(dataset) and name in self._claims_on(dataset)

            known = {dataset.digest for dataset in self.first + self.others}
            found = draw_datasets(self.theorem, 2 * self.cases, self.seed + 1, applies).datasets
            self._applying[name] = [dataset for dataset in found if dataset.digest not in known]
        return self._applying[name]

    def held(self, dataset: Dataset) -> set[str]:
        """The claims that hold on a dataset; none where one does not hold that is not skipped either."""
        decided = self.engine.decide(dataset)
        holding = {name for name, outcome in decided.outcomes.items() if outcome.verdict == "holds"}
        return holding if decided.verdict == "holds" else set()

    def outcomes(self, dataset: Dataset) -> Mapping[str, Outcome]:
        """What became of each claim on a dataset."""
        return self.engine.decide(dataset).outcomes

    def proposed(self, dataset: Dataset) -> list[Point]:
        """What the author's witness proposed, or what was found without one."""
        points = self.engine.decide(dataset).points
        return points[: self._proposals.get(dataset.digest, len(points))]

    def rivals(self, dataset: Dataset) -> list[Point]:
        """Points that the witness did not build."""
        if dataset.digest not in self._rivals:
            points, own = self.engine.decide(dataset).points, self.proposed(dataset)
            known = points[len(own) :]
            made = known or rivals(self.theorem, self.engine.machine, dataset, own, self.digits)
            self._rivals[dataset.digest] = made
        return self._rivals[dataset.digest]

    def solved(self, problem: Problem, dataset: Dataset) -> list[Point]:
        """What CVXPY finds for a problem."""
        key = problem, dataset.digest
        if key not in self._solved:
            self._solved[key] = solutions(problem, dataset)
        return self._solved[key]


def _size(dataset: Dataset) -> int:
    return sum(len(str(value)) for value in dataset.to_json().values())
