"""Progress bars: of datasets, and of long work on one of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import Progress, TaskID

from checker.kernel.progress import listening

_MANY = 240
"""Work of at most that many steps is done within seconds: 8 samples of 3 features have 226 cones, 12 of 2 have 48."""


@contextmanager
def long_work(progress: Progress) -> Iterator[None]:
    """Adds a bar for each kind of long work that is done inside, and takes them away at the end."""
    tasks: dict[str, TaskID] = {}

    def listener(what: str, done: int, total: int | None) -> None:
        if what not in tasks and max(done, total or 0) > _MANY:
            tasks[what] = progress.add_task(f"  {what}")
        if what in tasks:
            progress.update(tasks[what], completed=done, total=total)

    try:
        with listening(listener):
            yield
    finally:
        for task in tasks.values():
            progress.remove_task(task)
