"""What a theorem claims.  A claim is data; how it is decided stands in :mod:`checker.kernel.decide`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from checker.statement.problems import Problem
from checker.statement.relations import Relation


@dataclass(frozen=True)
class Slack:
    """``multiplier · (right − left)`` for the relation ``left ≤ right``, or ``multiplier · (right² − left²)``.

    The multiplier must be visibly nonnegative: built from squares, norms, positive numbers and symbols that are
    assumed positive.  ``squared`` needs two sides that are visibly nonnegative.  Along a matrix V, a relation
    ``‖Z‖ ≤ r`` of a spectral (or larger) norm gives ``multiplier · (r²‖V‖_F² − ‖Z·Vᵀ‖_F²)``.
    """

    multiplier: Any
    relation: Relation
    squared: bool = True
    along: Any = None


@dataclass(frozen=True)
class Residual:
    """``⟨multiplier, left − right⟩`` for the relation ``left = right``."""

    multiplier: Any
    relation: Relation


@dataclass(frozen=True)
class GapIdentity:
    """``P − D`` as squares plus nonnegative multiples of slacks plus multiples of equality constraints.

    A polynomial identity in every symbol, so it proves weak duality for all data at once; and since ``P = D`` at an
    optimum, it forces every square to vanish there, which is what :class:`ForEveryOptimum` concludes from.

    Attributes:
        squares: pairs ``(c, E)``, each the term ``c·‖E‖_F²`` with ``c`` visibly nonnegative.
        slacks, residuals: further terms.
        lemmas: instances of inequalities ``left ≤ right``, each the term ``right − left``; what a lemma takes for
            granted must be constraints of the pair or assumptions of the theorem.  In such an identity, parts that are
            not polynomial stand for any values, so that they have to cancel.
    """

    squares: tuple[tuple[Any, Any], ...] = ()
    slacks: tuple[Slack, ...] = ()
    residuals: tuple[Residual, ...] = ()
    lemmas: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Step:
    """One link ``left ≤ right`` (or ``=``) of a chain that leads from the dual objective to the primal one.

    Attributes:
        relation: the link, for all feasible points.
        by: the id of the lemma whose instance it is; '' for a step by the constraints alone.
        conditions: what the lemma takes for granted, at the same points.
        inside: for a step from the objective of a maximum at a point to that maximum: the problem, and the point.
    """

    relation: Relation
    by: str = ""
    conditions: tuple[Relation, ...] = ()
    inside: tuple[Problem, Mapping[Any, Any]] | None = None


@dataclass(frozen=True)
class Chain:
    """Weak duality as ``D ≤ … ≤ P``, link by link, the first left side being D and the last right side P.

    Each link is sampled at feasible points, so that weak duality is ``sampled`` and relies on the lemmas by name.
    """

    steps: tuple[Step, ...]


@dataclass(frozen=True, kw_only=True)
class _Common:
    """The fields that every claim has: its name, and the relations without which it claims nothing."""

    name: str = ""
    when: tuple[Relation, ...] = ()


@dataclass(frozen=True)
class WeakDuality(_Common):
    """``P(θ) ≥ D(λ)`` for all feasible θ and λ: proved by a gap identity, else sampled, if possible link by link."""

    kind: ClassVar[str] = "weak-duality"
    primal: Problem
    dual: Problem
    by: GapIdentity | Chain | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class StrongDuality(_Common):
    """``P* = D*``: feasible points enclose both optima in one narrow interval (or both sides are ``+∞``).

    The two problems need not be one pair: each may have a pair of its own that encloses its optimum.
    """

    kind: ClassVar[str] = "strong-duality"
    primal: Problem
    dual: Problem


@dataclass(frozen=True)
class OptimalValue(_Common):
    """The optimal value of a problem is given by a formula in the data."""

    kind: ClassVar[str] = "optimal-value"
    problem: Problem
    value: Any


@dataclass(frozen=True)
class OptimalPoint(_Common):
    """A point given by formulas in the data is feasible and optimal."""

    kind: ClassVar[str] = "optimal-point"
    problem: Problem
    point: Mapping[Any, Any]


@dataclass(frozen=True)
class Infeasible(_Common):
    """No point satisfies the constraints: the dual is unbounded along a ray, or a product has too low a rank."""

    kind: ClassVar[str] = "infeasible"
    problem: Problem


@dataclass(frozen=True)
class ForEveryOptimum(_Common):
    """Every pair of a primal and a dual optimum satisfies the relation.

    Decided by the gap identity of the pair; where none proves it, sampled on networks that the witness did not build:
    each feasible one that violates it must cost more than the optimum.
    """

    kind: ClassVar[str] = "for-every-optimum"
    primal: Problem
    relation: Relation


@dataclass(frozen=True)
class SomeOptimum(_Common):
    """An optimum with the relation exists: the witness's point is optimal to the digits asked for and satisfies it.

    An equation counts as satisfied to the digits to which its sides agree.
    """

    kind: ClassVar[str] = "some-optimum"
    primal: Problem
    relation: Relation


@dataclass(frozen=True)
class UniqueOptimum(_Common):
    """A problem has no two different optima.

    Refuted by two different feasible points that both attain the optimal value exactly.  Decided by the gap identity of
    the pair where its squares give every variable of the problem as a function of the data and of the other problem's
    optimum; where they do not, sampled: each other feasible point that was tried has a worse value.
    """

    kind: ClassVar[str] = "unique-optimum"
    problem: Problem


@dataclass(frozen=True)
class Vanishing(_Common):
    """Every variable of the primal is zero at every optimum if and only if the condition holds.

    Decided by ``weight · Σ‖V‖² = size`` at every optimum, V over the primal variables, which must follow from the gap
    identity of the pair: the same λ and so the same size serves every optimum, and is zero where zero is optimal.

    Attributes:
        weight: visibly positive.
        size: a number in the data and the dual variables.
    """

    kind: ClassVar[str] = "vanishing"
    primal: Problem
    condition: Relation
    weight: Any = field(kw_only=True)
    size: Any = field(kw_only=True)


@dataclass(frozen=True)
class Identity(_Common):
    """The equation holds for all real values of all its symbols: a polynomial identity."""

    kind: ClassVar[str] = "identity"
    relation: Relation


@dataclass(frozen=True)
class Holds(_Common):
    """A relation between expressions in the data, decided on each dataset."""

    kind: ClassVar[str] = "relation"
    relation: Relation


Claim = (
    WeakDuality
    | StrongDuality
    | OptimalValue
    | OptimalPoint
    | Infeasible
    | ForEveryOptimum
    | SomeOptimum
    | UniqueOptimum
    | Vanishing
    | Identity
    | Holds
)
