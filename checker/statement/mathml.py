"""A statement as presentation MathML, for the report."""

from __future__ import annotations

from typing import Any
from xml.dom import minidom

from sympy import Integer, MatrixExpr, MatrixSymbol, Rational
from sympy.printing.mathml import MathMLPresentationPrinter

from checker.statement.text import FUNCTIONS, NORMS, carries_minus, factors_of, negated, positive_first, symbol_name

_INFIX = {"equal": "=", "at_most": "≤", "less": "<", "parallel": "∥"}
_COMPOUND = (
    "MatAdd", "MatMul", "MatPow", "Fold", "Total", "Product", "Largest", "Supremum", "Inner", "Excess", "SingularDot",
)  # fmt: skip
_SUMS = ("MatAdd", "Total", "Product", "Largest", "Supremum", "Excess", "SingularDot")
_STACKED = ("mfrac", "munder", "munderover")


class MathMLPrinter(MathMLPresentationPrinter):  # type: ignore[misc]
    """SymPy's presentation printer with the notation of linear algebra."""

    def _node(self, tag: str, *children: Any) -> Any:
        element = self.dom.createElement(tag)
        for child in children:
            element.appendChild(self.dom.createTextNode(child) if isinstance(child, str) else child)
        return element

    def _row(self, *children: Any) -> Any:
        return self._node("mrow", *children)

    def _operator(self, operator: str) -> Any:
        return self._node("mo", operator)

    def _words(self, words: str) -> Any:
        return self._node("mtext", words)

    def _list(self, items: Any) -> list[Any]:
        result: list[Any] = []
        for item in items:
            result += [self._operator(",")] if result else []
            result.append(self._print(item))
        return result

    def _fenced(self, inside: Any, left: str = "(", right: str = ")") -> Any:
        fences = self._operator(left), self._operator(right)
        # A mere exponent inside does not need taller fences; what is stacked does.
        if not any(inside.getElementsByTagName(tag) for tag in _STACKED) and inside.tagName not in _STACKED:
            for fence in fences:
                fence.setAttribute("stretchy", "false")
        return self._row(fences[0], inside, fences[1])

    def _atom(self, expression: Any) -> Any:
        printed = self._print(expression)
        compound = expression.is_Add or expression.is_Mul or expression.is_Pow or expression.func.__name__ in _COMPOUND
        fraction = expression.is_Rational and (expression.is_negative or not expression.is_Integer)
        return self._fenced(printed) if compound or fraction else printed

    def _factor(self, expression: Any) -> Any:
        printed = self._print(expression)
        sum_like = expression.is_Add or expression.func.__name__ in _SUMS
        return self._fenced(printed) if sum_like else printed

    def _raised(self, base: Any, exponent: Any) -> Any:
        """A base with an exponent, which stands above the base's subscript if it has one."""
        if base.tagName == "msub":
            return self._node("msubsup", *list(base.childNodes), exponent)
        return self._node("msup", base, exponent)

    def _script(self, exponent: Any) -> Any:
        """An expression in small print, where a fraction is written with a slash."""
        numerator, denominator = exponent.as_numer_denom()
        if denominator == 1:
            return self._print(exponent)
        return self._row(self._factor(numerator), self._operator("/"), self._atom(denominator))

    def _space(self, width: str) -> Any:
        space = self._node("mspace")
        space.setAttribute("width", width)
        return space

    def _print_Symbol(self, symbol: Any, style: str = "plain") -> Any:
        name, _, subscript = symbol.name.partition("_")
        letter = self._node("mi", symbol_name(name))
        if not subscript:
            return letter
        return self._node("msub", letter, self._node("mn" if subscript.isdigit() else "mi", subscript))

    def _print_MatrixSymbol(self, symbol: Any) -> Any:
        return self._print_Symbol(symbol)

    def _print_Add(self, expression: Any, order: Any = None) -> Any:
        row = self._row()
        for term in positive_first(expression.args):
            negative = carries_minus(term)
            if negative or row.childNodes:
                row.appendChild(self._operator("−" if negative else "+"))
            row.appendChild(self._factor(negated(term) if negative else term))
        return row

    _print_MatAdd = _print_Add

    def _print_Mul(self, expression: Any) -> Any:
        if carries_minus(expression):
            return self._row(self._operator("−"), self._print(-expression))
        numerator, denominator = expression.as_numer_denom()
        if denominator != 1:
            if numerator.is_Mul or numerator.is_Integer or denominator.is_Symbol or numerator.is_Symbol:
                coefficient, rest = numerator.as_coeff_Mul()
                if denominator.is_Integer and rest != 1:
                    fraction = self._node("mfrac", self._print(coefficient), self._print(denominator))
                    return self._row(
                        fraction, self._print(rest) if rest.func.__name__ == "Total" else self._factor(rest)
                    )
            if denominator.is_Integer:
                whole = self._print(numerator) if numerator.func.__name__ == "Total" else self._factor(numerator)
                return self._row(self._node("mfrac", self._node("mn", "1"), self._print(denominator)), whole)
            return self._node("mfrac", self._print(numerator), self._print(denominator))
        row = self._row()
        for factor in numerator.as_ordered_factors():
            if row.childNodes:
                row.appendChild(self._operator("\u2062"))
            row.appendChild(self._factor(factor))
        return row

    def _print_Pow(self, expression: Any) -> Any:
        base, exponent = expression.args
        if exponent == Integer(-1):
            return self._node("mfrac", self._node("mn", "1"), self._print(base))
        if exponent == Rational(1, 2):
            return self._node("msqrt", self._print(base))
        return self._raised(self._atom(base), self._script(exponent))

    _print_MatPow = _print_Pow

    def _print_MatMul(self, expression: Any) -> Any:
        if carries_minus(expression):
            return self._row(self._operator("−"), self._print(negated(expression)))
        scalar, matrices = expression.as_coeff_matrices()
        numerator, denominator = scalar.as_numer_denom()
        row = self._row()
        if denominator.is_Integer and denominator != 1:
            whole, numerator = numerator.as_coeff_Mul()
            row.appendChild(self._node("mfrac", self._print(whole), self._print(denominator)))
        if numerator != 1:
            row.appendChild(self._factor(numerator))
        for factor in matrices:
            row.appendChild(self._print(factor) if factor.func.__name__ == "Fold" else self._atom(factor))
        return row if denominator.is_Integer else self._node("mfrac", row, self._print(denominator))

    def _print_Transpose(self, expression: Any) -> Any:
        return self._raised(self._atom(expression.args[0]), self._node("mi", "⊤"))

    def _print_PseudoInverse(self, expression: Any) -> Any:
        return self._raised(self._atom(expression.args[0]), self._operator("†"))

    def _print_ZeroMatrix(self, expression: Any) -> Any:
        return self._node("mn", "0")

    def _print_Identity(self, expression: Any) -> Any:
        return self._node("mi", "I")

    def _print_Relu(self, expression: Any) -> Any:
        inside = self._print(expression.args[0])
        base = (
            inside if isinstance(expression.args[0], MatrixSymbol) and inside.tagName == "mi" else self._fenced(inside)
        )
        return self._node("msub", base, self._operator("+"))

    def _function(self, expression: Any) -> Any:
        name = self._node("mi", FUNCTIONS[type(expression).__name__])
        return self._row(name, self._operator("\u2061"), self._fenced(self._print(expression.args[0])))

    _print_Sign = _print_Softplus = _print_Sigmoid = _print_LogSumExp = _print_Softmax = _function

    def _print_XLogX(self, expression: Any) -> Any:
        inside, logarithm = (self._atom(expression.args[0]) for _ in range(2))
        return self._fenced(self._row(inside, self._operator("⊙"), self._node("mi", "log"), logarithm))

    def _print_Layer(self, expression: Any) -> Any:
        numbers = self._print(expression.args[1])
        if expression.layers is not expression.family:
            numbers = self._row(numbers, self._operator(","), self._print(expression.layers.args[1]))
        return self._node("msub", self._node("mi", expression.family.name), numbers)

    def _print_Column(self, expression: Any) -> Any:
        position = self._row(self._operator("·"), self._operator(","), self._print(expression.args[1]))
        return self._node("msub", self._fenced(self._print(expression.args[0]), "[", "]"), position)

    def _print_Block(self, expression: Any) -> Any:
        index, width = map(self._print, expression.args[1:])
        position = self._row(self._operator("·"), self._operator(","), index, self._words("\u00a0of\u00a0"), width)
        return self._node("msub", self._fenced(self._print(expression.args[0]), "[", "]"), position)

    def _print_Defined(self, expression: Any) -> Any:
        _, name, *arguments = expression.args
        letter = self._print_Symbol(name)
        if not arguments:
            return letter
        listed = self._row(*self._list(arguments))
        if any(isinstance(argument, MatrixExpr) for argument in arguments):
            return self._row(letter, self._fenced(listed))
        return self._node("msub", letter, listed)

    _print_DefinedMatrix = _print_Defined

    def _print_Entry(self, expression: Any) -> Any:
        return self._node("msub", self._atom(expression.args[0]), self._print(expression.args[1]))

    def _print_Diagonal(self, expression: Any) -> Any:
        return self._row(self._node("mi", "diag"), self._fenced(self._print(expression.args[0])))

    def _print_Ones(self, expression: Any) -> Any:
        return self._node("mn", "𝟏")

    def _print_Family(self, expression: Any) -> Any:
        first = self._node("msub", self._node("mi", expression.name), self._node("mn", "1"))
        last = self._node("msub", self._node("mi", expression.name), self._print(expression.depth))
        return self._row(first, self._operator(","), self._operator("…"), self._operator(","), last)

    def _print_Width(self, expression: Any) -> Any:
        return self._node("msub", self._node("mi", "m"), self._print(expression.args[1]))

    def _print_Norm(self, expression: Any) -> Any:
        inside = self._print(expression.args[0])
        if expression.kind == "spectral":
            sigma = self._node("msub", self._node("mi", "σ"), self._node("mi", "max"))
            return self._row(sigma, self._fenced(inside))
        return self._node("msub", self._fenced(inside, "‖", "‖"), self._node("mi", NORMS[expression.mark]))

    def _print_SchattenNorm(self, expression: Any) -> Any:
        matrix, p = expression.args
        order = self._node("msub", self._node("mi", "S"), self._script(p))
        return self._node("msub", self._fenced(self._print(matrix), "‖", "‖"), order)

    def _print_SingularValue(self, expression: Any) -> Any:
        matrix, index = map(self._print, expression.args)
        return self._singular(matrix, index)

    def _print_SingularDot(self, expression: Any) -> Any:
        values = (self._singular(self._print(matrix), self._node("mi", "i")) for matrix in expression.args)
        return self._row(self._node("munder", self._operator("∑"), self._node("mi", "i")), *values)

    def _singular(self, matrix: Any, index: Any) -> Any:
        return self._row(self._node("msub", self._node("mi", "σ"), index), self._fenced(matrix))

    def _print_Excess(self, expression: Any) -> Any:
        matrix, bound, largest = expression.args
        below = self._row(self._node("mi", "i"), self._operator("="), self._node("mn", "1"))
        sigma = self._node("msub", self._node("mi", "σ"), self._node("mi", "i"))
        value = self._row(sigma, self._fenced(self._print(matrix)), self._operator("−"), self._factor(bound))
        positive = self._node("msubsup", self._fenced(value), self._operator("+"), self._node("mn", "2"))
        return self._row(self._node("munderover", self._operator("∑"), below, self._print(largest)), positive)

    def _print_Inner(self, expression: Any) -> Any:
        left, right = expression.args
        product = self._row(self._raised(self._atom(left), self._node("mi", "⊤")), self._atom(right))
        return product if left.shape[1] == 1 else self._row(self._node("mi", "tr"), self._fenced(product))

    def _print_Trace(self, expression: Any) -> Any:
        return self._row(self._node("mi", "tr"), self._fenced(self._print(expression.args[0])))

    def _print_Rank(self, expression: Any) -> Any:
        return self._row(self._node("mi", "rank"), self._fenced(self._print(expression.args[0])))

    def _print_Absolute(self, expression: Any) -> Any:
        return self._fenced(self._print(expression.args[0]), "|", "|")

    def _print_Fold(self, expression: Any) -> Any:
        if factors := factors_of(expression):
            start, first, last = map(self._atom, factors)
            return self._row(start, first, self._operator("⋯"), last)
        body, hidden, start, index, first, last = expression.args
        steps = self._row(
            self._print(index), self._operator("="), self._print(first), self._operator("…"), self._print(last)
        )
        arrow = self._row(self._print(hidden), self._operator("←"), self._print(body))
        return self._row(self._node("msub", self._fenced(arrow, "[", "]"), steps), self._fenced(self._print(start)))

    def _print_Total(self, expression: Any, sign: str = "∑") -> Any:
        body, index, first, last = expression.args
        below = self._row(self._print(index), self._operator("="), self._print(first))
        return self._row(self._node("munderover", self._operator(sign), below, self._print(last)), self._factor(body))

    def _print_Product(self, expression: Any) -> Any:
        return self._print_Total(expression, "∏")

    def _print_Largest(self, expression: Any) -> Any:
        body, index, first, last = expression.args
        steps = (self._print(index), self._operator("="), self._print(first), self._operator("…"), self._print(last))
        head = self._node("munder", self._node("mi", "max"), self._row(*steps))
        return self._row(head, self._space("0.22em"), self._print(body))

    def _print_Maximum(self, expression: Any) -> Any:
        return self._row(self._node("mi", "max"), self._fenced(self._row(*self._list(expression.args))))

    def _print_Supremum(self, expression: Any) -> Any:
        body, over, constraints = expression.args
        below = self._row(*self._list([*over, *constraints]))
        return self._row(self._node("munder", self._node("mi", "sup"), below), self._space("0.22em"), self._print(body))

    def _print_Optimum(self, expression: Any) -> Any:
        problem = expression.args[0]
        if problem.name:
            return self._raised(self._node("mi", problem.name), self._operator("*"))
        return self._fenced(self._print(problem))

    def _print_Problem(self, problem: Any) -> Any:
        if not problem.variables:
            return self._print(problem.objective)
        below = self._row(*self._list(problem.variables))
        sense = self._node("munder", self._node("mi", problem.sense), below)
        row = self._row(sense, self._space("0.22em"), self._print(problem.objective))
        if problem.constraints:
            row.appendChild(self._words("\u2003subject to\u2003"))
            for child in self._list(problem.constraints):
                row.appendChild(child)
        return row

    def _print_Relation(self, relation: Any) -> Any:
        sides = [self._print(side) for side in relation.sides]
        match relation.kind:
            case kind if kind in _INFIX:
                return self._row(sides[0], self._operator(_INFIX[kind]), sides[1])
            case "rank_at_most":
                return self._row(self._node("mi", "rank"), self._fenced(sides[0]), self._operator("≤"), sides[1])
            case "in_range" | "outside_range":
                sign = "∈" if relation.kind == "in_range" else "∉"
                return self._row(sides[0], self._operator(sign), self._node("mi", "range"), self._fenced(sides[1]))
            case "every":
                words = self._words("\u2002for\u2002")
                steps = (sides[1], self._operator("="), sides[2], self._operator("…"), sides[3])
                return self._row(sides[0], words, *steps)
            case "positive":
                return self._row(sides[0], self._operator(">"), self._node("mn", "0"))
            case "nonnegative":
                return self._row(sides[0], self._operator("≥"), self._node("mn", "0"))
            case "integral":
                rows, columns = map(self._print, relation.sides[0].shape)
                size = rows if relation.sides[0].shape[1] == 1 else self._row(rows, self._operator("×"), columns)
                return self._row(sides[0], self._operator("∈"), self._node("msup", self._node("mi", "ℤ"), size))
            case "increasing":
                first, last = self._node("mn", "1"), self._print(relation.sides[0].shape[0])
                ends = self._node("msub", sides[0], first), self._node("msub", self._print(relation.sides[0]), last)
                return self._row(ends[0], *map(self._operator, "<…<"), ends[1])
        return self._row(sides[0], self._operator("≠"), self._node("mn", "0"))


def _math(expression: Any, display: str) -> str:
    printer = MathMLPrinter()
    printer.dom = minidom.Document()
    element = printer._node("math", printer._print(expression))
    element.setAttribute("display", display)
    return str(element.toxml())


def mathml(expression: Any) -> str:
    """An expression, relation or problem as a ``<math>`` element in display style."""
    return _math(expression, "block")


def inline(expression: Any) -> str:
    """An expression or relation as a ``<math>`` element within a line of text."""
    return _math(expression, "inline")
