"""Statements in one line of Unicode, and as MathML: exact, unambiguous, and complete."""

from xml.dom import minidom

import pytest
from sympy import Identity
from sympy.printing.pretty.pretty_symbology import pretty_use_unicode

from checker.statement import (
    DistinctSorted,
    InRange,
    Integral,
    Minimize,
    Nonnegative,
    Nonzero,
    OutsideRange,
    Parallel,
    Positive,
    RankAtMost,
    Rational,
    SizeAtMost,
    Whitened,
    absolute,
    at_least,
    at_most,
    column,
    define,
    diagonal,
    dot,
    entry,
    equal,
    every,
    excess,
    family,
    frobenius,
    largest,
    less,
    longest_column,
    matrix,
    maximum,
    norm,
    norm1,
    nuclear,
    ones,
    optimum,
    pinv,
    product,
    rank,
    relu,
    scalar,
    schatten,
    spectral,
    sqrt,
    supremum,
    total,
    trace,
    vector,
    zeros,
)
from checker.statement.mathml import MathMLPrinter, inline, mathml
from checker.statement.nodes import MatrixNode, ScalarNode
from checker.statement.relations import KINDS, Relation
from checker.statement.text import TextPrinter, symbol_name, text
from tests.statement.deep import L, W, X, alpha, c, d, l, lam, linear_output, n, relu_output, t, u, y

V = family("V", depth=L, inputs=d, hidden=n, branches=n)
beta, w1, x_0 = scalar("beta"), vector("w_1", d), vector("x_0", n)
C, Y, Lam = matrix("C", n, n), matrix("Y", n, 3), matrix("Lambda", n, 3)
linear = Minimize(total(frobenius(W[l]) ** 2, l, 1, L), over=[W], subject_to=[equal(linear_output, y)])

