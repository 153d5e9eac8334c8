"""What becomes of mutants: a check that cannot fail has survivors, one that can refutes them."""

from collections import Counter

import pytest
from flint import fmpq_mat

from checker.datasets.dataset import Dataset
from checker.falsify.equivalence import equivalence, scaled
from checker.falsify.fates import Attack, attacked_mutants, stale
from checker.falsify.mutants import mutants_of
from checker.falsify.original import Original
from checker.statement import (
    Chain,
    Holds,
    InRange,
    Maximize,
    Minimize,
    Nonnegative,
    Relation,
    StatementError,
    Step,
    Theorem,
    WeakDuality,
    absolute,
    at_least,
    at_most,
    diagonal,
    dimensions,
    dot,
    equal,
    family,
    fold,
    frobenius,
    layer,
    less,
    matrix,
    norm,
    norm1,
    norm_inf,
    nuclear,
    ones,
    rank,
    relu,
    scalar,
    sign,
    spectral,
    total,
    vector,
)
from checker.statement.text import text
from tests.kernel.theorems import two_layer

n, d = dimensions("n d")
A, B, X = matrix("A", n, d), matrix("B", n, d), matrix("X", n, d)
x, y, w, lam = vector("x", n), vector("y", n), vector("w", d), vector("lambda", n)
t, beta = scalar("t"), scalar("beta")
WITNESS = "theorems.witnesses.two_layer_linear:least_norm_network"


def fates(theorem, cases=4, digits=20) -> list:
    return list(attacked_mutants(theorem, cases=cases, digits=digits, seed=0))


def of(theorem, after, cases=6):
    """What becomes of the mutant with a formula."""
    altered = next(mutant for mutant in mutants_of(theorem) if text(mutant.formulas[1]) == after)
    return Attack(Original(theorem, cases=cases, digits=20, seed=0), altered).fate()


def claiming(*relations, **options):
    return Theorem(title="Claims", claims=[Holds(r, name=f"claim-{i}") for i, r in enumerate(relations)], **options)


def test_a_claim_that_cannot_fail_has_survivors():
    # True for every number, whatever stands in it: the check says nothing.
    vacuous = claiming(at_least(absolute(norm(x) - t), 0))
    found = of(vacuous, "0 ≤ |‖x‖₁ − t|", cases=2)
    assert (found.fate, found.reason) == ("survived", "")


def test_a_claim_that_is_too_weak_has_survivors_and_a_sharp_one_has_none():
    weak, sharp = claiming(at_most(norm1(x), 99 * n * norm(x))), claiming(equal(norm(x) ** 2, dot(x, x)))
    found = of(weak, "‖x‖₁ ≤ 99·n·‖x‖₂/2", cases=2)
    assert (found.fate, found.reason) == ("survived", "")
    assert not [m for m in fates(sharp) if m.fate == "survived" and not m.reason]


def test_a_survivor_held_on_more_datasets_than_the_others_were_decided_on():
    found = of(claiming(at_most(norm1(x), 99 * n * norm(x))), "‖x‖₁ ≤ 99·n·‖x‖₂/2", cases=2)
    assert found.cases > 8
    assert found.counterexample is None


def test_what_says_less_survives_with_its_reason():
    found = of(claiming(at_most(norm(x + y), norm(x) + norm(y))), "‖x + y‖₂ ≤ ‖x‖₁ + ‖y‖₂", cases=2)
    assert (found.fate, found.reason) == ("survived", "weaker: ‖x‖₂ + ‖y‖₂ ≤ ‖x‖₁ + ‖y‖₂, as ‖x‖₂ ≤ ‖x‖₁")


def test_a_special_case_survives_with_its_reason():
    claim = at_most(-dot(x, y), norm(x) * norm(y))
    found = of(claiming(claim), "xᵀy ≤ ‖x‖₂·‖y‖₂", cases=2)
    assert (found.fate, found.reason.partition(":=")[0]) == ("survived", "it is the statement for x ")
    # By trials, and the reason says so: a norm is no polynomial.
    assert found.reason.startswith("it is the statement for x := −x: the two are equal by exact evaluation on ")
    # Of what is assumed to be nonnegative the opposite is no special case.
    found = of(claiming(claim, given=[Nonnegative(x), Nonnegative(y)]), "xᵀy ≤ ‖x‖₂·‖y‖₂", cases=2)
    assert (found.fate, found.reason) == ("survived", "")


def test_a_special_case_is_told_by_its_form_where_trials_could_not_tell_it_from_another():
    found = of(claiming(at_most(norm_inf(sign(x - y)), 1)), "‖sign(−y)‖_∞ ≤ 1", cases=2)
    assert (found.fate, found.reason) == ("survived", "it is the statement for x := 0")


def test_what_a_claim_presupposes_of_a_symbol_is_no_special_case():
    claim = Holds(at_most(-dot(x, y), norm(x) * norm(y)), when=[Nonnegative(x), Nonnegative(y)])
    found = of(Theorem(title="Claims", claims=[claim]), "xᵀy ≤ ‖x‖₂·‖y‖₂", cases=2)
    assert (found.fate, found.reason) == ("survived", "")


def test_what_a_sum_or_a_fold_binds_is_no_symbol_to_put_values_for():
    k, L = dimensions("k L")
    W = family("W", depth=L, inputs=n, outputs=n, hidden=n)
    H, S = matrix("H", n, W.width(k - 1)), matrix("S", n, n)
    network = fold(H * layer(W, k), H, S, k, 1, L)
    found = fates(claiming(at_most(0, total(norm(x) * k, k, 1, n) + frobenius(network))), cases=1)
    # A number that is at least zero is so in any norm: these mutants survive the trials, and are looked at as specials.
    assert "survived" in {mutant.fate for mutant in found}


