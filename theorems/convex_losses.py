"""What theorems with any convex loss rely on: conjugates, and lines below a loss with a concave penalty.

A loss is an object, of :mod:`theorems.losses`; each statement here is made for all of them.
"""

from checker.statement import (
    Assumption,
    GapIdentity,
    Holds,
    Integral,
    Maximize,
    Minimize,
    Nonnegative,
    OptimalPoint,
    OptimalValue,
    Positive,
    Relation,
    SizeAtMost,
    StrongDuality,
    Theorem,
    UnitRows,
    Variants,
    WeakDuality,
    at_most,
    column,
    diagonal,
    dimension,
    dimensions,
    dot,
    entry,
    equal,
    frobenius,
    instance,
    largest,
    logsumexp,
    matrix,
    maximum,
    norm,
    norm1,
    norm_inf,
    ones,
    pinv,
    relu,
    scalar,
    sign,
    softmax,
    vector,
    xlogx,
    zeros,
)
from checker.statement.nodes import Sigmoid, Softmax
from theorems.losses import LOSSES
from theorems.losses.absolute import absolute
from theorems.sources import ERGEN_PILANCI_2020, ROCKAFELLAR_1970

n, d, L = dimensions("n d L")
X, beta = matrix("X", n, d), scalar("beta")
outputs, slopes, targets = vector("z", n), vector("nu", n), vector("y", n)


def conjugate_pair(loss):
    """What makes ``ℓ*`` the conjugate of ``ℓ``, to which a loss is held."""
    slope = loss.subgradient(outputs, targets)
    return Theorem(
        title=f"Fenchel–Young: the conjugate of {loss.title}",
        source=ROCKAFELLAR_1970.at("Section 23"),
        given=[*loss.targets(targets), *loss.given, *loss.domain(slopes, targets)],
        claims=[
            Holds(
                at_most(dot(slopes, outputs), loss.value(outputs, targets) + loss.conjugate(slopes, targets)),
                name="inequality",
            ),
            Holds(
                equal(loss.value(outputs, targets), dot(slope, outputs) - loss.conjugate(slope, targets)),
                name="equality-at-subgradients",
            ),
            *(
                Holds(assumption.relation.xreplace({slopes: slope}), name=f"subgradients-in-the-domain-{number}")
                for number, assumption in enumerate(loss.domain(slopes, targets), start=1)
                # Sigmoids are, but balls around them need not be seen to be.
                if not slope.has(Sigmoid, Softmax)
            ),
        ],
    )


fenchel_young = Variants("loss", {loss.name: conjugate_pair(loss) for loss in LOSSES})

k, q = dimensions("k q")
rho, slopes_of = vector("rho", q + 1), matrix("V", n, q)


def line(loss, depth, at, number):
    """``−ℓ*(ν_k) − ρ‖Xᵀν_k‖ + β(L/2)ρ^(2/L)``, which is concave in ρ, at a ρ."""
    slope = column(slopes_of, number)
    return -loss.conjugate(slope, targets) - at * norm(X.T * slope) + beta * (depth / 2 * at ** (2 / depth))


def least_of_lines(loss, depth):
    """The least value of the k-th line on the k-th interval, and of what is left beyond the last one."""
    ends = [largest(-line(loss, depth, entry(rho, number), k), k, 1, q) for number in (k, k + 1)]
    beyond = loss.conjugate(zeros(n), targets) - beta * (depth / 2 * entry(rho, q + 1) ** (2 / depth))
    return -maximum(*ends, beyond)


# From zero on; the intervals need not be in order, because together they leave nothing out.
steps = vector("U", q + 1)
from_zero = [
    Assumption(equal(entry(rho, 1), 0), rho, relu(steps - entry(steps, 1) * ones(q + 1)), (steps,)),
    Assumption(Relation("nonnegative", rho)),
]


weights = vector("w", d)


