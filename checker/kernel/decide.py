"""Decides every claim of a program on one dataset: ``holds``, ``refuted`` or ``undecided``, with its evidence.

Nothing here searches.  Proposed points come in as rationals; a point counts only if its constraints are decided, an
equality identically in Q, an inequality without tolerance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from flint import arb, fmpq, fmpq_mat

from checker.kernel import identities, matrices
from checker.kernel.evaluate import Evaluation, Machine
from checker.kernel.numbers import Undecidable, add, ball, compare, is_exact, multiply, precision
from checker.kernel.program import degree, nonnegative

MOST_DIGITS = 1_000_000  # reported for a bracket of width zero


@dataclass(frozen=True)
class Outcome:
    """A verdict on one claim: its evidence, the decimal digits reached (None: exact), the two sides compared."""

    verdict: str
    evidence: str = ""
    digits: int | None = None
    reason: str = ""
    left: str = ""
    right: str = ""
    relies_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bracket:
    """Best feasible values: ``dual ≤ D* ≤ P* ≤ primal``; the points that give them; why a side is missing."""

    primal: Any = None
    dual: Any = None
    primal_point: Mapping[str, Any] | None = None
    dual_point: Mapping[str, Any] | None = None
    primal_reason: str = "no point was proposed"
    dual_reason: str = "no point was proposed"

    @property
    def exact(self) -> bool:
        return self.primal is not None and self.dual is not None and compare(self.primal, self.dual) == 0


def show(value: Any, digits: int = 60) -> str:
    """A number for a reader: a rational as itself while short, else decimals."""
    if isinstance(value, fmpq) and value.height_bits() < 64:
        return str(value)
    if isinstance(value, (fmpq_mat, matrices.Scaled)) or hasattr(value, "entries"):
        rows, columns = matrices.shape(value)
        return str(value.tolist()) if isinstance(value, fmpq_mat) and rows * columns <= 9 else f"a {rows}×{columns} matrix"
    return str(ball(value).str(digits, radius=False))


class Case:
    """One dataset under one program, with the points proposed for it.

    Args:
        machine: the loaded program.
        data: values of the data symbols and dimensions.
        points: proposed values of variables; the first is the witness's, the others attack the claims.
        digits: a bracket closes at a relative width of ``10^-digits``.
    """

    def __init__(
        self, machine: Machine, data: Mapping[str, Any], points: Sequence[Mapping[str, Any]], digits: int
    ) -> None:
        self.machine, self.program, self.data, self.digits = machine, machine.program, data, digits
        self.points = points or [{}]
        self.evaluations = [Evaluation(machine, {**data, **point}) for point in self.points]
        self.most_bits = max(4096, 32 * digits)
        self._brackets: dict[int, Bracket] = {}

    @cached_property
    def start_bits(self) -> int:
        return int(3.33 * self.digits) + 96

    def inapplicable(self) -> str:
        """The first assumption that the data do not satisfy, or that cannot be decided; '' if all hold."""
        for assumption in self.program["assumptions"]:
            truth = self.truth(assumption, self.evaluations[0])
            if truth is not True:
                return str(assumption["text"]) + ("" if truth is False else " (not decided)")
        return ""

    def compare(self, evaluation: Evaluation, left: int, right: int) -> int | None:
        """Compares two numbers, doubling the precision until they separate or the cap is met."""
        bits = self.start_bits
        while True:
            with precision(bits):
                evaluation.forget_balls()
                a, b = evaluation[left], evaluation[right]
                order = compare(a, b)
            if order is not None or bits >= self.most_bits or (is_exact(a) and is_exact(b)):
                return order
            bits *= 2

    def truth(self, relation: Mapping[str, Any], evaluation: Evaluation) -> bool | None:
        """Decides a relation at the values of an evaluation; None if that cannot be decided."""
        kind, sides = relation["kind"], relation["sides"]
        try:
            if kind in ("at_most", "less"):
                order = self.compare(evaluation, *sides)
                return None if order is None else (order < 0 or (order == 0 and kind == "at_most"))
            values = [evaluation[side] for side in sides]
            if kind == "equal" and is_exact(values[0]) and is_exact(values[1]):
                return compare(*values) == 0
            if kind == "equal" and not isinstance(values[0], matrices.Matrix):
                order = self.compare(evaluation, *sides)
                return None if order is None or order == 0 else False
            return matrices.predicate(kind, values)
        except Undecidable:
            return None

    def feasible(self, problem: Mapping[str, Any], evaluation: Evaluation) -> str:
        """'' if the values satisfy every constraint, else which one they do not."""
        for constraint in problem["constraints"]:
            truth = self.truth(constraint, evaluation)
            if truth is not True:
                return f"{constraint['text']} {'is violated by' if truth is False else 'could not be decided at'} the point"
        return ""

    def bracket(self, pair: int) -> Bracket:
        """The best feasible primal and dual values among the proposed points."""
        if pair in self._brackets:
            return self._brackets[pair]
        entry, found = self.program["pairs"][pair], Bracket()
        for side, better in (("primal", -1), ("dual", 1)):
            problem = self.program["problems"][entry[side]]
            for point, evaluation in zip(self.points, self.evaluations, strict=True):
                if not all(name in point for name in problem["variables"]):
                    continue
                best = getattr(found, side)
                try:
                    reason = self.feasible(problem, evaluation)
                    with precision(self.start_bits):
                        value = None if reason else evaluation[problem["objective"]]
                except Undecidable as error:
                    reason, value = str(error), None
                if value is None:
                    if best is None and point is self.points[0]:
                        found = replace(found, **{f"{side}_reason": reason})
                elif best is None or compare(value, best) == better:
                    found = replace(found, **{side: value, f"{side}_point": point})
        self._brackets[pair] = found
        return found

    def digits_between(self, upper: Any, lower: Any) -> int | None:
        """Decimal digits to which ``lower ≤ upper`` agree, relative to ``upper``; None if ``lower > upper``."""
        with precision(self.start_bits):
            order = compare(upper, lower)
            if order == 0:
                return MOST_DIGITS
            if order == -1:
                return None
            scale = ball(upper)
            if scale.contains(0):
                return 0
            relative = ((ball(upper) - ball(lower)) / scale).abs_upper()
            return max(0, int((-relative.log() / arb(10).log()).lower().floor().unique_fmpz() or 0)) if relative < 1 else 0

    def decide(self) -> dict[str, Outcome]:
        """Every claim's outcome; a claim whose ``when`` does not hold is ``skipped``."""
        self.outcomes: dict[str, Outcome] = {}
        for claim in self.program["claims"]:
            truths = [self.truth(relation, self.evaluations[0]) for relation in claim["when"]]
            if False in truths:
                outcome = Outcome("skipped", reason="the data do not satisfy what the claim presupposes")
            elif None in truths:
                outcome = Outcome("undecided", reason="what the claim presupposes could not be decided on these data")
            else:
                try:
                    outcome = _RULES[claim["kind"]](self, claim)
                except Undecidable as error:
                    outcome = Outcome("undecided", reason=str(error))
            self.outcomes[claim["name"]] = outcome
        return self.outcomes

    def weak_duality(self, claim: Mapping[str, Any]) -> Outcome:
        bracket = self.bracket(claim["pair"])
        if bracket.primal is not None and bracket.dual is not None and compare(bracket.primal, bracket.dual) == -1:
            return Outcome("refuted", "exact", left=show(bracket.primal), right=show(bracket.dual),
                           reason="a feasible dual point lies above a feasible primal point (left: primal, right: dual)")  # fmt: skip
        flaw = identities.flaw(self.machine, claim["pair"])
        if flaw is None:
            tried = sum(bool(point) for point in self.points)
            if bracket.primal is None or bracket.dual is None:
                return Outcome("undecided", reason=f"no gap identity, and no pair of feasible points to try: "
                               f"{bracket.primal_reason}; {bracket.dual_reason}")  # fmt: skip
            return Outcome("holds", "sampled", reason=f"no feasible pair among {tried} points has D > P")
        return Outcome("undecided", reason=flaw) if flaw else Outcome("holds", "identity")

    def _weak(self, pair: int) -> tuple[str, Outcome]:
        return next((c["name"], self.outcomes.get(c["name"]) or self.weak_duality(c))
                    for c in self.program["claims"] if c["kind"] == "weak-duality" and c["pair"] == pair)  # fmt: skip

    def strong_duality(self, claim: Mapping[str, Any]) -> Outcome:
        name, weak = self._weak(claim["pair"])
        if weak.verdict != "holds":
            return replace(weak, reason=f"{name} is {weak.verdict}: {weak.reason}")
        relies = () if weak.evidence == "identity" else (f"{name} (sampled)",)
        found = self.bracket(claim["pair"])
        if found.primal is None and self.ray(claim["pair"]):
            return Outcome("holds", "exact", reason="P* = D* = +∞", relies_on=relies)
        if found.primal is None or found.dual is None:
            missing = [f"{side}: {reason}" for side, value, reason in
                       (("primal", found.primal, found.primal_reason), ("dual", found.dual, found.dual_reason)) if value is None]  # fmt: skip
            return Outcome("undecided", reason="; ".join(missing))
        return self._within(found.primal, found.dual, relies, "the bracket D ≤ D* ≤ P* ≤ P")

    def _within(self, upper: Any, lower: Any, relies: tuple[str, ...], what: str) -> Outcome:
        digits = self.digits_between(upper, lower)
        sides = {"left": show(upper), "right": show(lower), "relies_on": relies}
        if digits is None:
            return Outcome("undecided", reason=f"{what} is not ordered at the precision used", **sides)
        if digits >= self.digits:
            exact = digits == MOST_DIGITS
            return Outcome("holds", "exact" if exact else "enclosed", None if exact else digits, **sides)
        return Outcome("undecided", "enclosed", digits, f"{what} closed to {digits} digits of the {self.digits} asked for: "
                       "propose better points, or ask for fewer digits", **sides)  # fmt: skip

    def optimal_value(self, claim: Mapping[str, Any]) -> Outcome:
        name, weak = self._weak(claim["pair"])
        found = self.bracket(claim["pair"])
        if found.primal is None or found.dual is None or weak.verdict != "holds":
            return Outcome("undecided", reason=f"no bracket encloses the optimum: {found.primal_reason}; {found.dual_reason}; "
                           f"{name} is {weak.verdict}")  # fmt: skip
        with precision(self.start_bits):
            self.evaluations[0].forget_balls()
            value = self.evaluations[0][claim["value"]]
            above, below = compare(value, found.primal), compare(value, found.dual)
        if above == 1 or below == -1:
            return Outcome("refuted", "exact" if is_exact(value) else "enclosed", left=show(value),
                           right=f"[{show(found.dual)}, {show(found.primal)}]",
                           reason="the formula lies outside the bracket of the optimum (left: formula)")  # fmt: skip
        closed = self._within(found.primal, found.dual, (name,), "the bracket of the optimum")
        if closed.verdict == "holds" and not is_exact(value) and ball(value).rel_accuracy_bits() < 3.33 * self.digits:
            return Outcome("undecided", reason="the formula was not enclosed to the digits asked for")
        return replace(closed, left=show(value), right=closed.left)

    def optimal_point(self, claim: Mapping[str, Any]) -> Outcome:
        problem = self.program["problems"][claim["problem"]]
        point = {name: self.evaluations[0][slot] for name, slot in claim["point"].items()}
        at_point = Evaluation(self.machine, {**self.data, **point})
        reason = self.feasible(problem, at_point)
        if reason:
            return Outcome("refuted" if "violated" in reason else "undecided", "exact", reason=reason)
        found, value = self.bracket(claim["pair"]), at_point[problem["objective"]]
        upper, lower = (value, found.dual) if problem["sense"] == "min" else (found.primal, value)
        if upper is None or lower is None:
            return Outcome("undecided", reason="no feasible point on the other side encloses the optimum")
        rival = found.primal if problem["sense"] == "min" else found.dual
        if rival is not None and compare(rival, value) == (-1 if problem["sense"] == "min" else 1):
            gap = self.digits_between(upper, lower)
            if gap is None or gap < self.digits:
                return Outcome("refuted", "exact", reason="another feasible point is better", left=show(value), right=show(rival))
        return self._within(upper, lower, (self._weak(claim["pair"])[0],), "the gap at the point")

    def ray(self, pair: int) -> bool:
        """Whether the witness's dual point spans a ray along which the dual is feasible and unbounded."""
        problem = self.program["problems"][self.program["pairs"][pair]["dual"]]
        names, evaluation = frozenset(problem["variables"]), self.evaluations[0]
        if not names <= set(self.points[0]) or degree(self.program, problem["objective"], names) != 1:
            return False
        for constraint in problem["constraints"]:
            left, right = constraint["sides"]
            if degree(self.program, left, names) != 1 or degree(self.program, right, names) != 0:
                return False
            at_zero = Evaluation(self.machine, {**evaluation.values, "": fmpq(0)})
            inside = compare(at_zero[left], fmpq(0)) if constraint["kind"] == "at_most" else None
            if inside not in (-1, 0) or compare(fmpq(0), at_zero[right]) not in (-1, 0):
                return False
        return compare(evaluation[problem["objective"]], fmpq(0)) == 1

    def infeasible(self, claim: Mapping[str, Any]) -> Outcome:
        name, weak = self._weak(claim["pair"])
        if self.bracket(claim["pair"]).primal is not None:
            return Outcome("refuted", "exact", reason="a feasible point was found")
        if weak.verdict == "holds" and self.ray(claim["pair"]):
            return Outcome("holds", "exact", reason="the dual is unbounded along a ray", relies_on=(name,))
        return Outcome("undecided", reason="no ray of the dual was proposed along which it is unbounded")

    def for_every_optimum(self, claim: Mapping[str, Any]) -> Outcome:
        strong = self.strong_duality(claim)
        if strong.verdict != "holds" or self.bracket(claim["pair"]).primal is None:
            return Outcome("undecided", reason=f"strong duality, on which the claim relies, is not certified here: {strong.reason}")
        base = self.program["pairs"][claim["pair"]]["identity"]
        if base is None:
            return self._sampled(claim)
        flaw = identities.flaw(self.machine, claim["pair"]) or identities.consequence_flaw(self.machine, claim)
        relies = ("P* = D*, attained", *strong.relies_on)
        return Outcome("undecided", reason=flaw) if flaw else Outcome("holds", "identity", relies_on=relies)

    def _sampled(self, claim: Mapping[str, Any]) -> Outcome:
        entry, tries = self.program["pairs"][claim["pair"]], 0
        problem, found = self.program["problems"][entry["primal"]], self.bracket(claim["pair"])
        for point, evaluation in zip(self.points, self.evaluations, strict=True):
            if not all(name in point for name in problem["variables"]) or self.feasible(problem, evaluation):
                continue
            truth = self.truth(claim["relation"], evaluation)
            if truth is True:
                tries += 1
                continue
            value = evaluation[problem["objective"]]
            if compare(value, found.dual) == 0 and truth is False:
                return Outcome("refuted", "exact", reason="an optimal point violates it", left=show(value), right=show(found.dual))
            if compare(value, found.primal) != 1:
                return Outcome("undecided", reason="a point within the bracket of the optimum violates it or is undecided")
            tries += 1
        if not tries:
            return Outcome("undecided", reason="no feasible network was proposed to try it on")
        return Outcome("holds", "sampled", reason=f"{tries} networks tried", relies_on=("P* = D*, attained",))

    def vanishing(self, claim: Mapping[str, Any]) -> Outcome:
        strong = self.strong_duality(claim)
        if strong.verdict != "holds":
            return Outcome("undecided", reason=f"strong duality, on which the claim relies, is not certified here: {strong.reason}")
        found = self.bracket(claim["pair"])
        problem = self.program["problems"][self.program["pairs"][claim["pair"]]["primal"]]
        condition = self.truth(claim["condition"], self.evaluations[0])
        if condition is None:
            return Outcome("undecided", reason=f"{claim['condition']['text']} could not be decided")
        zero = {name: multiply_by_zero(self.points[0][name]) for name in problem["variables"]}
        at_zero = Evaluation(self.machine, {**self.data, **zero})
        value = at_zero[problem["objective"]]
        better = not self.feasible(problem, at_zero) and compare(value, found.primal)
        if not condition:
            if better == 1:
                return Outcome("holds", "exact", left=show(value), right=show(found.primal),
                               reason="zero costs more than another network", relies_on=("attainment",))  # fmt: skip
            verdict = "refuted" if compare(value, found.dual) == 0 else "undecided"
            return Outcome(verdict, "exact", left=show(value), right=show(found.dual), reason="zero attains the dual bound")
        if better == 1:
            return Outcome("refuted", "exact", left=show(value), right=show(found.primal), reason="zero costs more than another network")
        flaw = identities.vanishing_flaw(self, claim, found)
        return Outcome("undecided", reason=flaw) if flaw else Outcome("holds", "exact", relies_on=("gap identity",))

    def identity(self, claim: Mapping[str, Any]) -> Outcome:
        counterexample = identities.equation_counterexample(self.machine, claim["relation"])
        if counterexample:
            return Outcome("refuted", "exact", reason=f"it fails at {counterexample}")
        return Outcome("holds", "identity")

    def relation(self, claim: Mapping[str, Any]) -> Outcome:
        relation, evaluation = claim["relation"], self.evaluations[0]
        with precision(self.start_bits):
            sides = [show(evaluation[side]) for side in relation["sides"]]
        shown = {"left": sides[0], "right": sides[1] if len(sides) > 1 else ""}
        truth = self.truth(relation, evaluation)
        if truth is not None:
            return Outcome("holds" if truth else "refuted", "exact", **shown)
        values = [evaluation[side] for side in relation["sides"]]
        if relation["kind"] == "equal" and isinstance(ball(values[0]), arb):
            with precision(self.start_bits):
                evaluation.forget_balls()
                left, right = (ball(evaluation[side]) for side in relation["sides"])
                difference, size = (left - right).abs_upper(), left.abs_lower()
            if difference <= size * arb(10) ** (-self.digits):
                return Outcome("holds", "enclosed", self.digits, **shown)
        return Outcome("undecided", "enclosed", reason="the two sides do not separate at the highest precision allowed", **shown)


def multiply_by_zero(value: Any) -> Any:
    if isinstance(value, list):
        return [multiply_by_zero(item) for item in value]
    return fmpq_mat(value.nrows(), value.ncols()) if hasattr(value, "nrows") else fmpq(0)


_RULES = {
    "weak-duality": Case.weak_duality,
    "strong-duality": Case.strong_duality,
    "optimal-value": Case.optimal_value,
    "optimal-point": Case.optimal_point,
    "infeasible": Case.infeasible,
    "for-every-optimum": Case.for_every_optimum,
    "vanishing": Case.vanishing,
    "identity": Case.identity,
    "relation": Case.relation,
}
