"""The Python interface."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from checker.datasets.loading import load_dataset
from checker.library import UnknownTheorem, identify, resolve, variants_of
from checker.result import TheoremResult
from checker.selection import how_to_name_one, select
from checker.statement.theorem import Theorem
from checker.statement.variants import Variants
from checker.verification import DEFAULT_CASES, DEFAULT_DIGITS, as_dataset, check


def verify(
    theorem: Theorem | Variants | str,
    *,
    data: Any = None,
    cases: int = DEFAULT_CASES,
    digits: int = DEFAULT_DIGITS,
    seed: int = 0,
    settings: Mapping[str, Any] | None = None,
    target: Sequence[str] | str | None = None,
    rows: int | None = None,
    falsify: bool = False,
) -> TheoremResult:
    """Checks a theorem on drawn datasets, or on the data given.

    Args:
        theorem: a theorem; or the id of one in the library, or ``"FILE.py"`` or ``"FILE.py::NAME"``; or variants,
            of which ``settings`` choose one.
        data: None to draw ``cases`` distinct datasets that satisfy the assumptions; or a path to a csv, npz or json
            file; or a mapping from symbol names to arrays, such as ``{"X": X, "y": y}`` (floats are taken at their
            exact dyadic values); or a :class:`checker.datasets.Dataset`.
        cases: how many datasets to draw, at least 1.
        digits: decimal digits to which each optimum is to be enclosed, 1 to 10,000.
        seed: equal seeds give equal datasets.
        settings: values of scalars and free dimensions beside ``data``, such as ``{"beta": "1/10"}``; and, with
            data or without, the variant, as ``{"loss": "huber"}``.
        target: names of the target columns of a csv file, the last one by default; a string is split at commas.
        rows: how many of the first rows of a csv file to take, all by default.
        falsify: whether to attack the statement as well; ``falsification`` of the result says what came of it.

    Returns:
        The verdict with its evidence; for a single dataset ``values`` encloses the optima.

    Raises:
        checker.datasets.errors.InputError: data that cannot be read or do not fit the theorem.
        checker.library.UnknownTheorem: no theorem of that id, no such variant, or several of them.
        TypeError: a theorem that is neither a Theorem nor Variants nor a string.
        ValueError: cases or digits out of their range; settings, target or rows without data that they go with,
            or falsify with data.
    """
    theorem, given = _one(theorem, {name: str(value) for name, value in (settings or {}).items()})
    if not 1 <= cases <= 100_000:
        raise ValueError(f"cases={cases} is not a number of datasets; write 1 to 100000.")
    if not 1 <= digits <= 10_000:
        raise ValueError(f"digits={digits} is out of range; write 1 to 10000.")
    if data is None and (given or target is not None or rows is not None):
        raise ValueError("settings, target and rows go with data, which was not given.")
    if falsify and data is not None:
        raise ValueError("falsify draws datasets of its own, and data gives one; leave out one of them.")
    datasets = None
    if isinstance(data, (str, Path)):
        datasets = [load_dataset(data, theorem, target=target, settings=given, rows=rows)]
    elif target is not None or rows is not None:
        raise ValueError("target and rows choose from a csv file, and data is none; leave them out.")
    elif data is not None:
        datasets = [as_dataset(data, theorem, given)]
    return check(theorem, datasets=datasets, cases=cases, digits=digits, seed=seed, falsify=falsify)


def _one(theorem: Theorem | Variants | str, settings: dict[str, str]) -> tuple[Theorem, dict[str, str]]:
    """The theorem that is named and chosen, and the settings that choose nothing."""
    if isinstance(theorem, str):
        what, found = repr(theorem), resolve(theorem)
    elif isinstance(theorem, Variants):
        what, found = f"Variants({theorem.name!r}, …)", variants_of(theorem, theorem.name)
    elif isinstance(theorem, Theorem):
        what, found = repr(theorem.title), {identify(theorem): theorem}
    else:
        raise TypeError(f"{theorem!r} is not a theorem; give a Theorem(…) or the id of one in the library.")
    kept, rest = select(found, settings)
    if len(kept) != 1:
        raise UnknownTheorem(f"{what} names {len(kept)} theorems; write {how_to_name_one(kept, 'the setting')}.")
    return next(iter(kept.values())), rest
