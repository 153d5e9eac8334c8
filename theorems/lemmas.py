"""Inequalities that chains of lemmas are made of, each a theorem of its own, to be shown and sampled.

``V_1, …, V_L`` are any matrices whose product exists; ``L ≥ 2``.
"""

from checker.statement import (
    Centred,
    Example,
    Holds,
    Let,
    Nonnegative,
    Nonzero,
    Positive,
    Rational,
    SizeAtMost,
    SomeNegative,
    SomePositive,
    Theorem,
    Whitened,
    absolute,
    at_most,
    define,
    dimension,
    dimensions,
    dot,
    entry,
    excess,
    family,
    fold,
    frobenius,
    less,
    longest_column,
    matrix,
    maximum,
    norm,
    norm1,
    nuclear,
    ones,
    pinv,
    product,
    rank,
    relu,
    scalar,
    schatten,
    spectral,
    supremum,
    total,
    trace,
    vector,
)
from theorems.sources import (
    BHATIA_1997,
    ERGEN_PILANCI_2020,
    HARDY_LITTLEWOOD_POLYA_1934,
    WANG_ERGEN_PILANCI_2021,
)

n, d, K, L = dimensions("n d K L")
l = dimension("l")  # noqa: E741 - the layer
A, B = matrix("A", n, d), matrix("B", n, d)
X, W = matrix("X", n, d), matrix("W", d, K)
v = vector("v", d)
t, sigma, k, p, beta = (scalar(name) for name in ("t", "sigma", "k", "p", "beta"))
V = family("V", depth=L, inputs=d, outputs=K)
G = matrix("G", d, V.width(l - 1))

layers = fold(G * V[l], G, V[1], l, 2, L)
cost = total(frobenius(V[l]) ** 2, l, 1, L) / 2
of_powers = total(frobenius(V[l]) ** L, l, 1, L) / L

# Eight points around zero: rectified, their products have a larger nuclear norm than their norms allow.
octagon_layers = Example(file="data/octagon_layers.json")

cauchy_schwarz = Theorem(
    title="Cauchy–Schwarz for matrices",
    source=BHATIA_1997.at("Section IV.2"),
    claims=[
        Holds(at_most(dot(A, B), frobenius(A) * frobenius(B)), name="inequality"),
        Holds(at_most(-dot(A, B), frobenius(A) * frobenius(B)), name="of-opposites"),
    ],
)

spectral_nuclear = Theorem(
    title="The spectral and the nuclear norm are dual",
    source=BHATIA_1997.at("Section IV.2"),
    claims=[Holds(at_most(dot(A, B), spectral(A) * nuclear(B)), name="inequality")],
)

weighted_means = Theorem(
    title="The weighted mean of t² and σ·t^(−k) is least at t = σ^(1/(k + 2))",
    source=HARDY_LITTLEWOOD_POLYA_1934.at("Section 2.5"),
    given=[Nonnegative(k), Nonnegative(sigma), Positive(t)],
    claims=[Holds(at_most((k + 2) / 2 * sigma ** (2 / (k + 2)), k * t**2 / 2 + sigma * t**-k), name="inequality")],
)

convex_combination = Theorem(
    title="A combination of columns is at most as long as the longest, times the sum of the weights",
    source=BHATIA_1997.at("Section I.2"),
    claims=[Holds(at_most(frobenius(A * v), longest_column(A) * norm1(v)), name="triangle-inequality")],
)

squares = Theorem(
    title="The product of two numbers is at most half the sum of their squares",
    source=HARDY_LITTLEWOOD_POLYA_1934.at("Section 2.5"),
    claims=[Holds(at_most(sigma * t, (sigma**2 + t**2) / 2), name="inequality")],
)

