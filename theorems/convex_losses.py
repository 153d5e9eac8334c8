"""What theorems with any convex loss rely on: conjugates, and lines below a loss with a concave penalty.

A loss is an object, of :mod:`theorems.losses`; each statement here is made for all of them.
"""

from pathlib import Path

from sympy import Integer

from checker.statement import (
    Assumption,
    Example,
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
    block,
    column,
    define,
    diagonal,
    dimension,
    dimensions,
    dot,
    entry,
    equal,
    frobenius,
    instance,
    largest,
    less,
    logsumexp,
    longest_column,
    matrix,
    maximum,
    norm,
    norm1,
    norm_inf,
    nuclear,
    ones,
    pinv,
    rank,
    relu,
    scalar,
    schatten,
    sign,
    singular_value,
    softmax,
    softplus,
    spectral,
    sqrt,
    trace,
    vector,
    xlogx,
    zeros,
)
from checker.statement.nodes import Sigmoid, Softmax
from checker.statement.text import text
from theorems import lemmas, reasons, reasons_lines, reasons_losses
from theorems.losses import LOSSES
from theorems.losses.absolute import absolute
from theorems.sources import ERGEN_PILANCI_2020, ROCKAFELLAR_1970, WANG_ERGEN_PILANCI_2021

DATA = Path(__file__).parent / "data"


def tight(folder, name):
    """The examples of a folder whose files begin with a name: what is stated is hardly more than true there."""
    return [Example(file=f"data/{folder}/{path.name}") for path in sorted((DATA / folder).glob(f"{name}_*.json"))]


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
        examples=tight("conjugates", loss.name),
        also_true=reasons_losses.FENCHEL_YOUNG.get(loss.name, {}),
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
    beyond = loss.conjugate(zeros(n), targets) - beta * (depth / 2 * entry(rho, q + 1) ** (2 / depth))
    return _least(lambda at: line(loss, depth, at, k), beyond)


def _least(line_at, beyond):
    ends = [largest(-line_at(entry(rho, number)), k, 1, q) for number in (k, k + 1)]
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
    value = loss.value(X * weights, targets) + beta * (L / 2 * frobenius(weights) ** (2 / L))
    bound = at_most(least_of_lines(loss, L), value)
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
        claims=[Holds(bound, name="inequality")],
        note=(
            "With ρ = ‖w‖, Fenchel–Young and Cauchy–Schwarz give ℓ(Xw) ≥ νᵀXw − ℓ*(ν) ≥ −ρ‖Xᵀν‖ − ℓ*(ν) for every ν. "
            "With the penalty this is concave in ρ, so that its minimum on an interval lies at an end. The intervals "
            "lead from 0 to ρ_{q+1} without a gap; beyond it ℓ ≥ −ℓ*(0), and the penalty grows."
        ),
        examples=tight("lines", loss.name),
        also_true=reasons_lines.lines_below(loss.name, text(bound)),
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
    examples=tight("conjugates", "cross-entropy"),
    also_true={
        "tr(Nᵀ Z) ≤ 𝟏ᵀlogsumexp(Z) − tr(Yᵀ Z)": "Weaker: no x log x with 0 ≤ x ≤ 1 is positive.",
        "tr(Nᵀ Z) ≤ 𝟏ᵀlogsumexp(Z) + tr(𝟏ᵀ (Y ⊙ log Y)) − tr(Yᵀ Z)": (
            "Weaker: of zeros and ones x log x is 0, and no x log x with 0 ≤ x ≤ 1 is positive."
        ),
        "tr(Nᵀ Z) ≤ 𝟏ᵀlogsumexp(Z) + tr(𝟏ᵀ (N ⊙ log N)) − tr(Yᵀ Z)": (
            "Weaker: N is N + Y but for the entries of the given classes, where it is not positive and x log x counts "
            "as 0, while that of N + Y is not positive."
        ),
    },
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
    also_true=dict.fromkeys(("y", "2·y/3", "y/6"), "All points between zero and the targets are optimal."),
)


# Lines below the cross-entropy with a penalty that is concave in the nuclear norm.  Distributions are given by weights.
weights_of_lines, W = matrix("C", n, q * K), matrix("W", d, K)


def distribution(number):
    """The k-th matrix of distributions, one in each row, that the weights stand for."""
    heavy = relu(block(weights_of_lines, number, K)) + classes
    return define("p", pinv(diagonal(heavy * ones(K, 1))) * heavy, number)


def least_of_cross_entropy_lines(depth):
    """The same as :func:`least_of_lines` for the lines ``−Σ p log p − ρ·σ_max(Xᵀ(p_k − Y)) + β(L/2)ρ^(2/L)``."""

    def line_at(at):
        p = distribution(k)
        return -negative_entropy(p) - at * spectral(X.T * (p - classes)) + beta * (depth / 2 * at ** (2 / depth))

    return _least(line_at, -beta * (depth / 2 * entry(rho, q + 1) ** (2 / depth)))


