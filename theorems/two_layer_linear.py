"""Two-layer linear networks with one output: strong duality, and hidden layers of rank one.

The network maps ``X`` to ``X·W_1·w_2``; its cost is ``½(‖W_1‖_F² + ‖w_2‖²)``.  The hidden width ``m ≥ 1`` is any.
"""

from checker.statement import (
    Chain,
    Example,
    ForEveryOptimum,
    GapIdentity,
    Holds,
    Identity,
    Infeasible,
    InRange,
    Let,
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
    Relation,
    Residual,
    Slack,
    SomeOptimum,
    Step,
    StrongDuality,
    Theorem,
    Vanishing,
    Variants,
    WeakDuality,
    Whitened,
    WidthAtLeast,
    absolute,
    affine,
    at_least,
    at_most,
    column,
    diagonal,
    dimension,
    dimensions,
    dot,
    equal,
    every,
    excess,
    frobenius,
    instance,
    less,
    longest_column,
    matrix,
    maximum,
    norm,
    norm1,
    nuclear,
    ones,
    optimum,
    pinv,
    rank,
    scalar,
    spectral,
    sqrt,
    total,
    trace,
    vector,
    zeros,
)
from theorems import convex_losses, lemmas
from theorems.losses import LOSSES
from theorems.losses.loss import no_assumptions
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

# Rescaling a neuron: the cost of a network in terms of its neurons alone.
A, b, alpha = matrix("A", d, m), vector("b", m), vector("alpha", m)
C, c = matrix("C", d, m), vector("c", m)
j = dimension("j")
incoming, outgoing = norm(column(A, j)), absolute(trace(column(b.T, j)))
best = sqrt(outgoing / incoming)
separate = total(outgoing * incoming, j, 1, m)
active = (
    every(Relation("nonzero", column(A, j)), j, 1, m),
    every(Relation("nonzero", column(b.T, j)), j, 1, m),
)

rescaling = Theorem(
    title="A network's cost is at least that of its neurons, rescaled",
    source=ERGEN_PILANCI_2020.at("Section 2"),
    given=[Positive(alpha), Let(C, A * diagonal(alpha)), Let(c, pinv(diagonal(alpha)) * b)],
    claims=[
        Holds(equal(X * C * c, X * A * b), name="unchanged-output"),
        Holds(at_most(separate, (frobenius(C) ** 2 + norm(c) ** 2) / 2), name="lower-bound"),
        Holds(
            equal(total((norm(best * column(A, j)) ** 2 + norm(column(b.T, j) / best) ** 2) / 2, j, 1, m), separate),
            name="attained", when=active,
        ),
        Holds(at_most(separate, (frobenius(A) ** 2 + norm(b) ** 2) / 2), name="never-up"),
    ],
    note=(
        "A are the incoming and b the outgoing weights, C and c the same network with neuron j rescaled by α_j > 0. "
        "The best scale, α_j = (|b_j|/‖A_j‖)^(1/2), brings the cost to Σ|b_j|‖A_j‖."
    ),
)  # fmt: skip

V1, v2 = matrix("V_1", d, m), vector("v_2", m)
unit_fits = equal(X * V1 * v2, y)
unit_primal = Minimize(norm1(v2), over=[V1, v2], subject_to=[unit_fits, at_most(longest_column(V1), 1)], name="U")
unit_chain = Chain((
    Step(equal(dot(lam, y), dot(X.T * lam, V1 * v2))),
    instance(lemmas.cauchy_schwarz, {lemmas.A: X.T * lam, lemmas.B: V1 * v2}),
    Step(at_most(frobenius(X.T * lam) * frobenius(V1 * v2), frobenius(V1 * v2))),
    instance(lemmas.convex_combination, {lemmas.A: V1, lemmas.v: v2}),
    Step(at_most(longest_column(V1) * norm1(v2), norm1(v2))),
))  # fmt: skip

unit_columns = Theorem(
    title="The least cost is the least sum of output weights over unit neurons",
    source=ERGEN_PILANCI_2020.at("Section 2"),
    given=[InRange(y, X)],
    claims=[
        WeakDuality(primal, dual, by=gap),
        WeakDuality(unit_primal, dual, by=unit_chain, name="weak-duality-of-unit-neurons"),
        StrongDuality(unit_primal, primal, name="same-optimum"),
        OptimalValue(unit_primal, least_norm),
    ],
    witness="theorems.witnesses.two_layer_linear:unit_network",
    examples=[Example(file="data/longley.csv", rows=5)],
    also_true=dict.fromkeys(
        ("‖V₁‖_F ≤ 1", "σ_max(V₁) ≤ 1", "‖V₁‖_* ≤ 1"),
        "One neuron attains the optimum, and of a single column all these norms are its length; no norm is smaller "
        "than that of the longest column, so that the optimum is no lower.",
    ),
)

