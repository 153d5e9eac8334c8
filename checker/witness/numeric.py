"""The expressions of a program in float64: what a numerical search needs, and nothing that is believed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import reduce
from typing import Any

import numpy as np

from checker.kernel.evaluate import Machine


class NoFloats(ValueError):
    """An expression that has no float64 value here: a supremum, or an optimum."""


class Floats:
    """Values of a program's slots for float64 values of its symbols.

    Args:
        machine: the loaded program.
        values: ints, floats, arrays of two dimensions, lists of those for layers.
    """

    def __init__(self, machine: Machine, values: Mapping[str, Any]) -> None:
        self.code, self.open_names, self.values = machine.code, machine.open_names, values
        self._known: dict[int, Any] = {}
        self._bound: dict[str, Any] = {}

    def __getitem__(self, slot: int) -> Any:
        if self.open_names[slot]:
            return self._computed(slot)
        if slot not in self._known:
            self._known[slot] = self._computed(slot)
        return self._known[slot]

    def _computed(self, slot: int) -> Any:
        operation, *a = self.code[slot]
        match operation:
            case "rational":
                above, _, below = a[0].partition("/")
                return int(above) / int(below or 1)
            case "symbol":
                return self.values[a[0]]
            case "bound":
                return self._bound[a[0]]
            case "layer" | "branch":
                return self[a[0]][round(self[a[1]]) - 1]
            case "zeros" | "ones":
                return getattr(np, operation)((round(self[a[0]]), round(self[a[1]])))
            case "norm":
                return _NORMS[a[0]](self[a[1]])
            case "multiply":
                return reduce(_product, (self[child] for child in a))
            case "fold":
                return self._fold(*a)
            case "total" | "product" | "largest":
                combine = {"total": np.add, "product": np.multiply, "largest": np.maximum}[operation]
                return reduce(combine, self._steps(*a))
            case "supremum" | "optimum":
                raise NoFloats(f"there is no float64 rule for a {operation}")
        return _RULES[operation](*(self[child] for child in a))

    @contextmanager
    def _binding(self, **names: Any) -> Iterator[None]:
        outer = self._bound
        self._bound = outer | names
        try:
            yield
        finally:
            self._bound = outer

    def _fold(self, body: int, hidden: str, start: int, index: str, first: int, last: int) -> Any:
        value = self[start]
        for step in range(round(self[first]), round(self[last]) + 1):
            with self._binding(**{hidden: value, index: step}):
                value = self[body]
        return value

    def _steps(self, body: int, index: str, first: int, last: int) -> Iterator[Any]:
        for step in range(round(self[first]), round(self[last]) + 1):
            with self._binding(**{index: step}):
                yield self[body]


def _product(left: Any, right: Any) -> Any:
    return left @ right if np.ndim(left) == np.ndim(right) == 2 else left * right


def _singular(matrix: Any) -> Any:
    return np.linalg.svd(matrix, compute_uv=False)


def _excess(matrix: Any, bound: float, most: float) -> Any:
    return np.sum(np.maximum(_singular(matrix)[: round(most)] - bound, 0) ** 2)


def _logsumexp(matrix: Any) -> Any:
    top = np.max(matrix, axis=1, keepdims=True)
    return top + np.log(np.sum(np.exp(matrix - top), axis=1, keepdims=True))


def _sigmoid(matrix: Any) -> Any:
    return 0.5 * (1 + np.tanh(matrix / 2))


_NORMS: dict[str, Any] = {
    "two": np.linalg.norm, "frobenius": np.linalg.norm, "one": lambda v: np.sum(np.abs(v)),
    "infinity": lambda v: np.max(np.abs(v)), "spectral": lambda v: _singular(v)[0],
    "nuclear": lambda v: np.sum(_singular(v)), "columns": lambda v: np.max(np.linalg.norm(v, axis=0)),
}  # fmt: skip
_RULES: dict[str, Any] = {
    "column": lambda matrix, index: matrix[:, round(index) - 1 : round(index)],
    "entry": lambda vector, index: vector[round(index) - 1, 0],
    "identity": lambda size: np.eye(round(size)),
    "diagonal": lambda vector: np.diag(vector[:, 0]),
    "add": lambda *terms: reduce(np.add, terms),
    "maximum": lambda *terms: reduce(np.maximum, terms),
    "power": lambda base, exponent: np.power(base, exponent),
    "transpose": np.transpose,
    "pinv": np.linalg.pinv,
    "relu": lambda matrix: np.maximum(matrix, 0),
    "trace": np.trace,
    "rank": np.linalg.matrix_rank,
    "absolute": np.abs,
    "inner": lambda left, right: np.sum(left * right),
    "schatten": lambda matrix, p: np.sum(_singular(matrix) ** p) ** (1 / p),
    "excess": _excess,
    "sign": np.sign,
    "softplus": lambda matrix: np.logaddexp(matrix, 0),
    "sigmoid": _sigmoid,
    "xlogx": lambda matrix: np.where(matrix > 0, matrix * np.log(np.where(matrix > 0, matrix, 1)), 0.0),
    "logsumexp": _logsumexp,
    "softmax": lambda matrix: np.exp(matrix - _logsumexp(matrix)),
}
