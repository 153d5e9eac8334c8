"""Whether a mutant follows from the statement because it says less: the two sides compared, term by term.

Nothing here is sampled.  What is compared is built from sums, products, powers, norms and the like, in which a part
that grows makes the whole grow; ``a ≤ b`` is concluded only where that is visible.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from sympy import Add, Integer, MatAdd, MatMul, MatrixExpr, Mul, Pow, Rational, Symbol, Transpose

from checker.statement import nodes
from checker.statement.relations import Relation
from checker.statement.text import text
from checker.statement.theorem import Theorem

# From the smallest to the largest, of a column and of any matrix.
_OF_COLUMNS = ({"infinity"}, {"two", "frobenius", "spectral", "nuclear", "columns"}, {"one"})
_OF_MATRICES = ({"infinity"}, {"columns"}, {"spectral"}, {"frobenius"}, {"nuclear"})
# Norms that do not grow where entries are replaced by zero.
_MONOTONE = ("two", "one", "infinity", "frobenius", "columns")


def weaker(theorem: Theorem, before: Any, after: Any) -> str:
    """Why a relation follows from another, of which it is a weaker form; '' where that is not visible.

    Args:
        theorem: whose assumptions say which symbols are positive or nonnegative.
        before, after: what is claimed, and the mutant of it.
    """
    if not isinstance(before, Relation) or not isinstance(after, Relation):
        return ""
    if before.kind == after.kind == "every" and before.sides[1:] == after.sides[1:]:
        return weaker(theorem, before.sides[0], after.sides[0])
    if before.kind == after.kind == "parallel" and _directions(before) == _directions(after):
        return "a direction has no scale: a multiple of what is parallel is parallel"
    (low, high), (least, most) = _as_bound(before), _as_bound(after)
    if after.kind not in ("at_most", "rank_at_most") and not after.kind == before.kind == "less":
        return ""
    if before.kind == "equal" and low is not None and {low, high} == {least, most}:
        return "weaker: an equation implies both inequalities"
    order = Order(theorem)
    if text(order.unrectified(before)) == text(order.unrectified(after)):
        return "the same: no entry of what is rectified is negative"
    # Where the statement is true in itself, too, it says nothing, and that is no excuse.
    empty = low is not None and order.at_most(low, high)
    order.facts.clear()
    if not empty and least is not None and after.kind == "at_most" and order.at_most(least, most):
        return f"true in itself: {' and '.join(dict.fromkeys(order.facts)) or text(after)}"
    order.facts.clear()
    if before.kind == "equal" or low is None or not (order.at_most(least, low) and order.at_most(high, most)):
        return ""
    changed = [f"{text(a)} ≤ {text(b)}" for a, b in ((least, low), (high, most)) if a != b]
    facts = [fact for fact in dict.fromkeys(order.facts) if fact not in changed]
    return f"weaker: {' and '.join(changed) or '< implies ≤'}{', as ' if facts else ''}{' and '.join(facts)}"


def _directions(relation: Relation) -> list[Any]:
    """Two matrices without the numbers that they are multiplied by."""
    return [side.as_coeff_matrices()[1] if isinstance(side, MatMul) else [side] for side in relation.sides]


def _as_bound(relation: Relation) -> tuple[Any, Any]:
    if relation.kind == "rank_at_most":
        return nodes.rank(relation.sides[0]), relation.sides[1]
    if relation.kind in ("equal", "at_most", "less") and not isinstance(relation.sides[0], MatrixExpr):
        return relation.sides
    return None, None


class Order:
    """Compares expressions under the assumptions of a theorem.

    Attributes:
        facts: the inequalities between the parts that differ, in words.
    """

    def __init__(self, theorem: Theorem) -> None:
        self.facts: list[str] = []
        symbols = theorem.program["symbols"]
        sizes = {Symbol(name) for name, symbol in symbols.items() if symbol["kind"] == "dimension"}
        domains = [assumption.domain for assumption in theorem.given if assumption.domain]
        self._positive = {symbol for symbol, domain in domains if domain == "positive"} | sizes
        lower_bounds = [given.relation.sides for given in theorem.given if _bounds_from_above_zero(given.relation)]
        self._positive |= {symbol for _, symbol in lower_bounds}
        self._at_least_one = sizes | {symbol for number, symbol in lower_bounds if number >= 1}
        parts = (self._signs, self._sums, self._products, self._powers)
        self._rules = (*parts, self._same, self._extrema, self._sums_of_entries, self._norms)
        self._nonnegative = {symbol for symbol, domain in domains if domain == "nonnegative"} | self._positive
        self._nonnegative |= {g.relation.sides[0] for g in theorem.given if g.relation.kind == "nonnegative"}

    def at_most(self, low: Any, high: Any) -> bool:
        """Whether ``low ≤ high`` is visible for all values of the symbols."""
        if low == high:
            return True
        if isinstance(low, Rational) and isinstance(high, Rational):
            return bool(low <= high)
        known = len(self.facts)
        for rule in self._rules:
            if rule(low, high):
                return True
            del self.facts[known:]
        return False

    def _fact(self, low: Any, high: Any) -> bool:
        self.facts.append(f"{text(low)} ≤ {text(high)}")
        return True

    def nonnegative(self, x: Any) -> bool:
        """Whether ``x ≥ 0`` is visible."""
        match x:
            case Rational():
                return bool(x >= 0)
            case Symbol():
                return x in self._nonnegative
            case nodes.Entry():
                return self._no_negative_entry(x.args[0])
            case nodes.Norm() | nodes.SchattenNorm() | nodes.Absolute() | nodes.Rank() | nodes.Excess():
                return True
            case nodes.Inner():
                return _sums_what_is_rectified(x) or (_is_sum(x) and isinstance(x.args[1], nodes.Softplus))
            case Add() | Mul():
                return all(map(self.nonnegative, x.args))
            case Pow():
                even = x.exp.is_Integer and x.exp % 2 == 0
                return bool(even) or self.nonnegative(x.base)
            case nodes.Total() | nodes.Product() | nodes.Largest() | nodes.Supremum() | nodes.Defined():
                return self.nonnegative(x.args[0])
            case nodes.Maximum():
                return any(map(self.nonnegative, x.args))
        return False

    def unrectified(self, x: Any) -> Any:
        """An expression or relation without the rectifiers of what visibly has no negative entry."""
        return x.xreplace({r: r.args[0] for r in x.atoms(nodes.Relu) if self._no_negative_entry(r.args[0])})

    def _no_negative_entry(self, x: Any) -> bool:
        """Whether it is visible that no entry of a matrix is negative."""
        if isinstance(x, MatMul):
            return all(map(self.nonnegative, x.as_coeff_matrices()[:1])) and all(
                map(self._no_negative_entry, x.as_coeff_matrices()[1])
            )
        if isinstance(x, (MatAdd, Transpose)):
            return all(map(self._no_negative_entry, x.args))
        return isinstance(x, (nodes.Ones, nodes.Relu)) or x in self._nonnegative

    def _signs(self, low: Any, high: Any) -> bool:
        return self.nonnegative(-low) and self.nonnegative(high)

    def _sums(self, low: Any, high: Any) -> bool:
        below, above = _rest(Add.make_args(low), Add.make_args(high))
        if len(below) == len(Add.make_args(low)):
            return False
        if len(below) == len(above) == 1:
            return self.at_most(below[0], above[0])
        return all(map(self.nonnegative, above)) and all(self.nonnegative(-term) for term in below)

    def _products(self, low: Any, high: Any) -> bool:
        below, above = _rest(Mul.make_args(low), Mul.make_args(high))
        common = [*(Counter(Mul.make_args(low)) - Counter(below)).elements()]
        if not common:
            return False
        negative = [factor for factor in common if factor.is_Rational and factor < 0]
        if not all(self.nonnegative(factor) for factor in common if factor not in negative):
            return False
        smaller, larger = Mul(*below), Mul(*above)
        if len(negative) == 1:
            smaller, larger = larger, smaller
        return self._unit(smaller, larger) or self.at_most(smaller, larger)

    def _unit(self, low: Any, high: Any) -> bool:
        """A size is at least one, the reciprocal of a size at most."""
        if low == 0:
            return False
        small, large = low == 1 or 1 / low in self._at_least_one, high == 1 or high in self._at_least_one
        return low != high and small and large and self._fact(low, high)

    def _powers(self, low: Any, high: Any) -> bool:
        (base, exponent), (other, power) = low.as_base_exp(), high.as_base_exp()
        if base == other and base in self._at_least_one and exponent.is_Rational and power.is_Rational:
            return bool(exponent <= power) and self._fact(low, high)
        if exponent != power or exponent == 1:
            return False
        if self._above_zero(-exponent):
            return self.nonnegative(other) and self.at_most(other, base)
        return self._above_zero(exponent) and self.nonnegative(base) and self.at_most(base, other)

    def _above_zero(self, x: Any) -> bool:
        if isinstance(x, Rational):
            return bool(x > 0)
        if isinstance(x, (Mul, Add)):
            return all(map(self._above_zero, x.args))
        return x in self._positive or (isinstance(x, Pow) and self._above_zero(x.base))

    def _same(self, low: Any, high: Any) -> bool:
        """The same sum, product or maximum over an index, of numbers of which one is smaller."""
        if type(low) is not type(high):
            return False
        if isinstance(low, (nodes.Total, nodes.Largest)) and low.args[1:] == high.args[1:]:
            return self.at_most(low.args[0], high.args[0])
        if isinstance(low, nodes.Product) and low.args[1:] == high.args[1:]:
            return self.nonnegative(low.args[0]) and self.at_most(low.args[0], high.args[0])
        if isinstance(low, nodes.Supremum) and low.args[1] == high.args[1]:
            return self._suprema(low, high)
        if isinstance(low, nodes.Maximum):
            return all(any(self.at_most(small, large) for large in high.args) for small in low.args)
        return False

    def _extrema(self, low: Any, high: Any) -> bool:
        """A minimum, ``−max(−a, −b)``, is at most each of its numbers, a maximum at least."""
        below = [-number for number in (-low).args] if isinstance(-low, nodes.Maximum) else [low]
        above = high.args if isinstance(high, nodes.Maximum) else [high]
        if len(below) == len(above) == 1:
            return False
        return any(self.at_most(small, large) for small in below for large in above)

    def _suprema(self, low: Any, high: Any) -> bool:
        """Over the same set or a larger one, of the same expression."""
        if low.args[0] != high.args[0] or len(low.args[2]) != len(high.args[2]):
            return False
        pairs = [(_as_bound(a), _as_bound(b)) for a, b in zip(low.args[2], high.args[2], strict=True)]
        if any(None in (*a, *b) for a, b in pairs) or any(r.kind != "at_most" for r in (*low.args[2], *high.args[2])):
            return False
        return all(self.at_most(b[0], a[0]) and self.at_most(a[1], b[1]) for a, b in pairs) and self._fact(low, high)

    def _sums_of_entries(self, low: Any, high: Any) -> bool:
        """``𝟏ᵀ(·)₊`` grows with each entry."""
        if not (_sums_what_is_rectified(low) and _sums_what_is_rectified(high)):
            return False
        below, above = _rest(*(_summands(side.args[1].args[0]) for side in (low, high)))
        grows = all(map(self._entries_nonnegative, [*above, *(-term for term in below)]))
        return grows and self._fact(low, high)

    def _entries_nonnegative(self, x: Any) -> bool:
        coefficient, matrices = x.as_coeff_matrices() if isinstance(x, MatMul) else (Integer(1), [x])
        seen = len(matrices) == 1 and isinstance(matrices[0], (nodes.Ones, nodes.Relu))
        return seen and self.nonnegative(coefficient)

    def _norms(self, low: Any, high: Any) -> bool:
        if isinstance(low, nodes.SchattenNorm) and isinstance(high, nodes.SchattenNorm):
            same = low.args[0] == high.args[0]
            return same and self.at_most(high.args[1], low.args[1]) and self._fact(low, high)
        if not (isinstance(low, nodes.Norm) and isinstance(high, nodes.Norm)):
            return False
        if low.args[0] == high.args[0]:
            ladder = _OF_COLUMNS if low.args[0].shape[1] == 1 else _OF_MATRICES
            rungs = [i for norm in (low, high) for i, kinds in enumerate(ladder) if norm.kind in kinds]
            return len(rungs) == 2 and rungs[0] <= rungs[1] and self._fact(low, high)
        rectified = low.args[0] == nodes.relu(high.args[0])
        return rectified and low.kind == high.kind and low.kind in _MONOTONE and self._fact(low, high)


def _bounds_from_above_zero(relation: Relation) -> bool:
    """Whether it says that a symbol is at least a positive number."""
    low, *high = relation.sides
    bounds = relation.kind == "at_most" and isinstance(low, Rational) and isinstance(high[0], Symbol)
    return bounds and bool(low > 0)


def _sums_what_is_rectified(x: Any) -> bool:
    return _is_sum(x) and isinstance(x.args[1], nodes.Relu)


def _is_sum(x: Any) -> bool:
    return isinstance(x, nodes.Inner) and isinstance(x.args[0], nodes.Ones)


def _summands(x: Any) -> Any:
    return x.args if isinstance(x, MatAdd) else (x,)


def _rest(low: Any, high: Any) -> tuple[list[Any], list[Any]]:
    """What two products or sums have that the other has not."""
    below, above = Counter(low), Counter(high)
    return [*(below - above).elements()], [*(above - below).elements()]
