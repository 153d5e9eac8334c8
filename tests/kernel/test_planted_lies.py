"""Lies that miss the truth by little: none is ever held, beyond what a claim promises, and no truth is refuted."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest
from flint import fmpq, fmpq_mat

from checker.kernel.case import Case
from checker.kernel.decide import Outcome
from checker.kernel.evaluate import Machine
from checker.kernel.program import ProgramError
from checker.statement import (
    ForEveryOptimum,
    GapIdentity,
    Infeasible,
    Maximize,
    Minimize,
    Positive,
    RankAtMost,
    Rational,
    Relation,
    SomeOptimum,
    StrongDuality,
    Theorem,
    Vanishing,
    WeakDuality,
    absolute,
    at_most,
    define,
    dimensions,
    equal,
    frobenius,
    matrix,
    norm,
    nuclear,
    ones,
    scalar,
    schatten,
    sigmoid,
    sign,
    spectral,
    sqrt,
    vector,
)
from tests.kernel import lies_of_networks as networks
from tests.kernel import lies_of_optima as optima
from tests.kernel import lies_of_relations as relations
from tests.kernel import lies_of_uniqueness as uniqueness
from tests.kernel.lies import EXPONENTS, Planted, drawn_miss
from tests.kernel.lies_of_optima import HEPTAGON
from tests.kernel.theorems import decide
from tests.kernel.values import truth

KINDS = {
    "numbers": (relations.number, 8),
    "matrices": (relations.matrices, 2),
    "predicates": (relations.predicate, 3),
    "a pair": (optima.of_the_pair, 5),
    "a constraint": (optima.of_a_constraint, 2),
    "a norm": (optima.of_a_norm, 2),
    "a lemma": (optima.of_a_lemma, 1),
    "an identity": (optima.of_an_identity, 1),
    "vanishing": (networks.of_vanishing, 1),
    "a range": (networks.of_a_range, 1),
    "uniqueness": (uniqueness.of_uniqueness, 2),
}
DRAWN = [kind for kind, (_, weight) in KINDS.items() for _ in range(weight)]


def drawn(source: Random) -> Planted:
    """A claim of a random kind that is true or misses by a random little."""
    return KINDS[source.choice(DRAWN)][0](source, drawn_miss(source))


@pytest.mark.parametrize("part", range(8))
def test_no_lie_of_two_thousand_is_accepted(part: int) -> None:
    source = Random(f"lies/{part}")
    complaints = [planted.complaint() for planted in (drawn(source) for _ in range(250))]
    assert [complaint for complaint in complaints if complaint] == []


@pytest.mark.slow
@pytest.mark.parametrize("part", range(100))
def test_no_lie_of_a_hundred_thousand_is_accepted(part: int) -> None:
    source = Random(f"many lies/{part}")
    for _ in range(1000):
        assert drawn(source).complaint() == ""


def test_lies_of_every_kind_are_drawn_and_refuted_and_truths_are_held() -> None:
    source, said = Random("kinds"), Counter[tuple[str, bool, str]]()
    for kind, (draw, _) in KINDS.items():
        for _ in range(25):
            planted = draw(source, drawn_miss(source))
            said[kind, planted.true, planted.outcome().verdict] += 1
    for kind in KINDS:
        assert said[kind, True, "holds"] > 0
        assert said[kind, False, "refuted"] + said[kind, False, "undecided"] > 0
        assert said[kind, True, "refuted"] == 0


# Each of the following was accepted once.

n, d, m = dimensions("n d m")
A, B, v = matrix("A", n, n), matrix("B", n, n), vector("v", n)
c, p, u, w, lam = scalar("c"), scalar("p"), scalar("u"), scalar("w"), scalar("lambda")


@pytest.mark.parametrize("exponent", EXPONENTS)
@pytest.mark.parametrize("more", [1, 2])
def test_a_summand_that_occurs_twice_on_one_side_is_left_out_once(exponent: int, more: int) -> None:
    larger = HEPTAGON * (1 + fmpq(1, 10**exponent))
    left = define("a", nuclear(A)) + more * nuclear(A)
    values = {"A": larger, "B": HEPTAGON, "n": 3}
    assert truth(at_most(left, more * nuclear(A) + nuclear(B)), **values) is False
    assert truth(at_most(more * nuclear(A) + nuclear(B), left), **values) is True


@pytest.mark.parametrize("exponent", [1, 45, 49, 51])
def test_matrices_of_balls_that_are_apart_are_seen_to_be(exponent: int) -> None:
    values = {"v": fmpq_mat(2, 1, [1, 2]), "n": 2, "p": 1 + fmpq(1, 10**exponent)}
    assert truth(equal(sigmoid(v), sigmoid(p * v)), **values) is False


def test_multiples_of_a_matrix_by_two_roots_are_equal_only_if_exactly() -> None:
    almost = fmpq(10**60, 10**60 + 1)
    assert truth(equal(sqrt(p) * A, sqrt(c) * A), A=HEPTAGON, n=3, p=fmpq(2), c=2 * almost) is False
    assert truth(equal(sqrt(p) * A, sqrt(c) * A), A=HEPTAGON, n=3, p=fmpq(2), c=fmpq(8)) is False
    assert truth(equal(2 * sqrt(p) * A, sqrt(c) * A), A=HEPTAGON, n=3, p=fmpq(2), c=fmpq(8)) is True
    assert truth(equal(sqrt(p) * A, sqrt(c) * A), A=fmpq_mat(3, 3), n=3, p=fmpq(2), c=fmpq(3)) is True


def test_a_bound_of_a_rank_that_is_no_integer_is_compared_like_any_number() -> None:
    values = {"A": fmpq_mat(2, 2, [1, 1, 1, 1]), "n": 2, "c": fmpq(2), "p": fmpq(3)}
    one = (sqrt(c) + sqrt(p)) ** 2 - 2 * sqrt(c * p) - 4
    assert truth(RankAtMost(A, one), **values) is None
    assert truth(RankAtMost(A, one + Rational(1, 10**10)), **values) is True
    assert truth(RankAtMost(A, sqrt(c)), **values) is True
    assert truth(RankAtMost(A, 1 / sqrt(c)), **values) is False
    assert truth(RankAtMost(A, -p), **values) is False


quadratic = Minimize(w**2 + c, over=[w])
bound = Maximize(c - lam**2, over=[lam])
squares = GapIdentity(squares=((1, w), (1, lam)))
JUMPS = [at_most(1, w / absolute(w)), at_most(c, 1 / w), at_most(1, w**0 * w / sqrt(w**2))]


def claimed(*claims: Any, pair: Any = (quadratic, bound, squares)) -> Theorem:
    return Theorem(title="Planted", given=[Positive(c)], claims=[WeakDuality(*pair[:2], by=pair[2]), *claims])


@pytest.mark.parametrize("relation", JUMPS, ids=str)
def test_networks_near_an_optimum_show_nothing_that_jumps_there(relation: Relation) -> None:
    theorem = claimed(SomeOptimum(quadratic, relation, name="some"))
    point = {"w": fmpq(1, 10**30), "lambda": fmpq(0)}
    assert decide(theorem, [point], data={"c": fmpq(1)})["some"].verdict == "undecided"


@pytest.mark.parametrize("form", [lambda x: equal(sign(x), ones(n, 1)), lambda x: equal(schatten(x, -1), norm(x))])
def test_signs_and_negative_norms_jump_at_zero(form: Any) -> None:
    primal = Minimize(norm(v) ** 2 + c, over=[v])
    pair = (primal, bound, GapIdentity(squares=((1, v), (1, lam))))
    theorem = claimed(SomeOptimum(primal, form(v), name="some"), pair=pair)
    point = {"v": fmpq_mat(1, 1, [fmpq(1, 10**30)]), "lambda": fmpq(0)}
    assert decide(theorem, [point], data={"c": fmpq(1), "n": 1})["some"].verdict == "undecided"


@pytest.mark.parametrize("met", [True, False])
def test_where_zero_is_not_seen_to_be_feasible_nothing_vanishes_or_not(met: bool) -> None:
    # Feasible at zero by two sums of balls that are equal.
    tied = at_most(nuclear(A) + spectral(A) + w, spectral(B) + nuclear(B))
    primal = Minimize(w**2 + c, over=[w], subject_to=[tied])
    claim = Vanishing(primal, at_most(1, p), weight=1, size=lam, name="vanishing")
    data = {"A": HEPTAGON, "B": HEPTAGON.transpose(), "n": 3, "c": fmpq(1), "p": fmpq(int(met))}
    point = {"w": fmpq(-1, 10**30), "lambda": fmpq(0)}
    outcome = decide(claimed(claim, pair=(primal, bound, squares)), [point], data=data)["vanishing"]
    assert outcome.verdict == "undecided"


W, Z, Lam = matrix("W", n, d), matrix("Z", n, d), matrix("Lambda", n, d)


@pytest.mark.parametrize(("most", "verdict"), [(7, "refuted"), (8, "refuted"), (9, "holds"), (m + 8, "holds")])
def test_a_bound_of_a_rank_beyond_the_shapes_of_trials_is_no_identity(most: Any, verdict: str) -> None:
    primal, dual = Minimize(frobenius(W - Z) ** 2 / 2, over=[W]), Maximize(-(frobenius(Lam) ** 2) / 2, over=[Lam])
    gap = GapIdentity(squares=((Rational(1, 2), W - Z), (Rational(1, 2), Lam)))
    claims = [WeakDuality(primal, dual, by=gap), ForEveryOptimum(primal, RankAtMost(W, most), name="rank")]
    eye = fmpq_mat(9, 9, [int(i == j) for i in range(9) for j in range(9)])
    points = [{"W": eye, "Lambda": eye * 0}, {"W": eye * 2, "Lambda": eye * 0}]
    data = {"n": 9, "d": 9, "Z": eye} | ({"m": 1} if most == m + 8 else {})
    outcome = decide(Theorem(title="Planted", claims=claims), points, data=data)["rank"]
    assert (outcome.verdict, outcome.evidence) == (verdict, "exact" if verdict == "refuted" else "sampled")


@pytest.mark.parametrize("claim", [ForEveryOptimum, SomeOptimum])
def test_optima_of_a_problem_do_not_determine_the_variables_of_another(claim: Any) -> None:
    other = WeakDuality(Minimize(u**2, over=[u]), bound, name="other")
    theorem = claimed(other, claim(quadratic, equal(u, 5), name="foreign"))
    points = [{"w": fmpq(0), "lambda": fmpq(0), "u": fmpq(5)}, {"w": fmpq(1), "u": fmpq(5)}]
    assert decide(theorem, points, data={"c": fmpq(1)})["foreign"].verdict == "undecided"


def test_that_the_primal_is_feasible_says_nothing_of_the_dual() -> None:
    primal = Minimize(-w, over=[w], subject_to=[at_most(0, w)])
    empty = Maximize(c, over=[lam], subject_to=[at_most(lam, -1), at_most(0, lam)])
    theorem = Theorem(title="Planted", claims=[WeakDuality(primal, empty), Infeasible(empty, name="empty")])
    assert decide(theorem, [{"w": fmpq(1)}], data={"c": fmpq(0)})["empty"].verdict == "undecided"


# Programs that no theorem compiles to.


def program() -> dict[str, Any]:
    copied: dict[str, Any] = claimed(StrongDuality(quadratic, bound)).program
    return copied


def as_decided(changed: dict[str, Any], points: list[dict[str, Any]]) -> dict[str, Outcome]:
    from checker.kernel.decide import decide as decided

    return decided(Case(Machine(changed), {"c": fmpq(1)}, points, 50))


@pytest.mark.parametrize("text", ["1/-2", " -1", "+1", "00", "0/5", "2/4", "-0", "1_0", "1e1", "١"])
def test_a_rational_has_one_way_to_be_written(text: str) -> None:
    code = [["rational", text] if instruction[0] == "rational" else instruction for instruction in program()["code"]]
    with pytest.raises((ProgramError, ValueError)):
        Machine({**program(), "code": code})


def test_two_claims_of_one_name_are_refused() -> None:
    claims = program()["claims"]
    with pytest.raises(ProgramError, match="one name"):
        Machine({**program(), "claims": [*claims, {**claims[0], "kind": "relation"}]})


def test_a_claim_on_a_problem_of_no_such_pair_is_refused() -> None:
    found = program()
    claim = {"name": "point", "kind": "optimal-point", "when": [], "pair": 0, "problem": 5, "point": {}, "text": ""}
    with pytest.raises(ProgramError, match="its pair does not have"):
        Machine({**found, "claims": [*found["claims"], claim]})


def test_strong_duality_between_numbers_that_are_no_optima_is_not_infinite() -> None:
    found = program()
    code = [*found["code"], ["rational", "1"], ["rational", "0"]]
    wrong = {"kind": "at_most", "sides": [len(code) - 2, len(code) - 1], "text": "1 ≤ 0"}
    claims = [found["claims"][0], {**found["claims"][1], "relation": wrong}]
    outcomes = as_decided({**found, "code": code, "claims": claims}, [{"w": fmpq(0), "lambda": fmpq(0)}])
    assert outcomes["strong-duality"].verdict == "refuted"
