"""Deep linear networks: strong duality for one output, its boundary for several, and parallel networks.

A network of ``L ≥ 2`` layers maps ``X`` to ``X·W_1⋯W_L``; its cost is ``½Σ‖W_l‖_F²``.  Every hidden layer has width
``m``.
"""

from checker.statement import (
    Chain,
    Example,
    ForEveryOptimum,
    Holds,
    InRange,
    Let,
    Maximize,
    Minimize,
    Nonzero,
    OptimalPoint,
    OptimalValue,
    Parallel,
    Positive,
    RankAtMost,
    Rational,
    SizeAtMost,
    SomeOptimum,
    Step,
    StrongDuality,
    Theorem,
    Variants,
    WeakDuality,
    WidthAtLeast,
    affine,
    at_most,
    column,
    dimension,
    dimensions,
    dot,
    equal,
    every,
    family,
    fold,
    frobenius,
    instance,
    less,
    matrix,
    nuclear,
    ones,
    optimum,
    pinv,
    powered,
    product,
    rank,
    scalar,
    schatten,
    spectral,
    summed,
    total,
    vector,
    zeros,
)
from theorems import convex_losses, lemmas, reasons
from theorems.losses import LOSSES, logistic, squared
from theorems.sources import ERGEN_PILANCI_2020, WANG_ERGEN_PILANCI_2021

n, d, K, m, L = dimensions("n d K m L")
l, j = dimension("l"), dimension("j")  # noqa: E741 - the layer and the branch
X, y, Y = matrix("X", n, d), vector("y", n), matrix("Y", n, K)
lam, mu, v = vector("lambda", n), vector("mu", n), vector("v", d)
Lam, M, Z = matrix("Lambda", n, K), matrix("M", n, K), matrix("Z", d, K)
t = scalar("t")
V = lemmas.V
W = family("W", depth=L, inputs=d, hidden=m)
U = family("U", depth=L, inputs=d, outputs=K, hidden=m)
deep = SizeAtMost(2, L)


def product_of(layers, first=None):
    """``W_1⋯W_L``, or ``first·W_2⋯W_L``."""
    hidden = matrix("G", d, layers.width(l - 1))
    return fold(hidden * layers[l], hidden, layers[1] if first is None else first, l, 2, L)


def cost_of(layers):
    """``½Σ‖W_l‖_F²``."""
    return total(frobenius(layers[l]) ** 2, l, 1, L) / 2


def of_scale(value):
    """``(L/2)·value^(2/L)``: what a product of that norm costs, shared evenly by L layers."""
    return L / 2 * value ** (2 / L)


def shared(step):
    """A step between norms of the product, as one between what L layers of that product cost."""
    return affine(powered(step, 2 / L), times=L / 2)


balanced_norms = Theorem(
    title="Layers of equal norm are the cheapest",
    source=ERGEN_PILANCI_2020.at("Section 3"),
    given=[deep],
    claims=[
        Holds(at_most(of_scale(frobenius(lemmas.layers)), lemmas.cost), name="of-the-product"),
        Holds(at_most(of_scale(product(frobenius(V[l]), l, 1, L)), lemmas.cost), name="arithmetic-and-geometric-mean"),
        Holds(
            at_most(of_scale(frobenius(lemmas.layers)), of_scale(product(frobenius(V[l]), l, 1, L))),
            name="submultiplicative",
        ),
        Holds(
            less(of_scale(product(frobenius(V[l]), l, 1, L)), lemmas.cost),
            name="strict-unless-equal",
            when=[less(0, total((frobenius(V[l]) ** 2 - frobenius(V[1]) ** 2) ** 2, l, 2, L))],
        ),
    ],
    note=(
        "The inequality of arithmetic and geometric means for the squared norms, and ‖AB‖_F ≤ ‖A‖_F‖B‖_F. An optimal "
        "network attains both, so all its layers have one norm."
    ),
    also_true=dict.fromkeys(
        (
            "L·‖V[1] V[2]⋯V[L]‖_*^(2/L)/2 ≤ (Σ[l = 1…L] ‖V[l]‖_F²)/2",
            "L·‖V[1] V[2]⋯V[L]‖_*^(2/L)/2 ≤ L·(Π[l = 1…L] ‖V[l]‖_F)^(2/L)/2",
        ),
        "The nuclear norm of a product of two matrices is at most the product of their Frobenius norms.",
    )
    | dict.fromkeys(
        (
            "L·‖fold[G := V[1]; G := (G V[l])₊, l = 2…L]‖_F^(2/L)/2 ≤ (Σ[l = 1…L] ‖V[l]‖_F²)/2",
            "L·‖fold[G := V[1]; G := (G V[l])₊, l = 2…L]‖_F^(2/L)/2 ≤ L·(Π[l = 1…L] ‖V[l]‖_F)^(2/L)/2",
        ),
        "A rectifier does not enlarge the Frobenius norm, so that ‖(G V_l)₊‖ ≤ ‖G‖‖V_l‖.",
    ),
)

