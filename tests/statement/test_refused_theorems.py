"""Ill-formed claims and arguments are refused at definition, in one sentence that says what to write instead."""

import pytest

from checker.statement import (
    DistinctSorted,
    ForEveryOptimum,
    GapIdentity,
    Holds,
    Infeasible,
    InRange,
    Integral,
    Let,
    Maximize,
    Minimize,
    Nonnegative,
    Nonzero,
    OptimalPoint,
    OptimalValue,
    OutsideRange,
    Positive,
    RankAtMost,
    Residual,
    SizeAtMost,
    Slack,
    StrongDuality,
    Theorem,
    Vanishing,
    WeakDuality,
    Whitened,
    at_most,
    dot,
    equal,
    norm,
    optimum,
    pinv,
    zeros,
)
from checker.statement import Identity as IdentityClaim
from tests.statement.refusals import (
    W1,
    X,
    beta,
    d,
    dual,
    in_ball,
    interpolates,
    lam,
    m,
    n,
    primal,
    refused,
    theorem,
    u,
    w2,
    weak,
    y,
    z,
)


def test_what_the_table_below_varies_is_a_theorem():
    assert theorem().claims[0].name == "relation"
    assert [claim.name for claim in theorem(weak, StrongDuality(primal, dual)).claims] == [
        "weak-duality",
        "strong-duality",
    ]


CLAIMS = {
    "value without weak duality": (lambda: [OptimalValue(primal, norm(y))], "no WeakDuality.*state that first"),
    "value of another problem": (
        lambda: [weak, OptimalValue(Minimize(norm(z), over=[z]), norm(y))], "no WeakDuality"),
    "every optimum without weak duality": (lambda: [ForEveryOptimum(primal, RankAtMost(W1, 1))], "no WeakDuality"),
    "infeasible without weak duality": (lambda: [Infeasible(primal)], "no WeakDuality"),
    "strong without weak": (lambda: [StrongDuality(primal, dual)], "without WeakDuality.*state both"),
    "pair the wrong way round": (lambda: [WeakDuality(dual, primal)], "the primal of a pair is minimised"),
    "dual that is minimised": (lambda: [WeakDuality(primal, Minimize(norm(lam), over=[lam]))], "is maximised"),
    "not a problem": (lambda: [WeakDuality(norm(y), dual)], "write Minimize"),
    "value of a number": (lambda: [OptimalValue(norm(y), norm(y))], "write Minimize"),
    "value is a matrix": (lambda: [weak, OptimalValue(primal, pinv(X) * y)], "not a number"),
    "value is a float": (lambda: [weak, OptimalValue(primal, 0.5)], "write Rational"),
    "value is a problem": (lambda: [weak, OptimalValue(primal, dual)], "not a number"),
    "value in variables": (lambda: [weak, OptimalValue(primal, norm(w2))], "w₂, which is a variable"),
    "value is the objective": (lambda: [weak, OptimalValue(primal, primal.objective)], "which is a variable"),
    "point without formulas": (lambda: [weak, OptimalPoint(primal, {W1: zeros(d, m)})], "gives no formula for w_2"),
    "point of a stranger": (lambda: [weak, OptimalPoint(dual, {lam: y, z: y})], "z, which is not a variable"),
    "point of another shape": (lambda: [weak, OptimalPoint(dual, {lam: X})], "shapes do not fit in the formula for λ"),
    "point in itself": (lambda: [weak, OptimalPoint(dual, {lam: lam / norm(lam)})], "which is a variable"),
    "point as a list": (lambda: [weak, OptimalPoint(dual, [y])], "write point="),
    "variable in a relation": (lambda: [weak, at_most(norm(lam), norm(y))], "λ, which is a variable"),
    "variable in a condition": (lambda: [weak, Holds(equal(y, y), when=[Nonzero(lam)])], "λ, which is a variable"),
    "variable in vanishing": (
        lambda: [weak, Vanishing(primal, at_most(norm(lam), 1), weight=1, size=dot(lam, y))], "which is a variable"),
    "matrix weight": (lambda: [weak, Vanishing(primal, at_most(norm(y), 1), weight=X, size=1)], "not a number"),
    "inner variable": (
        lambda: [weak, at_most(optimum(Maximize(dot(z, y), over=[z], subject_to=[at_most(norm(z), 1)])), norm(z))],
        "z, which is a variable"),
    "identity of an inequality": (lambda: [IdentityClaim(at_most(norm(y), 1))], "write equal"),
    "not a relation": (lambda: [Holds(norm(y))], "write equal"),
    "condition that is no relation": (lambda: [Holds(equal(y, y), when=[norm(y)])], "write equal"),
    "condition alone": (lambda: [Holds(equal(y, y), when=Nonzero(y))], r"write when=\[…\]"),
    "one name twice": (lambda: [Holds(equal(y, y), name="a"), Holds(equal(z, z), name="a")], "a name of its own"),
    "name with a space": (lambda: [Holds(equal(y, y), name="a b")], "letters, digits and hyphens"),
    "name that is a number": (lambda: [Holds(equal(y, y), name=3)], "letters, digits and hyphens"),
    "identity that is none": (lambda: [WeakDuality(primal, dual, by=norm(y))], "write GapIdentity"),
    "square without a weight": (
        lambda: [WeakDuality(primal, dual, by=GapIdentity(squares=(W1,)))], r"write \(weight, expression\)"),
    "square with a matrix weight": (
        lambda: [WeakDuality(primal, dual, by=GapIdentity(squares=((W1, W1),)))], "not a number"),
    "square with a float": (
        lambda: [WeakDuality(primal, dual, by=GapIdentity(squares=((0.5, W1),)))], "write Rational"),
    "slack with a matrix": (
        lambda: [WeakDuality(primal, dual, by=GapIdentity(slacks=(Slack(w2, in_ball),)))], "not a number"),
    "residual of another shape": (
        lambda: [WeakDuality(primal, dual, by=GapIdentity(residuals=(Residual(w2, interpolates),)))],
        "shapes do not fit in the multiplier"),
    "not a claim": (lambda: [3], "write StrongDuality"),
    "no claims": (lambda: [], "claims nothing; give it claims="),
}  # fmt: skip


