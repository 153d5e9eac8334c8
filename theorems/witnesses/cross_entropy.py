"""Networks of least cost for the multinomial cross-entropy."""

from collections.abc import Mapping
from typing import Any

from flint import fmpq_mat

from checker.witness.cross_entropy import cross_entropy
from checker.witness.rounding import bits_for


def two_layers(data: Mapping[str, Any], digits: int) -> dict[str, fmpq_mat]:
    """Both layers, and N near ``softmax(XW_1W_2) − Y`` with ``σ_max(XᵀN) ≤ β``."""
    found = cross_entropy(data["X"], data["Y"], data["beta"], data["m"], bits_for(digits))
    return dict(zip(("W_1", "W_2", "N"), found, strict=True))