# Scalar output: (λᵀy)^(2/L)·L/2 bounds every network from below, whatever the depth.
weights = product_of(W)
correlation = dot(lam, y)
P = Minimize(cost_of(W), over=[W], subject_to=[equal(X * weights, y)], name="P")
bound = Maximize(
    of_scale(correlation), over=[lam], subject_to=[at_most(frobenius(X.T * lam), 1), at_most(0, correlation)], name="B"
)
inner = Maximize(dot(mu, y), over=[mu], subject_to=[at_most(frobenius(t ** (L - 2) * X.T * mu), 1)], name="M")
inner_primal = Minimize(frobenius(v), over=[v], subject_to=[equal(t ** (L - 2) * X * v, y)], name="N")
D = Minimize((L - 2) * t**2 / 2 + optimum(inner), over=[t], subject_to=[at_most(0, t)], name="D")

primal_chain = Chain((
    Step(equal(of_scale(correlation), of_scale(dot(X.T * lam, weights)))),
    shared(instance(lemmas.cauchy_schwarz, {lemmas.A: X.T * lam, lemmas.B: weights})),
    Step(at_most(of_scale(frobenius(X.T * lam) * frobenius(weights)), of_scale(frobenius(weights)))),
    instance(balanced_norms, {V: W}, claim="of-the-product"),
))  # fmt: skip
dual_chain = Chain((
    instance(lemmas.weighted_means, {lemmas.sigma: correlation, lemmas.k: L - 2}),
    Step(
        at_most((L - 2) * t**2 / 2 + correlation * t ** (2 - L), D.objective),
        inside=(inner, {mu: t ** (2 - L) * lam}),
    ),
))  # fmt: skip
scaled = t ** (L - 2) * X.T * mu
inner_chain = Chain((
    Step(equal(dot(mu, y), dot(scaled, v))),
    instance(lemmas.cauchy_schwarz, {lemmas.A: scaled, lemmas.B: v}),
    Step(at_most(frobenius(scaled) * frobenius(v), frobenius(v))),
))  # fmt: skip

least_norm = frobenius(pinv(X) * y)
value = of_scale(least_norm)

strong_duality = Theorem(
    title="Strong duality of deep linear networks with one output",
    source=ERGEN_PILANCI_2020.at("Section 3"),
    given=[InRange(y, X), deep],
    claims=[
        WeakDuality(P, bound, by=primal_chain),
        WeakDuality(inner_primal, inner, by=inner_chain, name="weak-duality-inside"),
        WeakDuality(D, bound, by=dual_chain, name="weak-duality-of-the-dual"),
        StrongDuality(P, D),
        StrongDuality(P, bound, name="bound-attained"),
        OptimalValue(P, value),
        OptimalValue(D, value, name="dual-value"),
        Holds(
            equal((L - 2) * (least_norm ** (1 / L)) ** 2 / 2 + least_norm * (least_norm ** (1 / L)) ** (2 - L), value),
            name="best-scale", when=[Nonzero(y)],
        ),
        SomeOptimum(P, every(RankAtMost(W[l], 1), l, 1, L), name="rank-one"),
        ForEveryOptimum(P, every(equal(frobenius(W[l]), frobenius(W[1])), l, 2, L), name="balanced"),
    ],
    witness="theorems.witnesses.deep_linear:scaled_network",
    examples=[Example(file="data/longley.csv", rows=5, settings={"L": "4"})],
    note=(
        "One λ with ‖Xᵀλ‖ ≤ 1 bounds every network of every depth: cost ≥ (L/2)(λᵀy)^(2/L). The dual problem, a "
        "minimum over t of maxima over λ, is enclosed from below by the same λ, rescaled, and from above by a feasible "
        "point of the dual of its inner maximum. The best t is s^(1/L) with s = ‖X†y‖."
    ),
    also_true=reasons.signless_bound(bound) | reasons.signless_scale(D) | dict.fromkeys(
        (
            "σ_max(W[l]) = ‖W[1]‖_F for l = 2…L", "‖W[l]‖_* = ‖W[1]‖_F for l = 2…L",
            "‖W[l]‖_F = σ_max(W[1]) for l = 2…L", "‖W[l]‖_F = ‖W[1]‖_* for l = 2…L",
        ),
        "One norm: every optimal layer has rank one or is zero, by deep-linear/rank-one-alignment.",
    ),
)  # fmt: skip

