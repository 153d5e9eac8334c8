"""Deep linear networks with weight decay, to the global minimum of a cost that is not convex, and lines that prove it.

With L layers, a convex loss ℓ and weight decay β a network costs ``ℓ(Xw) + β(L/2)‖w‖^(2/L)`` at least, and the size
``ρ = ‖w‖`` of the best one minimises ``F(ρ) = φ(ρ) + bρ^(2/L)``: ``φ(ρ) = min ℓ(Xw)`` over ``‖w‖ ≤ ρ`` is convex, and
``b = βL/2``.

**Lines.** By Fenchel's inequality every ν bounds φ from below, by ``c − sρ`` with ``c = −ℓ*(ν)`` and ``s = ‖Xᵀν‖``, and
F by ``g(ρ) = c − sρ + bρ^(2/L)``.  This is concave, so that g is at least T on an interval if it is at its two ends.  F
is at least T if such intervals cover all ρ ≥ 0; the last one is that of ν = 0, where ``g = inf ℓ + bρ^(2/L)``.

**The search** lets T lie just below the least cost known, and covers what is uncovered.  The tangent of φ whose slope
is that of the convex function ``T − bρ^(2/L)`` at x lies above it there if ``T ≤ min F``.  If it does not, F is less
than T at the point t where the tangent touches, as ``F(t) ≤ g(x)``: D. Hunter and K. Lange (*A tutorial on MM
algorithms*, 2004) find local minima by moving from x to t.  This map is monotone, and they are its fixed points.

**How many lines.** Near a minimum where F is T, the line of an x at the distance d covers the distances ``(1 ± κ)d``,
with ``κ² = F″/φ″``.  So the intervals shrink by ``(1 − κ)/(1 + κ)`` each, down to ``2^(−bits/2)``, and only those next
to the minimum need lines to all bits.  As κ approaches 0 they become too many.

All work is done in ``v = ρ^(2/L)``, the squared norm of each layer, in which ``g = c − sv^(L/2) + bv`` is concave too.
"""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from flint import arb, ctx, fmpq

from checker.kernel.progress import watched
from checker.witness.exact import WitnessError
from checker.witness.rounding import rational_of, rounded

# Gaps that are narrowed, by a line each, but for a dozen at a local minimum; on data fewer than a hundred.
_ROUNDS = 2000
_STEPS = 100
_GUARD = 32
_FEWEST_BITS = 40
# Neighbours overlap by a tenth; a step that is shorter than the gap by this factor is no step.
_SHARE, _SHORT = arb(0.9), arb(2) ** -6
_ZERO, _INFINITY = arb(0), arb("inf")


@dataclass(frozen=True)
class Line:
    """``c − sρ ≤ φ(ρ)``, with equality but for rounding errors where it touches φ.

    Attributes:
        point: ``‖w‖`` of the w with which it touches, rounded up.
        loss: ``ℓ(Xw)``.
        level: c, at most ``−ℓ*(ν)``.
        slope: s, at least ``‖Xᵀν‖``.
        payload: what the caller needs, such as w and ν.
    """

    point: fmpq
    loss: arb
    level: arb
    slope: fmpq
    payload: Any = None


# (s, bits) → the line of the w that minimises ``ℓ(Xw) + s‖w‖`` and of its ν, with a slope of s (or less, where w = 0)
# but for rounding errors, and a gap ``ℓ(Xw) + s‖w‖ − c`` of about 2^-bits of that minimum.
Oracle = Callable[[fmpq, int], Line]


@dataclass(frozen=True)
class GlobalMinimum:
    """The minimum, and lines that bound the cost from below.

    Attributes:
        best: the line at the minimum; where that is ``w = 0``, the one given for it.
        points: ``0 = ρ_0 < ρ_1 < … < ρ_N``.
        lines: N of them, the k-th for ρ from ρ_(k−1) to ρ_k; beyond ρ_N there is the one of ν = 0.
        lower: the least ``c_k − s_kρ + bρ^(2/L)`` at an end of the k-th interval, and ``inf ℓ + bρ_N^(2/L)``.
        upper: the cost of the minimum.
    """

    best: Line
    points: tuple[fmpq, ...]
    lines: tuple[Line, ...]
    lower: arb
    upper: arb


