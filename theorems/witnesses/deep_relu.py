"""Optimal deep ReLU networks, exactly feasible, and the dual certificates that enclose their cost."""

from collections.abc import Mapping, Sequence
from typing import Any

from flint import fmpq, fmpq_mat

from checker.witness.rounding import bits_for, norm_squared, square_root
from checker.witness.spline import network_of, unit_network_of
from checker.witness.spline_interpolation import dual_vertex, interpolant
from theorems.witnesses.two_layer_relu import Part, dual_on_the_line, parts_of

Data = Mapping[str, Any]


def one_path(data: Data, digits: int) -> dict[str, Any]:
    """Layers of rank one through the first neuron of each hidden layer, and for the dual the scale and its points."""
    return _network(data, parts_of(data["c"], data["alpha"], -data["alpha"]), digits)


def two_paths(data: Data, digits: int) -> dict[str, Any]:
    """A path for each part of the target: side by side where they differ in sign, else joined in the second layer."""
    return _network(data, parts_of(data["c"], data["alpha"], data["gamma"]), digits)


def _network(data: Data, found: Sequence[Part], digits: int) -> dict[str, Any]:
    joined = len({number > 0 for number, _, _ in found}) == 1
    layers = _joined(data, found, digits) if joined and data["L"] > 2 else _separate(data, found, digits)
    dual = dual_on_the_line(data["a"], data["c"].nrows(), found, digits)
    return {"W": layers, "lambda": dual} | _inside(data, found, dual, digits)


def _empty(data: Data) -> list[fmpq_mat]:
    d, m, depth = data["a"].nrows(), data["m"], data["L"]
    return [fmpq_mat(d, m), *(fmpq_mat(m, m) for _ in range(depth - 2)), fmpq_mat(m, 1)]


def _separate(data: Data, found: Sequence[Part], digits: int) -> list[fmpq_mat]:
    """The k-th part runs through the k-th neuron of every layer, all its weights being of one size."""
    a, depth, layers = data["a"], data["L"], _empty(data)
    for k, (number, side, _) in enumerate(found):
        size, squared = abs(number), norm_squared(a)
        # Each weight is (|number|/‖a‖)^(1/L); the last one makes the product exact.
        weight = square_root(size**2 / squared, bits_for(digits), 2 * depth)
        first = square_root(size**2 / squared ** (depth + 1), bits_for(digits), 2 * depth)
        for i, entry in enumerate(a.entries()):
            layers[0][i, k] = entry * first * side
        for layer in layers[1:-1]:
            layer[k, k] = weight
        layers[-1][k, 0] = number / (first * squared * weight ** (depth - 2))
    return layers


def _joined(data: Data, found: Sequence[Part], digits: int) -> list[fmpq_mat]:
    """The parts run through neurons of their own in the first layer, and then through one."""
    a, depth, layers, bits = data["a"], data["L"], _empty(data), bits_for(digits)
    whole, squared = sum((abs(number) for number, _, _ in found), start=fmpq(0)), norm_squared(a)
    weight = square_root(whole**2 / squared, bits, 2 * depth)
    for k, (number, side, _) in enumerate(found):
        # The share of each part in the squared norms of the first two layers.
        share = square_root(abs(number) / whole, bits)
        first = share * square_root(whole**2 / squared ** (depth + 1), bits, 2 * depth)
        for i, entry in enumerate(a.entries()):
            layers[0][i, k] = entry * first * side
        layers[1][k, 0] = abs(number) / (first * squared * weight ** (depth - 2))
    for layer in layers[2:-1]:
        layer[0, 0] = weight
    layers[-1][0, 0] = weight if found[0][0] > 0 else -weight
    return layers


