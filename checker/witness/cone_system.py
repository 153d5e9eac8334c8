"""A cone program in balls, scaled to numbers near one, and the equations of Newton's method for its optimum.

``Ex = e``, ``Ax + s = b`` with s in the cones, and multipliers y and z in the cones with ``c + ∇f(x) + Eᵀy + Aᵀz = 0``;
at the optimum ``s∘z = 0`` in the Jordan product of the cones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb, fmpq

from checker.witness import smooth
from checker.witness.cone_program import ConeProgram
from checker.witness.cones import Cone
from checker.witness.linear_forms import CONSTANT, Form
from checker.witness.rounding import exponent
from checker.witness.sparse_system import Elimination, Factors, Row, product

_ZERO, _ONE = arb(0), arb(1)
_ROUNDS = 12


@dataclass(frozen=True)
class Point:
    """Columns x, multipliers y of the equations, and s and z in the cones; or changes of them."""

    x: list[arb]
    y: list[arb]
    s: list[arb]
    z: list[arb]

    def plus(self, step: Point, share: arb) -> Point:
        """After a part of a step."""
        pairs = ((self.x, step.x), (self.y, step.y), (self.s, step.s), (self.z, step.z))
        return Point(*([(a + b * share).mid() for a, b in zip(*pair, strict=True)] for pair in pairs))


@dataclass(frozen=True)
class Residuals:
    """By how much a point misses the equations of the gradient, of E and of A."""

    gradient: list[arb]
    equations: list[arb]
    cones: list[arb]


@dataclass(frozen=True)
class _Term:
    kind: str
    weight: arb
    rows: list[Row]
    constants: list[arb]

    def at(self, x: Sequence[arb]) -> list[arb]:
        return [(product(row, x) + constant).mid() for row, constant in zip(self.rows, self.constants, strict=True)]


class ConeSystem:
    """The program at the present precision.

    Args:
        program: without superfluous columns and equations.
    """

    def __init__(self, program: ConeProgram) -> None:
        self.program = program
        self.exponents, heights, self.unit = _scaling(program)
        used = {column for form in program.forms() for column in form if column != CONSTANT}
        self.used = sorted(used)
        self.place = {column: at for at, column in enumerate(self.used)}
        self.cones: list[Cone] = []
        forms = list(program.nonnegative)
        if forms:
            self.cones.append(Cone("nonnegative", 0, len(forms)))
        for kind, blocks in (("second_order", program.second_order), ("semidefinite", program.semidefinite)):
            for block in blocks:
                size = len(block) if kind == "second_order" else int((2 * len(block)) ** 0.5)
                self.cones.append(Cone(kind, len(forms), size))
                forms += block
        # Ax + s = b, so that A is less than zero times the forms.
        self.A, self.b = self._rows([{k: -v for k, v in form.items()} for form in forms], heights)
        self.b = [-entry for entry in self.b]
        self.E, constants = self._rows(program.zero, [exponent_of(form) for form in program.zero])
        self.e = [-entry for entry in constants]
        self.terms = [
            _Term(term.kind, self._small(term.weight), *self._rows(term.forms, [0] * len(term.forms)))
            for term in program.smooth
        ]
        (objective,), _ = self._rows([program.objective], [self.unit])
        self.c = [objective.get(at, _ZERO) for at in range(len(self.used))]
        self.degree = sum(cone.degree for cone in self.cones)
        self.weights = [arb(weight) for cone in self.cones for weight in cone.weights]
        self.identity = [arb(entry) for cone in self.cones for entry in cone.identity]
        self.positive = {at for term in self.terms if term.kind == "entropy" for row in term.rows for at in row}
        # The second derivatives of squares are the same everywhere.
        self._squares: list[Row] = [{} for _ in self.used]
        for term in self.terms:
            if term.kind == "square":
                self._bend(self._squares, term, term.constants)
        self._elimination: Elimination | None = None

    def _small(self, number: fmpq) -> arb:
        return (arb(number) * arb(2) ** -self.unit).mid()

    def _rows(self, forms: Sequence[Form], heights: Sequence[int]) -> tuple[list[Row], list[arb]]:
        """Coefficients and constants, over two to the power of a height for each."""
        rows, constants = [], []
        for form, height in zip(forms, heights, strict=True):
            rows.append({
                self.place[k]: (arb(v) * arb(2) ** (self.exponents[k] - height)).mid()
                for k, v in form.items() if k in self.place
            })  # fmt: skip
            constants.append((arb(form.get(CONSTANT, fmpq(0))) * arb(2) ** -height).mid())
        return rows, constants

    def columns(self, x: Sequence[arb]) -> list[arb]:
        """The values of all columns, unscaled."""
        values = [_ZERO] * self.program.columns
        for column, entry in zip(self.used, x, strict=True):
            values[column] = (entry * arb(2) ** self.exponents[column]).mid()
        return values

    def value(self, x: Sequence[arb]) -> arb:
        """The objective, over two to the power of ``unit``, with its constant."""
        constant = self._small(self.program.objective.get(CONSTANT, fmpq(0)))
        linear = sum((c * entry for c, entry in zip(self.c, x, strict=True)), start=constant)
        return sum((t.weight * smooth.value(t.kind, t.at(x)) for t in self.terms), start=linear).mid()

    def inner(self, s: Sequence[arb], z: Sequence[arb]) -> arb:
        """The inner product in the cones."""
        return sum((w * a * b for w, a, b in zip(self.weights, s, z, strict=True)), start=_ZERO).mid()

    def gradient(self, x: Sequence[arb]) -> list[arb]:
        """``c + ∇f(x)``."""
        found = list(self.c)
        for term in self.terms:
            for slope, row in zip(smooth.gradient(term.kind, term.at(x)), term.rows, strict=True):
                for j, entry in row.items():
                    found[j] += term.weight * slope * entry
        return [entry.mid() for entry in found]

    def residuals(self, point: Point) -> Residuals:
        """What is left of the linear equations at a point."""
        gradient = self.gradient(point.x)
        for row, y in zip(self.E, point.y, strict=True):
            for j, entry in row.items():
                gradient[j] += entry * y
        for row, z, weight in zip(self.A, point.z, self.weights, strict=True):
            for j, entry in row.items():
                gradient[j] += weight * entry * z
        equations = [(product(row, point.x) - e).mid() for row, e in zip(self.E, self.e, strict=True)]
        cones = [(product(row, point.x) + s - b).mid() for row, s, b in zip(self.A, point.s, self.b, strict=True)]
        return Residuals([entry.mid() for entry in gradient], equations, cones)

    def products(self, s: Sequence[arb], z: Sequence[arb]) -> list[arb]:
        """``s∘z``."""
        found: list[arb] = []
        for cone in self.cones:
            part = cone.part(z)
            found += [product(row, part) for row in cone.rows(cone.part(s))]
        return found

    def reach(self, point: Point, step: Point) -> arb:
        """How often a step can be taken before it leaves a cone, or the domain or model of a smooth function."""
        found = arb("inf")
        for cone in self.cones:
            for at, change in ((point.s, step.s), (point.z, step.z)):
                found = found.min(cone.reach(cone.part(at), cone.part(change)))
        for term in self.terms:
            if term.kind != "square":
                changes = [product(row, step.x) for row in term.rows]
                found = found.min(smooth.reach(term.kind, term.at(point.x), changes))
        return found.mid()

    def inside(self, point: Point) -> bool:
        """Whether s and z are inside their cones."""
        return all(cone.inside(cone.part(values)) for cone in self.cones for values in (point.s, point.z))

    def factors(self, point: Point) -> Linear:
        """The equations of Newton's method at a point, ready to be solved.

        Raises:
            ZeroDivisionError: they are singular.
        """
        size, equations = len(self.used), len(self.E)
        rows = [dict(row) for row in self._squares]
        rows += [{} for _ in range(equations + len(self.A))]
        for term in self.terms:
            if term.kind != "square":
                self._bend(rows, term, term.at(point.x))
        for i, row in enumerate(self.E):
            for j, entry in row.items():
                rows[size + i][j] = rows[j][size + i] = entry
        first = size + equations
        for cone in self.cones:
            left, right = cone.rows(cone.part(point.s)), cone.rows(cone.part(point.z))
            for i in range(cone.entries):
                at, row = cone.start + i, rows[first + cone.start + i]
                for k, entry in right[i].items():
                    for j, factor in self.A[cone.start + k].items():
                        row[j] = row.get(j, _ZERO) - entry * factor
                for k, entry in left[i].items():
                    row[first + cone.start + k] = entry
                for j, factor in self.A[at].items():
                    rows[j][first + at] = (factor * self.weights[at]).mid()
        if self._elimination is None:
            self._elimination = Elimination(rows)
        return Linear(self, point, Factors(self._elimination, rows))

    def _bend(self, rows: list[Row], term: _Term, at: list[arb]) -> None:
        """Adds the second derivative of a term."""
        bends, shared = smooth.curvatures(term.kind, at)
        outer = [((d * term.weight).mid(), row) for d, row in zip(bends, term.rows, strict=True)]
        if shared:
            total: Row = {}
            for share, row in zip(shared, term.rows, strict=True):
                for j, entry in row.items():
                    total[j] = (total.get(j, _ZERO) + share * entry).mid()
            outer.append((-term.weight, total))
        for weight, row in outer:
            for j, entry in row.items():
                factor, target = weight * entry, rows[j]
                for k, other in row.items():
                    target[k] = target[k] + factor * other if k in target else factor * other


class Linear:
    """The factored equations at a point."""

    def __init__(self, system: ConeSystem, point: Point, factors: Factors) -> None:
        self.system, self.point, self.solver = system, point, factors

    def step(self, residuals: Residuals, complementarity: Sequence[arb]) -> Point:
        """The change that removes the residuals, with ``s∘Δz + z∘Δs`` as given."""
        system, z = self.system, self.point.z
        right = [-entry for entry in (*residuals.gradient, *residuals.equations)]
        for cone in system.cones:
            part = cone.part(residuals.cones)
            right += [
                (aim + product(row, part)).mid()
                for row, aim in zip(cone.rows(cone.part(z)), cone.part(complementarity), strict=True)
            ]
        solution = self.solver.solve(right)
        size, equations = len(system.used), len(system.E)
        x, y, dz = solution[:size], solution[size : size + equations], solution[size + equations :]
        s = [(-r - product(row, x)).mid() for r, row in zip(residuals.cones, system.A, strict=True)]
        return Point(x, y, s, dz)


def exponent_of(form: Form) -> int:
    """The exponent of the largest coefficient, 0 without any."""
    return max((exponent(v) for k, v in form.items() if k != CONSTANT), default=0)


def _scaling(program: ConeProgram) -> tuple[list[int], list[int], int]:
    """Exponents of columns, of the forms in cones (one for each cone) and of the objective, so that all are near 0.

    The columns of functions that have a scale of their own are left alone.
    """
    fixed = {
        k for term in program.smooth if term.kind != "square" for form in term.forms for k in form if k != CONSTANT
    }
    blocks = [[form] for form in program.nonnegative] + [*program.second_order, *program.semidefinite]
    squares = [[form] for term in program.smooth for form in term.forms if term.kind == "square"]
    everything = [*blocks, *squares, *([form] for form in program.zero)]
    columns, heights = [0] * program.columns, [0] * len(everything)
    given = [[(k, exponent(v)) for form in block for k, v in form.items() if k != CONSTANT] for block in everything]
    for _ in range(_ROUNDS):
        # Rows and columns are divided by the roots of their largest entries (D. Ruiz, 2001).
        largest: dict[int, int] = {}
        for at, entries in enumerate(given):
            sizes = [(k, size + columns[k]) for k, size in entries]
            for k, size in sizes:
                largest[k] = max(largest.get(k, size - heights[at]), size - heights[at])
            heights[at] += (max((size for _, size in sizes), default=heights[at]) - heights[at]) // 2
        for k, size in largest.items():
            if k not in fixed:
                columns[k] -= (size + 1) // 2
    constants = [
        exponent(form[CONSTANT]) - height
        for block, height in zip(everything, heights, strict=True) for form in block if CONSTANT in form
    ]  # fmt: skip
    if constants and not fixed:
        columns = [at + max(constants) for at in columns]
        heights = [at + max(constants) for at in heights]
    objective = [exponent(v) + columns[k] for k, v in program.objective.items() if k != CONSTANT]
    for term in program.smooth:
        if term.kind == "square":
            parts = [exponent(v) + (columns[k] if k != CONSTANT else 0) for form in term.forms for k, v in form.items()]
            objective.append(exponent(term.weight) + 2 * max(parts, default=0))
        else:
            objective.append(exponent(term.weight))
    spread = [height for block, height in zip(blocks, heights, strict=False) for _ in block]
    return columns, spread, max(objective, default=0)