schatten_factorisation = Theorem(
    title="A product of L layers costs at least a Schatten quasi-norm of order 2/L",
    source=BHATIA_1997.at("Section IV.2"),
    given=[SizeAtMost(2, L)],
    claims=[
        Holds(at_most(L / 2 * schatten(layers, 2 / L) ** (2 / L), cost), name="sum-of-squares"),
        Holds(at_most(schatten(layers, 2 / L), of_powers), name="sum-of-powers"),
        Holds(at_most(schatten(layers, 2 / L), product(frobenius(V[l]), l, 1, L)), name="product"),
    ],
    examples=[octagon_layers],
)

nuclear_below_schatten = Theorem(
    title="The nuclear norm is at most the Schatten quasi-norm of order 2/L",
    source=BHATIA_1997.at("Section IV.2"),
    given=[SizeAtMost(3, L)],
    claims=[Holds(at_most(nuclear(layers), schatten(layers, 2 / L)), name="inequality")],
    note="(a + b)^p ≤ a^p + b^p for a, b ≥ 0 and p = 2/L < 1: strictly, unless the product has rank one or less.",
)

nuclear_factorisation = Theorem(
    title="The nuclear norm of a product is at most the mean of the L-th powers of the norms",
    source=BHATIA_1997.at("Section IV.2"),
    given=[SizeAtMost(2, L)],
    claims=[Holds(at_most(nuclear(layers), of_powers), name="inequality")],
    examples=[octagon_layers],
)

projection = Theorem(
    title="Singular values do not grow under the projection onto the row space of X",
    source=BHATIA_1997.at("Section III.6"),
    given=[Positive(p)],
    claims=[Holds(at_most(schatten(pinv(X) * (X * W), p), schatten(W, p)), name="inequality")],
    # A quasi-norm, which a change of rank changes most.
    boundaries={p: Rational(1, 2)},
)

shrinkage = Theorem(
    title="The best approximation of rank r with a nuclear penalty shrinks the r largest singular values",
    source=BHATIA_1997.at("Section IV.3"),
    given=[Nonnegative(beta)],
    claims=[
        Holds(
            at_most((frobenius(A) ** 2 - excess(A, beta, rank(B))) / 2, frobenius(B - A) ** 2 / 2 + beta * nuclear(B)),
            name="inequality",
        )
    ],
    note="By von Neumann's trace inequality, tr(AᵀB) ≤ Σ σ_i(A)σ_i(B).",
    also_true={
        "‖A‖_F²/2 − (Σ[i = 1…rank(B)] (σᵢ(A) − β)₊²)/2 ≤ ‖−A‖_F²/2 + β·‖B‖_*": (
            "true in itself: −A is as long as A, and neither the sum of squares nor β‖B‖_* is negative."
        ),
        "‖A‖_F²/2 − (Σ[i = 1…rank(B)] (σᵢ(A) − β)₊²)/2 ≤ ‖A + B‖_F²/2 + β·‖B‖_*": (
            "It is the statement for −B in place of B, which has the same rank and the same nuclear norm."
        ),
    },
)

contraction = Theorem(
    title="Orthonormal rows do not enlarge the Frobenius norm",
    source=BHATIA_1997.at("Section III.6"),
    given=[Whitened(X)],
    claims=[Holds(at_most(frobenius(X * W) ** 2, frobenius(W) ** 2), name="inequality")],
)

nuclear_product = Theorem(
    title="The nuclear norm of a product is at most half the sum of the squared norms of its factors",
    source=BHATIA_1997.at("Section IV.2"),
    claims=[Holds(at_most(nuclear(A * W), (frobenius(A) ** 2 + frobenius(W) ** 2) / 2), name="inequality")],
    examples=[Example(file="data/octagon.json")],
)

# Rectified neurons: the largest one, with and without a bias, bounds all others, in networks of any depth.
lam, w, x, c, a, u = (
    vector(name, size) for name, size in {"lambda": n, "w": d, "x": n, "c": n, "a": d, "u": d}.items()
)
s, omega, theta, e, z = (scalar(name) for name in ("s", "omega", "theta", "e", "z"))


def largest_neuron(response):
    """``sup |λᵀ(Xu)₊|`` over ``‖u‖ ≤ 1``, for a λ."""
    return supremum(absolute(dot(response, relu(X * u))), over=u, subject_to=[at_most(norm(u), 1)])