aligned = every(equal(frobenius(W[l] * W[l + 1]), frobenius(W[l]) * frobenius(W[l + 1])), l, 1, L - 1)
rank_one = every(RankAtMost(W[l], 1), l, 1, L)
along = Parallel(W[1], pinv(X) * y)

rank_one_alignment = Theorem(
    title="Every layer of an optimal deep linear network has rank one, and neighbours align",
    source=ERGEN_PILANCI_2020.at("Section 3"),
    given=[InRange(y, X), Nonzero(y), deep],
    claims=[
        WeakDuality(P, bound, by=primal_chain),
        StrongDuality(P, bound, name="bound-attained"),
        OptimalValue(P, value),
        SomeOptimum(P, rank_one, name="rank-one-exists"),
        SomeOptimum(P, aligned, name="aligned-exists"),
        SomeOptimum(P, along, name="first-layer-exists"),
        ForEveryOptimum(P, rank_one, name="rank-one"),
        ForEveryOptimum(P, aligned, name="aligned"),
        ForEveryOptimum(P, along, name="first-layer"),
        ForEveryOptimum(P, every(equal(frobenius(W[l]), frobenius(W[1])), l, 2, L), name="balanced"),
    ],
    witness="theorems.witnesses.deep_linear:network",
    examples=[Example(file="data/longley.csv", rows=5, settings={"L": "5"})],
    note=(
        "Layers of rank one align if and only if ‖W_l W_{l+1}‖ = ‖W_l‖‖W_{l+1}‖: the left singular vector of a layer "
        "is the right one of the layer before. A network that violates a claim on every optimum costs strictly more "
        "than the optimum, which is decided exactly for each network that was tried."
    ),
    also_true=reasons.signless_bound(bound)
    | dict.fromkeys(
        ("rank(W[l]) = 1 for l = 1…L", "1 ≤ rank(W[l]) for l = 1…L"),
        "y is not zero, and a network with a layer that is zero does not fit it.",
    ),
)

# Vector output: the Schatten quasi-norm of order 2/L replaces the norm.
several = product_of(U)
least = pinv(X) * Y
schatten_value = of_scale(schatten(least, 2 / L))
Q = Minimize(cost_of(U), over=[U], subject_to=[equal(X * several, Y)], name="P")
schatten_bound = Maximize(schatten_value, over=[], name="S")
schatten_chain = Chain((
    Step(equal(schatten_value, of_scale(schatten(pinv(X) * (X * several), 2 / L)))),
    shared(instance(lemmas.projection, {lemmas.W: several, lemmas.p: 2 / L})),
    instance(lemmas.schatten_factorisation, {V: U}, claim="sum-of-squares"),
))  # fmt: skip
wide = WidthAtLeast(m, rank(Y))

vector_output = Theorem(
    title="The optimum of deep linear networks with several outputs",
    source=ERGEN_PILANCI_2020.at("Section 3"),
    given=[InRange(Y, X), wide, deep],
    claims=[
        WeakDuality(Q, schatten_bound, by=schatten_chain),
        StrongDuality(Q, schatten_bound, name="bound-attained"),
        OptimalValue(Q, schatten_value),
        SomeOptimum(Q, every(RankAtMost(U[l], rank(least)), l, 1, L), name="ranks-exist"),
        SomeOptimum(Q, every(equal(U[l].T * U[l], U[l + 1] * U[l + 1].T), l, 1, L - 1), name="aligned-exists"),
        ForEveryOptimum(Q, every(equal(rank(U[l]), rank(least)), l, 1, L), name="ranks"),
    ],
    witness="theorems.witnesses.deep_linear:vector_network",
    examples=[Example(file="data/linnerud.csv", rows=3, target=("Weight", "Waist", "Pulse"), settings={"L": "3"})],
    note=(
        "Neighbouring layers align: W_lᵀW_l = W_{l+1}W_{l+1}ᵀ. No convex dual stands behind this value for L ≥ 3: see "
        "deep-linear/vector-output-gap."
    ),
    also_true=dict.fromkeys(
        (
            "(U[l]ᵀ U[l])₊ = U[l + 1] U[l + 1]ᵀ for l = 1…L − 1",
            "U[l]ᵀ U[l] = (U[l + 1] U[l + 1]ᵀ)₊ for l = 1…L − 1",
        ),
        "Layers that are made of singular vectors have diagonal Gram matrices, which a rectifier does not change.",
    ),
)

