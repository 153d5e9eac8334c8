"""One dataset under one program: relations decided at proposed points, and the bracket that feasible points give.

Nothing here searches.  A point counts only if its constraints are decided, an equality identically in Q, an inequality
without tolerance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flint import arb, ctx, fmpq

from checker.kernel import matrices
from checker.kernel.evaluate import Evaluation, Machine
from checker.kernel.numbers import Number, Undecidable, ball, compare, is_exact
from checker.kernel.program import degree, operations_of

Mapped = Mapping[str, Any]


@dataclass(frozen=True)
class Bracket:
    """Best feasible values: ``dual ≤ D* ≤ P* ≤ primal``; the primal point; why a side is missing."""

    primal: Any = None
    dual: Any = None
    point: Any = None
    primal_reason: str = "primal: no point was proposed"
    dual_reason: str = "dual: no point was proposed"

    @property
    def closed(self) -> bool:
        """Whether both sides have a feasible point."""
        return self.primal is not None and self.dual is not None

    @property
    def missing(self) -> str:
        """Why a side has no feasible point."""
        sides = ((self.primal, self.primal_reason), (self.dual, self.dual_reason))
        return "; ".join(reason for value, reason in sides if value is None)


class Case:
    """One dataset under one program, with the points proposed for it.

    Args:
        machine: the loaded program.
        data: values of the data symbols and dimensions.
        points: proposed values of variables; the first is the witness's, the others attack the claims.
        digits: a bracket closes at a relative width of ``10^-digits``.
    """

    def __init__(self, machine: Machine, data: Mapped, points: Sequence[Mapped], digits: int) -> None:
        self.machine, self.program, self.data, self.digits = machine, machine.program, data, digits
        self.points = points or [{}]
        self.evaluations = [Evaluation(machine, {**data, **point}) for point in self.points]
        self.start_bits, self.most_bits = int(3.33 * digits) + 96, max(4096, 32 * digits)
        self._brackets: dict[int, Bracket] = {}

    def inapplicable(self) -> str:
        """The first assumption that the data do not satisfy, or that cannot be decided; '' if all hold."""
        for assumption in self.program["assumptions"]:
            truth = self.truth(assumption, self.evaluations[0])
            if truth is not True:
                return str(assumption["text"]) + ("" if truth is False else " (not decided)")
        return ""

    def problem(self, pair: int, side: str) -> Mapped:
        """The ``primal`` or ``dual`` problem of a pair."""
        found: Mapped = self.program["problems"][self.program["pairs"][pair][side]]
        return found

    def _order(self, evaluation: Evaluation, left: int, right: int) -> int | None:
        """Compares two numbers, doubling the precision until they separate or the cap is met."""
        bits = self.start_bits
        while True:
            with ctx.workprec(bits):
                evaluation.forget_balls()
                a, b = evaluation[left], evaluation[right]
                order = compare(a, b)
            if order is not None or bits >= self.most_bits or is_exact(a, b):
                return order
            bits *= 2

    def truth(self, relation: Mapped, evaluation: Evaluation) -> bool | None:
        """Decides a relation at the values of an evaluation; None if that cannot be decided."""
        kind, sides = relation["kind"], relation["sides"]
        try:
            if kind in ("at_most", "less"):
                order = self._order(evaluation, *sides)
                return None if order is None else order < 0 or (order == 0 and kind == "at_most")
            values = [evaluation[side] for side in sides]
            if kind == "equal" and not matrices.is_matrix(values[0]) and not is_exact(*values):
                return False if self._order(evaluation, *sides) else None
            return matrices.predicate(kind, values)
        except Undecidable:
            return None

    def violated(self, problem: Mapped, evaluation: Evaluation) -> str:
        """'' if the values satisfy every constraint, else which one they do not."""
        for constraint in problem["constraints"]:
            truth = self.truth(constraint, evaluation)
            if truth is not True:
                how = "is violated by" if truth is False else "could not be decided at"
                return f"{constraint['text']} {how} the point"
        return ""

    def bracket(self, pair: int) -> Bracket:
        """The best feasible primal and dual values among the proposed points."""
        if pair not in self._brackets:
            found = Bracket()
            for point, evaluation in zip(self.points, self.evaluations, strict=True):
                for side in ("primal", "dual"):
                    if set(self.problem(pair, side)["variables"]) <= set(point):
                        found = self._tried(found, pair, side, point, evaluation)
            self._brackets[pair] = found
        return self._brackets[pair]

    def _tried(self, found: Bracket, pair: int, side: str, point: Mapped, evaluation: Evaluation) -> Bracket:
        problem, best = self.problem(pair, side), getattr(found, side)
        slots = [problem["objective"], *(slot for r in problem["constraints"] for slot in r["sides"])]
        sense, better = {"primal": ("min", -1), "dual": ("max", 1)}[side]
        try:
            if problem["sense"] != sense or any(i[0] == "optimum" for i in operations_of(self.program, slots)):
                raise Undecidable("a point of a problem with an optimum inside, or of the other sense, bounds nothing")
            reason = self.violated(problem, evaluation)
            with ctx.workprec(self.start_bits):
                value = None if reason else evaluation[problem["objective"]]
        except Undecidable as error:
            reason, value = str(error), None
        if value is not None and (best is None or compare(value, best) == better):
            found = replace(found, **{side: value})
            return replace(found, point=point) if side == "primal" else found
        if value is None and point is self.points[0]:
            return replace(found, **{f"{side}_reason": f"{side}: {reason}"})
        return found

    def digits_of(self, upper: Number, lower: Number) -> int | None:
        """To how many decimal digits ``lower ≤ upper`` agree, relative to ``upper``; None if they are equal."""
        with ctx.workprec(4 * self.start_bits):
            order, size = compare(upper, lower), abs(ball(upper))
            if order == 0:
                return None
            if order != 1 or not size > 0:
                return 0
            digits = -((ball(upper) - ball(lower)) / size).abs_upper().log() / arb(10).log()
            return max(0, int(float(digits.lower())))

    def ray(self, pair: int) -> bool:
        """Whether the witness's dual point spans a ray along which the dual is feasible and unbounded."""
        problem, evaluation = self.problem(pair, "dual"), self.evaluations[0]
        names = frozenset(problem["variables"])
        if problem["sense"] != "max" or not names <= set(self.points[0]):
            return False
        if degree(self.program, problem["objective"], names) != 1:
            return False
        for constraint in problem["constraints"]:
            left, right = constraint["sides"]
            degrees = (degree(self.program, left, names), degree(self.program, right, names))
            if degrees != (1, 0) or constraint["kind"] != "at_most":
                return False
            if compare(evaluation[left], fmpq(0)) not in (-1, 0) or compare(evaluation[right], fmpq(0)) not in (0, 1):
                return False
        return compare(evaluation[problem["objective"]], fmpq(0)) == 1
