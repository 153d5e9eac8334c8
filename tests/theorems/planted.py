"""Wrong statements from right theorems, and how a wrong one is looked for a failing dataset."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import checker
from checker.datasets.drawing import draw_datasets
from checker.engine import Engine
from checker.statement import OptimalValue, Theorem, WeakDuality

IDENTITY = [[1, 0], [0, 1]]
ONE_OUTPUT = {"X": IDENTITY, "y": [3, 4]}
TWO_OUTPUTS = {"X": IDENTITY, "Y": [[3, 0], [0, 2]]}


@dataclass(frozen=True)
class Planted:
    """A wrong statement, and a small dataset that refutes it."""

    theorem: Theorem
    data: Mapping[str, Any]
    settings: Mapping[str, Any] = field(default_factory=dict)

    def refuted(self) -> list[str]:
        """The claims that the dataset refutes."""
        result = checker.verify(self.theorem, data=self.data, settings=self.settings)
        return [claim.claim for claim in result.claims if claim.verdict == "refuted"]


def restated(
    theorem: Theorem, *wrong: Any, keep: Collection[str] | None = None, without: Collection[str] = (), **changes: Any
) -> Theorem:
    """A theorem's weak duality, which other claims rest on, or other claims by name, and wrong ones.

    Args:
        theorem: the right one.
        wrong: claims to add.
        keep: names of the claims to keep.
        without: assumptions to leave out, by the kind of their relation or by the dimension they bound.
        changes: ``given`` or ``witness`` in place of the theorem's.
    """
    kept = [c for c in theorem.claims if (isinstance(c, WeakDuality) if keep is None else c.name in keep)]
    given = [a for a in theorem.given if not {a.relation.kind, str(a.floor and a.floor[0])} & set(without)]
    return Theorem(
        title="Planted",
        given=changes.get("given", given),
        claims=[*kept, *wrong],
        witness=changes.get("witness", theorem.witness),
        boundaries={} if without else theorem.boundaries,
    )


def of_value(theorem: Theorem, problem: Any, value: Any) -> Theorem:
    """The theorem with a wrong optimal value."""
    return restated(theorem, OptimalValue(problem, value, name="wrong"))


def claims_of(theorem: Theorem, *names: str) -> list[Any]:
    """Claims of a theorem by name."""
    return [claim for claim in theorem.claims if claim.name in names]


def failing(theorem: Theorem, *verdicts: str) -> str:
    """The first of those verdicts that one of a hundred drawn datasets gives; '' if none does.  Nothing is shrunk."""
    engine = Engine(theorem)
    for cases in (10, 30, 100):
        drawn = draw_datasets(theorem, cases, 0, lambda dataset: not engine.inapplicable(dataset))
        for dataset in drawn.datasets:
            if engine.decide(dataset).verdict in verdicts:
                return engine.decide(dataset).verdict
    return ""
