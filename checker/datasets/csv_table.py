"""Reads a csv file with a header row: feature columns and target columns, as exact rationals."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from flint import fmpq, fmpq_mat

from checker.datasets.contents import MOST_ENTRIES, Contents, refuse_size
from checker.datasets.errors import InputError, count, listed, plain, quoted
from checker.datasets.numerals import parse_rational
from checker.datasets.signature import Signature

# Bounds the memory that a single line of separators could take.
MOST_LINE = 16_000_000


def read_csv(path: Path, signature: Signature, target: Sequence[str] | None, rows: int | None) -> Contents:
    """The inputs and the target that a csv file gives.

    Args:
        path: UTF-8, with or without a byte order mark; the first line names the columns.
        signature: tells which matrices the columns fill.
        target: names of the target columns, in order; without them the last column.
        rows: read only so many rows of data.

    Raises:
        InputError: anything about the file that does not fit.
    """
    name = plain(path.name)
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            lines = csv.reader(_lines(handle, name), strict=True)
            header = _header(next(lines, []), name)
            targets = _targets(header, signature, target, name)
            features = [i for i in range(len(header)) if i not in targets]
            _refuse_features(features, header, signature, name)
            table = _table(lines, header, rows, name)
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not UTF-8 text (byte {error.start:,}); save it as a csv file in UTF-8.") from error
    except csv.Error as error:
        raise InputError(f"{name} is not a well-formed csv file: {plain(str(error), 100)}.") from error
    contents = {}
    for symbol, columns in ((signature.inputs, features), (signature.target, targets)):
        if symbol is not None:
            contents[symbol] = fmpq_mat(len(table), len(columns), [row[i] for row in table for i in columns])
    return contents


def _lines(handle: TextIO, name: str) -> Iterator[str]:
    while line := handle.readline(MOST_LINE):
        if len(line) == MOST_LINE:
            raise InputError(
                f"{name} has a line of more than {MOST_LINE:,} characters; it is not a table that can be read."
            )
        yield line


def _header(cells: list[str], name: str) -> list[str]:
    header = [cell.strip() for cell in cells]
    if not any(header):
        raise InputError(f"{name} has no header row; its first line must name the columns, such as a,b,y.")
    seen: set[str] = set()
    for position, column in enumerate(header, start=1):
        if not column:
            raise InputError(f"column {position:,} of {name} has no name in the header row; name it or remove it.")
        if column in seen:
            raise InputError(f"{name} has two columns named {quoted(column)}; give each a name of its own.")
        seen.add(column)
    if len(header) == 1 and any(separator in header[0] for separator in ";\t|"):
        raise InputError(f"the header of {name} is the single column {quoted(header[0])}; separate columns by commas.")
    if all(map(_is_number, header)):
        raise InputError(
            f"the first line of {name} holds numbers ({listed(header)}); it must name the columns, such as a,b,y."
        )
    return header


def _is_number(cell: str) -> bool:
    try:
        parse_rational(cell, "the header")
    except InputError:
        return False
    return True


def _targets(header: list[str], signature: Signature, names: Sequence[str] | None, file: str) -> list[int]:
    if signature.target is None:
        if names:
            raise InputError(
                f"--target {plain(','.join(names), 40)} names a target, but the theorem has none; leave it out."
            )
        return []
    if names is None:
        return [len(header) - 1]
    for position, name in enumerate(names):
        if name not in header:
            raise InputError(
                f"--target names {quoted(name)}, which is not a column of {file}; its columns are {listed(header)}."
            )
        if name in names[:position]:
            raise InputError(f"--target names the column {quoted(name)} twice; name each target once.")
    if not names:
        raise InputError(f"--target names no column; the columns of {file} are {listed(header)}.")
    if len(names) > 1 and signature.matrix(signature.target).is_vector:
        raise InputError(
            f"--target names {len(names):,} columns ({listed(names)}), but {signature.target} is a vector; "
            "name exactly one."
        )
    return [header.index(name) for name in names]


def _refuse_features(features: list[int], header: list[str], signature: Signature, file: str) -> None:
    columns = listed(header[i] for i in features)
    if signature.inputs is None and features:
        raise InputError(
            f"the theorem has no inputs that the columns {columns} of {file} could fill; leave out all columns but the "
            "target, or write a json or npz file."
        )
    if signature.inputs is None:
        return
    if not features:
        raise InputError(
            f"{file} has no column left for {signature.inputs} beside the target; add a column of features."
        )
    if len(features) > 1 and signature.matrix(signature.inputs).is_vector:
        raise InputError(
            f"{signature.inputs} is a vector, but {file} has {len(features):,} feature columns ({columns}); "
            "keep one and the target."
        )


def _table(lines: Iterator[list[str]], header: list[str], rows: int | None, name: str) -> list[list[fmpq]]:
    table: list[list[fmpq]] = []
    blank = 0
    for number, cells in enumerate(lines, start=1):
        if len(table) == rows:
            break
        if not cells:
            blank = blank or number
            continue
        if blank:
            raise InputError(f"row {blank:,} of {name} is blank but rows follow it; remove it or fill it in.")
        if len(cells) != len(header):
            raise InputError(
                f"row {number:,} of {name} has {count(len(cells), 'cell')}, but the header names "
                f"{count(len(header), 'column')}; give every row the same number."
            )
        if (len(table) + 1) * len(header) > MOST_ENTRIES:
            refuse_size((len(table) + 1, len(header)), name)
        table.append(
            [
                parse_rational(cell, f"row {number:,}, column {quoted(column)} of {name}")
                for cell, column in zip(cells, header, strict=True)
            ]
        )
    if not table:
        raise InputError(f"{name} has a header row but no data; add at least one row of numbers.")
    if rows is not None and len(table) < rows:
        raise InputError(
            f"{name} has {count(len(table), 'row')} of data, but the first {rows:,} were asked for; ask for fewer."
        )
    return table
