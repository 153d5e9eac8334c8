"""Layers whose product is given weights, exactly, and whose cost is the least one to any number of digits.

With ``W = U·diag(σ)·Vᵀ`` the layers of least cost are ``U·diag(σ^(1/L))``, then ``diag(σ^(1/L))`` time and again, and
``diag(σ^(1/L))·Vᵀ``.  With ``W = C·F``, the first is written as ``C·A·diag(q_1)⁻¹``, those between as
``diag(q_(l−1)/q_l)``, the last as ``diag(q_(L−1))·A⁻¹·F``: their product is W for any A and q, and the cost is
stationary in them, so that half of its bits are enough for all of them.
"""

from __future__ import annotations

from itertools import pairwise

from flint import fmpq, fmpq_mat

from checker.kernel.matrices import factorise, identity, rank
from checker.witness.rounding import exponent, norm_squared, rounded, square_root
from checker.witness.singular import singular_triples

_GUARD = 4
# A first decomposition leaves room for singular values whose ratio has this many bits.
_SPREAD = 16


def two_layers(weights: fmpq_mat, width: int, bits: int, alignment: int | None = None) -> tuple[fmpq_mat, fmpq_mat]:
    """``W_1·W_2 = W`` exactly, with ``½(‖W_1‖_F² + ‖W_2‖_F²) = ‖W‖_*`` to ``bits`` bits: two layers of :func:`deep`."""
    first, second = deep(weights, 2, width, bits, alignment)
    return first, second


def deep(weights: fmpq_mat, depth: int, width: int, bits: int, alignment: int | None = None) -> list[fmpq_mat]:
    """``W_1·…·W_L = W`` exactly, with ``½Σ‖W_l‖_F² = (L/2)·Σσ_i^(2/L)`` to ``bits`` bits.

    Each layer has the rank of W.  Those between the first and the last are diagonal, and the neighbours ``W_lᵀW_l`` and
    ``W_(l+1)W_(l+1)ᵀ`` agree to ``alignment`` bits, relative to the largest entry.

    Args:
        weights: W, of shape (d, K).
        depth: L, at least two.
        width: m, at least the rank of W, and positive.
        bits: binary digits to which the cost is the least one.
        alignment: binary digits to which neighbours agree; half of ``bits`` if None.  The layers grow with it.

    Returns:
        L layers of shapes (d, m), (m, m), …, (m, m), (m, K); zeros for ``W = 0``.

    Raises:
        ValueError: a width or a depth that is too small.
    """
    first, middle, last = _narrow(weights, depth, bits, alignment)
    _check_room("width", width, first.ncols())
    rows = [weights.nrows(), *[width] * (depth - 1), weights.ncols()]
    layers = [first, *map(_diagonal, middle), last]
    return [_padded(layer, rows[i], rows[i + 1]) for i, layer in enumerate(layers)]


def branches(
    weights: fmpq_mat, depth: int, count: int, width: int, bits: int, alignment: int | None = None
) -> list[list[fmpq_mat]]:
    """``Σ_j W_(1,j)·…·W_(L,j) = W`` exactly, with ``(1/L)·Σ_j Σ_l ‖W_(l,j)‖_F^L = ‖W‖_*`` to ``bits`` bits.

    Branch j carries the j-th largest singular value, in layers of rank one; those beyond the rank of W are zero.

    Args:
        weights: W, of shape (d, K).
        depth: L, at least two.
        count: m, the number of branches, at least the rank of W.
        width: h, of each hidden layer, positive.
        bits: binary digits to which the cost is the least one.
        alignment: as in :func:`deep`.

    Returns:
        m lists of L layers of shapes (d, h), (h, h), …, (h, h), (h, K).

    Raises:
        ValueError: a width, a count or a depth that is too small.
    """
    first, middle, last = _narrow(weights, depth, bits, alignment)
    _check_room("number of branches", count, first.ncols())
    _check_room("width", width, 1)
    columns, rows = first.transpose().tolist(), last.tolist()
    sizes = [weights.nrows(), *[width] * (depth - 1), weights.ncols()]
    found = []
    for j in range(count):
        layers = [fmpq_mat(1, 1)] * depth
        if j < first.ncols():
            inner = [fmpq_mat(1, 1, [values[j]]) for values in middle]
            layers = [fmpq_mat([columns[j]]).transpose(), *inner, fmpq_mat([rows[j]])]
        found.append([_padded(layer, sizes[i], sizes[i + 1]) for i, layer in enumerate(layers)])
    return found


