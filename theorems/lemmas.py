"""Inequalities that chains of lemmas are made of, each a theorem of its own, to be shown and sampled.

``V_1, …, V_L`` are any matrices whose product exists; ``L ≥ 2``.
"""

from checker.statement import (
    Holds,
    Let,
    Nonnegative,
    Positive,
    SizeAtMost,
    Theorem,
    at_most,
    dimension,
    dimensions,
    dot,
    family,
    fold,
    frobenius,
    matrix,
    nuclear,
    pinv,
    product,
    scalar,
    schatten,
    spectral,
    total,
)
from theorems.sources import BHATIA_1997, HARDY_LITTLEWOOD_POLYA_1934

n, d, K, L = dimensions("n d K L")
l = dimension("l")  # noqa: E741 - the layer
A, B = matrix("A", n, d), matrix("B", n, d)
X, W = matrix("X", n, d), matrix("W", d, K)
Y = matrix("Y", n, K)
t, sigma = scalar("t"), scalar("sigma")
V = family("V", depth=L, inputs=d, outputs=K)
G = matrix("G", d, V.width(l - 1))

layers = fold(G * V[l], G, V[1], l, 2, L)
cost = total(frobenius(V[l]) ** 2, l, 1, L) / 2
of_powers = total(frobenius(V[l]) ** L, l, 1, L) / L

cauchy_schwarz = Theorem(
    title="Cauchy–Schwarz for matrices",
    source=BHATIA_1997.at("Section IV.2"),
    claims=[
        Holds(at_most(dot(A, B), frobenius(A) * frobenius(B)), name="inequality"),
        Holds(
            at_most(L / 2 * dot(A, B) ** (2 / L), L / 2 * (frobenius(A) * frobenius(B)) ** (2 / L)),
            name="power", when=[at_most(0, dot(A, B))],
        ),
    ],
    given=[SizeAtMost(2, L)],
)  # fmt: skip

spectral_nuclear = Theorem(
    title="The spectral and the nuclear norm are dual",
    source=BHATIA_1997.at("Section IV.2"),
    claims=[
        Holds(at_most(dot(A, B), spectral(A) * nuclear(B)), name="inequality"),
        Holds(
            at_most(L / 2 * dot(A, B) ** (2 / L), L / 2 * (spectral(A) * nuclear(B)) ** (2 / L)),
            name="power", when=[at_most(0, dot(A, B))],
        ),
    ],
    given=[SizeAtMost(2, L)],
)  # fmt: skip

weighted_means = Theorem(
    title="The weighted mean of t² and σ·t^(2−L) is least at t = σ^(1/L)",
    source=HARDY_LITTLEWOOD_POLYA_1934.at("Section 2.5"),
    given=[SizeAtMost(2, L), Nonnegative(sigma), Positive(t)],
    claims=[Holds(at_most(L / 2 * sigma ** (2 / L), (L - 2) * t**2 / 2 + sigma * t ** (2 - L)), name="inequality")],
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
    given=[SizeAtMost(2, L), Let(Y, X * W)],
    claims=[
        Holds(at_most(schatten(pinv(X) * (X * W), 2 / L), schatten(W, 2 / L)), name="schatten"),
        Holds(
            at_most(L / 2 * schatten(pinv(X) * (X * W), 2 / L) ** (2 / L), L / 2 * schatten(W, 2 / L) ** (2 / L)),
            name="power",
        ),
        Holds(at_most(nuclear(pinv(X) * (X * W)), nuclear(W)), name="nuclear"),
    ],
)
