"""Deep linear networks with the cross-entropy: no gap for two classes, a gap for three, and planted faults."""

from __future__ import annotations

from itertools import pairwise

import mpmath
import numpy as np
import pytest
from flint import fmpq, fmpq_mat

import checker
from checker.statement import (
    Holds,
    Maximize,
    StrongDuality,
    Theorem,
    WeakDuality,
    at_most,
    less,
    nuclear,
    optimum,
    schatten,
)
from tests.theorems.planted import Planted, claims_of, failing, restated
from theorems import convex_losses, lemmas
from theorems import deep_linear as chapter
from theorems.witnesses import cross_entropy as witness

EYE = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
THREE, SMALLEST = {"X": EYE, "Y": EYE}, {"L": 3, "beta": "1/20", "m": 3}
TWO = {"X": [[1, 2], [3, -1], [-2, 1], [1, 1]], "Y": [[1, 0], [0, 1], [1, 0], [0, 1]]}
SEVERAL = ("cross_entropy_lines", "three_classes", "second_value")
gap, two_classes = chapter.cross_entropy_gap, chapter.cross_entropy_two_classes


def verdicts(result) -> dict[str, str]:
    return {claim.claim: claim.verdict for claim in result.claims}


def test_the_smallest_gap_is_that_of_independent_minima():
    result = checker.verify(gap, data=THREE, settings=SMALLEST)
    assert result.holds
    with mpmath.workdps(80):
        dual = least(lambda s: 3 * mpmath.log(1 + 2 * mpmath.exp(-s / 2)) + 3 * s ** (mpmath.mpf(2) / 3) / 40, 9.7)
        trained = least(lambda s: 3 * mpmath.log(1 + 2 * mpmath.exp(-s)) + 3 * s ** (mpmath.mpf(2) / 3) / 20, 4.5)
        bounds = {side: [mpmath.mpf(v) for v in result.values[side].values()] for side in ("primal", "dual")}
        assert min(bounds["dual"]) <= dual <= max(bounds["dual"])
        assert max(bounds["dual"]) < mpmath.mpf("0.39") < min(bounds["primal"])
        assert min(bounds["primal"]) <= trained <= max(bounds["primal"]) + mpmath.mpf("1e-3")


def least(cost, start):
    """The minimum of a function near a number."""
    return cost(mpmath.findroot(lambda s: mpmath.diff(cost, s), start))


def test_training_two_classes_reaches_the_certified_value_and_not_less():
    result = checker.verify(two_classes, data=TWO, settings=OF_TWO, digits=20)
    assert result.holds
    lower, upper = (float(result.values["primal"][end]) for end in ("lower", "upper"))
    costs = [trained(np.random.default_rng(seed), 3, 2, 0.1) for seed in range(6)]
    assert min(costs) >= lower - 1e-9  # a network's cost in float64
    assert min(costs) <= upper + 1e-4  # gradient descent stops there
    assert result.values["dual"] == result.values["primal"]


def trained(source, depth, width, beta):
    """The cost that gradient descent reaches on TWO from a random network."""
    X, Y = (np.array(TWO[name], dtype=float) for name in ("X", "Y"))
    sizes = [X.shape[1], *[width] * (depth - 1), Y.shape[1]]
    layers = [source.normal(size=(a, b)) for a, b in pairwise(sizes)]
    for _ in range(4000):
        logits = X @ np.linalg.multi_dot(layers)
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        slope = X.T @ (shares / shares.sum(axis=1, keepdims=True) - Y)
        before = [np.linalg.multi_dot([np.eye(sizes[0]), np.eye(sizes[0]), *layers[:k]]) for k in range(depth)]
        after = [np.linalg.multi_dot([*layers[k + 1 :], np.eye(sizes[-1]), np.eye(sizes[-1])]) for k in range(depth)]
        layers = [
            W - 0.02 * (a.T @ slope @ b.T + beta * W) for W, a, b in zip(layers, before, after, strict=True)
        ]  # fmt: skip
    logits = X @ np.linalg.multi_dot(layers)
    loss = np.sum(np.log(np.sum(np.exp(logits), axis=1)) - np.sum(Y * logits, axis=1))
    return float(loss + beta / 2 * sum(np.sum(W**2) for W in layers))


def rival(over, objective, data, digits_of):
    """A wrong bound for P, with the proposals of the right witness."""

    def proposed(values, digits):
        point = digits_of(values, digits)
        return {name: point[name] for name in ("U", *(variable.name for variable in over))}

    dual = Maximize(objective, over=over, subject_to=CONSTRAINTS[len(over)])
    theorem = two_classes if data is TWO else gap
    wrong = WeakDuality(chapter.CP, dual, name="wrong")
    return restated(theorem, wrong, keep=(), witness=proposed)