def largest_biased_neuron(response):
    """``sup |λᵀ(z·x + e·𝟏)₊|`` over ``|z| ≤ 1`` and every bias e, for a λ."""
    neuron = relu(z * x + e * ones(n))
    return supremum(absolute(dot(response, neuron)), over=[z, e], subject_to=[at_most(absolute(z), 1)])


neuron = Theorem(
    title="No rectified neuron responds more than the largest one of its norm",
    source=ERGEN_PILANCI_2020.at("Section 2"),
    claims=[
        Holds(at_most(s * dot(lam, relu(X * w)), largest_neuron(lam) * (norm(w) * absolute(s))), name="inequality")
    ],
    note="The response is positively homogeneous: (Xw)₊ = ‖w‖·(Xu)₊ with u = w/‖w‖.",
)

biased_neuron = Theorem(
    title="No rectified neuron with a bias responds more than the largest one of its slope",
    source=ERGEN_PILANCI_2020.at("Section 4"),
    given=[Centred(lam)],
    claims=[
        Holds(
            at_most(
                s * dot(lam, relu(omega * x + theta * ones(n))),
                largest_biased_neuron(lam) * (absolute(omega) * absolute(s)),
            ),
            name="inequality",
        )
    ],
    note="A neuron of slope 0 is a constant, to which λ with 𝟏ᵀλ = 0 does not respond.",
    also_true={
        "s·λᵀ(ω·x + θ·𝟏) ≤ |ω|·|s|·(sup[z, e, |z| ≤ 1] |λᵀ(e·𝟏 + z·x)₊|)": (
            "As 𝟏ᵀλ = 0 the left side is sω·λᵀx, and a neuron whose bias is so large that it is positive everywhere "
            "responds |λᵀx| at the slope ±1."
        ),
        "s·λᵀ(θ·𝟏)₊ ≤ |ω|·|s|·(sup[z, e, |z| ≤ 1] |λᵀ(e·𝟏 + z·x)₊|)": (
            "λ with 𝟏ᵀλ = 0 does not respond to a constant: the left side is zero."
        ),
    },
)


# Deep rectified networks.  Inputs c·aᵀ run through them along a line, on each side of zero by itself.
R = family("R", depth=L, inputs=d)
deep = SizeAtMost(2, L)


def rectified(layers, inputs):
    """``(⋯(X·W_1)₊⋯W_{L−1})₊·W_L``."""
    hidden = matrix("H", inputs.shape[0], layers.width(l - 1))
    return define("f", fold(relu(hidden * layers[l]), hidden, inputs, l, 1, L - 1) * layers[L], inputs)


rectified_line = Theorem(
    title="On inputs of rank one no deep rectified network responds more than its norms allow",
    source=ERGEN_PILANCI_2020.at("Section 3"),
    given=[Let(X, c * a.T), deep],
    claims=[
        Holds(
            at_most(dot(lam, rectified(R, X)), largest_neuron(lam) * product(frobenius(R[l]), l, 1, L)),
            name="inequality",
        )
    ],
    note=(
        "The output is c₊f₊ + c₋f₋ with the outputs f₊, f₋ at aᵀ and at −aᵀ. Behind the first layer the two hidden "
        "vectors have disjoint supports, so that their squared norms add up to at most (‖a‖‖W_1‖)²; each later layer "
        "multiplies the sum of their norms by at most its own, so that |f₊| + |f₋| ≤ ‖a‖Π‖W_l‖. The largest neuron "
        "responds ‖a‖·max(|λᵀc₊|, |λᵀc₋|)."
    ),
    also_true={
        "λᵀ(fold[H := X; H := (H R[l])₊, l = 1…L − 1] R[L])₊ ≤ Π[l = 1…L] ‖R[l]‖_F·(sup[u, ‖u‖₂ ≤ 1] |λᵀ(X u)₊|)": (
            "Rectified, the output is c₊(f₊)₊ + c₋(f₋)₊, and the proof needs no more than |f₊| + |f₋| ≤ ‖a‖Π‖W_l‖, "
            "which also bounds (f₊)₊ + (f₋)₊."
        )
    },
)

