"""Checks several theorems at once, each in a process of its own; the results are those of one process."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any

from checker.library import library, resolve
from checker.result import TheoremResult
from checker.statement.theorem import Theorem
from checker.verification import check

_theorems: dict[str, Theorem] = {}


def resolve_all(references: Sequence[str]) -> dict[str, Theorem]:
    """The theorems that references name, each once; the whole library for none.

    Raises:
        UnknownTheorem: a reference names none.
    """
    found: dict[str, Theorem] = {}
    for reference in references:
        found |= resolve(reference)
    return found or dict(library())


def check_all(
    references: Sequence[str], identifiers: Sequence[str], jobs: int, options: Mapping[str, Any],
    on_theorem: Callable[[str], None],
) -> list[TheoremResult]:  # fmt: skip
    """Checks theorems among those that references name, up to ``jobs`` at once.

    Args:
        references: as :func:`checker.library.resolve` takes them; the whole library for none.
        identifiers: of the theorems to check.
        jobs: the number of processes.
        options: for :func:`checker.verification.check`; they must be picklable.
        on_theorem: called with the id of each theorem when it is done.

    Returns:
        The results in the order of the ids.
    """
    # Processes that are started anew share nothing with this one, on each platform.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, initializer=_start, initargs=(tuple(references),)) as pool:
        running = {pool.submit(_checked, identifier, dict(options)): identifier for identifier in identifiers}
        for future in as_completed(running):
            on_theorem(running[future])
        return [future.result() for future in running]


def _start(references: tuple[str, ...]) -> None:
    _theorems.update(resolve_all(references))


def _checked(identifier: str, options: dict[str, Any]) -> TheoremResult:
    return check(_theorems[identifier], **options)
