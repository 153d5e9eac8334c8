"""Compiles a theorem, once, to the plain-data program that the kernel decides on every dataset.

The program is a dictionary of strings, integers and lists; its code is a table of instructions in which equal
expressions share one slot.  The compiler is part of what must be trusted: the kernel decides what it is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import sympy
from sympy import Identity as IdentityMatrix
from sympy import MatAdd, MatMul, MatPow, MatrixSymbol, Symbol, Transpose, ZeroMatrix

from checker.kernel.program import FORMAT
from checker.statement import claims as c
from checker.statement import nodes
from checker.statement.errors import StatementError
from checker.statement.problems import Problem
from checker.statement.relations import Relation, equal
from checker.statement.symbols import Branch, Family, Layer, Width
from checker.statement.terms import refusal, term
from checker.statement.text import text
from checker.statement.wording import claim_text

if TYPE_CHECKING:
    from checker.statement.theorem import Theorem

_UNARY = {
    Transpose: "transpose",
    nodes.PseudoInverse: "pinv",
    nodes.Relu: "relu",
    nodes.Trace: "trace",
    nodes.Diagonal: "diagonal",
    nodes.Rank: "rank",
    nodes.Absolute: "absolute",
    nodes.Sign: "sign",
    nodes.Softplus: "softplus",
    nodes.Sigmoid: "sigmoid",
    nodes.XLogX: "xlogx",
    nodes.LogSumExp: "logsumexp",
    nodes.Softmax: "softmax",
}
_SEVERAL = {
    nodes.Excess: "excess", nodes.Inner: "inner", nodes.SchattenNorm: "schatten", sympy.Pow: "power",
    nodes.Column: "column", nodes.Entry: "entry", nodes.Ones: "ones", nodes.SingularValue: "singular",
    nodes.SingularDot: "singular_dot", nodes.Block: "block",
}  # fmt: skip
_NUMBERED = (nodes.Column, nodes.Block, nodes.Entry, nodes.SingularValue)
_OVER_STEPS = {nodes.Total: "total", nodes.Product: "product", nodes.Largest: "largest"}
_SUMS = {
    sympy.Add: "add", MatAdd: "add", sympy.Mul: "multiply", MatMul: "multiply", nodes.Maximum: "maximum",
}  # fmt: skip


class Compiler:
    """Turns expressions into slots of one code table."""

    def __init__(self) -> None:
        self.code: list[list[Any]] = []
        self.problems: list[dict[str, Any]] = []
        self.symbols: dict[str, dict[str, Any]] = {}
        self._slots: dict[str, int] = {}
        self._declared: dict[str, Any] = {}
        self._bound: set[str] = set()
        self._problem_index: dict[Problem, int] = {}

    def _emit(self, *instruction: Any) -> int:
        key = repr(instruction)
        if key not in self._slots:
            self._slots[key] = len(self.code)
            self.code.append(list(instruction))
        return self._slots[key]

    def expression(self, expression: Any, bound: frozenset[Any] = frozenset()) -> int:
        """The slot that holds an expression; ``bound`` names the symbols that an enclosing node binds."""

        def sub(child: Any) -> int:
            return self.expression(child, bound)

        expression = term(expression)
        kind = type(expression)
        if kind in _SUMS:
            return self._emit(_SUMS[kind], *map(sub, expression.args))
        if kind in _UNARY:
            return self._emit(_UNARY[kind], sub(expression.args[0]))
        if kind in _NUMBERED:
            self._whole(expression.args[1], bound)
        if kind in _SEVERAL:
            return self._emit(_SEVERAL[kind], *map(sub, expression.args))
        match expression:
            case sympy.Rational():
                return self._emit(
                    "rational", f"{expression.p}/{expression.q}" if expression.q != 1 else str(expression.p)
                )
            case Symbol() | MatrixSymbol():
                if expression in bound:
                    return self._emit("bound", expression.name)
                self.declare(expression)
                return self._emit("symbol", expression.name)
            case Family():
                self.declare(expression)
                return self._emit("symbol", expression.name)
            case Branch():
                return self._emit("branch", *map(sub, expression.args))
            case Layer():
                return self._emit("layer", *map(sub, expression.args))
            case Width():
                self.declare(expression.args[0])
                raise StatementError(
                    f"{text(expression)} is a size, not a number to compute with; write rank(A) or a dimension."
                )
            case MatPow():
                return self._emit("multiply", *[sub(expression.base)] * int(expression.exp))
            case ZeroMatrix() | IdentityMatrix():
                return self._emit(
                    "zeros" if isinstance(expression, ZeroMatrix) else "identity", *map(sub, expression.shape)
                )
            case nodes.Defined() | nodes.DefinedMatrix():
                return sub(expression.args[0])
            case nodes.Norm():
                return self._emit("norm", expression.kind, sub(expression.args[0]))
            case nodes.Fold():
                body, hidden, start, index, first, last = expression.args
                inner = self.expression(body, bound | self._fresh(bound, hidden, index))
                return self._emit("fold", inner, hidden.name, sub(start), index.name, sub(first), sub(last))
            case nodes.Total() | nodes.Product() | nodes.Largest():
                body, index, first, last = expression.args
                inner = self.expression(body, bound | self._fresh(bound, index))
                for end in (first, last):
                    self._whole(end, bound)
                return self._emit(_OVER_STEPS[kind], inner, index.name, sub(first), sub(last))
            case nodes.Optimum():
                return self._emit("optimum", self.problem(expression.args[0]))
            case nodes.Supremum():
                names = [symbol.name for symbol in expression.args[1]]
                inner = self.expression(expression.args[0], bound | self._fresh(bound, *expression.args[1]))
                constraints = [self.relation(r, bound | set(expression.args[1])) for r in expression.args[2]]
                sizes = [sub(s.shape[0]) if isinstance(s, MatrixSymbol) else None for s in expression.args[1]]
                return self._emit("supremum", inner, names, sizes, [[r["kind"], *r["sides"]] for r in constraints])
        raise StatementError(refusal(expression))

    def _fresh(self, bound: frozenset[Any], *symbols: Any) -> frozenset[Any]:
        names = [symbol.name for symbol in symbols]
        for name in names:
            if name in {other.name for other in bound} or name in self.symbols or names.count(name) > 1:
                self._refuse_bound(name)
        self._bound.update(names)
        return frozenset(symbols)

    def _refuse_bound(self, name: str) -> None:
        raise StatementError(f"{name} is bound by a fold, sum or supremum and used outside it as well; rename one.")

    def declare(self, symbol: Any) -> None:
        """Enters a symbol, and the dimensions in its shape, into the table of symbols."""
        if symbol.name in self._bound:
            self._refuse_bound(symbol.name)
        if self._declared.setdefault(symbol.name, symbol) != symbol:
            raise StatementError(f"{symbol.name} names two symbols of different kinds or shapes; rename one.")
        if symbol.name in self.symbols:
            return
        entry: dict[str, Any] = {"kind": "scalar", "role": "data"}
        self.symbols[symbol.name] = entry
        if isinstance(symbol, MatrixSymbol):
            rows, columns = map(self._dimension, symbol.shape)
            entry.update(kind="matrix", rows=rows, columns=columns)
        elif isinstance(symbol, Family):
            sizes = ("depth", "inputs", "outputs", "hidden", "branches")
            given = {size: getattr(symbol, size) for size in sizes if getattr(symbol, size) is not None}
            entry.update(kind="family", **{size: self._dimension(value) for size, value in given.items()})

    def _dimension(self, size: Any) -> int:
        slot = self.expression(size)
        for symbol in size.free_symbols:
            self.symbols[symbol.name].update(kind="dimension")
        return slot

    def _whole(self, number: Any, bound: frozenset[Any]) -> None:
        """What a position or the end of a sum is made of are dimensions, as what a size is made of."""
        if not number.has(nodes.ScalarNode):
            for symbol in number.free_symbols - bound:
                self.declare(symbol)
                self.symbols[symbol.name].update(kind="dimension")

    def relation(self, relation: Relation, bound: frozenset[Any] = frozenset()) -> dict[str, Any]:
        if relation.kind == "every":
            inside, index, first, last = relation.sides
            part = self.relation(inside, bound | self._fresh(bound, index))
            ends = [self.expression(end, bound) for end in (first, last)]
            return {"kind": "every", "sides": ends, "text": text(relation), "index": index.name, "relation": part}
        sides = [self.expression(side, bound) for side in relation.sides]
        return {"kind": relation.kind, "sides": sides, "text": text(relation)}

    def problem(self, problem: Problem) -> int:
        if problem not in self._problem_index:
            for variable in problem.variables:
                self.declare(variable)
                self.symbols[variable.name]["role"] = "variable"
            entry = {
                "sense": problem.sense,
                "text": text(problem),
                "objective": self.expression(problem.objective),
                "variables": [variable.name for variable in problem.variables],
                "constraints": [self.relation(constraint) for constraint in problem.constraints],
            }
            self._problem_index[problem] = len(self.problems)
            self.problems.append(entry)
        return self._problem_index[problem]

    def identity(self, identity: c.GapIdentity, variables: Iterable[Any]) -> dict[str, Any]:
        return {
            "squares": [self._square(weight, inside, variables) for weight, inside in identity.squares],
            "slacks": [
                {
                    "multiplier": self.expression(s.multiplier),
                    "relation": self.relation(s.relation),
                    "squared": s.squared,
                    "along": None if s.along is None else self.expression(s.along),
                }
                for s in identity.slacks
            ],
            "residuals": [
                {"multiplier": self.expression(r.multiplier), "relation": self.relation(r.relation)}
                for r in identity.residuals
            ],
            "lemmas": [self._step(lemma) for lemma in identity.lemmas],
        }

    def chain(self, chain: c.Chain) -> list[dict[str, Any]]:
        steps = [(step, self._step(step)) for step in chain.steps]
        return [entry | {"inner": self._inside(*step.inside) if step.inside else None} for step, entry in steps]

    def _step(self, step: c.Step) -> dict[str, Any]:
        conditions = [self.relation(condition) for condition in step.conditions]
        return {"relation": self.relation(step.relation), "by": step.by, "conditions": conditions}

    def _inside(self, problem: Problem, point: Mapping[Any, Any]) -> dict[str, Any]:
        slots = {variable.name: self.expression(value) for variable, value in point.items()}
        return {"problem": self.problem(problem), "point": slots}

    def _square(self, weight: Any, inside: Any, variables: Iterable[Any]) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "weight": self.expression(weight),
            "inside": self.expression(inside),
            "solved": [],
        }
        add = MatAdd if isinstance(inside, sympy.MatrixExpr) else sympy.Add
        summands = add.make_args(inside)
        for variable in variables:
            for summand in summands:
                rest = [other for other in summands if other is not summand]
                if (
                    isinstance(variable, Family)
                    or summand not in (variable, -variable)
                    or any(other.has(variable) for other in rest)
                ):
                    continue
                sign = -1 if summand == variable else 1
                zero = ZeroMatrix(*variable.shape) if isinstance(variable, MatrixSymbol) else sympy.Integer(0)
                value = sum((sign * other for other in rest), start=zero)
                entry["solved"].append([variable.name, self.expression(value)])
        return entry


def compile_theorem(theorem: Theorem) -> dict[str, Any]:
    """The program of a theorem: plain data that :class:`checker.kernel.Machine` loads.

    Raises:
        StatementError: a node or a use of names that cannot be compiled.
    """
    compiler = Compiler()
    pairs: list[dict[str, Any]] = []
    index: dict[tuple[Problem, Problem], int] = {}
    for claim in theorem.claims:
        if isinstance(claim, c.WeakDuality):
            if (claim.primal, claim.dual) in index:
                raise StatementError(f"{claim.name!r} claims weak duality of a pair a second time; leave it out.")
            index[claim.primal, claim.dual] = len(pairs)
            entry: dict[str, Any] = {
                "primal": compiler.problem(claim.primal),
                "dual": compiler.problem(claim.dual),
                "identity": None,
                "chain": [],
            }
            if isinstance(claim.by, c.Chain):
                entry["chain"] = compiler.chain(claim.by)
            elif claim.by:
                entry["identity"] = compiler.identity(claim.by, [*claim.primal.variables, *claim.dual.variables])
            pairs.append(entry)
    assumptions = [compiler.relation(assumption.relation) for assumption in theorem.given]
    claims = [_claim(compiler, claim, index) for claim in theorem.claims]
    for name, symbol in compiler.symbols.items():
        if symbol["role"] == "data" and "branches" in symbol:
            raise StatementError(f"{name} has branches, which only a variable of a problem may have; leave them out.")
    program = {
        "format": FORMAT,
        "title": theorem.title,
        "assumptions": assumptions,
        "claims": claims,
        "pairs": pairs,
        "problems": compiler.problems,
        "symbols": compiler.symbols,
        "code": compiler.code,
    }
    return program


def _claim(compiler: Compiler, claim: c.Claim, pairs: dict[tuple[Problem, Problem], int]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": claim.name,
        "kind": claim.kind,
        "when": [compiler.relation(relation) for relation in claim.when],
    }

    def pair_of(problem: Problem) -> int:
        for pair, position in pairs.items():
            if problem in pair:
                return position
        raise StatementError(
            f"the claim {claim.name!r} speaks of the optimum of a problem that no WeakDuality(primal, dual) of the "
            "theorem encloses; state that first."
        )

    match claim:
        case c.WeakDuality():
            entry["pair"] = pairs[claim.primal, claim.dual]
        case c.StrongDuality():
            if not all(any(problem in pair for pair in pairs) for problem in (claim.primal, claim.dual)):
                raise StatementError(
                    "StrongDuality(primal, dual) without WeakDuality(primal, dual): a gap that closes proves nothing "
                    "if the dual is not a lower bound; state both."
                )
            entry["relation"] = compiler.relation(equal(nodes.Optimum(claim.primal), nodes.Optimum(claim.dual)))
        case c.OptimalValue():
            pair_of(claim.problem)
            entry["relation"] = compiler.relation(equal(nodes.Optimum(claim.problem), claim.value))
            entry["problem"] = compiler.problem(claim.problem)
        case c.OptimalPoint():
            point = {variable.name: compiler.expression(value) for variable, value in claim.point.items()}
            missing = [v.name for v in claim.problem.variables if v.name not in point]
            if missing:
                raise StatementError(f"the claim {claim.name!r} gives no formula for {', '.join(missing)}.")
            entry.update(pair=pair_of(claim.problem), problem=compiler.problem(claim.problem), point=point)
        case c.Infeasible() | c.UniqueOptimum():
            entry.update(pair=pair_of(claim.problem), problem=compiler.problem(claim.problem))
        case c.ForEveryOptimum() | c.SomeOptimum():
            entry.update(pair=pair_of(claim.primal), relation=compiler.relation(claim.relation))
        case c.Vanishing():
            entry.update(pair=pair_of(claim.primal), condition=compiler.relation(claim.condition))
            entry.update(weight=compiler.expression(claim.weight), size=compiler.expression(claim.size))
        case c.Identity() | c.Holds():
            entry["relation"] = compiler.relation(claim.relation)
    entry["text"] = claim_text(claim)
    return entry