outputs_at_ends = [trace(rectified(R, side)) for side in (a.T, -a.T)]
opposite_outputs = Theorem(
    title="Outputs of opposite signs on the two sides of zero cost as much as two networks",
    source=WANG_ERGEN_PILANCI_2021.at("Section 2"),
    given=[Nonzero(a), deep],
    claims=[
        Holds(
            at_most(
                sum(L / 2 * (frobenius(rectified(R, side)) / norm(a)) ** (2 / L) for side in (a.T, -a.T)),
                total(frobenius(R[l]) ** 2, l, 1, L) / 2,
            ),
            name="inequality",
            when=[less(outputs_at_ends[0] * outputs_at_ends[1], 0)],
        )
    ],
    note=(
        "Proof. The hidden vectors h₊, h₋ at aᵀ and −aᵀ are orthogonal behind the first layer and nonnegative, and a "
        "layer that maps them to (W_lᵀh)₊ costs no less than a linear one that maps them to these vectors. With p, q "
        "the positive and negative part of the last layer, O = [p q]ᵀ[h₊ h₋] is a product of L matrices, O = [[f₊ + s, "
        "r], [s, |f₋| + r]] with r, s ≥ 0 (f₊ > 0 > f₋). So cost ≥ (L/2)Σσ_i(O)^(2/L), and σ_1 ≥ max(f₊, |f₋|) while "
        "σ_1σ_2 = det O ≥ f₊|f₋|: the singular values of O majorise (f₊, |f₋|) weakly in logarithms."
    ),
    # Where both sides are equal: one path for each sign.
    examples=[Example(file="data/opposite_layers.json")],
)

# One input, biases in the last hidden layer and after it.
m = dimension("m")
S = family("S", depth=L, inputs=1, hidden=m)
b, b_0 = vector("b", m), scalar("b_0")


def hidden_layers(layers, points):
    """What enters the last hidden layer."""
    hidden = matrix("H", points.shape[0], layers.width(l - 1))
    return fold(relu(hidden * layers[l]), hidden, points, l, 1, L - 2)


def before_last(layers, points):
    """The last hidden layer before it is rectified: each neuron has a bias there."""
    return hidden_layers(layers, points) * layers[L - 1] + ones(points.shape[0]) * b.T


def deep_spline(layers, points):
    """The network's function at some points, a column."""
    return define("f", relu(before_last(layers, points)) * layers[L] + b_0 * ones(points.shape[0]), points)


_RIGHT = "Π[l = 1…L] ‖S[l]‖_F·(sup[z, e, |z| ≤ 1] |λᵀ(e·𝟏 + z·x)₊|)"
_INSIDE = "fold[H := x; H := (H S[l])₊, l = 1…L − 2] S[L − 1]"
_NO_RESPONSE = "λ with 𝟏ᵀλ = 0 does not respond to a constant: the left side is zero."
_OTHER_SPLINES = {
    "λᵀ(b₀·𝟏) ≤ RIGHT": _NO_RESPONSE,
    "λᵀ(b₀·𝟏 + (𝟏 bᵀ)₊ S[L]) ≤ RIGHT": _NO_RESPONSE,
    f"λᵀ(b₀·𝟏 + ({_INSIDE} + 𝟏 bᵀ) S[L]) ≤ RIGHT": (
        "The left side is a multiple of λᵀx, by no more than the product of the norms, and |λᵀx| is what a neuron "
        "responds whose bias is so large that it is positive everywhere."
    ),
    "λᵀ(b₀·𝟏 + (x S[1]⋯S[L − 2] S[L − 1] + 𝟏 bᵀ)₊ S[L]) ≤ RIGHT": (
        "Without their rectifiers, too, the first layers let x pass as x·hᵀ with a vector h whose norm is at most the "
        "product of theirs."
    ),
    f"λᵀ(b₀·𝟏 + ({_INSIDE} + (𝟏 bᵀ)₊)₊ S[L]) ≤ RIGHT": "It is the statement for b₊ in place of b.",
    f"λᵀ(b₀·𝟏 + (𝟏 bᵀ + ({_INSIDE})₊)₊ S[L]) ≤ RIGHT": (
        "As x ≥ 0, neurons of negative slope become constants, to which λ does not respond, and all others stay."
    ),
    f"λᵀf(x) ≤ {_RIGHT.replace('‖S[l]‖_F', 'σ_max(S[l])')}": (
        "Stronger: each of the first layers maps one vector h ≥ 0 to another, at most σ_max times as long, and of the "
        "last layer, a column, the two norms are the same."
    ),
}

