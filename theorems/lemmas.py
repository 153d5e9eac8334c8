"""Inequalities that chains of lemmas are made of, each a theorem of its own, to be shown and sampled.

``V_1, …, V_L`` are any matrices whose product exists; ``L ≥ 2``.
"""

from checker.statement import (
    Holds,
    Nonnegative,
    Positive,
    SizeAtMost,
    Theorem,
    Whitened,
    at_most,
    dimension,
    dimensions,
    dot,
    excess,
    family,
    fold,
    frobenius,
    longest_column,
    matrix,
    norm1,
    nuclear,
    pinv,
    product,
    rank,
    scalar,
    schatten,
    spectral,
    total,
    vector,
)
from theorems.sources import BHATIA_1997, HARDY_LITTLEWOOD_POLYA_1934

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

cauchy_schwarz = Theorem(
    title="Cauchy–Schwarz for matrices",
    source=BHATIA_1997.at("Section IV.2"),
    claims=[Holds(at_most(dot(A, B), frobenius(A) * frobenius(B)), name="inequality")],
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

schatten_factorisation = Theorem(
    title="A product of L layers costs at least a Schatten quasi-norm of order 2/L",
    source=BHATIA_1997.at("Section IV.2"),
    given=[SizeAtMost(2, L)],
    claims=[
        Holds(at_most(L / 2 * schatten(layers, 2 / L) ** (2 / L), cost), name="sum-of-squares"),
        Holds(at_most(schatten(layers, 2 / L), of_powers), name="sum-of-powers"),
        Holds(at_most(schatten(layers, 2 / L), product(frobenius(V[l]), l, 1, L)), name="product"),
    ],
)

nuclear_factorisation = Theorem(
    title="The nuclear norm of a product is at most the mean of the L-th powers of the norms",
    source=BHATIA_1997.at("Section IV.2"),
    given=[SizeAtMost(2, L)],
    claims=[Holds(at_most(nuclear(layers), of_powers), name="inequality")],
)

projection = Theorem(
    title="Singular values do not grow under the projection onto the row space of X",
    source=BHATIA_1997.at("Section III.6"),
    given=[Positive(p)],
    claims=[Holds(at_most(schatten(pinv(X) * (X * W), p), schatten(W, p)), name="inequality")],
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
)
