"""How the suprema of a statement are decided, in words and formulas."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sympy import preorder_traversal

from checker.kernel.evaluate import Machine
from checker.kernel.program import FORMAT
from checker.kernel.suprema import reduction_for
from checker.statement.compiler import Compiler
from checker.statement.nodes import Relu, Supremum
from checker.statement.wording import Parts, listed

if TYPE_CHECKING:
    from checker.statement.theorem import Theorem


def suprema_of(theorem: Theorem) -> list[Parts]:
    """For each supremum, the reduction that matches its structure and why nothing exceeds its value."""
    nodes = (node for expression in theorem.expressions() for node in preorder_traversal(expression))
    return [_decided(node) for node in dict.fromkeys(node for node in nodes if isinstance(node, Supremum))]


def _decided(node: Any) -> Parts:
    compiler = Compiler()
    slot = compiler.expression(node)
    matched = reduction_for(Machine({"format": FORMAT, "code": compiler.code, "symbols": compiler.symbols}), slot)
    if matched is None:
        return [node, " is undecided: no reduction matches its structure."]
    rectified = [inner.args[0] for inner in preorder_traversal(node.args[0]) if isinstance(inner, Relu)]
    formulas = {"body": [node.args[0]], "gates": listed(dict.fromkeys(rectified), " or ")}
    parts: Parts = [node, f" is decided exactly ({matched[0].name}): "]
    for position, word in enumerate(re.split(r"\{(body|gates)\}", matched[0].because)):
        parts += formulas[word] if position % 2 else [word]
    return parts
