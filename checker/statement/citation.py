"""Where a theorem comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Citation:
    """A work, and the place in it.

    Attributes:
        authors, title, year: of the work.
        where: section and theorem number.
        identifier: a stable name such as ``arXiv:2002.09773``.
    """

    authors: str
    title: str
    year: int
    where: str = ""
    identifier: str = ""

    def at(self, where: str) -> Citation:
        """The same work, at another place."""
        return Citation(self.authors, self.title, self.year, where, self.identifier)

    def __str__(self) -> str:
        parts = [f"{self.authors}, {self.title} ({self.year})", self.where, self.identifier]
        return ", ".join(part for part in parts if part)
