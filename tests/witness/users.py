"""Theorems as a user writes them: convex problems and their duals, and no witness."""

from checker.statement import (
    InRange,
    Labels,
    Let,
    Maximize,
    Minimize,
    Nonnegative,
    Positive,
    Relation,
    StrongDuality,
    Theorem,
    WeakDuality,
    absolute,
    at_most,
    diagonal,
    dimensions,
    dot,
    equal,
    frobenius,
    logsumexp,
    matrix,
    norm,
    norm1,
    norm_inf,
    nuclear,
    ones,
    relu,
    scalar,
    softplus,
    spectral,
    vector,
    xlogx,
    zeros,
)

n, d, K = dimensions("n d K")
X, y, w, lam = matrix("X", n, d), vector("y", n), vector("w", d), vector("lambda", n)
Y, W, Lam = matrix("Y", n, K), matrix("W", d, K), matrix("Lambda", n, K)
beta, b, c, u, v, r = scalar("beta"), scalar("b"), vector("c", d), vector("u", n), vector("v", d), vector("r", d)
one, Z, margins = ones(n), diagonal(y) * X, diagonal(y) * X * w
at_least_zero, at_most_one = Relation("nonnegative", lam), Relation("nonnegative", one - lam)
residual, quadratic = norm(X * w - y) ** 2 / 2, dot(lam, y) - norm(lam) ** 2 / 2
entropy = -dot(one, xlogx(lam)) - dot(one, xlogx(one - lam))


def theorem(primal, dual, *given):
    """Weak and strong duality of a pair."""
    return Theorem(title="A pair", given=given, claims=[WeakDuality(primal, dual), StrongDuality(primal, dual)])


def maximum(objective, *constraints, over=lam):
    return Maximize(objective, over=[over], subject_to=constraints)


def lasso(radius=1):
    """With the dual ball of a wrong radius it is wrong."""
    primal = Minimize(residual + beta * norm1(w), over=[w])
    return theorem(primal, maximum(quadratic, at_most(norm_inf(X.T * lam), radius * beta)), Positive(beta))


USERS = {
    "lasso": lasso(),
    "ridge": theorem(
        Minimize(residual + beta / 2 * norm(w) ** 2, over=[w]),
        maximum(quadratic - norm(X.T * lam) ** 2 / (2 * beta)),
        Positive(beta),
    ),
    "elastic-net": theorem(
        Minimize(residual + beta * norm1(w) + beta / 2 * norm(w) ** 2, over=[w]),
        maximum(
            quadratic - sum(norm(relu(s * X.T * lam - beta * ones(d, 1))) ** 2 for s in (1, -1)) / (2 * beta),
        ),
        Positive(beta),
    ),
    "square-root-lasso": theorem(
        Minimize(norm(X * w - y) + beta * norm1(w), over=[w]),
        maximum(dot(lam, y), at_most(norm_inf(X.T * lam), beta), at_most(norm(lam), 1)),
        Positive(beta),
    ),
    "huber": theorem(
        Minimize(norm(X * w - y - u) ** 2 / 2 + norm1(u) + beta / 2 * norm(w) ** 2, over=[w, u]),
        maximum(quadratic - norm(X.T * lam) ** 2 / (2 * beta), at_most(norm_inf(lam), 1)),
        Positive(beta),
    ),
    "support-vector-machine": theorem(
        Minimize(dot(one, relu(one - margins)) + beta / 2 * norm(w) ** 2, over=[w]),
        maximum(dot(one, lam) - norm(Z.T * lam) ** 2 / (2 * beta), at_least_zero, at_most_one),
        Labels(y),
        Positive(beta),
    ),
    "support-vector-machine-with-bias": theorem(
        Minimize(dot(one, relu(one - margins - b * y)) + beta / 2 * norm(w) ** 2, over=[w, b]),
        maximum(dot(one, lam) - norm(Z.T * lam) ** 2 / (2 * beta), at_least_zero, at_most_one, equal(dot(y, lam), 0)),
        Labels(y),
        Positive(beta),
    ),
    "squared-hinge": theorem(
        Minimize(norm(relu(one - margins)) ** 2 / 2 + beta * norm(w), over=[w]),
        maximum(dot(one, lam) - norm(lam) ** 2 / 2, at_least_zero, at_most(norm(Z.T * lam), beta)),
        Labels(y),
        Positive(beta),
    ),
    "logistic-ridge": theorem(
        Minimize(dot(one, softplus(-margins)) + beta / 2 * norm(w) ** 2, over=[w]),
        maximum(entropy - norm(Z.T * lam) ** 2 / (2 * beta), at_least_zero, at_most_one),
        Labels(y),
        Positive(beta),
    ),
    "logistic-norm": theorem(
        Minimize(dot(one, softplus(-margins)) + beta * norm(w), over=[w]),
        maximum(entropy, at_least_zero, at_most_one, at_most(norm(Z.T * lam), beta)),
        Labels(y),
        Positive(beta),
    ),
    "logistic-lasso": theorem(
        Minimize(dot(one, softplus(-margins)) + beta * norm1(w), over=[w]),
        maximum(entropy, at_least_zero, at_most_one, at_most(norm_inf(Z.T * lam), beta)),
        Labels(y),
        Positive(beta),
    ),
    "softmax": theorem(
        Minimize(dot(one, logsumexp(X * W)) - dot(X * W, Y) + beta / 2 * frobenius(W) ** 2, over=[W]),
        maximum(
            -dot(ones(n, K), xlogx(Lam)) - frobenius(X.T * (Y - Lam)) ** 2 / (2 * beta),
            Relation("nonnegative", Lam),
            equal(Lam * ones(K, 1), one),
            over=Lam,
        ),
        Positive(beta),
    ),
    "basis-pursuit": theorem(
        Minimize(norm1(w), over=[w], subject_to=[equal(X * w, y)]),
        maximum(dot(lam, y), at_most(norm_inf(X.T * lam), 1)),
        InRange(y, X),
    ),
    "least-norm": theorem(
        Minimize(norm(w), over=[w], subject_to=[equal(X * w, y)]),
        maximum(dot(lam, y), at_most(norm(X.T * lam), 1)),
        InRange(y, X),
    ),
    "largest-residual": theorem(
        Minimize(norm_inf(X * w - y), over=[w]),
        maximum(dot(lam, y), equal(X.T * lam, zeros(d, 1)), at_most(norm1(lam), 1)),
    ),
    "linear-program": theorem(
        Minimize(dot(c, w), over=[w], subject_to=[equal(X * w, y), Relation("nonnegative", w)]),
        maximum(dot(lam, y), Relation("nonnegative", c - X.T * lam)),
        Let(y, X * v),
        Nonnegative(v),
        Let(c, X.T * u + r),
        Nonnegative(r),
    ),
    "nuclear-norm": theorem(
        Minimize(frobenius(X * W - Y) ** 2 / 2 + beta * nuclear(W), over=[W]),
        maximum(dot(Lam, Y) - frobenius(Lam) ** 2 / 2, at_most(spectral(X.T * Lam), beta), over=Lam),
        Positive(beta),
    ),
    "spectral-residual": theorem(
        Minimize(spectral(X * W - Y), over=[W]),
        maximum(dot(Lam, Y), equal(X.T * Lam, zeros(d, K)), at_most(nuclear(Lam), 1), over=Lam),
    ),
    "not-unique": theorem(
        Minimize(absolute(b - 1) + absolute(b), over=[b]),
        maximum(beta, at_most(absolute(beta), 1), over=beta),
    ),
}
