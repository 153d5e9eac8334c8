"""Faults planted in the kernel's rules for expressions: the second opinion contradicts what comes out."""

import pytest
from flint import fmpq, fmpq_mat
from sympy import preorder_traversal

import checker.kernel.case
import checker.kernel.entrywise
import checker.kernel.evaluate
import checker.kernel.matrices
import checker.kernel.norms
import checker.kernel.suprema
from checker.datasets.dataset import Dataset
from checker.engine import Engine
from checker.statement import (
    Holds,
    RankAtMost,
    Rational,
    Relation,
    Theorem,
    absolute,
    at_most,
    block,
    column,
    diagonal,
    dimension,
    dimensions,
    dot,
    entry,
    equal,
    excess,
    family,
    fold,
    frobenius,
    largest,
    less,
    logsumexp,
    longest_column,
    matrix,
    maximum,
    nodes,
    norm,
    norm1,
    norm_inf,
    nuclear,
    ones,
    pinv,
    product,
    rank,
    relu,
    scalar,
    schatten,
    sigmoid,
    sign,
    singular_dot,
    singular_value,
    softmax,
    softplus,
    spectral,
    supremum,
    total,
    trace,
    vector,
    xlogx,
)
from tests.second_opinion.comparison import compared_on

kernel = checker.kernel
functions = {**kernel.entrywise.ENTRYWISE, **kernel.entrywise.ROWWISE}
n, d, L = dimensions("n d L")
l = dimension("l")  # noqa: E741 - the layer
A, B, v, u, beta = matrix("A", n, d), matrix("B", n, d), vector("v", n), vector("u", d), scalar("beta")
W = family("W", depth=2, inputs=d, outputs=d)
H = matrix("H", n, W.width(l - 1))
VALUES = {
    "n": 2, "d": 2, "L": 2, "beta": fmpq(3), "A": fmpq_mat([[3, 0], [4, 0]]), "B": fmpq_mat([[1, 2], [0, -2]]),
    "v": fmpq_mat([[1], [-2]]), "W": [fmpq_mat([[1, 2], [0, 1]]), fmpq_mat([[1, 0], [1, 1]])],
}  # fmt: skip
largest_neuron = supremum(dot(v, relu(B * u)), over=u, subject_to=[at_most(norm(u), 1)])


def frobenius_for(kind):
    right = kernel.norms.norm
    return lambda name, value: right("frobenius" if name == kind else name, value)


def without_last_step(evaluation, first, last):
    return map(fmpq, range(evaluation.integer(first), evaluation.integer(last)))


def nothing(*arguments):
    return fmpq(0)


def itself(value, *others):
    return value


def first_columns(value, _, width=1):
    return fmpq_mat(value.nrows(), width, [row[j] for row in value.tolist() for j in range(width)])


def zeros(value, *others):
    return fmpq_mat(value.nrows(), value.ncols())


