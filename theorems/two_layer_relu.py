"""Two-layer ReLU networks: inputs of rank one, splines in one dimension, and the convex program of general data.

A network of width m maps ``X`` to ``(X·W)₊·v``; its cost is ``½(‖W‖_F² + ‖v‖²)``.
"""

from checker.statement import (
    Centred,
    Chain,
    DistinctSorted,
    Example,
    ForEveryOptimum,
    Holds,
    Let,
    Maximize,
    Minimize,
    Nonzero,
    OptimalPoint,
    OptimalValue,
    Parallel,
    Positive,
    RankAtMost,
    Relation,
    SizeAtMost,
    SomeOptimum,
    Step,
    StrongDuality,
    Theorem,
    WeakDuality,
    WidthAtLeast,
    absolute,
    affine,
    at_most,
    column,
    define,
    dimension,
    dimensions,
    dot,
    entry,
    equal,
    every,
    frobenius,
    instance,
    less,
    matrix,
    maximum,
    norm,
    norm1,
    ones,
    optimum,
    product,
    rank,
    relu,
    scalar,
    summed,
    total,
    vector,
)
from checker.statement import (
    largest as largest_of,
)
from theorems import lemmas, reasons
from theorems.sources import ERGEN_PILANCI_2020, PILANCI_ERGEN_2020, SAVARESE_2019

n, d, m = dimensions("n d m")
j = dimension("j")
X, y, lam = matrix("X", n, d), vector("y", n), vector("lambda", n)
W, v = matrix("W", d, m), vector("v", m)
c, a = vector("c", n), vector("a", d)
alpha, gamma = scalar("alpha"), scalar("gamma")
plus, minus = relu(c), relu(-c)

# Inputs of rank one: X = c·aᵀ, and a target in the span of c₊ and c₋.
largest = lemmas.largest_neuron(lam)
sizes = total(norm(column(W, j)) * absolute(entry(v, j)), j, 1, m)
squares = total((norm(column(W, j)) ** 2 + absolute(entry(v, j)) ** 2) / 2, j, 1, m)


def summed_responses(response):
    """``Σ v_j·λᵀ(X·w_j)₊``."""
    return total(entry(v, j) * dot(response, relu(X * column(W, j))), j, 1, m)


each_neuron = instance(lemmas.neuron, {lemmas.w: column(W, j), lemmas.s: entry(v, j)})
each_product = instance(lemmas.squares, {lemmas.sigma: norm(column(W, j)), lemmas.t: absolute(entry(v, j))})

cost = (frobenius(W) ** 2 + norm(v) ** 2) / 2
output = relu(X * W) * v
P = Minimize(cost, over=[W, v], subject_to=[equal(output, y)], name="P")
D = Maximize(dot(lam, y), over=[lam], subject_to=[at_most(largest, 1)], name="D")
chain = Chain((
    Step(equal(dot(lam, y), summed_responses(lam))),
    summed(each_neuron, j, 1, m),
    Step(at_most(total(largest * norm(column(W, j)) * absolute(entry(v, j)), j, 1, m), sizes)),
    summed(each_product, j, 1, m),
    Step(equal(squares, cost)),
))  # fmt: skip

of_rank_one = [Let(X, c * a.T), Nonzero(c), Nonzero(a), Let(y, alpha * plus + gamma * minus)]
wide = WidthAtLeast(m, rank(alpha * plus) + rank(gamma * minus))
value = (absolute(alpha) * rank(plus) + absolute(gamma) * rank(minus)) / norm(a)
both = [Relation("nonzero", plus), Relation("nonzero", minus), Nonzero(alpha), Nonzero(gamma)]


def signed(number, part):
    """The summand of the optimal λ that sees one part of c."""
    return number / absolute(number) / (norm(a) * norm(part) ** 2) * part


rank_one = Theorem(
    title="Strong duality of two-layer ReLU networks on inputs of rank one",
    source=ERGEN_PILANCI_2020.at("Section 3"),
    given=[*of_rank_one, wide],
    claims=[
        WeakDuality(P, D, by=chain),
        StrongDuality(P, D),
        OptimalValue(P, value),
        OptimalPoint(D, {lam: signed(alpha, plus) + signed(gamma, minus)}, name="dual-optimum", when=both),
        SomeOptimum(P, Parallel(W, a), name="on-the-line-exists"),
        ForEveryOptimum(P, Parallel(W, a), name="on-the-line"),
        ForEveryOptimum(P, RankAtMost(W, 1), name="rank-one"),
    ],
    witness="theorems.witnesses.two_layer_relu:neurons_on_the_line",
    pictures=["theorems.pictures.rectified:rectified_set"],
    note=(
        "A term whose c₊ or c₋ is zero counts for nothing: its rank is 0. The target may have parts of any signs; "
        "from three layers on it may not, see deep-relu/rank-one-signed."
    ),
)

