"""The set of a supremum: one variable in a Euclidean ball, and at most one number that is free, such as a bias."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flint import fmpq, fmpq_mat

from checker.kernel import matrices
from checker.kernel.numbers import Number, is_exact, multiply, power, root_of, sign_of
from checker.kernel.program import slots_of

if TYPE_CHECKING:
    from checker.kernel.evaluate import Evaluation, Machine


@dataclass(frozen=True)
class Domain:
    """``{(u, b) : ‖u‖ ≤ radius}`` with a column or number u, and perhaps a free number b.

    A point of it is a column: the coordinates of u, then b.
    """

    bounded: str
    rows: int | None
    radius: Number
    free: str | None

    @property
    def names(self) -> frozenset[str]:
        """The variables."""
        return frozenset(name for name in (self.bounded, self.free) if name)

    @property
    def inner(self) -> int:
        """How many coordinates are in the ball."""
        return self.rows or 1

    @property
    def size(self) -> int:
        """How many coordinates there are."""
        return self.inner + bool(self.free)

    def values(self, point: Any) -> dict[str, Any]:
        """The variables at a point."""
        root, inside = matrices.rational(point)
        numbers = [multiply(root, entry) for entry in inside.entries()]
        ball = matrices.scale(root, fmpq_mat(self.inner, 1, inside.entries()[: self.inner]))
        values = {self.bounded: numbers[0] if self.rows is None else ball}
        return values | ({self.free: numbers[-1]} if self.free else {})

    def scaled(self, point: fmpq_mat, squared: fmpq) -> Any:
        """A point whose part in the ball has the squared norm given, scaled to the sphere; as it is if that is 0."""
        shrink = multiply(self.radius, power(root_of(squared, 2), fmpq(-1))) if squared != 0 else fmpq(1)
        return matrices.scale(shrink, point)

    def inside(self, point: fmpq_mat) -> Any:
        """The point, its part in the ball scaled to the sphere."""
        return self.scaled(point, sum((entry * entry for entry in point.entries()[: self.inner]), start=fmpq(0)))


def domain_of(evaluation: Evaluation, frame: Frame) -> Domain | None:
    """The set of a frame, in numbers; None where its radius is not a number that is exact and at least zero."""
    radius = evaluation[frame.radius]
    if not is_exact(radius) or sign_of(radius) < 0:
        return None
    rows = None if frame.rows is None else evaluation.integer(frame.rows)
    return None if rows is not None and rows < 1 else Domain(frame.bounded, rows, radius, frame.free)


@dataclass(frozen=True)
class Frame:
    """A domain before its sizes are known: the slots of its radius and of the number of rows of a column."""

    bounded: str
    rows: int | None
    radius: int
    free: str | None


def frame_of(machine: Machine, names: list[str], sizes: list[int | None], constraints: list[list[Any]]) -> Frame | None:
    """The set ``‖u‖₂ ≤ r`` (``|u| ≤ r`` for a number) of one variable, others being free; None for any other set."""
    if len(constraints) != 1 or len(names) > 2 or constraints[0][0] != "at_most":
        return None
    _, left, right = constraints[0]
    measured = [machine.code[slot] for slot in slots_of(machine.code[left])]
    scalars = {name for name, size in zip(names, sizes, strict=True) if size is None}
    bounded = next((name for name in names if measured == [["bound", name]]), None)
    norm = machine.code[left][:-1] == (["absolute"] if bounded in scalars else ["norm", "two"])
    free = [name for name in names if name != bounded]
    if bounded is None or not norm or machine.open_names[right] & set(names) or not set(free) <= scalars:
        return None
    return Frame(bounded, sizes[names.index(bounded)], right, free[0] if free else None)