Evaluation = kernel.evaluate.Evaluation
# Where the fault is, what stands there instead, and what is true of the values above.
NODES = {
    "pseudo-inverse": (kernel.matrices, "least_norm", lambda _, target: target * 0, equal(B * pinv(B) * B, B)),
    "rank": (kernel.matrices, "rank", lambda value: value.ncols(), RankAtMost(A, 1)),
    "rank as a number": (kernel.matrices, "rank", lambda value: value.ncols(), equal(rank(A), 1)),
    "trace": (kernel.matrices, "trace", nothing, equal(trace(A * A.T), 25)),
    "inner product": (kernel.matrices, "inner", nothing, equal(dot(A, B), 3)),
    "transpose": (kernel.matrices, "transpose", itself, equal(trace(A.T * B), 3)),
    "column": (kernel.matrices, "block", zeros, equal(norm(column(A, 1)), 5)),
    "block": (kernel.matrices, "block", first_columns, equal(trace(block(B, 2, 1) * ones(1, n)), 0)),
    "diagonal": (kernel.matrices, "diagonal", lambda _: fmpq_mat(2, 2), equal(trace(diagonal(v)), -1)),
    "absolute value": (kernel.evaluate, "sign_of", lambda _: 1, equal(absolute(entry(v, 2)), 2)),
    "entry": (kernel.matrices, "entry", lambda value, _: value[0, 0], equal(entry(v, 2), -2)),
    "spectral norm": (kernel.norms, "norm", frobenius_for("spectral"), less(1 + spectral(B), 1 + frobenius(B))),
    "nuclear norm": (kernel.norms, "norm", frobenius_for("nuclear"), less(frobenius(B), nuclear(B))),
    "sum of absolute values": (kernel.norms, "norm", frobenius_for("one"), equal(norm1(v), 3)),
    "largest entry": (kernel.norms, "norm", frobenius_for("infinity"), equal(norm_inf(v), 2)),
    "longest column": (kernel.norms, "norm", frobenius_for("columns"), equal(longest_column(B) ** 2, 8)),
    "Schatten norm": (kernel.norms, "schatten", nothing, at_most(6, schatten(B, Rational(1, 2)))),
    "excess": (kernel.norms, "excess", nothing, at_most(3, excess(B, 1, 2))),
    "singular value": (kernel.norms, "singular_value", nothing, equal(singular_value(A, 1), 5)),
    "singular values of two": (kernel.norms, "singular_dot", nothing, at_most(14, singular_dot(A, B))),
    "rectifier": (functions, "relu", itself, Relation("nonnegative", relu(v))),
    "sign": (functions, "sign", itself, equal(norm_inf(sign(v)), 1)),
    "softplus": (functions, "softplus", zeros, at_most(1, dot(ones(n), softplus(v)))),
    "sigmoid": (functions, "sigmoid", zeros, at_most(Rational(4, 5), dot(ones(n), sigmoid(v)))),
    "x log x": (functions, "xlogx", zeros, at_most(6, dot(ones(n), xlogx(3 * ones(n))))),
    "log-sum-exp": (functions, "logsumexp", lambda value: fmpq_mat(2, 1), at_most(2, dot(ones(n), logsumexp(B)))),
    "softmax": (functions, "softmax", zeros, at_most(1, dot(ones(n, d), softmax(B)))),
    "supremum": (kernel.suprema, "supremum", nothing, at_most(1, largest_neuron)),
    "maximum": (kernel.evaluate, "larger", itself, equal(maximum(beta, 5), 5)),
    "largest": (kernel.evaluate, "larger", itself, equal(largest(l**2, l, 1, L), 4)),
    "power": (kernel.evaluate, "power", itself, equal(beta**2, 9)),
    "sum of numbers": (kernel.evaluate, "add", itself, equal(beta + dot(v, v), 8)),
    "product of numbers": (kernel.evaluate, "multiply", itself, equal(beta * dot(v, v), 15)),
    "sum of matrices": (kernel.matrices, "sum_of", itself, equal(frobenius(A + B) ** 2, 40)),
    "fold": (Evaluation, "steps", without_last_step, equal(fold(H * W[l], H, A, l, 1, 2), A * W[1] * W[2])),
    "total": (Evaluation, "steps", without_last_step, equal(total(l, l, 1, L), 3)),
    "product": (Evaluation, "steps", without_last_step, equal(product(l, l, 1, L), 2)),
    "order": (kernel.case, "compare", lambda *_: 1, at_most(beta, 5)),
}  # fmt: skip


# Names are printed and never decided; optima are those of claims.
ELSEWHERE = {"Defined", "DefinedMatrix", "Optimum"}


def test_every_node_occurs_among_the_faults():
    kinds = {kind for base in (nodes.ScalarNode, nodes.MatrixNode) for kind in base.__subclasses__()}
    tried = {type(node).__name__ for _, _, _, relation in NODES.values() for node in preorder_traversal(relation)}
    assert {kind.__name__ for kind in kinds if kind.__module__ == nodes.__name__} - tried == ELSEWHERE


def planted(monkeypatch, place, name, wrong):
    if place is functions:
        for table in (kernel.entrywise.ENTRYWISE, kernel.entrywise.ROWWISE):
            if name in table:
                monkeypatch.setitem(table, name, wrong)
    else:
        monkeypatch.setattr(place, name, wrong)


def verdicts(relation):
    theorem = Theorem(title="Planted", claims=[Holds(relation)])
    names = set(theorem.program["symbols"])
    data = Dataset({name: value for name, value in VALUES.items() if name in names})
    return compared_on(Engine(theorem, 20), data)


@pytest.mark.parametrize("fault", NODES)
def test_a_wrong_value_of_a_node_is_contradicted(monkeypatch, fault):
    place, name, wrong, relation = NODES[fault]
    (before,) = verdicts(relation)
    assert (before.verdict, before.opinion.verdict) == ("holds", "holds")
    planted(monkeypatch, place, name, wrong)
    (after,) = verdicts(relation)
    assert after.verdict == "refuted"
    assert after.contradicts
