"""The list of the theorems: a row for each, whose variants stand below its title."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from rich.table import Table

from checker.library import variant_of
from checker.selection import grouped, offered
from checker.statement.theorem import Theorem
from checker.summary import wide_console


def entries(theorems: Mapping[str, Theorem]) -> list[dict[str, Any]]:
    """An object for each theorem, and for each variant of one."""
    return [
        {
            "theorem": identifier,
            "title": theorem.title,
            "source": str(theorem.source or ""),
            "claims": [c.name for c in theorem.claims],
            "variant": variant_of(theorem),
        }
        for identifier, theorem in theorems.items()
    ]


def print_table(theorems: Mapping[str, Theorem]) -> None:
    """A row for each theorem; its variants share one."""
    table = Table("theorem", "title", "claims", box=None, header_style="bold", pad_edge=False)
    for identifier, members in grouped(theorems).items():
        lines = [title_of([theorem.title for theorem in members.values()])]
        lines += [f"{name}: {', '.join(keys)}" for name, keys in offered(members).items()]
        numbers = [len(theorem.claims) for theorem in members.values()]
        fewest, most = min(numbers), max(numbers)
        table.add_row(identifier, "\n".join(lines), str(most) if fewest == most else f"{fewest}–{most}")
    wide_console().print(table)


def title_of(titles: Sequence[str]) -> str:
    """The words that titles begin and end with, and … where they differ.

    >>> title_of(["Duality with the squared loss", "Duality with the Huber loss"])
    'Duality with the … loss'
    """
    if len(set(titles)) == 1:
        return titles[0]
    words = [title.split() for title in titles]
    head = _beginning(words)
    tail = _beginning([title[len(head) :][::-1] for title in words])
    return " ".join([*head, "…", *reversed(tail)])


def _beginning(lists: Sequence[Sequence[str]]) -> list[str]:
    return [places[0] for places in takewhile(lambda places: len(set(places)) == 1, zip(*lists, strict=False))]