mu, u = vector("mu", n), vector("p", d)
rectified_set = Theorem(
    title="On inputs of rank one the rectified neurons are two segments",
    source=ERGEN_PILANCI_2020.at("Section 3"),
    given=[Let(X, c * a.T), Nonzero(c), Nonzero(a)],
    claims=[
        Holds(
            equal(relu(X * u), maximum(dot(a, u), 0) * plus + maximum(-dot(a, u), 0) * minus),
            name="two-half-lines",
        ),
        Holds(at_most(absolute(dot(a, u)), norm(a) * norm(u)), name="of-bounded-length"),
        Holds(equal(relu(X * (a / norm(a))), norm(a) * plus), name="end-of-the-first"),
        Holds(equal(relu(X * (-a / norm(a))), norm(a) * minus), name="end-of-the-second"),
        Holds(equal(dot(plus, minus), 0), name="extreme-points"),
        Holds(
            equal(
                lemmas.largest_neuron(mu),
                norm(a) * maximum(absolute(dot(mu, plus)), absolute(dot(mu, minus))),
            ),
            name="dual-constraint",
        ),
    ],
    note=(
        "{(Xu)₊ : ‖u‖ ≤ 1} runs from 0 to ‖a‖c₊ and from 0 to ‖a‖c₋. The two ends are orthogonal, so that those that "
        "are nonzero are, with 0, the extreme points of the convex hull, and with their negatives those of the "
        "symmetrised hull. The constraint of the dual problem is therefore ‖a‖·|λᵀc₊| ≤ 1 and ‖a‖·|λᵀc₋| ≤ 1, which "
        "the last claim compares with the supremum, decided on its own."
    ),
)  # fmt: skip

# One neuron where two are needed.
q, s = vector("q", d), scalar("s")
error = norm(relu(X * q) * s - y) ** 2
errors = [(number * norm(part)) ** 2 for number, part in ((alpha, plus), (gamma, minus))]
least_error = -maximum(*(-part for part in errors))
N = Minimize(error, over=[q, s], name="N")
B = Maximize(least_error, over=[], name="B")
split_error = (
    (s * maximum(dot(a, q), 0) - alpha) ** 2 * norm(plus) ** 2
    + (s * maximum(-dot(a, q), 0) - gamma) ** 2 * norm(minus) ** 2
)  # fmt: skip

narrow = Theorem(
    title="One neuron fits only one of the two parts",
    source=ERGEN_PILANCI_2020.at("Section 3"),
    given=of_rank_one,
    claims=[
        WeakDuality(N, B, by=Chain((Step(at_most(least_error, split_error)), Step(equal(split_error, error))))),
        StrongDuality(N, B, name="bound-attained"),
        OptimalValue(N, least_error),
        Holds(less(0, optimum(N)), name="infeasible", when=both),
    ],
    witness="theorems.witnesses.two_layer_relu:better_part",
    note=(
        "What too few neurons cost: the least squared error of one neuron is the smaller of the two parts, so that "
        "with one neuron no network fits a target with two. (s(aᵀq)₊ − α)²‖c₊‖² + (s(−aᵀq)₊ − γ)²‖c₋‖², of which one "
        "positive part is zero."
    ),
)

# Splines: one input x, a bias in each neuron and one after them, none of which costs anything.
k = dimension("k")
x, w, b, b_0 = vector("x", n), vector("w", m), vector("b", m), scalar("b_0")
nu = vector("nu", n)
sorted_points = DistinctSorted(x)
enough = WidthAtLeast(m, n - 1)


def network(points, rows):
    """The function of the network at some points, a column."""
    return define("f", relu(points * w.T + ones(rows) * b.T) * v + b_0 * ones(rows), points)


def slope(k):
    """The slope between the k-th point and the next."""
    return define("m", (entry(y, k + 1) - entry(y, k)) / (entry(x, k + 1) - entry(x, k)), k)


