"""What a loss is: a convex function of the outputs, its conjugate, and the pieces that a sample of it is made of."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flint import fmpq

from checker.statement import Assumption, Example
from checker.witness.pieces import Piece

Expression = Any
Parameters = Mapping[str, fmpq]


def no_assumptions(*_: Any) -> tuple[Assumption, ...]:
    """Of a loss that takes any targets, or whose conjugate is finite everywhere."""
    return ()


@dataclass(frozen=True, kw_only=True)
class Loss:
    """A loss ``ℓ(z; y)`` of outputs z and targets y, both columns, summed over the samples.

    ``theorems/convex_losses.py`` states of each, as ``convex-losses/fenchel-young/NAME``, that the conjugate is one:
    ``ℓ(z) + ℓ*(ν) ≥ zᵀν`` on its domain, with equality where ν is a subgradient of ℓ at z.

    Attributes:
        name: as ``--set loss=NAME`` takes it.
        title: as it stands in titles.
        value: ``(z, y) → ℓ(z; y)``.
        conjugate: ``(ν, y) → ℓ*(ν) = sup_z zᵀν − ℓ(z; y)`` on its domain.
        subgradient: ``(z, y) →`` a subgradient of ℓ at z, of the shape of z.
        domain: ``(ν, y) →`` the assumptions that say where the conjugate is finite; their relations are the constraints
            of dual problems, and they draw ν.
        targets: ``y →`` the assumptions on targets.
        attained: ``y →`` what targets must have for an optimum to be attained where an offset costs nothing.
        given: the assumptions on the parameters of the loss.
        settings: values of its parameters for real data.
        pieces: ``(y_i, parameters) → [(h, s, k), …]``, the loss of one sample as ``Σ h(s·z − k)``, for the solver; each
            h is a :class:`checker.witness.pieces.Piece`.
    """

    name: str
    title: str
    value: Callable[[Expression, Expression], Expression]
    conjugate: Callable[[Expression, Expression], Expression]
    subgradient: Callable[[Expression, Expression], Expression]
    pieces: Callable[[fmpq, Parameters], Sequence[tuple[Piece, fmpq, fmpq]]]
    domain: Callable[[Expression, Expression], tuple[Assumption, ...]] = no_assumptions
    targets: Callable[[Expression], tuple[Assumption, ...]] = no_assumptions
    attained: Callable[[Expression], tuple[Assumption, ...]] = no_assumptions
    given: tuple[Assumption, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)

    def examples(self, numbers: str, labels: str, rows: int | None = None, **settings: str) -> list[Example]:
        """A real dataset with targets that the loss takes: a file with numbers, or one with labels 1 and -1."""
        file = labels if self.targets is not no_assumptions else numbers
        return [Example(file=f"data/{file}.csv", rows=rows, settings={**self.settings, **settings})]

    def witness(self, function: str) -> Callable[[Mapping[str, Any], int], Any]:
        """A witness that hands this loss on to ``"module:function"``, which is imported when it is first needed."""

        def proposed(data: Mapping[str, Any], digits: int) -> Any:
            return pkgutil.resolve_name(function)(self, data, digits)

        return proposed
