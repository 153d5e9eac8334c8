"""Optimal two-layer linear networks and their dual certificates, rounded to rationals."""

from collections.abc import Mapping
from typing import Any

from flint import fmpq, fmpq_mat

from checker.kernel.matrices import least_norm
from checker.witness.interpolation import interpolate
from checker.witness.ridge import project
from checker.witness.rounding import bits_for, norm_squared, one_neuron, rounded_matrix, sphere_factor

Data = Mapping[str, Any]


def least_norm_network(data: Data, digits: int) -> dict[str, fmpq_mat]:
    """One neuron along ``X†y``, and ``λ = (XXᵀ)†y/s`` moved just inside the ellipsoid ``‖Xᵀλ‖ ≤ 1``."""
    X, y, width = data["X"], data["y"], data["m"]
    bits = bits_for(digits)
    weights, alpha = interpolate(X, y, bits)
    dual = rounded_matrix(alpha, bits)
    size = norm_squared(X.transpose() * dual)
    if size != 0:
        dual = dual * sphere_factor(size, fmpq(1), bits)
    return one_neuron(weights, width, bits) | {"lambda": dual}


def ray(data: Data) -> dict[str, fmpq_mat]:
    """The part of y outside the range of X: ``Xᵀλ = 0`` and ``λᵀy = ‖λ‖² > 0``."""
    X, y = data["X"], data["y"]
    return {"lambda": y - X * least_norm(X, y)}


def regularized_network(data: Data, digits: int) -> dict[str, fmpq_mat]:
    """One neuron along ``Xᵀλ`` with λ the projection of y; the zero network where ``‖Xᵀy‖ ≤ β``."""
    X, y, beta, width = data["X"], data["y"], data["beta"], data["m"]
    if norm_squared(X.transpose() * y) <= beta * beta:
        return {"W_1": fmpq_mat(X.ncols(), width), "w_2": fmpq_mat(width, 1), "lambda": y}
    bits = bits_for(digits)
    weights, dual = project(X, y, beta, bits)
    return one_neuron(weights, width, bits) | {"lambda": dual}