def rank_one_layers(
    weights: fmpq_mat,
    depth: int,
    width: int,
    bits: int,
    direction: fmpq_mat | None = None,
    alignment: int | None = None,
) -> list[fmpq_mat]:
    """``W_1·…·W_(L−1)·w_L = w`` exactly, with ``½Σ‖W_l‖_F² = (L/2)·‖w‖^(2/L)`` to ``bits`` bits.

    The layers are ``c·w·eᵀ``, then ``τ·e·eᵀ``, and ``λ·e``: of rank one, and those of neighbours are parallel exactly.

    Args:
        weights: w, of shape (d, 1).
        depth: L, at least two.
        width: m, positive.
        bits: binary digits to which the cost is the least one.
        direction: e up to a positive factor, of shape (m, 1) and with a rational norm; the first unit vector if None.
        alignment: binary digits to which c, τ and λ agree with ``‖w‖^(1/L−1)`` and ``‖w‖^(1/L)``; half of ``bits`` if
            None.

    Returns:
        L layers of shapes (d, m), (m, m), …, (m, m), (m, 1); zeros for ``w = 0``.

    Raises:
        ValueError: a width or a depth that is too small, or a direction whose norm is not rational.
    """
    _check_room("width", width, 1)
    _check_room("depth", depth, 2)
    squared, sizes = norm_squared(weights), [weights.nrows(), *[width] * (depth - 1), 1]
    if squared == 0:
        return [fmpq_mat(sizes[i], sizes[i + 1]) for i in range(depth)]
    unit = _unit(direction) if direction is not None else _padded(fmpq_mat([[1]]), width, 1)
    # The last layer takes what the others were rounded by, so L times as much.
    half = _half(bits, alignment) + depth.bit_length()
    inner = square_root(squared, half, 2 * depth)
    outer = square_root(squared ** (1 - depth), half, 2 * depth)
    middle, last = unit * unit.transpose() * inner, unit * (1 / (outer * inner ** (depth - 2)))
    return [weights * outer * unit.transpose(), *[middle] * (depth - 2), last]


def _narrow(
    weights: fmpq_mat, depth: int, bits: int, alignment: int | None
) -> tuple[fmpq_mat, list[list[fmpq]], fmpq_mat]:
    """The layers as wide as the rank of W: the first, the diagonals of the middle ones, and the last."""
    _check_room("depth", depth, 2)
    if weights.nrows() < weights.ncols():
        # Products of layers are taken from their thinner end, where every diagonal is then dyadic.
        first, middle, last = _narrow(weights.transpose(), depth, bits, alignment)
        return last.transpose(), middle[::-1], first.transpose()
    found, half = rank(weights), _half(bits, alignment)
    _, sigma, right = singular_triples(weights, half + _SPREAD)
    spread = exponent(sigma[0]) - exponent(sigma[-1]) + 2 if sigma else 0
    if spread > _SPREAD:
        _, sigma, right = singular_triples(weights, half + spread)
    columns, rows = (weights, identity(found)) if found == weights.ncols() else factorise(weights)
    # W_1 turns what A ≈ FV is off in column j by σ_i^(1 − 1/L) in direction i.  (F has an identity in it: ‖F†‖ ≤ 1.)
    exact, largest = rows * right, exponent(sigma[0]) if sigma else 0
    places = [half + (largest - exponent(value)) * (depth - 1) // depth + 2 for value in sigma]
    turn = fmpq_mat(found, found, [rounded(exact[i, j], places[j]) for i in range(found) for j in range(found)])
    powers = [[square_root(value**i, half, depth) for value in sigma] for i in range(depth - 1, 0, -1)]
    middle = [[above / below for above, below in zip(*pair, strict=True)] for pair in pairwise(powers)]
    first = columns * turn * _diagonal([1 / value for value in powers[0]])
    return first, middle, _diagonal(powers[-1]) * turn.inv() * rows


def _half(bits: int, alignment: int | None) -> int:
    return max(bits // 2, alignment or 0) + _GUARD


def _check_room(what: str, given: int, least: int) -> None:
    if given < max(least, 1):
        raise ValueError(f"the {what} is {given}, but these layers need at least {max(least, 1)}")


def _unit(direction: fmpq_mat) -> fmpq_mat:
    squared = norm_squared(direction)
    root = fmpq(squared.p.isqrt(), squared.q.isqrt())
    if squared == 0 or root * root != squared:
        raise ValueError(f"the direction has the squared norm {squared}; give one whose norm is rational and positive")
    return direction / root


def _diagonal(values: list[fmpq]) -> fmpq_mat:
    matrix = fmpq_mat(len(values), len(values))
    for i, value in enumerate(values):
        matrix[i, i] = value
    return matrix


def _padded(matrix: fmpq_mat, rows: int, columns: int) -> fmpq_mat:
    padded = fmpq_mat(rows, columns)
    for i in range(matrix.nrows()):
        for j in range(matrix.ncols()):
            padded[i, j] = matrix[i, j]
    return padded
