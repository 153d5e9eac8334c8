"""Norms of matrices, and what they are made of: singular values, exact where they are rational or roots, else balls."""

from __future__ import annotations

from functools import cmp_to_key, reduce

from flint import acb_mat, arb, arb_mat, ctx, fmpq, fmpq_mat

from checker.kernel.matrices import (
    Matrix,
    absolute,
    ball_matrix,
    block,
    factorise,
    identity,
    inner,
    is_matrix,
    rank,
    rational,
    shape,
)
from checker.kernel.numbers import Number, Undecidable, add, ball, compare, is_exact, multiply, power, root_of

# Up to this many bits in a row of a Gram matrix its characteristic polynomial is factored, which finds exact values.
_LARGEST_FACTORED = 4000


def magnitude(value: Number | Matrix) -> Number:
    """A number itself, the Frobenius norm of a matrix."""
    return norm("frobenius", value) if is_matrix(value) else value


def norm(kind: str, matrix: Matrix) -> Number:
    """The norm of a name: ``two``, ``frobenius``, ``one``, ``infinity``, ``spectral``, ``nuclear``, ``columns``."""
    if kind in ("two", "frobenius"):
        return power(inner(matrix, matrix), fmpq(1, 2))
    if kind == "one":
        root, inside = rational(matrix, "the norm ‖·‖₁")
        return multiply(absolute(root), sum((abs(entry) for entry in inside.entries()), start=fmpq(0)))
    if kind == "nuclear":
        return _nuclear_of_rank_two(matrix) if rank(matrix) == 2 else schatten(matrix, fmpq(1))
    if kind == "infinity":
        root, inside = rational(matrix, "the norm ‖·‖_∞")
        return multiply(absolute(root), max(map(abs, inside.entries()), default=fmpq(0)))
    if kind == "columns":
        # The longest column.
        return _largest([norm("two", block(matrix, j + 1)) for j in range(shape(matrix)[1])])
    return _largest(singular_values(matrix))


def _nuclear_of_rank_two(matrix: Matrix) -> Number:
    """``σ_1 + σ_2``, a root of a rational where ``σ_1·σ_2`` is rational, as it is for each 2×2 matrix."""
    root, inside = rational(matrix, "a nuclear norm")
    inside = inside if inside.nrows() <= inside.ncols() else inside.transpose()
    gram = inside * inside.transpose()
    # σ_1²·σ_2² is the second coefficient of the characteristic polynomial, the others after it being zero.
    product_of_both = root_of(gram.charpoly()[gram.nrows() - 2], 2)
    if not isinstance(product_of_both, fmpq):
        return schatten(matrix, fmpq(1))
    return multiply(absolute(root), root_of(inner(inside, inside) + 2 * product_of_both, 2))


def _largest(values: list[Number]) -> Number:
    largest: Number = fmpq(0)
    for value in values:
        if is_exact(value, largest):
            largest = value if compare(value, largest) == 1 else largest
        else:
            largest = ball(value).max(ball(largest))
    return largest


def inside_spectral_ball(matrix: Matrix, radius: Number) -> bool:
    """Whether ``r²I − ZᵀZ`` is positive definite at the present precision, by elimination: then ``σ_max(Z) < r``."""
    inside = ball_matrix(matrix)
    inside = inside if inside.nrows() <= inside.ncols() else inside.transpose()
    slack = ball_matrix(identity(inside.nrows())) * ball(radius) ** 2 - inside * inside.transpose()
    rows = slack.tolist()
    for k, pivots in enumerate(rows):
        if not pivots[k] > 0:
            return False
        for row in rows[k + 1 :]:
            factor = row[k] / pivots[k]
            for j in range(k + 1, len(rows)):
                row[j] -= factor * pivots[j]
    return bool(ball(radius) > 0)


def schatten(matrix: Matrix, order: Number) -> Number:
    """``(Σ σ_i^p)^(1/p)`` over the nonzero singular values."""
    total: Number = fmpq(0)
    for value in singular_values(matrix):
        total = add(total, power(value, order))
    return power(total, power(order, fmpq(-1)))


