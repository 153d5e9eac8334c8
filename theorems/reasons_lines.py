"""Why mutants of convex-losses/lines are true as well: by the formula of each mutant, as ``also_true`` takes them."""

from theorems.reasons import reworded
from theorems.reasons_losses import WEAKER_ENTROPY, logistic_conjugate, weaker_entropies

_OF_TARGETS = " + V[:, k]ᵀy"
_LARGER = "Weaker: a maximum grows with each of its numbers, and so does what is taken from it."
_WITHOUT_TARGETS = (
    "Weaker where νᵀy ≤ 0. Else the line lies below the penalty, with νᵀy and without, and so at the end that is "
    "nearer to zero it is no more than the penalty of w, or w is in another interval or beyond."
)
_LARGER_LOSS = "Weaker: logsumexp grows with each entry, and rectified none is smaller."
_UNIFORM = (
    "Weaker where the norm is larger. Else the line lies below that of uniform distributions, which is concave and "
    "begins at n log K: if that is less than the loss with its penalty, so is the first left end, and if not, the "
    "right end of the interval in which ‖W‖ is."
)
_AT_ZERO = "It is the bound for w = 0, with the penalty of w added."


def lines_below(name, formula):
    """Of the bound by lines below a loss of this name: ``−max(left ends, right ends, beyond) ≤ loss + penalty``."""
    found = reworded(formula, _OF_A_LOSS.get(name, {}))
    found |= dict.fromkeys(_at_one_end(formula, _OF_TARGETS, ""), _WITHOUT_TARGETS)
    if name == "huber":
        found["-1 ≤ " + formula.split(" ≤ ")[1]] = "True in itself: neither the loss nor the penalty is negative."
    if name == "logistic":
        for entropy in weaker_entropies("V[:, k]"):
            found |= dict.fromkeys(_at_one_end(formula, logistic_conjugate("V[:, k]"), entropy), WEAKER_ENTROPY)
    return found


def below_the_cross_entropy(formula):
    """Of the bound by lines below the cross-entropy, of the same form."""
    slope, entropy = "σ_max(Xᵀ (p[k] − Y))", "tr(𝟏ᵀ (p[k] ⊙ log p[k]))"
    heavy = "Y + (C[:, block k of K])₊"
    rectified = f"(diag(({heavy}) 𝟏)† ({heavy}))₊"
    return {
        "-1 ≤ " + formula.split(" ≤ ")[1]: "True in itself: neither the penalty nor the cross-entropy is negative.",
        **reworded(formula, {("logsumexp(X W)", "logsumexp((X W)₊)"): _LARGER_LOSS}),
        **dict.fromkeys(_at_one_end(formula, f" + {entropy}", ""), "Weaker: no p log p with 0 ≤ p ≤ 1 is positive."),
        **dict.fromkeys(_at_one_end(formula, slope, "σ_max(−Xᵀ Y)"), _UNIFORM),
        **dict.fromkeys(_at_one_end(formula, slope, "σ_max(Xᵀ (p[k] + Y))")[:1], _UNIFORM),
        **dict.fromkeys(
            (
                *_at_one_end(formula, slope, f"σ_max(Xᵀ ({rectified} − Y))"),
                *_at_one_end(formula, entropy, f"tr(𝟏ᵀ ({rectified} ⊙ log {rectified}))"),
            ),
            "No probability is negative.",
        ),
    }


def _at_one_end(formula, old, new):
    """The formula with another part in place of one of two that are alike: that at the left ends, or at the right."""
    if formula.count(old) != 2:
        return ()
    before, between, after = formula.split(old)
    return before + new + between + old + after, before + old + between + new + after


_OF_A_LOSS = {
    "squared": {("‖X w − y‖₂²/2", "‖−y‖₂²/2"): _AT_ZERO, ("‖0‖₂²/2 + 0ᵀy", "0ᵀy + 1/2"): _LARGER},
    "absolute": {("‖X w − y‖₁", "‖−y‖₁"): _AT_ZERO},
    "huber": {
        ("‖0‖₂²/2 + 0ᵀy", "0ᵀy + 1/2"): _LARGER,
        ("(y − δ·𝟏 − X w)₊", "(y − (X w)₊ − δ·𝟏)₊"): "Weaker: no entry of what is rectified, and taken off, is larger.",
    },
    "epsilon-insensitive": {
        ("(X w − y − ε·𝟏)₊", "((X w)₊ − y − ε·𝟏)₊"): "Weaker: the larger what is rectified, the larger the loss.",
        ("ε·‖0‖₁ + 0ᵀy", "ε + 0ᵀy"): _LARGER,
    },
    "hinge": {("(𝟏 − diag(y) X w)₊", "(𝟏)₊"): _AT_ZERO},
    "squared-hinge": {("(𝟏 − diag(y) X w)₊", "(𝟏)₊"): _AT_ZERO, ("‖0‖₂²/2 + 0ᵀy", "0ᵀy + 1/2"): _LARGER},
}
