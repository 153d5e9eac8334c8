"""Theorems without an assumption, a condition or enough width, and with ranks they do not have: never a pass."""

import pytest

from checker.statement import (
    ForEveryOptimum,
    Holds,
    Infeasible,
    InRange,
    Let,
    Minimize,
    Parallel,
    RankAtMost,
    SomeOptimum,
    StrongDuality,
    WeakDuality,
    at_most,
    diagonal,
    equal,
    every,
    less,
    optimum,
    pinv,
    product,
    rank,
)
from checker.statement.nodes import frobenius, longest_column
from tests.theorems.planted import (
    IDENTITY,
    ONE_OUTPUT,
    TWO_OUTPUTS,
    Planted,
    claims_of,
    failing,
    of_value,
    restated,
)
from theorems import deep_linear as deep
from theorems import lemmas
from theorems import two_layer_linear as two

OF_DEPTH = {"L": 3}
NARROW = {"beta": 1, "m": 1}
gap_of_depth = less(optimum(deep.E), optimum(deep.Q))
any_scale = [Let(two.C, two.A * diagonal(two.alpha)), Let(two.c, pinv(diagonal(two.alpha)) * two.b)]
of_norms = deep.of_scale(product(frobenius(deep.V[deep.l]), deep.l, 1, deep.L))

