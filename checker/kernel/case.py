"""One dataset under one program: relations decided at proposed points, and the bracket that feasible points give.

Nothing here searches.  A point counts only if its constraints are decided, an equality identically in Q, an inequality
without tolerance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from flint import arb, arb_mat, ctx, fmpq

from checker.kernel import logarithms, matrices, norms
from checker.kernel.evaluate import Evaluation, Machine, difference, is_zero
from checker.kernel.numbers import Number, Undecidable, add, ball, compare, is_exact, larger, multiply
from checker.kernel.program import degree, form_of, operations_of, slots_in, slots_of, symbols_of

Mapped = Mapping[str, Any]
_NOT_PROPOSED = "no point was proposed"
_REGULAR = {"add", "multiply", "maximum", "power", "absolute", "norm", "schatten", "excess", "singular", "singular_dot"}


@dataclass(frozen=True)
class Bracket:
    """Best feasible values: ``dual ≤ D* ≤ P* ≤ primal``; the primal point; why a side is missing."""

    primal: Any = None
    dual: Any = None
    point: Any = None
    primal_reason: str = f"primal: {_NOT_PROPOSED}"
    dual_reason: str = f"dual: {_NOT_PROPOSED}"

    @property
    def closed(self) -> bool:
        """Whether both sides have a feasible point."""
        return self.primal is not None and self.dual is not None

    @property
    def flaws(self) -> str:
        """Why the witness's own points count for nothing on a side, where they do not."""
        reasons = (self.primal_reason, self.dual_reason)
        return "; ".join(reason for reason in reasons if not reason.endswith(_NOT_PROPOSED))

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

    Attributes:
        facts: evaluates what is said of the data; the optimum of a problem is there what its bracket encloses.
        evaluations: one for each point, which has what it leaves out from the witness's; an optimum inside an objective
            is there an upper bound of it.
    """

    def __init__(self, machine: Machine, data: Mapped, points: Sequence[Mapped], digits: int) -> None:
        self.machine, self.program, self.data, self.digits = machine, machine.program, data, digits
        self.points = points or [{}]
        self.facts = Evaluation(machine, data, lambda _, problem: self._enclosed(problem))
        self.evaluations = [self.at({**self.points[0], **point}) for point in self.points]
        self.start_bits, self.most_bits = int(3.33 * digits) + 96, max(4096, 32 * digits)
        self.decided: dict[str, Any] = {}
        self._brackets: dict[int, Bracket] = {}
        self._feasible: dict[int, list[Evaluation]] = {}

    def at(self, point: Mapped) -> Evaluation:
        """The expressions of the program at a point."""
        return Evaluation(self.machine, {**self.data, **point}, self._bound_inside)

    def forget(self) -> None:
        """Drops what was evaluated at the points; brackets and verdicts stay."""
        for evaluation in self.evaluations:
            evaluation.forget()
        self._feasible.clear()
        self.machine.remembered.clear()

    def inapplicable(self) -> str:
        """The first assumption that the data do not satisfy, or that cannot be decided; '' if all hold."""
        for assumption in self.program["assumptions"]:
            truth = self.truth(assumption, self.facts)
            if truth is not True:
                return str(assumption["text"]) + ("" if truth is False else " (not decided)")
        return ""

    def problem(self, pair: int, side: str) -> Mapped:
        """The ``primal`` or ``dual`` problem of a pair."""
        found: Mapped = self.program["problems"][self.program["pairs"][pair][side]]
        return found

    def pairs_of(self, problem: int, *sides: str) -> list[int]:
        """The pairs in which a problem is the ``primal`` or ``dual`` side, and whose weak duality is claimed here."""
        pairs = enumerate(self.program["pairs"])
        return [i for i, pair in pairs if problem in (pair[side] for side in sides) and self._claimed(i)]

    def _claimed(self, pair: int) -> bool:
        claims = (c for c in self.program["claims"] if c["kind"] == "weak-duality" and c["pair"] == pair)
        return all(self.truth(relation, self.facts) is True for claim in claims for relation in claim["when"])

    def optima_in(self, slots: list[int]) -> list[int]:
        """The problems whose optimum occurs in expressions."""
        return [instruction[1] for instruction in operations_of(self.program, slots) if instruction[0] == "optimum"]

    def _order(self, evaluation: Evaluation, left: int, right: int, enough: float = float("inf")) -> int | None:
        """Compares two numbers, doubling the precision until they separate or agree to enough digits, or to the cap."""
        operation, *arguments = self.machine.code[left]
        spectral, bits = operation == "norm" and arguments[0] == "spectral", self.start_bits
        while True:
            with ctx.workprec(bits):
                evaluation.forget_balls()
                # Strictly inside is seen without the singular values.
                if spectral and norms.inside_spectral_ball(evaluation[arguments[1]], evaluation[right]):
                    return -1
                a, b = evaluation[left], evaluation[right]
                order = self._order_of_optima(evaluation, left, right)
                order = compare(a, b) if order is None else order
                order = self._without_common(evaluation, left, right) if order is None else order
                if order is None and bits == self.start_bits and self._equal(evaluation, left, right):
                    return 0
            agreed = order is None and (self.agreement(a, b) or 0) >= enough
            if order is not None or agreed or bits >= self.most_bits or is_exact(a, b):
                return order
            bits *= 2

    def _order_of_optima(self, evaluation: Evaluation, left: int, right: int) -> int | None:
        """Compares two optima by the ends of what encloses them: a ball that reaches far has a coarse lower end."""
        slots = [self.machine.code[slot] for slot in (left, right)]
        if evaluation is not self.facts or any(slot[0] != "optimum" for slot in slots):
            return None
        (low, high), (least, most) = (self.interval(slot[1]) for slot in slots)
        return -1 if compare(high, least) == -1 else 1 if compare(most, low) == -1 else None

    def _without_common(self, evaluation: Evaluation, left: int, right: int) -> int | None:
        """Compares what two sums have beside the finite summands that both have; None if that does not decide it."""
        (first, *parts), (second, *others) = self.machine.code[left], self.machine.code[right]
        common = Counter(parts) & Counter(others) if first == second == "add" else None
        if not common or any(not ball(evaluation[slot]).is_finite() for slot in common):
            return None
        rests = (Counter(summands) - common for summands in (parts, others))
        return compare(*(reduce(add, (evaluation[s] for s in rest.elements()), fmpq(0)) for rest in rests))

    def _equal(self, evaluation: Evaluation, left: int, right: int) -> bool:
        """Whether two numbers are equal, in a way that balls can never decide."""
        return self._same(evaluation, left, right) or logarithms.equal(evaluation, left, right)

    def _same(self, evaluation: Evaluation, left: int, right: int) -> bool:
        """Whether two values are one, being exact, or one expression of such."""
        a, b = evaluation[left], evaluation[right]
        if is_exact(a, b) and compare(a, b) == 0:
            return True
        if any(isinstance(value, arb) and not value.is_finite() for value in (a, b)):
            return False
        if left == right:
            return True
        if matrices.is_matrix(a):
            same = matrices.is_matrix(b) and matrices.shape(a) == matrices.shape(b)
            return same and not isinstance(difference(a, b), arb_mat) and matrices.predicate("equal", [a, b])
        (operation, *parts), (other, *others) = self.machine.code[left], self.machine.code[right]
        if is_exact(a, b) or operation != other or len(parts) != len(others) or operation not in _REGULAR:
            return False
        if operation == "norm" and parts[0] != others[0]:
            return False
        children = zip(slots_of([operation, *parts]), slots_of([other, *others]), strict=True)
        return all(self._same(evaluation, *pair) for pair in children)

    def truth(self, relation: Mapped, evaluation: Evaluation) -> bool | None:
        """Decides a relation at the values of an evaluation; None if that cannot be decided."""
        what = (form_of(relation), self.digits)
        found: bool | None = evaluation.once(what, slots_in(relation), lambda: self._truth(relation, evaluation))
        return found

    def _truth(self, relation: Mapped, evaluation: Evaluation) -> bool | None:
        kind, sides = relation["kind"], relation["sides"]
        try:
            if kind == "every":
                truths = set[bool | None]()
                for step in evaluation.steps(*sides):
                    with evaluation.bound(**{relation["index"]: step}):
                        truths.add(self.truth(relation["relation"], evaluation))
                return False if False in truths else None if None in truths else True
            if kind in ("at_most", "less"):
                order = self._order(evaluation, *sides)
                return None if order is None else order < 0 or (order == 0 and kind == "at_most")
            values = [evaluation[side] for side in sides]
            if kind == "equal" and not matrices.is_matrix(values[0]) and not is_exact(*values):
                order = self._order(evaluation, sides[0], sides[1], self.digits)
                return None if order is None else order == 0
            if kind == "equal" and any(isinstance(value, arb_mat) for value in values):
                return self._apart(evaluation, *sides)
            return matrices.predicate(kind, values)
        except Undecidable:
            return None

    def _apart(self, evaluation: Evaluation, left: int, right: int) -> bool | None:
        """False where an entry of one matrix is not that of the other; None where balls leave that open."""
        with ctx.workprec(self.start_bits):
            evaluation.forget_balls()
            return False if any(x != 0 for x in difference(evaluation[left], evaluation[right]).entries()) else None

    def agreement(self, left: Any, right: Any) -> int | None:
        """To how many decimal digits two numbers or matrices agree, relative to the left one; None if exactly."""
        with ctx.workprec(4 * self.start_bits):
            size, apart = (abs(ball(norms.magnitude(value))) for value in (left, difference(left, right)))
            if apart == 0 or not (size > 0 and apart.is_finite()):
                return None if apart == 0 else 0
            return max(0, int(float((-(apart / size).abs_upper().log() / arb(10).log()).lower())))

    def agreements(self, relation: Mapped, evaluation: Evaluation) -> int | None:
        """The fewest digits to which a relation nearly holds, over each of the steps it speaks of; None if exactly."""
        if relation["kind"] != "every":
            with ctx.workprec(4 * self.start_bits):
                evaluation.forget_balls()
                return self.agreement(
                    *matrices.as_equation(relation["kind"], [evaluation[s] for s in relation["sides"]])
                )
        found: list[int | None] = []
        for step in evaluation.steps(*relation["sides"]):
            with evaluation.bound(**{relation["index"]: step}):
                found.append(self.agreements(relation["relation"], evaluation))
        return min((digits for digits in found if digits is not None), default=None)

    def violated(self, problem: Mapped, evaluation: Evaluation) -> str:
        """'' if the values satisfy every constraint, else which one they do not."""
        for constraint in problem["constraints"]:
            truth = self.truth(constraint, evaluation)
            if truth is not True:
                how = "is violated by" if truth is False else "could not be decided at"
                return f"{constraint['text']} {how} the point"
        return ""

    def parameters(self, pair: int) -> set[str]:
        """The variables of other problems that the two problems of a pair depend on."""
        sides = [self.problem(pair, side) for side in ("primal", "dual")]
        slots = [slot for side in sides for r in side["constraints"] for slot in r["sides"]]
        slots += [side["objective"] for side in sides]
        variables = {name for name, symbol in self.program["symbols"].items() if symbol["role"] == "variable"}
        return symbols_of(self.program, slots) & variables - {name for side in sides for name in side["variables"]}

    def is_other(self, point: Mapped) -> bool:
        """Whether a point is not the witness's own, or a part of it, beside the data."""
        own = {**self.data, **self.points[0]}
        return any(name not in own or point[name] != own[name] for name in point)

    def feasible_pairs(self, pair: int) -> list[Evaluation]:
        """The points that are feasible on both sides of a pair; what a point leaves out is the witness's."""
        if pair not in self._feasible:
            self._feasible[pair] = list(self._feasible_pairs(pair))
        return self._feasible[pair]

    def _feasible_pairs(self, pair: int) -> Iterator[Evaluation]:
        primal, dual = self.problem(pair, "primal"), self.problem(pair, "dual")
        names = {*primal["variables"], *dual["variables"]}
        for point, evaluation in zip(self.points, self.evaluations, strict=True):
            if not (names | self.parameters(pair)) & set(point):
                continue
            if not names <= set(evaluation.values) or not (self._bounds(primal, "min") and self._bounds(dual, "max")):
                continue
            if not (self.violated(primal, evaluation) or self.violated(dual, evaluation)):
                yield evaluation

    def values_at(self, pair: int, evaluation: Evaluation) -> tuple[Any, Any] | None:
        """The two objectives at a point; None where one has no value, as no point inside bounds it."""
        primal, dual = (self.problem(pair, side)["objective"] for side in ("primal", "dual"))
        with suppress(Undecidable), ctx.workprec(self.start_bits):
            evaluation.forget_balls()
            return evaluation[primal], evaluation[dual]
        return None

    def bracket(self, pair: int) -> Bracket:
        """The best feasible primal and dual values among the proposed points; none where they depend on others."""
        if pair not in self._brackets:
            found, parameters = Bracket(), sorted(self.parameters(pair))
            if parameters:
                reason = f"the problems depend on {', '.join(parameters)}"
                self._brackets[pair] = Bracket(primal_reason=reason, dual_reason=reason)
                return self._brackets[pair]
            for point, evaluation in zip(self.points, self.evaluations, strict=True):
                for side in ("primal", "dual"):
                    if set(self.problem(pair, side)["variables"]) <= set(point):
                        found = self._tried(found, pair, side, point, evaluation)
            self._brackets[pair] = found
        return self._brackets[pair]

    def _tried(self, found: Bracket, pair: int, side: str, point: Mapped, evaluation: Evaluation) -> Bracket:
        problem, best = self.problem(pair, side), getattr(found, side)
        sense, better = {"primal": ("min", -1), "dual": ("max", 1)}[side]
        try:
            if not self._bounds(problem, sense):
                raise Undecidable("a point bounds nothing: the problem has the other sense, or an optimum in its way")
            reason = self.violated(problem, evaluation)
            value = None if reason else self._accurate(evaluation, problem["objective"])
        except Undecidable as error:
            reason, value = str(error), None
        if value is not None and (best is None or compare(value, best) == better):
            found = replace(found, **{side: value})
            return replace(found, point=point) if side == "primal" else found
        if value is None and point is self.points[0]:
            return replace(found, **{f"{side}_reason": f"{side}: {reason}"})
        return found

    def _accurate(self, evaluation: Evaluation, slot: int) -> Number:
        """A number, to more than the digits asked for where it is a ball, unless the cap is met."""
        found: Number = evaluation.once(("value", self.digits), [slot], lambda: self._value(evaluation, slot))
        return found

    def _value(self, evaluation: Evaluation, slot: int) -> Number:
        bits = self.start_bits
        while True:
            with ctx.workprec(bits):
                evaluation.forget_balls()
                value = evaluation[slot]
            if is_exact(value) or value.rel_accuracy_bits() > 3.33 * self.digits + 16 or bits >= self.most_bits:
                return value
            bits *= 2

    def _bounds(self, problem: Mapped, sense: str) -> bool:
        """Whether a point bounds the problem: it has the sense, and an optimum only as a summand of a minimum."""
        code, objective = self.machine.code, problem["objective"]
        summands = code[objective][1:] if code[objective][0] == "add" else [objective]
        others = [slot for slot in summands if code[slot][0] != "optimum"]
        others += [slot for relation in problem["constraints"] for slot in relation["sides"]]
        inside = self.optima_in([objective]) if sense == "max" else []
        return problem["sense"] == sense and not inside and not self.optima_in(others)

    def _bound_inside(self, evaluation: Evaluation, problem: int) -> Number:
        """An upper bound of a maximum at a point: the objective of a problem of which it is the dual."""
        for pair in self.pairs_of(problem, "dual"):
            if not self.violated(self.problem(pair, "primal"), evaluation):
                return evaluation[self.problem(pair, "primal")["objective"]]
        raise Undecidable("a point bounds no optimum inside, as none feasible for its own primal is given")

    def _enclosed(self, problem: int) -> Number:
        """What is known of an optimum: the number where both its bounds are equal, else a ball."""
        below, above = self.interval(problem)
        equal = is_exact(below, above) and compare(below, above) == 0
        return above if equal else ball(above).union(ball(below))

    def interval(self, problem: int) -> tuple[Number, Number]:
        """The best lower and upper bound of an optimum among the brackets of its pairs.

        Raises:
            Undecidable: none of them has two ends.
        """
        found = [self.bracket(pair) for pair in self.pairs_of(problem, "primal", "dual")]
        closed = [bracket for bracket in found if bracket.closed]
        if not closed:
            missing = (
                f"no bracket encloses the optimum: {found[-1].missing}" if found else "no pair encloses the optimum"
            )
            raise Undecidable(missing)
        above = reduce(larger, (multiply(fmpq(-1), bracket.primal) for bracket in closed))
        return reduce(larger, (bracket.dual for bracket in closed)), multiply(fmpq(-1), above)

    def infinite(self, problem: int) -> bool:
        """Whether a ray of the dual shows that an optimum is ``+∞``."""
        pairs = self.pairs_of(problem, "primal", "dual")
        return any(self.bracket(pair).primal is None and self.ray(pair) for pair in pairs)

    def shown(self, slot: int) -> Any:
        """The value of a slot for a reader: of an optimum, what it lies between."""
        operation, *arguments = self.machine.code[slot]
        if operation != "optimum":
            return self.facts[slot]
        return self.interval(arguments[0])

    def ray(self, pair: int) -> bool:
        """Whether a point spans a ray along which the dual is feasible and unbounded."""
        return any(self._spans_ray(pair, *found) for found in zip(self.points, self.evaluations, strict=True))

    def _spans_ray(self, pair: int, point: Mapped, evaluation: Evaluation) -> bool:
        problem = self.problem(pair, "dual")
        names = frozenset(problem["variables"])
        if not (self._bounds(problem, "max") and names <= set(point)) or self.parameters(pair):
            return False
        if degree(self.program, problem["objective"], names) != 1:
            return False
        for constraint in problem["constraints"]:
            # Of ``left ≤ right`` and ``left = right`` with a left side that grows in proportion along the ray.
            allowed = {"at_most": ((-1, 0), (0, 1)), "equal": ((0,), (0,))}.get(constraint["kind"])
            sides = constraint["sides"]
            if allowed is None or [degree(self.program, side, names) for side in sides] != [1, 0]:
                return False
            if any(self._sign(evaluation, side) not in signs for side, signs in zip(sides, allowed, strict=True)):
                return False
        return self._sign(evaluation, problem["objective"]) == 1

    def _sign(self, evaluation: Evaluation, slot: int) -> int | None:
        """The sign of a number, 0 of a zero matrix; None if that is not decided."""
        with suppress(Undecidable):
            value = evaluation[slot]
            return (0 if is_zero(value) else None) if matrices.is_matrix(value) else compare(value, fmpq(0))
        return None