variation = define("TV", total(absolute(slope(k) - slope(k - 1)), k, 2, n - 1))
spline_value = maximum(variation, (variation + absolute(slope(1) + slope(n - 1))) / 2)
one_point, more_points = equal(n, 1), less(1, n)

interpolates = equal(network(x, n), y)
products = total(absolute(entry(w, j)) * absolute(entry(v, j)), j, 1, m)
halves = total((absolute(entry(w, j)) ** 2 + absolute(entry(v, j)) ** 2) / 2, j, 1, m)
spline_cost_of_weights = (norm(w) ** 2 + norm(v) ** 2) / 2
biased = lemmas.largest_biased_neuron(lam)
S = Minimize(spline_cost_of_weights, over=[w, b, v, b_0], subject_to=[interpolates], name="P")
Q = Minimize(products, over=[w, b, v, b_0], subject_to=[interpolates], name="Q")
E = Maximize(dot(lam, y), over=[lam], subject_to=[equal(dot(ones(n), lam), 0), at_most(biased, 1)], name="D")


def summed_biased(response):
    """``Σ v_j·λᵀ(w_j·x + b_j)₊``."""
    return total(entry(v, j) * dot(response, relu(entry(w, j) * x + entry(b, j) * ones(n))), j, 1, m)


each_biased = instance(
    lemmas.biased_neuron, {lemmas.omega: entry(w, j), lemmas.theta: entry(b, j), lemmas.s: entry(v, j)}
)
each_square = instance(lemmas.squares, {lemmas.sigma: absolute(entry(w, j)), lemmas.t: absolute(entry(v, j))})
to_products = (
    Step(equal(dot(lam, y), summed_biased(lam))),
    summed(each_biased, j, 1, m),
    Step(at_most(total(biased * absolute(entry(w, j)) * absolute(entry(v, j)), j, 1, m), products)),
)
to_squares = (summed(each_square, j, 1, m), Step(equal(halves, spline_cost_of_weights)))
knots_among_data = every(equal(product(entry(w, j) * entry(x, k) + entry(b, j), k, 1, n), 0), j, 1, m)

spline = Theorem(
    title="Optimal networks on one-dimensional data are linear splines",
    source=ERGEN_PILANCI_2020.at("Section 4"),
    given=[sorted_points, enough],
    claims=[
        WeakDuality(S, E, by=Chain(to_products + to_squares)),
        WeakDuality(Q, E, by=Chain(to_products), name="weak-duality-of-products"),
        StrongDuality(S, E),
        StrongDuality(Q, E, name="strong-duality-of-products"),
        OptimalValue(S, spline_value, when=[more_points]),
        OptimalValue(Q, spline_value, name="value-of-products", when=[more_points]),
        OptimalValue(E, spline_value, name="dual-value", when=[more_points]),
        OptimalValue(S, 0, name="one-point", when=[one_point]),
        SomeOptimum(S, knots_among_data, name="knots-among-the-data"),
        SomeOptimum(Q, knots_among_data, name="knots-among-the-data-exactly"),
    ],
    witness="theorems.witnesses.splines:interpolation",
    examples=[Example(file="data/nile.csv")],
    pictures=["theorems.pictures.splines:fit", "theorems.pictures.splines:bias_response"],
    note=(
        "Rescaled neurons cost Σ|w_j||v_j|, which a rational network attains exactly; P costs the same, with square "
        "roots as weights. Connecting the dots, with the right slopes at the ends, is optimal, but need not be the "
        "only optimum: see two-layer-relu/spline-not-unique."
    ),
    also_true=reasons.centred(E),
)

bias_constraint = Theorem(
    title="The largest neuron with a bias has its knot among the data",
    source=ERGEN_PILANCI_2020.at("Section 4"),
    given=[sorted_points, Centred(mu)],
    claims=[
        Holds(
            equal(
                lemmas.largest_biased_neuron(mu),
                largest_of(
                    maximum(
                        absolute(dot(mu, relu(x - entry(x, k) * ones(n)))),
                        absolute(dot(mu, relu(entry(x, k) * ones(n) - x))),
                    ),
                    k, 1, n,
                ),
            ),
            name="dual-constraint",
        )
    ],
    note=(
        "For slopes ±1 the response μᵀ(±x + b·𝟏)₊ is linear in the bias between the data, and constant beyond them as "
        "𝟏ᵀμ = 0; the supremum over all biases is that over the knots x_k, of which there are n."
    ),
)  # fmt: skip