# The optimal neuron: the maximiser of a linear functional over the ball.
mu, u = vector("mu", n), vector("u", d)
support = Maximize(dot(X.T * mu, u), over=[u], subject_to=[at_most(norm(u), norm(X.T * mu))], name="S")
squared_length = Minimize(norm(X.T * mu) ** 2, over=[], name="T")
support_gap = GapIdentity(squares=((half, u - X.T * mu),), slacks=(Slack(half, support.constraints[0]),))
split = {W1: pinv(X) * y * ones(m).T / sqrt(m * least_norm), w2: sqrt(least_norm / m) * ones(m)}

extreme_points = Theorem(
    title="Optimal neurons are extreme points of the unit ball",
    source=ERGEN_PILANCI_2020.at("Section 2"),
    given=[InRange(y, X), Nonzero(y), Let(mu, pinv(X * X.T) * y)],
    claims=[
        WeakDuality(primal, dual, by=gap),
        WeakDuality(squared_length, support, by=support_gap, name="support"),
        OptimalValue(support, norm(X.T * mu) ** 2, name="support-value"),
        ForEveryOptimum(squared_length, equal(u, X.T * mu), name="unique-maximiser"),
        Holds(equal(norm(X.T * dual_optimum), 1), name="unit-neuron"),
        Holds(Parallel(X.T * dual_optimum, X.T * mu), name="direction"),
        OptimalPoint(dual, {lam: dual_optimum}, name="dual-optimum"),
        ForEveryOptimum(primal, Parallel(W1, X.T * lam), name="aligned"),
        ForEveryOptimum(primal, RankAtMost(W1, 1), name="rank-one"),
        OptimalPoint(primal, split, name="split-neuron"),
    ],
    witness="theorems.witnesses.two_layer_linear:extreme_network",
    examples=[Example(file="data/longley.csv", rows=5)],
    note=(
        "μ is λ* before it is scaled to ‖Xᵀλ*‖ = 1. Over the ball of radius ‖Xᵀμ‖ the functional u ↦ μᵀXu has one "
        "maximiser, Xᵀμ; over the unit ball it is therefore Xᵀλ*, an exposed and so an extreme point, and max |λ*ᵀXu| "
        "= 1 is attained at ± Xᵀλ* only. Since every optimum is aligned, a network with a neuron off that line costs "
        "strictly more."
    ),
    also_true=dict.fromkeys(
        ("rank(W₁) = 1", "1 ≤ rank(W₁)"), "y is not zero, so that W_1 = 0 does not fit it: the rank is 1, not less."
    ),
)

# Several outputs: the nuclear norm replaces the norm.
K = dimension("K")
Y, W2, Lam = matrix("Y", n, K), matrix("W_2", m, K), matrix("Lambda", n, K)
both = (frobenius(W1) ** 2 + frobenius(W2) ** 2) / 2
fits = equal(X * W1 * W2, Y)
in_spectral_ball = at_most(spectral(X.T * Lam), 1)
vector_primal = Minimize(both, over=[W1, W2], subject_to=[fits])
vector_dual = Maximize(dot(Lam, Y), over=[Lam], subject_to=[in_spectral_ball])
vector_gap = GapIdentity(
    squares=((half, W1 - X.T * Lam * W2.T),),
    slacks=(Slack(half, in_spectral_ball, along=W2),),
    residuals=(Residual(Lam, fits),),
)

vector_output = Theorem(
    title="Strong duality of two-layer linear networks with several outputs",
    source=ERGEN_PILANCI_2020.at("Section 2"),
    given=[InRange(Y, X), WidthAtLeast(m, rank(Y))],
    claims=[
        WeakDuality(vector_primal, vector_dual, by=vector_gap),
        StrongDuality(vector_primal, vector_dual),
        OptimalValue(vector_primal, nuclear(pinv(X) * Y)),
        Holds(equal(rank(pinv(X) * Y), rank(Y)), name="rank-of-the-target"),
        *(Holds(at_most(rank(pinv(X) * Y), size), name=f"rank-at-most-{size}") for size in (n, d, K)),
        SomeOptimum(vector_primal, RankAtMost(W1, rank(pinv(X) * Y)), name="rank-exists"),
        SomeOptimum(vector_primal, equal(W1.T * W1, W2 * W2.T), name="balanced-exists"),
        ForEveryOptimum(vector_primal, equal(rank(W1), rank(pinv(X) * Y)), name="rank"),
        ForEveryOptimum(vector_primal, equal(W1, X.T * Lam * W2.T), name="aligned"),
    ],
    witness="theorems.witnesses.two_layer_linear:vector_network",
    examples=[Example(file="data/linnerud.csv", rows=3, target=("Weight", "Waist", "Pulse"))],
    also_true=dict.fromkeys(
        ("rank((X† Y)₊) ≤ d", "rank((X† Y)₊) ≤ K"), "No matrix of d rows and K columns has a larger rank."
    )
    | dict.fromkeys(
        ("(W₁ᵀ W₁)₊ = W₂ W₂ᵀ", "W₁ᵀ W₁ = (W₂ W₂ᵀ)₊"),
        "The network that is made of singular vectors has diagonal Gram matrices, which a rectifier does not change.",
    ),
)

