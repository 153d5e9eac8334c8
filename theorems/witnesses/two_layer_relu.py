"""Optimal two-layer ReLU networks, exactly feasible, and the dual points that enclose their cost."""

from collections.abc import Mapping, Sequence
from typing import Any

from flint import fmpq, fmpq_mat

from checker.witness.convex_program import network, train
from checker.witness.rounding import bits_for, norm_squared, square_root

Data = Mapping[str, Any]


Part = tuple[fmpq, int, fmpq_mat]


def parts_of(c: fmpq_mat, alpha: fmpq, gamma: fmpq) -> list[Part]:
    """``(α, 1, c₊)`` and ``(γ, −1, c₋)``, of which those are left out that are zero."""
    found = [(number, side, positive_part(c * fmpq(side))) for number, side in ((alpha, 1), (gamma, -1))]
    return [part for part in found if part[0] != 0 and norm_squared(part[2]) != 0]


def positive_part(column: fmpq_mat) -> fmpq_mat:
    """``max(·, 0)`` in each entry."""
    return fmpq_mat(column.nrows(), 1, [max(entry, fmpq(0)) for entry in column.entries()])


def neurons_on_the_line(data: Data, digits: int) -> dict[str, Any]:
    """A neuron along ``a`` for ``α·c₊`` and one along ``−a`` for ``γ·c₋``; λ just inside the two half-lines."""
    found = parts_of(data["c"], data["alpha"], data["gamma"])
    W, v = balanced_on_the_line(data["a"], found, data["m"], bits_for(digits))
    return {"W": W, "v": v, "lambda": dual_on_the_line(data["a"], data["c"].nrows(), found, digits)}


def balanced_on_the_line(a: fmpq_mat, parts: Sequence[Part], width: int, bits: int) -> tuple[fmpq_mat, fmpq_mat]:
    """W and v whose output is the sum of the parts exactly, and whose cost is ``Σ|number|/‖a‖`` to ``bits`` bits."""
    squared = norm_squared(a)
    W, v = fmpq_mat(a.nrows(), width), fmpq_mat(width, 1)
    for k, (number, side, _) in enumerate(parts):
        # v·‖w‖·‖a‖ = |number| with ‖w‖ ≈ |v|.
        size = square_root(number * number / squared**3, bits // 2 + 8, 4)
        for i, entry in enumerate(a.entries()):
            W[i, k] = entry * size * side
        v[k, 0] = number / (size * squared)
    return W, v


def dual_on_the_line(a: fmpq_mat, size: int, found: Sequence[Part], digits: int) -> fmpq_mat:
    """``λ ≈ Σ ±c_±/(‖a‖·‖c_±‖²)`` over the parts of the target, with their signs, just inside the two half-lines."""
    shrink = square_root(1 / norm_squared(a), bits_for(digits))
    dual = fmpq_mat(size, 1)
    for number, _, part in found:
        dual += part * (shrink / norm_squared(part) * (1 if number > 0 else -1))
    return dual


def better_part(data: Data) -> dict[str, Any]:
    """The neuron that fits the larger of the two parts."""
    a, found = data["a"], parts_of(data["c"], data["alpha"], data["gamma"])
    if not found:
        return {"q": fmpq_mat(a.nrows(), 1), "s": fmpq(0)}
    number, side, _ = max(found, key=lambda part: part[0] ** 2 * norm_squared(part[2]))
    return {"q": a * fmpq(side), "s": number / norm_squared(a)}


def trained(data: Data, digits: int) -> dict[str, Any]:
    """The neurons of the convex program, and λ just inside its constraints."""
    found = train(data["X"], data["y"], data["beta"], digits)
    W, v = network(found.neurons, data["X"].ncols(), data["m"], bits_for(digits))
    return {"W": W, "v": v, "lambda": found.dual}