def test_nothing_is_equivalent_by_no_trials():
    assert equivalence(norm(x), norm1(x), []) == ""
    assert equivalence(dot(x, y), dot(y, x), []) == ""


def test_formulas_that_agree_on_data_of_one_kind_are_tried_in_other_proportions():
    theorem = claiming(at_most(0, dot(x, y)), given=[Nonnegative(x)])
    alike = [Dataset({"n": 1, "x": fmpq_mat(1, 1, [100 + i]), "y": fmpq_mat(1, 1, [-1 - i])}) for i in range(12)]
    spread = [scaled(theorem, dataset) for dataset in alike]
    sums = dot(ones(n), relu(x + y)), dot(ones(n), x + y)
    assert equivalence(*sums, alike) != ""
    assert equivalence(*sums, [*alike, *spread]) == ""
    # What is assumed of a symbol stays true.
    assert [dataset["x"] for dataset in spread] == [dataset["x"] for dataset in alike]
    assert any(dataset["y"] != other["y"] for dataset, other in zip(spread, alike, strict=True))


def test_a_survivor_that_was_never_tried_does_not_say_that_it_holds():
    # Of the claim nothing is decided, as no data meet what it presupposes.
    never = Theorem(title="Never", claims=[Holds(at_most(norm(x), 1), when=[less(norm(x), 0)])])
    found = of(never, "‖x‖₂ < 1", cases=2)
    assert (found.fate, found.cases, found.reason) == ("survived", 0, "")
    assert "nothing was tried" in found.why


def test_a_survivor_that_another_claim_says_is_named():
    bound = norm(x) * norm(y)
    found = of(claiming(at_most(-dot(x, y), bound), at_most(dot(x, y), bound)), "xᵀy ≤ ‖x‖₂·‖y‖₂", cases=2)
    assert (found.fate, found.reason) == ("survived", "it is the claim claim-1 of the same theorem")


def test_a_survivor_has_the_reason_that_its_author_wrote_and_stale_reasons_are_found():
    bound, reasons = at_most(dot(x, y), norm(x) * norm(y)), {"−xᵀy ≤ ‖x‖₂·‖y‖₂": "so does −x"}
    opposite = claiming(at_most(-dot(x, y), norm(x) * norm(y)), also_true={text(bound): "so does −x"})
    found = of(opposite, text(bound), cases=2)
    assert (found.fate, found.reason) == ("survived", "so does −x")
    assert stale(opposite, [found]) == []
    assert stale(claiming(bound, also_true=reasons), [found]) == ["−xᵀy ≤ ‖x‖₂·‖y‖₂"]


def test_a_reason_that_is_wrong_hides_no_counterexample():
    false = "tr(Aᵀ B) ≤ σ_max(A)·σ_max(B)"
    found = of(claiming(at_most(dot(A, B), spectral(A) * nuclear(B)), also_true={false: "so it is believed"}), false)
    assert (found.fate, found.reason) == ("refuted", "")


def test_a_reason_for_what_is_visible_is_stale():
    doubled = "xᵀy ≤ 2·‖x‖₂·‖y‖₂"
    theorem = claiming(at_most(dot(x, y), norm(x) * norm(y)), at_most(dot(x, y), 2 * norm(x) * norm(y)))
    written = theorem.restated(also_true={"‖x‖₂·‖y‖₂ ≤ xᵀy": "no", doubled: "twice as much"})
    assert set(stale(written, fates(written))) == {"‖x‖₂·‖y‖₂ ≤ xᵀy", doubled}


def test_reasons_are_words():
    with pytest.raises(StatementError, match="why it holds"):
        claiming(at_most(t, t**2 + 1), also_true={"t ≤ 1": ""})


def test_an_inequality_that_random_data_satisfy_is_broken_by_a_search():
    found = of(claiming(at_most(dot(A, B), spectral(A) * nuclear(B))), "tr(Aᵀ B) ≤ σ_max(A)·σ_max(B)", cases=5)
    # On all forty that were drawn it holds.
    assert (found.fate, found.cases) == ("refuted", 41)


def test_a_refuted_mutant_comes_with_a_dataset_on_which_the_statement_holds():
    found = of(claiming(at_most(norm(x), norm1(x))), "‖x‖₁ < ‖x‖₂")
    assert (found.fate, found.claim) == ("refuted", "claim-0")
    assert (found.counterexample.left, found.counterexample.right) == ("1", "1")
    assert found.counterexample.dataset["x"] == [["1"]]


@pytest.mark.parametrize(
    ("statement", "after"),
    [
        (at_most(norm(-x) ** 2, dot(x, x)), "‖x‖₂² ≤ xᵀx"),
        (equal(rank(-A), rank(A.T)), "rank(A) = rank(Aᵀ)"),
    ],
)
def test_a_mutant_that_says_the_same_is_equivalent(statement, after):
    assert of(claiming(statement), after, cases=1).fate == "equivalent"


def test_a_positive_part_that_is_not_to_exceed_zero_says_what_the_number_does():
    bounded = Relation("nonnegative", -diagonal(y) * x)
    assert equivalence(bounded, Relation("nonnegative", -relu(diagonal(y) * x)), []) == (
        "a positive part is at most zero where the number is"
    )
    assert not equivalence(bounded, Relation("nonnegative", relu(diagonal(y) * x)), [])
    assert not equivalence(Relation("positive", -x), Relation("nonnegative", -relu(x)), [])


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
    theorem = claiming(at_most(norm(x), norm1(x)), equal(dot(x, y), dot(y, x)))
    assert fates(theorem, cases=2) == fates(theorem, cases=2)