rectified_spline = Theorem(
    title="On nonnegative inputs no deep rectified network with biases responds more than its norms allow",
    source=ERGEN_PILANCI_2020.at("Section 4"),
    given=[Nonnegative(x), Centred(lam), deep],
    claims=[
        Holds(
            at_most(dot(lam, deep_spline(S, x)), largest_biased_neuron(lam) * product(frobenius(S[l]), l, 1, L)),
            name="inequality",
        )
    ],
    note="The first L − 2 layers let x ≥ 0 pass as x·hᵀ with one vector h ≥ 0 of norm at most ‖W_1‖⋯‖W_{L−2}‖.",
    # The function 1 − |x − 2|, and numbers λ that respond to it most of all functions that bend as much.
    examples=[Example(file="data/tent.json")],
    also_true={formula.replace("RIGHT", _RIGHT): reason for formula, reason in _OTHER_SPLINES.items()},
)

_OTHER_NETWORKS = (
    "(b₀·𝟏 + (𝟏 bᵀ)₊ S[L])",
    f"(b₀·𝟏 + (𝟏 bᵀ + ({_INSIDE})₊)₊ S[L])",
    f"(b₀·𝟏 + ({_INSIDE} + (𝟏 bᵀ)₊)₊ S[L])",
)

rectified_span = Theorem(
    title="Between two points on both sides of zero a deep rectified network rises as if from zero to the farther one",
    source=ERGEN_PILANCI_2020.at("Section 4"),
    given=[SizeAtMost(2, n), SizeAtMost(n, 2), SomePositive(x), SomeNegative(x), SizeAtMost(3, L)],
    claims=[
        Holds(
            at_most(
                absolute(entry(deep_spline(S, x), 2) - entry(deep_spline(S, x), 1)),
                maximum(absolute(entry(x, 1)), absolute(entry(x, 2))) * product(frobenius(S[l]), l, 1, L),
            ),
            name="inequality",
        )
    ],
    note=(
        "The first L − 2 layers map x > 0 to x·h₊ and x < 0 to |x|·h₋ with nonnegative h₊, h₋ whose norms p, q satisfy "
        "p² + q² ≤ (‖W_1‖⋯‖W_{L−2}‖)², and ‖x_2h₊ − |x_1|h₋‖² ≤ x_2²p² + x_1²q²."
    ),
    also_true={
        "|f(x)[2] − f(x)[1]| ≤ max(|x[1]|, |x[2]|)·Π[l = 1…L] σ_max(S[l])": (
            "Stronger: p² + q² ≤ (σ_max(W_1)⋯σ_max(W_{L−2}))² as well, each layer being applied to single vectors."
        ),
        **{
            f"|{difference}| ≤ max(|x[1]|, |x[2]|)·Π[l = 1…L] ‖S[l]‖_F": (
                "Of what enters a neuron of the last hidden layer at the two points, v_1 and v_2, the difference is at "
                "most |v_2 − v_1|, |v_1| or |v_2|, and all three are at most the neuron's norm times "
                "√(x_2²p² + x_1²q²)."
            )
            for network in _OTHER_NETWORKS
            for difference in (f"{network}[2] − f(x)[1]", f"f(x)[2] − {network}[1]")
        },
    },
)
