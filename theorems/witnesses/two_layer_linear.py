"""Optimal two-layer linear networks and their dual certificates, rounded to rationals."""

from collections.abc import Mapping
from typing import Any

from flint import fmpq, fmpq_mat

from checker.kernel.matrices import least_norm, rank
from checker.witness.factorisation import two_layers
from checker.witness.interpolation import interpolate
from checker.witness.nuclear import nuclear_ridge
from checker.witness.ridge import project
from checker.witness.rounding import bits_for, norm_squared, one_neuron, rounded_matrix, sphere_factor, square_root
from checker.witness.singular import interior_dual, singular_triples

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


def unit_network(data: Data, digits: int) -> dict[str, fmpq_mat]:
    """:func:`least_norm_network`, and once more with its neuron in the unit ball and the output weight to match."""
    point = least_norm_network(data, digits)
    hidden, outer = point["W_1"], point["w_2"]
    size = sum((entry * entry for entry in hidden.entries()), start=fmpq(0))
    factor = sphere_factor(size, fmpq(1), bits_for(digits)) if size != 0 else fmpq(1)
    return point | {"V_1": hidden * factor, "v_2": outer * (1 / factor)}


def extreme_network(data: Data, digits: int) -> dict[str, fmpq_mat]:
    """:func:`least_norm_network`, and the maximiser ``Xᵀμ`` of the functional ``u ↦ μᵀXu``."""
    return least_norm_network(data, digits) | {"u": data["X"].transpose() * data["mu"]}


def vector_network(data: Data, digits: int) -> dict[str, fmpq_mat]:
    """``W_1 = UΣ^½, W_2 = Σ^½Vᵀ`` of ``X†Y = UΣVᵀ``, and Λ just inside ``σ_max(XᵀΛ) ≤ 1``."""
    X, Y, bits = data["X"], data["Y"], bits_for(digits)
    first, second = two_layers(least_norm(X, Y), data["m"], bits, alignment=bits)
    return {"W_1": first, "W_2": second, "Lambda": interior_dual(X, Y, bits)}


def vector_network_if_wide(data: Data, digits: int) -> dict[str, fmpq_mat]:
    """:func:`vector_network`; Λ alone where the width is below the rank of Y and no network interpolates."""
    if rank(data["Y"]) <= data["m"]:
        return vector_network(data, digits)
    return {"Lambda": interior_dual(data["X"], data["Y"], bits_for(digits))}


def regularized_vector_network(data: Data, digits: int) -> dict[str, fmpq_mat]:
    """The optimum to the digits asked for, and Λ near the residual ``Y − XW_1W_2``."""
    names = ("W_1", "W_2", "Lambda")
    found = nuclear_ridge(data["X"], data["Y"], data["beta"], data["m"], bits_for(digits))
    return dict(zip(names, found, strict=True))


def narrow_network(data: Data, digits: int) -> dict[str, fmpq_mat]:
    """On whitened data: the m largest singular values of Y, shrunk; a network wide enough; Λ near its residual."""
    X, Y, beta, width, bits = data["X"], data["Y"], data["beta"], data["m"], bits_for(digits)
    left, values, right = singular_triples(Y, bits)
    kept = [max(value - beta, fmpq(0)) for value in values][:width]
    roots = [square_root(value, bits) if value else fmpq(0) for value in kept]
    first = [[row[j] * roots[j] for j in range(len(roots))] for row in (X.transpose() * left).tolist()]
    second = [[row[j] * roots[j] for row in right.tolist()] for j in range(len(roots))]
    names = ("V_1", "V_2", "Lambda")
    wide = dict(zip(names, nuclear_ridge(X, Y, beta, Y.ncols(), bits), strict=True))
    return wide | {"W_1": _placed(first, X.ncols(), width), "W_2": _placed(second, width, Y.ncols())}


def _placed(rows: list[list[fmpq]], height: int, width: int) -> fmpq_mat:
    """Rows in the upper left corner of a matrix of zeros."""
    matrix = fmpq_mat(height, width)
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            matrix[i, j] = entry
    return matrix
