"""Reads an npz archive of arrays named by symbol; a float is taken at its exact dyadic value."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import IO, Any

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from checker.datasets.contents import Contents, refuse_flat, refuse_size, refuse_unknown
from checker.datasets.errors import InputError, count, listed, plain, quoted
from checker.datasets.signature import Signature

_NUMERIC = "iuf"
_REFUSED = {
    "c": "complex numbers",
    "O": "Python objects",
    "U": "strings",
    "S": "strings",
    "b": "truth values",
    "V": "records",
}
_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


def read_npz(path: Path, signature: Signature) -> Contents:
    """The values that an npz archive gives; the layers of a family ``W`` are its arrays ``W_1``, ``W_2``, ….

    Nothing is unpickled, and what a header declares is checked before any data are read.

    Raises:
        InputError: anything about the archive that does not fit.
    """
    name = plain(path.name)
    with path.open("rb") as handle:
        if not zipfile.is_zipfile(handle):
            raise InputError(f"{name} is not a complete npz archive; write one with numpy.savez(path, X=X, y=y).")
    with zipfile.ZipFile(path) as archive:
        members = [member.removesuffix(".npy") for member in archive.namelist()]
        if not members:
            raise InputError(f"{name} holds no arrays; it must give {listed(signature.names)}.")
        if len(set(members)) < len(members):
            raise InputError(f"{name} holds two arrays of one name; write each symbol once.")
        layers = {family.name: _layers(family.name, members, signature) for family in signature.families}
        of_families = {member for found in layers.values() for member in found}
        refuse_unknown((member for member in members if member not in of_families), signature, name)
        arrays = {
            member: _array(archive, info, f"{member} in {name}")
            for member, info in zip(members, archive.infolist(), strict=True)
        }
    contents: dict[str, Any] = {}
    matrices = {matrix.name: matrix for matrix in signature.matrices}
    for member, array in arrays.items():
        what = f"{member} in {name}"
        if member in matrices or member in of_families:
            if array.ndim == 1:
                refuse_flat(matrices.get(member), what)
            contents[member] = _matrix(array, what)
        else:
            contents[member] = _number(array, what)
    for family, found in layers.items():
        if found:
            contents[family] = [contents.pop(member) for member in found]
    return contents


def _layers(family: str, members: list[str], signature: Signature) -> list[str]:
    found: list[str] = []
    while (layer := f"{family}_{len(found) + 1}") in members and layer not in signature.names:
        found.append(layer)
    return found


def _array(archive: zipfile.ZipFile, info: zipfile.ZipInfo, what: str) -> NDArray[Any]:
    with archive.open(info) as stream:
        shape, dtype = _header(stream, what)
        if dtype.kind not in _NUMERIC:
            held = _REFUSED.get(dtype.kind, f"values of type {dtype}")
            raise InputError(f"{what} holds {plain(held)}; give it as an array of integers or floats.")
        if dtype.itemsize > 8:
            raise InputError(f"{what} holds values of type {dtype}; convert it with .astype(float).")
        if len(shape) > 2:
            raise InputError(f"{what} has {len(shape)} dimensions; a matrix has 2, a vector 1 or 2, a number 0.")
        refuse_size(shape, what)
    with archive.open(info) as stream:
        array: NDArray[Any] = np.lib.format.read_array(stream, allow_pickle=False)
        # Reading to the end makes the archive compare its checksum.
        if stream.read(1):
            raise InputError(f"{what} holds more data than its header declares; write the file again.")
    return array


def _header(stream: IO[bytes], what: str) -> tuple[tuple[int, ...], np.dtype[Any]]:
    version = np.lib.format.read_magic(stream)
    if version not in _HEADERS:
        raise InputError(f"{what} is an array of an unknown format version; write it with numpy.savez.")
    shape, _, dtype = _HEADERS[version](stream)
    return shape, dtype


def _number(array: NDArray[Any], what: str) -> fmpq:
    if array.ndim:
        raise InputError(f"{what} has {count(array.ndim, 'dimension')}, but is a number; write it as a single value.")
    return _entry(array.item(), lambda: what)


def _matrix(array: NDArray[Any], what: str) -> fmpq_mat:
    if not array.ndim:
        raise InputError(f"{what} is a single number, but is a matrix or vector; write it as an array.")
    table = array.reshape(len(array), -1)
    return fmpq_mat(
        *table.shape,
        [
            _entry(value, lambda i=i, j=j: f"row {i:,}, column {j:,} of {what}")
            for i, row in enumerate(table, start=1)
            for j, value in enumerate(row.tolist(), start=1)
        ],
    )


def _entry(value: int | float, where: Any) -> fmpq:
    if value - value != 0:
        raise InputError(f"{quoted(str(value))} in {where()} is not a finite number; remove it or replace it.")
    return fmpq(*value.as_integer_ratio())
