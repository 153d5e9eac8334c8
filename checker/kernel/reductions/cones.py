"""Expressions that are linear on cones: rectified neurons, and whatever else is linear in rectifiers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from flint import arb, fmpq, fmpq_mat

from checker.kernel import matrices
from checker.kernel.arrangements import Signs, cells, flats, planes, signs, step
from checker.kernel.numbers import Number, Undecidable, is_exact, multiply, power, root_of
from checker.kernel.program import slots_of
from checker.kernel.progress import watched
from checker.kernel.reductions.domain import Domain
from checker.kernel.reductions.reduction import Reduction

if TYPE_CHECKING:
    from checker.kernel.evaluate import Evaluation, Machine


def _matches(machine: Machine, body: int, names: frozenset[str]) -> bool:
    return _linear(machine, _inside(machine, body), names, rectified=True)


def _inside(machine: Machine, body: int) -> int:
    """f where the expression is ``|f|``, else the expression itself."""
    operation, *parts = machine.code[body]
    return int(parts[0]) if operation == "absolute" else body


def _attained(evaluation: Evaluation, body: int, domain: Domain) -> tuple[Number, Any]:
    """``sup f`` or ``sup |f|`` of an f that is visibly linear in ``u``, ``b`` and in rectifiers ``(A·u + b·c)₊``.

    The hyperplanes on which an entry of a rectifier changes its sign cut the space into cones, on each of which f is
    linear.  A maximiser z lies inside a cell of the smallest subspace F in which hyperplanes meet at z; f is linear
    on that cell, with the gradient h on F, and so z is stationary: ``h = μ·M·z`` with the matrix M of ``‖u‖²`` on F.
    Hence ``sup f = max √(hᵀM⁺h)`` over all F and their cells that hold ``M⁺h``.  Where M is singular, z can be moved
    along b, f being constant there, into a smaller F.  The value is ``+∞`` where f grows along b alone.
    """
    f = _inside(evaluation.machine, body)
    function, sides = _Function(evaluation, f, domain), (1, -1) if f != body else (1,)
    for end in (fmpq(1), fmpq(-1)) if domain.free else ():
        along = function(fmpq_mat(domain.size, 1, [fmpq(0)] * domain.inner + [end]))
        if any(along * side > 0 for side in sides):
            return arb("inf"), None
    normals = planes(_gates(evaluation, f, domain))
    rays, regions = _arrangement(evaluation.machine, normals, domain.inner)
    values = [function(ray) for ray in watched("maximising over cones", rays)]
    best, where = fmpq(0), fmpq_mat(domain.size, 1)
    for region in regions:
        gradient = fmpq_mat(len(region.chosen), 1, [values[number] for number in region.chosen])
        direction = region.inverse * gradient
        value = (gradient.transpose() * direction)[0, 0]
        if value > best:
            end = region.basis * direction
            there = signs(normals * end)
            held = (side for side in sides if all(side * a * b >= 0 for a, b in zip(there, region.signs, strict=True)))
            for side in held:
                best, where = value, end * fmpq(side)
    value = multiply(multiply(root_of(best, 2), domain.radius), function.unit or fmpq(1))
    return value, domain.scaled(where, best)


@dataclass(frozen=True)
class _Region:
    """A cell of a subspace: vectors of its closure as columns, a basis of the subspace; their numbers; M⁺ for them."""

    signs: Signs
    basis: fmpq_mat
    chosen: list[int]
    inverse: fmpq_mat


def _arrangement(machine: Machine, normals: fmpq_mat, inner: int) -> tuple[list[fmpq_mat], list[_Region]]:
    """Vectors at which to evaluate a function that is linear on cones, and the cells that they span.

    They depend on the inputs alone, and are remembered for every λ that is tried with them.
    """
    key = ("arrangement", inner, normals.ncols(), str(normals.tolist()))
    if key not in machine.suprema:
        machine.suprema[key] = _spanned(normals, inner)
    found: tuple[list[fmpq_mat], list[_Region]] = machine.suprema[key]
    return found


def _spanned(normals: fmpq_mat, inner: int) -> tuple[list[fmpq_mat], list[_Region]]:
    vectors, masks, regions = list[fmpq_mat](), list[tuple[int, int]](), list[_Region]()

    def closure(flat: fmpq_mat, local: fmpq_mat, point: fmpq_mat) -> Iterator[int]:
        """The numbers of vectors of a cell's closure: of those there are, then of new ones around a point inside."""
        above, below = _masks(normals * flat * point)
        yield from [i for i, (a, b) in enumerate(masks) if not (a & ~above or b & ~below)]
        for axis in (fmpq_mat(flat.ncols(), 1), *map(partial(_axis, flat.ncols()), range(flat.ncols()))):
            vectors.append(flat * (point + axis * step(local, point, axis)))
            masks.append(_masks(normals * vectors[-1]))
            yield len(vectors) - 1

    # Smaller subspaces come first: their cells bound those of larger ones, which need few vectors of their own then.
    for flat in watched("enumerating the cones of each subspace", list(flats(normals))[::-1]):
        local = normals * flat
        for point in cells(planes(local)).values():
            chosen, basis = list[int](), fmpq_mat(normals.ncols(), 0)
            for number in closure(flat, local, point):
                larger = _beside(basis, vectors[number])
                if larger.rank() > len(chosen):
                    basis, chosen = larger, [*chosen, number]
                if len(chosen) == flat.ncols():
                    break
            rows = fmpq_mat(basis.tolist()[:inner])
            inverse = matrices.least_norm(rows.transpose() * rows, matrices.identity(len(chosen)))
            regions.append(_Region(signs(local * point), basis, chosen, inverse))
    return vectors, regions


