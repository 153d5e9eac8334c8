"""Deep ReLU networks: inputs of rank one, splines, and what fails where inputs have both signs.

A network of ``L ≥ 2`` layers maps ``X`` to ``(⋯(X·W_1)₊⋯W_{L−1})₊·W_L``; its cost is ``½Σ‖W_l‖_F²``.  Every hidden
layer has width ``m``.
"""

from checker.statement import (
    Assumption,
    Chain,
    DistinctSorted,
    Example,
    ForEveryOptimum,
    Holds,
    Let,
    Maximize,
    Minimize,
    Nonnegative,
    Nonzero,
    OptimalValue,
    Parallel,
    Positive,
    RankAtMost,
    Relation,
    SizeAtMost,
    SomeNegative,
    SomeOptimum,
    SomePositive,
    Step,
    StrongDuality,
    Theorem,
    WeakDuality,
    WidthAtLeast,
    absolute,
    affine,
    at_most,
    column,
    dimension,
    dimensions,
    dot,
    entry,
    equal,
    every,
    family,
    frobenius,
    instance,
    less,
    matrix,
    maximum,
    norm,
    norm_inf,
    ones,
    optimum,
    product,
    relu,
    scalar,
    summed,
    total,
    vector,
    zeros,
)
from checker.statement import (
    largest as largest_of,
)
from checker.statement.text import text
from theorems import convex_losses, lemmas, reasons, reasons_splines
from theorems.deep_linear import balanced_norms, cost_of, of_scale, shared
from theorems.sources import ERGEN_PILANCI_2020, WANG_ERGEN_PILANCI_2021
from theorems.two_layer_relu import F as spline_of_least_cost
from theorems.two_layer_relu import bends, f_0, f_1, jumps, spline_value, tau

n, d, m, L = dimensions("n d m L")
j, k, l = (dimension(name) for name in "jkl")  # noqa: E741 - the layer
X, y, lam, mu = matrix("X", n, d), vector("y", n), vector("lambda", n), vector("mu", n)
c, a = vector("c", n), vector("a", d)
alpha, gamma, t = scalar("alpha"), scalar("gamma"), scalar("t")
W = family("W", depth=L, inputs=d, hidden=m)
A, q = matrix("A", d, m), vector("q", m)
deep = SizeAtMost(2, L)
plus, minus = relu(c), relu(-c)

output = lemmas.rectified(W, X)
largest, inner_largest = lemmas.largest_neuron(lam), lemmas.largest_neuron(mu)
correlation = dot(lam, y)
norms = product(frobenius(W[l]), l, 1, L)
to_cost = instance(balanced_norms, {lemmas.V: W}, claim="arithmetic-and-geometric-mean")

P = Minimize(cost_of(W), over=[W], subject_to=[equal(output, y)], name="P")
bound = Maximize(of_scale(correlation), over=[lam], subject_to=[at_most(largest, 1), at_most(0, correlation)], name="B")
primal_chain = Chain((
    Step(equal(of_scale(correlation), of_scale(dot(lam, output)))),
    shared(instance(lemmas.rectified_line, {lemmas.R: W})),
    Step(at_most(of_scale(largest * norms), of_scale(norms))),
    to_cost,
))  # fmt: skip

# The dual problem: a minimum over the scale t of maxima over λ, each bounded from above by two-layer networks.
scale = t ** (L - 2)
of_neurons = total(norm(column(A, j)) * absolute(entry(q, j)), j, 1, m)
inner = Maximize(dot(mu, y), over=[mu], subject_to=[at_most(scale * inner_largest, 1)], name="M")
inner_primal = Minimize(of_neurons, over=[A, q], subject_to=[equal(scale * relu(X * A) * q, y)], name="N")
D = Minimize((L - 2) * t**2 / 2 + optimum(inner), over=[t], subject_to=[at_most(0, t)], name="D")


def dual_chain(inside, response):
    """From the bound at λ to the dual problem at t, whose inner maximum is at least its objective at a scaled λ."""
    return Chain((
        instance(lemmas.weighted_means, {lemmas.sigma: correlation, lemmas.k: L - 2}),
        Step(
            at_most((L - 2) * t**2 / 2 + correlation * t ** (2 - L), (L - 2) * t**2 / 2 + optimum(inside)),
            inside=(inside, {response: t ** (2 - L) * lam}),
        ),
    ))  # fmt: skip


