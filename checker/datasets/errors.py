"""The error for everything a user gives, and how values are quoted in it."""

from __future__ import annotations

from collections.abc import Iterable

_MOST_LISTED = 5


class InputError(ValueError):
    """Data, a setting or a choice of columns that is refused; the message is one sentence that says what to write."""


def plain(text: str, most: int = 60) -> str:
    """A name on one line without quotes: control characters escaped, at most ``most`` characters."""
    escaped = repr(text[: most + 1])[1:-1]
    return escaped if len(text) <= most and len(escaped) <= most else escaped[: most - 1] + "…"


def quoted(text: str, most: int = 40) -> str:
    """A value in quotes on one line, shortened to at most ``most`` characters between them."""
    return f"'{plain(text, most)}'"


def listed(names: Iterable[str]) -> str:
    """The first few names, and how many there are beside them."""
    shown = [plain(name, 32) for name in names]
    rest = len(shown) - _MOST_LISTED
    return ", ".join(shown[:_MOST_LISTED]) + (f" and {rest:,} more" if rest > 0 else "")


def count(number: int, noun: str, plural: str = "") -> str:
    """``1 row``, ``2 rows``; the plural is the noun with an s unless it is given."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
