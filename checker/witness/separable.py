"""Sums of convex functions of one number and a norm: values of both sides, optima that are rational, and rounding.

``min Σ h_j((Gw − k)_j) + β‖w‖`` has the dual ``max −Σ(h_j*(p_j) + k_j p_j)`` over ``‖Gᵀp‖ ≤ β`` (Fenchel's duality).
Each conjugate h_j* is ``½qp²`` on an interval, or that of the logistic loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from checker.witness.exact import WitnessError
from checker.witness.pieces import Piece
from checker.witness.rounding import norm_squared, rational_of, sphere_factor
from checker.witness.spectral import length

GUARD = 64
_ZERO = arb(0)


@dataclass(frozen=True)
class PrimalDual:
    """w of shape (d, 1), and p of shape (N, 1) with every entry in its interval."""

    weights: fmpq_mat
    multipliers: fmpq_mat


def check(pieces: Sequence[Piece], inputs: fmpq_mat, offsets: fmpq_mat, radius: fmpq) -> None:
    """Refuses shapes that do not fit, β < 0 and intervals that no h_j has.

    Raises:
        WitnessError: for one of these.
    """
    if radius < 0:
        raise WitnessError(f"it needs a beta of at least 0, not {radius}")
    if inputs.nrows() != len(pieces) or (offsets.nrows(), offsets.ncols()) != (len(pieces), 1):
        found = f"({inputs.nrows()}, {inputs.ncols()}) and ({offsets.nrows()}, {offsets.ncols()})"
        raise WitnessError(f"{len(pieces)} functions need inputs and offsets of as many rows, not of shapes {found}")
    for piece in pieces:
        name = f"[{piece.lower}, {piece.upper}]"
        if piece.clipped(fmpq(0)) != 0 or (piece.lower, piece.upper) == (0, 0):
            raise WitnessError(f"the interval {name} of a multiplier needs 0 and another number in it")
        if piece.curvature < 0 or (piece.curvature == 0 and (piece.lower is None or piece.upper is None)):
            raise WitnessError(f"a function with the curvature {piece.curvature} on {name} needs a larger one")
        if piece.logistic and (piece.curvature, piece.lower, piece.upper) != (0, 0, 1):
            raise WitnessError(f"the logistic loss needs the curvature 0 on [0, 1], not {piece.curvature} on {name}")


def exact_optimum(
    pieces: Sequence[Piece], inputs: fmpq_mat, offsets: fmpq_mat, radius: fmpq
) -> tuple[PrimalDual | None, Sequence[int]]:
    """An optimum in rationals where it is simple; and columns of G that suffice, which are independent if β = 0."""
    given, size = list(zip(pieces, offsets.entries(), strict=True)), inputs.ncols()
    if all(not piece.logistic or k == 0 for piece, k in given):
        slopes = fmpq_mat(len(given), 1, [piece.derivative(-k) for piece, k in given])
        if norm_squared(inputs.transpose() * slopes) <= radius * radius:
            return PrimalDual(fmpq_mat(size, 1), slopes), range(size)
    if radius > 0:
        return None, range(size)
    table = fmpq_mat([[*row, k] for row, k in zip(inputs.tolist(), offsets.entries(), strict=True)])
    reduced, rank = table.rref()
    columns = [next(i for i in range(size + 1) if row[i] != 0) for row in reduced.tolist()[:rank]]
    if size in columns or any(piece.logistic for piece in pieces):
        return None, [i for i in columns if i < size] or range(size)
    # Gw = k has a solution, and the least value of every h is h(0) = 0.
    solution = fmpq_mat(rank, 1, [row[size] for row in reduced.tolist()[:rank]])
    return spread(PrimalDual(solution, fmpq_mat(len(given), 1)), columns, size), columns


def spread(found: PrimalDual, columns: Sequence[int], size: int) -> PrimalDual:
    """With a weight of 0 for every column that was left out."""
    weights = fmpq_mat(size, 1)
    for at, i in enumerate(columns):
        weights[i, 0] = found.weights[at, 0]
    return PrimalDual(weights, found.multipliers)


class Separable:
    """The problem at the present precision, in balls whose radii are dropped."""

    def __init__(self, pieces: Sequence[Piece], inputs: fmpq_mat, offsets: fmpq_mat, radius: fmpq, bits: int) -> None:
        self.pieces, self.exact, self.limit, self.bits = pieces, inputs, radius, bits
        self.inputs, self.offsets, self.radius = arb_mat(inputs).mid(), arb_mat(offsets).mid(), arb(radius).mid()
        self.transposed = self.inputs.transpose()
        self.curvatures = [arb(piece.curvature).mid() for piece in pieces]
        self.least = self.primal(arb_mat(inputs.ncols(), 1)) * arb(2) ** -bits
        self.positive = any(piece.logistic for piece in pieces)

    def outputs(self, weights: arb_mat) -> list[arb]:
        """``Gw − k``."""
        entries: list[arb] = (self.inputs * weights - self.offsets).mid().entries()
        return entries

    def primal(self, weights: arb_mat) -> arb:
        """The value of w."""
        losses = (piece.value(t) for piece, t in zip(self.pieces, self.outputs(weights), strict=True))
        return sum(losses, start=self.radius * length(weights)).mid()

    def dual(self, multipliers: Sequence[arb]) -> arb:
        """The value of p."""
        terms = zip(self.pieces, multipliers, self.offsets.entries(), strict=True)
        return -sum((piece.conjugate(p) + k * p for piece, p, k in terms), start=_ZERO).mid()

    def gap(self, weights: arb_mat, multipliers: Sequence[arb]) -> arb:
        """The relative gap between w and p, moved into the ball; if β = 0, at least ``‖Gᵀp‖/(‖G‖‖p‖)``."""
        value, slope = self.primal(weights), length(self.transposed * column(multipliers))
        if self._vanishes(value):
            return _ZERO
        gap = self.distance(weights, multipliers) / max(value, self.least)
        if slope > self.radius == 0:
            gap = max(gap, slope / (length(self.inputs) * length(column(multipliers))))
        return gap.mid()

    def distance(self, weights: arb_mat, multipliers: Sequence[arb]) -> arb:
        """The difference between the values of w and of p, moved into the ball."""
        slope = length(self.transposed * column(multipliers))
        if slope > self.radius > 0:
            multipliers = [(p * self.radius / slope).mid() for p in multipliers]
        return abs(self.primal(weights) - self.dual(multipliers)).mid()

    def _vanishes(self, value: arb) -> bool:
        """Whether it may be a least value of 0, which the logistic loss only tends to."""
        return not self.positive and bool(value <= self.least * arb(2) ** -self.bits)

    def rounded(self, weights: arb_mat, multipliers: Sequence[arb]) -> PrimalDual | None:
        """A w and a p in rationals, of as few digits as the gap allows; None if it needs more than there are."""
        places = self.bits + GUARD // 2
        while places <= ctx.prec:
            w = fmpq_mat(self.inputs.ncols(), 1, [rational_of(x, places) for x in weights.entries()])
            if self._vanishes(self.primal(arb_mat(w).mid())):
                return PrimalDual(w, fmpq_mat(len(self.pieces), 1))
            pairs = zip(self.pieces, multipliers, strict=True)
            p = fmpq_mat(len(self.pieces), 1, [piece.rounded(x, places) for piece, x in pairs])
            squared = norm_squared(self.exact.transpose() * p)
            if squared > self.limit * self.limit > 0:
                p = p * sphere_factor(squared, self.limit, places)
            if self.gap(arb_mat(w).mid(), arb_mat(p).mid().entries()) <= arb(2) ** -self.bits:
                return PrimalDual(w, p)
            places *= 2
        return None


def column(entries: Sequence[arb]) -> arb_mat:
    """A column of the middles of balls."""
    return arb_mat(len(entries), 1, entries).mid()
