"""Why mutants of what is stated of a loss are true as well: by the formula of each, as ``also_true`` takes them."""

WEAKER_ENTROPY = (
    "Weaker: some x log x with 0 ≤ x ≤ 1, which is not positive, is left out, or became one with x ≥ 1, or one with "
    "x ≤ 0, which counts as 0."
)


def x_log_x(x):
    """How the sum of x log x over a column is written."""
    return f"𝟏ᵀ(({x}) ⊙ log ({x}))"


def logistic_conjugate(nu):
    """How the conjugate of the logistic loss is written at a column ``ν``."""
    return f"{x_log_x(f'diag(y) {nu} + 𝟏')} + {x_log_x(f'−diag(y) {nu}')}"


def weaker_entropies(nu):
    """What is more than that wherever ``0 ≤ −diag(y)ν ≤ 1``."""
    chosen, other = x_log_x(f"−diag(y) {nu}"), x_log_x(f"diag(y) {nu} + 𝟏")
    return (
        chosen,
        other,
        f"{chosen} + 𝟏ᵀ(𝟏 ⊙ log 𝟏)",
        f"{x_log_x(f'diag(y) {nu}')} + {chosen}",
        f"{other} + {x_log_x(f'diag(y) {nu}')}",
        f"{other} + {x_log_x(f'−{nu}')}",
        f"{other} + {x_log_x(f'−(diag(y) {nu})₊')}",
        f"{x_log_x(f'{nu} + 𝟏')} + {chosen}",
        f"{x_log_x(f'𝟏 + (diag(y) {nu})₊')} + {chosen}",
    )


_BETWEEN = "With r = z − y each entry is {}."
_SIGNS = "The entries of sign(·₊) are 0 or 1, whatever is rectified, and differences of two of them from −1 to 1."
_SQUARED = "(diag(y)²) sigmoid(−diag(y) z)"
_LABELLED = "Weaker: as y_i·ν_i ≤ 0, νᵀy is not positive."
_SIGNS_ABOVE = ("z − ε·𝟏", "z − y", "−y − ε·𝟏", "y + z − ε·𝟏", "z + 𝟏 − y", "ε·𝟏 + z − y", "z − y − 𝟏")
_SIGNS_BELOW = ("y − ε·𝟏", "y − z", "−z − ε·𝟏", "y + z − ε·𝟏", "y + 𝟏 − z", "ε·𝟏 + y − z", "y − z − 𝟏")
FENCHEL_YOUNG = {
    "huber": {
        "‖z + (y − z)₊ − y − (z − y − δ·𝟏)₊‖_∞ ≤ δ": _BETWEEN.format("max(r, 0) − (r − δ)₊, which is between 0 and δ"),
        "‖z + (y − z − δ·𝟏)₊ − y − (z − y)₊‖_∞ ≤ δ": _BETWEEN.format(
            "min(r, 0) + (−r − δ)₊, which is between −δ and 0"
        ),
        "‖z + (δ·𝟏 + y − z)₊ − y − (z − y − δ·𝟏)₊‖_∞ ≤ δ": _BETWEEN.format("max(r, δ) − (r − δ)₊, which is δ"),
        "‖z + (y − z − δ·𝟏)₊ − y − (δ·𝟏 + z − y)₊‖_∞ ≤ δ": _BETWEEN.format("min(r, −δ) + (−r − δ)₊, which is −δ"),
    },
    "epsilon-insensitive": dict.fromkeys(
        (
            "‖sign((z − y − ε·𝟏)₊)‖_∞ ≤ 1",
            "‖−sign((y − z − ε·𝟏)₊)‖_∞ ≤ 1",
            *(f"‖sign(({above})₊) − sign((y − z − ε·𝟏)₊)‖_∞ ≤ 1" for above in _SIGNS_ABOVE),
            *(f"‖sign((z − y − ε·𝟏)₊) − sign(({below})₊)‖_∞ ≤ 1" for below in _SIGNS_BELOW),
        ),
        _SIGNS,
    ),
    "hinge": {
        "νᵀz ≤ 𝟏ᵀ(𝟏 − diag(y) z)₊": _LABELLED,
        **dict.fromkeys(
            (
                "diag(y) (diag(y) sign((𝟏 − diag(y) z)₊))₊ ≥ 0",
                "(diag(y)²) sign((−diag(y) z)₊) ≥ 0",
                "(diag(y)²) sign((𝟏 − z)₊) ≥ 0",
                "𝟏 ≥ 0",
                "𝟏 − diag(y) sign((𝟏 − diag(y) z)₊) ≥ 0",
                "𝟏 + (−(diag(y)²) sign((𝟏 − diag(y) z)₊))₊ ≥ 0",
                "(diag(y)²) sign((𝟏 − diag(y) z)₊) + 𝟏 ≥ 0",
                "𝟏 − diag(y) (diag(y) sign((𝟏 − diag(y) z)₊))₊ ≥ 0",
                "𝟏 − (diag(y)²) sign(𝟏 − diag(y) z) ≥ 0",
                "𝟏 − (diag(y)²) sign((−diag(y) z)₊) ≥ 0",
                "𝟏 − (diag(y)²) sign((𝟏 − z)₊) ≥ 0",
            ),
            "Labels are ±1, signs are from −1 to 1 and those of what is rectified 0 or 1: no entry is negative.",
        ),
    },
    "squared-hinge": {
        "νᵀz ≤ ‖ν‖₂²/2 + ‖(𝟏 − diag(y) z)₊‖₂²/2": _LABELLED,
        **dict.fromkeys(
            (
                "diag(y) (diag(y) (𝟏 − diag(y) z)₊)₊ ≥ 0",
                "(diag(y)²) (−diag(y) z)₊ ≥ 0",
                "(diag(y)²) (𝟏 − z)₊ ≥ 0",
                "(diag(y)²) (𝟏 − (diag(y) z)₊)₊ ≥ 0",
            ),
            "Labels are ±1 and what is rectified is not negative: no entry is.",
        ),
    },
    "logistic": {
        **dict.fromkeys(
            (f"νᵀz ≤ 𝟏ᵀsoftplus(−diag(y) z) + {negative_entropy}" for negative_entropy in weaker_entropies("ν")),
            WEAKER_ENTROPY,
        ),
        **dict.fromkeys(
            (
                f"𝟏ᵀsoftplus(−diag(y) z) = (−diag(y) sigmoid(−diag(y) z))ᵀz − {first} − {second}"
                for first, second in (
                    (x_log_x(f"𝟏 − {_SQUARED}"), "𝟏ᵀ(sigmoid(−diag(y) z) ⊙ log sigmoid(−diag(y) z))"),
                    (x_log_x("𝟏 − sigmoid(−diag(y) z)"), x_log_x(_SQUARED)),
                )
            ),
            "Labels are ±1, so that diag(y)² is the identity.",
        ),
    },
}
