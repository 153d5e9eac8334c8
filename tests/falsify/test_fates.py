"""What becomes of mutants: a check that cannot fail has survivors, one that can refutes them."""

from collections import Counter

import pytest

from checker.falsify.fates import Attack, attacked_mutants
from checker.falsify.mutants import mutants_of
from checker.falsify.original import Original
from checker.statement import (
    Chain,
    Holds,
    InRange,
    Maximize,
    Minimize,
    Nonnegative,
    Step,
    Theorem,
    WeakDuality,
    absolute,
    at_least,
    at_most,
    dimensions,
    dot,
    equal,
    less,
    matrix,
    norm,
    norm1,
    rank,
    relu,
    scalar,
    vector,
)
from checker.statement.text import text
from tests.kernel.theorems import two_layer

n, d = dimensions("n d")
A, X = matrix("A", n, d), matrix("X", n, d)
x, y, w, lam = vector("x", n), vector("y", n), vector("w", d), vector("lambda", n)
t, beta = scalar("t"), scalar("beta")
WITNESS = "theorems.witnesses.two_layer_linear:least_norm_network"


def fates(theorem, cases=6, digits=20) -> list:
    return list(attacked_mutants(theorem, cases=cases, digits=digits, seed=0))


def of(theorem, after, cases=6):
    """What becomes of the mutant with a formula."""
    altered = next(mutant for mutant in mutants_of(theorem) if text(mutant.formulas[1]) == after)
    return Attack(Original(theorem, cases=cases, digits=20, seed=0), altered).fate()


def claiming(*relations, **options):
    return Theorem(title="Claims", claims=[Holds(r, name=f"claim-{i}") for i, r in enumerate(relations)], **options)


def test_a_claim_that_cannot_fail_has_survivors_only():
    # True for every number, whatever stands in it: the check says nothing.
    vacuous = claiming(at_least(absolute(norm(x) - t), 0))
    assert {mutant.fate for mutant in fates(vacuous) if mutant.change == "a norm"} == {"survived"}


def test_a_claim_that_is_too_weak_has_survivors():
    weak, sharp = claiming(at_most(norm(x), 5 * norm1(x))), claiming(equal(norm(x) ** 2, dot(x, x)))
    survivors = [mutant.after.text for mutant in fates(weak) if mutant.fate == "survived"]
    assert "‖x‖₂ ≤ 10·‖x‖₁" in survivors
    assert "‖x‖₂ ≤ 5·‖x‖₂" in survivors
    assert not [mutant for mutant in fates(sharp) if mutant.fate == "survived" and mutant.change != "a relation"]


def test_a_survivor_held_on_more_datasets_than_the_others_were_decided_on():
    found = of(claiming(at_most(norm(x), 5 * norm1(x))), "‖x‖₂ ≤ 10·‖x‖₁")
    assert (found.fate, found.cases, found.counterexample) == ("survived", 24, None)


def test_a_refuted_mutant_comes_with_a_dataset_on_which_the_statement_holds():
    found = of(claiming(at_most(norm(x), norm1(x))), "‖x‖₁ < ‖x‖₂")
    assert (found.fate, found.claim) == ("refuted", "claim-0")
    assert (found.counterexample.left, found.counterexample.right) == ("1", "1")
    assert found.counterexample.dataset["x"] == [["1"]]


@pytest.mark.parametrize(
    ("statement", "after"),
    [
        (equal(rank(A), rank(A.T)), "rank(A) = rank(A)"),
        (at_most(norm(x + y) ** 2, 5), "‖−x − y‖₂² ≤ 5"),
    ],
)
def test_a_mutant_that_says_the_same_is_equivalent(statement, after):
    found = [mutant for mutant in fates(claiming(statement)) if mutant.after.text == after]
    assert {mutant.fate for mutant in found} <= {"equivalent"}


def test_a_rectifier_of_what_is_not_negative_changes_nothing():
    theorem = claiming(equal(dot(relu(x), relu(-x)), 0), given=[Nonnegative(x)])
    found = of(theorem, "xᵀ(−x)₊ = 0")
    assert found.fate == "equivalent"
    assert "exact evaluation" in found.reason


def test_a_larger_dual_ball_is_refuted_by_small_integers():
    found = of(two_layer(witness=WITNESS), "‖Xᵀ λ‖₂ ≤ 2")
    assert (found.change, found.fate) == ("a constant", "refuted")
    dataset = found.counterexample.dataset
    entries = [entry for name in ("X", "y") for row in dataset[name] for entry in row]
    assert all(abs(int(entry)) <= 3 for entry in entries)


def test_a_mutant_whose_proof_no_longer_fits_can_never_pass():
    found = of(two_layer(witness=WITNESS), "‖W₁‖_F² + ‖w₂‖₂²/2")
    assert found.fate == "uncertified"
    assert "the gap identity fails" in found.reason


def test_a_pair_that_nothing_proves_is_still_judged():
    # A chain that begins with another objective does not make the mutant vanish.
    P = Minimize(norm(w) ** 2, over=[w], subject_to=[equal(X * w, y)], name="P")
    D = Maximize(2 * dot(lam, y) - norm(X.T * lam) ** 2, over=[lam], name="D")
    step = Step(at_most(2 * dot(lam, y) - norm(X.T * lam) ** 2, norm(w) ** 2))
    theorem = Theorem(
        title="Least norm",
        given=[InRange(y, X)],
        claims=[WeakDuality(P, D, by=Chain((step,)))],
        witness=lambda data: {"w": data["X"].T * 0 * data["y"], "lambda": data["y"] * 0},
    )
    counts = Counter(mutant.fate for mutant in fates(theorem, cases=4) if mutant.place == "D")
    assert sum(counts.values()) > 5


def test_the_same_seed_gives_the_same_fates():
    theorem = claiming(at_most(norm(x), norm1(x)), less(0, t**2 + 1))
    assert fates(theorem) == fates(theorem)
