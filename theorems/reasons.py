"""Why mutants of several theorems are true as well: by the formula of each mutant, as ``also_true`` takes them."""

from checker.statement import Maximize, Minimize, equal
from checker.statement.text import text


def without(problem, position):
    """How a problem reads without one of its constraints."""
    kept = [*problem.constraints]
    del kept[position]
    make = Minimize if problem.sense == "min" else Maximize
    return text(make(problem.objective, over=[*problem.variables], subject_to=kept))


def signless_bound(bound):
    """Of a bound ``(L/2)·c^(2/L)`` without ``c ≥ 0``, its last constraint."""
    return {
        without(bound, -1): "A negative number has no power 2/L, but for L = 2, where the bound is negative as well."
    }


def signless_scale(dual):
    """Of a minimum over a scale t without ``t ≥ 0``."""
    return {without(dual, 0): "With −t the constraint inside is the same or void, so that its maximum is no smaller."}


def signless_layers(dual):
    """Of a minimum over a scale t and weights, which t^(L−2) multiplies, without ``t ≥ 0``."""
    weights = text(dual.variables[1])
    return {without(dual, 0): f"With −t, and −{weights} if L is odd, outputs and cost are the same."}


def lines(bound):
    """Of a bound by lines, the first constraints of which are ``ρ_1 = 0`` and ``ρ ≥ 0``."""
    straight = (
        "A negative entry of ρ has no power 2/L, unless L = 2; then the lines are straight, and bound the loss between "
        "any two numbers."
    )
    return {without(bound, 1): straight, "ρ[1] ≤ 0": "No entry of ρ is negative."}


def raised_lines(bound):
    """Of such a bound with ``τ ≥ 0`` as its last constraint, where ``L ≥ 3``: no negative number has a power 2/L."""
    return {
        **lines(bound),
        without(bound, -1): "A negative number has no power 2/L for L ≥ 3.",
        **dict.fromkeys(
            ("−ρ ≥ 0", "0 = τ", "τ ≤ 0"),
            "Weaker: negative numbers have no power 2/L, and a bound over zero alone is lower.",
        ),
    }


def largest(bound, position):
    """Of a maximum over λ that grows with the size of λ, and bounds the largest response of a neuron by one."""
    most = bound.constraints[position]
    return {text(equal(*most.sides)): "The best λ that is not zero is as large as it may be, and there are others."}


def centred(dual, position=0):
    """Of a maximum over λ that bounds the largest response of a neuron with a bias, without ``𝟏ᵀλ = 0``."""
    (total, zero), response = map(text, dual.constraints[position].sides), dual.variables[0]
    unbounded = (
        f"Where the entries of {text(response)} do not sum to zero, its response grows with the bias beyond any number."
    )
    return dict.fromkeys((without(dual, position), f"{total} ≤ {zero}", f"{zero} ≤ {total}"), unbounded)


def reworded(formula, changes):
    """Why a formula is true with another part in place of one that occurs once: by the text that it then has."""
    once = {(old, new): why for (old, new), why in changes.items() if formula.count(old) == 1}
    return {formula.replace(old, new): why for (old, new), why in once.items()}


def second_value(formula):
    """Of convex-losses/second-value: ``−max(−wrong, …) ≤ …``."""
    wrong, added = "tr(softplus(−√2·τ·‖Xᵀ‖_1→2·𝟏))", " − L·β·τ^(2/L)·(2 − 2^(2/L))/2"
    low, high = formula.split(" ≤ ")
    loss = "𝟏ᵀlogsumexp(X V[1] V[2]⋯V[L])"
    outputs = "tr(Yᵀ (X V[1] V[2]⋯V[L]))"
    less_added = "Weaker: what a second singular value adds is positive, and this is no more."
    shorter = "Weaker: softplus grows, and no column is longer than this."
    signs = "True in itself: neither the losses nor the penalties are negative."
    return {
        f"{low} < {high}": "Both bounds are strict: other samples cost something, and x ↦ x^(2/L) is strictly concave.",
        f"{low.removeprefix('−')} ≤ {high}": signs,
        f"-1 ≤ {high}": signs,
        f"{low} ≤ {high.replace(loss, loss.replace('X V[1] V[2]⋯V[L]', '(X V[1] V[2]⋯V[L])₊'))}": (
            "Weaker: logsumexp grows with each entry, and rectified none is smaller."
        ),
        f"{low.replace(outputs, 'tr(Yᵀ (X V[1] V[2]⋯V[L])₊)')} ≤ {high}": (
            "Weaker: of nonnegative weights Y, rectified outputs have the larger sum."
        ),
        **reworded(formula, {(f"−{wrong}", wrong): signs, (added, ""): less_added}),
        **reworded(
            formula,
            {
                (added, added.replace(old, new)): less_added
                for old, new in (
                    ("L·", ""), (")/2", ")/4"), ("2^(2/L)", "2^(L/2)"), ("2^(2/L)", "2^(4/L)"), ("2^(2/L)", "2^(2·L)")
                )
            },
        ),
        **{
            f"{low.replace(added, '').replace(', ', f', {term} + ', 1)} ≤ {high}": less_added
            for term in ("L·β·τ^(2/L)·(2 − 2^(2/L))", "L·β·τ^(2/L)")
        },
        **reworded(
            formula,
            {
                ("√2", "2"): shorter,
                **{("‖Xᵀ‖_1→2", size): shorter for size in ("‖Xᵀ‖_F", "σ_max(Xᵀ)", "‖Xᵀ‖_*")},
            },
        ),
    }  # fmt: skip
