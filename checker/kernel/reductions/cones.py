"""Expressions that are linear on cones: rectified neurons, and whatever else is linear in rectifiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flint import arb, fmpq, fmpq_mat

from checker.kernel import matrices
from checker.kernel.arrangements import cells, flats, planes, signs, step
from checker.kernel.numbers import Number, Undecidable, is_exact, multiply, power, root_of
from checker.kernel.program import slots_of
from checker.kernel.reductions.domain import Domain

if TYPE_CHECKING:
    from checker.kernel.evaluate import Evaluation


def linear_on_cones(evaluation: Evaluation, body: int, domain: Domain) -> tuple[Number, Any] | None:
    """``sup f`` or ``sup |f|`` of an f that is visibly linear in ``u``, ``b`` and in rectifiers ``(A·u + b·c)₊``.

    The hyperplanes on which an entry of a rectifier changes its sign cut the space into cones, on each of which f is
    linear.  A maximiser z lies inside a cell of the smallest subspace F in which hyperplanes meet at z; f is linear
    on that cell, with the gradient h on F, and so z is stationary: ``h = μ·M·z`` with the matrix M of ``‖u‖²`` on F.
    Hence ``sup f = max √(hᵀM⁺h)`` over all F and their cells that hold ``M⁺h``.  Where M is singular, z can be moved
    along b, f being constant there, into a smaller F.  The value is ``+∞`` where f grows along b alone.
    """
    operation, *parts = evaluation.machine.code[body]
    both = operation == "absolute"
    f = parts[0] if both else body
    if not _linear(evaluation, f, domain.names, rectified=True):
        return None
    function = _Function(evaluation, f, domain)
    sides = (1, -1) if both else (1,)
    for end in (fmpq(1), fmpq(-1)) if domain.free else ():
        along = function(fmpq_mat(domain.size, 1, [fmpq(0)] * domain.inner + [end]))
        if any(along * side > 0 for side in sides):
            return arb("inf"), None
    best, where = fmpq(0), fmpq_mat(domain.size, 1)
    normals = planes(_gates(evaluation, f, domain))
    for basis in flats(normals):
        local = normals * basis
        rows = fmpq_mat(basis.tolist()[: domain.inner])
        squares = rows.transpose() * rows
        for point in cells(planes(local)).values():
            gradient = function.gradient(basis, local, point)
            direction = matrices.least_norm(squares, gradient)
            value = (gradient.transpose() * direction)[0, 0]
            if value > best and squares * direction == gradient:
                there, here = signs(local * direction), signs(local * point)
                held = (side for side in sides if all(side * a * b >= 0 for a, b in zip(there, here, strict=True)))
                for side in held:
                    best, where = value, basis * direction * fmpq(side)
    value = multiply(multiply(root_of(best, 2), domain.radius), function.unit or fmpq(1))
    return value, domain.scaled(where, best)


class _Function:
    """A function that is linear on cones, as rational multiples of one number: a common root of λ, say."""

    def __init__(self, evaluation: Evaluation, slot: int, domain: Domain) -> None:
        self.evaluation, self.slot, self.domain = evaluation, slot, domain
        self.unit: Number | None = None

    def __call__(self, point: fmpq_mat) -> fmpq:
        with self.evaluation.bound(**self.domain.values(point)):
            value = self.evaluation[self.slot]
        if not is_exact(value):
            raise Undecidable("a supremum is decided for exact values only, and some are enclosed in balls here")
        if self.unit is None and value != 0:
            self.unit = fmpq(1) if isinstance(value, fmpq) else matrices.absolute(value)
        ratio = multiply(value, power(self.unit or fmpq(1), fmpq(-1)))
        if not isinstance(ratio, fmpq):
            raise Undecidable("a supremum is decided for rational multiples of one number, and there are others here")
        return ratio

    def gradient(self, basis: fmpq_mat, local: fmpq_mat, point: fmpq_mat) -> fmpq_mat:
        """Its gradient in the coordinates of a subspace, on the cell around a point of it."""
        start, slopes = self(basis * point), list[fmpq]()
        for axis in (matrices.column(matrices.identity(basis.ncols()), i + 1) for i in range(basis.ncols())):
            length = step(local, point, axis)
            slopes.append((self(basis * (point + axis * length)) - start) / length)
        return fmpq_mat(len(slopes), 1, slopes)


def _linear(evaluation: Evaluation, slot: int, names: frozenset[str], rectified: bool) -> bool:
    """Whether an expression is visibly linear in the names, with or without rectifiers of such expressions."""
    code, open_names = evaluation.machine.code, evaluation.machine.open_names
    operation, *arguments = code[slot]
    parts = [part for part in slots_of(code[slot]) if open_names[part] & names]
    match operation:
        case "bound":
            return arguments[0] in names
        case "add":
            return len(parts) == len(arguments) and all(_linear(evaluation, p, names, rectified) for p in parts)
        case "multiply" | "inner" | "transpose" | "trace":
            return len(parts) == 1 and _linear(evaluation, parts[0], names, rectified)
        case "relu" if rectified:
            return bool(parts) and _linear(evaluation, parts[0], names, rectified=False)
    return False


def _gates(evaluation: Evaluation, slot: int, domain: Domain) -> fmpq_mat:
    """A row for each entry of each rectifier: what of the variables it rectifies."""
    code, rows, waiting = evaluation.machine.code, list[list[fmpq]](), [slot]
    while waiting:
        found = waiting.pop()
        below = [part for part in slots_of(code[found]) if evaluation.machine.open_names[part] & domain.names]
        if code[found][0] != "relu":
            waiting += below
            continue
        columns = []
        for i in range(domain.size):
            with evaluation.bound(**domain.values(matrices.column(matrices.identity(domain.size), i + 1))):
                values = evaluation[below[0]]
            if not isinstance(values, fmpq_mat):
                raise Undecidable("a supremum is decided for rectifiers of rational expressions only")
            columns.append(values.entries())
        rows += [list(row) for row in zip(*columns, strict=True)]
    return fmpq_mat(len(rows), domain.size, [entry for row in rows for entry in row])
