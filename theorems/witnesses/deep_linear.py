"""Optimal deep linear networks, exactly feasible, and the dual certificates that enclose their cost."""

from collections.abc import Mapping
from typing import Any

from flint import fmpq, fmpq_mat

from checker.kernel.matrices import least_norm
from checker.witness.factorisation import branches, deep, rank_one_layers
from checker.witness.interpolation import interpolate
from checker.witness.rounding import bits_for, norm_squared, rounded_matrix, sphere_factor, square_root
from checker.witness.singular import interior_dual, singular_triples

Data = Mapping[str, Any]


def network(data: Data, digits: int) -> dict[str, Any]:
    """Layers of rank one exactly along ``X†y``, of one norm to all digits, and λ just inside ``‖Xᵀλ‖ ≤ 1``."""
    X = data["X"]
    weights = least_norm(X, data["y"])
    return _network(data, digits, weights, least_norm(X.transpose(), weights))


def scaled_network(data: Data, digits: int) -> dict[str, Any]:
    """Layers nearly along ``X†y``, λ, and for the dual the scale ``t ≈ s^(1/L)`` with points inside."""
    weights, alpha = interpolate(data["X"], data["y"], bits_for(digits))
    point = _network(data, digits, weights, alpha)
    depth, squared = data["L"], norm_squared(weights)
    return point | _scaled(weights, point["lambda"], squared, depth, bits_for(digits), ("v", "mu"))


def _network(data: Data, digits: int, weights: fmpq_mat, alpha: fmpq_mat) -> dict[str, Any]:
    X, depth, bits = data["X"], data["L"], bits_for(digits)
    dual = rounded_matrix(alpha, bits)
    size = norm_squared(X.transpose() * dual)
    dual = dual * sphere_factor(size, fmpq(1), bits) if size != 0 else dual
    return {"W": rank_one_layers(weights, depth, data["m"], bits, alignment=bits), "lambda": dual}


def vector_network(data: Data, digits: int) -> dict[str, Any]:
    """The layers ``U_(l−1)·Σ^(1/L)·U_lᵀ`` of ``X†Y = UΣVᵀ``, neighbours aligned to all digits."""
    bits = bits_for(digits)
    return {"U": deep(least_norm(data["X"], data["Y"]), data["L"], data["m"], bits, alignment=bits)}


def gap_network(data: Data, digits: int) -> dict[str, Any]:
    """The network, and for the dual ``Λ = (Xᵀ)†UVᵀ`` just inside the spectral ball, at the scale ``‖X†Y‖_*^(1/L)``."""
    X, Y, depth, bits = data["X"], data["Y"], data["L"], bits_for(digits)
    weights, dual = least_norm(X, Y), interior_dual(X, Y, bits)
    size = sum(singular_triples(weights, bits)[1], start=fmpq(0))
    point = _scaled(weights, dual, size * size, depth, bits, ("Z", "M"))
    return {"U": deep(weights, depth, data["m"], bits), "Lambda": dual} | point


def parallel_network(data: Data, digits: int) -> dict[str, Any]:
    """A branch for each singular value of ``X†Y``, and Λ just inside the spectral ball."""
    X, Y, bits = data["X"], data["Y"], bits_for(digits)
    layers = branches(least_norm(X, Y), data["L"], data["m"], data["h"], bits)
    return {"B": layers, "Lambda": interior_dual(X, Y, bits)}


def _scaled(
    weights: fmpq_mat, dual: fmpq_mat, squared: fmpq, depth: int, bits: int, names: tuple[str, str]
) -> dict[str, Any]:
    """The scale t, weights divided by ``t^(L−2)`` and the dual as well: feasible at t inside the dual problem."""
    scale = square_root(squared, bits // 2 + 8 + depth.bit_length(), 2 * depth) if squared != 0 else fmpq(0)
    shrink = fmpq(1) if scale == 0 else scale ** (2 - depth)
    return {"t": scale, names[0]: weights * shrink, names[1]: dual * shrink}


def one_branch(data: Data, digits: int) -> dict[str, Any]:
    """One branch with the layers of :func:`vector_network`, scaled so that its cost is the product of their norms."""
    X, Y, bits = data["X"], data["Y"], bits_for(digits)
    weights = least_norm(X, Y)
    return {"C": deep(weights, data["L"], data["m"], bits), "Lambda": interior_dual(X, Y, bits), "Z": weights}