def _masks(values: fmpq_mat) -> tuple[int, int]:
    """Which entries are positive and which negative, as the bits of two numbers."""
    above, below = ([sign == side for sign in signs(values)] for side in (1, -1))
    return sum(bit << i for i, bit in enumerate(above)), sum(bit << i for i, bit in enumerate(below))


def _beside(left: fmpq_mat, column: fmpq_mat) -> fmpq_mat:
    rows = zip(left.tolist(), column.entries(), strict=True)
    return fmpq_mat(column.nrows(), left.ncols() + 1, [entry for row, last in rows for entry in (*row, last)])


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


def _axis(size: int, index: int) -> fmpq_mat:
    return fmpq_mat(size, 1, [fmpq(int(i == index)) for i in range(size)])


def _linear(machine: Machine, slot: int, names: frozenset[str], rectified: bool) -> bool:
    """Whether an expression is visibly linear in the names, with or without rectifiers of such expressions."""
    waiting, seen = [(slot, rectified)], set[tuple[int, bool]]()
    while waiting:
        found = waiting.pop()
        if found not in seen:
            seen.add(found)
            parts = [part for part in slots_of(machine.code[found[0]]) if machine.open_names[part] & names]
            operation, *arguments = machine.code[found[0]]
            one = operation in ("multiply", "inner", "transpose", "trace") or (operation == "relu" and found[1])
            fits = len(parts) == len(arguments) if operation == "add" else one and len(parts) == 1
            if not fits and not (operation == "bound" and arguments[0] in names):
                return False
            waiting += [(part, found[1] and operation != "relu") for part in parts]
    return True


def _gates(evaluation: Evaluation, slot: int, domain: Domain) -> fmpq_mat:
    """A row for each entry of each rectifier: what of the variables it rectifies."""
    code, rows, waiting, seen = evaluation.machine.code, list[list[fmpq]](), [slot], set[int]()
    while waiting:
        found = waiting.pop()
        if found in seen:
            continue
        seen.add(found)
        below = [part for part in slots_of(code[found]) if evaluation.machine.open_names[part] & domain.names]
        if code[found][0] != "relu":
            waiting += below
            continue
        columns = []
        for i in range(domain.size):
            with evaluation.bound(**domain.values(_axis(domain.size, i))):
                values = evaluation[below[0]]
            if not isinstance(values, fmpq_mat):
                raise Undecidable("a supremum is decided for rectifiers of rational expressions only")
            columns.append(values.entries())
        rows += [list(row) for row in zip(*columns, strict=True)]
    return fmpq_mat(len(rows), domain.size, [entry for row in rows for entry in row])


LINEAR_ON_CONES = Reduction(
    name="linear on cones",
    because=(
        "where an entry of {gates} changes its sign, hyperplanes cut the space into cones, on each of which {body} is "
        "linear up to its sign. A maximiser lies inside a cell of the smallest subspace in which hyperplanes meet "
        "there; with the gradient h on that cell and the matrix M of the squared norm on the subspace, the supremum is "
        "the largest √(hᵀM⁺h) whose M⁺h lies in its cell. All cells are enumerated exactly."
    ),
    matches=_matches,
    attained=_attained,
)