cross_entropy_bound = at_most(
    least_of_cross_entropy_lines(L), cross_entropy_of(X * W) + beta * (L / 2 * nuclear(W) ** (2 / L))
)
cross_entropy_lines = Theorem(
    title="Lines bound the cross-entropy with a penalty that is concave in the nuclear norm from below",
    source=ERGEN_PILANCI_2020.at("Section 3"),
    given=[*one_hot, *from_zero, Positive(beta), SizeAtMost(2, L)],
    claims=[Holds(cross_entropy_bound, name="inequality")],
    note=(
        "As in convex-losses/lines, with ρ = ‖W‖_* and ⟨N, XW⟩ ≥ −ρ·σ_max(XᵀN). Beyond the last interval the loss is "
        "at least zero."
    ),
    examples=tight("lines", "cross-entropy"),
    also_true=reasons_lines.below_the_cross_entropy(text(cross_entropy_bound)),
)

three_of_each = (SizeAtMost(3, K), SizeAtMost(3, n))

# Three classes: no outputs of rank one fit them.
longest_sample = longest_column(X.T)
tau, log_two = scalar("tau"), trace(softplus(zeros(1)))


def wrong_side(size):
    """``log(1 + exp(−√2·max‖x_i‖·size))``."""
    return trace(softplus(-sqrt(2) * longest_sample * size * ones(1)))


three_classes = Theorem(
    title="Of three classes, outputs near rank one put a sample on the wrong side",
    source=WANG_ERGEN_PILANCI_2021.at("Section 2"),
    given=[*one_hot, *three_of_each],
    claims=[
        Holds(
            at_most(wrong_side(singular_value(W, 2)), cross_entropy_of(X * W)), name="inequality",
            when=[less(2, rank(classes))],
        )
    ],
    note=(
        "Proof. W = σ_1uvᵀ + E with σ_max(E) = σ_2. Of three samples of different classes two have numbers a_i = x_iᵀu "
        "that are not of opposite signs, and for one of these two, a_i(v_k − v_c) ≥ 0 with its own class c and the "
        "other one's class k. Its logits satisfy z_k − z_c ≥ x_iᵀE(e_k − e_c) ≥ −√2‖x_i‖σ_2, and its loss is at least "
        "log(1 + exp(z_k − z_c))."
    ),
    # Three samples far on the right side, by margins of 3/√6·‖x_i‖σ_2.
    examples=[Example(file="data/three_margins.json")],
    also_true={
        "tr(softplus(−√2·‖Xᵀ‖_1→2·σ[2](W)·𝟏)) < 𝟏ᵀlogsumexp(X W) − tr(Yᵀ (X W))": (
            "The losses of the other samples, of which there are at least two, are positive."
        ),
        "tr(softplus(−√2·‖Xᵀ‖_1→2·σ[2](W)·𝟏)) ≤ 𝟏ᵀlogsumexp((X W)₊) − tr(Yᵀ (X W))": (
            "Weaker: logsumexp grows with each entry, and rectified none is smaller."
        ),
        **{
            f"tr(softplus(−√2·{larger}·σ[2](W)·𝟏)) ≤ 𝟏ᵀlogsumexp(X W) − tr(Yᵀ (X W))": (
                "Weaker: softplus grows, and no column is longer than the whole matrix in any of these norms."
            )
            for larger in ("σ_max(Xᵀ)", "‖Xᵀ‖_F", "‖Xᵀ‖_*")
        },
        "tr(softplus(−2·‖Xᵀ‖_1→2·σ[2](W)·𝟏)) ≤ 𝟏ᵀlogsumexp(X W) − tr(Yᵀ (X W))": (
            "Weaker: softplus grows, and −2x ≤ −√2·x for x ≥ 0, a norm times a singular value."
        ),
    },
)  # fmt: skip


def with_quasi_norm(weights, depth):
    """``CE(XW; Y) + β(L/2)‖W‖_S^(2/L)`` with the Schatten quasi-norm of order 2/L."""
    return cross_entropy_of(X * weights) + beta * (depth / 2 * schatten(weights, 2 / depth) ** (2 / depth))


def with_nuclear_norm(weights, depth):
    """The same with the nuclear norm, which is less."""
    return cross_entropy_of(X * weights) + beta * (depth / 2 * nuclear(weights) ** (2 / depth))


def raised(value, depth):
    """The least of two numbers: the loss of a sample on the wrong side, and what a second singular value adds."""
    added = beta * (depth / 2 * ((2 - Integer(2) ** (2 / depth)) * tau ** (2 / depth)))
    return -maximum(-wrong_side(tau), -(value + added))


second_bound = at_most(
    raised(with_nuclear_norm(lemmas.layers, lemmas.L), lemmas.L), with_quasi_norm(lemmas.layers, lemmas.L)
)
second_value = Theorem(
    title="With three classes the quasi-norm costs more than the nuclear norm, or a sample is on the wrong side",
    source=WANG_ERGEN_PILANCI_2021.at("Section 2"),
    given=[*one_hot, *three_of_each, Positive(beta), Nonnegative(tau), SizeAtMost(3, lemmas.L)],
    claims=[
        Holds(second_bound, name="inequality", when=[less(2, rank(classes))]),
    ],
    note=(
        "Proof. Where σ_2 ≤ τ, by convex-losses/three-classes. Else, with p = 2/L < 1, σ_1^p + σ_2^p − (σ_1 + σ_2)^p "
        "grows with σ_1 and is (2 − 2^p)σ_2^p at σ_1 = σ_2, and further values add to the quasi-norm at least what "
        "they add to the nuclear norm."
    ),
    examples=[Example(file=f"data/quasi_norm_{name}.json") for name in ("tiny", "shifted", "far", "turned")],
    also_true=reasons.second_value(text(second_bound)),
)
