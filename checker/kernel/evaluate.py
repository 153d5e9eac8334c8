"""Evaluates the expressions of a program on one set of values: one rule per operation."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial, reduce
from typing import Any, TypeAlias

from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from checker.kernel import matrices as m
from checker.kernel import norms, suprema
from checker.kernel.entrywise import ENTRYWISE, ROWWISE
from checker.kernel.numbers import Undecidable, add, is_exact, larger, multiply, power, sign_of, subtract
from checker.kernel.program import Program, digest, load, operations_of, symbols_of

_LARGEST_SIZE, _MOST_REMEMBERED = 10_000, 10_000
_LONG = ("supremum", "largest", "total", "product", "fold")


class Machine:
    """A loaded program: what does not depend on the dataset is worked out here, once."""

    def __init__(self, program: dict[str, Any]) -> None:
        self.program = Program(program)
        self.code: list[list[Any]] = program["code"]
        self.open_names, self.digest = load(program), digest(program)
        self.proved: dict[Any, Any] = {}
        self.suprema: dict[tuple[Any, ...], Any] = {}
        self.remembered: dict[tuple[Any, ...], tuple[list[Any], Any]] = {}
        self._names: dict[tuple[int, ...], list[str] | None] = {}

    def names_of(self, *slots: int) -> list[str] | None:
        """The symbols that expressions depend on; None if there is an optimum inside."""
        if slots not in self._names:
            found = operations_of(self.program, list(slots))
            inside = any(instruction[0] == "optimum" for instruction in found)
            self._names[slots] = None if inside else sorted(symbols_of(self.program, list(slots)))
        return self._names[slots]


Optima: TypeAlias = Callable[["Evaluation", int], Any]


class Evaluation:
    """Lazily evaluated slots of a program for one assignment of values to its symbols.

    Values are ``int`` or ``fmpq`` for dimensions and scalars, ``fmpq_mat`` for matrices (other exact forms are
    accepted), a list of matrices for a family of layers, and a list of families for one with branches.  What the
    optimum of a problem is depends on who asks, who gives a rule for it.
    """

    def __init__(self, machine: Machine, values: Mapping[str, Any], optimum: Optima | None = None) -> None:
        self.machine, self.values, self._optimum = machine, values, optimum
        self._exact: dict[int, Any] = {}
        self._balls: dict[int, Any] = {}
        self._bound: dict[str, tuple[Any, dict[int, Any]]] = {}
        self._alike, self._precision = True, 0

    def forget_balls(self) -> None:
        """Drops what was computed at another precision; exact values stay."""
        if self._precision == ctx.prec:
            return
        self._precision = ctx.prec
        self._balls.clear()
        for _, memo in self._bound.values():
            memo.clear()

    def forget(self) -> None:
        """Drops all that can be computed again."""
        self._exact.clear()
        self._precision = 0
        self.forget_balls()

    def __getitem__(self, slot: int) -> Any:
        names = self.machine.open_names[slot]
        if names:
            if not names <= set(self._bound):
                raise Undecidable("a bound symbol is used outside the expression that binds it")
            memo = [memo for name, (_, memo) in self._bound.items() if name in names][-1]
            if slot not in memo:
                memo[slot] = self._compute(slot)
                self._precision = min(self._precision, ctx.prec)
            return memo[slot]
        for store in (self._exact, self._balls):
            if slot in store:
                return store[slot]
        compute = partial(self._compute, slot)
        value = self.once(ctx.prec, [slot], compute) if self.machine.code[slot][0] in _LONG else compute()
        if isinstance(value, (arb, arb_mat)):
            self._balls[slot], self._precision = value, min(self._precision, ctx.prec)
        else:
            self._exact[slot] = value
        return value

    def preset(self, slot: int, value: Any) -> None:
        """Gives a slot a value of its own, whatever it is made of."""
        self._exact[slot], self._alike = value, False

    def once(self, what: Hashable, slots: list[int], compute: Callable[[], Any]) -> Any:
        """What takes long, remembered for the same values of what it depends on: one λ is tried with many networks."""
        names, known = self.machine.names_of(*slots), self.machine.remembered
        open_here = any(self.machine.open_names[slot] & self._bound.keys() for slot in slots)
        if names is None or open_here or not self._alike:
            return compute()
        values = [self.values.get(name) for name in names]
        key = (what, *slots, *map(id, values))
        if key not in known:
            if len(known) >= _MOST_REMEMBERED:
                known.clear()
            # With the values, so that no others come to have their identities.
            known[key] = values, compute()
        return known[key][1]

    def integer(self, slot: int) -> int:
        """The value of a slot that holds a size, an index or a depth."""
        value = self[slot]
        if not isinstance(value, fmpq) or value.q != 1 or abs(value) > _LARGEST_SIZE:
            raise Undecidable(
                f"an index or a size must be an integer of at most {_LARGEST_SIZE}, not {str(value)[:40]}"
            )
        return int(value.p)

    def size(self, slot: int) -> int:
        """The value of a slot that holds a number of rows or columns."""
        found = self.integer(slot)
        if found < 0:
            raise Undecidable(f"a matrix has no {found} rows or columns")
        return found

    def _symbol(self, name: str) -> Any:
        if name not in self.values:
            raise Undecidable(f"no value was proposed for {name}")
        value = self.values[name]
        return fmpq(value) if isinstance(value, int) else value

    def _compute(self, slot: int) -> Any:
        operation, *a = self.machine.code[slot]
        match operation:
            case "rational":
                above, _, below = a[0].partition("/")
                return fmpq(int(above), int(below or 1))
            case "symbol":
                return self._symbol(a[0])
            case "bound":
                return self._bound[a[0]][0]
            case "layer" | "branch":
                layers, index = self[a[0]], self.integer(a[1])
                if not 1 <= index <= len(layers):
                    raise Undecidable(f"there are {len(layers)} matrices and none of the number {index}")
                return layers[index - 1]
            case "column":
                return m.block(self[a[0]], self.integer(a[1]))
            case "block":
                return m.block(self[a[0]], self.integer(a[1]), self.size(a[2]))
            case "entry":
                return m.entry(self[a[0]], self.integer(a[1]))
            case "ones":
                rows, columns = self.size(a[0]), self.size(a[1])
                return fmpq_mat(rows, columns, [1] * (rows * columns))
            case "zeros":
                return fmpq_mat(self.size(a[0]), self.size(a[1]))
            case "identity":
                return m.identity(self.size(a[0]))
            case "add":
                result = self[a[0]]
                for child in a[1:]:
                    result = m.sum_of(result, self[child]) if m.is_matrix(result) else add(result, self[child])
                return result
            case "multiply":
                return self._product(a)
            case "maximum":
                return reduce(larger, (self[child] for child in a))
            case "power":
                return power(self[a[0]], self[a[1]])
            case "rank":
                return fmpq(m.rank(self[a[0]]))
            case "absolute":
                value = self[a[0]]
                return abs(value) if not is_exact(value) else multiply(fmpq(sign_of(value)), value)
            case "norm":
                return norms.norm(a[0], self[a[1]])
            case "singular":
                return norms.singular_value(self[a[0]], self.integer(a[1]))
            case "schatten" | "excess" | "singular_dot":
                return getattr(norms, operation)(*(self[child] for child in a))
            case "transpose" | "pinv" | "trace" | "inner" | "diagonal":
                return getattr(m, operation)(*(self[child] for child in a))
            case "fold":
                return self._fold(*a)
            case _ if function := ENTRYWISE.get(operation) or ROWWISE.get(operation):
                return function(self[a[0]])
            case "total":
                return self._accumulated(add, fmpq(0), *a)
            case "product":
                return self._accumulated(multiply, fmpq(1), *a)
            case "largest":
                return self._accumulated(larger, None, *a)
            case "supremum":
                return suprema.supremum(self, slot)
            case "optimum" if self._optimum is not None:
                return self._optimum(self, a[0])
        raise Undecidable(f"no rule evaluates a {operation} here")

    def _product(self, slots: list[int]) -> Any:
        scalar: Any = fmpq(1)
        factors: list[Any] = []
        for position, slot in enumerate(slots):
            operation, *arguments = self.machine.code[slot]
            if operation == "pinv" and position + 1 < len(slots) and slot not in self._exact:
                # A†·B is the least-norm solution; the pseudo-inverse itself is never needed.
                rest = m.chain([self[s] for s in slots[position + 1 :]])
                factors.append(m.least_norm(self[arguments[0]], rest))
                break
            value = self[slot]
            if m.is_matrix(value):
                factors.append(value)
            else:
                scalar = multiply(scalar, value)
        return m.scale(scalar, m.chain(factors)) if factors else scalar

    @contextmanager
    def bound(self, **names: Any) -> Iterator[None]:
        """Gives values to bound names while what they are bound in is evaluated."""
        outer, memo = self._bound, dict[int, Any]()
        # The innermost names come last, so that what depends on them is remembered with them.
        others = {name: kept for name, kept in outer.items() if name not in names}
        self._bound = {**others, **{name: (value, memo) for name, value in names.items()}}
        try:
            yield
        finally:
            self._bound = outer

    def steps(self, first: int, last: int) -> Iterator[fmpq]:
        """The values that an index takes."""
        return map(fmpq, range(self.integer(first), self.integer(last) + 1))

    def _fold(self, body: int, hidden: str, start: int, index: str, first: int, last: int) -> Any:
        value = self[start]
        for step in self.steps(first, last):
            with self.bound(**{hidden: value, index: step}):
                value = self[body]
        return value

    def _accumulated(self, combine: Callable[[Any, Any], Any], result: Any, body: int, index: str, *ends: int) -> Any:
        for step in self.steps(*ends):
            with self.bound(**{index: step}):
                result = self[body] if result is None else combine(result, self[body])
        if result is None:
            raise Undecidable("the largest of no numbers is none")
        return result


def difference(left: Any, right: Any) -> Any:
    """``left − right``, of numbers or of matrices."""
    return m.sum_of(left, m.scale(fmpq(-1), right)) if m.is_matrix(left) else subtract(left, right)


def squared_norm(value: Any) -> Any:
    """``‖A‖_F²`` of a matrix or a family of them, the square of a number."""
    if isinstance(value, list):
        return sum((squared_norm(item) for item in value), start=fmpq(0))
    return m.inner(value, value) if m.is_matrix(value) else multiply(value, value)


def is_zero(value: Any) -> bool:
    """Whether an exact number or matrix is zero."""
    return not m.predicate("nonzero", [value])
