"""Two statements of any depth: deep linear networks, and deep ReLU networks on inputs of rank one."""

from checker.statement import (
    InRange,
    Let,
    Maximize,
    Minimize,
    Nonnegative,
    Nonzero,
    OptimalValue,
    SizeAtMost,
    StrongDuality,
    Theorem,
    WeakDuality,
    absolute,
    at_most,
    dimension,
    dimensions,
    dot,
    equal,
    family,
    fold,
    frobenius,
    matrix,
    norm,
    optimum,
    pinv,
    relu,
    scalar,
    supremum,
    total,
    vector,
)

n, d, L = dimensions("n d L")
l = dimension("l")  # noqa: E741 - the layer
X = matrix("X", n, d)
y, lam = vector("y", n), vector("lambda", n)
t, alpha = scalar("t"), scalar("alpha")
c, a, u = vector("c", n), vector("a", d), vector("u", d)
W = family("W", depth=L, inputs=d)
H = matrix("H", n, W.width(l - 1))

cost = total(frobenius(W[l]) ** 2, l, 1, L) / 2
linear_output = fold(H * W[l], H, X, l, 1, L)
relu_output = fold(relu(H * W[l]), H, X, l, 1, L - 1) * W[L]
largest_neuron = supremum(absolute(dot(lam, relu(X * u))), over=u, subject_to=[at_most(norm(u), 1)])
at_least_two = SizeAtMost(2, L)


def dual_of(constraint):
    return Minimize((L - 2) * t**2 / 2 + optimum(Maximize(dot(lam, y), over=[lam], subject_to=[constraint])), over=[t])


linear_primal = Minimize(cost, over=[W], subject_to=[equal(linear_output, y)])
linear_dual = dual_of(at_most(t ** (L - 2) * norm(X.T * lam), 1))
relu_primal = Minimize(cost, over=[W], subject_to=[equal(relu_output, y)])
relu_dual = dual_of(at_most(t ** (L - 2) * largest_neuron, 1))

deep_linear = Theorem(
    title="Strong duality of deep linear networks",
    given=[InRange(y, X), at_least_two],
    claims=[
        WeakDuality(linear_primal, linear_dual),
        StrongDuality(linear_primal, linear_dual),
        OptimalValue(linear_primal, L / 2 * norm(pinv(X) * y) ** (2 / L)),
    ],
)

deep_relu = Theorem(
    title="Strong duality of deep ReLU networks on inputs of rank one",
    given=[Let(X, c * a.T), Nonnegative(c), Nonzero(c), Nonzero(a), Let(y, alpha * c), at_least_two],
    claims=[
        WeakDuality(relu_primal, relu_dual),
        StrongDuality(relu_primal, relu_dual),
        OptimalValue(relu_primal, L / 2 * (absolute(alpha) / norm(a)) ** (2 / L)),
    ],
)
