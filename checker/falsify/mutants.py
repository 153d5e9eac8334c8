"""The mutants of a theorem: every well-formed statement that one change makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sympy import Basic

from checker.falsify.mutations import OPERATORS
from checker.falsify.rewriting import Part, Path, parts_of, places, replaced
from checker.statement import claims as c
from checker.statement.errors import StatementError
from checker.statement.nodes import Optimum
from checker.statement.problems import Problem
from checker.statement.shapes import same_shape
from checker.statement.theorem import Theorem


@dataclass(frozen=True, eq=False)
class Altered:
    """A theorem with one change in one place of its statement.

    Attributes:
        change: the kind of change, such as ``a constant``.
        part: the problem, or the formula of a claim, in which it is; after: what it became.
        path: the way to the place.
        theorem: the statement with the change, of the claims that differ and those that they may rest on.
    """

    change: str
    part: Part
    after: Any
    path: Path
    theorem: Theorem

    @property
    def formulas(self) -> tuple[Any, Any]:
        """The formula in which the change is, as it was and as it became; of a problem, the side or the constraint."""
        node = self.part.expression
        for position in self.path:
            node = node.args[position]
        # With the names dropped that the change drops.
        before = replaced(self.part.expression, self.path, node)
        return _formula(before, self.path), _formula(self.after, self.path)


def mutants_of(theorem: Theorem) -> Iterator[Altered]:
    """Every well-formed statement that one change makes of a theorem, each once, in the order of the statement."""
    for part in parts_of(theorem):
        seen = {part.expression}
        for path, line in places(part.expression):
            for change, operator in OPERATORS.items():
                for new in operator(line):
                    after = _rewritten(part, path, line[-1], new)
                    if after is None or after in seen:
                        continue
                    seen.add(after)
                    found = _restated(theorem, part, after)
                    if found is not None:
                        yield Altered(change, part, after, path, found)


def _rewritten(part: Part, path: Path, old: Any, new: Any) -> Any:
    """The part with another node at a place; None if that is ill-typed."""
    try:
        if not isinstance(old, Problem):
            same_shape(new, old, "a mutant")
        return replaced(part.expression, path, new)
    except StatementError:
        return None


def _restated(theorem: Theorem, part: Part, after: Any) -> Theorem | None:
    """The theorem with another part; None if it is ill-formed even without what proves its weak duality."""
    for proof in (True, False):
        try:
            claims = part.rewritten(after)
            claims = claims if proof else [unproved(claim, part.claims) for claim in claims]
            return theorem.restated(claims=_needed(claims, part.claims))
        except StatementError:
            continue
    return None


def unproved(claim: Any, names: frozenset[str]) -> Any:
    """A claim without what proves its weak duality, if it is one of those named."""
    return replace(claim, by=None) if isinstance(claim, c.WeakDuality) and claim.name in names else claim


def _needed(claims: Sequence[Any], names: frozenset[str]) -> list[Any]:
    """The claims of these names, and those that enclose the optima they speak of, if they do."""
    named = [claim for claim in claims if claim.name in names]
    of_data = all(isinstance(claim, (c.Holds, c.Identity)) and not claim.relation.has(Optimum) for claim in named)
    enclosing = () if of_data else (c.WeakDuality, c.OptimalValue)
    return [claim for claim in claims if claim.name in names or isinstance(claim, enclosing)]


def _formula(part: Basic, path: Path) -> Any:
    """The side of a problem in which a place is, or one of its constraints; any other part as a whole."""
    if not isinstance(part, Problem) or len(path) < 1:
        return part
    return part.objective if path[0] == 1 else part.constraints[path[1]]