each_neuron = instance(lemmas.neuron, {lemmas.lam: mu, lemmas.w: column(A, j), lemmas.s: scale * entry(q, j)})
inner_chain = Chain((
    Step(equal(dot(mu, y), total(scale * entry(q, j) * dot(mu, relu(X * column(A, j))), j, 1, m))),
    summed(each_neuron, j, 1, m),
    Step(at_most(total(inner_largest * norm(column(A, j)) * absolute(scale * entry(q, j)), j, 1, m), of_neurons)),
))  # fmt: skip
pairs = [
    WeakDuality(P, bound, by=primal_chain),
    WeakDuality(inner_primal, inner, by=inner_chain, name="weak-duality-inside"),
    WeakDuality(D, bound, by=dual_chain(inner, mu), name="weak-duality-of-the-dual"),
]
rank_one_layers = every(RankAtMost(W[l], 1), l, 1, L)
aligned = every(equal(frobenius(W[l] * W[l + 1]), frobenius(W[l]) * frobenius(W[l + 1])), l, 1, L - 1)
balanced = every(equal(frobenius(W[l]), frobenius(W[1])), l, 2, L)
middle_nonnegative = every(Relation("nonnegative", W[l]), l, 2, L - 1)
size = absolute(alpha) / norm(a)

rank_one = Theorem(
    title="Strong duality of deep ReLU networks on nonnegative inputs of rank one",
    source=ERGEN_PILANCI_2020.at("Section 3"),
    given=[Let(X, c * a.T), Nonnegative(c), Nonzero(c), Nonzero(a), Let(y, alpha * c), deep],
    claims=[
        *pairs,
        StrongDuality(P, D),
        StrongDuality(P, bound, name="bound-attained"),
        OptimalValue(P, of_scale(size)),
        OptimalValue(D, of_scale(size), name="dual-value"),
        SomeOptimum(P, rank_one_layers, name="rank-one-exists"),
        SomeOptimum(P, aligned, name="aligned-exists"),
        ForEveryOptimum(P, rank_one_layers, name="rank-one"),
        ForEveryOptimum(P, aligned, name="aligned"),
        ForEveryOptimum(P, balanced, name="balanced"),
        ForEveryOptimum(P, Parallel(W[1], a), name="first-layer"),
        ForEveryOptimum(P, middle_nonnegative, name="middle-layers-nonnegative", when=[Nonzero(alpha)]),
    ],
    witness="theorems.witnesses.deep_relu:one_path",
    note=(
        "The forward pass of the network is evaluated layer by layer, with its rectifiers: c ≥ 0 is what lets it "
        "through. Without it strong duality can fail, see deep-relu/rank-one-signed."
    ),
    also_true=reasons.signless_bound(bound) | reasons.signless_scale(D),
)

both_sizes = [absolute(alpha) / norm(a), absolute(gamma) / norm(a)]
joint = of_scale((absolute(alpha) + absolute(gamma)) / norm(a))
apart = of_scale(both_sizes[0]) + of_scale(both_sizes[1])
separate = Maximize(apart, over=[], name="S")
opposite, agreeing = less(alpha * gamma, 0), at_most(0, alpha * gamma)
two_outputs = instance(lemmas.opposite_outputs, {lemmas.R: W})

rank_one_signed = Theorem(
    title="Strong duality of deep ReLU networks fails for inputs and targets of both signs",
    source=WANG_ERGEN_PILANCI_2021.at("Section 2"),
    given=[
        Let(X, c * a.T), SomePositive(c), SomeNegative(c), Nonzero(a), SizeAtMost(2, n),
        Let(y, alpha * plus + gamma * minus), SizeAtMost(2, m), deep,
    ],
    claims=[
        *pairs,
        WeakDuality(
            P, separate,
            by=Chain((Step(equal(apart, two_outputs.relation.sides[0])), two_outputs)),
            name="weak-duality-of-opposite-signs", when=[opposite],
        ),
        OptimalValue(D, joint, name="dual-value"),
        StrongDuality(P, D, name="no-gap-where-signs-agree", when=[agreeing]),
        OptimalValue(P, joint, name="value-where-signs-agree", when=[agreeing]),
        OptimalValue(P, apart, name="value-where-signs-differ", when=[opposite]),
        Holds(less(optimum(D), optimum(P)), name="gap", when=[opposite, less(2, L)]),
        StrongDuality(P, D, name="no-gap-for-two-layers", when=[equal(L, 2)]),
        StrongDuality(D, bound, name="dual-bound-attained"),
        StrongDuality(P, separate, name="bound-attained-where-signs-differ", when=[opposite]),
    ],
    witness="theorems.witnesses.deep_relu:two_paths",
    note=(
        "The boundary of deep-relu/rank-one. Where the two parts of the target have opposite signs, no neuron of the "
        "hidden layers can serve both, and the optimum is that of two networks. The smallest case is c = (1, −1), "
        "a = 1, y = c, L = 3: P* = 3, D* = 2.381…."
    ),
    also_true=reasons.signless_bound(bound) | reasons.signless_scale(D),
)  # fmt: skip

