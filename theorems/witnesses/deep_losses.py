"""Deep linear networks of least cost for any of the losses, and the lines that prove that none costs less."""

from collections.abc import Mapping
from typing import Any

from flint import arb, ctx, fmpq, fmpq_mat

from checker.witness.factorisation import rank_one_layers
from checker.witness.global_minimum import GlobalMinimum, Line, global_minimum
from checker.witness.rounding import bits_for, norm_squared, square_root
from theorems.losses import Loss, squared
from theorems.witnesses.convex_losses import Parts, fitted, pieces_of, slopes_of
from theorems.witnesses.lines import lines_of

Data = Mapping[str, Any]


def deep(loss: Loss, data: Data, digits: int) -> dict[str, Any]:
    """Layers of rank one, the scale t with its vector, and the lines below the cost."""
    bits, depth = bits_for(digits), data["L"]
    found = minimum(loss, data, bits)
    weights, _ = found.best.payload
    size = norm_squared(weights)
    t = square_root(size, bits, 2 * depth) if size else fmpq(0)
    layers = rank_one_layers(weights, depth, data["m"], bits, alignment=bits)
    return {"W": layers, "u": weights, "t": t, "v": weights / t ** (depth - 2) if t else weights} | lines_of(
        found, "V", _slopes
    )


def at_the_crossover(data: Data, digits: int) -> dict[str, Any]:
    """One of the two optima, to all digits, and the lines below both."""
    found = minimum(squared, {**{name: data[name] for name in ("X", "y", "beta")}, "L": 3}, bits_for(digits))
    return {"u": found.best.payload[0]} | lines_of(found, "V", _slopes)


def minimum(loss: Loss, data: Data, bits: int) -> GlobalMinimum:
    """The global minimum of ``ℓ(Xw) + β(L/2)‖w‖^(2/L)``."""
    parts = pieces_of(loss, data)

    def oracle(radius: fmpq, bits: int) -> Line:
        found, _ = fitted(loss, data, data["X"], radius, bits)
        return line_of(parts, data["X"], found.weights, found.multipliers.entries())

    with ctx.workprec(4 * bits):
        zero = fmpq_mat(data["X"].ncols(), 1)
        slopes = [piece.derivative(-offset) for _, piece, _, offset in parts]
        return global_minimum(oracle, line_of(parts, data["X"], zero, slopes), arb(0), data["beta"], data["L"], bits)


def line_of(parts: Parts, inputs: fmpq_mat, weights: fmpq_mat, multipliers: list[fmpq]) -> Line:
    """The line of w and of the multipliers of the pieces: ``−ℓ*(ν) − ρ‖Xᵀν‖``."""
    outputs, slopes = (inputs * weights).entries(), slopes_of(parts, multipliers, inputs.nrows())
    loss, level = arb(0), arb(0)
    for (i, piece, scale, offset), multiplier in zip(parts, multipliers, strict=True):
        loss += piece.value(scale * outputs[i] - offset)
        level -= piece.conjugate(multiplier) + offset * multiplier
    sizes = [
        square_root(norm_squared(v), ctx.prec) * (1 + fmpq(1, 2) ** (ctx.prec - 8))
        for v in (weights, inputs.transpose() * slopes)
    ]
    return Line(sizes[0], loss, level, sizes[1], (weights, slopes))


def _slopes(payload: tuple[fmpq_mat, fmpq_mat]) -> fmpq_mat:
    """ν, of the w and the ν of a line."""
    return payload[1]