too_narrow = Theorem(
    title="Fewer neurons than the rank of the target cannot interpolate",
    source=ERGEN_PILANCI_2020.at("Section 2"),
    given=[InRange(Y, X)],
    claims=[
        WeakDuality(vector_primal, vector_dual, by=vector_gap),
        Infeasible(vector_primal, when=[less(m, rank(Y))]),
        StrongDuality(vector_primal, vector_dual, when=[at_most(rank(Y), m)]),
    ],
    witness="theorems.witnesses.two_layer_linear:vector_network_if_wide",
    examples=[
        Example(file="data/linnerud.csv", rows=3, target=("Weight", "Waist", "Pulse"), settings={"m": "2"}),
        Example(file="data/linnerud.csv", rows=3, target=("Weight", "Waist", "Pulse"), settings={"m": "3"}),
    ],
    note="The boundary of the width, sharp: with m < rank(Y) neurons P* = +∞, while D* = ‖X†Y‖_* is finite.",
)

in_spectral_beta_ball = at_most(spectral(X.T * Lam), beta)
vector_output_of = X * W1 * W2
regularized_vector_primal = Minimize(frobenius(vector_output_of - Y) ** 2 / 2 + beta * both, over=[W1, W2])
regularized_vector_dual = Maximize(
    dot(Lam, Y) - frobenius(Lam) ** 2 / 2, over=[Lam], subject_to=[in_spectral_beta_ball]
)
regularized_vector_gap = GapIdentity(
    squares=((half, vector_output_of - Y + Lam), (beta / 2, W1 - X.T * Lam * W2.T / beta)),
    slacks=(Slack(1 / (2 * beta), in_spectral_beta_ball, along=W2),),
)

vector_output_regularized = Theorem(
    title="Strong duality of regularised two-layer linear networks with several outputs",
    source=ERGEN_PILANCI_2020.at("Section 2"),
    given=[Positive(beta), WidthAtLeast(m, rank(X.T * Y))],
    claims=[
        WeakDuality(regularized_vector_primal, regularized_vector_dual, by=regularized_vector_gap),
        StrongDuality(regularized_vector_primal, regularized_vector_dual),
        ForEveryOptimum(regularized_vector_primal, equal(Lam, Y - vector_output_of), name="residual"),
        ForEveryOptimum(regularized_vector_primal, equal(W1, X.T * Lam * W2.T / beta), name="aligned"),
        Vanishing(
            regularized_vector_primal, at_least(beta, spectral(X.T * Y)), weight=beta / 2, size=dot(Lam, Y - Lam)
        ),
    ],
    witness="theorems.witnesses.two_layer_linear:regularized_vector_network",
    examples=[
        Example(file="data/linnerud.csv", target=("Weight", "Waist", "Pulse"), settings={"beta": "1000"}),
        Example(file="data/diabetes.csv", target=("s5", "s6", "progression"), settings={"beta": "1000"}),
    ],
    boundaries={beta: spectral(X.T * Y)},
    note=(
        "The width needed is rank(XᵀY), which is at most min(rank X, rank Y): the part of Y outside the range of X "
        "adds a constant to the loss."
    ),
)

# Whitened data: the closed form, and what happens below the width it needs.
shrunk = (frobenius(Y) ** 2 - excess(Y, beta, rank(Y))) / 2