CONSTRAINTS = {3: chapter.CB.constraints, 4: chapter.CS.constraints}
OF_TWO = {"beta": "1/10", "L": 3, "m": 2}
TENFOLD = chapter.ce_below + 10 * chapter.beta * convex_losses.tau ** (2 / chapter.L)
FAULTS = {
    "no gap for three classes": Planted(
        restated(gap, StrongDuality(chapter.CP, chapter.CD, name="wrong")), THREE, SMALLEST
    ),
    "lines that are half as high again": Planted(
        rival(chapter.lines_over, 3 * chapter.ce_below / 2, TWO, witness.two_classes), TWO, OF_TWO
    ),
    "a second value that counts tenfold": Planted(
        rival(chapter.CS.variables, TENFOLD, THREE, witness.three_classes), THREE, SMALLEST
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_statement_is_refuted(fault):
    assert FAULTS[fault].refuted() == ["wrong"]


def test_there_is_no_gap_for_two_classes():
    theorem = restated(two_classes, Holds(less(optimum(chapter.CD), optimum(chapter.CP)), name="gap"))
    assert verdicts(checker.verify(theorem, data=TWO, settings=OF_TWO, digits=20))["gap"] == "undecided"


def test_two_classes_are_fitted_by_outputs_of_rank_one():
    claim = claims_of(convex_losses.three_classes, "inequality")[0]
    theorem = Theorem(title="t", given=convex_losses.one_hot, claims=[Holds(claim.relation, name="wrong")])
    data = {"X": [[1], [-1]], "Y": [[1, 0], [0, 1]], "W": [[9, -9]]}
    assert verdicts(checker.verify(theorem, data=data)) == {"wrong": "refuted"}


def test_the_nuclear_norm_is_not_the_larger_one():
    V = lemmas.layers
    wrong = Holds(at_most(schatten(V, 2 / lemmas.L), nuclear(V)), name="wrong")
    theorem = Theorem(title="t", given=lemmas.nuclear_below_schatten.given, claims=[wrong])
    assert failing(theorem, "refuted") == "refuted"


def test_a_weaker_witness_leaves_the_gap_open():
    def without_second_value(data, digits):
        return witness.three_classes(data, digits) | {"tau": fmpq(0)}

    result = checker.verify(restated(gap, *claims_of(gap, "gap"), witness=without_second_value), data=THREE,
                            settings=SMALLEST, digits=20)  # fmt: skip
    assert verdicts(result)["gap"] == "undecided"


def test_a_network_of_the_right_product_out_of_balance_closes_nothing():
    def unbalanced(data, digits):
        point = witness.two_classes(data, digits)
        return point | {"U": [point["U"][0] * 2, *point["U"][1:-1], point["U"][-1] / 2]}

    result = checker.verify(
        restated(two_classes, *claims_of(two_classes, "certified"), witness=unbalanced),
        data=TWO,
        settings=OF_TWO,
        digits=20,
    )
    assert verdicts(result)["certified"] == "undecided"


def test_balanced_norms_are_not_those_of_other_layers():
    wrong = claims_of(two_classes, "balanced")[0].relation.xreplace({chapter.U[1]: 2 * chapter.U[1]})
    result = checker.verify(restated(two_classes, type(claims_of(two_classes, "balanced")[0])(chapter.CP, wrong,
                            name="wrong")), data=TWO, settings=OF_TWO, digits=20)  # fmt: skip
    assert verdicts(result)["wrong"] == "undecided"


def test_weights_of_lines_stand_for_their_distributions():
    target = fmpq_mat([[1, 0, 0], [0, 0, 1]])
    shares = fmpq_mat([[fmpq(1, 3), fmpq(2, 3), 0], [fmpq(1, 4), fmpq(1, 2), fmpq(1, 4)]])
    weights = witness.heavy(shares - target, target)
    assert all(weight >= 0 for weight in weights.entries())
    for row, given in zip((weights + target).tolist(), shares.tolist(), strict=True):
        assert [entry / sum(row, start=fmpq(0)) for entry in row] == given


def test_optima_of_very_different_sizes_are_told_apart():
    # P* is enclosed between 4.412·10^-8 and 5.5, which a ball around its middle shows to some 10^-9 only.
    X = [
        [83 * 10**17, 96 * 10**17],
        [-15 * 10**12, -92 * 10**12],
        [18 * 10**16, -12 * 10**16],
        [68 * 10**19, -61 * 10**19],
    ]
    Y = [[1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 1]]
    settings = {"beta": "1/520", "L": 5, "m": 1}
    assert verdicts(checker.verify(gap, data={"X": X, "Y": Y}, settings=settings, digits=20))["gap"] == "holds"