# Splines: one input x ≥ 0, a bias in each neuron of the last hidden layer and one after it.
x = vector("x", n)
V = family("V", depth=L, inputs=1, hidden=m)
b, b_0 = lemmas.b, lemmas.b_0
w, theta, q_0 = vector("w", m), vector("theta", m), scalar("q_0")
fitted = lemmas.deep_spline(V, x)
biased, inner_biased = lemmas.largest_biased_neuron(lam), lemmas.largest_biased_neuron(mu)
centred, inner_centred = equal(dot(ones(n), lam), 0), equal(dot(ones(n), mu), 0)
all_norms = product(frobenius(V[l]), l, 1, L)

S = Minimize(cost_of(V), over=[V, b, b_0], subject_to=[equal(fitted, y)], name="P")
spline_bound = Maximize(
    of_scale(correlation), over=[lam], subject_to=[centred, at_most(biased, 1), at_most(0, correlation)], name="B"
)
spline_chain = Chain((
    Step(equal(of_scale(correlation), of_scale(dot(lam, fitted)))),
    shared(instance(lemmas.rectified_spline, {lemmas.S: V})),
    Step(at_most(of_scale(biased * all_norms), of_scale(all_norms))),
    instance(balanced_norms, {lemmas.V: V}, claim="arithmetic-and-geometric-mean"),
))  # fmt: skip

of_products = total(absolute(entry(w, j)) * absolute(entry(q, j)), j, 1, m)
spline_inner = Maximize(dot(mu, y), over=[mu], subject_to=[inner_centred, at_most(scale * inner_biased, 1)], name="M")
two_layers = scale * relu(x * w.T + ones(n) * theta.T) * q + q_0 * ones(n)
spline_inner_primal = Minimize(of_products, over=[w, theta, q, q_0], subject_to=[equal(two_layers, y)], name="N")
E = Minimize((L - 2) * t**2 / 2 + optimum(spline_inner), over=[t], subject_to=[at_most(0, t)], name="D")
each_biased = instance(
    lemmas.biased_neuron,
    {lemmas.lam: mu, lemmas.omega: entry(w, j), lemmas.theta: entry(theta, j), lemmas.s: scale * entry(q, j)},
)
each_response = dot(mu, relu(entry(w, j) * x + entry(theta, j) * ones(n)))
spline_inner_chain = Chain((
    Step(equal(dot(mu, y), total(scale * entry(q, j) * each_response, j, 1, m))),
    summed(each_biased, j, 1, m),
    Step(at_most(total(inner_biased * absolute(entry(w, j)) * absolute(scale * entry(q, j)), j, 1, m), of_products)),
))  # fmt: skip
spline_pairs = [
    WeakDuality(S, spline_bound, by=spline_chain),
    WeakDuality(spline_inner_primal, spline_inner, by=spline_inner_chain, name="weak-duality-inside"),
    WeakDuality(E, spline_bound, by=dual_chain(spline_inner, mu), name="weak-duality-of-the-dual"),
]
switches = lemmas.before_last(V, x)
knots_among_data = every(equal(product(entry(column(switches, j), k), k, 1, n), 0), j, 1, m)
left_of_zero = scalar("r")
constant = equal(lemmas.deep_spline(V, -left_of_zero * ones(1)), lemmas.deep_spline(V, zeros(1)))
hidden_rank_one = every(RankAtMost(V[l], 1), l, 1, L - 1)
of_value = of_scale(spline_value)
of_splines = (
    reasons.signless_bound(spline_bound)
    | reasons.centred(spline_bound)
    | reasons.largest(spline_bound, 1)
    | reasons.signless_scale(E)
)

