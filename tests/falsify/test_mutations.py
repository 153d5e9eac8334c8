"""Each kind of change finds its place; names, shapes and binders stay, and nothing ill-typed comes out."""

import pytest

from checker.falsify.mutants import mutants_of
from checker.statement import (
    Holds,
    Let,
    Maximize,
    Minimize,
    OptimalValue,
    RankAtMost,
    Rational,
    StrongDuality,
    Theorem,
    WeakDuality,
    at_most,
    define,
    dimension,
    dimensions,
    dot,
    entry,
    equal,
    every,
    family,
    fold,
    frobenius,
    less,
    matrix,
    maximum,
    norm,
    norm1,
    nuclear,
    optimum,
    relu,
    scalar,
    spectral,
    total,
    vector,
)
from checker.statement.text import text
from theorems.deep_linear import vector_output as deep
from theorems.two_layer_linear import strong_duality

n, d, L = dimensions("n d L")
l = dimension("l")  # noqa: E741 - the layer
X, S, w, y = matrix("X", n, d), matrix("S", d, d), vector("w", d), vector("y", n)
a, b = scalar("a"), scalar("b")


def changes(claim) -> set[tuple[str, str]]:
    theorem = Theorem(title="Mutated", claims=[claim])
    return {(mutant.change, text(mutant.formulas[1])) for mutant in mutants_of(theorem)}


FOUND = [
    (at_most(a, b), "a claim negated", "b < a"),
    (less(a, b), "a claim negated", "b ≤ a"),
    (equal(a, b), "a claim negated", "a − b ≠ 0"),
    (RankAtMost(X, 2), "a claim negated", "2 < rank(X)"),
    (at_most(a, b), "a relation", "b ≤ a"),
    (at_most(a, b), "a relation", "a = b"),
    (less(a, b), "a relation", "a ≤ b"),
    (at_most(a, 1), "a constant", "a ≤ 2"),
    (at_most(a, 1), "a constant", "a ≤ 1/2"),
    (at_most(a, 0), "a constant", "a ≤ 1"),
    (at_most(a, L * b / 2), "a constant", "a ≤ L·b/4"),
    (at_most(a, L * b / 2), "a factor", "a ≤ L·b"),
    (at_most(a, L * b / 2), "a factor", "a ≤ b/2"),
    (at_most(-a, b), "a factor", "a ≤ b"),
    (RankAtMost(X, 1), "a constant", "rank(X) ≤ 2"),
    (at_most(a, b**2), "an exponent", "a ≤ b³"),
    (at_most(a, b**2), "an exponent", "a ≤ b"),
    (at_most(a, b ** (2 / L)), "an exponent", "a ≤ b^(L/2)"),
    (at_most(a, b ** Rational(1, 2)), "an exponent", "a ≤ b"),
    (at_most(norm(w), a), "a norm", "‖w‖₁ ≤ a"),
    (at_most(norm1(w), a), "a norm", "‖w‖₂ ≤ a"),
    (at_most(nuclear(X), a), "a norm", "‖X‖_F ≤ a"),
    (at_most(spectral(X), a), "a norm", "‖X‖_F ≤ a"),
    (equal(S.T * w, w), "a transpose", "S w = w"),
    (equal(S * X.T * y, w), "a factor", "Xᵀ y = w"),
    (equal(relu(X * w), y), "a rectifier", "X w = y"),
    (equal(X * w, y), "a rectifier", "(X w)₊ = y"),
    (equal(X * S * w, y), "a rectifier", "(X S)₊ w = y"),
    (equal(X * w - y, y), "a summand", "X w = y"),
    (at_most(maximum(a, b), 1), "min and max", "−max(−a, −b) ≤ 1"),
]


@pytest.mark.parametrize(("claim", "change", "after"), FOUND, ids=lambda value: text(value))
def test_each_kind_of_change_finds_its_place(claim, change, after):
    assert (change, after) in changes(claim)


def test_a_relation_for_each_index_is_changed_inside():
    W = family("W", depth=L, inputs=d)
    found = changes(every(RankAtMost(W[l], 1), l, 1, L))
    assert ("a constant", "rank(W[l]) ≤ 2 for l = 1…L") in found
    assert ("a claim negated", "1 < rank(W[l]) for l = 1…L") in found


def test_networks_of_any_depth_are_changed_in_their_body_alone():
    W, H = family("W", depth=L, inputs=d), matrix("H", n, family("W", depth=L, inputs=d).width(l - 1))
    network = fold(relu(H * W[l]), H, X, l, 1, L)
    found = changes(at_most(frobenius(network), 1))
    assert any(change == "a rectifier" for change, _ in found)
    assert all("l = 1…L" in after or "X W[1]⋯W[L]" in after for _, after in found)


