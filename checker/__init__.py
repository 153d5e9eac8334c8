"""Theorems of machine-learning theory, checked on data.

``checker.verify(theorem, data=…)`` decides a theorem; ``checker.statement`` holds what theorems are written with.
Nothing heavy is imported before it is used: deciding a certificate loads no solver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from checker.api import verify
    from checker.result import TheoremResult
    from checker.statement.theorem import Theorem

__all__ = ["Theorem", "TheoremResult", "verify"]

_HOMES = {"verify": "checker.api", "TheoremResult": "checker.result", "Theorem": "checker.statement.theorem"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'checker' has no attribute {name!r}; it has {', '.join(__all__)}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)
