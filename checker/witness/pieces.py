"""Convex functions of one real number, by their conjugates: what losses and norms are sums of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from checker.witness.rounding import rational_of


@dataclass(frozen=True)
class Piece:
    """A convex function h of one number, by its conjugate ``h*(p) = ½·curvature·p²`` on [lower, upper].

    A bound that is None is infinite, which needs a positive curvature.  The logistic ``h(t) = log(1 + eᵗ)`` has the
    curvature 0 and the interval [0, 1], on which ``h*(p) = p log p + (1 − p) log(1 − p)``.
    """

    curvature: fmpq
    lower: fmpq | None
    upper: fmpq | None
    logistic: bool = False

    def value(self, at: fmpq | arb) -> arb:
        """h at a rational, or at the middle of a ball, at the present precision."""
        if self.logistic:
            return (-arb(abs(at))).exp().log1p() + arb(max(at, at * 0))
        slope = self.derivative(at)
        return arb(slope * at - self.curvature * slope * slope / 2)

    def conjugate(self, slope: fmpq | arb) -> arb:
        """``h*`` at a rational of the interval, or at the middle of a ball, at the present precision."""
        if self.logistic:
            parts = [arb(part) for part in (slope, 1 - slope) if part != 0]
            return sum((part * part.log() for part in parts), start=arb(0))
        return arb(self.curvature * slope * slope / 2)

    def derivative(self, at: Any) -> Any:
        """A derivative of h at a rational or a ball; 0 at the kink of a function of curvature 0."""
        if self.logistic:
            return fmpq(1, 2) if at == 0 else 1 / (1 + (-at).exp())
        if self.curvature == 0:
            return at * 0 if at == 0 else self.upper if at > 0 else self.lower
        return self.clipped(at / self.curvature)

    def clipped(self, slope: Any) -> Any:
        """The nearest number of the interval."""
        slope = slope if self.lower is None else max(slope, self.lower)
        return slope if self.upper is None else min(slope, self.upper)

    def contains(self, slope: fmpq) -> bool:
        """Whether a number lies inside the interval, not on a bound."""
        return (self.lower is None or slope > self.lower) and (self.upper is None or slope < self.upper)

    def rounded(self, slope: arb, places: int) -> fmpq:
        """A rational inside the interval, to so many binary digits or, near a bound, more."""
        while not self.contains(value := rational_of(slope, places)):
            places *= 2
        return value
