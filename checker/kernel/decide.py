"""Decides every claim of a program on one dataset: ``holds``, ``refuted`` or ``undecided``, with its evidence.

Nothing here searches.  Proposed points come in as rationals; a point counts only if its constraints are decided, an
equality identically in Q, an inequality without tolerance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flint import arb, ctx, fmpq, fmpq_mat

from checker.kernel import identities, matrices
from checker.kernel.evaluate import Evaluation, Machine
from checker.kernel.numbers import Number, Undecidable, ball, compare, is_exact
from checker.kernel.program import degree, operations_of, symbols_of

_WIDTH_ZERO = 10**9  # the digits of a bracket whose two ends are equal


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
    primal_point: Any = None
    dual_point: Any = None
    primal_reason: str = "primal: no point was proposed"
    dual_reason: str = "dual: no point was proposed"

    @property
    def closed(self) -> bool:
        """Whether both sides have a feasible point."""
        return self.primal is not None and self.dual is not None

    @property
    def exact(self) -> bool:
        """Whether the two ends are equal."""
        return self.closed and compare(self.primal, self.dual) == 0


def show(value: Any) -> str:
    """A value for a reader: a short rational or matrix as itself, else decimals or a shape."""
    if matrices.is_matrix(value):
        rows, columns = matrices.shape(value)
        short = (
            isinstance(value, fmpq_mat) and rows * columns <= 9 and max(e.height_bits() for e in value.entries()) < 64
        )
        return str(value.tolist()) if short else f"a {rows}×{columns} matrix"
    if isinstance(value, fmpq) and value.height_bits() < 64:
        return str(value)
    with ctx.workprec(256):
        return str(ball(value).str(60, radius=False))


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
        self.start_bits, self.most_bits = int(3.33 * digits) + 96, max(4096, 32 * digits)
        self._brackets: dict[int, Bracket] = {}

    def inapplicable(self) -> str:
        """The first assumption that the data do not satisfy, or that cannot be decided; '' if all hold."""
        for assumption in self.program["assumptions"]:
            truth = self.truth(assumption, self.evaluations[0])
            if truth is not True:
                return str(assumption["text"]) + ("" if truth is False else " (not decided)")
        return ""

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

    def truth(self, relation: Mapping[str, Any], evaluation: Evaluation) -> bool | None:
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

    def infeasible(self, problem: Mapping[str, Any], evaluation: Evaluation) -> str:
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
            for side, better in (("primal", -1), ("dual", 1)):
                problem = self.program["problems"][self.program["pairs"][pair][side]]
                for point, evaluation in zip(self.points, self.evaluations, strict=True):
                    if set(problem["variables"]) <= set(point):
                        found = self._tried(found, side, better, problem, point, evaluation)
            self._brackets[pair] = found
        return self._brackets[pair]

    def _tried(
        self, found: Bracket, side: str, better: int, problem: Any, point: Any, evaluation: Evaluation
    ) -> Bracket:
        best, slots = getattr(found, side), [problem["objective"], *(s for r in problem["constraints"] for s in r["sides"])]
        try:
            nested = any(operation[0] == "optimum" for operation in operations_of(self.program, slots))
            if nested or problem["sense"] != {"primal": "min", "dual": "max"}[side]:
                raise Undecidable("a point of a problem with an optimum inside, or of the other sense, bounds nothing")
            reason = self.infeasible(problem, evaluation)
            with ctx.workprec(self.start_bits):
                value = None if reason else evaluation[problem["objective"]]
        except Undecidable as error:
            reason, value = str(error), None
        changes: dict[str, Any] = {}
        if value is None and best is None and point is self.points[0]:
            changes = {f"{side}_reason": f"{side}: {reason}"}
        elif value is not None and (best is None or compare(value, best) == better):
            changes = {side: value, f"{side}_point": point}
        return replace(found, **changes)

    def _agree(self, upper: Number, lower: Number, relies: tuple[str, ...], what: str) -> Outcome:
        """Whether ``lower ≤ upper`` agree to the digits asked for, relative to ``upper``."""
        with ctx.workprec(4 * self.start_bits):
            order, reached = compare(upper, lower), 0
            if order == 0:
                return Outcome("holds", "exact", None, "", show(upper), show(lower), relies)
            size = abs(ball(upper))
            if size > 0:
                digits = -((ball(upper) - ball(lower)) / size).abs_upper().log() / arb(10).log()
                reached = int(float(digits.lower()))
        if order == 1 and reached >= self.digits:
            return Outcome("holds", "enclosed", reached, "", show(upper), show(lower), relies)
        reached = max(reached, 0)
        reason = (
            f"{what} closed to {reached} digits of the {self.digits} asked for: propose better points, or ask for fewer"
        )
        return Outcome("undecided", "enclosed", reached, reason, show(upper), show(lower), relies)

    def decide(self) -> dict[str, Outcome]:
        """Every claim's outcome; a claim whose ``when`` does not hold is ``skipped``."""
        self.outcomes: dict[str, Outcome] = {}
        for claim in self.program["claims"]:
            truths = [self.truth(relation, self.evaluations[0]) for relation in claim["when"]]
            try:
                if False in truths:
                    outcome = Outcome("skipped", reason="the data do not satisfy what the claim presupposes")
                elif None in truths:
                    outcome = Outcome(
                        "undecided", reason="what the claim presupposes could not be decided on these data"
                    )
                else:
                    outcome = getattr(self, "_" + claim["kind"].replace("-", "_"))(claim)
            except Undecidable as error:
                outcome = Outcome("undecided", reason=str(error))
            self.outcomes[claim["name"]] = outcome
        return self.outcomes

    def _weak_duality(self, claim: Mapping[str, Any]) -> Outcome:
        found, flaw = self.bracket(claim["pair"]), identities.flaw(self.machine, claim["pair"])
        if found.closed and compare(found.primal, found.dual) == -1:
            reason = "a feasible dual point lies above a feasible primal point (left: primal, right: dual)"
            return Outcome("refuted", "exact", None, reason, show(found.primal), show(found.dual))
        if flaw is None and found.closed:
            return Outcome("holds", "sampled", reason=f"no pair of feasible points among {len(self.points)} has D > P")
        if flaw is None:
            flaw = f"no gap identity, and no pair of feasible points to try: {found.primal_reason}; {found.dual_reason}"
        return Outcome("undecided", reason=flaw) if flaw else Outcome("holds", "identity")

    def _weak(self, pair: int) -> tuple[str, Outcome]:
        claim = next(c for c in self.program["claims"] if c["kind"] == "weak-duality" and c["pair"] == pair)
        return claim["name"], self._weak_duality(claim)

    def _strong_duality(self, claim: Mapping[str, Any]) -> Outcome:
        (name, weak), found = self._weak(claim["pair"]), self.bracket(claim["pair"])
        if weak.verdict != "holds":
            return replace(weak, reason=f"{name} is {weak.verdict}: {weak.reason}")
        relies = () if weak.evidence == "identity" else (f"{name} (sampled)",)
        if found.primal is None and self._ray(claim["pair"]):
            return Outcome("holds", "exact", reason="P* = D* = +∞", relies_on=relies)
        if not found.closed:
            reasons = [
                r for v, r in ((found.primal, found.primal_reason), (found.dual, found.dual_reason)) if v is None
            ]
            return Outcome("undecided", reason="; ".join(reasons))
        return self._agree(found.primal, found.dual, relies, "the bracket D ≤ D* ≤ P* ≤ P")

    def _certified(self, claim: Mapping[str, Any]) -> tuple[Bracket, tuple[str, ...]]:
        """The bracket of a pair whose strong duality is certified here, and what that relies on."""
        strong, found = self._strong_duality(claim), self.bracket(claim["pair"])
        if strong.verdict != "holds" or not found.closed:
            raise Undecidable(f"strong duality, on which the claim relies, is not certified here: {strong.reason}")
        return found, ("P* = D*, attained", *strong.relies_on)

    def _optimal_value(self, claim: Mapping[str, Any]) -> Outcome:
        (name, weak), found = self._weak(claim["pair"]), self.bracket(claim["pair"])
        if not found.closed or weak.verdict != "holds":
            raise Undecidable(
                f"no bracket encloses the optimum: {found.primal_reason}; {found.dual_reason}; {name} {weak.verdict}"
            )
        with ctx.workprec(self.start_bits):
            self.evaluations[0].forget_balls()
            value = self.evaluations[0][claim["value"]]
            above, below = compare(value, found.primal), compare(value, found.dual)
        if above == 1 or below == -1:
            bounds = f"[{show(found.dual)}, {show(found.primal)}]"
            reason = "the formula lies outside the bracket of the optimum (left: formula, right: bracket)"
            return Outcome("refuted", "exact" if is_exact(value) else "enclosed", None, reason, show(value), bounds)
        closed = self._agree(found.primal, found.dual, (name,), "the bracket of the optimum")
        if closed.verdict == "holds" and not is_exact(value) and value.rel_accuracy_bits() < 3.33 * self.digits:
            raise Undecidable("the formula was not enclosed to the digits asked for")
        return replace(closed, left=show(value), right=closed.left)

    def _optimal_point(self, claim: Mapping[str, Any]) -> Outcome:
        problem, found = self.program["problems"][claim["problem"]], self.bracket(claim["pair"])
        point = {name: self.evaluations[0][slot] for name, slot in claim["point"].items()}
        at_point = Evaluation(self.machine, {**self.data, **point})
        reason = self.infeasible(problem, at_point)
        if reason:
            return Outcome("refuted" if "violated" in reason else "undecided", "exact", reason=reason)
        minimises, value = problem["sense"] == "min", at_point[problem["objective"]]
        upper, lower, rival = (value, found.dual, found.primal) if minimises else (found.primal, value, found.dual)
        if upper is None or lower is None:
            raise Undecidable("no feasible point on the other side encloses the optimum")
        agreed = self._agree(upper, lower, (self._weak(claim["pair"])[0],), "the gap at the point")
        if agreed.verdict != "holds" and rival is not None and compare(rival, value) == (-1 if minimises else 1):
            return Outcome("refuted", "exact", None, "another feasible point is better", show(value), show(rival))
        return agreed

    def _ray(self, pair: int) -> bool:
        """Whether the witness's dual point spans a ray along which the dual is feasible and unbounded."""
        problem, evaluation = self.program["problems"][self.program["pairs"][pair]["dual"]], self.evaluations[0]
        names = frozenset(problem["variables"])
        if not names <= set(self.points[0]) or degree(self.program, problem["objective"], names) != 1:
            return False
        for constraint in problem["constraints"]:
            left, right = constraint["sides"]
            homogeneous = degree(self.program, left, names) == 1 and degree(self.program, right, names) == 0
            zero = fmpq(0)
            if not homogeneous or constraint["kind"] != "at_most" or compare(evaluation[left], zero) not in (-1, 0):
                return False
            if compare(zero, evaluation[right]) not in (-1, 0):
                return False
        return compare(evaluation[problem["objective"]], fmpq(0)) == 1

    def _infeasible(self, claim: Mapping[str, Any]) -> Outcome:
        name, weak = self._weak(claim["pair"])
        if self.bracket(claim["pair"]).primal is not None:
            return Outcome("refuted", "exact", reason="a feasible point was found")
        if weak.verdict == "holds" and self._ray(claim["pair"]):
            return Outcome("holds", "exact", reason="the dual is unbounded along a ray", relies_on=(name,))
        return Outcome("undecided", reason="no ray of the dual was proposed along which it is unbounded")

    def _for_every_optimum(self, claim: Mapping[str, Any]) -> Outcome:
        found, relies = self._certified(claim)
        flaw = identities.flaw(self.machine, claim["pair"])
        if flaw is not None:
            flaw = flaw or identities.consequence_flaw(self.machine, claim)
            return Outcome("undecided", reason=flaw) if flaw else Outcome("holds", "identity", relies_on=relies)
        pair, tries = self.program["pairs"][claim["pair"]], 0
        problem, dual = (self.program["problems"][pair[side]] for side in ("primal", "dual"))
        if symbols_of(self.program, claim["relation"]["sides"]) & set(dual["variables"]):
            raise Undecidable("a relation with dual variables needs a gap identity: it cannot be sampled on networks")
        for point, evaluation in zip(self.points, self.evaluations, strict=True):
            if not set(problem["variables"]) <= set(point) or self.infeasible(problem, evaluation):
                continue
            truth, value = self.truth(claim["relation"], evaluation), evaluation[problem["objective"]]
            if truth is False and compare(value, found.dual) == 0:
                return Outcome("refuted", "exact", None, "an optimal point violates it", show(value), show(found.dual))
            if truth is not True and compare(value, found.primal) != 1:
                raise Undecidable(
                    "a point within the bracket of the optimum violates the relation, or it is undecided there"
                )
            tries += 1
        return Outcome("holds", "sampled", reason=f"{tries} networks tried", relies_on=relies)

    def _vanishing(self, claim: Mapping[str, Any]) -> Outcome:
        found, relies = self._certified(claim)
        problem = self.program["problems"][self.program["pairs"][claim["pair"]]["primal"]]
        condition = self.truth(claim["condition"], self.evaluations[0])
        if condition is None:
            raise Undecidable(f"{claim['condition']['text']} could not be decided")
        at_zero = Evaluation(
            self.machine, {**self.data, **{name: _zero(found.primal_point[name]) for name in problem["variables"]}}
        )
        value = at_zero[problem["objective"]]
        sides = (show(value), show(found.primal))
        if self.infeasible(problem, at_zero) or compare(value, found.primal) == 1:
            if not condition:
                return Outcome(
                    "holds", "exact", None, "zero costs more than another network", *sides, relies_on=("attainment",)
                )
            return Outcome("refuted", "exact", None, "zero costs more than another network, or is infeasible", *sides)
        if not found.exact:
            raise Undecidable("zero is within the bracket of the optimum, and the optimum is not known exactly")
        if not condition:
            return Outcome("refuted", "exact", None, "zero is optimal although the condition does not hold", *sides)
        flaw = identities.flaw(self.machine, claim["pair"])
        flaw = (
            "the claim needs a gap identity" if flaw is None else flaw or identities.weights_flaw(self.machine, claim)
        )
        return (
            Outcome("undecided", reason=flaw)
            if flaw
            else Outcome("holds", "exact", relies_on=("gap identity", *relies[1:]))
        )

    def _identity(self, claim: Mapping[str, Any]) -> Outcome:
        failing = identities.counterexample(self.machine, claim["relation"])
        return Outcome("refuted", "exact", reason=f"it fails at {failing}") if failing else Outcome("holds", "identity")

    def _relation(self, claim: Mapping[str, Any]) -> Outcome:
        relation, evaluation = claim["relation"], self.evaluations[0]
        with ctx.workprec(self.start_bits):
            evaluation.forget_balls()
            values = [evaluation[side] for side in relation["sides"]]
        left, right = ([show(value) for value in values] + [""])[:2]
        truth = self.truth(relation, evaluation)
        if truth is not None:
            return Outcome(
                "holds" if truth else "refuted",
                "enclosed" if any(isinstance(v, arb) for v in values) else "exact",
                None,
                "",
                left,
                right,
            )
        if relation["kind"] == "equal" and not any(map(matrices.is_matrix, values)):
            with ctx.workprec(self.start_bits):
                a, b = map(ball, values)
                if abs(a - b) <= abs(a) * arb(10) ** (-self.digits):
                    return Outcome("holds", "enclosed", self.digits, "", left, right)
        reason = "the two sides do not separate at the highest precision allowed"
        return Outcome("undecided", "enclosed", None, reason, left, right)


def _zero(value: Any) -> Any:
    if isinstance(value, list):
        return [_zero(item) for item in value]
    return fmpq_mat(value.nrows(), value.ncols()) if matrices.is_matrix(value) else fmpq(0)
