"""Another norm of what has rank one is the same, and only where the theorem claims the rank of just that."""

import pytest

from checker.falsify.one_norm import same_norm
from checker.statement import (
    ForEveryOptimum,
    Maximize,
    Minimize,
    Nonzero,
    RankAtMost,
    SomeOptimum,
    Theorem,
    WeakDuality,
    dimension,
    dimensions,
    equal,
    every,
    family,
    fold,
    frobenius,
    matrix,
    norm1,
    nuclear,
    spectral,
    total,
    vector,
)

n, d, L = dimensions("n d L")
l = dimension("l")  # noqa: E741 - the layer
X, y, A = matrix("X", n, d), vector("y", n), matrix("A", d, d)
W = family("W", depth=L, inputs=d)
H = matrix("H", d, W.width(l - 1))
fits = equal(X * fold(H * W[l], H, W[1], l, 2, L), y)
cost = total(frobenius(W[l]) ** 2, l, 1, L)
P = Minimize(cost, over=[W], subject_to=[fits])
Q = Minimize(2 * cost, over=[W], subject_to=[fits])
BOUNDS = [WeakDuality(problem, Maximize(-norm1(y), over=[]), name=f"bound-{i}") for i, problem in enumerate((P, Q))]
ALL = every(RankAtMost(W[l], 1), l, 1, L)
BALANCED, ANOTHER = (every(equal(size(W[l]), frobenius(W[1])), l, 2, L) for size in (frobenius, nuclear))


def reason(rank_claim, before=BALANCED, after=ANOTHER, kind=ForEveryOptimum, when=()) -> str:
    claim = kind(P, before, name="balanced", when=when)
    theorem = Theorem(title="Ranks", claims=[*BOUNDS, rank_claim, claim])
    return same_norm(theorem, theorem.claims[-1], before, after)


def test_norms_of_layers_of_rank_one_are_one():
    known = ForEveryOptimum(P, ALL, name="rank")
    assert reason(known) == "one norm: the matrix has rank one or is zero, as rank says"
    assert reason(known, kind=SomeOptimum)
    assert reason(known, before=every(equal(frobenius(W[l] * W[l + 1]), 1), l, 1, L - 1),
                  after=every(equal(spectral(W[l] * W[l + 1]), 1), l, 1, L - 1))  # fmt: skip
    first = ForEveryOptimum(P, RankAtMost(W[1], 1), name="rank")
    assert reason(first, equal(frobenius(A * W[1]), 1), equal(spectral(A * W[1]), 1))


@pytest.mark.parametrize(
    ("rank_claim", "formulas"),
    [
        (ForEveryOptimum(P, every(RankAtMost(W[l], 2), l, 1, L), name="rank-two"), ()),
        (ForEveryOptimum(P, every(RankAtMost(W[l], 1), l, 2, L), name="not-of-the-first"), ()),
        (ForEveryOptimum(P, every(RankAtMost(W[l], 1), l, 1, L - 1), name="not-of-the-last"), ()),
        (ForEveryOptimum(P, every(RankAtMost(W[1], 1), l, 1, L), name="of-the-first-alone"), ()),
        (ForEveryOptimum(P, RankAtMost(W[1], 1), name="of-the-first"), ()),
        (ForEveryOptimum(Q, ALL, name="of-another-problem"), ()),
        (SomeOptimum(P, ALL, name="of-some-optimum"), ()),
        (ForEveryOptimum(P, ALL, name="under-a-condition", when=[Nonzero(y)]), ()),
        (ForEveryOptimum(P, ALL, name="rank"), (equal(frobenius(A), 1), equal(spectral(A), 1))),
        (
            ForEveryOptimum(P, ALL, name="rank"),
            (equal(frobenius(W[1] * W[1].T + A), 1), equal(spectral(W[1] * W[1].T + A), 1)),
        ),
        (ForEveryOptimum(P, ALL, name="rank"), (equal(frobenius(y * y.T), 1), equal(spectral(y * y.T), 1))),
        (ForEveryOptimum(P, ALL, name="rank"), (equal(frobenius(W[1]), 1), equal(2 * spectral(W[1]), 1))),
        (ForEveryOptimum(P, ALL, name="rank"), (equal(norm1(y), 1), equal(frobenius(y), 1))),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_they_are_not_where_the_rank_is_not_claimed_of_it(rank_claim, formulas):
    assert reason(rank_claim, *formulas) == ""
    if rank_claim.when:
        assert reason(rank_claim, when=rank_claim.when)