nuclear_value = nuclear(least)
paired = dot(Lam, Y)
nuclear_bound = Maximize(
    of_scale(paired), over=[Lam], subject_to=[at_most(spectral(X.T * Lam), 1), at_most(0, paired)], name="B"
)
inner_several = Maximize(dot(M, Y), over=[M], subject_to=[at_most(spectral(t ** (L - 2) * X.T * M), 1)], name="M")
inner_several_primal = Minimize(nuclear(Z), over=[Z], subject_to=[equal(t ** (L - 2) * X * Z, Y)], name="N")
E = Minimize((L - 2) * t**2 / 2 + optimum(inner_several), over=[t], subject_to=[at_most(0, t)], name="D")
gap_chain = Chain((
    instance(lemmas.weighted_means, {lemmas.sigma: paired, lemmas.k: L - 2}),
    Step(
        at_most((L - 2) * t**2 / 2 + paired * t ** (2 - L), E.objective),
        inside=(inner_several, {M: t ** (2 - L) * Lam}),
    ),
))  # fmt: skip
scaled_several = t ** (L - 2) * X.T * M
inner_several_chain = Chain((
    Step(equal(dot(M, Y), dot(scaled_several, Z))),
    instance(lemmas.spectral_nuclear, {lemmas.A: scaled_several, lemmas.B: Z}),
    Step(at_most(spectral(scaled_several) * nuclear(Z), nuclear(Z))),
))  # fmt: skip

vector_output_gap = Theorem(
    title="Strong duality fails for deep linear networks with outputs of higher rank",
    source=WANG_ERGEN_PILANCI_2021.at("Section 2"),
    given=[InRange(Y, X), wide, deep],
    claims=[
        WeakDuality(Q, schatten_bound, by=schatten_chain),
        WeakDuality(inner_several_primal, inner_several, by=inner_several_chain, name="weak-duality-inside"),
        WeakDuality(E, nuclear_bound, by=gap_chain, name="weak-duality-of-the-dual"),
        OptimalValue(Q, schatten_value),
        OptimalValue(E, of_scale(nuclear_value), name="dual-value"),
        Holds(less(optimum(E), optimum(Q)), name="gap", when=[less(1, rank(Y)), less(2, L)]),
        StrongDuality(Q, E, name="no-gap-at-rank-one", when=[RankAtMost(Y, 1)]),
        StrongDuality(Q, E, name="no-gap-for-two-layers", when=[equal(L, 2)]),
        StrongDuality(Q, schatten_bound, name="bound-attained"),
        StrongDuality(E, nuclear_bound, name="dual-bound-attained"),
    ],
    witness="theorems.witnesses.deep_linear:gap_network",
    examples=[Example(file="data/linnerud.csv", rows=3, target=("Weight", "Waist", "Pulse"), settings={"L": "3"})],
    note=(
        "What this means for the literature: strong duality of the standard deep linear network, as stated for vector "
        "outputs in Ergen and Pilanci (2020), is false from rank 2 and three layers on. The smallest case is "
        "X = Y = I₂, L = 3: P* = 3, D* = 2.381…. Wang, Ergen and Pilanci (2021) prove the gap; it closes for parallel "
        "networks, see deep-linear/parallel."
    ),
    also_true=reasons.signless_bound(nuclear_bound) | reasons.signless_scale(E),
)

