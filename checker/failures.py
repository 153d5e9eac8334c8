"""Keeps the shrunk datasets on which claims failed, as files that ``--data`` reads, and replays them first."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from checker.datasets.dataset import Dataset
from checker.datasets.errors import InputError
from checker.datasets.loading import load_dataset
from checker.result import ClaimResult
from checker.statement.theorem import Theorem


class Failures:
    """A folder ``<root>/<theorem>/<claim>.json`` of failing datasets.

    Args:
        root: the folder; made when the first failure is saved.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def _folder(self, theorem: Theorem, identifier: str) -> Path:
        # Two files of one name in different folders must not share their failures.
        file = str(getattr(sys.modules.get(theorem.module), "__file__", "") or "")
        return self.root / f"{identifier.replace('/', '.')}-{hashlib.sha256(file.encode()).hexdigest()[:6]}"

    def load(self, theorem: Theorem, identifier: str) -> list[Dataset]:
        """The datasets that failed in an earlier run; those that no longer fit the theorem are passed over."""
        found = []
        for path in sorted(self._folder(theorem, identifier).glob("*.json")):
            try:
                dataset = load_dataset(path, theorem)
            except InputError:
                continue
            found.append(Dataset(dataset.values, "replayed"))
        return found

    def save(self, theorem: Theorem, identifier: str, claims: tuple[ClaimResult, ...]) -> tuple[ClaimResult, ...]:
        """Writes one file per failing claim, removes those of claims that hold, and names the files in the results.

        Where nothing can be written the results are returned as they are: a verdict does not depend on a folder.
        """
        folder, saved = self._folder(theorem, identifier), []
        for claim in claims:
            with suppress(OSError):
                claim = _kept(claim, folder / f"{claim.claim}.json")
            saved.append(claim)
        with suppress(OSError):
            folder.rmdir()
        return tuple(saved)


def _kept(claim: ClaimResult, path: Path) -> ClaimResult:
    if claim.counterexample is None:
        path.unlink(missing_ok=True)
        return claim
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}")
    temporary.write_text(json.dumps(claim.counterexample.dataset, indent=1) + "\n", encoding="utf-8")
    temporary.replace(path)
    return replace(claim, counterexample=replace(claim.counterexample, file=path.as_posix()))
