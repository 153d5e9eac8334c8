"""Expressions evaluated by the kernel at given values, without a theorem around them."""

from typing import Any

from checker.kernel.case import Case
from checker.kernel.evaluate import Evaluation, Machine
from checker.kernel.program import FORMAT
from checker.statement.compiler import Compiler


def evaluation(compiler: Compiler, values: dict[str, Any]) -> Evaluation:
    """The kernel's evaluation of what a compiler has compiled."""
    return Evaluation(Machine({"format": FORMAT, "code": compiler.code, "symbols": compiler.symbols}), values)


def value(expression: Any, **values: Any) -> Any:
    """The value of an expression."""
    compiler = Compiler()
    slot = compiler.expression(expression)
    return evaluation(compiler, values)[slot]


def truth(relation: Any, digits: int = 50, **values: Any) -> bool | None:
    """The kernel's decision of a relation."""
    compiler = Compiler()
    compiled = compiler.relation(relation)
    program = {"format": FORMAT, "code": compiler.code, "symbols": compiler.symbols, "pairs": [], "claims": []}
    case = Case(Machine(program), values, [], digits)
    return case.truth(compiled, case.facts)
