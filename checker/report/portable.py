"""Results as they may leave the machine: a data file is called by its name, not by where it lies."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from pathlib import PurePosixPath, PureWindowsPath

from checker.result import TheoremResult

_DATA_FILES = (".csv", ".npz", ".json")


def is_file(label: str) -> bool:
    """Whether the label of a dataset is the name of a file, and not a stratum."""
    return label.lower().endswith(_DATA_FILES)


def file_name(label: str) -> str:
    """The last part of a path, whichever system wrote it; a stratum stays as it is.

    >>> file_name("/data/wine.csv"), file_name("tall")
    ('wine.csv', 'tall')
    """
    return PureWindowsPath(PurePosixPath(label).name).name if is_file(label) else label


def portable(result: TheoremResult) -> TheoremResult:
    """The result with the names of files in place of their paths."""
    return dataclasses.replace(
        result,
        datasets=tuple(dataclasses.replace(record, label=file_name(record.label)) for record in result.datasets),
        strata=_renamed(result.strata),
        rejected=_renamed(result.rejected),
        pictures=tuple(dataclasses.replace(p, dataset=file_name(p.dataset)) for p in result.pictures),
    )


def _renamed(counts: Mapping[str, int]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for label, count in counts.items():
        total[file_name(label)] += count
    return dict(total)