def bound_by_lines(loss):
    """A bound from below of a loss with a penalty that is concave in the norm, by finitely many numbers."""
    return Theorem(
        title=f"Lines bound {loss.title} with a concave penalty from below",
        source=ERGEN_PILANCI_2020.at("Section 3"),
        given=[
            *loss.targets(targets),
            *loss.given,
            *loss.domain(slopes_of, targets),
            *from_zero,
            Positive(beta),
            SizeAtMost(2, L),
        ],
        claims=[
            Holds(
                at_most(
                    least_of_lines(loss, L),
                    loss.value(X * weights, targets) + beta * (L / 2 * frobenius(weights) ** (2 / L)),
                ),
                name="inequality",
            ),
        ],
        note=(
            "With ρ = ‖w‖, Fenchel–Young and Cauchy–Schwarz give ℓ(Xw) ≥ νᵀXw − ℓ*(ν) ≥ −ρ‖Xᵀν‖ − ℓ*(ν) for every ν. "
            "With the penalty this is concave in ρ, so that its minimum on an interval lies at an end. The intervals "
            "lead from 0 to ρ_{q+1} without a gap; beyond it ℓ ≥ −ℓ*(0), and the penalty grows."
        ),
    )


lines = Variants("loss", {loss.name: bound_by_lines(loss) for loss in LOSSES})


# The cross-entropy is a loss of rows, one for each sample, and of as many outputs as there are classes.
K = dimension("K")
logits, shifts, classes, weighted = matrix("Z", n, K), matrix("N", n, K), matrix("Y", n, K), matrix("A", n, K)
one_hot = (SizeAtMost(2, K), Nonnegative(classes), Integral(classes), UnitRows(classes))


def cross_entropy_of(outputs):
    """``Σ_i log Σ_k exp(Z_ik) − ⟨Y, Z⟩``."""
    return dot(ones(n, 1), logsumexp(outputs)) - dot(classes, outputs)


def negative_entropy(probabilities):
    """``Σ p log p``, which is the conjugate of the cross-entropy at ``N = p − Y``."""
    return dot(ones(n, K), xlogx(probabilities))


# Some weights ≥ 0 of the classes, and the given class once more, over their sum in each row.
weights_of = relu(weighted) + classes
in_the_simplex = (
    Assumption(
        Relation("nonnegative", shifts + classes),
        shifts,
        pinv(diagonal(weights_of * ones(K, 1))) * weights_of - classes,
        (weighted,),
    ),
    Assumption(equal(shifts * ones(K, 1), zeros(n, 1))),
)

cross_entropy = Theorem(
    title="Fenchel–Young: the conjugate of the cross-entropy",
    source=ROCKAFELLAR_1970.at("Section 23"),
    given=[*one_hot, *in_the_simplex],
    claims=[
        Holds(
            at_most(dot(shifts, logits), cross_entropy_of(logits) + negative_entropy(shifts + classes)),
            name="inequality",
        ),
        Holds(
            equal(
                cross_entropy_of(logits),
                dot(softmax(logits) - classes, logits) - negative_entropy(softmax(logits)),
            ),
            name="equality-at-gradients",
        ),
    ],
    note="Every row of N + Y is a probability distribution; the one that attains equality is softmax(Z).",
)


# A minimum that many points attain: each of the two distances pulls as hard as the other.
fitted = vector("w", n)
halves = Minimize(norm1(fitted - targets) + norm1(fitted), over=[fitted], name="P")
pulls = Maximize(
    dot(slopes, targets),
    over=[slopes],
    subject_to=[at_most(norm_inf(slopes), 1), at_most(norm_inf(-slopes), 1)],
    name="D",
)
to_the_targets, to_zero = (
    instance(fenchel_young.theorems[absolute.name], {slopes: slope, outputs: fitted, targets: target})
    for slope, target in ((-slopes, targets), (slopes, zeros(n)))
)

not_unique = Theorem(
    title="An optimum that is not unique: two distances",
    source=ROCKAFELLAR_1970.at("Section 27"),
    claims=[
        WeakDuality(halves, pulls, by=GapIdentity(lemmas=(to_the_targets, to_zero))),
        StrongDuality(halves, pulls),
        OptimalValue(halves, norm1(targets)),
        OptimalPoint(halves, {fitted: zeros(n)}, name="at-zero"),
        OptimalPoint(halves, {fitted: targets}, name="at-the-targets"),
        OptimalPoint(halves, {fitted: targets / 3}, name="between"),
        OptimalPoint(pulls, {slopes: sign(targets)}, name="dual-optimum"),
    ],
    note="For n = 1 and y = 1 it is min |w − 1| + |w| = 1, attained on all of [0, 1].",
)
