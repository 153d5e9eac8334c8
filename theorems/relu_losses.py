"""ReLU networks of two layers with any convex loss and weight decay: inputs of rank one, and splines.

The network maps ``X`` to ``(XW)₊v``, or ``x`` to ``(x·wᵀ + 𝟏bᵀ)₊v + b_0``; its cost is half the sum of the squares of
its weights, without the biases.
"""

from checker.statement import (
    Chain,
    Holds,
    Let,
    Maximize,
    Minimize,
    Nonzero,
    OptimalValue,
    Parallel,
    Positive,
    SomeOptimum,
    Step,
    StrongDuality,
    Theorem,
    Variants,
    WeakDuality,
    WidthAtLeast,
    absolute,
    affine,
    at_most,
    column,
    dot,
    entry,
    equal,
    instance,
    norm,
    ones,
    optimum,
    rank,
    scalar,
    summed,
    total,
    zeros,
)
from theorems import convex_losses, lemmas, reasons
from theorems import two_layer_relu as two
from theorems.losses import LOSSES
from theorems.sources import ERGEN_PILANCI_2020
from theorems.two_layer_relu import W, X, a, b, b_0, c, j, lam, m, n, v, w, y

beta = scalar("beta")


def below(loss, output, responses, each, response, parts, limit):
    """The chain from ``−ℓ*(−λ)`` to ``ℓ(f; y) + limit``, for neurons that respond at most ``response`` to λ."""
    before, conjugate = loss.value(output, y), loss.conjugate(-lam, y)
    pair = instance(
        convex_losses.fenchel_young.theorems[loss.name], {convex_losses.slopes: -lam, convex_losses.outputs: output}
    )
    return (
        Step(equal(-conjugate, dot(-lam, output) - dot(-lam, output) - conjugate)),
        affine(pair, plus=-dot(-lam, output) - conjugate),
        Step(equal(before - dot(-lam, output), before + responses)),
        affine(summed(each, j, 1, m), plus=before),
        Step(at_most(before + total(response * parts, j, 1, m), before + limit)),
    )


def dual_of(loss, *constraints):
    """``max −ℓ*(−λ)`` over its domain and some constraints."""
    slopes = convex_losses.slopes
    domain = [assumption.relation.xreplace({slopes: -lam}) for assumption in loss.domain(slopes, y)]
    return Maximize(-loss.conjugate(-lam, y), over=[lam], subject_to=[*domain, *constraints], name="D")


def on_a_line(loss):
    """Inputs of rank one."""
    P = Minimize(loss.value(two.output, y) + beta * two.cost, over=[W, v], name="P")
    D = dual_of(loss, at_most(two.largest, beta))
    at_zero = loss.subgradient(zeros(n), y)
    chain = below(
        loss, two.output, two.summed_responses(lam), two.each_neuron, two.largest,
        norm(column(W, j)) * absolute(entry(v, j)), beta * two.sizes,
    )  # fmt: skip
    before = loss.value(two.output, y)
    return Theorem(
        title=f"Two-layer ReLU networks on inputs of rank one with {loss.title}",
        source=ERGEN_PILANCI_2020.at("Section 3"),
        given=[
            *loss.targets(y), *loss.given, Positive(beta), Let(X, c * a.T), Nonzero(c), Nonzero(a),
            WidthAtLeast(m, rank(two.plus) + rank(two.minus)),
        ],
        claims=[
            WeakDuality(
                P, D,
                by=Chain((
                    *chain,
                    affine(summed(two.each_product, j, 1, m), times=beta, plus=before),
                    Step(equal(before + beta * two.squares, P.objective)),
                )),
            ),
            StrongDuality(P, D),
            OptimalValue(
                P, loss.value(zeros(n), y), name="zero-is-optimal",
                when=[at_most(lemmas.largest_neuron(at_zero), beta)],
            ),
            SomeOptimum(P, Parallel(W, a), name="on-the-line"),
        ],
        witness=loss.witness("theorems.witnesses.convex_losses:on_a_line"),
        boundaries={beta: lemmas.largest_neuron(at_zero)},
        # One input, so that X is of rank one.
        examples=[
            *loss.examples("nile", "nile_above_median", rows=20, beta="10"),
            *loss.examples("two_sizes", "two_sizes", beta="1/2"),
        ],
        note="On these inputs every neuron is a multiple of c₊ or of c₋, so that training is a problem in two numbers.",
    )  # fmt: skip


def fitted_by_a_spline(loss):
    """One input, and biases that cost nothing."""
    f = two.fitted
    P = Minimize(loss.value(f, y) + beta * two.halves, over=[w, b, v, b_0], name="P")
    Q = Minimize(loss.value(f, y) + beta * two.products, over=[w, b, v, b_0], name="Q")
    D = dual_of(loss, equal(dot(ones(n), lam), 0), at_most(two.biased, beta))
    chain = below(
        loss, f, two.summed_biased(lam), two.each_biased, two.biased,
        absolute(entry(w, j)) * absolute(entry(v, j)), beta * two.products,
    )  # fmt: skip
    before = loss.value(f, y)
    return Theorem(
        title=f"A spline with its knots among the data is optimal for {loss.title}",
        source=ERGEN_PILANCI_2020.at("Section 4"),
        given=[two.sorted_points, two.enough, *loss.targets(y), *loss.attained(y), *loss.given, Positive(beta)],
        claims=[
            WeakDuality(
                P, D,
                by=Chain((
                    *chain,
                    affine(summed(two.each_square, j, 1, m), times=beta, plus=before),
                    Step(equal(before + beta * two.halves, P.objective)),
                )),
            ),
            WeakDuality(Q, D, by=Chain(chain), name="weak-duality-of-products"),
            StrongDuality(P, D),
            Holds(equal(optimum(P), optimum(Q)), name="products-cost-the-same"),
            SomeOptimum(P, two.knots_among_data, name="knots-among-the-data"),
        ],
        witness=loss.witness("theorems.witnesses.convex_losses:spline"),
        examples=[
            *loss.examples("nile", "nile_above_median", rows=12, beta="10"),
            *loss.examples("four_labels", "four_labels", beta="1/4"),
        ],
        note="The dual of a problem over the functions (x − x_k)₊ and (x_k − x)₊ with a free offset, as for any loss.",
        also_true=reasons.centred(D, -2),
    )  # fmt: skip


rank_one = Variants("loss", {loss.name: on_a_line(loss) for loss in LOSSES})
spline = Variants("loss", {loss.name: fitted_by_a_spline(loss) for loss in LOSSES})
