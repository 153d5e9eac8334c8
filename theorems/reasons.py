"""Why mutants of several theorems are true as well: by the formula of each mutant, as ``also_true`` takes them."""

from checker.statement import Maximize, Minimize, Relation, relu
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
    """Of a minimum over a scale t and weights v, which t^(L−2) multiplies, without ``t ≥ 0``."""
    return {without(dual, 0): "With −t, and −v if L is odd, outputs and cost are the same."}


def lines(bound):
    """Of a bound by lines, the first constraints of which are ``ρ_1 = 0`` and ``ρ ≥ 0``."""
    straight = (
        "A negative entry of ρ has no power 2/L, unless L = 2; then the lines are straight, and bound the loss between "
        "any two numbers."
    )
    signs = [c for c in bound.constraints if c.kind == "nonnegative" and text(c).startswith("−")]
    return {without(bound, 1): straight, "ρ[1] ≤ 0": "No entry of ρ is negative."} | dict.fromkeys(
        (text(Relation("nonnegative", -relu(-sign.sides[0]))) for sign in signs),
        "That a positive part is at most zero says that the number is.",
    )


def centred(dual, position=0):
    """Of a maximum over λ, or μ, that bounds the largest response of a neuron with a bias, without ``𝟏ᵀλ = 0``."""
    (total, zero), response = map(text, dual.constraints[position].sides), dual.variables[0]
    unbounded = (
        f"Where the entries of {text(response)} do not sum to zero, its response grows with the bias beyond any number."
    )
    if "t^" in text(dual):
        unbounded += " For t = 0 the maximum may be another, which the least over all t does not notice."
    return dict.fromkeys((without(dual, position), f"{total} ≤ {zero}", f"{zero} ≤ {total}"), unbounded)