def global_minimum(oracle: Oracle, zero: Line, least_loss: arb, weight: fmpq, depth: int, bits: int) -> GlobalMinimum:
    """The global minimum of ``ℓ(Xw) + β(L/2)‖w‖^(2/L)``.

    Args:
        oracle: solves the convex problems ``min ℓ(Xw) + s‖w‖``.
        zero: the line of ``w = 0``: ν is a subgradient of ℓ at 0, and the level is the loss there.
        least_loss: at most ``inf ℓ = −ℓ*(0)``, at least 0.
        weight: β > 0.
        depth: L ≥ 2.
        bits: ``upper − lower`` is at most ``2^-bits`` of upper.

    Raises:
        WitnessError: β is not positive, L is less than 2, or the gap was not closed: for a minimum that is nearly
            degenerate (``F'' = 0``), or with lines that do not touch φ.
    """
    if weight <= 0 or depth < 2:
        raise WitnessError(f"it needs a positive beta and at least 2 layers, not {weight} and {depth}")
    before = ctx.prec
    try:
        ctx.prec = 2 * bits + 4 * _GUARD
        return _Search(oracle, zero, least_loss, arb(weight * depth / 2), depth, bits).run()
    finally:
        ctx.prec = before


@dataclass(frozen=True)
class _Cover:
    """Where g is at least T: v from left to right, with its largest value at the peak.

    The shift is the logarithm of ``t/x``, for the peak x and the point t where the line touches, both as v.
    """

    line: Line
    left: arb
    right: arb
    peak: arb
    shift: arb


