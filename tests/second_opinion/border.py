"""Values of datasets and points as numbers and matrices of this package; no other module sees python-flint's."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tests.second_opinion.matrices import Matrix

Values = Mapping[str, Any]


def number(value: Any) -> Fraction:
    return Fraction(value) if isinstance(value, int) else Fraction(int(value.p), int(value.q))


def converted(value: Any) -> Any:
    """A number, a matrix, a list of layers, or a list of branches."""
    if isinstance(value, list):
        return tuple(map(converted, value))
    if hasattr(value, "nrows"):
        return Matrix(int(value.nrows()), int(value.ncols()), tuple(map(number, value.entries())))
    return number(value)


def values_of(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: converted(value) for name, value in values.items()}