spline = Theorem(
    title="Optimal deep networks on nonnegative one-dimensional data are linear splines",
    source=ERGEN_PILANCI_2020.at("Section 4"),
    given=[
        DistinctSorted(x), Nonnegative(x), SizeAtMost(2, n), WidthAtLeast(m, n - 1), SizeAtMost(3, L),
        Positive(left_of_zero),
    ],
    claims=[
        *spline_pairs,
        StrongDuality(S, E),
        StrongDuality(S, spline_bound, name="bound-attained"),
        OptimalValue(S, of_value),
        OptimalValue(E, of_value, name="dual-value"),
        SomeOptimum(S, hidden_rank_one, name="rank-one-exists"),
        SomeOptimum(S, knots_among_data, name="knots-among-the-data"),
        SomeOptimum(S, constant, name="constant-left-of-zero-exists"),
        ForEveryOptimum(S, hidden_rank_one, name="rank-one"),
        ForEveryOptimum(S, constant, name="constant-left-of-zero", when=[less(0, spline_value)]),
    ],
    witness="theorems.witnesses.deep_relu:spline",
    examples=[
        Example(file="data/nile.csv", settings={"L": "3", "r": "1"}),
        Example(file="data/nile.csv", settings={"L": "5", "r": "1"}),
    ],
    pictures=["theorems.pictures.splines:fit"],
    note=(
        "The cost is that of two layers, raised to the power 2/L. For x < 0 the first layers are closed, and the "
        "function is constant. For inputs of both signs the value can be another, see deep-relu/spline-signed."
    ),
    also_true=of_splines | reasons_splines.CLOSED_LAYERS,
)  # fmt: skip

# Squared loss and weight decay: not a convex problem, bounded from below by finitely many lines.
beta, nu, v = scalar("beta"), vector("nu", n), vector("v", m)
lines, rho = convex_losses.q, convex_losses.rho
slopes, unshifted = matrix("Lambda", n, lines), matrix("U_Lambda", n, lines)
centred_slopes = equal(ones(n).T * slopes, zeros(1, lines))
centring = Assumption(centred_slopes, slopes, unshifted - ones(n) * (ones(n).T * unshifted) / n, (unshifted,))


def penalised(dual):
    """``λᵀy − ½‖λ‖²``."""
    return dot(dual, y) - norm(dual) ** 2 / 2


def with_decay(values, decay):
    """``½‖f − y‖² + β·decay``."""
    return norm(values - y) ** 2 / 2 + beta * decay


# Column k is (x − x_k)₊ and row k is (x_k − x)₊.
atoms = relu(x * ones(n).T - ones(n) * x.T)


def largest_at_knots(dual):
    """``sup |λᵀ(z·x + e·𝟏)₊|`` over ``|z| ≤ 1`` and every bias e, as two-layer-relu/bias-constraint simplifies it."""
    return maximum(norm_inf(atoms.T * dual), norm_inf(atoms * dual))


def spline_line(k, at):
    """``λᵀy − ½‖λ‖² − ρ·sup|λᵀ(z·x + e·𝟏)₊| + β(L/2)ρ^(2/L)`` for the k-th λ, which is concave in ρ, at a ρ."""
    dual = column(slopes, k)
    return penalised(dual) - at * largest_at_knots(dual) + beta * of_scale(at)


at_ends = maximum(*(-spline_line(k, entry(rho, number)) for number in (k, k + 1)))
least_of_lines = -maximum(largest_of(at_ends, k, 1, lines), -beta * of_scale(entry(rho, lines + 1)))
function, function_cost = f_0 * ones(n) + f_1 * x + bends * jumps, spline_of_least_cost.objective


def two_layers_of(output):
    """A network of two layers with that output layer, at the data."""
    return relu(x * w.T + ones(n) * theta.T) * output + q_0 * ones(n)


def products_of(output):
    """``Σ|w_j||v_j|``."""
    return total(absolute(entry(w, j)) * absolute(entry(output, j)), j, 1, m)


