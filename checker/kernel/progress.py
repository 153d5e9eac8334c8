"""Long work says how far it is to whoever listens; by default nobody does."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

Item = TypeVar("Item")
Listener = Callable[[str, int, int | None], None]
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Inside, ``listener(what, done, total)`` is called after each step of long work; the total is None if unknown."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def watched(what: str, items: Iterable[Item]) -> Iterator[Item]:
    """The items, each of which is a step of the work that is named."""
    listener, total = _listener.get(), len(items) if isinstance(items, Collection) else None
    for done, item in enumerate(items, start=1):
        yield item
        if listener is not None:
            listener(what, done, total)