# A sum of m branches of L layers each.
h = dimension("h")
B = family("B", depth=L, inputs=d, outputs=K, hidden=h, branches=m)
branch = B.branch(j)
F = matrix("F", d, K)
sum_of_branches = fold(F + product_of(branch), F, zeros(d, K), j, 1, m)
R = Minimize(
    total(total(frobenius(branch[l]) ** L, l, 1, L), j, 1, m) / L,
    over=[B], subject_to=[equal(X * sum_of_branches, Y)], name="P",
)  # fmt: skip
T = Maximize(paired, over=[Lam], subject_to=[at_most(spectral(X.T * Lam), 1)], name="D")
path = product_of(branch)
parallel_chain = Chain((
    Step(equal(paired, dot(X.T * Lam, sum_of_branches))),
    Step(equal(dot(X.T * Lam, sum_of_branches), total(dot(X.T * Lam, path), j, 1, m))),
    summed(instance(lemmas.spectral_nuclear, {lemmas.A: X.T * Lam, lemmas.B: path}), j, 1, m),
    Step(at_most(total(spectral(X.T * Lam) * nuclear(path), j, 1, m), total(nuclear(path), j, 1, m))),
    summed(instance(lemmas.nuclear_factorisation, {V: branch}), j, 1, m),
    Step(equal(total(total(frobenius(branch[l]) ** L, l, 1, L) / L, j, 1, m), R.objective)),
))  # fmt: skip

parallel = Theorem(
    title="Parallel deep linear networks have no duality gap",
    source=WANG_ERGEN_PILANCI_2021.at("Section 4"),
    given=[InRange(Y, X), wide, deep],
    claims=[
        WeakDuality(R, T, by=parallel_chain),
        StrongDuality(R, T),
        OptimalValue(R, nuclear_value),
    ],
    witness="theorems.witnesses.deep_linear:parallel_network",
    examples=[Example(file="data/linnerud.csv", rows=3, target=("Weight", "Waist", "Pulse"), settings={"L": "3"})],
    note="The number of branches is m; each has hidden layers of any width h ≥ 1.",
)

# One branch in place of as many as the rank: the quasi-norm is back, and with it the gap.
C = family("C", depth=L, inputs=d, outputs=K, hidden=m)
single = product_of(C)
one_branch = Minimize(
    total(frobenius(C[l]) ** L, l, 1, L) / L, over=[C], subject_to=[equal(X * single, Y)], name="P"
)  # fmt: skip
quasi_norm = schatten(least, 2 / L)
one_branch_bound = Maximize(quasi_norm, over=[], name="S")
one_branch_chain = Chain((
    Step(equal(quasi_norm, schatten(pinv(X) * (X * single), 2 / L))),
    instance(lemmas.projection, {lemmas.W: single, lemmas.p: 2 / L}),
    instance(lemmas.schatten_factorisation, {V: C}, claim="sum-of-powers"),
))  # fmt: skip
nuclear_primal = Minimize(nuclear(Z), over=[Z], subject_to=[equal(X * Z, Y)], name="N")
nuclear_chain = Chain((
    Step(equal(paired, dot(X.T * Lam, Z))),
    instance(lemmas.spectral_nuclear, {lemmas.A: X.T * Lam, lemmas.B: Z}),
    Step(at_most(spectral(X.T * Lam) * nuclear(Z), nuclear(Z))),
))  # fmt: skip

one_branch_gap = Theorem(
    title="One branch alone has a duality gap at rank two and more",
    source=WANG_ERGEN_PILANCI_2021.at("Section 2"),
    given=[InRange(Y, X), wide, deep],
    claims=[
        WeakDuality(one_branch, one_branch_bound, by=one_branch_chain),
        WeakDuality(nuclear_primal, T, by=nuclear_chain, name="weak-duality-of-the-dual"),
        OptimalValue(one_branch, quasi_norm),
        OptimalValue(T, nuclear_value, name="dual-value"),
        Holds(less(optimum(T), optimum(one_branch)), name="gap", when=[less(1, rank(Y)), less(2, L)]),
        StrongDuality(one_branch, T, name="no-gap-at-rank-one", when=[RankAtMost(Y, 1)]),
        StrongDuality(one_branch, T, name="no-gap-for-two-layers", when=[equal(L, 2)]),
        StrongDuality(one_branch, one_branch_bound, name="bound-attained"),
        StrongDuality(nuclear_primal, T, name="strong-duality-of-the-dual"),
    ],
    witness="theorems.witnesses.deep_linear:one_branch",
    examples=[Example(file="data/linnerud.csv", rows=3, target=("Weight", "Waist", "Pulse"), settings={"L": "3"})],
    note=(
        "What too few branches cost: D is the dual of the parallel network, which as many branches as the rank attain. "
        "X = Y = I₂, L = 3: one branch of width 2 costs 2^(3/2) = 2.828…, two branches cost 2."
    ),
)