def test_indices_and_the_ends_of_sums_stay():
    found = changes(at_most(total(entry(w, l + 1) ** 2, l, 2, d - 1), 1))
    assert all("w[l + 1]" in after and "l = 2…d − 1" in after for _, after in found)


@pytest.mark.parametrize("theorem", [strong_duality, deep], ids=["two layers", "any depth"])
def test_names_and_shapes_are_those_of_the_statement(theorem):
    symbols = theorem.program["symbols"]
    for mutant in mutants_of(theorem):
        assert set(mutant.theorem.program["symbols"]) <= set(symbols)


def test_a_norm_is_not_exchanged_for_one_that_is_the_same():
    found = [after for change, after in changes(at_most(frobenius(w), a)) if change == "a norm"]
    assert sorted(found) == ["‖w‖_∞ ≤ a", "‖w‖₁ ≤ a"]
    assert not [after for change, after in changes(at_most(spectral(w.T), a)) if change == "a norm"]


def test_what_is_ill_typed_is_no_mutant():
    # X.T without its transposition, and a product without one of its matrices, do not fit.
    assert {change for change, _ in changes(equal(X.T * y, w))} <= {"a rectifier", "a claim negated"}


def test_a_mutant_is_made_once_and_always_in_the_same_order():
    first, second = ([(m.change, m.part.name, *map(text, m.formulas)) for m in mutants_of(deep)] for _ in range(2))
    assert first == second
    assert len({(place, after) for _, place, _, after in first}) == len(first)


primal = Minimize(norm(w) ** 2 / 2, over=[w], subject_to=[equal(X * w, y)], name="P")
lam = vector("lambda", n)
dual = Maximize(dot(lam, y) - norm(X.T * lam) ** 2 / 2, over=[lam], name="D")


def of_a_pair():
    """The mutants of a theorem on one pair of problems."""
    claims = [
        WeakDuality(primal, dual),
        StrongDuality(primal, dual),
        OptimalValue(primal, norm(y) ** 2),
        Holds(less(0, optimum(primal)), name="positive"),
    ]
    return mutants_of(Theorem(title="Least norm", claims=claims))


def test_a_problem_is_changed_in_every_claim_that_shares_it():
    found = next(m for m in of_a_pair() if m.part.name == "P" and m.change == "an exponent")
    assert found.part.claims == {"weak-duality", "strong-duality", "optimal-value", "positive"}
    weak, strong, value, positive = found.theorem.claims
    changed = found.after
    assert weak.primal == strong.primal == value.problem == changed
    assert positive.relation == less(0, optimum(changed))
    assert weak.dual == strong.dual == dual


def test_a_problem_loses_one_constraint_at_a_time():
    found = [m.after for m in of_a_pair() if m.change == "a constraint"]
    assert found == [Minimize(norm(w) ** 2 / 2, over=[w], name="P")]


def test_strong_duality_and_values_have_their_relations_changed():
    found = {(m.part.name, text(m.formulas[1])) for m in of_a_pair()}
    assert ("strong-duality", "P* ≤ D*") in found
    assert ("optimal-value", "P* < ‖y‖₂²") in found
    assert ("optimal-value", "P* = ‖y‖₁²") in found


def test_a_mutant_of_one_claim_leaves_out_what_does_not_bear_on_it():
    two = Theorem(title="Two", claims=[Holds(at_most(a, b), name="first"), Holds(less(a, 1), name="second")])
    assert all(len(mutant.theorem.claims) == 1 for mutant in mutants_of(two))


def test_a_name_for_an_expression_is_dropped_where_that_changes():
    width = define("m", norm(w) ** 2)
    theorem = Theorem(title="Named", claims=[at_most(width, a)])
    found = {(text(m.formulas[0]), text(m.formulas[1])) for m in mutants_of(theorem)}
    assert ("‖w‖₂² ≤ a", "‖w‖₁² ≤ a") in found
    assert ("m ≤ a", "m < a") in found


def test_assumptions_titles_and_the_module_stay():
    theorem = Theorem(title="Kept", given=[Let(y, X * w)], claims=[equal(X * w, y)], note="a note")
    for mutant in mutants_of(theorem):
        assert mutant.theorem.given == theorem.given
        assert mutant.theorem.module == theorem.module == __name__
        assert (mutant.theorem.title, mutant.theorem.note) == ("Kept", "a note")
