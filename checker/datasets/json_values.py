"""Reads a json object of values by symbol: rationals as strings, or numbers taken exactly as they are written."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, NoReturn

from flint import fmpq, fmpq_mat

from checker.datasets.contents import MOST_ENTRIES, Contents, refuse_flat, refuse_size, refuse_unknown
from checker.datasets.errors import InputError, count, plain, quoted
from checker.datasets.numerals import parse_rational
from checker.datasets.signature import DataMatrix, Signature

_EXAMPLE = '{"X": [["1/3", "2"]], "y": ["1"]}'
_NAMES = {dict: "an object", list: "a list", bool: "true or false", type(None): "null"}


def read_json(path: Path, signature: Signature) -> Contents:
    """The values that a json file gives: matrices as lists of rows, vectors also as plain lists, numbers as numerals.

    Raises:
        InputError: anything about the file that does not fit.
    """
    name = plain(path.name)
    document = _document(path, name)
    refuse_unknown(document, signature, name)
    matrices = {matrix.name: matrix for matrix in signature.matrices}
    families = {family.name for family in signature.families}
    contents: dict[str, Any] = {}
    for symbol, value in document.items():
        what = f"{symbol} in {name}"
        if symbol in matrices:
            contents[symbol] = _matrix(value, matrices[symbol], what)
        elif symbol in families:
            if not isinstance(value, list) or not value:
                raise InputError(f"{what} is {_name(value)}; write it as a list of matrices, one for each layer.")
            contents[symbol] = [_matrix(layer, None, f"layer {i} of {what}") for i, layer in enumerate(value, start=1)]
        else:
            contents[symbol] = _number(value, what)
    return contents


def _document(path: Path, name: str) -> dict[str, Any]:
    def refuse_constant(constant: str) -> NoReturn:
        raise InputError(f"{name} contains {constant}, which is not a finite number; remove it or replace it.")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
            raise InputError(f"{name} gives {quoted(twice)} twice; give each symbol once.")
        return members

    with path.open("rb") as handle:
        data = handle.read()
    # Each value but the last of its list is followed by a comma, so this bounds what the parser will build.
    if data.count(b",") > 2 * MOST_ENTRIES:
        raise InputError(
            f"{name} holds more than {2 * MOST_ENTRIES:,} values; a matrix may have at most {MOST_ENTRIES:,} entries."
        )
    try:
        document = json.loads(
            data.decode("utf-8-sig"),
            parse_float=str,
            parse_int=str,
            parse_constant=refuse_constant,
            object_pairs_hook=unique,
        )
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not UTF-8 text (byte {error.start:,}); save it as json in UTF-8.") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno:,}, column {error.colno:,}"
        raise InputError(
            f"{name} is not well-formed json at {place} ({plain(error.msg)}); write {_EXAMPLE}."
        ) from error
    except RecursionError as error:
        raise InputError(f"{name} is nested too deeply; a matrix is a list of rows, as in {_EXAMPLE}.") from error
    if not isinstance(document, dict):
        raise InputError(f"{name} holds {_name(document)} instead of an object; write {_EXAMPLE}.")
    return document


def _name(value: Any) -> str:
    if isinstance(value, list) and not value:
        return "an empty list"
    return _NAMES.get(type(value), f"the single value {quoted(str(value))}")


def _matrix(value: Any, matrix: DataMatrix | None, what: str) -> fmpq_mat:
    if not isinstance(value, list):
        raise InputError(f"{what} is {_name(value)}; write a matrix as a list of rows, as in {_EXAMPLE}.")
    if value and not any(isinstance(row, list) for row in value):
        refuse_flat(matrix, what)
        value = [[entry] for entry in value]
    for i, row in enumerate(value, start=1):
        if not isinstance(row, list):
            raise InputError(f"row {i:,} of {what} is {_name(row)} instead of a list of numbers.")
        if len(row) != len(value[0]):
            raise InputError(
                f"row {i:,} of {what} has {count(len(row), 'entry', 'entries')}, but row 1 has {len(value[0]):,}; "
                "give every row the same number."
            )
    shape = (len(value), len(value[0]) if value else 0)
    refuse_size(shape, what)
    entries = [
        _number(entry, f"row {i:,}, column {j:,} of {what}")
        for i, row in enumerate(value, start=1)
        for j, entry in enumerate(row, start=1)
    ]
    return fmpq_mat(*shape, entries)


def _number(value: Any, where: str) -> fmpq:
    if not isinstance(value, str):
        raise InputError(f'{where} is {_name(value)} instead of a number; write a numeral such as 2 or "1/3".')
    return parse_rational(value, where)
