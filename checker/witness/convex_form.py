"""From a problem of a statement to a cone program: it reads the program that the kernel decides, so both have one data.

Every operation of a program has a rule here, or its problem is not seen to be convex.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from checker.kernel.evaluate import Evaluation, Machine
from checker.kernel.matrices import ball_matrix, is_matrix, shape
from checker.kernel.numbers import Undecidable, ball
from checker.kernel.program import operations_of, symbols_of
from checker.witness.atoms import Atoms
from checker.witness.cone_program import ConeProgram
from checker.witness.exact import NotConvex
from checker.witness.linear_forms import (
    CONSTANT,
    ONE,
    Form,
    Table,
    combined,
    constant,
    is_constant,
    matrix_times,
    minus,
    table_of,
)
from checker.witness.rounding import rational_of


def cone_program(machine: Machine, problem: Mapping[str, Any], data: Mapping[str, Any], bits: int) -> ConeProgram:
    """A problem of a program as a cone program, whose first columns are the entries of its variables, by rows.

    Args:
        machine: the loaded program.
        problem: one of its problems; a maximum becomes the minimum of what is subtracted from zero.
        data: the dataset.
        bits: to which numbers that are no rationals are rounded, relative.

    Raises:
        NotConvex: an expression that is not convex, or for which there is no cone here.
    """
    reader = _Reader(machine, data, bits)
    program = reader.atoms.program
    for name in problem["variables"]:
        reader.declare(name)
    program.given = program.columns
    equations: list[Form] = []
    try:
        objective = reader.number(problem["objective"])
        program.objective = reader.atoms.bounded(objective if problem["sense"] == "min" else minus(objective))
        for relation in problem["constraints"]:
            reader.constrain(relation["kind"], relation["sides"], equations)
    except Undecidable as error:
        raise NotConvex(str(error)) from error
    program.zero = equations + program.zero
    program.equations = len(equations)
    reader.atoms.place_smooth_terms()
    return program


class _Reader:
    def __init__(self, machine: Machine, data: Mapping[str, Any], bits: int) -> None:
        self.machine, self.bits, self.atoms = machine, bits, Atoms()
        self.evaluation = Evaluation(machine, data)
        self.variables: dict[str, Any] = {}
        self.known: dict[int, Any] = {}

    def declare(self, name: str) -> None:
        """Columns for the entries of a variable."""
        symbol, sizes = self.machine.program["symbols"][name], (1, 1)
        if symbol["kind"] not in ("matrix", "scalar"):
            raise NotConvex(f"it has {name} to choose, which is no matrix and no number")
        if symbol["kind"] == "matrix":
            sides = [symbol["rows"], symbol["columns"]]
            if not symbols_of(self.machine.program, sides) <= set(self.evaluation.values):
                raise NotConvex(f"it has the size of {name} to choose")
            sizes = self.evaluation.size(sides[0]), self.evaluation.size(sides[1])
        forms: list[Form] = [{self.atoms.program.column(): ONE} for _ in range(sizes[0] * sizes[1])]
        self.variables[name] = Table(*sizes, forms) if symbol["kind"] == "matrix" else forms[0]

    def constrain(self, kind: str, sides: Sequence[int], equations: list[Form]) -> None:
        """Adds a relation; equations are collected."""
        tables = [self.table(side) for side in sides]
        if kind == "nonnegative":
            for form in tables[0].forms:
                self.atoms.at_most_zero(minus(form))
            return
        for left, right in zip(*(table.forms for table in tables), strict=True):
            form = combined([(ONE, left), (-ONE, right)])
            if kind == "equal":
                equations.append(self.atoms.affine(form))
            else:
                self.atoms.at_most_zero(form)

    def number(self, slot: int) -> Form:
        """The form of a number."""
        return table_of(self.read(slot)).forms[0]

    def table(self, slot: int) -> Table:
        """The forms of a matrix."""
        return table_of(self.read(slot))

    def read(self, slot: int) -> Any:
        """A form, a table of forms, or an exact value where no variable occurs."""
        if self.machine.open_names[slot]:
            return self._computed(slot)
        if slot not in self.known:
            self.known[slot] = self._computed(slot)
        return self.known[slot]

    def _computed(self, slot: int) -> Any:
        if not symbols_of(self.machine.program, [slot]) & set(self.variables):
            if any(i[0] == "optimum" for i in operations_of(self.machine.program, [slot])):
                raise NotConvex("it has an optimum inside")
            return self._rational(self.evaluation[slot])
        operation, *arguments = self.machine.code[slot]
        rule: Callable[..., Any] | None = getattr(self, f"_{operation}", None)
        if rule is None:
            raise NotConvex(f"it has a {operation} of a variable, for which there is no cone here")
        return rule(*arguments)

    def _rational(self, value: Any) -> fmpq | fmpq_mat:
        if isinstance(value, (fmpq, fmpq_mat)):
            return value
        with ctx.workprec(self.bits + 64):
            if is_matrix(value):
                matrix: arb_mat = ball_matrix(value)
                return fmpq_mat(*shape(value), [rational_of(entry, self.bits) for entry in matrix.entries()])
            number: arb = ball(value)
            if not number.is_finite():
                raise NotConvex("it has a number that is not finite")
            return rational_of(number, self.bits)

    # One rule for each operation of a program.

    def _symbol(self, name: str) -> Any:
        return self.variables[name]

    def _add(self, *slots: int) -> Any:
        tables = [self.table(slot) for slot in slots]
        forms = [combined((ONE, form) for form in entry) for entry in zip(*(t.forms for t in tables), strict=True)]
        matrix = any(isinstance(self.read(slot), (Table, fmpq_mat)) for slot in slots)
        return Table(tables[0].rows, tables[0].columns, forms) if matrix else forms[0]

    def _multiply(self, *slots: int) -> Any:
        scalar, result = constant(ONE), None
        for slot in slots:
            value = self.read(slot)
            if isinstance(value, (Table, fmpq_mat)):
                result = value if result is None else self._product(result, value)
            else:
                scalar = self._times(scalar, self.number(slot))
        if result is None:
            return scalar
        table = table_of(result)
        return Table(table.rows, table.columns, [self._times(scalar, form) for form in table.forms])

    def _times(self, left: Form, right: Form) -> Form:
        for factor, form in ((left, right), (right, left)):
            if is_constant(factor):
                return combined([(factor.get(CONSTANT, fmpq(0)), form)])
        if left == right:
            return self.atoms.squares([left])
        raise NotConvex("it has a product of variables")

    def _product(self, left: Any, right: Any) -> Any:
        if isinstance(left, fmpq_mat):
            return left * right if isinstance(right, fmpq_mat) else matrix_times(left, right)
        if isinstance(right, fmpq_mat):
            return matrix_times(right.transpose(), left.transposed()).transposed()
        raise NotConvex("it has a product of variables")

    def _transpose(self, slot: int) -> Table:
        return self.table(slot).transposed()

    def _trace(self, slot: int) -> Form:
        table = self.table(slot)
        return combined((ONE, table.at(i, i)) for i in range(table.rows))

    def _diagonal(self, slot: int) -> Table:
        entries = self.table(slot).forms
        size = len(entries)
        return Table(size, size, [entries[i] if i == j else {} for i in range(size) for j in range(size)])

    def _column(self, slot: int, index: int) -> Table:
        table, at = self.table(slot), self.evaluation.integer(index)
        if not 1 <= at <= table.columns:
            raise NotConvex(f"there are {table.columns} columns and none of the number {at}")
        return Table(table.rows, 1, [table.at(i, at - 1) for i in range(table.rows)])

    def _entry(self, slot: int, index: int) -> Form:
        table, at = self.table(slot), self.evaluation.integer(index)
        if not 1 <= at <= table.rows:
            raise NotConvex(f"there are {table.rows} entries and none of the number {at}")
        return table.forms[at - 1]

    def _inner(self, first: int, second: int) -> Form:
        left, right = self.table(first).forms, self.table(second).forms
        if first == second:
            return self.atoms.squares(left)
        return combined((ONE, self._times(x, y)) for x, y in zip(left, right, strict=True))

    def _steps(self, body: int, index: str, first: int, last: int) -> list[Form]:
        found = []
        for step in self.evaluation.steps(first, last):
            with self.evaluation.bound(**{index: step}):
                found.append(self.number(body))
        return found

    def _total(self, body: int, index: str, first: int, last: int) -> Form:
        return combined((ONE, form) for form in self._steps(body, index, first, last))

    def _largest(self, body: int, index: str, first: int, last: int) -> Form:
        return self.atoms.largest(self._steps(body, index, first, last))

    def _maximum(self, *slots: int) -> Form:
        return self.atoms.largest([self.number(slot) for slot in slots])

    def _absolute(self, slot: int) -> Form:
        return self.atoms.absolute([self.number(slot)])[0]

    def _relu(self, slot: int) -> Table:
        return self._entrywise(self.atoms.rectified, slot)

    def _softplus(self, slot: int) -> Table:
        return self._entrywise(self.atoms.softplus, slot)

    def _xlogx(self, slot: int) -> Table:
        return self._entrywise(self.atoms.entropies, slot)

    def _entrywise(self, rule: Callable[[list[Form]], list[Form]], slot: int) -> Table:
        table = self.table(slot)
        return Table(table.rows, table.columns, rule(table.forms))

    def _logsumexp(self, slot: int) -> Table:
        table = self.table(slot)
        rows = [[table.at(i, j) for j in range(table.columns)] for i in range(table.rows)]
        return Table(table.rows, 1, [*map(self.atoms.logsumexp, rows)])

    def _power(self, base: int, exponent: int) -> Form:
        number = self.read(exponent)
        if number == 1:
            return self.number(base)
        if number != 2:
            raise NotConvex("it has a power other than a square of a variable")
        operation, *arguments = self.machine.code[base]
        if operation == "norm" and arguments[0] in ("two", "frobenius"):
            return self.atoms.squares(self.table(arguments[1]).forms)
        return self.atoms.squares([self.number(base)])

    def _schatten(self, slot: int, order: int) -> Form:
        kind = {fmpq(1): "nuclear", fmpq(2): "frobenius"}.get(self.read(order))
        if kind is None:
            raise NotConvex("it has a Schatten norm of an order other than 1 and 2 of a variable")
        return self._norm(kind, slot)

    def _norm(self, kind: str, slot: int) -> Form:
        return self.atoms.norm(kind, self.table(slot))
