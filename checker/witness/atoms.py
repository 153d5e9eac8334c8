"""Convex atoms as columns that bound them from above, by cones.

An expression is a linear form in variables and in atoms; whether it is convex shows in the signs of its atoms.
"""

from __future__ import annotations

from flint import fmpq

from checker.witness.cone_program import ConeProgram, Smooth
from checker.witness.exact import NotConvex
from checker.witness.linear_forms import CONSTANT, ONE, Form, Table, combined, minus

_HALF = fmpq(1, 2)


class Atoms:
    """The atoms of a cone program that is being made.

    Attributes:
        program: which gets their columns and cones.
    """

    def __init__(self) -> None:
        self.program = ConeProgram()
        # Columns that bound an atom from above, and those of atoms that are at least zero.
        self._atoms, self._signed = set[int](), set[int]()
        self._smooth: list[tuple[int, Smooth]] = []

    def bounded(self, form: Form) -> Form:
        """A form that is bounded from above, as soon as its atoms are: none of them may be subtracted.

        Raises:
            NotConvex: one is.
        """
        if any(factor < 0 and column in self._atoms for column, factor in form.items()):
            raise NotConvex("it has a convex function where a concave one is needed")
        return form

    def affine(self, form: Form) -> Form:
        """A form that has no atoms.

        Raises:
            NotConvex: it has some.
        """
        if self._atoms & form.keys():
            raise NotConvex("it has a convex function where an affine one is needed")
        return form

    def at_most_zero(self, form: Form) -> None:
        """Adds the constraint ``form ≤ 0``."""
        self.program.nonnegative.append(minus(self.bounded(form)))

    def largest(self, forms: list[Form]) -> Form:
        """The largest of some forms."""
        return self._above([*map(self.bounded, forms)], signed=False)

    def absolute(self, forms: list[Form]) -> list[Form]:
        """The absolute values."""
        growing = self._named([*map(self._growing, forms)])
        return [form if self._atoms & form.keys() else self._above([form, minus(form)]) for form in growing]

    def rectified(self, forms: list[Form]) -> list[Form]:
        """``max(v, 0)`` of each form."""
        return [self._above([form, {}]) for form in self._named([*map(self.bounded, forms)])]

    def squares(self, forms: list[Form]) -> Form:
        """The sum of the squares."""
        return self._term("square", self._named([*map(self._growing, forms)]))

    def softplus(self, forms: list[Form]) -> list[Form]:
        """``log(1 + eᵛ)`` of each form."""
        return [self._term("softplus", [form]) for form in self._named([*map(self.bounded, forms)])]

    def entropies(self, forms: list[Form]) -> list[Form]:
        """``v log v`` of each form, which is a column of its own so that it can be kept positive."""
        columns = [form if len(form) == 1 and ONE in form.values() else self._own(form) for form in forms]
        return [self._term("entropy", [form], signed=False) for form in columns]

    def logsumexp(self, forms: list[Form]) -> Form:
        """``log Σ eᵛ``."""
        return self._term("logsumexp", self._named([*map(self.bounded, forms)]), signed=False)

    def norm(self, kind: str, table: Table) -> Form:
        """The norm of a kind (see :func:`checker.kernel.norms.norm`)."""
        if kind in ("spectral", "nuclear") and min(table.rows, table.columns) > 1:
            return self._singular(kind, table)
        if kind == "one":
            return combined((ONE, form) for form in self.absolute(table.forms))
        if kind == "infinity":
            growing = self._named([*map(self._growing, table.forms)])
            return self._above([*growing, *(minus(form) for form in growing if not self._atoms & form.keys())])
        columns = [table.forms]
        if kind == "columns":
            columns = [[table.at(i, j) for i in range(table.rows)] for j in range(table.columns)]
        found = self._atom()
        for forms in columns:
            self.program.second_order.append([found, *self._named([*map(self._growing, forms)])])
        return found

    def _singular(self, kind: str, table: Table) -> Form:
        """``[[P, V], [Vᵀ, R]] ⪰ 0``, with the spectral norm on the diagonal, or half the trace as the nuclear norm."""
        rows, forms = table.rows, self._named([*map(self.affine, table.forms)])
        bound = self._atom() if kind == "spectral" else {}
        entries: list[Form] = []
        for i in range(rows + table.columns):
            for j in range(i + 1):
                if j < rows <= i:
                    entries.append(forms[j * table.columns + i - rows])
                elif kind == "spectral":
                    entries.append(bound if i == j else {})
                elif i == j:
                    entries.append(self._atom())
                    bound = combined([(ONE, bound), (_HALF, entries[-1])])
                else:
                    entries.append({self.program.column(): ONE})
        self.program.semidefinite.append(entries)
        return bound

    def place_smooth_terms(self) -> None:
        """Gives smooth atoms that only the objective has to the objective; squares elsewhere become cones.

        Raises:
            NotConvex: another smooth atom is elsewhere.
        """
        program = self.program
        elsewhere = {column for form in program.forms() for column in form}
        elsewhere |= {column for _, term in self._smooth for form in term.forms for column in form}
        for column, term in self._smooth:
            if column not in elsewhere:
                weight = program.objective.pop(column, fmpq(0))
                if weight != 0:
                    program.smooth.append(Smooth(term.kind, term.forms, weight))
            elif term.kind == "square":
                # Σ v² ≤ t if and only if ‖(2v, t − 1)‖ ≤ t + 1.
                above, below = ({column: ONE, CONSTANT: fmpq(side)} for side in (1, -1))
                doubled = [combined([(fmpq(2), form)]) for form in term.forms]
                program.second_order.append([above, below, *doubled])
            else:
                raise NotConvex(f"it has a {term.kind} elsewhere than as a summand of the objective")

    def _growing(self, form: Form) -> Form:
        """What a function may take that grows where its argument is at least zero: an affine form, or such an atom."""
        kept = all(k in self._signed and v >= 0 for k, v in form.items() if k != CONSTANT)
        return form if kept and form.get(CONSTANT, fmpq(0)) >= 0 else self.affine(form)

    def _atom(self, signed: bool = True) -> Form:
        column = self.program.column()
        self._atoms.add(column)
        if signed:
            self._signed.add(column)
        return {column: ONE}

    def _above(self, bounds: list[Form], signed: bool = True) -> Form:
        found = self._atom(signed)
        self.program.nonnegative += [combined([(ONE, found), (-ONE, bound)]) for bound in bounds]
        return found

    def _term(self, kind: str, forms: list[Form], signed: bool = True) -> Form:
        found = self._atom(signed)
        self._smooth.append((next(iter(found)), Smooth(kind, forms)))
        return found

    def _named(self, forms: list[Form]) -> list[Form]:
        """The forms, or columns of their own for them if they are fewer than the columns they depend on."""
        used = {column for form in forms for column in form if column != CONSTANT}
        if len(used) <= len(forms):
            return forms
        return [form if len(form) == 1 or self._atoms & form.keys() else self._own(form) for form in forms]

    def _own(self, form: Form) -> Form:
        column = self.program.column()
        self.program.zero.append(combined([(ONE, self.affine(form)), (-ONE, {column: ONE})]))
        return {column: ONE}