# Convex losses and weight decay: not a convex problem, bounded from below by finitely many lines.
beta, u = scalar("beta"), vector("u", d)


def of_one_vector(loss, depth=L):
    """``min ℓ(Xu; y) + β(L/2)‖u‖^(2/L)``, its bound from below by lines, and that this is one."""
    domain = [assumption.relation for assumption in loss.domain(convex_losses.slopes_of, y)]
    penalty = beta * (depth / 2 * frobenius(u) ** (2 / depth))
    F = Minimize(loss.value(X * u, y) + penalty, over=[u], name="F")
    B = Maximize(
        convex_losses.least_of_lines(loss, depth),
        over=[convex_losses.q, convex_losses.rho, convex_losses.slopes_of],
        subject_to=[*(assumption.relation for assumption in convex_losses.from_zero), *domain],
        name="B",
    )
    step = instance(convex_losses.lines.theorems[loss.name], {convex_losses.weights: u, L: depth})
    return F, B, WeakDuality(F, B, by=Chain((step,)), name="weak-duality-of-vectors")


def with_loss(loss):
    """``min ℓ(XW_1⋯w_L; y) + (β/2)Σ‖W_l‖_F²``, and the same as a minimum over a scale t and a vector v."""
    at_outputs, lines = loss.value(X * weights, y), convex_losses.lines.theorems[loss.name]
    F, B, of_vectors = of_one_vector(loss)
    scaled = t ** (L - 2) * v
    at_scaled = loss.value(X * scaled, y)
    P = Minimize(at_outputs + beta * cost_of(W), over=[W], name="P")
    D = Minimize(
        at_scaled + beta * ((L - 2) * t**2 / 2 + frobenius(v)), over=[t, v], subject_to=[at_most(0, t)], name="D"
    )
    size = t ** (L - 2) * frobenius(v)
    of_scales = Chain((
        instance(lines, {convex_losses.weights: scaled}),
        Step(equal(at_scaled + beta * of_scale(frobenius(scaled)), at_scaled + beta * of_scale(size))),
        affine(instance(lemmas.weighted_means, {lemmas.sigma: size, lemmas.k: L - 2}), times=beta, plus=at_scaled),
        Step(equal(at_scaled + beta * ((L - 2) * t**2 / 2 + size * t ** (2 - L)), D.objective)),
    ))  # fmt: skip
    return Theorem(
        title=f"Deep linear networks with {loss.title} and weight decay train to a certified global optimum",
        source=ERGEN_PILANCI_2020.at("Section 3"),
        given=[*loss.targets(y), *loss.given, Positive(beta), deep],
        claims=[
            WeakDuality(
                P, B,
                by=Chain((
                    instance(lines, {convex_losses.weights: weights}),
                    affine(instance(balanced_norms, {V: W}, claim="of-the-product"), times=beta, plus=at_outputs),
                )),
            ),
            WeakDuality(D, B, by=of_scales, name="weak-duality-of-scales"),
            of_vectors,
            StrongDuality(P, B),
            Holds(equal(optimum(P), optimum(D)), name="one-scale"),
            Holds(equal(optimum(P), optimum(F)), name="one-vector"),
            SomeOptimum(P, rank_one, name="rank-one-exists"),
            ForEveryOptimum(P, rank_one, name="rank-one"),
            ForEveryOptimum(P, aligned, name="aligned"),
            ForEveryOptimum(P, every(equal(frobenius(W[l]), frobenius(W[1])), l, 2, L), name="balanced"),
        ],
        witness=loss.witness("theorems.witnesses.deep_losses:deep"),
        examples=[
            *loss.examples("longley", "diabetes_above_median", rows=16, beta="1000", L="3"),
            *(loss.examples("", "one_against_many", beta="1/2", L="3") if loss is logistic else []),
        ],
        note=(
            "For L ≥ 3 the problem is not convex, and zero is a local minimum. With ρ = ‖w‖ the loss is at least "
            "−ℓ*(ν) − ρ‖Xᵀν‖ for every ν; with the penalty this is concave in ρ, so that finitely many ν, each for an "
            "interval, bound every network from below: B. For a fixed t the minimum over v in D is max −ℓ*(ν) over "
            "t^(L−2)‖Xᵀν‖ ≤ β, by two-layer-linear/convex-loss for the inputs t^(L−2)X: the dual of the source."
        ),
        also_true=reasons.lines(B)
        | reasons.signless_layers(D),
    )  # fmt: skip


