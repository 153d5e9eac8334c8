"""Exact splines as networks, and the dual vertices that show that none is cheaper."""

from collections.abc import Mapping
from typing import Any

from flint import fmpq, fmpq_mat

from checker.witness import spline_lasso
from checker.witness.rounding import bits_for
from checker.witness.spline import Neuron, network_of, unit_network_of
from checker.witness.spline_interpolation import dual_vertex, interpolant

Data = Mapping[str, Any]


def interpolation(data: Data, digits: int) -> list[dict[str, Any]]:
    """The cheapest spline through the data, with square roots for weights to all digits, and with weights ±1."""
    neurons, offset = interpolant(data["x"], data["y"])
    dual = {"lambda": dual_vertex(data["x"], data["y"])}
    return _both(neurons, offset, data["m"], digits, dual)


def regularized(data: Data, digits: int) -> list[dict[str, Any]]:
    """The spline of the lasso, in both forms, and the residual as λ."""
    neurons, offset, dual = spline_lasso.regularized(data["x"], data["y"], data["beta"])
    return _both(neurons, offset, data["m"], digits, {"lambda": dual})


def _both(neurons: Any, offset: fmpq, width: int, digits: int, dual: dict[str, Any]) -> list[dict[str, Any]]:
    balanced = network_of(neurons, offset, width, bits_for(digits))
    return [balanced | dual, unit_network_of(neurons, offset, width)]


def function_and_network(data: Data) -> dict[str, Any]:
    """The cheapest spline as a function ``f_0 + f_1·x + Σ μ_j(x − τ_j)₊`` and as a network with weights ±1."""
    x, y, m = data["x"], data["y"], data["m"]
    neurons, offset = interpolant(x, y)
    point = unit_network_of(neurons, offset, m) | {"lambda": dual_vertex(x, y)}
    return point | _function(neurons, offset, m)


def _function(neurons: Any, offset: fmpq, width: int) -> dict[str, Any]:
    """``c·(τ − x)₊ = c·(x − τ)₊ − c·(x − τ)``."""
    jumps, knots = fmpq_mat(width, 1), fmpq_mat(width, 1)
    slope = fmpq(0)
    merged: dict[str, int] = {}
    for neuron in neurons:
        at = merged.setdefault(str(neuron.knot), len(merged))
        jumps[at, 0] += neuron.coefficient
        knots[at, 0] = neuron.knot
        if neuron.orientation < 0:
            slope -= neuron.coefficient
            offset += neuron.coefficient * neuron.knot
    return {"f_0": offset, "f_1": slope, "mu": jumps, "tau": knots}


def two_interpolants(data: Data) -> list[dict[str, Any]]:
    """The spline with its knots among the data, and the one that bends between the second and the third point."""
    x, y, m = data["x"], data["y"], data["m"]
    dots, bent = optima(data)
    first = unit_network_of(*dots, m) | {"lambda": dual_vertex(x, y)}
    return [first, unit_network_of(*bent, m)]


def optima(data: Data) -> tuple[tuple[Any, fmpq], tuple[Any, fmpq]]:
    """The neurons and offsets of both."""
    x = data["x"]
    middle = (x[1, 0] + x[2, 0]) / 2
    bent = (Neuron(1, x[0, 0], data["p_1"]), Neuron(1, middle, data["p_2"]))
    return interpolant(x, data["y"]), (bent, fmpq(0))


def one_neuron(data: Data) -> dict[str, Any]:
    """``−(h/2)(x_2 − x)₊/(x_2 − x_1) + h/2``: 0, h/2 and h/2 at the three points."""
    x, half = data["x"], data["h"] / 2
    return {"omega": fmpq(-1), "theta": x[1, 0], "s": -half / (x[1, 0] - x[0, 0]), "f_0": half}