vector_output_whitened = Theorem(
    title="Whitened data: the optimum shrinks the singular values of the target",
    source=ERGEN_PILANCI_2020.at("Section 2"),
    given=[Whitened(X), Positive(beta), WidthAtLeast(m, rank(Y))],
    claims=[
        WeakDuality(regularized_vector_primal, regularized_vector_dual, by=regularized_vector_gap),
        StrongDuality(regularized_vector_primal, regularized_vector_dual),
        OptimalValue(regularized_vector_primal, shrunk),
        Vanishing(regularized_vector_primal, at_least(beta, spectral(Y)), weight=beta / 2, size=dot(Lam, Y - Lam)),
    ],
    witness="theorems.witnesses.two_layer_linear:regularized_vector_network",
    boundaries={beta: (spectral(Y), nuclear(Y) - spectral(Y))},
    note="P* = Σ ½σ_i² − ½(σ_i − β)₊² with the singular values σ_i of Y, also where some σ_i is β itself.",
)

A1, A2 = matrix("V_1", d, K), matrix("V_2", K, K)
narrow_shrunk = (frobenius(Y) ** 2 - excess(Y, beta, m)) / 2
narrow_primal = Minimize(regularized_vector_primal.objective, over=[W1, W2], name="P")
wide_output = X * A1 * A2
wide_primal = Minimize(
    frobenius(wide_output - Y) ** 2 / 2 + beta * (frobenius(A1) ** 2 + frobenius(A2) ** 2) / 2, over=[A1, A2], name="V"
)
narrow_dual = Maximize(regularized_vector_dual.objective, over=[Lam], subject_to=[in_spectral_beta_ball], name="D")
wide_gap = GapIdentity(
    squares=((half, wide_output - Y + Lam), (beta / 2, A1 - X.T * Lam * A2.T / beta)),
    slacks=(Slack(1 / (2 * beta), in_spectral_beta_ball, along=A2),),
)
loss = frobenius(vector_output_of - Y) ** 2 / 2
of_rank = (frobenius(Y) ** 2 - excess(Y, beta, rank(vector_output_of))) / 2
of_layers = (frobenius(X * W1) ** 2 + frobenius(W2) ** 2) / 2
second_cost = loss + beta / 2 * frobenius(W2) ** 2
narrow_chain = Chain((
    Step(at_most(narrow_shrunk, of_rank)),
    instance(lemmas.shrinkage, {lemmas.A: Y, lemmas.B: vector_output_of}),
    affine(instance(lemmas.nuclear_product, {lemmas.A: X * W1, lemmas.W: W2}), times=beta, plus=loss),
    Step(equal(loss + beta * of_layers, second_cost + beta / 2 * frobenius(X * W1) ** 2)),
    affine(instance(lemmas.contraction, {lemmas.W: W1}), times=beta / 2, plus=second_cost),
    Step(equal(second_cost + beta / 2 * frobenius(W1) ** 2, narrow_primal.objective)),
))  # fmt: skip

vector_output_narrow = Theorem(
    title="Too few neurons: the optimum rises above its dual",
    source=ERGEN_PILANCI_2020.at("Section 2"),
    given=[Whitened(X), Positive(beta)],
    claims=[
        WeakDuality(narrow_primal, Maximize(narrow_shrunk, over=[], name="S"), by=narrow_chain),
        WeakDuality(wide_primal, narrow_dual, by=wide_gap, name="weak-duality-of-the-dual"),
        OptimalValue(narrow_primal, narrow_shrunk),
        OptimalValue(narrow_dual, shrunk, name="dual-value"),
        Holds(
            less(optimum(narrow_dual), optimum(narrow_primal)), name="gap",
            when=[less(m, rank(Y)), less(beta * spectral(pinv(Y)), 1)],
        ),
        StrongDuality(narrow_primal, narrow_dual, name="no-gap-if-wide-enough", when=[at_most(rank(Y), m)]),
    ],
    witness="theorems.witnesses.two_layer_linear:narrow_network",
    boundaries={beta: 1 / spectral(pinv(Y))},
    note=(
        "The boundary of the width. With m neurons only the m largest singular values of Y are fitted; the dual is "
        "that of a network wide enough. The gap is claimed where β is below every singular value of Y. "
        "X = I₂, Y = diag(3, 2), β = 1, m = 1: P* = 4.5, D* = 4."
    ),
)  # fmt: skip


# Other convex losses.
nu = vector("nu", n)