# The same optimum in the space of functions f_0 + f_1·x + Σ μ_j (x − τ_j)₊.
jumps, tau = vector("mu", m), vector("tau", m)
f_0, f_1 = scalar("f_0"), scalar("f_1")
bends = relu(x * ones(m).T - ones(n) * tau.T)
two_ends = absolute(2 * f_1 + total(entry(jumps, j), j, 1, m))
F = Minimize(
    maximum(norm1(jumps), two_ends),
    over=[f_0, f_1, jumps, tau],
    subject_to=[equal(f_0 * ones(n) + f_1 * x + bends * jumps, y)],
    name="F",
)
level = dot(lam, x)
responses = total(entry(jumps, j) * dot(lam, relu(x - entry(tau, j) * ones(n))), j, 1, m)
blended = absolute(level) / 2 * two_ends + (1 - absolute(level) / 2) * norm1(jumps)

spline_cost = Theorem(
    title="The cost of a network as a norm of its function",
    source=SAVARESE_2019.at("Section 3"),
    given=[sorted_points, enough],
    claims=[
        WeakDuality(
            F, E,
            by=Chain((
                Step(equal(dot(lam, y), level * f_1 + responses)),
                Step(at_most(level * f_1 + responses, blended)),
                Step(at_most(blended, F.objective)),
            )),
            name="weak-duality-of-functions",
        ),
        WeakDuality(Q, E, by=Chain(to_products)),
        StrongDuality(F, E),
        StrongDuality(F, Q, name="cost-of-the-network"),
        OptimalValue(F, spline_value, when=[more_points]),
    ],
    witness="theorems.witnesses.splines:function_and_network",
    examples=[Example(file="data/nile.csv")],
    note=(
        "F is max(∫|f″|, |f′(−∞) + f′(+∞)|), f″ being a measure: it has the masses μ_j at the points τ_j, and the "
        "slopes at the two ends are f_1 and f_1 + Σμ_j. Second step: with ℓ = λᵀx, the responses λᵀ(x − τ)₊ and "
        "λᵀ(τ − x)₊ differ by ℓ and are at most 1, so that λᵀ(x − τ)₊ − ℓ/2 is at most 1 − |ℓ|/2."
    ),
    also_true=reasons.centred(E),
)  # fmt: skip

# Four points on a convex function whose middle piece may bend anywhere, or at both its ends.
p_1, p_2 = scalar("p_1"), scalar("p_2")
middle = define("tau", (entry(x, 2) + entry(x, 3)) / 2)
bent = p_1 * relu(x - entry(x, 1) * ones(n)) + p_2 * relu(x - middle * ones(n))
at_bend, on_chord = p_1 * (middle - entry(x, 1)), (entry(y, 2) + entry(y, 3)) / 2
at_middle = network(middle * ones(1), 1)

