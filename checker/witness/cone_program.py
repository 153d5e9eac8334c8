"""Convex problems in exact data: linear forms in cones, and sums of smooth convex functions of linear forms.

``min c(x) + Σ f(v(x))`` over columns x, subject to linear forms that vanish, that are at least zero, that lie in a
second-order cone, or that are the entries of a positive semidefinite matrix.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from flint import fmpq

from checker.witness.exact import WitnessError
from checker.witness.linear_forms import CONSTANT, ONE, Form, independent, is_constant


class Unsolvable(WitnessError):
    """A problem without points that are feasible, or without a least value."""


@dataclass
class Smooth:
    """A smooth convex function of linear forms: ``weight · f(v)``.

    The kind is ``square`` (``Σ v²``), ``softplus`` (``Σ log(1 + eᵛ)``), ``entropy`` (``Σ v log v``) or ``logsumexp``
    (``log Σ eᵛ``).
    """

    kind: str
    forms: list[Form]
    weight: fmpq = ONE


@dataclass
class ConeProgram:
    """The problem.

    Attributes:
        columns: their number.
        objective: a linear form that is minimised.
        smooth: what is added to it.
        zero: forms that vanish.
        nonnegative: forms that are at least zero.
        second_order: lists of forms, the first at least as large as the Euclidean norm of the others.
        semidefinite: the entries on and below the diagonal of positive semidefinite matrices, row by row.
        given: how many of the columns are entries of the variables of the statement; they are the first ones.
        equations: how many of the forms that vanish are equations of the statement; they are the first ones.
    """

    columns: int = 0
    objective: Form = field(default_factory=dict)
    smooth: list[Smooth] = field(default_factory=list)
    zero: list[Form] = field(default_factory=list)
    nonnegative: list[Form] = field(default_factory=list)
    second_order: list[list[Form]] = field(default_factory=list)
    semidefinite: list[list[Form]] = field(default_factory=list)
    given: int = 0
    equations: int = 0

    def column(self) -> int:
        """A new column."""
        self.columns += 1
        return self.columns - 1

    def forms(self) -> Iterable[Form]:
        """All forms but the objective."""
        yield from self.zero
        yield from self.nonnegative
        for block in (*self.second_order, *self.semidefinite, *(term.forms for term in self.smooth)):
            yield from block

    def without_superfluous(self) -> ConeProgram:
        """Without equations that follow from others, and with 0 for columns that the others make up for.

        Raises:
            Unsolvable: the equations contradict each other, or the objective falls along a line.
        """
        kept = independent(self.zero, [*range(self.columns), CONSTANT])
        if len(kept) > len(independent(self.zero, range(self.columns))):
            raise Unsolvable("its equations contradict each other")
        rows = [form for form in self.forms() if not is_constant(form)]
        # A column is free if those before it span it, and then it may be 0.
        transposed: list[Form] = [{} for _ in range(self.columns)]
        for at, row in enumerate(rows):
            for column, factor in row.items():
                if column != CONSTANT:
                    transposed[column][at] = factor
        needed = set(independent(transposed, range(len(rows))))
        for column, factor in self.objective.items():
            if column != CONSTANT:
                transposed[column][len(rows)] = factor
        if len(independent(transposed, range(len(rows) + 1))) > len(needed):
            raise Unsolvable("its objective is unbounded")

        def without(form: Form) -> Form:
            return {column: factor for column, factor in form.items() if column in needed or column == CONSTANT}

        return ConeProgram(
            self.columns,
            without(self.objective),
            [Smooth(term.kind, [*map(without, term.forms)], term.weight) for term in self.smooth],
            [without(self.zero[at]) for at in kept],
            [*map(without, self.nonnegative)],
            [[*map(without, block)] for block in self.second_order],
            [[*map(without, block)] for block in self.semidefinite],
            self.given,
            sum(at < self.equations for at in kept),
        )