@pytest.mark.parametrize("name", CLAIMS)
def test_an_ill_formed_claim_is_refused(name):
    make, match = CLAIMS[name]
    refused(lambda: Theorem(title="A theorem", claims=make()), match)


ARGUMENTS = {
    "witness=3": (lambda: theorem(witness=3), "not a function .* nor 'module:function'"),
    "witness without a module": (lambda: theorem(witness="propose"), "nor 'module:function'"),
    "claims=relation": (lambda: Theorem(title="A theorem", claims=equal(y, y)), r"write claims=\[…\]"),
    "title=''": (lambda: theorem(title=" "), "write a sentence"),
    "title=3": (lambda: theorem(title=3), "write a sentence"),
    "source": (lambda: theorem(source="a book"), "write Citation"),
    "examples": (lambda: theorem(examples=["data.csv"]), "write Example"),
    "examples alone": (lambda: theorem(examples="data.csv"), r"write examples=\[…\]"),
    "given=[relation]": (lambda: theorem(given=[equal(y, z)]), "is not an assumption; write InRange"),
    "given=assumption": (lambda: theorem(given=Nonzero(y)), r"write given=\[…\]"),
    "two constructors": (
        lambda: theorem(given=[InRange(y, X), Let(y, X * u)]), "constructed by two assumptions.*single Let"),
    "cycle": (lambda: theorem(given=[Let(y, 2 * z), Let(z, 2 * y)]), "from each other; one of them must be free"),
    "cycle of one": (lambda: theorem(given=[Let(y, 2 * y)]), "from each other"),
    "assumption on a variable": (lambda: theorem(weak, given=[Nonzero(lam)]), "λ, which is a variable"),
    "boundary of a matrix": (lambda: theorem(boundaries={y: norm(y)}), "write {beta"),
    "boundary at a matrix": (lambda: theorem(boundaries={beta: y}), "write {beta"),
    "one boundary of two at a matrix": (lambda: theorem(boundaries={beta: (norm(y), y)}), "write {beta"),
    "boundaries as a list": (lambda: theorem(boundaries=[beta]), "write {beta"),
    "boundary at a variable": (lambda: theorem(weak, boundaries={beta: norm(lam)}), "which is a variable"),
    "in range of a number": (lambda: InRange(y, beta), "write matrix"),
    "in range of another size": (lambda: theorem(given=[InRange(y, X.T)]), "shapes do not fit"),
    "expression in range": (lambda: InRange(2 * y, X), "give that a name"),
    "number in range": (lambda: OutsideRange(beta, X), "write matrix"),
    "Let of another shape": (lambda: theorem(given=[Let(y, X)]), "shapes do not fit"),
    "Let float": (lambda: Let(beta, 0.5), "write Rational"),
    "Let expression": (lambda: Let(2 * beta, 1), "give that a name"),
    "positive expression": (lambda: Positive(2 * beta), "give that a name"),
    "nonnegative string": (lambda: Nonnegative("c"), "give that a name"),
    "whitened number": (lambda: Whitened(beta), "write matrix"),
    "sorted matrix": (lambda: theorem(given=[DistinctSorted(X)]), "shapes do not fit"),
    "integral number": (lambda: Integral(beta), "write matrix"),
    "size of a matrix": (lambda: SizeAtMost(n, X), r"write SizeAtMost\(n, d\)"),
}  # fmt: skip


@pytest.mark.parametrize("name", ARGUMENTS)
def test_an_ill_formed_argument_is_refused(name):
    refused(*ARGUMENTS[name])
