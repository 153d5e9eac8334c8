"""Wrong exponents, factors and norms: each is refuted, by a small dataset and by drawn ones."""

import pytest
from sympy import Integer, Rational

from checker.statement import (
    Holds,
    OptimalPoint,
    Theorem,
    Vanishing,
    WeakDuality,
    at_least,
    at_most,
    dot,
    excess,
    frobenius,
    norm,
    pinv,
    rank,
    schatten,
    spectral,
    total,
)
from checker.statement.problems import Maximize
from tests.theorems.planted import IDENTITY, ONE_OUTPUT, TWO_OUTPUTS, Planted, failing, of_value, restated
from theorems import deep_linear as deep
from theorems import lemmas
from theorems import two_layer_linear as two

OF_DEPTH = {"L": 3}
OF_BETA = {"beta": 1}
NEURONS = {"A": IDENTITY, "b": [2, 1], "alpha": [1, 2]}


def of_scale(value, order):
    """``(L/2)·value^(order/L)``."""
    return deep.L / 2 * value ** (order / deep.L)


def vanishing(theorem, problem, threshold, size) -> Theorem:
    claim = Vanishing(problem, at_least(two.beta, threshold), weight=two.beta / 2, size=size, name="wrong")
    return restated(theorem, claim)


def shrunk(threshold, most):
    return (frobenius(two.Y) ** 2 - excess(two.Y, threshold, most)) / 2


wider_ball = at_most(norm(two.X.T * two.lam), 2 * two.beta)
wider_dual = Maximize(two.regularized_dual.objective, over=[two.lam], subject_to=[wider_ball])
several_size = dot(two.Lam, two.Y - two.Lam)
vector_loss = two.regularized_vector_primal

EXPONENTS = {
    "rescaling: twice the bound": Planted(
        restated(two.rescaling, Holds(at_most(2 * two.separate, two.separate), name="wrong"), keep=()), NEURONS
    ),
    "unit columns: squared": Planted(of_value(two.unit_columns, two.unit_primal, two.least_norm**2), ONE_OUTPUT),
    "extreme points: twice the neuron": Planted(
        restated(
            two.extreme_points,
            OptimalPoint(two.primal, {two.W1: 2 * two.split[two.W1], two.w2: two.split[two.w2] / 2}, name="wrong"),
        ),
        ONE_OUTPUT,
    ),
    "regularised: a ball twice as wide": Planted(
        restated(
            two.regularized,
            WeakDuality(two.regularized_primal, wider_dual, by=two.regularized_gap, name="wrong"),
            keep=(),
        ),
        ONE_OUTPUT,
        OF_BETA,
    ),
    "regularised: vanishing at half of ‖Xᵀy‖": Planted(
        vanishing(
            two.regularized, two.regularized_primal, norm(two.X.T * two.y) / 2, dot(two.lam, two.y - two.lam)
        ),
        ONE_OUTPUT,
        {"beta": 3},
    ),
    "whitened: twice the threshold": Planted(
        of_value(two.vector_output_whitened, vector_loss, shrunk(2 * two.beta, rank(two.Y))), TWO_OUTPUTS, OF_BETA
    ),
    "balanced norms: 3/L": Planted(
        restated(
            deep.balanced_norms, Holds(at_most(of_scale(frobenius(lemmas.layers), 3), lemmas.cost), name="wrong"),
            keep=(),
        ),
        {"V": [[[2]], [[2]]]},
    ),
    "strong duality: half of it": Planted(
        of_value(deep.strong_duality, deep.P, deep.value / 2), ONE_OUTPUT, OF_DEPTH
    ),
    "strong duality: 1/L": Planted(
        of_value(deep.strong_duality, deep.P, of_scale(deep.least_norm, 1)), ONE_OUTPUT, OF_DEPTH
    ),
    "strong duality: 1/L in the dual": Planted(
        of_value(deep.strong_duality, deep.D, of_scale(deep.least_norm, 1)), ONE_OUTPUT, OF_DEPTH
    ),
    "vector output: 1/L": Planted(
        of_value(deep.vector_output, deep.Q, of_scale(schatten(deep.least, 2 / deep.L), 1)), TWO_OUTPUTS, OF_DEPTH
    ),
}  # fmt: skip

