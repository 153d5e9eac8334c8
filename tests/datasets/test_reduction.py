"""Samples and features that a counterexample does not need are left out."""

from flint import fmpq_mat

from checker.datasets.dataset import Dataset
from checker.datasets.reduction import without_superfluous
from checker.statement import Theorem, Within, at_most, dimension, dot, family, frobenius, matrix, norm, norm1, vector
from checker.verification import check

n, d = dimension("n"), dimension("d")
X, y = matrix("X", n, d), vector("y", n)
PROGRAM = Theorem(title="Stated", claims=[at_most(norm(X.T * y), 1)]).program
START = Dataset({"n": 3, "d": 2, "X": fmpq_mat([[1, 2], [3, 4], [5, 6]]), "y": fmpq_mat([[0], [7], [0]])}, "drawn")


def test_rows_and_columns_go_together():
    def fails(dataset):
        return 4 in dataset["X"].entries() and 7 in dataset["y"].entries()

    found = without_superfluous(PROGRAM, START, fails)
    assert found.values == {"n": 1, "d": 1, "X": fmpq_mat([[4]]), "y": fmpq_mat([[7]])}
    assert found.label == "drawn"


def test_a_dataset_that_needs_everything_stays_and_the_number_of_tries_is_bounded():
    tried = []

    def never(dataset):
        tried.append(dataset)
        return False

    assert without_superfluous(PROGRAM, START, never) is START
    assert len(tried) == 5
    assert without_superfluous(PROGRAM, START, never, most=2) is START
    assert len(tried) == 7


def test_dimensions_that_other_sizes_depend_on_stay():
    W, v = family("W", depth=2, inputs=d, outputs=1), vector("v", n + 1)
    theorem = Theorem(title="Stated", claims=[at_most(frobenius(X * W[1]), frobenius(v))])
    layers = [fmpq_mat(2, 1), fmpq_mat(1, 1)]
    values = {"n": 3, "d": 2, "X": START["X"], "W": layers, "v": fmpq_mat(4, 1)}
    tried = []
    without_superfluous(theorem.program, Dataset(values), lambda dataset: tried.append(dataset) or False)
    assert tried == []


def test_a_wrong_conjugate_is_refuted_by_one_sample():
    z, nu = vector("z", n), vector("nu", n)
    unbounded = Theorem(title="No domain", claims=[at_most(dot(nu, z), norm1(z - y) + dot(nu, y))])
    signed = Theorem(title="Sign", given=[Within(nu, 1)], claims=[at_most(dot(nu, z), norm1(z - y) - dot(nu, y))])
    for theorem in (unbounded, signed):
        claim = check(theorem, cases=20).claims[0]
        assert claim.verdict == "refuted"
        assert claim.counterexample.dataset["n"] == "1"