TEXTS = [
    (X.T * lam, "Xᵀ λ"), (y - X * w1, "y − X w₁"), (X * w1 - y, "X w₁ − y"), (-y, "−y"), (2 * X * w1, "2·X w₁"),
    (Rational(3, 2) * X * w1, "3·X w₁/2"), (y / norm(y), "y/‖y‖₂"), ((X * w1 + y) * y.T, "(X w₁ + y) yᵀ"),
    (C**2, "C²"), ((C.T * C) ** 2, "(Cᵀ C)²"), (pinv(X.T), "Xᵀ†"), (pinv(X).T, "X†ᵀ"), (pinv(X * X.T) * y, "(X Xᵀ)† y"),
    (relu(X * w1), "(X w₁)₊"), (relu(X) * w1, "X₊ w₁"), (zeros(n), "0"), (C - Identity(n), "C − I"),
    (norm(y), "‖y‖₂"), (norm1(y), "‖y‖₁"), (frobenius(X), "‖X‖_F"), (spectral(X), "σ_max(X)"), (nuclear(X), "‖X‖_*"),
    (schatten(X, Rational(2, 3)), "‖X‖_S(2/3)"), (schatten(X, 2 / L), "‖X‖_S(2/L)"),
    (norm(y) ** 2, "‖y‖₂²"), ((norm(y) ** 2) ** Rational(1, 3), "(‖y‖₂²)^(1/3)"), (norm(y) ** (2 / L), "‖y‖₂^(2/L)"),
    (sqrt(beta), "√β"), (sqrt(beta + 1), "√(β + 1)"), (1 / norm(y), "1/‖y‖₂"), (beta**-2, "β^(-2)"),
    ((beta + 1) ** 2, "(β + 1)²"), (beta * (beta + 1), "β·(β + 1)"), (-beta, "−β"), (beta - 1, "β − 1"),
    (beta / 2, "β/2"), (beta / (t * alpha), "β/(α·t)"), (-beta / 2, "−β/2"), (Rational(1, 2), "1/2"),
    (dot(y, lam), "yᵀλ"), (dot(y, lam) ** 2, "(yᵀλ)²"), (1 / dot(y, lam), "1/(yᵀλ)"), (beta * dot(y, lam), "β·yᵀλ"),
    (dot(Y, Lam), "tr(Yᵀ Λ)"), (dot(y - X * w1, lam), "(y − X w₁)ᵀλ"), (trace(C), "tr(C)"), (rank(X), "rank(X)"),
    (absolute(alpha - 1), "|α − 1|"), (W[1], "W[1]"), (W[L - 1], "W[L − 1]"), (W.width(l - 1), "m[l − 1]"),
    (total(beta + t, l, 1, L), "Σ[l = 1…L] (β + t)"), (total(beta, l, 1, L) + t, "t + (Σ[l = 1…L] β)"),
    (total(beta, l, 1, L) ** 2, "(Σ[l = 1…L] β)²"), (total(beta**2, l, 1, L), "Σ[l = 1…L] β²"),
    (linear_output, "X W[1]⋯W[L]"),
    (relu_output, "fold[H := X; H := (H W[l])₊, l = 1…L − 1] W[L]"),
    (supremum(dot(lam, X * u), over=u, subject_to=[at_most(norm(u), 1)]), "sup[u, ‖u‖₂ ≤ 1] λᵀ(X u)"),
    (supremum(norm(u), over=u) + t, "t + (sup[u] ‖u‖₂)"), (supremum(norm(u) + t, over=u), "sup[u] t + ‖u‖₂"),
    (linear, "min over W[1…L] of Σ[l = 1…L] ‖W[l]‖_F² subject to X W[1]⋯W[L] = y"),
    (optimum(Minimize(norm(u), over=[u])) + 1, "(min over u of ‖u‖₂) + 1"),
    (equal(y, X * w1), "y = X w₁"), (at_most(norm(y), 1), "‖y‖₂ ≤ 1"), (at_least(norm(y), 1), "1 ≤ ‖y‖₂"),
    (less(t, beta), "t < β"), (RankAtMost(X, 1), "rank(X) ≤ 1"), (Parallel(X, y), "X ∥ y"),
    (InRange(y, X).relation, "y ∈ range(X)"), (OutsideRange(y, X).relation, "y ∉ range(X)"),
    (Positive(beta).relation, "0 < β"), (Nonnegative(c).relation, "c ≥ 0"), (Nonnegative(beta).relation, "0 ≤ β"),
    (Nonzero(X).relation, "X ≠ 0"), (Integral(y).relation, "y ∈ ℤ^n"), (Integral(X).relation, "X ∈ ℤ^(n×d)"),
    (DistinctSorted(y).relation, "y₁ < … < y_n"), (DistinctSorted(x_0).relation, "x₀[1] < … < x₀[n]"),
    (Whitened(X).relation, "X Xᵀ = I"), (SizeAtMost(n, d).relation, "n ≤ d"),
    (every(RankAtMost(W[l], 1), l, 1, L), "rank(W[l]) ≤ 1 for l = 1…L"),
    (product(frobenius(W[l]), l, 1, L), "Π[l = 1…L] ‖W[l]‖_F"), (column(X, 2), "X[:, 2]"), (X * ones(d), "X 𝟏"),
    (longest_column(X), "‖X‖_1→2"), (V.branch(l)[2], "V[2, l]"),
    (define("m", entry(lam, l + 1) - entry(lam, l), l), "m[l]"), (define("f", X * w1, w1), "f(w₁)"),
    (define("TV", norm1(lam)) ** 2, "TV²"), (define("m_1", beta, l - 1), "m₁[l − 1]"),
    (entry(lam, 2), "λ[2]"), (entry(X * w1, l), "(X w₁)[l]"), (maximum(t, beta**2), "max(t, β²)"),
    (largest(entry(lam, l), l, 1, n), "max[l = 1…n] λ[l]"),
    (largest(entry(lam, l), l, 1, n) + t, "t + (max[l = 1…n] λ[l])"),
    (diagonal(lam), "diag(λ)"), (Positive(lam).relation, "λ > 0"),
    (optimum(Minimize(t, over=[t], name="P")), "P*"), (excess(X, beta, 2), "Σ[i = 1…2] (σᵢ(X) − β)₊²"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "expected"), TEXTS, ids=[expected for _, expected in TEXTS])
def test_an_expression_is_one_line_of_text(expression, expected):
    assert text(expression) == expected


