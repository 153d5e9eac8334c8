"""What every kind of data file has to obey: known names, nonempty matrices, and their largest size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from checker.datasets.errors import InputError, listed, plain, quoted
from checker.datasets.signature import DataMatrix, Signature

MOST_BYTES = 200_000_000
MOST_ENTRIES = 4_000_000

# By symbol: fmpq_mat for a matrix, a list of them for a family, fmpq for a scalar or a dimension.
Contents = Mapping[str, Any]


def refuse_unknown(names: Iterable[str], signature: Signature, source: str) -> None:
    """Raises InputError for a name that is not a data symbol of the theorem."""
    for name in names:
        if name not in signature.names:
            raise InputError(
                f"{plain(source)} gives {quoted(name)}, which is not a data symbol of the theorem; it takes "
                f"{listed(signature.names) or 'no data'}."
            )


def refuse_size(shape: tuple[int, ...], what: str) -> None:
    """Raises InputError for a matrix without entries or with more than ``MOST_ENTRIES``."""
    entries = 1
    for size in shape:
        entries *= size
    sizes = plain(" × ".join(map(str, shape)))
    if entries <= 0:
        raise InputError(f"{what} is empty (its shape is {sizes}); give it at least one row and one column.")
    if entries > MOST_ENTRIES:
        raise InputError(f"{what} has {sizes} entries; a matrix may have at most {MOST_ENTRIES:,}, so take fewer rows.")


def refuse_flat(matrix: DataMatrix | None, what: str) -> None:
    """Raises InputError for a plain list of numbers where a matrix with several columns, or a layer, is meant."""
    if matrix is None or not matrix.is_vector:
        sizes = f"takes {matrix.rows} × {matrix.columns}" if matrix else "is a layer"
        raise InputError(f"{what} is a plain list of numbers but {sizes}; give it as rows of numbers.")
