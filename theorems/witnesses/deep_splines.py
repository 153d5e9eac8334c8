"""Deep ReLU networks with weight decay on the line: their global minimum, and the lines that prove it."""

from collections.abc import Mapping
from typing import Any

from flint import arb, ctx, fmpq, fmpq_mat

from checker.witness import spline_lasso
from checker.witness.global_minimum import GlobalMinimum, Line, global_minimum
from checker.witness.rounding import bits_for, norm_squared, rounded_matrix, square_root
from checker.witness.spline import unit_network_of
from theorems.witnesses.deep_relu import _spline
from theorems.witnesses.lines import lines_of
from theorems.witnesses.splines import _function

Data = Mapping[str, Any]


def regularized(data: Data, digits: int) -> dict[str, Any]:
    """The best spline behind ``L − 2`` layers of one path, the scale t with points inside the dual, and the lines."""
    bits, depth, width = bits_for(digits), data["L"], data["m"]
    found = minimum(data, bits)
    neurons, offset, residual = _constant(data)
    # At a rational t the problem inside the dual one is solved exactly, and its spline is the one of the network.
    t = square_root(found.best.point**2, bits // 2 + 16, 2 * depth) if found.best.point else fmpq(0)
    power = t ** (depth - 2) if t else fmpq(1)
    if t:
        neurons, offset, residual = spline_lasso.regularized(data["x"], data["y"], data["beta"] / power)
    unit = unit_network_of(neurons, offset, width)
    inside = {"t": t, "w": unit["w"], "theta": unit["b"], "v": unit["v"] / power, "q_0": offset}
    network = _spline(data, digits, neurons, offset, residual, fmpq(1))
    network.pop("lambda")
    return network | inside | _function(neurons, offset, width) | lines_of(found, "Lambda", lambda dual: dual)


def minimum(data: Data, bits: int) -> GlobalMinimum:
    """The global minimum of ``½‖f − y‖² + β(L/2)·cost(f)^(2/L)`` over splines."""
    x, y = data["x"], data["y"]

    def oracle(penalty: fmpq, bits: int) -> Line:
        neurons, _, residual = spline_lasso.regularized(x, y, penalty)
        size = sum((abs(neuron.coefficient) for neuron in neurons), start=fmpq(0))
        return line_of(x, y, size, residual, bits)

    with ctx.workprec(4 * bits):
        _, _, residual = _constant(data)
        constant = line_of(x, y, fmpq(0), residual, bits)
        if norm_squared(residual) == 0:
            return GlobalMinimum(constant, (fmpq(0), fmpq(0)), (constant,), arb(0), arb(0))
        return global_minimum(oracle, constant, arb(0), data["beta"], data["L"], bits)


def line_of(x: fmpq_mat, y: fmpq_mat, size: fmpq, residual: fmpq_mat, bits: int) -> Line:
    """The line of a spline of that size and of ``λ = y − f``, rounded: ``λᵀy − ½‖λ‖² − ρ·sup|λᵀ(zx + e𝟏)₊|``."""
    # λ is stationary, so that half as many digits lose nothing of the level; its response needs them all.
    dual = rounded_matrix(residual, bits + 16)
    dual[0, 0] -= sum(dual.entries(), start=fmpq(0))
    level = (dual.transpose() * y)[0, 0] - norm_squared(dual) / 2
    return Line(size, arb(norm_squared(residual) / 2), arb(level), largest_response(x, dual), dual)


def largest_response(x: fmpq_mat, dual: fmpq_mat) -> fmpq:
    """The largest ``|λᵀ(x − x_k)₊|`` and ``|λᵀ(x_k − x)₊|``, for ``𝟏ᵀλ = 0``."""
    positions, weights = x.entries(), dual.entries()
    moments, after = [fmpq(0)], fmpq(0)
    for i in reversed(range(1, len(positions))):
        after += weights[i]
        moments.append(moments[-1] + after * (positions[i] - positions[i - 1]))
    # λᵀ(x_k − x)₊ = λᵀ(x − x_k)₊ − λᵀ(x − x_1)₊.
    return max(max(abs(moment), abs(moment - moments[-1])) for moment in moments)


def _constant(data: Data) -> tuple[tuple[()], fmpq, fmpq_mat]:
    """No neurons, the mean of y, and what it leaves."""
    y = data["y"]
    mean = sum(y.entries(), start=fmpq(0)) / y.nrows()
    return (), mean, y - fmpq_mat(y.nrows(), 1, [mean] * y.nrows())
