"""Each kind of relation, where it holds and where it does not: the engine and the second opinion say so."""

import pytest
from flint import fmpq, fmpq_mat

from checker.datasets.dataset import Dataset
from checker.engine import Engine
from checker.statement import (
    Holds,
    Parallel,
    RankAtMost,
    Rational,
    Relation,
    Theorem,
    at_most,
    dimension,
    dimensions,
    equal,
    every,
    less,
    matrix,
    norm,
    relu,
    scalar,
    sqrt,
    vector,
)
from checker.statement.relations import KINDS
from tests.second_opinion.comparison import compared_on

n, d = dimensions("n d")
k = dimension("k")
A, B, v, x, beta = matrix("A", n, d), matrix("B", n, d), vector("v", n), vector("x", n), scalar("beta")
VALUES = {
    "n": 2, "d": 2, "beta": fmpq(5), "A": fmpq_mat([[1, 2], [2, 4]]), "B": fmpq_mat([[1, 2], [2, 5]]),
    "v": fmpq_mat([[1], [2]]), "x": fmpq_mat([[2], [-1]]),
}  # fmt: skip
RELATIONS = {
    "equal": (equal(norm(v) ** 2, beta), equal(A, B)),
    "equal roots": (equal(norm(v), sqrt(beta)), equal(norm(v), norm(v) + Rational(1, 10**30))),
    "at_most": (at_most(norm(v), sqrt(beta)), at_most(norm(v) + Rational(1, 10**30), sqrt(beta))),
    "less": (less(norm(x), 3), less(norm(x), norm(v))),
    "nonnegative": (Relation("nonnegative", A), Relation("nonnegative", x)),
    "positive": (Relation("positive", A), Relation("positive", A - B)),
    "nonzero": (Relation("nonzero", A - B), Relation("nonzero", relu(-A))),
    "increasing": (Relation("increasing", v), Relation("increasing", x)),
    "integral": (Relation("integral", A), Relation("integral", A / 2)),
    "rank_at_most": (RankAtMost(A, 1), RankAtMost(B, 1)),
    "parallel": (Parallel(A, v), Parallel(B, v)),
    "in_range": (Relation("in_range", v, A), Relation("in_range", x, A)),
    "outside_range": (Relation("outside_range", x, A), Relation("outside_range", x, B)),
    "every": (every(at_most(k, 2), k, 1, n), every(less(k, 2), k, 1, n)),
}  # fmt: skip


def test_every_kind_of_relation_is_tried():
    assert {relation.kind for pair in RELATIONS.values() for relation in pair} == set(KINDS)


@pytest.mark.parametrize("answer", ["holds", "refuted"])
@pytest.mark.parametrize("kind", RELATIONS)
def test_the_two_agree_on_a_relation(kind, answer):
    relation = RELATIONS[kind][answer == "refuted"]
    theorem = Theorem(title="Planted", claims=[Holds(relation)])
    names = set(theorem.program["symbols"])
    data = Dataset({name: value for name, value in VALUES.items() if name in names})
    (found,) = compared_on(Engine(theorem, 50), data)
    assert (found.verdict, found.opinion.verdict) == (answer, answer)
