"""Networks of least cost for any of the losses, and the subgradients that show it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flint import fmpq, fmpq_mat

from checker.witness.central_path import central_path
from checker.witness.pieces import Piece
from checker.witness.rounding import bits_for, norm_squared, one_neuron, square_root
from checker.witness.separable import PrimalDual
from checker.witness.spline import network_of, unit_network_of
from checker.witness.spline_interpolation import interpolant
from theorems.losses import Loss
from theorems.witnesses.two_layer_relu import balanced_on_the_line, positive_part

Data = Mapping[str, Any]
Parts = list[tuple[int, Piece, fmpq, fmpq]]


def two_layers(loss: Loss, data: Data, digits: int) -> dict[str, Any]:
    """One neuron along the w that minimises ``ℓ(Xw) + β‖w‖``, and ν of ``‖Xᵀν‖ ≤ β``."""
    found, slopes = fitted(loss, data, data["X"], data["beta"], bits_for(digits))
    return one_neuron(found.weights, data["m"], bits_for(digits)) | {"nu": slopes}


def fitted(loss: Loss, data: Data, inputs: fmpq_mat, radius: fmpq, bits: int) -> tuple[PrimalDual, fmpq_mat]:
    """The minimum of ``ℓ(Gw) + radius·‖w‖``, and the subgradient ν of the loss there, of shape (n, 1)."""
    parts = pieces_of(loss, data)
    rows = [[entry * scale for entry in inputs.tolist()[i]] for i, _, scale, _ in parts]
    offsets = fmpq_mat(len(parts), 1, [offset for *_, offset in parts])
    found = central_path([piece for _, piece, *_ in parts], fmpq_mat(rows), offsets, radius, bits)
    return found, slopes_of(parts, found.multipliers.entries(), data["y"].nrows())


def pieces_of(loss: Loss, data: Data) -> Parts:
    """The loss of all samples: ``(i, h, s, k)`` for each term ``h(s·z_i − k)``."""
    return [(i, *part) for i, target in enumerate(data["y"].entries()) for part in loss.pieces(target, data)]


def slopes_of(parts: Parts, multipliers: Sequence[fmpq], samples: int) -> fmpq_mat:
    """``ν_i``, the sum of ``s·p`` over the pieces of a sample."""
    slopes = fmpq_mat(samples, 1)
    for (i, _, scale, _), multiplier in zip(parts, multipliers, strict=True):
        slopes[i, 0] += scale * multiplier
    return slopes


def on_a_line(loss: Loss, data: Data, digits: int) -> dict[str, Any]:
    """A neuron along ``a`` for c₊ and one along ``−a`` for c₋, and λ just inside the two half-lines."""
    a, bits = data["a"], bits_for(digits)
    squared = norm_squared(a)
    sides = [(side, positive_part(data["c"] * fmpq(side))) for side in (1, -1)]
    sides = [(side, part) for side, part in sides if norm_squared(part) != 0]
    # A neuron whose output is p·c₊ costs |p|/‖a‖; a penalty that is rounded is near enough.
    penalty = data["beta"] * square_root(1 / squared, 2 * bits)
    found, slopes = over_atoms(loss, data, [], [part for _, part in sides], penalty, bits)
    parts = [(number, side, part) for number, (side, part) in zip(found, sides, strict=True) if number != 0]
    W, v = balanced_on_the_line(a, parts, data["m"], bits)
    largest = max(abs((part.transpose() * slopes)[0, 0]) for _, part in sides)
    limit = data["beta"] ** 2 / (squared * largest**2) if largest else fmpq(1)
    return {"W": W, "v": v, "lambda": -slopes * (square_root(limit, 2 * bits) if limit < 1 else fmpq(1))}


def spline(loss: Loss, data: Data, digits: int) -> list[dict[str, Any]]:
    """The cheapest spline through what the problem over all atoms fits, in both forms, and λ."""
    x, bits = data["x"], bits_for(digits)
    offset, atoms = fmpq_mat(x.nrows(), 1, [1] * x.nrows()), atoms_of(x)
    found, slopes = over_atoms(loss, data, [offset], atoms, data["beta"], bits)
    fitted = offset * found[0]
    for number, atom in zip(found[1:], atoms, strict=True):
        fitted += atom * number
    neurons, constant = interpolant(x, fitted)
    largest = max((abs((atom.transpose() * slopes)[0, 0]) for atom in atoms), default=fmpq(0))
    dual = -slopes * (data["beta"] / largest if largest > data["beta"] else fmpq(1))
    network = network_of(neurons, constant, data["m"], bits)
    return [network | {"lambda": dual}, unit_network_of(neurons, constant, data["m"])]


def atoms_of(x: fmpq_mat) -> list[fmpq_mat]:
    """``(x − x_k)₊`` and ``(x_k − x)₊`` at the data, those that are not zero."""
    points = x.entries()
    columns = [[max(side * (z - knot), fmpq(0)) for z in points] for side in (1, -1) for knot in points]
    return [fmpq_mat(len(points), 1, column) for column in columns if any(column)]


def over_atoms(
    loss: Loss, data: Data, free: Sequence[fmpq_mat], atoms: Sequence[fmpq_mat], penalty: fmpq, bits: int
) -> tuple[list[fmpq], fmpq_mat]:
    """The minimum of ``ℓ(Σ c_k·column_k) + penalty·Σ|c_k|``, the second sum over the atoms alone.

    Args:
        loss: of the targets ``data["y"]``.
        data: with the parameters of the loss.
        free: columns of shape (n, 1) whose coefficients cost nothing.
        atoms: such columns whose coefficients cost the penalty.
        penalty: positive.
        bits: of the relative gap.

    Returns:
        The coefficients, the free ones first, and ν of shape (n, 1) in the domain of ``ℓ*`` with ``columnᵀν = 0`` for
        at most one free column, exactly.
    """
    parts, columns = pieces_of(loss, data), [*free, *atoms]
    rows = [[column[i, 0] * scale for column in columns] for i, _, scale, _ in parts]
    rows += [[fmpq(int(k == len(free) + at)) for k in range(len(columns))] for at in range(len(atoms))]
    pieces = [piece for _, piece, *_ in parts] + [Piece(fmpq(0), -penalty, penalty)] * len(atoms)
    offsets = [offset for *_, offset in parts] + [fmpq(0)] * len(atoms)
    found = central_path(pieces, fmpq_mat(rows), fmpq_mat(len(rows), 1, offsets), fmpq(0), bits)
    multipliers, weights = found.multipliers.entries()[: len(parts)], found.weights.entries()
    without = [*weights[: len(free)], *[fmpq(0)] * len(atoms)]
    outputs = fmpq_mat(rows[: len(parts)]) * fmpq_mat(len(columns), 1, without)
    if all(_costs_nothing(part, outputs[at, 0]) for at, part in enumerate(parts)):
        return without, fmpq_mat(data["y"].nrows(), 1)
    for column in free:
        multipliers = _orthogonal(parts, multipliers, column)
    return weights, slopes_of(parts, multipliers, data["y"].nrows())


def _costs_nothing(part: tuple[int, Piece, fmpq, fmpq], output: fmpq) -> bool:
    """Whether h is zero there: on one side of its kink, if a bound of its slopes is 0, and at it."""
    _, piece, _, offset = part
    at = output - offset
    return not piece.logistic and (at == 0 or (piece.lower == 0 and at < 0) or (piece.upper == 0 and at > 0))


def _orthogonal(parts: Parts, multipliers: list[fmpq], column: fmpq_mat) -> list[fmpq]:
    """Multipliers changed where they are far from their bounds, so that the column is orthogonal to the slopes."""
    slopes = [column[i, 0] * scale for i, _, scale, _ in parts]
    rooms = [_room(piece, multiplier) for (_, piece, *_), multiplier in zip(parts, multipliers, strict=True)]
    total = sum((slope * slope * room for slope, room in zip(slopes, rooms, strict=True)), start=fmpq(0))
    if total == 0:
        return multipliers
    share = sum((slope * p for slope, p in zip(slopes, multipliers, strict=True)), start=fmpq(0)) / total
    return [p - share * slope * room for p, slope, room in zip(multipliers, slopes, rooms, strict=True)]


def _room(piece: Piece, multiplier: fmpq) -> fmpq:
    ends = [abs(multiplier - end) for end in (piece.lower, piece.upper) if end is not None]
    return min(ends, default=fmpq(1))