NORMS = {
    "balanced norms: spectral": Planted(
        restated(
            deep.balanced_norms,
            Holds(
                at_most(
                    of_scale(frobenius(lemmas.layers), 2),
                    total(spectral(lemmas.V[deep.l]) ** 2, deep.l, 1, deep.L) / 2,
                ),
                name="wrong",
            ),
            keep=(),
        ),
        {"V": [IDENTITY, IDENTITY]},
    ),
    "vector output: Frobenius": Planted(
        of_value(two.vector_output, two.vector_primal, frobenius(pinv(two.X) * two.Y)), TWO_OUTPUTS
    ),
    "vector output: spectral": Planted(
        of_value(two.vector_output, two.vector_primal, spectral(pinv(two.X) * two.Y)), TWO_OUTPUTS
    ),
    "regularised vector output: vanishing by Frobenius": Planted(
        vanishing(two.vector_output_regularized, vector_loss, frobenius(two.X.T * two.Y), several_size),
        TWO_OUTPUTS,
        {"beta": "7/2"},
    ),
    "whitened: the largest singular value alone": Planted(
        of_value(two.vector_output_whitened, vector_loss, shrunk(two.beta, Integer(1))), TWO_OUTPUTS, OF_BETA
    ),
    "narrow: all singular values": Planted(
        of_value(two.vector_output_narrow, two.narrow_primal, two.shrunk), TWO_OUTPUTS, {"beta": 1, "m": 1}
    ),
    "deep vector output: nuclear": Planted(
        of_value(deep.vector_output, deep.Q, of_scale(deep.nuclear_value, 2)), TWO_OUTPUTS, OF_DEPTH
    ),
    "deep vector output: Frobenius": Planted(
        of_value(deep.vector_output, deep.Q, of_scale(frobenius(deep.least), 2)), TWO_OUTPUTS, OF_DEPTH
    ),
    "gap: Schatten in the dual": Planted(
        of_value(deep.vector_output_gap, deep.E, deep.schatten_value), TWO_OUTPUTS, OF_DEPTH
    ),
    "parallel: Frobenius": Planted(
        of_value(deep.parallel, deep.R, frobenius(deep.least)), TWO_OUTPUTS, OF_DEPTH
    ),
    "parallel: Schatten": Planted(of_value(deep.parallel, deep.R, deep.quasi_norm), TWO_OUTPUTS, OF_DEPTH),
    "one branch: nuclear": Planted(
        of_value(deep.one_branch_gap, deep.one_branch, deep.nuclear_value), TWO_OUTPUTS, OF_DEPTH
    ),
}  # fmt: skip
PLANTED = EXPONENTS | NORMS


@pytest.mark.parametrize("name", PLANTED)
def test_a_small_dataset_refutes_a_wrong_value(name):
    assert PLANTED[name].refuted() == ["wrong"]


@pytest.mark.parametrize("name", PLANTED)
def test_drawn_datasets_refute_a_wrong_value(name):
    assert failing(PLANTED[name].theorem, "refuted")


LEMMAS = [theorem for theorem in vars(lemmas).values() if isinstance(theorem, Theorem)]


@pytest.mark.parametrize("theorem", [*LEMMAS, deep.balanced_norms], ids=lambda theorem: theorem.title)
def test_no_lemma_has_a_hundredth_to_spare(theorem):
    claims = [
        Holds(at_most(Rational(101, 100) * claim.relation.sides[0], claim.relation.sides[1]), name=claim.name)
        for claim in theorem.claims
    ]
    for claim in claims:
        sharper = Theorem(title="Planted", given=theorem.given, claims=[claim])
        assert failing(sharper, "refuted"), claim.name
