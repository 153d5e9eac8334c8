"""Variants of a theorem: one statement for each of several choices, such as a loss."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from checker.statement.errors import StatementError
from checker.statement.theorem import Theorem

_WORD = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")


@dataclass(frozen=True, eq=False)
class Variants:
    """A theorem that is stated once for each of several choices.

    Assigned to ``convex_loss`` in the chapter ``two_layer_linear``,
    ``Variants("loss", {"squared": Theorem(…), "huber": Theorem(…)})`` gives the theorems
    ``two-layer-linear/convex-loss/squared`` and ``…/huber``.  ``two-layer-linear/convex-loss`` names both, and
    ``--set loss=huber`` selects one.  Each variant is checked, reported and certified as a theorem of its own.

    Attributes:
        name: what is chosen; a word of letters, digits and hyphens that is no symbol of the theorems.
        theorems: the theorem by choice, in the order in which they are shown; the keys are such words, too.

    Raises:
        StatementError: a name or key that is no such word, no theorem, something else than a theorem, one that is
            given twice or is defined in another file; the message says what to write instead.
    """

    name: str
    theorems: Mapping[str, Theorem]
    module: str = field(default="", init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "module", sys._getframe(2).f_globals.get("__name__", ""))
        _refuse_unless_word(self.name, "the name of variants", "loss")
        if not isinstance(self.theorems, Mapping) or not self.theorems:
            raise StatementError(
                f"the variants {self.name!r} have no theorems; write Variants({self.name!r}, {{'first': Theorem(…)}})."
            )
        object.__setattr__(self, "theorems", dict(self.theorems))
        first: dict[Theorem, str] = {}
        for key, theorem in self.theorems.items():
            _refuse_unless_word(key, f"a variant of {self.name!r}", "huber")
            self._refuse_theorem(key, theorem)
            if first.setdefault(theorem, key) != key:
                raise StatementError(
                    f"the variants {first[theorem]!r} and {key!r} are one theorem; give each a Theorem(…) of its own."
                )

    def _refuse_theorem(self, key: str, theorem: Any) -> None:
        if not isinstance(theorem, Theorem):
            raise StatementError(
                f"the variant {key!r} is a {type(theorem).__name__}, not a theorem; write {key!r}: Theorem(…)."
            )
        if theorem.module != self.module:
            raise StatementError(
                f"the variant {key!r} is defined in {theorem.module}, its Variants in {self.module}; write "
                f"{key!r}: Theorem(…) in the file of the Variants."
            )
        if self.name in theorem.program["symbols"]:
            raise StatementError(
                f"{self.name!r} names the variants and a symbol of {key!r}, so that --set {self.name}=… would say two "
                "things; rename one of them."
            )


def _refuse_unless_word(word: Any, what: str, example: str) -> None:
    if not isinstance(word, str) or not _WORD.fullmatch(word):
        raise StatementError(
            f"{word!r} cannot be {what}; write a word of letters, digits and hyphens, such as {example!r}."
        )
