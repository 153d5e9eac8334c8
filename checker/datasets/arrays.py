"""A dataset from arrays in memory, by symbol name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flint import fmpq_mat

from checker.datasets.contents import refuse_size, refuse_unknown
from checker.datasets.dataset import Dataset
from checker.datasets.errors import InputError
from checker.datasets.fitting import fit
from checker.datasets.signature import signature_of
from checker.witness.exact import WitnessError, exact_matrix, exact_number

if TYPE_CHECKING:
    from checker.statement.theorem import Theorem

_SOURCE = "the data"


def dataset_of_arrays(arrays: Any, theorem: Theorem, settings: Mapping[str, str]) -> Dataset:
    """The data of a theorem from ``{"X": array, "y": array, "beta": number}``.

    Args:
        arrays: NumPy arrays, nested lists, mpmath or flint matrices by symbol name; floats are taken at their exact
            dyadic values, a flat sequence is a column.
        theorem: tells which symbols there are.
        settings: numerals for scalars and free dimensions.

    Raises:
        InputError: not a mapping, an unknown or missing symbol, an entry that is not a finite number, or shapes
            that contradict each other.
    """
    if not isinstance(arrays, Mapping):
        raise InputError(
            f"data={type(arrays).__name__} is not data; give a path or a mapping such as {{'X': X, 'y': y}}."
        )
    signature = signature_of(theorem)
    refuse_unknown(map(str, arrays), signature, _SOURCE)
    contents: dict[str, Any] = {}
    for name, value in arrays.items():
        try:
            if name in {matrix.name for matrix in signature.matrices}:
                rows, columns = _shape(value)
                refuse_size((rows, columns), f"{name} in {_SOURCE}")
                contents[name] = exact_matrix(value, rows, columns)
            elif name in {family.name for family in signature.families}:
                contents[name] = [exact_matrix(layer, *_shape(layer)) for layer in value]
            else:
                contents[name] = exact_number(value)
        except WitnessError as error:
            raise InputError(
                f"{name} in the data cannot be used: {str(error).removeprefix('it proposed ')}."
            ) from error
    return Dataset(fit(contents, settings, signature, theorem.program, _SOURCE), "arrays")


def _shape(value: Any) -> tuple[int, int]:
    if isinstance(value, fmpq_mat):
        return value.nrows(), value.ncols()
    nested = value.tolist() if hasattr(value, "tolist") else value
    if not isinstance(nested, (list, tuple)):
        return 1, 1
    first = nested[0] if nested else []
    return len(nested), len(first) if isinstance(first, (list, tuple)) else 1
