"""Why mutants of deep splines are true as well: by the formula of each, as ``also_true`` takes them.

The bound of deep-relu/spline-lines is the same for networks, for two layers and for functions:
−max(−lines, −penalty) ≤ ½‖f − y‖² + penalty.
"""

from theorems.reasons import reworded

CLOSED_LAYERS = {
    "Π[k = 1…n] (x V[1]⋯V[L − 2] V[L − 1] + 𝟏 bᵀ)[:, j][k] = 0 for j = 1…m": (
        "Where x ≥ 0 the rectifiers of the first layers change nothing at an optimum: a weight that they cut off would "
        "cost and do nothing."
    ),
    "b₀·𝟏 + (fold[H := −𝟏; H := (H V[l])₊, l = 1…L − 2] V[L − 1] + 𝟏 bᵀ)₊ V[L] = f(0)": "It is the case r = 1.",
    **dict.fromkeys(
        (
            "b₀·𝟏 + (𝟏 bᵀ)₊ V[L] = f(0)",
            "b₀·𝟏 + (𝟏 bᵀ + (fold[H := −r·𝟏; H := (H V[l])₊, l = 1…L − 2] V[L − 1])₊)₊ V[L] = f(0)",
            "b₀·𝟏 + (fold[H := −r·𝟏; H := (H V[l])₊, l = 1…L − 2] V[L − 1] + (𝟏 bᵀ)₊)₊ V[L] = f(0)",
        ),
        "At zero, and for an optimum left of zero, the first layers are closed, so that what is added to b is zero.",
    ),
}

_LEFT, _RIGHT = "Λ[:, k]ᵀy − L·β·ρ[k]^(2/L)/2", "Λ[:, k]ᵀy − L·β·ρ[k + 1]^(2/L)/2"
_LINES = {
    (f"− {_LEFT}", f"− {_LEFT.removeprefix('Λ[:, k]ᵀy − ')}"): (
        "At ρ[1] = 0 the first line is at most zero then, and the loss with its penalty is not negative."
    ),
    (f"− {_RIGHT}", f"− {_RIGHT.removeprefix('Λ[:, k]ᵀy − ')}"): (
        "Where Λ[:, k]ᵀy ≥ 0 this is no more; where not, the line is less than the penalty at the left end of its "
        "interval, and so than that of any f whose cost is in it."
    ),
    (f"− {_LEFT}", f"+ {_LEFT}"): (
        "Where Λ[:, k]ᵀy ≥ 0 this is no more; where not, it is the line of −λ, which has to fall to the right end if "
        "it is above a loss in between, and the line of λ is less there."
    ),
    (f"− {_RIGHT}", f"+ {_RIGHT}"): (
        "Where Λ[:, k]ᵀy ≥ 0 this is no more; where not, the line of λ is less than the penalty at the left end of its "
        "interval, and so than that of any f whose cost is in it."
    ),
}
_NEGATED = "It is the case of −f, which costs the same."
_CONSTANT = "It is a constant function, which has no cost."
_OTHER_CONSTANT = "It is the case with another constant, which has no cost."
_LINEAR = "It is a linear function of a slope no larger than the cost, and a neuron with a large bias is one as well."
_ONE_SIGN = "Where x ≥ 0 this is the case of the positive parts of the weights, which cost no more."
_OTHER_BIAS = "It is the case with other biases, which cost nothing."
_INSIDE = "fold[H := x; H := (H V[l])₊, l = 1…L − 2] V[L − 1]"
_NETWORK = f"({_INSIDE} + 𝟏 bᵀ)₊ V[L]"
_HALF = (
    "It is linear with a slope no larger than the cost, being half of the sum or the difference of 2·f₁ + Σμ and Σμ."
)