def with_loss(loss):
    """``min ℓ(XW_1w_2; y) + (β/2)(‖W_1‖_F² + ‖w_2‖²)`` and ``max −ℓ*(ν)`` over ``‖Xᵀν‖ ≤ β``."""
    inside, domain = at_most(norm(X.T * nu), beta), [assumption.relation for assumption in loss.domain(nu, y)]
    P = Minimize(loss.value(output, y) + beta * cost, over=[W1, w2])
    D = Maximize(-loss.conjugate(nu, y), over=[nu], subject_to=[*domain, inside])
    fenchel_young = instance(convex_losses.fenchel_young.theorems[loss.name], {convex_losses.outputs: output})
    identity = GapIdentity(
        squares=((beta / 2, W1 + X.T * nu * w2.T / beta),),
        slacks=(Slack(norm(w2) ** 2 / (2 * beta), inside),),
        lemmas=(fenchel_young,),
    )
    at_zero = loss.subgradient(zeros(n), y)
    return Theorem(
        title=f"Strong duality of two-layer linear networks with {loss.title}",
        source=ERGEN_PILANCI_2020.at("Section 2"),
        given=[*loss.targets(y), *loss.given, Positive(beta)],
        claims=[
            WeakDuality(P, D, by=identity),
            StrongDuality(P, D),
            OptimalValue(P, loss.value(zeros(n), y), name="zero-is-optimal", when=[at_most(norm(X.T * at_zero), beta)]),
            ForEveryOptimum(P, RankAtMost(W1, 1), name="rank-one"),
            ForEveryOptimum(P, Parallel(W1, X.T * nu), name="aligned"),
            ForEveryOptimum(P, equal(W1, -X.T * nu * w2.T / beta), name="first-layer"),
        ],
        witness=loss.witness("theorems.witnesses.convex_losses:two_layers"),
        boundaries={beta: norm(X.T * at_zero)},
        examples=[
            *loss.examples("longley", "diabetes_above_median", beta="1000"),
            *loss.examples("diabetes", "diabetes_above_median", rows=50, beta="100"),
            # Zero is optimal, and several targets lie beyond δ on either side.
            *(loss.examples("outliers", "", beta="1") if loss.targets is no_assumptions else ()),
        ],
        note="The dual optimum ν is a subgradient of the loss at the outputs of every optimal network.",
    )


convex_loss = Variants("loss", {loss.name: with_loss(loss) for loss in LOSSES})


# The multinomial cross-entropy of one-hot targets.
N = convex_losses.shifts
logits = X * W1 * W2
ce_inside = at_most(spectral(X.T * N), beta)
ce_domain = [assumption.relation for assumption in convex_losses.in_the_simplex]
ce_primal = Minimize(convex_losses.cross_entropy_of(logits) + beta * both, over=[W1, W2])
ce_dual = Maximize(-convex_losses.negative_entropy(N + Y), over=[N], subject_to=[*ce_domain, ce_inside])
ce_gap = GapIdentity(
    squares=((beta / 2, W1 + X.T * N * W2.T / beta),),
    slacks=(Slack(1 / (2 * beta), ce_inside, along=W2),),
    lemmas=(instance(convex_losses.cross_entropy, {convex_losses.logits: logits}),),
)
at_zero = ones(n, K) / K - Y
ce_rank = -maximum(-rank(X), -rank(at_zero))

cross_entropy = Theorem(
    title="Strong duality of two-layer linear networks with the cross-entropy",
    source=ERGEN_PILANCI_2020.at("Section 2"),
    given=[*convex_losses.one_hot, Positive(beta), WidthAtLeast(m, ce_rank)],
    claims=[
        WeakDuality(ce_primal, ce_dual, by=ce_gap),
        StrongDuality(ce_primal, ce_dual),
        OptimalValue(
            ce_primal, convex_losses.cross_entropy_of(zeros(n, K)), name="zero-is-optimal",
            when=[at_most(spectral(X.T * at_zero), beta)],
        ),
        ForEveryOptimum(ce_primal, equal(W1, -X.T * N * W2.T / beta), name="first-layer"),
        SomeOptimum(ce_primal, RankAtMost(W1, ce_rank), name="rank-exists"),
        ForEveryOptimum(ce_primal, RankAtMost(W1, ce_rank), name="rank"),
    ],
    witness="theorems.witnesses.cross_entropy:two_layers",
    boundaries={beta: spectral(X.T * at_zero)},
    note=(
        "The dual optimum N is softmax(XW_1W_2) − Y at every optimum, and N𝟏 = 0, so that W_2𝟏 = 0. With every class "
        "in the sample the rank of 𝟏𝟏ᵀ/K − Y is K − 1, else the number of those that are."
    ),
    also_true={
        f"rank(W₁) ≤ −max(−rank(X), −rank({other}))": (
            "Rows of this matrix that belong to different classes are linearly independent, so that its rank is the "
            "number of the classes in the sample, while that of 𝟏/K − Y is no larger."
        )
        for other in ("−Y", "𝟏/K + Y", "𝟏 − Y", "K·𝟏 − Y", "𝟏/(K²) − Y")
    },
)  # fmt: skip
