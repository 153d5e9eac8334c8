"""A statement in one line of Unicode, for terminals, test failures and error messages."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sympy import Basic, Integer, MatMul, MatrixExpr, MatrixSymbol, Rational, Symbol
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.pretty.pretty_symbology import pretty_symbol, pretty_use_unicode
from sympy.printing.str import StrPrinter

from checker.statement.symbols import Layer

_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SUBSCRIPTS = {
    "two": "₂", "one": "₁", "frobenius": "_F", "nuclear": "_*", "columns": "_1→2", "infinity": "_∞",
    "entry": "_max",
}  # fmt: skip
NORMS = {
    "two": "2", "one": "1", "frobenius": "F", "nuclear": "∗", "columns": "1→2", "infinity": "∞",
    "entry": "max",
}  # fmt: skip
FUNCTIONS = {
    "Sign": "sign", "Softplus": "softplus", "Sigmoid": "sigmoid", "LogSumExp": "logsumexp", "Softmax": "softmax"
}  # fmt: skip
INFIX = {"equal": " = ", "at_most": " ≤ ", "less": " < "}


@lru_cache(maxsize=1024)
def symbol_name(name: str) -> str:
    """A name with its Greek letters and subscripts, on whatever terminal: reports and reasons are found by it."""
    before = pretty_use_unicode(True)
    try:
        return str(pretty_symbol(name))
    finally:
        pretty_use_unicode(before)


def carries_minus(term: Any) -> bool:
    """Whether a term is written with a minus sign in front; SymPy itself does not look into matrix products."""
    if term.is_MatMul:
        term = term.as_coeff_matrices()[0]
    return bool(term.as_coeff_Mul()[0].is_negative) if term.is_Mul or term.is_number else False


def positive_first(terms: Any) -> list[Any]:
    """The terms of a sum, numbers after letters, and those that carry a minus sign last, as one writes ``y − Xw``."""
    return sorted(terms, key=lambda term: (carries_minus(term), bool(term.is_number)))


def negated(term: Any) -> Any:
    """``-term``, without the coefficient 1 that SymPy leaves in a matrix product."""
    if not term.is_MatMul:
        return -term
    scalar, matrices = term.as_coeff_matrices()
    factors = [*matrices] if scalar == -1 else [-scalar, *matrices]
    return factors[0] if len(factors) == 1 else MatMul(*factors, evaluate=False)


def factors_of(fold: Any) -> tuple[Any, Any, Any] | None:
    """Start, first and last factor of a fold that multiplies by the layers in turn; None for another one."""
    body, hidden, start, index, first, last = fold.args
    factors: tuple[Any, ...] = body.args if body.is_MatMul else ()
    if len(factors) != 2 or factors[0] != hidden or not isinstance(factors[1], Layer) or factors[1].args[1] != index:
        return None
    return start, factors[1].layers[first], factors[1].layers[last]


def defined_as(node: Any, printed: Callable[[Any], str]) -> str:
    """The name of a defined expression with what it depends on: an index in brackets, a matrix in parentheses."""
    _, name, *arguments = node.args
    listed = ", ".join(map(printed, arguments))
    brackets = "()" if any(isinstance(argument, MatrixExpr) for argument in arguments) else "[]"
    return f"{symbol_name(name.name)}{brackets[0]}{listed}{brackets[1]}" if arguments else symbol_name(name.name)


class TextPrinter(StrPrinter):  # type: ignore[misc]
    """SymPy's one-line printer with the notation of linear algebra."""

    def _atom(self, expression: Any) -> str:
        inside = self.parenthesize(expression, PRECEDENCE["Pow"])
        return f"({inside})" if expression.func.__name__ == "Fold" and factors_of(expression) else str(inside)

    def _print_Symbol(self, symbol: Any) -> str:
        return symbol_name(symbol.name)

    _print_MatrixSymbol = _print_Symbol

    def _print_Add(self, expression: Any, order: Any = None) -> str:
        result = ""
        for term in positive_first(expression.args):
            negative = carries_minus(term)
            part = self.parenthesize(negated(term) if negative else term, PRECEDENCE["Mul"], strict=True)
            result += (" − " if negative else " + ") + part if result else ("−" if negative else "") + part
        return result

    _print_MatAdd = _print_Add

    def _print_Mul(self, expression: Any) -> str:
        numerator, denominator = expression.as_numer_denom()
        if carries_minus(expression):
            return "−" + str(self._print(-expression))
        if denominator != 1:
            above = self.parenthesize(numerator, PRECEDENCE["Mul"], strict=True)
            return f"{above}/{self._atom(denominator)}"
        return "·".join(
            self.parenthesize(factor, PRECEDENCE["Mul"], strict=True) for factor in numerator.as_ordered_factors()
        )

    def _print_Pow(self, expression: Any, rational: bool = False) -> str:
        base, exponent = expression.args
        if isinstance(exponent, Integer) and exponent > 0:
            return self._atom(base) + str(exponent).translate(_SUPERSCRIPTS)
        if exponent == Integer(-1):
            return f"1/{self._atom(base)}"
        if exponent == Rational(1, 2):
            return f"√{self._atom(base)}"
        return f"{self._atom(base)}^({self._print(exponent)})"

    _print_MatPow = _print_Pow

    def _print_MatMul(self, expression: Any) -> str:
        if carries_minus(expression):
            return "−" + str(self._print(negated(expression)))
        scalar, matrices = expression.as_coeff_matrices()
        numerator, denominator = scalar.as_numer_denom()
        result = " ".join(self._print(f) if f.func.__name__ == "Fold" else self._atom(f) for f in matrices)
        if numerator != 1:
            result = f"{self.parenthesize(numerator, PRECEDENCE['Mul'], strict=True)}·{result}"
        return result if denominator == 1 else f"{result}/{self._atom(denominator)}"

    def _print_Transpose(self, expression: Any) -> str:
        return self._atom(expression.args[0]) + "ᵀ"

    def _print_PseudoInverse(self, expression: Any) -> str:
        return self._atom(expression.args[0]) + "†"

    def _print_ZeroMatrix(self, expression: Any) -> str:
        return "0"

    def _print_Identity(self, expression: Any) -> str:
        return "I"

    def _print_Relu(self, expression: Any) -> str:
        inside = self._print(expression.args[0])
        return f"{inside}₊" if isinstance(expression.args[0], MatrixSymbol) else f"({inside})₊"

    def _function(self, expression: Any) -> str:
        return f"{FUNCTIONS[type(expression).__name__]}({self._print(expression.args[0])})"

    _print_Sign = _print_Softplus = _print_Sigmoid = _print_LogSumExp = _print_Softmax = _function

    def _print_XLogX(self, expression: Any) -> str:
        inside = self._atom(expression.args[0])
        return f"({inside} ⊙ log {inside})"

    def _print_Layer(self, expression: Any) -> str:
        numbers = [self._print(expression.args[1])]
        if expression.layers is not expression.family:
            numbers.append(self._print(expression.layers.args[1]))
        return f"{expression.family.name}[{', '.join(numbers)}]"

    def _print_Column(self, expression: Any) -> str:
        return f"{self._atom(expression.args[0])}[:, {self._print(expression.args[1])}]"

    def _print_Block(self, expression: Any) -> str:
        index, width = map(self._print, expression.args[1:])
        return f"{self._atom(expression.args[0])}[:, block {index} of {width}]"

    def _print_Defined(self, expression: Any) -> str:
        return defined_as(expression, self._print)

    _print_DefinedMatrix = _print_Defined

    def _print_Entry(self, expression: Any) -> str:
        return f"{self._atom(expression.args[0])}[{self._print(expression.args[1])}]"

    def _print_Diagonal(self, expression: Any) -> str:
        return f"diag({self._print(expression.args[0])})"

    def _print_Ones(self, expression: Any) -> str:
        return "𝟏"

    def _print_Family(self, expression: Any) -> str:
        return f"{expression.name}[1…{self._print(expression.depth)}]"

    def _print_Width(self, expression: Any) -> str:
        return f"m[{self._print(expression.args[1])}]"

    def _print_Norm(self, expression: Any) -> str:
        inside = self._print(expression.args[0])
        return f"σ_max({inside})" if expression.kind == "spectral" else f"‖{inside}‖{_SUBSCRIPTS[expression.mark]}"

    def _print_SchattenNorm(self, expression: Any) -> str:
        return f"‖{self._print(expression.args[0])}‖_S({self._print(expression.args[1])})"

    def _print_SingularValue(self, expression: Any) -> str:
        matrix, index = map(self._print, expression.args)
        return f"σ[{index}]({matrix})"

    def _print_SingularDot(self, expression: Any) -> str:
        left, right = map(self._print, expression.args)
        return f"Σ σᵢ({left})·σᵢ({right})"

    def _print_Excess(self, expression: Any) -> str:
        matrix, bound, largest = map(self._print, expression.args)
        return f"Σ[i = 1…{largest}] (σᵢ({matrix}) − {bound})₊²"

    def _print_Inner(self, expression: Any) -> str:
        left, right = expression.args
        if left.shape[1] == 1:
            return f"{self._atom(left)}ᵀ{self._atom(right)}"
        return f"tr({self._atom(left)}ᵀ {self._atom(right)})"

    def _print_Trace(self, expression: Any) -> str:
        return f"tr({self._print(expression.args[0])})"

    def _print_Rank(self, expression: Any) -> str:
        return f"rank({self._print(expression.args[0])})"

    def _print_Absolute(self, expression: Any) -> str:
        return f"|{self._print(expression.args[0])}|"

    def _print_Fold(self, expression: Any) -> str:
        if factors := factors_of(expression):
            start, first, last = map(self._atom, factors)
            return f"{start} {first}⋯{last}"
        body, hidden, start, index, first, last = map(self._print, expression.args)
        return f"fold[{hidden} := {start}; {hidden} := {body}, {index} = {first}…{last}]"

    def _print_Total(self, expression: Any) -> str:
        index, first, last = map(self._print, expression.args[1:])
        body = self.parenthesize(expression.args[0], PRECEDENCE["Mul"], strict=True)
        return f"Σ[{index} = {first}…{last}] {body}"

    def _print_Product(self, expression: Any) -> str:
        index, first, last = map(self._print, expression.args[1:])
        body = self.parenthesize(expression.args[0], PRECEDENCE["Mul"], strict=True)
        return f"Π[{index} = {first}…{last}] {body}"

    def _print_Largest(self, expression: Any) -> str:
        body, index, first, last = map(self._print, expression.args)
        return f"max[{index} = {first}…{last}] {body}"

    def _print_Maximum(self, expression: Any) -> str:
        return f"max({', '.join(map(self._print, expression.args))})"

    def _print_Supremum(self, expression: Any) -> str:
        body, over, constraints = expression.args
        return f"sup[{', '.join(map(self._print, [*over, *constraints]))}] {self._print(body)}"

    def _print_Optimum(self, expression: Any) -> str:
        problem = expression.args[0]
        return f"{problem.name}*" if problem.name else f"({self._print(problem)})"

    def _print_Problem(self, problem: Any) -> str:
        if not problem.variables:
            return str(self._print(problem.objective))
        over = ", ".join(map(self._print, problem.variables))
        head = f"{problem.sense} over {over} of {self._print(problem.objective)}"
        return head + (f" subject to {', '.join(map(self._print, problem.constraints))}" if problem.constraints else "")

    def _print_Relation(self, relation: Any) -> str:
        sides = [self._print(side) for side in relation.sides]
        match relation.kind:
            case kind if kind in INFIX:
                return INFIX[kind].join(sides)
            case "rank_at_most":
                return f"rank({sides[0]}) ≤ {sides[1]}"
            case "parallel":
                return f"{sides[0]} ∥ {sides[1]}"
            case "in_range":
                return f"{sides[0]} ∈ range({sides[1]})"
            case "outside_range":
                return f"{sides[0]} ∉ range({sides[1]})"
            case "positive":
                return f"{sides[0]} > 0"
            case "nonnegative":
                return f"{sides[0]} ≥ 0"
            case "every":
                return f"{sides[0]} for {sides[1]} = {sides[2]}…{sides[3]}"
            case "nonzero":
                return f"{sides[0]} ≠ 0"
            case "integral":
                rows, columns = relation.sides[0].shape
                size = self._print(rows) if columns == 1 else f"({self._print(rows)}×{self._print(columns)})"
                return f"{sides[0]} ∈ ℤ^{size}"
            case "increasing":
                name, last = relation.sides[0].name, self._print(relation.sides[0].shape[0])
                if "_" in name:
                    return f"{sides[0]}[1] < … < {sides[0]}[{last}]"
                return f"{self._print(Symbol(name + '_1'))} < … < {name}_{last}"
        return f"{relation.kind}({', '.join(sides)})"


def text(expression: Any) -> str:
    """An expression, relation or problem in one line of Unicode."""
    return _printed(expression) if isinstance(expression, Basic) else str(TextPrinter().doprint(expression))


@lru_cache(maxsize=20_000)
def _printed(expression: Basic) -> str:
    # A theorem says one thing in several places, and its variants say it again.
    return str(TextPrinter().doprint(expression))
