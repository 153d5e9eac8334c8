"""Singular triples of a rational matrix to any number of digits, and the dual point of a nuclear norm made of them.

The rank is decided in Q. Float64 diagonalises the Gram matrix, then every part of it that is still not diagonal, each
at its own scale, so that clusters come apart; first-order rotations of integers ``x·2^places`` double the digits.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from flint import ctx, fmpq, fmpq_mat, fmpz, fmpz_mat

from checker.kernel.matrices import least_norm, rank
from checker.kernel.norms import inside_spectral_ball
from checker.witness.fixed_point import integers_from_floats, integers_to_floats, power_of_two
from checker.witness.rounding import exponent, rounded, rounded_matrix, square_root

Triples: TypeAlias = tuple[fmpq_mat, list[fmpq], fmpq_mat]
_GUARD = 16
_MOST_SWEEPS = 400
# Two columns are turned into each other to first order by angles up to 1/(16k); larger ones are left to float64.
_LARGEST_ANGLE = 16


def singular_triples(matrix: fmpq_mat, bits: int) -> Triples:
    """U, σ and V with ``U·diag(σ)·Vᵀ ≈ A``, for the r nonzero singular values.

    The columns of U and V are orthonormal to about ``2^-bits``, also within a cluster of singular values, and each σ_i
    has about ``bits`` correct binary digits, however small it is beside the others.

    Args:
        matrix: A, of shape (n, d) and rank r.
        bits: binary digits of the singular values, and of the entries of U and V after the point.

    Returns:
        U of shape (n, r), σ decreasing, and V of shape (d, r).  For a zero matrix U and V have no columns.

    Raises:
        ArithmeticError: the Gram matrix did not become diagonal, which is not known to happen.
    """
    if matrix.nrows() < matrix.ncols():
        right, sigma, left = singular_triples(matrix.transpose(), bits)
        return left, sigma, right
    found = rank(matrix)
    if found == 0:
        return fmpq_mat(matrix.nrows(), 0), [], fmpq_mat(matrix.ncols(), 0)
    numerators, denominator = matrix.numer_denom()
    frame = _Frame(numerators.transpose() * numerators, found, bits + _GUARD)
    frame.diagonalise()
    chosen = frame.largest()
    scale = power_of_two(frame.size - frame.places) / (denominator * denominator)
    # Sorted again: roots of nearly equal eigenvalues may be rounded to either side of a number.
    sigma = sorted((square_root(frame.diagonal(i) * scale, bits + _GUARD) for i in chosen), reverse=True)
    basis = _columns(frame.basis, chosen)
    images, unit = numerators * basis, power_of_two(-frame.places) / denominator
    factors = [unit / value for value in sigma]
    left = [rounded(images[i, j] * factors[j], bits) for i in range(images.nrows()) for j in range(found)]
    right = [rounded(entry * power_of_two(-frame.places), bits) for entry in basis.entries()]
    return fmpq_mat(images.nrows(), found, left), sigma, fmpq_mat(basis.nrows(), found, right)


def interior_dual(inputs: fmpq_mat, target: fmpq_mat, bits: int, triples: Triples | None = None) -> fmpq_mat:
    """A Λ with ``σ_max(XᵀΛ) < 1`` for which ``tr(ΛᵀY)`` is ``‖X†Y‖_*`` to ``bits − 10`` bits.

    The best Λ is ``(Xᵀ)†·U·Vᵀ`` for ``X†Y = U·diag(σ)·Vᵀ``; there ``XᵀΛ = UVᵀ`` lies on the boundary, so this is just
    inside of it, by ``2^-bits``.

    Args:
        inputs: X, of shape (n, d).
        target: Y, of shape (n, K), with columns in the range of X.
        bits: binary digits of the objective, and the distance from the boundary.
        triples: of ``X†Y``, if they are known, to at least ``bits + 16`` bits and one for each doubling of n and K.

    Returns:
        Λ of shape (n, K); zero for ``Y = 0``.

    Raises:
        ArithmeticError: the point found is not strictly inside, as with triples that are not accurate enough.
    """
    precise = bits + _GUARD + target.nrows().bit_length() + target.ncols().bit_length()
    left, sigma, right = triples or singular_triples(least_norm(inputs, target), precise)
    if not sigma:
        return fmpq_mat(target.nrows(), target.ncols())
    dual = least_norm(inputs.transpose(), left) * right.transpose() * (1 - power_of_two(-bits))
    # What rounding Λ adds to XᵀΛ is at most ‖X‖_F times as large.
    size = exponent(inputs) + max(inputs.nrows(), inputs.ncols()).bit_length() + 1
    dual = rounded_matrix(dual, precise + size + exponent(dual))
    # Elimination loses digits where some directions of X are tiny; the kernel raises its precision there as well.
    with ctx.workprec(2 * bits + 1024):
        if inside_spectral_ball(inputs.transpose() * dual, fmpq(1)):
            return dual
    raise ArithmeticError(f"the dual point is not inside the spectral ball at {bits} bits; give triples of more bits")


class _Frame:
    """An orthogonal basis that is turned until the Gram matrix is diagonal in it, to ``bits`` of its r-th eigenvalue.

    Args:
        gram: exact and positive semidefinite, of shape (k, k).
        found: its rank r, positive.
        bits: two columns are orthogonal once their product is less than ``2^-bits`` times their lengths.

    Attributes:
        size: the exponent of the largest entry of ``gram``.
        places: the binary digits after the point of ``basis`` and ``values``.
        basis: integers, of shape (k, k).
        values: the Gram matrix in this basis, over ``2^size``.
    """

    def __init__(self, gram: fmpz_mat, found: int, bits: int) -> None:
        self.gram, self.found, self.bits, self.count = gram, found, bits, int(gram.nrows())
        self.size = max(int(entry.bit_length()) for entry in gram.entries())
        self.places = bits + 2 * _GUARD
        self.basis = fmpz_mat(self.count, self.count)
        for i in range(self.count):
            self.basis[i, i] = fmpz(1) << self.places
        self._measure()

    def diagonal(self, at: int) -> fmpz:
        """The eigenvalue at a column of the basis, in units of ``2^-places``."""
        return self.values[at, at]

    def largest(self) -> list[int]:
        """The columns of the r largest eigenvalues, in decreasing order."""
        return sorted(range(self.count), key=self.diagonal, reverse=True)[: self.found]

    def diagonalise(self) -> None:
        """Turns the basis."""
        for _ in range(_MOST_SWEEPS):
            # What rounding leaves beside the diagonal has to be small even for the r-th eigenvalue.
            smallest = self.diagonal(self.largest()[-1])
            lacking = self.bits + _GUARD + self.count.bit_length() - max(int(smallest.bit_length()), 1)
            if lacking > 0:
                self.basis, self.places = self.basis * (fmpz(1) << lacking), self.places + lacking
                self._orthonormalise()
            elif pairs := self._not_orthogonal():
                clusters = _components(self.count, [pair for pair in pairs if self._near(*pair)])
                self._turn_clusters(clusters) if clusters else self._turn_pairs(pairs)
            else:
                return
            self._measure()
        raise ArithmeticError(f"no orthogonal basis of singular vectors was found in {_MOST_SWEEPS} sweeps")

    def _measure(self) -> None:
        up = self.places - self.size
        fixed = self.gram * (fmpz(1) << up) if up >= 0 else _shifted(self.gram, -up)
        image = _shifted(fixed * self.basis, self.places)
        self.values = _shifted(self.basis.transpose() * image, self.places)

    def _not_orthogonal(self) -> list[tuple[int, int]]:
        chosen = self.largest()
        smallest, kept = self.diagonal(chosen[-1]), set(chosen)
        pairs = []
        for i, row in enumerate(self.values.tolist()):
            for j in range(i + 1, self.count):
                if i in kept and j in kept:
                    apart = (row[j] * row[j]) << (2 * self.bits) > row[i] * self.diagonal(j)
                else:
                    # A column that A sends to zero is orthogonal to the others without a length of its own.
                    apart = (i in kept or j in kept) and abs(row[j]) << self.bits > smallest
                if apart:
                    pairs.append((i, j))
        return pairs

    def _near(self, i: int, j: int) -> bool:
        difference = abs(self.diagonal(i) - self.diagonal(j))
        return bool(_LARGEST_ANGLE * self.count * abs(self.values[i, j]) > difference)

    def _turn_clusters(self, clusters: list[list[int]]) -> None:
        for cluster in clusters:
            block = fmpz_mat([[self.values[min(i, j), max(i, j)] for j in cluster] for i in cluster])
            mean = sum((self.diagonal(i) for i in cluster), start=fmpz(0)) // len(cluster)
            for i in range(len(cluster)):
                block[i, i] -= mean
            vectors = np.linalg.eigh(integers_to_floats(block)[0])[1]
            entries = integers_from_floats(vectors.ravel(), self.places).entries()
            turn = fmpz_mat(len(cluster), len(cluster), entries)
            turned = _shifted(_columns(self.basis, cluster) * turn, self.places)
            for i in range(self.count):
                for position, j in enumerate(cluster):
                    self.basis[i, j] = turned[i, position]
        self._orthonormalise()

    def _turn_pairs(self, pairs: list[tuple[int, int]]) -> None:
        angles = fmpz_mat(self.count, self.count)
        for i, j in pairs:
            angle = (self.values[i, j] << self.places) // (self.diagonal(j) - self.diagonal(i))
            angles[i, j], angles[j, i] = angle, -angle
        self.basis += _shifted(self.basis * angles, self.places)
        self._orthonormalise()

    def _orthonormalise(self) -> None:
        """Newton–Schulz: ``B − B(BᵀB − I)/2`` squares the distance of B from an orthogonal matrix."""
        left = self.places
        while 2 * (left + self.count.bit_length()) >= self.places:
            excess = _shifted(self.basis.transpose() * self.basis, self.places)
            for i in range(self.count):
                excess[i, i] -= fmpz(1) << self.places
            left = max(int(entry.bit_length()) for entry in excess.entries())
            if left > self.places:
                raise ArithmeticError("the basis of singular vectors is too far from an orthogonal one")
            self.basis -= _shifted(self.basis * excess, self.places + 1)


def _components(count: int, pairs: list[tuple[int, int]]) -> list[list[int]]:
    """The indices below ``count`` that pairs connect, in groups of two or more."""
    group = list(range(count))
    for i, j in pairs:
        if group[i] != group[j]:
            old, new = group[j], group[i]
            group = [new if member == old else member for member in group]
    members = ([i for i in range(count) if group[i] == name] for name in sorted(set(group)))
    return [component for component in members if len(component) > 1]


def _columns(matrix: fmpz_mat, chosen: list[int]) -> fmpz_mat:
    return fmpz_mat(matrix.nrows(), len(chosen), [row[j] for row in matrix.tolist() for j in chosen])


def _shifted(matrix: fmpz_mat, places: int) -> fmpz_mat:
    """Every entry over ``2^places``, rounded down."""
    return fmpz_mat(matrix.nrows(), matrix.ncols(), [entry >> places for entry in matrix.entries()])