regularized = with_loss(squared)
convex_loss = Variants("loss", {loss.name: with_loss(loss) for loss in LOSSES if loss is not squared})

# Where the optimum leaves zero it jumps: X = 1, y = 2s³, β = s⁴ and three layers.
s = scalar("s")
three_layers, three_layers_bound, of_three_layers = of_one_vector(squared, depth=Rational(3))

two_optima = Theorem(
    title="With three layers zero and a network far from it can both be optimal",
    source=ERGEN_PILANCI_2020.at("Section 3"),
    given=[
        SizeAtMost(n, 1), SizeAtMost(d, 1), Positive(s), Let(X, ones(n, d)), Let(y, 2 * s**3 * ones(n)),
        Let(beta, s**4),
    ],
    claims=[
        of_three_layers,
        StrongDuality(three_layers, three_layers_bound, name="bound-attained"),
        OptimalValue(three_layers, 2 * s**6),
        OptimalPoint(three_layers, {u: zeros(d)}, name="zero"),
        OptimalPoint(three_layers, {u: s**3 * ones(d)}, name="far-from-zero"),
    ],
    witness="theorems.witnesses.deep_losses:at_the_crossover",
    also_true=reasons.lines(three_layers_bound),
    note="F(w) = ½(w − 2s³)² + (3/2)s⁴|w|^(2/3) is 2s⁶ at w = 0 and at w = s³, and more between them and beyond.",
)  # fmt: skip


# The cross-entropy of several classes: the dual has the nuclear norm where the network has a quasi-norm.
classes = product_of(U)
ce_loss = convex_losses.cross_entropy_of(X * classes)
CP = Minimize(ce_loss + beta * cost_of(U), over=[U], name="P")
of_scaled = t ** (L - 2) * Z
at_scaled_classes = convex_losses.cross_entropy_of(X * of_scaled)
CD = Minimize(
    at_scaled_classes + beta * ((L - 2) * t**2 / 2 + nuclear(Z)), over=[t, Z], subject_to=[at_most(0, t)], name="D"
)
lines_over = [convex_losses.q, convex_losses.rho, convex_losses.weights_of_lines]
lines_from_zero = [assumption.relation for assumption in convex_losses.from_zero]
ce_below = convex_losses.least_of_cross_entropy_lines(L)
CB = Maximize(ce_below, over=lines_over, subject_to=lines_from_zero, name="B")

ce_lines = instance(convex_losses.cross_entropy_lines, {convex_losses.W: classes})
ce_factored = affine(
    instance(lemmas.schatten_factorisation, {V: U}, claim="sum-of-squares"), times=beta, plus=ce_loss
)  # fmt: skip
ce_chain = Chain((
    ce_lines,
    affine(
        powered(instance(lemmas.nuclear_below_schatten, {V: U}), 2 / L), times=beta * L / 2, plus=ce_loss
    ),
    ce_factored,
))  # fmt: skip
ce_size = t ** (L - 2) * nuclear(Z)
ce_dual_chain = Chain((
    instance(convex_losses.cross_entropy_lines, {convex_losses.W: of_scaled}),
    Step(
        equal(at_scaled_classes + beta * of_scale(nuclear(of_scaled)), at_scaled_classes + beta * of_scale(ce_size))
    ),
    affine(
        instance(lemmas.weighted_means, {lemmas.sigma: ce_size, lemmas.k: L - 2}), times=beta, plus=at_scaled_classes
    ),
    Step(equal(at_scaled_classes + beta * ((L - 2) * t**2 / 2 + ce_size * t ** (2 - L)), CD.objective)),
))  # fmt: skip
three_layers_or_more = SizeAtMost(3, L)
of_rank_one = every(RankAtMost(U[l], 1), l, 1, L)