spline_not_unique = Theorem(
    title="Connecting the dots need not be the only optimum",
    source=ERGEN_PILANCI_2020.at("Section 4"),
    given=[
        sorted_points, SizeAtMost(n, 4), SizeAtMost(4, n), Positive(p_1), Positive(p_2), Let(y, bent),
        WidthAtLeast(m, 3),
    ],
    claims=[
        WeakDuality(Q, E, by=Chain(to_products)),
        StrongDuality(Q, E),
        OptimalValue(Q, p_1 + p_2),
        SomeOptimum(Q, equal(at_middle, on_chord * ones(1)), name="connects-the-dots"),
        SomeOptimum(Q, equal(at_middle, at_bend * ones(1)), name="bends-between-the-dots"),
        Holds(equal(on_chord, at_bend + p_2 * (entry(x, 3) - entry(x, 2)) / 4), name="different-functions"),
    ],
    witness="theorems.witnesses.splines:two_interpolants",
    pictures=["theorems.pictures.splines:two_optima"],
    note=(
        "f(x) = p_1(x − x_1)₊ + p_2(x − τ)₊ with its knot τ halfway between the second and the third point costs as "
        "much as the spline with its knots at the data. The smallest case is x = (0, 1, 2, 3), y = (0, 1, 3, 6), with "
        "the single inner knot 3/2."
    ),
    also_true=reasons.centred(E) | dict.fromkeys(
        (
            "(x wᵀ + 𝟏 bᵀ)₊ v = y",
            "(𝟏 bᵀ + τ·𝟏 wᵀ)₊ v = (y[2] + y[3])·𝟏/2",
            "(𝟏 bᵀ + τ·𝟏 wᵀ)₊ v = p₁·(τ − x[1])·𝟏",
        ),
        "y is zero at the first point, and neither of the two networks has an offset.",
    ) | dict.fromkeys(
        (
            "b₀·𝟏 + ((𝟏 bᵀ + τ·𝟏 wᵀ)₊ v)₊ = (y[2] + y[3])·𝟏/2",
            "b₀·𝟏 + (τ·(𝟏 wᵀ)₊ + 𝟏 bᵀ)₊ v = (y[2] + y[3])·𝟏/2",
            "b₀·𝟏 + ((𝟏 bᵀ + τ·𝟏 wᵀ)₊ v)₊ = p₁·(τ − x[1])·𝟏",
            "b₀·𝟏 + (τ·(𝟏 wᵀ)₊ + 𝟏 bᵀ)₊ v = p₁·(τ − x[1])·𝟏",
        ),
        "y increases more and more, and each of the two networks has weights w, v ≥ 0.",
    ) | {
        "b₀·𝟏 + (𝟏 bᵀ + τ·𝟏 wᵀ) v = p₁·(τ − x[1])·𝟏": (
            "In the network that bends at τ no neuron is below its knot there."
        ),
        "sup[z, e, |z| ≤ 1] |λᵀ(e·𝟏 + z·x)₊| = 1": (
            "The optimum is p_1 + p_2 > 0 and grows with the scale of λ, so that an optimal λ has the largest response "
            "that it may have."
        ),
        "b₀·𝟏 + ((x wᵀ + 𝟏 bᵀ)₊ v)₊ = y": (
            "Only at the first point, where y is least, can the rectifier change anything, and no network costs less "
            "than its steepest slope: that between the last two points is p_1 + p_2."
        ),
    },
)  # fmt: skip

# One neuron where the data rise and fall.
height, theta = scalar("h"), scalar("theta")
steps = [entry(x, 2) - entry(x, 1), entry(x, 3) - entry(x, 2)]
rise_and_fall = height * (
    relu(x - entry(x, 1) * ones(n)) / steps[0] - (1 / steps[0] + 1 / steps[1]) * relu(x - entry(x, 2) * ones(n))
)
omega = scalar("omega")
of_one_neuron = norm(s * relu(omega * x + theta * ones(n)) + f_0 * ones(n) - y) ** 2
O = Minimize(of_one_neuron, over=[omega, theta, s, f_0], name="N")  # noqa: E741 - one neuron
half_square = height**2 / 2
half_bound = Maximize(half_square, over=[], name="B")

spline_narrow = Theorem(
    title="Fewer than n − 1 neurons need not fit n points",
    source=ERGEN_PILANCI_2020.at("Section 4"),
    given=[sorted_points, SizeAtMost(n, 3), SizeAtMost(3, n), Nonzero(height), Let(y, rise_and_fall)],
    claims=[
        WeakDuality(O, half_bound, by=Chain((Step(at_most(half_square, of_one_neuron)),))),
        StrongDuality(O, half_bound, name="bound-attained"),
        OptimalValue(O, half_square),
        Holds(less(0, optimum(O)), name="infeasible"),
    ],
    witness="theorems.witnesses.splines:one_neuron",
    note=(
        "The data are (0, h, 0) at three points. One neuron is monotone, so that f_3 ≥ f_2 or f_1 ≥ f_2 (h > 0), and "
        "(f_2 − h)² + f_3² ≥ (f_3 − f_2 + h)²/2 ≥ h²/2. Two neurons fit: the width n − 1 is sharp."
    ),
)  # fmt: skip

# Squared loss and weight decay.
beta = scalar("beta")


def loss(output, extra):
    """``½‖f − y‖²`` plus what the weights cost."""
    return norm(output - y) ** 2 / 2 + extra


def regularized(output, responses, each, bound, limit, parts):
    """The chain from ``λᵀy − ½‖λ‖²`` to the loss, for neurons that respond at most ``β·limit``."""
    before = norm(output - y) ** 2 / 2
    return (
        Step(at_most(dot(lam, y) - norm(lam) ** 2 / 2, before + dot(lam, output))),
        Step(equal(before + dot(lam, output), before + responses)),
        affine(summed(each, j, 1, m), plus=before),
        Step(at_most(before + total(bound * parts, j, 1, m), before + limit)),
    )