# What a theorem says only under a condition, said without it; a small dataset refutes it.
REFUTED = {
    "rescaling: a scale of zero": Planted(
        restated(two.rescaling, keep=("unchanged-output",), given=any_scale),
        {"X": IDENTITY, "A": IDENTITY, "b": [2, 1], "alpha": [0, 1]},
    ),
    "off range: a target in range": Planted(
        restated(
            two.off_range, Infeasible(two.primal, name="wrong"), given=[InRange(two.y, two.X)],
            witness=two.strong_duality.witness,
        ),
        ONE_OUTPUT,
    ),
    "too narrow: of any width": Planted(
        restated(two.too_narrow, Infeasible(two.vector_primal, name="wrong")), TWO_OUTPUTS, {"m": 2}
    ),
    "whitened: any inputs": Planted(
        restated(
            two.vector_output_whitened, *of_value(two.vector_output_whitened, two.regularized_vector_primal,
                                                  two.shrunk).claims[1:], without=("equal",),
        ),
        {"X": [[2, 0], [0, 1]], "Y": [[3, 0], [0, 2]]}, {"beta": 1},
    ),
    "narrow: no gap": Planted(
        restated(two.vector_output_narrow, StrongDuality(two.narrow_primal, two.narrow_dual, name="wrong")),
        TWO_OUTPUTS, NARROW,
    ),
    "balanced norms: always strict": Planted(
        restated(deep.balanced_norms, Holds(less(of_norms, lemmas.cost), name="wrong"), keep=()),
        {"V": [[[3, 4]], [[3, 0], [4, 0]], [[5], [0]]]},
    ),
    "gap: strong duality of deep networks": Planted(
        restated(deep.vector_output_gap, StrongDuality(deep.Q, deep.E, name="wrong")),
        {"X": IDENTITY, "Y": IDENTITY}, OF_DEPTH,
    ),
    "one branch: no gap": Planted(
        restated(deep.one_branch_gap, StrongDuality(deep.one_branch, deep.T, name="wrong")),
        {"X": IDENTITY, "Y": IDENTITY}, OF_DEPTH,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUTED)
def test_a_small_dataset_refutes_a_claim_without_its_condition(name):
    assert set(REFUTED[name].refuted()) in ({"wrong"}, {"unchanged-output"})


@pytest.mark.parametrize("name", [name for name in REFUTED if not name.startswith("narrow")])
def test_drawn_datasets_refute_a_claim_without_its_condition(name):
    assert failing(REFUTED[name].theorem, "refuted")


longer_columns = Minimize(
    two.unit_primal.objective, over=[two.V1, two.v2],
    subject_to=[two.unit_fits, at_most(longest_column(two.V1), 2)], name="U",
)  # fmt: skip
heavier = Minimize(
    (deep.L - 1) * deep.t**2 / 2 + optimum(deep.inner), over=[deep.t], subject_to=[at_most(0, deep.t)], name="D"
)


def every_layer(relation):
    return every(relation, deep.l, 1, deep.L)


# Two optima that are equal do not separate at any precision: undecided, or refuted where both are rational.
WITHOUT = {
    "narrow: always a gap": restated(
        two.vector_output_narrow, Holds(less(optimum(two.narrow_dual), optimum(two.narrow_primal)), name="wrong")
    ),
    "gap: at rank one": restated(deep.vector_output_gap, Holds(gap_of_depth, name="wrong", when=[less(2, deep.L)])),
    "gap: at two layers": restated(
        deep.vector_output_gap, Holds(gap_of_depth, name="wrong", when=[less(1, rank(deep.Y))])
    ),
    "strong duality: any target": restated(
        deep.strong_duality, *claims_of(deep.strong_duality, "strong-duality", "optimal-value"), without=("in_range",)
    ),
    "extreme points: a zero target": restated(
        two.extreme_points, *claims_of(two.extreme_points, "unit-neuron", "dual-optimum"), without=("nonzero",)
    ),
    "regularised vector output: any β": restated(
        two.vector_output_regularized, *claims_of(two.vector_output_regularized, "strong-duality"), without=("less",)
    ),
    "vector output: any width": restated(
        two.vector_output, *claims_of(two.vector_output, "strong-duality", "optimal-value"), without=("m",)
    ),
    "regularised vector output: any width": restated(
        two.vector_output_regularized, *claims_of(two.vector_output_regularized, "strong-duality"), without=("m",)
    ),
    "whitened: any width": restated(
        two.vector_output_whitened, *claims_of(two.vector_output_whitened, "optimal-value"), without=("m",)
    ),
    "deep vector output: any width": restated(
        deep.vector_output, *claims_of(deep.vector_output, "optimal-value"), without=("m",)
    ),
    "gap: any width": restated(
        deep.vector_output_gap, *claims_of(deep.vector_output_gap, "optimal-value"), without=("m",)
    ),
    "parallel: any number of branches": restated(
        deep.parallel, *claims_of(deep.parallel, "strong-duality", "optimal-value"), without=("m",)
    ),
    "one branch: any width": restated(
        deep.one_branch_gap, *claims_of(deep.one_branch_gap, "optimal-value"), without=("m",)
    ),
}

OTHERWISE = {
    "unit columns: of length two": restated(
        two.unit_columns,
        WeakDuality(longer_columns, two.dual, by=two.unit_chain, name="wrong-weak"),
        StrongDuality(longer_columns, two.dual, name="wrong"),
        keep=(),
    ),
    "strong duality: another weight of t²": restated(
        deep.strong_duality,
        WeakDuality(heavier, deep.bound, by=deep.dual_chain, name="wrong-weak"),
        StrongDuality(deep.P, heavier, name="wrong"),
        keep=("weak-duality", "weak-duality-inside"),
    ),
    "strong duality of two layers: rank zero": restated(
        two.strong_duality, ForEveryOptimum(two.primal, RankAtMost(two.W1, 0), name="wrong")
    ),
    "vector output: rank one": restated(
        two.vector_output, ForEveryOptimum(two.vector_primal, RankAtMost(two.W1, 1), name="wrong")
    ),
    "vector output: the rank of X": restated(
        two.vector_output, SomeOptimum(two.vector_primal, equal(rank(two.W1), rank(two.X)), name="wrong")
    ),
    "rank-one alignment: rank zero": restated(
        deep.rank_one_alignment,
        ForEveryOptimum(deep.P, every_layer(RankAtMost(deep.W[deep.l], 0)), name="wrong"),
    ),
    "rank-one alignment: one along Xᵀy": restated(
        deep.rank_one_alignment, SomeOptimum(deep.P, Parallel(deep.W[1], deep.X.T * deep.y), name="wrong")
    ),
    "rank-one alignment: all along Xᵀy": restated(
        deep.rank_one_alignment, ForEveryOptimum(deep.P, Parallel(deep.W[1], deep.X.T * deep.y), name="wrong")
    ),
    "rank-one alignment: later layers of twice the norm": restated(
        deep.rank_one_alignment,
        ForEveryOptimum(deep.P, every(equal(frobenius(deep.W[deep.l]), 2 * frobenius(deep.W[1])), deep.l, 2, deep.L),
                        name="wrong"),
    ),
    "deep vector output: rank one": restated(
        deep.vector_output, ForEveryOptimum(deep.Q, every_layer(RankAtMost(deep.U[deep.l], 1)), name="wrong")
    ),
    "deep vector output: the rank is the width": restated(
        deep.vector_output, ForEveryOptimum(deep.Q, every_layer(equal(rank(deep.U[deep.l]), deep.m)), name="wrong")
    ),
    "deep vector output: neighbours out of balance": restated(
        deep.vector_output,
        SomeOptimum(deep.Q, every(equal(deep.U[deep.l].T * deep.U[deep.l],
                                        2 * deep.U[deep.l + 1] * deep.U[deep.l + 1].T), deep.l, 1, deep.L - 1),
                    name="wrong"),
    ),
}  # fmt: skip


# Only one dataset in fourteen has two layers and a target of rank two.
RARE = {"gap: at two layers"}
SLOW = [pytest.param(name, marks=pytest.mark.slow) for name in RARE]


@pytest.mark.parametrize("name", [name for name in WITHOUT | OTHERWISE if name not in RARE] + SLOW)
def test_a_wrong_statement_is_never_a_pass(name):
    assert failing((WITHOUT | OTHERWISE)[name], "refuted", "undecided")
