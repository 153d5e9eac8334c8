"""Loads a dataset for a theorem from a csv, npz or json file.  Every refusal is one sentence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from checker.datasets.contents import MOST_BYTES, Contents
from checker.datasets.csv_table import read_csv
from checker.datasets.dataset import Dataset
from checker.datasets.errors import InputError, plain, quoted
from checker.datasets.fitting import fit
from checker.datasets.json_values import read_json
from checker.datasets.npz_arrays import read_npz
from checker.datasets.signature import Signature, signature_of

if TYPE_CHECKING:
    from checker.statement.theorem import Theorem

_KINDS = (".csv", ".npz", ".json")


def load_dataset(
    path: Path | str,
    theorem: Theorem,
    *,
    target: Sequence[str] | None = None,
    settings: Mapping[str, str] | None = None,
    rows: int | None = None,
    optional: Collection[str] = (),
) -> Dataset:
    """The data of a theorem, from a file and settings, as exact rationals.

    A csv file has a header row; its last column is the target and every other one a feature.  An npz file holds
    arrays named by symbol, whose floats are taken at their exact dyadic values.  A json file holds
    ``{"X": [["1/3", "2"]], "y": ["1"], "beta": "1/10"}``, whose numbers are taken exactly as they are written.

    Args:
        path: a file ending in ``.csv``, ``.npz`` or ``.json``, of at most ``MOST_BYTES`` bytes.
        theorem: tells the symbols, their shapes, and which scalars and dimensions there are.
        target: names of the target columns of a csv file, in order; a string is split at commas.
        settings: numerals for scalars and free dimensions, ``{"beta": "1/10", "m": "3"}``; a free dimension that
            nothing gives is what the compound sizes of matrices say, such as ``q + 1``, else ``DEFAULT_DIMENSION``.
        rows: how many rows of a csv file to take, from the first.
        optional: data symbols that may be missing, for a caller that recovers them from the others.

    Returns:
        A dataset labelled with the name of the file: ``fmpq_mat``, ``fmpq`` and ``int`` by symbol.

    Raises:
        InputError: whatever is wrong with the file, the target or the settings, in one sentence.
    """
    path = Path(path)
    signature = signature_of(theorem)
    contents = _read(path, signature, target.split(",") if isinstance(target, str) else target, rows)
    written = {name: str(value) for name, value in (settings or {}).items()}
    values = fit(contents, written, signature, theorem.program, plain(path.name), optional)
    return Dataset(values, label=path.name)


def _read(path: Path, signature: Signature, target: Sequence[str] | None, rows: int | None) -> Contents:
    try:
        _refuse_path(path)
        kind = path.suffix.lower()
        if kind == ".csv":
            if rows is not None and rows < 1:
                raise InputError(f"the first {rows} rows of {plain(path.name)} were asked for; ask for at least one.")
            names = None if target is None else [name.strip() for name in target]
            return read_csv(path, signature, names, rows)
        if target is not None:
            raise InputError(
                f"--target chooses columns of a csv file, but {plain(path.name)} names its symbols; leave it out."
            )
        if rows is not None:
            raise InputError(
                f"the first rows can be taken of a csv file only, not of {plain(path.name)}; leave rows out."
            )
        return read_npz(path, signature) if kind == ".npz" else read_json(path, signature)
    except InputError:
        raise
    except OSError as error:
        reason = plain((error.strerror or type(error).__name__).lower())
        raise InputError(f"{_place(path)} cannot be read: {reason}.") from error
    except MemoryError as error:
        raise InputError(f"{_place(path)} does not fit into memory; take fewer rows.") from error
    # Parsers of damaged files raise what they like, and a user is owed a sentence rather than a traceback.
    except Exception as error:
        reason = plain(str(error).partition("\n")[0].rstrip(".") or type(error).__name__, 100)
        raise InputError(f"{_place(path)} is damaged or not of the kind that its name says ({reason}).") from error


def _place(path: Path) -> str:
    text = str(path)
    return quoted(text if len(text) <= 100 else "…" + text[-99:], 120)


def _refuse_path(path: Path) -> None:
    if path.is_dir():
        raise InputError(f"{_place(path)} is a directory; give a file that ends in {', '.join(_KINDS)}.")
    if not path.exists():
        raise InputError(f"there is no file {_place(path)}; give a file that ends in {', '.join(_KINDS)}.")
    if not path.is_file():
        raise InputError(f"{_place(path)} is not a regular file; give a file that ends in {', '.join(_KINDS)}.")
    if path.suffix.lower() not in _KINDS:
        raise InputError(
            f"{_place(path)} is not a kind of file that can be read; give one that ends in {', '.join(_KINDS)}."
        )
    size = path.stat().st_size
    if size == 0:
        raise InputError(f"{_place(path)} is empty; give a file that holds data.")
    if size > MOST_BYTES:
        raise InputError(
            f"{_place(path)} has {size:,} bytes; a file may have at most {MOST_BYTES:,}, so take fewer rows."
        )
