"""A small chapter whose theorems have variants: as a user's file, or as a library of its own."""

from __future__ import annotations

from pathlib import Path

CHAPTER = """
from checker.statement import *

x, t = vector("x", dimension("n")), scalar("t")


def bound(kind, length):
    claim = Holds(at_least(t * length, 0), name="bound")
    return Theorem(title=f"The {kind} norm is not negative", given=[Positive(t)], claims=[claim])


alone = Theorem(title="Alone", claims=[at_least(norm(x), 0)])
true_length = Variants("kind", {"euclidean": bound("Euclidean", norm(x)), "sum": bound("absolute", norm1(x))})
false_length = Variants("kind", {"sum": bound("negated", -norm1(x)), "double": bound("doubled", -2 * norm1(x))})
"""
IDS = ["alone", "true-length/euclidean", "true-length/sum", "false-length/sum", "false-length/double"]


def write_library(folder: Path) -> None:
    """A package ``theorems`` with the chapter ``toy``; a process that is started in the folder finds no other."""
    (folder / "theorems").mkdir()
    (folder / "theorems" / "__init__.py").write_text('CHAPTERS = ("toy",)\n', encoding="utf-8")
    (folder / "theorems" / "toy.py").write_text(CHAPTER, encoding="utf-8")