def _inside(data: Data, found: Sequence[Part], dual: fmpq_mat, digits: int) -> dict[str, Any]:
    """The scale t and, at it, a two-layer network and λ/t^(L−2), feasible inside the dual problem."""
    a, m = data["a"], data["m"]
    whole, squared = sum((abs(number) for number, _, _ in found), start=fmpq(0)), norm_squared(a)
    t, power = _scale(whole**2 / squared, data["L"], digits)
    hidden, output = fmpq_mat(a.nrows(), m), fmpq_mat(m, 1)
    for k, (number, side, _) in enumerate(found):
        for i, entry in enumerate(a.entries()):
            hidden[i, k] = entry * side
        output[k, 0] = number / (squared * power)
    return {"t": t, "A": hidden, "q": output, "mu": dual / power}


def _scale(squared: fmpq, depth: int, digits: int) -> tuple[fmpq, fmpq]:
    """``t ≈ s^(1/L)`` for the square of s, and ``t^(L−2)`` (1 where s is zero)."""
    t = square_root(squared, bits_for(digits) // 2 + 16, 2 * depth) if squared != 0 else fmpq(0)
    return t, t ** (depth - 2) if t != 0 else fmpq(1)


def spline(data: Data, digits: int) -> dict[str, Any]:
    """The cheapest spline behind ``L − 2`` layers of one path, and the points of the dual problem."""
    x, y = data["x"], data["y"]
    neurons, offset = interpolant(x, y)
    dual = dual_vertex(x, y)
    return _spline(data, digits, neurons, offset, dual, fmpq(1)) | _spline_inside(data, digits, neurons, offset, dual)


def _spline(data: Data, digits: int, neurons: Any, offset: fmpq, dual: fmpq_mat, side: fmpq) -> dict[str, Any]:
    m, depth, bits = data["m"], data["L"], bits_for(digits) // 2 + 16
    value = sum((abs(neuron.coefficient) for neuron in neurons), start=fmpq(0))
    balanced = network_of(neurons, offset, m, bits_for(digits))
    layers = [fmpq_mat(1, m), *(fmpq_mat(m, m) for _ in range(depth - 2)), fmpq_mat(m, 1)]
    if value == 0:
        return {"V": layers, "b": balanced["b"] * fmpq(0), "b_0": offset, "lambda": dual}
    # Every layer is to have the norm value^(1/L); the last two have √value in the balanced network of two layers.
    norm = square_root(value * value, bits, 2 * depth)
    path = norm ** (depth - 2)
    ratio = norm / square_root(value, bits)
    layers[0][0, 0] = norm * side
    for layer in layers[1:-2]:
        layer[0, 0] = norm
    for j in range(m):
        layers[-2][0, j] = balanced["w"][j, 0] * ratio
        layers[-1][j, 0] = balanced["v"][j, 0] / (ratio * path)
    return {"V": layers, "b": balanced["b"] * (ratio * path), "b_0": offset, "lambda": dual}


def _spline_inside(data: Data, digits: int, neurons: Any, offset: fmpq, dual: fmpq_mat) -> dict[str, Any]:
    value = sum((abs(neuron.coefficient) for neuron in neurons), start=fmpq(0))
    t, power = _scale(value * value, data["L"], digits)
    unit = unit_network_of(neurons, offset, data["m"])
    return {"t": t, "w": unit["w"], "theta": unit["b"], "q": unit["v"] / power, "q_0": offset, "mu": dual / power}


def spline_signed(data: Data, digits: int) -> dict[str, Any]:
    """A network that rises on the side of the farther point alone; the spline of the dual problem."""
    x, y = data["x"], data["y"]
    order = sorted(range(2), key=lambda i: x[i, 0])
    points, values = (fmpq_mat(2, 1, [column[i, 0] for i in order]) for column in (x, y))
    neurons, offset = interpolant(points, values)
    vertex = dual_vertex(points, values)
    dual = fmpq_mat(2, 1, [vertex[order.index(i), 0] for i in range(2)])
    far, near = sorted(range(2), key=lambda i: -abs(x[i, 0]))
    side = fmpq(1) if x[far, 0] > 0 else fmpq(-1)
    alone, height = interpolant(fmpq_mat(2, 1, [fmpq(0), abs(x[far, 0])]), fmpq_mat(2, 1, [y[near, 0], y[far, 0]]))
    return _spline(data, digits, alone, height, dual, side) | _spline_inside(data, digits, neurons, offset, dual)
