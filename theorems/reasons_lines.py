"""Why mutants of convex-losses/lines are true as well: by the formula of each mutant, as ``also_true`` takes them."""

from theorems.reasons import reworded

_OF_TARGETS = " + V[:, k]ᵀy"
_LARGER = "Weaker: a maximum grows with each of its numbers, and so does what is taken from it."
_AT_ZERO = "It is the bound for w = 0, with the penalty of w added."


def lines_below(name, formula):
    """Of the bound by lines below a loss of this name: ``−max(left ends, right ends, beyond) ≤ loss + penalty``."""
    return _without_targets(formula) | reworded(formula, _OF_A_LOSS.get(name, {}))


def _without_targets(formula):
    """Of the lines at one of their ends without ``νᵀy``."""
    why = (
        "Weaker where νᵀy ≤ 0. Else the line lies below the penalty, with νᵀy and without, and so at the end that is "
        "nearer to zero it is no more than the penalty of w, or w is in another interval or beyond."
    )
    if formula.count(_OF_TARGETS) != 2:
        return {}
    before, left, right = formula.split(_OF_TARGETS)
    return dict.fromkeys((before + left + _OF_TARGETS + right, before + _OF_TARGETS + left + right), why)


_OF_A_LOSS = {
    "squared": {("‖X w − y‖₂²/2", "‖−y‖₂²/2"): _AT_ZERO, ("‖0‖₂²/2 + 0ᵀy", "0ᵀy + 1/2"): _LARGER},
    "absolute": {("‖X w − y‖₁", "‖−y‖₁"): _AT_ZERO},
    "huber": {("‖0‖₂²/2 + 0ᵀy", "0ᵀy + 1/2"): _LARGER},
    "epsilon-insensitive": {
        ("(X w − y − ε·𝟏)₊", "((X w)₊ − y − ε·𝟏)₊"): "Weaker: the larger what is rectified, the larger the loss.",
        ("ε·‖0‖₁ + 0ᵀy", "ε + 0ᵀy"): _LARGER,
    },
    "hinge": {("(𝟏 − diag(y) X w)₊", "(𝟏)₊"): _AT_ZERO},
    "squared-hinge": {("(𝟏 − diag(y) X w)₊", "(𝟏)₊"): _AT_ZERO, ("‖0‖₂²/2 + 0ᵀy", "0ᵀy + 1/2"): _LARGER},
}