def excess(matrix: Matrix, bound: Number, largest: Number) -> Number:
    """``Σ (σ_i − bound)₊²`` over the ``largest`` largest singular values, zeros among them.

    Raises:
        Undecidable: not a whole number of them, or values that are not told apart where the count ends.
    """
    if not isinstance(largest, fmpq) or largest.q != 1 or largest < 0:
        raise Undecidable("the number of singular values to sum over is not a whole number ≥ 0")
    if bound == 0 and largest >= rank(matrix):
        return inner(matrix, matrix)
    values = singular_values(matrix)
    values += [fmpq(0)] * (min(shape(matrix)) - len(values))
    if len(values) > largest:
        values.sort(key=cmp_to_key(lambda a, b: -_order(a, b)))
    total: Number = fmpq(0)
    for value in values[: int(largest.p)]:
        over = add(value, multiply(fmpq(-1), bound))
        if compare(over, fmpq(0)) != -1:
            over = over if is_exact(over) else ball(over).max(arb(0))
            total = add(total, multiply(over, over))
    return total


def _order(left: Number, right: Number) -> int:
    order = 0 if left is right else compare(left, right)
    if order is None:
        raise Undecidable("singular values are not told apart at this precision")
    return order


def singular_value(matrix: Matrix, index: int) -> Number:
    """The singular value of that number, from 1, the largest first; zero past the last."""
    if index < 1:
        raise Undecidable(f"there is no singular value of the number {index}")
    return [*_descending(matrix), *[fmpq(0)] * index][index - 1]


def singular_dot(left: Matrix, right: Matrix) -> Number:
    """``Σ σ_i(A)·σ_i(B)``; exactly ``‖A‖_F·‖B‖_F`` where the values of one matrix are those of the other, scaled."""
    (_, A), (_, B) = rational(left, "a singular value"), rational(right, "a singular value")
    # Both have one Frobenius norm then.
    grams = A.transpose() * A * inner(B, B), B.transpose() * B * inner(A, A)
    if inner(grams[0], grams[0]) == inner(grams[1], grams[1]) and _spectrum(grams[0]) == _spectrum(grams[1]):
        return multiply(norm("frobenius", left), norm("frobenius", right))
    products = map(multiply, _descending(left), _descending(right))
    return reduce(add, products, fmpq(0))


def _spectrum(gram: fmpq_mat) -> list[fmpq]:
    """What the nonzero eigenvalues are the roots of."""
    coefficients: list[fmpq] = gram.charpoly().coeffs()
    return coefficients[next(i for i, coefficient in enumerate(coefficients) if coefficient != 0) :]


def _descending(matrix: Matrix) -> list[Number]:
    """The nonzero singular values in descending order.

    Where several are not told apart, each lies between the numbers of its rank among their lower and upper bounds.
    """
    values, found = singular_values(matrix), list[Number]()
    balls = [ball(value) for value in values]
    lower, upper = sorted(b.lower() for b in balls)[::-1], sorted(b.upper() for b in balls)[::-1]
    for between in map(arb.union, lower, upper):
        near = [value for value, b in zip(values, balls, strict=True) if b.overlaps(between)]
        same = is_exact(*near) and all(compare(near[0], value) == 0 for value in near)
        found.append(near[0] if same else between)
    return found


def singular_values(matrix: Matrix) -> list[Number]:
    """The nonzero singular values with multiplicity; the rank is decided in Q before any of them is enclosed."""
    root, inside = rational(matrix, "a singular value")
    inside = inside if inside.nrows() <= inside.ncols() else inside.transpose()
    found = rank(inside)
    if found <= 1:
        return [norm("frobenius", matrix)] * found
    if found < inside.nrows():
        # The same nonzero eigenvalues, without those that are zero.
        columns, rows = factorise(inside)
        gram = (rows * rows.transpose()) * (columns.transpose() * columns)
    else:
        gram = inside * inside.transpose()
    if gram.nrows() * max(entry.height_bits() for entry in gram.entries()) > _LARGEST_FACTORED:
        return [multiply(absolute(root), value.sqrt()) for value in _positive_eigenvalues(gram)]
    _, factors = gram.charpoly().numer().factor()
    values: list[Number] = []
    for factor, multiplicity in factors:
        if factor.degree() == 1:
            roots = [root_of(fmpq(-factor[0], factor[1]), 2)]
        else:
            roots = [eigenvalue.real.sqrt() for eigenvalue, _ in factor.complex_roots()]
        values += [multiply(absolute(root), value) for value in roots] * multiplicity
    return values


def _positive_eigenvalues(matrix: fmpq_mat) -> list[arb]:
    """The eigenvalues of a matrix all of whose eigenvalues are positive."""
    for doubled in range(6):
        with ctx.workprec(ctx.prec << doubled):
            try:
                values = [value.real for value in acb_mat(arb_mat(matrix)).eig(multiple=True)]
            except ValueError:
                continue
            if all(value > 0 for value in values):
                return values
    raise Undecidable("the singular values were not enclosed away from zero at the highest precision allowed")
