"""Fits what a file and the settings give to the signature of a theorem: consistent shapes, dimensions, scalars."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from itertools import pairwise
from typing import Any

from flint import fmpq, fmpq_mat

from checker.datasets.contents import Contents
from checker.datasets.errors import InputError, count, listed, plain, quoted
from checker.datasets.numerals import parse_rational
from checker.datasets.recovery import recoverable, recovered
from checker.datasets.signature import Signature, Size
from checker.kernel.evaluate import Evaluation, Machine
from checker.kernel.numbers import Undecidable
from checker.kernel.program import symbols_of

DEFAULT_DIMENSION = 2
MOST_DIMENSION = 10_000


def fit(
    contents: Contents,
    settings: Mapping[str, str],
    signature: Signature,
    program: dict[str, Any],
    source: str,
    optional: Collection[str] = (),
) -> dict[str, Any]:
    """The values of all data symbols: matrices, families, scalars, and every dimension as an int.

    Args:
        contents: what the file gives; only names of the signature.
        settings: numerals by name, for scalars and free dimensions.
        signature: of the theorem whose compiled program is ``program``.
        program: computes compound sizes such as ``n - 1``.
        source: the file, for messages.
        optional: symbols that may be missing.

    Raises:
        InputError: a missing symbol, shapes that contradict each other, a setting that contradicts the file.
    """
    missing = recoverable(program, signature, contents) - set(settings)
    optional = {*optional, *missing, *(name for name, _ in signature.derived)}
    _refuse_missing(contents, signature, source, optional)
    given = _with_settings(contents, settings, signature, source)
    for name in signature.scalars:
        if name not in given and name not in optional:
            raise InputError(
                f"{source} does not give {name}, which the theorem needs; write --set {name}=1/10, for example."
            )
    sizes = list(_sizes(contents, signature))
    machine, dimensions = Machine(program), _dimensions(given, sizes, signature, source)
    for name in signature.dimensions:
        if name not in dimensions:
            dimensions[name] = _solved(name, sizes, machine, dimensions) or DEFAULT_DIMENSION
    evaluation = Evaluation(machine, dimensions)
    for size, actual, phrase in sizes:
        expected = evaluation[size.slot]
        if expected != actual:
            chosen = "".join(
                f" (with {name} = {dimensions[name]})"
                for name in signature.free
                if name in re.findall(r"\w+", size.text)
            )
            value = "" if size.text == str(expected) else f" = {expected}"
            raise InputError(f"{phrase} in {source}, but must have {size}{value}{chosen}; make them agree.")
    values: dict[str, Any] = dict(dimensions)
    for name in (*signature.arrays, *signature.scalars):
        if name in given:
            values[name] = given[name]
    if missing:
        values = recovered(program, signature, values)
    for name, slot in signature.derived:
        if name not in values:
            values[name] = _derived(name, slot, Evaluation(evaluation.machine, values), source)
    for name, slot in signature.floors:
        if name not in given:
            values[name] = max(values[name], _floor(name, slot, Evaluation(evaluation.machine, values)))
    return values


def _floor(name: str, slot: int, evaluation: Evaluation) -> int:
    try:
        return evaluation.integer(slot)
    except Undecidable as error:
        raise InputError(f"the data give no whole number as the least {name} ({error}); set it with --set.") from error


def _derived(name: str, slot: int, evaluation: Evaluation, source: str) -> Any:
    try:
        value = evaluation[slot]
    except Undecidable as error:
        raise InputError(f"{source} does not give {name}, nor what it is built from ({error}).") from error
    if not isinstance(value, (fmpq, fmpq_mat)):
        raise InputError(f"{source} does not give {name}, and what it is built from does not make it rational.")
    return value


def _refuse_missing(contents: Contents, signature: Signature, source: str, optional: Collection[str]) -> None:
    missing = [name for name in signature.arrays if name not in contents and name not in optional]
    if not missing:
        return
    only = [name for name in (signature.inputs, signature.target) if name]
    hint = f"add {missing[0]} to the file"
    if source.lower().endswith(".csv"):
        hint = f"a csv file gives only {' and '.join(only) or 'inputs and targets'}, so write a json or npz file"
    absent = listed(str(signature.arrays[name]) for name in missing)
    raise InputError(f"{source} does not give {absent}, which the theorem needs; {hint}.")


def _with_settings(
    contents: Contents, settings: Mapping[str, str], signature: Signature, source: str
) -> dict[str, Any]:
    given = dict(contents)
    for name, text in settings.items():
        if name not in signature.settable:
            reason = "is fixed by the data" if name in signature.fixed else "is not a scalar or free dimension"
            raise InputError(
                f"--set {plain(name, 40)} is refused, as {quoted(name)} {reason}; what can be set is "
                f"{listed(signature.settable) or 'nothing'}."
            )
        value = parse_rational(text, f"--set {name}")
        if name in contents and contents[name] != value:
            raise InputError(
                f"--set {name}={plain(text, 40)} contradicts {source}, which gives {name} = "
                f"{plain(str(contents[name]), 40)}; leave out one of them."
            )
        given[name] = value
    return given


def _sizes(contents: Contents, signature: Signature) -> Iterator[tuple[Size, int, str]]:
    for matrix in signature.matrices:
        if matrix.name in contents:
            value: fmpq_mat = contents[matrix.name]
            yield matrix.rows, value.nrows(), f"{matrix.name} has {count(value.nrows(), 'row')}"
            yield matrix.columns, value.ncols(), f"{matrix.name} has {count(value.ncols(), 'column')}"
    for family in signature.families:
        if family.name in contents:
            layers: list[fmpq_mat] = contents[family.name]
            for i, (layer, following) in enumerate(pairwise(layers), start=1):
                if layer.ncols() != following.nrows():
                    raise InputError(
                        f"layer {i} of {family.name} has {count(layer.ncols(), 'column')}, but layer {i + 1} has "
                        f"{count(following.nrows(), 'row')}; the layers must chain."
                    )
            rows, columns = layers[0].nrows(), layers[-1].ncols()
            yield family.depth, len(layers), f"{family.name} has {count(len(layers), 'layer')}"
            yield family.inputs, rows, f"the first layer of {family.name} has {count(rows, 'row')}"
            yield family.outputs, columns, f"the last layer of {family.name} has {count(columns, 'column')}"
            if family.hidden is not None:
                for i, layer in enumerate(layers[:-1], start=1):
                    phrase = f"layer {i} of {family.name} has {count(layer.ncols(), 'column')}"
                    yield family.hidden, layer.ncols(), phrase


def _dimensions(
    given: Mapping[str, Any], sizes: list[tuple[Size, int, str]], signature: Signature, source: str
) -> dict[str, int]:
    dimensions: dict[str, int] = {}
    reasons: dict[str, str] = {}
    for size, actual, phrase in sizes:
        if size.dimension is None:
            continue
        if dimensions.setdefault(size.dimension, actual) != actual:
            raise InputError(
                f"{phrase} but {reasons[size.dimension]} in {source}; both numbers must be {size.dimension}."
            )
        reasons.setdefault(size.dimension, phrase)
    for name in signature.dimensions:
        if name not in given:
            continue
        value = _dimension(name, given[name], name in signature.free)
        if dimensions.setdefault(name, value) != value:
            raise InputError(f"{source} gives {name} = {value:,}, but {reasons[name]}; leave {name} out or correct it.")
    return dimensions


def _solved(
    name: str, sizes: list[tuple[Size, int, str]], machine: Machine, dimensions: Mapping[str, int]
) -> int | None:
    """The dimension of which a compound size, such as ``q + 1`` or ``q·K``, is what a matrix has."""
    for size, actual, _ in sizes:
        inside = symbols_of(machine.program, [size.slot])
        if name in inside and inside - {name} <= dimensions.keys():
            with suppress(Undecidable):  # a size may have no value at 1, such as n/(q - 1)
                one, two = (Evaluation(machine, {**dimensions, name: number}).integer(size.slot) for number in (1, 2))
                found = 1 + fmpq(actual - one, two - one) if one != two else fmpq(0)
                if found.q == 1 and 1 <= found <= MOST_DIMENSION:
                    return int(found.p)
    return None


def _dimension(name: str, value: fmpq, free: bool) -> int:
    # A fixed dimension is bounded by the size of the matrix that fixes it.
    if value.q != 1 or value < 1 or (free and value > MOST_DIMENSION):
        raise InputError(
            f"{name} = {plain(str(value), 40)} is not a dimension; write a whole number from 1 to {MOST_DIMENSION:,}."
        )
    return int(value.p)
