"""The program of a statement: shared, sensitive to every change, the same in every process, and right."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sympy
from sympy import MatMul, MatPow, MatrixSymbol, Symbol, Transpose

from checker.kernel.program import digest
from checker.statement import (
    Integral,
    Maximize,
    Minimize,
    Nonnegative,
    Positive,
    Rational,
    Theorem,
    WeakDuality,
    at_most,
    dimensions,
    dot,
    equal,
    frobenius,
    less,
    matrix,
    nodes,
    norm,
    norm1,
    pinv,
    relu,
    scalar,
    spectral,
    vector,
)
from checker.statement.compiler import Compiler
from theorems import two_layer_linear as chapter

n, d, m = dimensions("n d m")
X, C, y, w, beta = matrix("X", n, d), matrix("C", n, n), vector("y", n), vector("w", d), scalar("beta")
ROOT = Path(__file__).parents[2]


def program_of(claim=None, given=(), **arguments):
    return Theorem(
        title="A theorem", claims=[at_most(norm(X.T * y), 1) if claim is None else claim], given=given
    ).program


def test_equal_expressions_share_a_slot():
    compiler = Compiler()
    first = compiler.expression(norm(X * w - y) ** 2 + beta)
    size = len(compiler.code)
    assert compiler.expression(beta + norm(-y + X * w) ** 2) == first
    assert len(compiler.code) == size
    assert compiler.expression(norm(X * w - y)) < first
    assert len({repr(instruction) for instruction in compiler.code}) == len(compiler.code)


def test_every_instruction_reads_earlier_slots_only():
    from checker.kernel.program import load, slots_of

    for theorem in (chapter.strong_duality, chapter.off_range, chapter.regularized):
        load(theorem.program)
        for position, instruction in enumerate(theorem.program["code"]):
            assert all(slot < position for slot in slots_of(instruction))


CHANGES = {
    "constant": (at_most(norm(X.T * y), 1), at_most(norm(X.T * y), 2)),
    "sign": (at_most(norm(X.T * y), 1), at_most(norm(X.T * y), -1)),
    "exponent": (at_most(norm(y) ** 2, 1), at_most(norm(y) ** 3, 1)),
    "fraction": (at_most(norm(y) ** Rational(1, 2), 1), at_most(norm(y) ** Rational(1, 3), 1)),
    "relation": (at_most(norm(y), 1), less(norm(y), 1)),
    "equation": (at_most(norm(y), 1), equal(norm(y), 1)),
    "sides": (at_most(norm(y), 1), at_most(1, norm(y))),
    "norm of a column": (at_most(norm(y), 1), at_most(norm1(y), 1)),
    "norm of a matrix": (at_most(frobenius(X), 1), at_most(spectral(X), 1)),
    "transpose": (at_most(norm(C * y), 1), at_most(norm(C.T * y), 1)),
    "rectifier": (at_most(norm(y), 1), at_most(norm(relu(y)), 1)),
    "pseudo-inverse": (at_most(norm(pinv(X) * y), 1), at_most(norm(X.T * y), 1)),
    "order of factors": (equal(C * C.T, C), equal(C.T * C, C)),
    "symbol": (at_most(norm(y), beta), at_most(norm(y), scalar("gamma"))),
    "shape": (at_most(norm(vector("v", n)), 1), at_most(norm(vector("v", d)), 1)),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_the_digest_changes_with_the_statement(name):
    before, after = (program_of(claim) for claim in CHANGES[name])
    assert digest(before) == digest(program_of(CHANGES[name][0]))
    assert digest(before) != digest(after)
    code = [[program["code"], program["claims"][0]["relation"]["kind"], program["claims"][0]["relation"]["sides"],
             program["symbols"]] for program in (before, after)]  # fmt: skip
    assert code[0] != code[1], "the texts alone differ"


def test_the_digest_changes_with_the_assumptions():
    claim = at_most(beta * norm(y), 1)
    variants = [
        (),
        (Positive(beta),),
        (Nonnegative(beta),),
        (Nonnegative(y),),
        (Integral(y),),
        (Positive(beta), Integral(y)),
    ]
    assert len({digest(program_of(claim, given)) for given in variants}) == len(variants)


def test_the_digest_does_not_depend_on_the_order_in_which_symbols_are_made_or_terms_are_written():
    lam = vector("lambda", n)

    def made(reverse):
        names = ["a", "b", "g"]
        symbols = {name: scalar(name) for name in (reversed(names) if reverse else names)}
        terms = [symbols[name] * norm(v) ** 2 for name, v in zip(names, (y, X * w, lam), strict=True)]
        total = sum(reversed(terms) if reverse else terms)
        inside = -y + X * w + lam if reverse else lam + X * w - y
        return program_of(at_most(total, norm(inside)))

    assert digest(made(False)) == digest(made(True))


SCRIPT = """
from theorems import two_layer_linear as chapter
from tests.statement import deep
from checker.kernel.program import digest
for theorem in (chapter.strong_duality, chapter.off_range, chapter.regularized, deep.deep_linear, deep.deep_relu):
    print(digest(theorem.program))
