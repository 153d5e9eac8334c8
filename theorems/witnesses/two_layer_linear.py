"""Optimal two-layer linear networks and their dual certificates, rounded to rationals."""

from collections.abc import Mapping
from typing import Any

from flint import fmpq, fmpq_mat

from checker.kernel.matrices import least_norm
from checker.witness.interpolation import interpolate
from checker.witness.ridge import project
from checker.witness.rounding import bits_for, norm_squared, one_neuron, rounded_matrix, shrink_inside, square_root

Data = Mapping[str, Any]


def least_norm_network(data: Data, digits: int) -> dict[str, fmpq_mat]:
    """One neuron along ``X†y``, and ``λ = (XXᵀ)†y/s`` moved just inside the ellipsoid ``‖Xᵀλ‖ ≤ 1``."""
    X, y, width = data["X"], data["y"], data["m"]
    bits = bits_for(digits)
    weights, alpha = interpolate(X, y, 2 * bits)
    scale = square_root(norm_squared(weights), bits, 4)
    dual = rounded_matrix(alpha, 2 * bits)
    size = norm_squared(X.transpose() * dual)
    if size != 0:
        dual = dual * (1 / square_root(size, 2 * bits))
        dual = dual * shrink_inside(norm_squared(X.transpose() * dual), fmpq(1), 2 * bits)
    return one_neuron(weights, scale, width) | {"lambda": dual}


def ray(data: Data) -> dict[str, fmpq_mat]:
    """The part of y outside the range of X: ``Xᵀλ = 0`` and ``λᵀy = ‖λ‖² > 0``."""
    X, y = data["X"], data["y"]
    return {"lambda": y - X * least_norm(X, y)}


def regularized_network(data: Data, digits: int) -> dict[str, fmpq_mat]:
    """One neuron along ``Xᵀλ`` with λ the projection of y; the zero network where ``‖Xᵀy‖ ≤ β``."""
    X, y, beta, width = data["X"], data["y"], data["beta"], data["m"]
    correlation = X.transpose() * y
    if norm_squared(correlation) <= beta * beta:
        return one_neuron(fmpq_mat(X.ncols(), 1), fmpq(0), width) | {"lambda": y}
    bits = bits_for(digits)
    weights, dual = project(X, y, beta, 2 * bits)
    scale = square_root(norm_squared(weights), bits, 4)
    return one_neuron(weights, scale, width) | {"lambda": dual}
