"""Networks of least cost for the multinomial cross-entropy, and lines below that of deep ones."""

import math
from collections.abc import Mapping
from typing import Any

from flint import arb, arb_mat, ctx, fmpq, fmpq_mat

from checker.kernel.matrices import rank
from checker.witness import factorisation
from checker.witness.cross_entropy import cross_entropy
from checker.witness.global_minimum import GlobalMinimum, Line, global_minimum
from checker.witness.rounding import bits_for, exponent, norm_squared, rational_of, square_root
from checker.witness.spectral import largest
from theorems.losses import logistic
from theorems.witnesses.convex_losses import fitted
from theorems.witnesses.lines import lines_of

Data = Mapping[str, Any]


def two_layers(data: Data, digits: int) -> dict[str, fmpq_mat]:
    """Both layers, and N near ``softmax(XW_1W_2) − Y`` with ``σ_max(XᵀN) ≤ β``."""
    found = cross_entropy(data["X"], data["Y"], data["beta"], data["m"], bits_for(digits))
    return dict(zip(("W_1", "W_2", "N"), found, strict=True))


def two_classes(data: Data, digits: int) -> dict[str, Any]:
    """The W of least ``CE(XW; Y) + β(L/2)‖W‖_*^(2/L)``: its layers, the scale t with its Z, and the lines below."""
    return _deep(data, minimum(data, bits_for(digits)), bits_for(digits))


def three_classes(data: Data, digits: int) -> dict[str, Any]:
    """The same; zero layers where they have no room for W; and τ."""
    found = minimum(data, bits_for(digits))
    return _deep(data, found, bits_for(digits)) | {"tau": threshold(data, found.upper)}


def _deep(data: Data, found: GlobalMinimum, bits: int) -> dict[str, Any]:
    depth, (weights, _) = data["L"], found.best.payload
    product = weights if rank(weights) <= data["m"] else fmpq_mat(weights.nrows(), weights.ncols())
    layers = factorisation.deep(product, depth, data["m"], bits, alignment=2 * bits)
    t = square_root(found.best.point, bits, depth) if found.best.point else fmpq(0)
    point = {"U": layers, "t": t, "Z": weights / t ** (depth - 2) if t else weights}
    return point | lines_of(found, "C", lambda payload: heavy(payload[1], data["Y"]))


def minimum(data: Data, bits: int) -> GlobalMinimum:
    """The global minimum of ``CE(XW; Y) + β(L/2)‖W‖_*^(2/L)``; the payload of a line is W and N."""
    X, Y = data["X"], data["Y"]
    width = max(1, min(rank(X), Y.ncols() - 1))

    def oracle(radius: fmpq, bits: int) -> Line:
        if Y.ncols() == 2:
            return of_margins(X, Y, radius, bits)
        first, second, slopes = cross_entropy(X, Y, radius, width, bits)
        size = sum((entry * entry for entry in first.entries() + second.entries()), start=fmpq(0)) / 2
        return line_of(X, Y, first * second, size, slopes, radius)

    with ctx.workprec(4 * bits):
        uniform = fmpq_mat(Y.nrows(), Y.ncols(), [fmpq(1, Y.ncols()) - y for y in Y.entries()])
        steepest = rational_of(largest(X.transpose() * uniform), ctx.prec) * (1 + fmpq(1, 2) ** (ctx.prec // 2))
        zero = line_of(X, Y, fmpq_mat(X.ncols(), Y.ncols()), fmpq(0), uniform, steepest)
        return global_minimum(oracle, zero, arb(0), data["beta"], data["L"], bits)


def of_margins(inputs: fmpq_mat, target: fmpq_mat, radius: fmpq, bits: int) -> Line:
    """The line of two classes: ``W = w·[½, −½]`` with the logistic loss of ``Xw``, and ``‖W‖_* = ‖w‖/√2``."""
    half = square_root(fmpq(1, 2), ctx.prec)
    labels = target * fmpq_mat([[1], [-1]])
    found, slopes = fitted(logistic, {"y": labels}, inputs, radius * half, bits)
    sizes = (norm_squared(found.weights) / 2, norm_squared(inputs.transpose() * slopes) * 2)
    above = 1 + fmpq(1, 2) ** (ctx.prec - 8)
    size, steepness = (square_root(squared, ctx.prec) * above for squared in sizes)
    apart = fmpq_mat([[1, -1]])
    return line_of(inputs, target, found.weights * apart * fmpq(1, 2), size, slopes * apart, steepness)


def line_of(
    inputs: fmpq_mat, target: fmpq_mat, weights: fmpq_mat, size: fmpq, slopes: fmpq_mat, steepness: fmpq
) -> Line:
    """The line of W, with ``‖W‖_*`` at most its size, and of N, with ``σ_max(XᵀN)`` at most its steepness."""
    loss, level = arb(0), arb(0)
    for logits, labels in zip(arb_mat(inputs * weights).tolist(), target.tolist(), strict=True):
        own = logits[labels.index(max(labels))]
        others = (x - own for x, label in zip(logits, labels, strict=True) if label == 0)
        loss += sum((x.exp() for x in others), start=arb(0)).log1p()
    for p in (slopes + target).entries():
        level -= arb(p) * arb(p).log() if p else 0
    return Line(size, loss, level, steepness, (weights, slopes))


def heavy(slopes: fmpq_mat, target: fmpq_mat) -> fmpq_mat:
    """A matrix C for which the rows of ``(C)₊ + Y`` are those of ``N + Y`` times powers of two."""
    rows = list[list[fmpq]]()
    for row, labels in zip((slopes + target).tolist(), target.tolist(), strict=True):
        factor = fmpq(2) ** (1 - exponent(row[labels.index(max(labels))]))
        rows.append([p * factor - label for p, label in zip(row, labels, strict=True)])
    return fmpq_mat(rows)


def threshold(data: Data, dual: arb) -> fmpq:
    """A τ at which a sample on the wrong side costs as much as the dual optimum and a second singular value τ."""
    length = max(math.hypot(*row) for row in data.floats("X").tolist())
    beta, depth, optimum = float(data.floats("beta")), data["L"], float(dual)

    def apart(logarithm: float) -> float:
        tau = math.exp(logarithm)
        second = beta * depth / 2 * (2 - 2 ** (2 / depth)) * tau ** (2 / depth)
        return math.log1p(math.exp(-math.sqrt(2) * length * tau)) - optimum - second

    low, high = -200.0, 200.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if apart(middle) > 0 else (low, middle)
    return fmpq(*math.exp(low).as_integer_ratio())