"""


def test_the_digest_does_not_depend_on_the_process():
    printed = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
        ).stdout
        for hash_seed in ("1", "4242")
    ]  # fmt: skip
    assert printed[0] == printed[1]
    assert len(set(printed[0].split())) == 5


# A second opinion on the gap identities: SymPy's own expansion with explicit entries.


def explicit(expression, sizes):
    """An expression as a SymPy matrix or polynomial in its entries."""
    if isinstance(expression, MatrixSymbol):
        rows, columns = (int(size.xreplace(sizes)) for size in expression.shape)
        return sympy.Matrix(rows, columns, lambda i, j: Symbol(f"{expression.name}_{i}_{j}"))
    parts = [explicit(part, sizes) for part in expression.args if not isinstance(part, sympy.core.symbol.Str)]
    match expression:
        case Symbol() | sympy.Rational():
            return expression
        case nodes.Norm() if expression.kind in ("two", "frobenius"):
            return sympy.sqrt((parts[0].T * parts[0]).trace())
        case nodes.Inner():
            return (parts[0].T * parts[1]).trace()
        case Transpose():
            return parts[0].T
        case sympy.Add() | sympy.MatAdd():
            return sum(parts[1:], start=parts[0])
        case sympy.Mul() | MatMul():
            return sympy.prod(parts)
        case sympy.Pow() | MatPow():
            return parts[0] ** parts[1]
    raise NotImplementedError(type(expression))


def gap_remainder(weak, sizes):
    """``P − D`` minus the terms of the gap identity, expanded."""
    rest = explicit(weak.primal.objective, sizes) - explicit(weak.dual.objective, sizes)
    for weight, inside in weak.by.squares:
        entries = explicit(inside, sizes)
        rest -= explicit(sympy.sympify(weight), sizes) * (entries.T * entries).trace()
    for slack in weak.by.slacks:
        low, high = (explicit(side, sizes) for side in slack.relation.sides)
        power = 2 if slack.squared else 1
        rest -= explicit(sympy.sympify(slack.multiplier), sizes) * (high**power - low**power)
    for residual in weak.by.residuals:
        left, right = (explicit(side, sizes) for side in residual.relation.sides)
        rest -= (explicit(residual.multiplier, sizes).T * (left - right)).trace()
    return sympy.expand(rest)


PAIRS = {"interpolating": chapter.strong_duality.claims[0], "regularised": chapter.regularized.claims[0]}
SHAPES = [(a, b, c) for a in (1, 2) for b in (1, 2) for c in (1, 2)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("pair", PAIRS)
def test_a_gap_identity_expands_to_zero_entry_by_entry(pair, shape):
    assert isinstance(PAIRS[pair], WeakDuality)
    assert gap_remainder(PAIRS[pair], dict(zip((n, d, m), shape, strict=True))) == 0


def test_the_second_opinion_can_fail():
    weak = PAIRS["interpolating"]
    doubled = Maximize(2 * dot(*weak.dual.objective.args), over=weak.dual.variables, subject_to=weak.dual.constraints)
    without = Minimize(weak.primal.objective / 2, over=weak.primal.variables, subject_to=weak.primal.constraints)
    for wrong in (WeakDuality(weak.primal, doubled, by=weak.by), WeakDuality(without, weak.dual, by=weak.by)):
        assert gap_remainder(wrong, {n: 1, d: 2, m: 1}) != 0
