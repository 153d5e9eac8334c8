"""Lies about data: relations of every kind that miss by little, of exact numbers and of balls."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

from flint import fmpq, fmpq_mat

from checker.kernel.evaluate import Machine
from checker.statement import (
    Holds,
    Parallel,
    RankAtMost,
    Rational,
    Relation,
    Theorem,
    absolute,
    at_most,
    column,
    define,
    dimension,
    dot,
    entry,
    equal,
    every,
    excess,
    frobenius,
    largest,
    less,
    logsumexp,
    longest_column,
    matrix,
    maximum,
    norm,
    norm1,
    norm_inf,
    nuclear,
    ones,
    pinv,
    relu,
    scalar,
    schatten,
    sigmoid,
    singular_dot,
    singular_value,
    softmax,
    softplus,
    spectral,
    sqrt,
    supremum,
    trace,
    vector,
    xlogx,
    zeros,
)
from tests.kernel.lies import Miss, Planted

n = dimension("n")
A, B, C = matrix("A", n, n), matrix("B", n, n), matrix("C", n, n)
j, k, u = dimension("j"), dimension("k"), vector("u", n)
first, third = column(A, 1), Rational(1, 3)

# Of a matrix, homogeneous of degree one and positive: decided in Q, or in balls.
EXACT: dict[str, Callable[[Any], Any]] = {
    "frobenius": frobenius,
    "one": lambda M: norm1(column(M, 1)),
    "infinity": norm_inf,
    "trace": lambda M: absolute(trace(M)),
    "rectified": lambda M: dot(ones(n, n), relu(M)),
    "column": longest_column,
    "largest": lambda M: largest(absolute(entry(column(M, 2), k)), k, 1, n),
    "spectral of rank one": lambda M: spectral(column(M, 1) * ones(n, 1).T),
    "least norm": lambda M: norm(pinv(C) * column(M, 1)),
    "excess": lambda M: sqrt(excess(M, 0, n)),
    "power": lambda M: norm(column(M, 3)) ** Rational(4, 3) / norm(column(M, 3)) ** third,
    "supremum": lambda M: supremum(dot(column(M, 2), relu(C * u)), over=u, subject_to=[at_most(norm(u), 1)]),
}
BALLS: dict[str, Callable[[Any], Any]] = {
    "nuclear": nuclear,
    "spectral": spectral,
    "schatten third": lambda M: schatten(M, third),
    "schatten three": lambda M: schatten(M, 3),
    "roots": lambda M: norm(column(M, 1)) + norm(column(M, 2)),
    "mixed": lambda M: 2 * nuclear(M) + frobenius(M),
    "products": lambda M: sqrt(nuclear(M) * spectral(M)),
    "maximum": lambda M: maximum(nuclear(M), spectral(M)),
    "logarithms": lambda M: dot(M, ones(n, 1) * softplus(zeros(n)).T),
    "largest logarithm": lambda M: largest(entry(column(M, 2), k) * trace(logsumexp(zeros(1, 6))), k, 1, n),
    "first and second": lambda M: singular_value(M, 1) + singular_value(M, 2),
    "singular products": lambda M: singular_dot(M, C),
    "excess of balls": lambda M: sqrt(excess(M, spectral(M) / 2, 1)),
    "shifted supremum": lambda M: (
        supremum(dot(column(M, 2), relu(C * u)), over=u, subject_to=[at_most(norm(u), 1)]) + nuclear(M)
    ),
}
# Not homogeneous, but increasing in each entry: at values of order one only.
INCREASING: dict[str, Callable[[Any], Any]] = {
    "softplus": lambda M: dot(ones(n, n), softplus(M)),
    "sigmoid": lambda M: dot(ones(n, n), sigmoid(M)),
    "logsumexp": lambda M: dot(ones(n, 1), logsumexp(M)),
    "entropy": lambda M: dot(ones(n, n), xlogx(M + ones(n, n))),
}
NUMBERS = EXACT | BALLS | INCREASING

# What is made of the two numbers before they are compared; the order of the two stays.
DRESSED: dict[str, Callable[[Any, Any], tuple[Any, Any]]] = {
    "bare": lambda a, b: (a, b),
    "plus a ball": lambda a, b: (a + nuclear(C), b + nuclear(C)),
    "plus itself": lambda a, b: (a + define("a", a), a + b),
    "plus the other": lambda a, b: (a + b + define("b", b), 3 * b),
    "plus both": lambda a, b: (2 * a + nuclear(C) + b, nuclear(C) + a + 2 * b),
    "times": lambda a, b: (a * spectral(C), b * spectral(C)),
    "root": lambda a, b: (sqrt(a), sqrt(b)),
    "inverse": lambda a, b: (1 / b, 1 / a),
}
# The relation of two numbers, and whether it holds for a right side that is smaller, equal, larger.
ORDERS: dict[str, tuple[Callable[[Any, Any], Relation], tuple[bool, bool, bool]]] = {
    "at_most": (at_most, (False, True, True)),
    "at_least": (lambda a, b: at_most(b, a), (True, True, False)),
    "less": (less, (False, False, True)),
    "more": (lambda a, b: less(b, a), (True, False, False)),
    "equal": (equal, (False, True, False)),
    "every": (lambda a, b: every(at_most(a, b), j, 1, n), (False, True, True)),
}


@cache
def machine_of(relation: Relation) -> Machine:
    """The program of a theorem that claims a relation."""
    return Machine(Theorem(title="Planted", claims=[Holds(relation, name="claim")]).program)


def _entries(source: Random, low: int = 1) -> list[int]:
    return [source.randint(low, 9) for _ in range(9)]


def _invertible(source: Random) -> fmpq_mat:
    while True:
        found = fmpq_mat(3, 3, _entries(source, -9))
        if found.det() != 0:
            return found


def number(source: Random, miss: Miss) -> Planted:
    """A relation of two numbers."""
    form, dress, order = source.choice([*NUMBERS]), source.choice([*DRESSED]), source.choice([*ORDERS])
    scaled = form not in INCREASING
    alone = dress in ("bare", "root", "inverse") or (dress == "plus itself" and scaled)
    left, right = DRESSED[dress](NUMBERS[form](A), NUMBERS[form](B))
    build, truths = ORDERS[order]
    start = fmpq_mat(3, 3, _entries(source)) * (miss.size if scaled else 1)
    machine = machine_of(build(left, right))
    data = {"n": 3, "A": start, "B": start * miss.factor, "C": _invertible(source)}
    data = {name: value for name, value in data.items() if name in machine.program["symbols"]}
    # Beside a ball that does not grow with the values, less of a miss is left than is planted.
    relative = miss.exponent if alone or dress == "times" else miss.exponent + 2 * abs(miss.scale) + 4
    exact = form in EXACT and dress in ("bare", "root", "inverse") and order != "every"
    return Planted(
        what=f"{order} of {form}, {dress}, {miss}",
        machine=machine,
        data=data,
        true=truths[miss.side + 1],
        exact=exact,
        agreed=relative + 2 if order == "equal" else 0,
        seen=bool(miss.side) and miss.exponent < 50 and scaled and (alone or miss.scale == 0),
    )


def matrices(source: Random, miss: Miss) -> Planted:
    """An equation of matrices in which one entry differs."""
    forms: dict[str, Callable[[Any], Any]] = {
        "rational": lambda M: M,
        "times a root": lambda M: frobenius(C) * M,
        "times a ball": lambda M: nuclear(C) * M,
        "of different roots": lambda M: frobenius(M) * C,
        "softplus": softplus,
        "sigmoid": sigmoid,
        "softmax": softmax,
    }
    form = source.choice([*forms])
    smooth = form in ("softplus", "sigmoid", "softmax")
    start, at = fmpq_mat(3, 3, [*map(fmpq, _entries(source, -3))]) * (1 if smooth else miss.size), source.randrange(9)
    if start[at // 3, at % 3] == 0:
        start[at // 3, at % 3] = fmpq(1) if smooth else miss.size
    other = start * 1
    other[at // 3, at % 3] *= miss.factor
    machine = machine_of(equal(forms[form](A), forms[form](B)))
    data = {"n": 3, "A": start, "B": other, "C": _invertible(source)}
    return Planted(
        what=f"equation of matrices, {form}, {miss}",
        machine=machine,
        data={name: value for name, value in data.items() if name in machine.program["symbols"]},
        true=miss.side == 0,
        exact=form in ("rational", "times a root", "of different roots"),
        agreed=miss.exponent + 4,
        seen=miss.exponent < 50,
    )


def predicate(source: Random, miss: Miss) -> Planted:
    """A relation that is no order, of exact matrices."""
    size, off = miss.size, miss.epsilon * miss.size
    column_, other = fmpq_mat(3, 1, _entries(source)[:3]), fmpq_mat(3, 1, _entries(source)[:3])
    row, at = fmpq_mat(1, 3, _entries(source)[:3]), source.randrange(3)
    tilted = column_ * row * size
    tilted[at, at] += off
    raised, gaps = column_ * size, sorted(source.sample(range(-9, 10), 3))
    raised[at, 0] = off
    line = fmpq_mat(3, 1, [gaps[0] * size, gaps[0] * size + off, 10 * size + abs(off)])
    spread = fmpq_mat(3, 1, [fmpq(g) for g in gaps])
    spread[at, 0] += off
    v, w = vector("v", n), vector("w", n)
    whole = off.q == 1
    target = other * size
    plane = fmpq_mat(3, 3, [1, 0, 0, 0, 1, 0, 0, 0, 0]) * _invertible(source)
    in_plane = plane * other * size
    in_plane[2, 0] = off
    kinds: dict[str, tuple[Relation, dict[str, Any], bool]] = {
        "nonnegative": (Relation("nonnegative", v), {"v": raised}, off >= 0),
        "positive": (Relation("positive", v), {"v": raised}, off > 0),
        "nonzero": (Relation("nonzero", v), {"v": fmpq_mat(3, 1, [0, off, 0])}, off != 0),
        "nonzero number": (Relation("nonzero", scalar("p")), {"p": off}, off != 0),
        "rank": (RankAtMost(A, 1), {"A": tilted}, off == 0),
        "rank of a product": (RankAtMost(norm(v) * A, 1), {"A": tilted, "v": column_}, off == 0),
        "parallel": (Parallel(A, v), {"A": tilted, "v": column_}, off == 0),
        "range": (Relation("in_range", v, A), {"v": in_plane, "A": plane}, off == 0),
        "outside": (Relation("outside_range", v, A), {"v": in_plane, "A": plane}, off != 0),
        "increasing": (Relation("increasing", v), {"v": line}, off > 0),
        "integral": (Relation("integral", v), {"v": spread}, whole),
        "every entry": (every(at_most(0, entry(v, k)), k, 1, n), {"v": raised}, off >= 0),
        "every equation": (every(equal(entry(v, k), entry(w, k)), k, 1, n),
                           {"v": target, "w": target + raised * 0 + fmpq_mat(3, 1, [0, 0, off])}, off == 0),
    }  # fmt: skip
    name = source.choice([*kinds])
    relation, data, true = kinds[name]
    return Planted(f"{name}, {miss}", machine_of(relation), {"n": 3} | data, true=true, exact=True)
