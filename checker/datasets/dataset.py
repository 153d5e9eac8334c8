"""A dataset: exact values for the data symbols of a theorem."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flint import fmpq, fmpq_mat

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Dataset:
    """Exact values by symbol: ``fmpq_mat`` for matrices and vectors (n×1), ``fmpq`` for scalars, ``int`` for sizes.

    Attributes:
        values: the values.
        label: the stratum it was drawn from, or the file it was read from.
    """

    values: Mapping[str, Any]
    label: str = ""

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the values; the label does not enter."""
        return hashlib.sha256(json.dumps(self.to_json(), sort_keys=True).encode()).hexdigest()

    def floats(self, name: str) -> NDArray[np.float64]:
        """A matrix or scalar as float64, of shape (rows, columns) or ()."""
        import numpy as np  # here, so that rechecking a certificate imports no NumPy

        value = self.values[name]
        if isinstance(value, fmpq_mat):
            entries = [to_float(entry) for entry in value.entries()]
            return np.array(entries, dtype=np.float64).reshape(value.nrows(), value.ncols())
        return np.array(to_float(fmpq(value)))

    def to_json(self) -> dict[str, Any]:
        """Rationals as strings, matrices as lists of rows: what ``--data FILE.json`` reads back."""
        return {name: value_to_json(value) for name, value in sorted(self.values.items())}


def to_float(value: fmpq) -> float:
    """The nearest float, infinite or zero where it overflows or underflows."""
    try:
        return int(value.p) / int(value.q)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def value_to_json(value: Any) -> Any:
    """A matrix as rows of rational strings, a family of layers as a list of matrices, a number as a string."""
    if isinstance(value, fmpq_mat):
        return [[str(value[i, j]) for j in range(value.ncols())] for i in range(value.nrows())]
    if isinstance(value, list):
        return [value_to_json(item) for item in value]
    return str(value)
