"""An interior point method for cone programs at any precision.

The points of the central path have ``s∘z = μe`` in the Jordan product of the cones and no residuals; as μ falls to 0
they approach an optimum, where many are optimal one in the midst of them.

**The steps** are Newton's on these equations (F. Alizadeh, J.-P. Haeberly and M. Overton, 1998), with the predictor and
the corrector of S. Mehrotra (1992), from any point inside the cones: it need not satisfy the equations.  They converge
quadratically where s + z is inside the cones at the optimum and it is unique, and elsewhere by a constant factor.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flint import arb, ctx

from checker.kernel.progress import watched
from checker.witness.cone_program import ConeProgram
from checker.witness.cone_system import ConeSystem, Point
from checker.witness.exact import WitnessError
from checker.witness.linear_forms import Form

_ATTEMPTS = 3
_STEPS = 300
_STALLED = 40
_GUARD = 32
# A step stays away from the boundary by a part of 2^-16 at least, unless it ends near the path.
_SHORT = 16
_NEAR, _FAR, _SHORTER = arb("1e-3"), arb("1e-5"), 12
_ZERO, _ONE = arb(0), arb(1)


@dataclass(frozen=True)
class Solution:
    """A point near an optimum.

    Attributes:
        columns: the values of all columns.
        zero: the forms in cones, and in squares, that are zero at the optimum as far as is seen.
        vanishes: whether the objective is zero, as far as is seen.
    """

    columns: list[arb]
    zero: list[Form]
    vanishes: bool


def optimum(program: ConeProgram, bits: int) -> Solution:
    """A point near an optimum, feasible but for rounding errors, in a gap of at most ``2^-bits`` of the value.

    Raises:
        WitnessError: the gap was not closed; the message says how far it came.
    """
    before, least = ctx.prec, _ONE
    try:
        for attempt in range(_ATTEMPTS):
            ctx.prec = 4 * (bits + _GUARD) << attempt
            path = _Path(ConeSystem(program), bits, attempt)
            for point in watched("following the central path", path.points()):
                width = path.width(point)
                if not width.is_finite():
                    break
                least = min(least, width)
                if width <= arb(2) ** -bits:
                    return path.settled(point)
    finally:
        ctx.prec = before
    raise WitnessError(f"the interior point method came to a relative gap of {float(least.mid()):.1e} only")


class _Path:
    def __init__(self, system: ConeSystem, bits: int, attempt: int) -> None:
        self.system, self.bits, self.attempt = system, bits, attempt
        self.scale = _ZERO

    @property
    def least(self) -> arb:
        """What the value is compared with where it is smaller; a smaller one is taken for zero."""
        return (self.scale * arb(2) ** (-2 * self.bits)).mid()

    def width(self, point: Point) -> arb:
        """How far the value may be from the optimum, relative to it."""
        system = self.system
        left, value = system.residuals(point), abs(system.value(point.x))
        missed = _inner(left.gradient, point.x) + _inner(left.equations, point.y)
        missed += sum(
            (w * abs(a * b) for w, a, b in zip(system.weights, left.cones, point.z, strict=True)), start=_ZERO
        )
        gap = system.inner(point.s, point.z) + missed
        self.scale = max(self.scale, value, gap)
        return _ZERO if gap == 0 else (gap / max(value, self.least)).mid()

    def _floor(self, point: Point) -> arb:
        """The μ at which the gap is closed; points of a smaller one would be nearer to the boundary than needed."""
        value = max(abs(self.system.value(point.x)), self.least)
        return (value * arb(2) ** (-self.bits - 4) / max(1, self.system.degree)).mid()

    def settled(self, point: Point) -> Solution:
        """The point after steps that keep μ and remove the residuals."""
        system = self.system
        for _ in range(2):
            try:
                linear = system.factors(point)
            except ZeroDivisionError:
                break
            step = linear.step(system.residuals(point), self._towards(point, self._mean(point)))
            share = (system.reach(point, step) * arb("0.9")).min(_ONE).mid()
            point = point.plus(step, share)
        vanishes = not abs(system.value(point.x)) > self.least
        return Solution(system.columns(point.x), self._zero(point), vanishes)

    def _zero(self, point: Point) -> list[Form]:
        """The forms that are far smaller than their multipliers, and the squares that are far less than the value."""
        program, tiny = self.system.program, arb(2) ** (-self.bits // 3)
        forms = [f for f, s, z in zip(program.nonnegative, point.s, point.z, strict=False) if s < tiny * z]
        at = len(program.nonnegative)
        for block in (*program.second_order, *program.semidefinite):
            part = slice(at, at + len(block))
            if max(map(abs, point.s[part])) < tiny * max(map(abs, point.z[part])):
                forms += block
            at += len(block)
        for term, scaled in zip(program.smooth, self.system.terms, strict=True):
            if term.kind == "square":
                squares = [scaled.weight * v * v for v in scaled.at(point.x)]
                pairs = zip(term.forms, squares, strict=True)
                forms += [form for form, square in pairs if square < self.scale * tiny * tiny]
        return forms

    def points(self) -> Iterator[Point]:
        """Points nearer and nearer to an optimum, until the steps become too short."""
        system = self.system
        try:
            point = self._start()
            for _ in range(_STEPS):
                yield point
                linear, left, mean = system.factors(point), system.residuals(point), self._mean(point)
                predictor = linear.step(left, self._towards(point, _ZERO))
                reach = system.reach(point, predictor).min(_ONE)
                left_over = self._mean(point.plus(predictor, reach)) / mean if mean > 0 else _ZERO
                aim = max(max(1 - reach, left_over) ** 3 * mean, self._floor(point))
                step = linear.step(left, self._towards(point, aim, predictor))
                share = system.reach(point, step)
                if share < reach / 8:  # the corrector, or a point far from the path, is in the way
                    step = linear.step(left, self._towards(point, max(mean / 2, aim)))
                    share = system.reach(point, step)
                ahead = point.plus(step, _ONE)
                if share < 1 - arb(2) ** -_SHORT or not self._central(ahead, _NEAR):
                    share = (share * (1 - ((1 - reach) ** 2 / 10).max(arb(2) ** -_SHORT))).min(_ONE).mid()
                    for _ in range(_SHORTER):
                        ahead = point.plus(step, share)
                        if self._central(ahead, _FAR):
                            break
                        share = (share * 3 / 4).mid()
                if not share > arb(2) ** -_STALLED:
                    return
                point = ahead
        except ZeroDivisionError:
            return

    def _central(self, point: Point, part: arb) -> bool:
        """Whether a point is inside the cones, with no eigenvalue of ``s∘z`` below a part of their mean."""
        system = self.system
        if not system.inside(point):
            return False
        products = system.products(point.s, point.z)
        least = min((cone.least(cone.part(products)) for cone in system.cones), default=_ONE)
        return bool(least > part * self._mean(point))

    def _towards(self, point: Point, mean: arb, before: Point | None = None) -> list[arb]:
        """``μe − s∘z``, less the terms of second order of the step before."""
        system = self.system
        found = [(mean * e - p).mid() for e, p in zip(system.identity, system.products(point.s, point.z), strict=True)]
        if before is not None:
            bent = system.products(before.s, before.z)
            found = [(a - b).mid() for a, b in zip(found, bent, strict=True)]
        return found

    def _mean(self, point: Point) -> arb:
        return (self.system.inner(point.s, point.z) / max(1, self.system.degree)).mid()

    def _start(self) -> Point:
        """Where s and z are smallest that satisfy the equations, moved inside the cones; later attempts far inside."""
        system = self.system
        x = [_ONE if at in system.positive else _ZERO for at in range(len(system.used))]
        zeros = [_ZERO] * len(system.A)
        origin = Point(x, [_ZERO] * len(system.E), system.identity, system.identity)
        linear = system.factors(origin)
        left = system.residuals(Point(x, origin.y, zeros, zeros))
        step = linear.step(left, zeros)
        s, z = step.s, step.z
        if system.positive:
            step = Point([_ZERO] * len(x), step.y, s, z)
        s, z = self._moved(s), self._moved(z)
        product, unit = system.inner(s, z), system.identity
        if system.degree:
            total = system.inner(s, unit), system.inner(z, unit)
            s = _plus(s, unit, product / (2 * total[1]))
            z = _plus(z, unit, product / (2 * total[0]))
        return Point([(a + b).mid() for a, b in zip(x, step.x, strict=True)], step.y, s, z)

    def _moved(self, values: list[arb]) -> list[arb]:
        least = min((cone.least(cone.part(values)) for cone in self.system.cones), default=_ONE)
        size = max(map(abs, values), default=_ONE)
        if self.attempt:
            far = max(size, _ONE) * 1000**self.attempt
            return _plus([_ZERO] * len(values), self.system.identity, far)
        if least > size / 16:
            return values
        room = size / 8 if size > 0 else _ONE
        return _plus(values, self.system.identity, room - least.min(_ZERO) * 3 / 2)


def _plus(values: list[arb], direction: list[arb], factor: arb) -> list[arb]:
    return [(a + b * factor).mid() for a, b in zip(values, direction, strict=True)]


def _inner(left: list[arb], right: list[arb]) -> arb:
    return sum((abs(a * b) for a, b in zip(left, right, strict=True)), start=_ZERO).mid()
