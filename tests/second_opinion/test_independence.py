"""The second opinion uses neither the kernel, nor compiled programs, nor python-flint."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
# What compares and what tests runs the engine; everything else is the opinion.
MODULES = sorted(path for path in HERE.glob("*.py") if not path.name.startswith(("test_", "comparison")))
FOREIGN = ("checker.kernel", "checker.engine", "checker.witness", "checker.statement.compiler", "flint")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_imports_nothing_of_the_kernel(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {
        f"{node.module}.{alias.name}" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }  # fmt: skip
    assert not {name for name in imported if name.startswith(FOREIGN)}
    assert not {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} & {"program", "machine"}


@pytest.mark.slow
def test_identities_are_the_same_where_sympy_computes_without_flint():
    program = """
from checker.library import library
from checker.statement.claims import GapIdentity, WeakDuality
from sympy.external.gmpy import GROUND_TYPES
from tests.second_opinion.identities import gap_flaw
assert GROUND_TYPES == "python"
pairs = [(t, c) for t in library().values() for c in t.claims if isinstance(c, WeakDuality)]
print([gap_flaw(t, c) for t, c in pairs if isinstance(c.by, GapIdentity)])
"""
    environment = {**os.environ, "SYMPY_GROUND_TYPES": "python", "PYTHONPATH": str(HERE.parents[1])}
    command = [sys.executable, "-c", program]
    printed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert set(ast.literal_eval(printed.stdout)) == {""}
