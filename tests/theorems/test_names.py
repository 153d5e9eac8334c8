"""A chapter gives a name to one thing: a second one would change what is built from the first, far from it."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

CHAPTERS = sorted((Path(__file__).parents[2] / "theorems").glob("*.py"))


def bound(tree: ast.Module) -> Iterator[str]:
    for statement in tree.body:
        match statement:
            case ast.Assign():
                yield from (node.id for target in statement.targets for node in ast.walk(target) if hasattr(node, "id"))
            case ast.FunctionDef():
                yield statement.name
            case ast.Import() | ast.ImportFrom():
                yield from (alias.asname or alias.name for alias in statement.names)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_no_name_of_a_chapter_is_bound_twice(path):
    found = Counter(bound(ast.parse(path.read_text(encoding="utf-8"))))
    assert [name for name, times in found.items() if times > 1 and name != "_"] == []


def test_a_second_binding_is_found():
    found = Counter(bound(ast.parse("from a import b\nc, d = 1, 2\ndef d(): pass\nb[0] = 3\n")))
    assert {name for name, times in found.items() if times > 1} == {"b", "d"}
