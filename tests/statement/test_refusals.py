"""Ill-formed expressions are refused at definition, in one sentence that says what to write instead."""

import pytest
import sympy
from sympy import Eq, Ge, Gt, Identity, Inverse, Le, Lt, MatrixSymbol, Ne, Symbol, false, true

from checker.statement import (
    Citation,
    GapIdentity,
    Minimize,
    OptimalValue,
    Parallel,
    RankAtMost,
    Rational,
    Relation,
    Theorem,
    WeakDuality,
    absolute,
    at_most,
    dimension,
    dot,
    equal,
    family,
    fold,
    frobenius,
    layer,
    matrix,
    norm,
    optimum,
    pinv,
    rank,
    relu,
    scalar,
    supremum,
    total,
    trace,
    vector,
    zeros,
)
from tests.statement.refusals import (
    W1,
    C,
    H,
    L,
    W,
    X,
    beta,
    d,
    dual,
    l,
    n,
    primal,
    refused,
    t,
    theorem,
    u,
    y,
    z,
)

EXPRESSIONS = {
    "Eq": (lambda: Eq(norm(y), 1), "write equal"),
    "Eq of equals": (lambda: Eq(norm(y), norm(y)), "write equal"),
    "Ne": (lambda: Ne(norm(y), 1), "write Nonzero"),
    "Ne of two shapes": (lambda: Ne(X, X.T), "write equal or at_most"),
    "Le": (lambda: Le(norm(y), 1), "write at_most"),
    "Lt": (lambda: Lt(norm(y), 1), "write less"),
    "Ge": (lambda: Ge(norm(y), 1), "write at_least"),
    "Gt": (lambda: Gt(norm(y), 1), "write less"),
    "<=": (lambda: norm(y) <= 1, "write at_most"),
    "true": (lambda: true, "write equal or at_most"),
    "false": (lambda: false, "write equal or at_most"),
    "True": (lambda: X == X, "write equal"),
    "a number": (lambda: norm(y), "write StrongDuality"),
    "a problem": (lambda: primal, "write StrongDuality"),
    "Eq in equal": (lambda: equal(Eq(beta, t), 1), "write equal"),
    "True in equal": (lambda: equal(True, 1), "write equal"),
    "float": (lambda: at_most(norm(y), 0.5), "write Rational"),
    "float factor": (lambda: at_most(0.5 * norm(y), 1), "write Rational"),
    "float in a matrix": (lambda: at_most(norm(2.0 * y), 1), "write Rational"),
    "Float": (lambda: at_most(sympy.Float(1), norm(y)), "write Rational"),
    "string": (lambda: equal("beta", 1), "write scalar"),
    "string in a norm": (lambda: at_most(norm("y +"), 1), "write scalar"),
    "list": (lambda: norm([1, 2]), "write the symbol"),
    "None": (lambda: norm(None), "write an expression"),
    "X.I": (lambda: equal(C * C.I, 1), r"write pinv\(C\)"),
    "X**-1": (lambda: equal(C**-1, C), r"write pinv\(C\)"),
    "X**-2": (lambda: equal(C**-2, C), r"write pinv\(C\)"),
    "inverse of a layer": (lambda: W[l].I, "write pinv"),
    "Inverse": (lambda: equal(Inverse(C), C), r"write pinv\(A\)"),
    "inverse of a product": (lambda: equal((X.T * X).I, Identity(d)), r"write pinv\(A\)"),
    "symbolic power": (lambda: equal(C**beta, C), "positive integer powers"),
    "Abs": (lambda: at_most(abs(beta), 1), "write absolute"),
    "Max": (lambda: at_most(sympy.Max(beta, 0), 1), "see docs"),
    "pi": (lambda: at_most(sympy.pi * beta, 1), "see docs"),
    "infinity": (lambda: at_most(beta, sympy.oo), "see docs"),
    "an entry": (lambda: at_most(X[0, 0], 1), "give the entry a name"),
    "determinant": (lambda: equal(sympy.det(C), 0), "state rank"),
    "positive symbol": (lambda: at_most(Symbol("beta", positive=True), 1), r"Positive\(beta\)"),
    "real symbol": (lambda: at_most(Symbol("beta", real=True), 1), r"scalar\('beta'\)"),
    "integer symbol": (lambda: at_most(Symbol("k", integer=True), 1), r"scalar\('k'\)"),
    "complex symbol": (lambda: at_most(Symbol("k", complex=True), 1), r"scalar\('k'\)"),
    "dummy": (lambda: at_most(sympy.Dummy("k"), 1), r"scalar\('k'\)"),
    "positive dimension": (lambda: equal(MatrixSymbol("A", Symbol("k", positive=True), 1), zeros(2)), "shapes|domain"),
    "sum of two shapes": (lambda: at_most(frobenius(X + X.T), 1), "shapes do not fit"),
    "product of two shapes": (lambda: at_most(frobenius(X * X), 1), "shapes do not fit"),
    "triple product": (lambda: at_most(frobenius(X.T * C * W1), 1), "transpose or reorder"),
    "power of a rectangle": (lambda: at_most(frobenius(X**2), 1), "shapes do not fit"),
    "equal of two shapes": (lambda: equal(X, X.T), "shapes do not fit"),
    "matrix = number": (lambda: equal(y, 1), "shapes do not fit"),
    "dot of two shapes": (lambda: at_most(dot(y, u), 1), "shapes do not fit"),
    "trace of a rectangle": (lambda: at_most(trace(X), 1), "shapes do not fit"),
    "norm of a matrix": (lambda: at_most(norm(X), 1), r"write frobenius\(A\)"),
    "norm of a number": (lambda: at_most(norm(beta), 1), "write a matrix"),
    "rank of a number": (lambda: at_most(rank(beta), 1), "write a matrix"),
    "relu of a number": (lambda: equal(relu(beta), y), "write a"),
    "pseudo-inverse of a number": (lambda: equal(pinv(beta), y), "write a matrix|write matrix"),
    "absolute of a matrix": (lambda: at_most(absolute(X), 1), "write a number"),
    "1×1 as a number": (lambda: at_most(y.T * y, 1), r"write dot\(a, b\)"),
    "relation as a number": (lambda: at_most(at_most(beta, 1), 1), "stands where a number is needed"),
    "problem as a number": (lambda: at_most(primal, 1), r"write optimum\(problem\)"),
    "unknown relation": (lambda: Relation("similar", X, X), "write one of equal"),
    "half a relation": (lambda: Relation("equal", X), "has 2 sides, not 1"),
    "parallel to a matrix": (lambda: Parallel(X, C), "shapes do not fit"),
    "rank against a matrix": (lambda: RankAtMost(X, y), "write a number"),
    "rank of a scalar": (lambda: RankAtMost(beta, 1), "write a matrix"),
    "order of matrices": (lambda: at_most(X, X), "write a number"),
    "fold that does not chain": (
        lambda: equal(fold(H * W[l].T, H, X, l, 1, L), y), "shapes do not fit"),
    "fold from the wrong start": (lambda: equal(fold(H * W[l], H, C, l, 1, L), y), "shapes do not fit in the start"),
    "fold that skips a layer": (lambda: equal(fold(H * W[l], H, X, l, 2, L), y), "shapes do not fit in the start"),
    "fold over a number": (lambda: fold(beta, beta, X, l, 1, L), "runs over a matrix"),
    "fold without an index": (lambda: fold(H * W[1], H, X, 1, 1, L), "index of a fold is a symbol"),
    "fold to a matrix": (lambda: equal(fold(H * W[l], H, X, l, 1, X), y), "write a number"),
    "sum of matrices": (lambda: at_most(total(W[l], l, 1, L), 1), "write a number"),
    "sum without an index": (lambda: total(norm(y), 2, 1, L), "index of a sum is a symbol"),
    "layer of a matrix": (lambda: layer(X, 1), r"make one with family\("),
    "optimum of a number": (lambda: optimum(beta), "write optimum"),
    "supremum over an expression": (lambda: supremum(norm(u), over=2 * u), "write over=u"),
    "supremum, one constraint": (lambda: supremum(norm(u), over=u, subject_to=at_most(norm(u), 1)), "write subject_to"),
    "supremum, Eq": (lambda: supremum(norm(u), over=u, subject_to=[Eq(norm(u), 1)]), "write at_most"),
    "supremum of a matrix": (lambda: at_most(supremum(u, over=u), 1), "write a number"),
    "bound and free index": (lambda: at_most(total(frobenius(W[l]), l, 1, L), l), "l is bound .* rename one"),
    "free and bound index": (lambda: at_most(l, total(frobenius(W[l]), l, 1, L)), "l is bound .* rename one"),
    "bound twice": (lambda: at_most(total(total(norm(y), l, 1, 2), l, 1, 2), 1), "l is bound .* rename one"),
    "bound hidden layer": (lambda: equal(fold(H * W[l], H, X, l, 1, L) + H, y), "shapes do not fit|H is bound"),
    "one name, two shapes": (lambda: at_most(norm(y), norm(vector("y", d))), "y names two symbols"),
    "one name, two kinds": (lambda: at_most(norm(y), scalar("y")), "y names two symbols"),
    "no variables": (lambda: Minimize(norm(y), over=[], subject_to=[at_most(norm(y), 1)]), "write over="),
    "one variable": (lambda: Minimize(norm(y), over=y), r"write over=\[…\]"),
    "variable twice": (lambda: Minimize(norm(y), over=[y, y]), "write each once"),
    "variable expression": (lambda: Minimize(norm(y), over=[2 * y]), "write the symbols"),
    "constraint alone": (lambda: Minimize(norm(y), over=[y], subject_to=equal(y, z)), r"write subject_to=\[…\]"),
    "constraint Eq": (lambda: Minimize(norm(y), over=[y], subject_to=[Eq(norm(y), 1)]), "write equal"),
    "constraint rank": (lambda: Minimize(norm(y), over=[y], subject_to=[RankAtMost(y, 1)]), "write equal"),
    "objective None": (lambda: Minimize(None, over=[y]), "write an expression"),
    "objective float": (lambda: Minimize(0.5, over=[y]), "write Rational"),
    "name with a space": (lambda: scalar("a b"), "is not a name"),
    "name with two subscripts": (lambda: matrix("W_1_2", n, d), "at most one subscript"),
    "name that starts with a digit": (lambda: vector("1x", n), "is not a name"),
    "empty name": (lambda: dimension(""), "is not a name"),
    "number as a name": (lambda: dimension(3), "is not a name"),
    "family name": (lambda: family("W-1", depth=L, inputs=d), "is not a name"),
    "negative size": (lambda: matrix("A", -1, 2), "cannot have the shape"),
    "fractional size": (lambda: matrix("A", Rational(1, 2), 2), "cannot have the shape"),
    "float size": (lambda: vector("A", 1.5), "write Rational"),
    "string size": (lambda: vector("A", "n"), "write scalar"),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_an_ill_formed_expression_is_refused(name):
    make, match = EXPRESSIONS[name]

    def define():
        made = make()
        return theorem(made) if isinstance(made, (bool, Relation)) or not isinstance(made, sympy.MatrixExpr) else made

    refused(define, match)


def test_positions_are_not_taken_for_keywords():
    for misuse in (
        lambda: Minimize(norm(y), [y]),
        lambda: supremum(norm(u), u),
        lambda: Theorem("A theorem", [equal(y, y)]),
        lambda: family("W", L, d),
        lambda: WeakDuality(primal, dual, GapIdentity()),
        lambda: OptimalValue(primal, norm(y), "value"),
    ):
        with pytest.raises(TypeError, match="positional"):
            misuse()


def test_a_relation_has_no_truth_value():
    with pytest.raises(TypeError, match="a relation is a statement"):
        bool(equal(y, z))


@pytest.mark.parametrize("make", [lambda: X + 1, lambda: X * u + 1, lambda: norm(y) / y, lambda: X <= X], ids=range(4))
def test_what_sympy_itself_refuses_is_refused(make):
    with pytest.raises((TypeError, NotImplementedError)):
        make()


def test_a_citation_is_one_line():
    assert str(Citation("A. Author", "Title", 2020).at("Theorem 1")) == "A. Author, Title (2020), Theorem 1"
