"""Two-layer linear networks with one output: strong duality, and hidden layers of rank one.

The network maps ``X`` to ``X·W_1·w_2``; its cost is ``½(‖W_1‖_F² + ‖w_2‖²)``.  The hidden width ``m ≥ 1`` is any.
"""

from checker.statement import (
    Example,
    ForEveryOptimum,
    GapIdentity,
    Holds,
    Identity,
    Infeasible,
    InRange,
    Maximize,
    Minimize,
    Nonzero,
    OptimalPoint,
    OptimalValue,
    OutsideRange,
    Parallel,
    Positive,
    RankAtMost,
    Rational,
    Residual,
    Slack,
    StrongDuality,
    Theorem,
    Vanishing,
    WeakDuality,
    at_least,
    at_most,
    dimensions,
    dot,
    equal,
    frobenius,
    matrix,
    norm,
    pinv,
    scalar,
    vector,
)
from theorems.sources import ERGEN_PILANCI_2020

n, d, m = dimensions("n d m")
X, y = matrix("X", n, d), vector("y", n)
W1, w2, lam = matrix("W_1", d, m), vector("w_2", m), vector("lambda", n)
beta = scalar("beta")
half = Rational(1, 2)

cost = (frobenius(W1) ** 2 + norm(w2) ** 2) / 2
interpolates = equal(X * W1 * w2, y)
in_unit_ball = at_most(norm(X.T * lam), 1)

primal = Minimize(cost, over=[W1, w2], subject_to=[interpolates])
dual = Maximize(dot(lam, y), over=[lam], subject_to=[in_unit_ball])
gap = GapIdentity(
    squares=((half, W1 - X.T * lam * w2.T),),
    slacks=(Slack(norm(w2) ** 2 / 2, in_unit_ball),),
    residuals=(Residual(lam, interpolates),),
)

least_norm = norm(pinv(X) * y)
dual_optimum = pinv(X * X.T) * y / least_norm

strong_duality = Theorem(
    title="Strong duality of two-layer linear networks",
    source=ERGEN_PILANCI_2020.at("Section 2"),
    given=[InRange(y, X)],
    claims=[
        WeakDuality(primal, dual, by=gap),
        StrongDuality(primal, dual),
        OptimalValue(primal, least_norm),
        OptimalPoint(dual, {lam: dual_optimum}, name="dual-optimum", when=[Nonzero(y)]),
        Holds(Parallel(dual_optimum, pinv(X * X.T) * y), name="rational-direction", when=[Nonzero(y)]),
        ForEveryOptimum(primal, RankAtMost(W1, 1), name="rank-one"),
        ForEveryOptimum(primal, Parallel(W1, X.T * lam), name="aligned"),
    ],
    witness="theorems.witnesses.two_layer_linear:least_norm_network",
    examples=[Example(file="data/longley.csv", rows=5)],
)

off_range = Theorem(
    title="Without interpolation both sides are infinite",
    source=ERGEN_PILANCI_2020.at("Section 2"),
    given=[OutsideRange(y, X)],
    claims=[
        WeakDuality(primal, dual, by=gap),
        StrongDuality(primal, dual),
        Infeasible(primal),
    ],
    witness="theorems.witnesses.two_layer_linear:ray",
    examples=[Example(file="data/longley.csv"), Example(file="data/diabetes.csv")],
    note="What remains of strong duality for y outside the range of X: the equality P* = D* = +∞, without attainment.",
)

in_beta_ball = at_most(norm(X.T * lam), beta)
output = X * W1 * w2
residual = output - y + lam

regularized_primal = Minimize(norm(output - y) ** 2 / 2 + beta * cost, over=[W1, w2])
regularized_dual = Maximize(dot(lam, y) - norm(lam) ** 2 / 2, over=[lam], subject_to=[in_beta_ball])
regularized_gap = GapIdentity(
    squares=((half, residual), (beta / 2, W1 - X.T * lam * w2.T / beta)),
    slacks=(Slack(norm(w2) ** 2 / (2 * beta), in_beta_ball),),
)
regularized = Theorem(
    title="Strong duality of regularised two-layer linear networks",
    source=ERGEN_PILANCI_2020.at("Section 2"),
    given=[Positive(beta)],
    claims=[
        WeakDuality(regularized_primal, regularized_dual, by=regularized_gap),
        StrongDuality(regularized_primal, regularized_dual),
        Identity(equal(dot(lam, y) - norm(lam) ** 2 / 2, norm(y) ** 2 / 2 - norm(y - lam) ** 2 / 2), name="projection"),
        ForEveryOptimum(regularized_primal, equal(lam, y - output), name="residual"),
        # At every optimum (β/2)(‖W_1‖² + ‖w_2‖²) = λᵀ(y − λ), which vanishes where λ* = y.
        Vanishing(regularized_primal, at_least(beta, norm(X.T * y)), weight=beta / 2, size=dot(lam, y - lam)),
        ForEveryOptimum(regularized_primal, RankAtMost(W1, 1), name="rank-one"),
        ForEveryOptimum(regularized_primal, Parallel(W1, X.T * lam), name="aligned"),
    ],
    witness="theorems.witnesses.two_layer_linear:regularized_network",
    examples=[
        Example(file="data/longley.csv", settings={"beta": "1000"}),
        Example(file="data/diabetes.csv", settings={"beta": "1000"}),
    ],
    boundaries={beta: norm(X.T * y)},
    note="By the projection identity the dual maximiser is the Euclidean projection of y onto {λ : ‖Xᵀλ‖ ≤ β}.",
)