# Data on which some line, or the penalty beyond the last one, is only just below the loss of a network.
TIGHT = (
    *(f"{end}_{side}_{way}" for end in ("late", "early") for side in ("left", "right") for way in ("up", "down")),
    "beyond_small", "beyond_large", "zero", "tent", "rising", "flattening",
)  # fmt: skip
bounds = {
    name: at_most(least_of_lines, with_decay(outputs, of_scale(size)))
    for name, outputs, size in (
        ("of-networks", fitted, all_norms),
        ("of-two-layers", two_layers_of(v), products_of(v)),
        ("of-functions", function, function_cost),
    )
}
spline_lines = Theorem(
    title="Lines bound the squared loss with a penalty that is concave in the cost of a spline from below",
    source=ERGEN_PILANCI_2020.at("Section 4"),
    given=[
        Nonnegative(x), centring, *convex_losses.from_zero, Positive(beta), deep,
    ],
    claims=[Holds(bound, name=name) for name, bound in bounds.items()],
    note=(
        "½‖f − y‖² ≥ λᵀ(y − f) − ½‖λ‖² for every λ. With 𝟏ᵀλ = 0 a function of cost ρ has |λᵀf| ≤ ρ·sup|λᵀ(zx + e𝟏)₊|; "
        "a network has ρ = ‖V_1‖⋯‖V_L‖ or less, see lemmas/rectified-spline. With the penalty this is concave in ρ, so "
        "that its minimum on an interval lies at an end. The intervals lead from 0 to ρ_{q+1} without a gap; beyond it "
        "the penalty grows."
    ),
    examples=[
        *(Example(file=f"data/lines/spline_{name}.json") for name in TIGHT),
        # A network that fits y_i = 2 for nothing, and one whose output rises from 0 to 1 and stays there.
        Example(file="data/lines/spline_lifted.json", without=centring),
        Example(file="data/lines/spline_of_both_signs.json", without=Nonnegative(x)),
    ],
    also_true=reasons_splines.spline_lines(*map(text, bounds.values())),
)  # fmt: skip

SR = Minimize(with_decay(fitted, cost_of(V)), over=[V, b, b_0], name="P")
SF = Minimize(with_decay(function, of_scale(function_cost)), over=[f_0, f_1, jumps, tau], name="F")
SB = Maximize(
    least_of_lines, over=[lines, rho, slopes],
    subject_to=[*(assumption.relation for assumption in convex_losses.from_zero), centred_slopes], name="B",
)  # fmt: skip
at_scale, products_at_scale = two_layers_of(scale * v), scale * products_of(v)
loss_at_scale = norm(at_scale - y) ** 2 / 2
SD = Minimize(
    loss_at_scale + beta * ((L - 2) * t**2 / 2 + products_of(v)), over=[t, w, theta, v, q_0],
    subject_to=[at_most(0, t)], name="D",
)  # fmt: skip
of_scales = Chain((
    instance(spline_lines, {v: scale * v}, claim="of-two-layers"),
    Step(
        equal(
            with_decay(at_scale, of_scale(products_of(scale * v))), loss_at_scale + beta * of_scale(products_at_scale)
        )
    ),
    affine(
        instance(lemmas.weighted_means, {lemmas.sigma: products_at_scale, lemmas.k: L - 2}),
        times=beta, plus=loss_at_scale,
    ),
    Step(equal(loss_at_scale + beta * ((L - 2) * t**2 / 2 + products_at_scale * t ** (2 - L)), SD.objective)),
))  # fmt: skip
regularized_chain = Chain((
    instance(spline_lines, {lemmas.S: V}, claim="of-networks"),
    affine(
        instance(balanced_norms, {lemmas.V: V}, claim="arithmetic-and-geometric-mean"),
        times=beta, plus=norm(fitted - y) ** 2 / 2,
    ),
))  # fmt: skip
spline_regularized = Theorem(
    title="Weight decay fits linear splines with deep networks on nonnegative one-dimensional data",
    source=ERGEN_PILANCI_2020.at("Section 4"),
    given=[
        DistinctSorted(x), Nonnegative(x), WidthAtLeast(m, n - 1), SizeAtMost(3, L), Positive(beta),
        Positive(left_of_zero),
    ],
    claims=[
        WeakDuality(SR, SB, by=regularized_chain),
        WeakDuality(SD, SB, by=of_scales, name="weak-duality-of-scales"),
        WeakDuality(
            SF, SB, by=Chain((instance(spline_lines, claim="of-functions"),)), name="weak-duality-of-functions"
        ),
        StrongDuality(SR, SB),
        Holds(equal(optimum(SR), optimum(SD)), name="one-scale"),
        Holds(equal(optimum(SR), optimum(SF)), name="one-function"),
        SomeOptimum(SR, hidden_rank_one, name="rank-one-exists"),
        SomeOptimum(SR, knots_among_data, name="knots-among-the-data"),
        SomeOptimum(SR, constant, name="constant-left-of-zero-exists"),
        ForEveryOptimum(SR, hidden_rank_one, name="rank-one"),
        ForEveryOptimum(SR, constant, name="constant-left-of-zero"),
    ],
    witness="theorems.witnesses.deep_splines:regularized",
    examples=[Example(file="data/nile.csv", rows=30, settings={"L": "3", "beta": "1000", "r": "1"})],
    pictures=["theorems.pictures.splines:fit"],
    note=(
        "For L ≥ 3 the problem is not convex, and a constant is a local minimum. F is over functions, at their cost as "
        "networks of two layers, to the power 2/L. With ρ this cost, the loss is at least λᵀy − ½‖λ‖² − "
        "ρ·sup|λᵀ(zx + e𝟏)₊| for every λ with 𝟏ᵀλ = 0; with the penalty this is concave in ρ, so that finitely many λ, "
        "each for an interval, bound every network from below: B. For a fixed t the rest of D is a maximum over ν, by "
        "two-layer-relu/spline-regularized with the weight decay β/t^(L−2), which is the dual of the source."
    ),
    also_true=reasons.lines(SB) | reasons.signless_layers(SD) | reasons_splines.CLOSED_LAYERS,
)  # fmt: skip