fitted = network(x, n)
RS = Minimize(loss(fitted, beta * spline_cost_of_weights), over=[w, b, v, b_0], name="P")
RQ = Minimize(loss(fitted, beta * products), over=[w, b, v, b_0], name="Q")
penalised = dot(lam, y) - norm(lam) ** 2 / 2
RE = Maximize(penalised, over=[lam], subject_to=[equal(dot(ones(n), lam), 0), at_most(biased, beta)], name="D")
to_penalised = regularized(
    fitted, summed_biased(lam), each_biased, biased, beta * products, absolute(entry(w, j)) * absolute(entry(v, j))
)
decay = affine(summed(each_square, j, 1, m), times=beta, plus=norm(fitted - y) ** 2 / 2)

spline_regularized = Theorem(
    title="Weight decay fits a spline with its knots among the data",
    source=ERGEN_PILANCI_2020.at("Section 4"),
    given=[sorted_points, enough, Positive(beta)],
    claims=[
        WeakDuality(
            RS, RE,
            by=Chain((*to_penalised, decay, Step(equal(loss(fitted, beta * halves), RS.objective)))),
        ),
        WeakDuality(RQ, RE, by=Chain(to_penalised), name="weak-duality-of-products"),
        StrongDuality(RS, RE),
        StrongDuality(RQ, RE, name="strong-duality-of-products"),
        SomeOptimum(RS, knots_among_data, name="knots-among-the-data"),
        SomeOptimum(RQ, knots_among_data, name="knots-among-the-data-exactly"),
    ],
    witness="theorems.witnesses.splines:regularized",
    boundaries={beta: lemmas.largest_biased_neuron(y - dot(ones(n), y) / n * ones(n))},
    examples=[Example(file="data/nile.csv", settings={"beta": "1000"})],
    pictures=["theorems.pictures.splines:fit", "theorems.pictures.splines:bias_response"],
    note=(
        "The dual of a lasso over the functions (x − x_k)₊ and (x_k − x)₊ with a free intercept, whose solution is "
        "rational. From the largest response of the centred y on, β leaves a constant."
    ),
    also_true=reasons.centred(RE),
)  # fmt: skip

# Inputs of any rank: a convex program over the cones on which no neuron switches.
T = Minimize(loss(output, beta * cost), over=[W, v], name="P")
G = Maximize(penalised, over=[lam], subject_to=[at_most(largest, beta)], name="D")
to_sizes = regularized(
    output, summed_responses(lam), each_neuron, largest, beta * sizes, norm(column(W, j)) * absolute(entry(v, j))
)
vanishes, stays = at_most(lemmas.largest_neuron(y), beta), less(beta, lemmas.largest_neuron(y))

convex_program = Theorem(
    title="Two-layer ReLU networks train to a certified global optimum",
    source=PILANCI_ERGEN_2020.at("Section 3"),
    given=[Positive(beta), WidthAtLeast(m, n)],
    claims=[
        WeakDuality(
            T, G,
            by=Chain((
                *to_sizes,
                affine(summed(each_product, j, 1, m), times=beta, plus=norm(output - y) ** 2 / 2),
                Step(equal(loss(output, beta * squares), T.objective)),
            )),
        ),
        StrongDuality(T, G),
        OptimalValue(T, norm(y) ** 2 / 2, name="zero-is-optimal", when=[vanishes]),
        Holds(less(optimum(T), norm(y) ** 2 / 2), name="zero-is-not-optimal", when=[stays]),
    ],
    witness="theorems.witnesses.two_layer_relu:trained",
    boundaries={beta: lemmas.largest_neuron(y)},
    examples=[Example(file="data/linnerud_pulse.csv", rows=8, settings={"beta": "1000", "m": "8"})],
    pictures=["theorems.pictures.rectified:rectified_set"],
    note=(
        "The hyperplanes (Xu)_i = 0 cut the space into cones on which neurons are linear; there are finitely many, "
        "which are enumerated exactly, and over them training is a convex program with as many blocks. Its solution "
        "has at most n neurons. The constraint of the dual problem is decided on every cone."
    ),
)  # fmt: skip
