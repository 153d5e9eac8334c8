"""Steps of chains made from lemmas: what is substituted where, under which name and which conditions."""

import pytest
import sympy

from checker.statement import (
    GapIdentity,
    Holds,
    Identity,
    Maximize,
    Minimize,
    Nonnegative,
    OptimalValue,
    StatementError,
    Theorem,
    WeakDuality,
    affine,
    at_most,
    dimensions,
    dot,
    equal,
    every,
    family,
    frobenius,
    instance,
    less,
    matrix,
    powered,
    scalar,
    spectral,
    summed,
    total,
    vector,
)
from theorems import deep_linear, lemmas

n, d, m, L, j = dimensions("n d m L j")
l = dimensions("l")[0]  # noqa: E741 - the layer
X, V, lam = matrix("X", n, d), matrix("V", d, 1), vector("lambda", n)
t, c, u = scalar("t"), scalar("c"), scalar("u")


def lemma(relation, **options) -> Theorem:
    return Theorem(title="A lemma of this test", claims=[Holds(relation, name="first", **options)])


def test_expressions_stand_in_place_of_the_symbols_and_the_name_is_that_of_the_library():
    step = instance(lemmas.cauchy_schwarz, {lemmas.A: X.T * lam, lemmas.B: V})
    assert step.relation == at_most(dot(X.T * lam, V), frobenius(X.T * lam) * frobenius(V))
    assert (step.by, step.conditions, step.inside) == ("lemmas/cauchy-schwarz", (), None)


def test_symbols_that_are_left_out_stand_for_themselves():
    assert instance(lemmas.cauchy_schwarz).relation == lemmas.cauchy_schwarz.claims[0].relation


def test_products_of_products_are_written_as_an_author_multiplies():
    step = instance(lemmas.projection, {lemmas.W: X.T * lam})
    products = [node for node in sympy.preorder_traversal(step.relation) if isinstance(node, sympy.MatMul)]
    assert products
    assert not any(isinstance(factor, sympy.MatMul) for node in products for factor in node.args)


def test_one_claim_of_several_is_named():
    chosen = {lemmas.V: deep_linear.W}
    sums = instance(lemmas.schatten_factorisation, chosen, claim="sum-of-squares")
    powers = instance(lemmas.schatten_factorisation, chosen, claim="sum-of-powers")
    assert sums.relation != powers.relation
    assert instance(lemmas.schatten_factorisation, chosen).relation == sums.relation
    for name in ("sum-of-cubes", "Sum-of-squares"):
        with pytest.raises(StatementError, match="claims no relation"):
            instance(lemmas.schatten_factorisation, chosen, claim=name)


def test_a_claim_that_is_no_relation_is_no_lemma():
    statement = Theorem(title="t", claims=[Identity(equal(c + t, t + c), name="first")])
    with pytest.raises(StatementError, match="claims no relation"):
        instance(statement)
    with pytest.raises(StatementError, match="claims no relation"):
        instance(deep_linear.strong_duality, claim="optimal-value")
    assert any(isinstance(c, OptimalValue) and c.name == "optimal-value" for c in deep_linear.strong_duality.claims)


def test_what_a_lemma_assumes_and_what_its_claim_presupposes_become_conditions():
    bounded = Theorem(
        title="t", given=[Nonnegative(c)], claims=[Holds(at_most(c * t, c * u), when=[at_most(t, u)], name="first")]
    )
    step = instance(bounded, {c: frobenius(X), t: spectral(X), u: frobenius(X)})
    assert step.conditions == (at_most(0, frobenius(X)), at_most(spectral(X), frobenius(X)))
    assert summed(step, j, 1, n).conditions == tuple(every(condition, j, 1, n) for condition in step.conditions)


def test_a_multiple_asks_for_a_factor_that_is_not_negative_and_a_power_for_sides_that_are_not():
    step = instance(lemma(at_most(t, u)))
    scaled = affine(step, times=c, plus=7)
    assert scaled.relation == at_most(c * t + 7, c * u + 7)
    assert scaled.conditions == (at_most(0, c),)
    turned = affine(step, times=-2, plus=c)
    assert turned.relation == at_most(c - 2 * u, c - 2 * t)
    assert turned.conditions == (at_most(0, 2),)
    raised = powered(step, c)
    assert raised.relation == at_most(t**c, u**c)
    assert raised.conditions == (at_most(0, t), less(0, c))
    added = summed(step, j, 1, n)
    assert added.relation == at_most(total(t, j, 1, n), total(u, j, 1, n))


W = family("W", depth=L, inputs=d)


@pytest.mark.parametrize("substitution", [{c: l}, {L: l}], ids=str)
def test_a_symbol_that_the_lemma_binds_is_not_captured(substitution):
    body = total(frobenius(W[l]), l, 1, L)
    with pytest.raises(StatementError, match="l is bound"):
        instance(lemma(at_most(c * body, c * body + c)), substitution)


def test_a_symbol_that_occurs_inside_a_sum_alone_is_not_captured_either():
    sums = (total(c * frobenius(W[l]) + more, l, 1, L) for more in (0, 1))
    with pytest.raises(StatementError, match="l is bound"):
        instance(lemma(at_most(*sums)), {c: l})


def test_a_gap_identity_may_speak_of_layers():
    primal, dual = Minimize(frobenius(W[1]) ** 2, over=[W]), Maximize(-(u**2), over=[u])
    Theorem(title="t", claims=[WeakDuality(primal, dual, by=GapIdentity(squares=((1, W[1]), (1, u))))])


def test_a_layer_of_a_given_hidden_width_fits_a_matrix_of_that_width():
    U, A = family("U", depth=3, inputs=d, hidden=m), matrix("A", m, n)
    Theorem(title="t", claims=[Holds(at_most(0, frobenius(U[1] * A)))])