def test_greek_letters_are_written_on_any_terminal_and_sympy_is_left_as_it_is():
    before = pretty_use_unicode(False)
    symbol_name.cache_clear()
    try:
        assert (text(X.T * lam), text(beta), "<mi>λ</mi>" in mathml(X.T * lam)) == ("Xᵀ λ", "β", True)
        assert pretty_use_unicode() is False
    finally:
        pretty_use_unicode(before)


def test_different_expressions_are_printed_differently():
    for printed in (text, mathml):
        assert len({printed(expression) for expression, _ in TEXTS}) == len(TEXTS)


@pytest.mark.parametrize("expression", [e for e, _ in TEXTS], ids=[expected for _, expected in TEXTS])
def test_an_expression_is_well_formed_mathml(expression):
    for page, display in ((mathml(expression), "block"), (inline(expression), "inline")):
        root = minidom.parseString(page).documentElement
        assert (root.tagName, root.getAttribute("display")) == ("math", display)
        for tag, children in {"mfrac": 2, "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "munderover": 3}.items():
            assert all(len(element.childNodes) == children for element in root.getElementsByTagName(tag))


def subclasses(kind):
    return {kind, *(nested for child in kind.__subclasses__() for nested in subclasses(child))}


@pytest.mark.parametrize("printer", [TextPrinter, MathMLPrinter])
def test_no_node_falls_back_to_the_printers_of_sympy(printer):
    nodes = {node.__name__ for node in subclasses(MatrixNode) | subclasses(ScalarNode)} - {"MatrixNode", "ScalarNode"}
    assert {"Norm", "Fold", "Supremum", "Optimum", "Relu"} <= nodes
    nodes |= {"Layer", "Width", "Family", "Relation", "Problem", "Symbol", "MatrixSymbol"}
    nodes |= {"Add", "Mul", "Pow", "MatAdd", "MatMul", "MatPow", "Transpose", "ZeroMatrix", "Identity"}
    assert [name for name in sorted(nodes) if f"_print_{name}" not in vars(printer)] == []


def test_every_kind_of_relation_is_printed():
    printed = {relation.kind for relation, _ in TEXTS if isinstance(relation, Relation)}
    assert printed == set(KINDS)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (Positive(beta).relation, "<mrow><mn>0</mn><mo>&lt;</mo><mi>β</mi></mrow>"),
        (RankAtMost(w1, 1), '<mi>rank</mi><mrow><mo stretchy="false">(</mo><msub><mi>w</mi><mn>1</mn></msub>'),
        (norm(y) ** 2, "<mi>2</mi><mn>2</mn></msubsup>"),
        (relu(X * u), "<mrow><mi>X</mi><mi>u</mi></mrow>"),
        (pinv(X) * y, "<mrow><msup><mi>X</mi><mo>†</mo></msup><mi>y</mi></mrow>"),
        (C**2, "<msup><mi>C</mi><mn>2</mn></msup>"),
        (dot(y, lam) ** 2, '<msup><mrow><mo stretchy="false">(</mo>'),
        (sqrt(beta), "<msqrt><mi>β</mi></msqrt>"),
        (beta / 2, "<mfrac><mn>1</mn><mn>2</mn></mfrac><mi>β</mi>"),
        (Whitened(X).relation, "<mi>X</mi><msup><mi>X</mi><mi>⊤</mi></msup></mrow><mo>=</mo><mi>I</mi>"),
        (DistinctSorted(y).relation, "<msub><mi>y</mi><mn>1</mn></msub><mo>&lt;</mo><mo>…</mo><mo>&lt;</mo><msub>"),
        (Integral(X).relation, "<msup><mi>ℤ</mi><mrow><mi>n</mi><mo>×</mo><mi>d</mi></mrow></msup>"),
        (total(t, l, 1, L), "<munderover><mo>∑</mo><mrow><mi>l</mi><mo>=</mo><mn>1</mn></mrow><mi>L</mi></munderover>"),
    ],
    ids=str,
)
def test_mathml_has_the_notation_of_linear_algebra(expression, expected):
    assert expected in mathml(expression)
