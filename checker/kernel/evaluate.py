"""Evaluates the expressions of a program on one set of values: one rule per operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import arb, arb_mat, fmpq, fmpq_mat

from checker.kernel import matrices as m
from checker.kernel.matrices import Scaled
from checker.kernel.numbers import Root, Undecidable, add, ball, is_exact, multiply, power, sign_of
from checker.kernel.program import load

Value = Any
_MATRICES = (fmpq_mat, Scaled, arb_mat)


class Machine:
    """A loaded program: what does not depend on the dataset is worked out here, once."""

    def __init__(self, program: dict[str, Any]) -> None:
        self.program = program
        self.code: list[list[Any]] = program["code"]
        self.open_names = load(program)


class Evaluation:
    """Lazily evaluated slots of a program for one assignment of values to its symbols.

    Values are ``int`` or ``fmpq`` for dimensions and scalars, ``fmpq_mat`` for matrices (other exact forms are
    accepted), and a list of matrices for a family of layers.
    """

    def __init__(self, machine: Machine, values: Mapping[str, Value]) -> None:
        self.machine = machine
        self.values = values
        self._exact: dict[int, Value] = {}
        self._balls: dict[int, Value] = {}
        self._bound: dict[str, tuple[Value, dict[int, Value]]] = {}

    def forget_balls(self) -> None:
        """Drops what was computed at a lower precision; exact values stay."""
        self._balls.clear()

    def __getitem__(self, slot: int) -> Value:
        names = self.machine.open_names[slot]
        if names:
            frames = [memo for name, (_, memo) in self._bound.items() if name in names]
            if len([name for name in names if name in self._bound]) < len(names):
                raise Undecidable("a bound symbol is used outside the expression that binds it")
            memo = frames[-1]
            if slot not in memo:
                memo[slot] = self._compute(slot)
            return memo[slot]
        if slot in self._exact:
            return self._exact[slot]
        if slot not in self._balls:
            value = self._compute(slot)
            store = self._balls if isinstance(value, (arb, arb_mat)) else self._exact
            store[slot] = value
            return value
        return self._balls[slot]

    def _integer(self, slot: int) -> int:
        value = self[slot]
        if not isinstance(value, fmpq) or value.q != 1:
            raise Undecidable(f"an index or a size must be an integer, not {value}")
        return int(value.p)

    def _symbol(self, name: str) -> Value:
        if name not in self.values:
            raise Undecidable(f"no value was proposed for {name}")
        value = self.values[name]
        return fmpq(value) if isinstance(value, int) else value

    def _compute(self, slot: int) -> Value:
        operation, *a = self.machine.code[slot]
        match operation:
            case "rational":
                above, _, below = a[0].partition("/")
                return fmpq(int(above), int(below or 1))
            case "symbol":
                return self._symbol(a[0])
            case "bound":
                return self._bound[a[0]][0]
            case "layer":
                layers, index = self._symbol(a[0]), self._integer(a[1])
                if not 1 <= index <= len(layers):
                    raise Undecidable(f"{a[0]} has {len(layers)} layers and no layer {index}")
                return layers[index - 1]
            case "width":
                layers, index = self._symbol(a[0]), self._integer(a[1])
                return fmpq(m.shape(layers[0])[0] if index == 0 else m.shape(layers[index - 1])[1])
            case "zeros":
                return fmpq_mat(self._integer(a[0]), self._integer(a[1]))
            case "identity":
                return m.identity(self._integer(a[0]))
            case "add":
                return self._sum(a)
            case "multiply":
                return self._product(a)
            case "power":
                return power(self[a[0]], self[a[1]])
            case "matrix_power":
                base = result = self[a[0]]
                for _ in range(self._integer(a[1]) - 1):
                    result = m.product(result, base)
                return result
            case "transpose":
                return m.transpose(self[a[0]])
            case "pinv":
                return m.pseudo_inverse(self[a[0]])
            case "relu":
                return m.relu(self[a[0]])
            case "trace":
                matrix = self[a[0]]
                return m.inner(m.identity(m.shape(matrix)[0]), matrix)
            case "rank":
                return fmpq(m.rank(self[a[0]]))
            case "absolute":
                value = self[a[0]]
                if not is_exact(value):
                    return abs(value)
                return multiply(fmpq(-1), value) if sign_of(value) < 0 else value
            case "inner":
                return m.inner(self[a[0]], self[a[1]])
            case "norm":
                return _NORMS[a[0]](self[a[1]])
            case "schatten":
                return m.schatten(self[a[0]], self[a[1]])
            case "fold":
                return self._fold(*a)
            case "total":
                return self._total(*a)
            case "optimum":
                return self._optimum(self.machine.program["problems"][a[0]])
        raise Undecidable(f"no rule evaluates a {operation} here")

    def _sum(self, slots: list[int]) -> Value:
        result = self[slots[0]]
        combine = m.sum_of if isinstance(result, _MATRICES) else add
        for slot in slots[1:]:
            result = combine(result, self[slot])
        return result

    def _product(self, slots: list[int]) -> Value:
        scalar: fmpq | Root | arb = fmpq(1)
        factors: list[Any] = []
        position = 0
        while position < len(slots):
            slot = slots[position]
            operation, *arguments = self.machine.code[slot]
            if operation == "pinv" and position + 1 < len(slots):
                # A†·B is the least-norm solution; the pseudo-inverse itself is never needed.
                rest = self._chain([self[s] for s in slots[position + 1 :]])
                factors.append(m.least_norm(self[arguments[0]], rest))
                break
            value = self[slot]
            if isinstance(value, _MATRICES):
                factors.append(value)
            else:
                scalar = multiply(scalar, value)
            position += 1
        if not factors:
            return scalar
        result = self._chain(factors)
        return result if isinstance(scalar, fmpq) and scalar == 1 else m.scale(scalar, result)

    @staticmethod
    def _chain(factors: list[Any]) -> Any:
        # A product is taken from its thinner end: X·W_1·w_2 costs two matrix-vector products.
        factors = list(factors)
        from_the_right = m.shape(factors[-1])[1] <= m.shape(factors[0])[0]
        while len(factors) > 1:
            at = len(factors) - 2 if from_the_right else 0
            factors[at : at + 2] = [m.product(factors[at], factors[at + 1])]
        return factors[0]

    def _fold(self, body: int, hidden: str, start: int, index: str, first: int, last: int) -> Value:
        value = self[start]
        outer = self._bound
        for step in range(self._integer(first), self._integer(last) + 1):
            memo: dict[int, Value] = {}
            self._bound = {**outer, hidden: (value, memo), index: (fmpq(step), memo)}
            value = self[body]
        self._bound = outer
        return value

    def _total(self, body: int, index: str, first: int, last: int) -> Value:
        result: fmpq | Root | arb = fmpq(0)
        outer = self._bound
        for step in range(self._integer(first), self._integer(last) + 1):
            self._bound = {**outer, index: (fmpq(step), {})}
            result = add(result, self[body])
        self._bound = outer
        return result

    def _optimum(self, problem: dict[str, Any]) -> Value:
        # The value at the proposed point: a bound from one side, which `decide` accepts only from that side.
        return self[problem["objective"]]


_NORMS = {
    "two": m.frobenius,
    "frobenius": m.frobenius,
    "one": m.norm1,
    "spectral": m.spectral,
    "nuclear": m.nuclear,
}


def enclosure(value: fmpq | Root | arb) -> tuple[arb, arb]:
    """Lower and upper ends of a number at the present precision."""
    enclosed = ball(value)
    return enclosed.lower(), enclosed.upper()