class _Search:
    """All lines so far, and what they cover of the v ≥ 0 for the T of the moment."""

    def __init__(self, oracle: Oracle, zero: Line, least: arb, factor: arb, depth: int, bits: int) -> None:
        self.oracle, self.least, self.factor, self.depth, self.bits = oracle, least, factor, depth, bits
        self.power = arb(depth) / 2
        self.settled = arb(2) ** -(bits // 2 + _GUARD // 4)
        self.covers, self.flat = list[_Cover](), Line(fmpq(0), least, least, fmpq(0))
        self.zero, self.best, self.upper = zero, zero, self.cost(zero)
        self.added(zero)

    def run(self) -> GlobalMinimum:
        if self.depth == 2:  # F is convex, and g a constant
            line = self.oracle(rational_of(self.factor, ctx.prec), self.bits + _GUARD)
            self.best, self.upper = line, self.cost(line)
            return self.checked((fmpq(0), self.between(self.end(), _INFINITY)), (line,))
        for _ in watched("bounding the cost of all networks from below", iter(range(_ROUNDS))):
            chain, nearest = self.chain()
            if nearest is None:
                ends = zip((c.right for c in chain), [*(c.left for c in chain[1:]), self.end()], strict=True)
                points = (self.between(left, right) for right, left in ends)
                return self.checked((fmpq(0), *points), tuple(cover.line for cover in chain))
            self.narrow(chain[-1], nearest)
        raise self.failure(chain[-1], nearest)

    def checked(self, points: tuple[fmpq, ...], lines: tuple[Line, ...]) -> GlobalMinimum:
        """The result, if the gap is closed."""
        scales = [self.scale(point) for point in points]
        lower = self.least + self.factor * scales[-1]
        for line, *ends in zip(lines, scales, scales[1:], strict=False):
            for v in ends:
                lower = lower.min(self.value(line, v))
        if not self.upper - lower <= self.upper * arb(2) ** -self.bits:
            raise self.refusal(lower)
        return GlobalMinimum(self.best, points, lines, lower, self.upper)

    def scale(self, point: fmpq) -> arb:
        """``v = ρ^(2/L)``."""
        return arb(point).root(self.depth) ** 2 if point > 0 else _ZERO

    def between(self, left: arb, right: arb) -> fmpq:
        """A ρ of few digits with v between the two."""
        low = left**self.power
        high = right**self.power if right.is_finite() else 2 * low + 1
        middle = rational_of((low + high) / 2, ctx.prec)
        return rounded(middle, 3 + _bits(high - low))

    def cost(self, line: Line) -> arb:
        """``F(ρ)`` where the line touches."""
        return line.loss + self.factor * self.scale(line.point)

    def value(self, line: Line, v: arb) -> arb:
        """``g``."""
        return line.level - arb(line.slope) * v**self.power + self.factor * v

    def target(self) -> arb:
        """T, a little higher than it must be to close the gap."""
        return (self.upper * (1 - 3 * arb(2) ** -(self.bits + 2))).mid()

    def end(self) -> arb:
        """Where the line of ν = 0 begins to cover."""
        return ((self.target() - self.least) / self.factor).mid().max(_ZERO)

    def added(self, line: Line) -> _Cover:
        """The cover of a new line; if its point costs less, those of all lines are new."""
        cost = self.cost(line)
        if cost < self.upper * (1 - arb(2) ** -(self.bits + 4)):
            self.best, self.upper = line, cost
            self.covers = sorted((self.cover(cover.line) for cover in self.covers), key=attrgetter("left"))
        cover = self.cover(line)
        insort(self.covers, cover, key=attrgetter("left"))
        return cover

    def cover(self, line: Line) -> _Cover:
        """By Newton's method; an interval that ends before it begins if g is less than T everywhere."""
        above, slope = (line.level.lower() - self.target()).mid(), arb(line.slope)
        least = (-above / self.factor).mid().max(_ZERO)
        if line.slope == 0:
            return _Cover(line, least, _INFINITY, _INFINITY, _ZERO)
        peak = (self.factor / (slope * self.power)) ** (1 / (self.power - 1))
        height = above + self.factor * peak * (1 - 1 / self.power)
        shift = (self.scale(line.point) / peak).log() if line.point > 0 else -_INFINITY
        if not height > 0:
            return _Cover(line, _INFINITY, _ZERO, peak.mid(), shift.mid())
        half = (2 * height * peak / (self.factor * (self.power - 1))).sqrt()
        if half < peak / 2:
            left, far = peak - half, peak + half
        else:  # at the far one, ``c − T`` and ``bv`` are at most half of ``sv^(L/2)``
            left, far = least, peak * (2 * self.power) ** (1 / (self.power - 1))
            far = far.max((2 * above / slope) ** (1 / self.power)) if above > 0 else far
        left = self.root(above, slope, left) if above < 0 else _ZERO
        return _Cover(line, left, self.root(above, slope, far), peak.mid(), shift.mid())

    def root(self, above: arb, slope: arb, v: arb) -> arb:
        """Where g is T, by Newton's method, which approaches it from outside as g is concave."""
        for _ in range(_STEPS):
            power = slope * v ** (self.power - 1)
            step = ((above - power * v + self.factor * v) / (self.factor - self.power * power)).mid()
            v = (v - step).mid()
            if abs(step) <= v * arb(2) ** -self.bits:
                break
        return v

    def chain(self) -> tuple[list[_Cover], _Cover | None]:
        """As few covers as possible from 0 on; and the next one after the gap where they end, None if there is none."""
        chain, reached, end, at = list[_Cover](), _ZERO, self.end(), 0
        furthest = self.covers[0]
        while not chain or reached < end:
            while at < len(self.covers) and (self.covers[at].left < reached or self.covers[at].left == 0):
                furthest = max(furthest, self.covers[at], key=lambda cover: cover.right)
                at += 1
            if at == 0:
                raise self.refusal(furthest.line.level)
            if chain and furthest.right <= reached:
                later = at < len(self.covers) and self.covers[at].left < end
                return chain, self.covers[at] if later else self.cover(self.flat)
            chain.append(furthest)
            reached = furthest.right
        return chain, None

    def narrow(self, before: _Cover, after: _Cover) -> None:
        """Lines in the gap between two covers: first the one at a local minimum, then on from the wider cover."""
        apart = (after.peak - before.peak) / after.peak > self.settled
        if apart and before.shift > self.settled and after.shift < -self.settled:
            return self.settle(before, after)
        first, last = before.right.log(), after.left.log()
        reach, width = first - before.peak.log(), last - first
        half, middle = width / 2, (first + last) / 2
        if after.line.slope == 0:
            # From the slope at zero on, s falls faster and faster.
            fallen = 4 + (arb(self.zero.slope) / arb(before.line.slope)).log()
            at = middle.min((before.peak.log() + fallen / (self.power - 1)).max(first + reach))
        else:
            other = after.peak.log() - last
            # How far a line covers, as a linear function of its peak.
            rate = (other - reach) / (reach + width + other)
            widest, rate = (reach, rate) if reach >= other else (other, -rate)
            step = _SHARE * widest * (1 + rate) / (1 - _SHARE * rate)
            if width * _SHORT < step < half:
                half, middle = step / _SHARE, first + step if reach >= other else last - step
            at = middle
        self.ask(before, after, at.mid(), half.min(arb(1)))

    def ask(self, before: _Cover, after: _Cover, at: arb, half: arb) -> None:
        """A line with its peak there, good enough to cover the half on either side of it, in logarithms."""
        scaled = self.factor * at.exp()
        height = scaled * (self.power - 1) * half * half / 2
        level = (self.target() - scaled * (1 - 1 / self.power) + height).max(height)
        bits, most, upper = _bits(height / level), self.bits + _GUARD, self.upper
        bits = max(_FEWEST_BITS, min(bits + _GUARD // 2, most))
        while True:
            cover = self.tangent(at, bits, _bits(half) + _GUARD // 2)
            if self.upper < upper or (cover.left < after.left and cover.right > before.right):
                return
            if bits >= 4 * most:
                raise self.failure(before, after)
            bits *= 2

    def tangent(self, at: arb, bits: int, places: int) -> _Cover:
        """Of the slope that puts its peak at the exponential of a number."""
        slope = self.factor / self.power * (-at * (self.power - 1)).exp()
        return self.added(self.oracle(rational_of(slope, places), bits))

    def settle(self, before: _Cover, after: _Cover) -> None:
        """The line at a local minimum, where the shift vanishes, by the method of N. Anderson and Å. Björck (1973)."""
        low, high, falling, rising = before.peak.log(), after.peak.log(), before.shift, after.shift
        side = 0
        for _ in range(_STEPS):
            at = ((low * rising - high * falling) / (rising - falling)).mid()
            shift = self.tangent(at, self.bits + _GUARD, self.bits + _GUARD).shift
            if abs(shift) <= self.settled or high - low <= self.settled:
                return
            if shift > 0:
                rising *= _damping(shift / falling) if side > 0 else 1
                low, falling, side = at, shift, 1
            else:
                falling *= _damping(shift / rising) if side < 0 else 1
                high, rising, side = at, shift, -1

    def failure(self, before: _Cover, after: _Cover | None) -> WitnessError:
        """The lower bound between two covers is the value where their lines meet."""
        other = after.line if after is not None else self.flat
        meet = (before.line.level - other.level) / (arb(before.line.slope) - arb(other.slope))
        return self.refusal(self.value(before.line, meet ** (1 / self.power)), f" at ‖w‖ = {float(meet.mid()):.1e}")

    def refusal(self, lower: arb, where: str = "") -> WitnessError:
        gap = float(((self.upper - lower) / self.upper).mid())
        return WitnessError(f"the gap between the cost and its lower bound{where} is {gap:.1e} of the cost")


def _bits(share: arb) -> int:
    """The number of binary digits after the point that show a positive number."""
    return -math.floor(float(share.log_base(2).mid()))


def _damping(share: arb) -> arb:
    return (1 - share).mid() if share < 1 else arb(0.5)