cross_entropy_two_classes = Theorem(
    title="Deep linear networks with the cross-entropy of two classes have no duality gap",
    source=ERGEN_PILANCI_2020.at("Section 3"),
    given=[*convex_losses.one_hot, SizeAtMost(K, 2), Positive(beta), three_layers_or_more],
    claims=[
        WeakDuality(CP, CB, by=ce_chain),
        WeakDuality(CD, CB, by=ce_dual_chain, name="weak-duality-of-the-dual"),
        StrongDuality(CP, CB, name="certified"),
        StrongDuality(CP, CD),
        SomeOptimum(CP, of_rank_one, name="rank-one-exists"),
        ForEveryOptimum(CP, of_rank_one, name="rank-one"),
        ForEveryOptimum(CP, equal(column(classes, 1), -column(classes, 2)), name="opposite-outputs"),
        ForEveryOptimum(CP, every(equal(frobenius(U[l]), frobenius(U[1])), l, 2, L), name="balanced"),
    ],
    witness="theorems.witnesses.cross_entropy:two_classes",
    note=(
        "The loss does not change with the mean of the two outputs, so that an optimal product W has opposite columns: "
        "it has rank one, and its quasi-norm is its nuclear norm. For a fixed t the minimum over Z in D is "
        "max −Σ p log p over t^(L−2)σ_max(XᵀN) ≤ β with p = N + Y, by two-layer-linear/cross-entropy."
    ),
    also_true=reasons.lines(CB) | reasons.signless_layers(CD),
)

ce_raised = convex_losses.raised(ce_below, L)
CS = Maximize(
    ce_raised,
    over=[*lines_over, convex_losses.tau],
    subject_to=[*lines_from_zero, at_most(0, convex_losses.tau)],
    name="S",
)
ce_second = instance(convex_losses.second_value, {V: U})
raised_chain = Chain((
    Step(
        at_most(ce_raised, convex_losses.raised(ce_lines.relation.sides[1], L)),
        by=ce_lines.by,
        conditions=ce_lines.conditions,
    ),
    ce_second,
    ce_factored,
))  # fmt: skip

three_that_fit = [less(2, rank(Y)), less(optimum(CD), convex_losses.log_two)]

# Ten times the least outputs that are Y fit the classes, and cost half a unit with this weight decay.
small_decay = 1 / (L * nuclear(10 * pinv(X) * Y) ** (2 / L))

cross_entropy_gap = Theorem(
    title="Strong duality fails for deep linear networks with the cross-entropy of three classes that they can fit",
    source=WANG_ERGEN_PILANCI_2021.at("Section 2"),
    given=[
        *convex_losses.one_hot, *convex_losses.three_of_each, Positive(beta), three_layers_or_more,
    ],
    claims=[
        WeakDuality(CP, CB, by=ce_chain),
        WeakDuality(CD, CB, by=ce_dual_chain, name="weak-duality-of-the-dual"),
        WeakDuality(CP, CS, by=raised_chain, name="second-value", when=three_that_fit),
        StrongDuality(CP, CD, name="no-gap-for-inputs-of-rank-one", when=[RankAtMost(X, 1)]),
        StrongDuality(CD, CB, name="dual-certified"),
        Holds(less(optimum(CD), optimum(CP)), name="gap", when=three_that_fit),
    ],
    witness="theorems.witnesses.cross_entropy:three_classes",
    examples=[
        Example(file="data/identity.csv", target=("A", "B", "C"), settings={"beta": beta_of, "L": depth_of})
        for beta_of, depth_of in (("1/20", "3"), ("1/50", "4"))
    ],
    boundaries={beta: small_decay},
    note=(
        "D has the nuclear norm of the product W where P has the Schatten quasi-norm of order 2/L, so that D* ≤ P*. "
        "Where σ_2(W) ≤ τ a sample is on the wrong side and costs log(1 + exp(−√2·max‖x_i‖·τ)); elsewhere P exceeds D "
        "by (βL/2)(2 − 2^(2/L))τ^(2/L): this is S. For some τ both are more than D*, if only D* < log 2: strong "
        "duality fails wherever the dual fits three classes. "
        "X = Y = I₃, L = 3, β = 1/20: D* = 0.387723, P* > 0.39; training reaches 0.474590."
    ),
    also_true=reasons.lines(CB) | reasons.signless_layers(CD) | reasons.raised_lines(CS),
)  # fmt: skip