# By the part of the right-hand side that is another: loss or penalty.
_OF_NETWORKS = {
    "‖−y‖": _CONSTANT,
    "‖f(x) + y‖": _NEGATED,
    f"‖{_NETWORK} − y‖": _OTHER_CONSTANT,
    f"‖{_NETWORK} + 𝟏 − y‖": _OTHER_CONSTANT,
    "‖b₀·𝟏 − y‖": _CONSTANT,
    "‖b₀·𝟏 + (𝟏 bᵀ)₊ V[L] − y‖": _CONSTANT,
    f"‖b₀·𝟏 + ({_INSIDE} + 𝟏 bᵀ) V[L] − y‖": _LINEAR,
    f"‖b₀·𝟏 + ({_INSIDE})₊ V[L] − y‖": _OTHER_BIAS,
    f"‖b₀·𝟏 + ({_INSIDE} + (𝟏 bᵀ)₊)₊ V[L] − y‖": _OTHER_BIAS,
    f"‖b₀·𝟏 + (𝟏 bᵀ + ({_INSIDE})₊)₊ V[L] − y‖": _ONE_SIGN,
    "‖b₀·𝟏 + (x V[1]⋯V[L − 2] V[L − 1] + 𝟏 bᵀ)₊ V[L] − y‖": (
        "Without their rectifiers, too, the first layers let x pass as x·hᵀ with a vector h whose norm is at most the "
        "product of theirs."
    ),
}
_SPECTRAL = (
    "Stronger: V[1] and V[L] are a row and a column, which have one norm, and the layers between are applied to "
    "multiples of single vectors."
)
_OF_TWO_LAYERS = {
    "‖q₀·𝟏 + (x wᵀ + 𝟏 θᵀ)₊ v + y‖": _NEGATED,
    "‖(x wᵀ + 𝟏 θᵀ)₊ v − y‖": _OTHER_CONSTANT,
    "‖(x wᵀ + 𝟏 θᵀ)₊ v + 𝟏 − y‖": _OTHER_CONSTANT,
    "‖q₀·𝟏 − y‖": _CONSTANT,
    "‖q₀·𝟏 + (𝟏 θᵀ)₊ v − y‖": _CONSTANT,
    "‖q₀·𝟏 + (x wᵀ + 𝟏 θᵀ) v − y‖": _LINEAR,
    "‖q₀·𝟏 + (x wᵀ)₊ v − y‖": _OTHER_BIAS,
    "‖q₀·𝟏 + (x wᵀ + (𝟏 θᵀ)₊)₊ v − y‖": _OTHER_BIAS,
    "‖q₀·𝟏 + (𝟏 θᵀ + (x wᵀ)₊)₊ v − y‖": _ONE_SIGN,
}
_OF_FUNCTIONS = {
    "‖f₀·𝟏 + f₁·x + (x 𝟏ᵀ − 𝟏 τᵀ)₊ μ + y‖": _NEGATED,
    "‖f₁·x + (x 𝟏ᵀ − 𝟏 τᵀ)₊ μ − y‖": _OTHER_CONSTANT,
    "‖f₁·x + (x 𝟏ᵀ − 𝟏 τᵀ)₊ μ + 𝟏 − y‖": _OTHER_CONSTANT,
    "‖f₀·𝟏 + (x 𝟏ᵀ − 𝟏 τᵀ)₊ μ − y‖": "It is the case f₁ = 0, which costs ‖μ‖₁ and so no more.",
    "‖f₀·𝟏 + f₁·x − y‖": _HALF,
    "‖f₀·𝟏 + f₁·x + (−𝟏 τᵀ)₊ μ − y‖": _HALF,
    "‖f₀·𝟏 + f₁·x + (x 𝟏ᵀ − 𝟏 τᵀ) μ − y‖": _HALF,
    "‖f₀·𝟏 + f₁·x + (x 𝟏ᵀ)₊ μ − y‖": "It is the case τ = 0.",
    "‖f₀·𝟏 + f₁·x + (x 𝟏ᵀ + 𝟏 τᵀ)₊ μ − y‖": "It is the case of −τ.",
    "‖f₀·𝟏 + f₁·x + (x 𝟏ᵀ − (𝟏 τᵀ)₊)₊ μ − y‖": "It is the case of τ₊.",
}
_FOUR = (
    "Where the outer slopes f₁ and f₁ + Σμ have the same sign this is no less, and else both |2·f₁ + Σμ| and the cost "
    "are at most ‖μ‖₁."
)


def spline_lines(of_networks, of_two_layers, of_functions):
    """Of the formulas of the three claims."""
    found = {}
    for formula, loss, others in (
        (of_networks, "‖f(x) − y‖", _OF_NETWORKS),
        (of_two_layers, "‖q₀·𝟏 + (x wᵀ + 𝟏 θᵀ)₊ v − y‖", _OF_TWO_LAYERS),
        (of_functions, "‖f₀·𝟏 + f₁·x + (x 𝟏ᵀ − 𝟏 τᵀ)₊ μ − y‖", _OF_FUNCTIONS),
    ):
        changes = _LINES | {(loss, other): why for other, why in others.items()}
        found |= reworded(formula, changes)
    found |= reworded(of_networks, {("‖V[l]‖_F", "σ_max(V[l])"): _SPECTRAL})
    return found | reworded(of_functions, {("|2·f₁", "|4·f₁"): _FOUR})