rise = absolute(entry(y, 2) - entry(y, 1))
farther = maximum(absolute(entry(x, 1)), absolute(entry(x, 2)))
signed_value = of_scale(rise / farther)
signed_bound = Maximize(signed_value, over=[], name="B")
of_network = absolute(entry(fitted, 2) - entry(fitted, 1))
over_farther = [of_scale(of_network / farther), of_scale(all_norms)]

# Two points, between which the largest neuron is a line.
of_two_points = (
    of_splines
    | dict.fromkeys(
        (
            "t^(L − 2)·(sup[z, e, |z| ≤ 1] |μᵀ(e·𝟏 + z·x)|) ≤ 1",
            "sup[z, e, |z| ≤ 1] |λᵀ(e·𝟏 + z·x)| ≤ 1",
        ),
        "Of two points a large bias leaves every neuron active at both, and none responds more than such a line.",
    )
    | {
        "b₀·𝟏 + (fold[H := x; H := (H V[l])₊, l = 1…L − 2] V[L − 1] + 𝟏 bᵀ) V[L] = y": (
            "A large bias leaves every neuron of the last hidden layer active at both points, and the bound on the "
            "rise between them does not use that this layer is rectified."
        )
    }
)
span = instance(lemmas.rectified_span, {lemmas.S: V})
chord = absolute(entry(y, 2) - entry(y, 1)) / absolute(entry(x, 2) - entry(x, 1))

spline_signed = Theorem(
    title="Deep networks on inputs of both signs cost more than the spline of their dual problem",
    source=ERGEN_PILANCI_2020.at("Section 4"),
    given=[SizeAtMost(2, n), SizeAtMost(n, 2), SomePositive(x), SomeNegative(x), SizeAtMost(3, L)],
    claims=[
        WeakDuality(
            S, signed_bound,
            by=Chain((
                Step(equal(signed_value, over_farther[0])),
                shared(affine(span, times=1 / farther)),
                instance(balanced_norms, {lemmas.V: V}, claim="arithmetic-and-geometric-mean"),
            )),
        ),
        *spline_pairs[1:],
        StrongDuality(S, signed_bound, name="bound-attained"),
        StrongDuality(E, spline_bound, name="dual-bound-attained"),
        OptimalValue(S, signed_value),
        OptimalValue(E, of_scale(chord), name="dual-value"),
        Holds(less(optimum(E), optimum(S)), name="gap", when=[less(0, rise)]),
    ],
    witness="theorems.witnesses.deep_relu:spline_signed",
    note=(
        "Two points on both sides of zero: the first layers pass either side on by itself, and the cheaper way is to "
        "rise on the side of the farther point alone. The smallest case is x = y = (−1, 1), L = 3: 2.381… against 1.5."
    ),
    also_true=of_two_points,
)  # fmt: skip
