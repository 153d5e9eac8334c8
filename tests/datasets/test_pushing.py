"""Inequalities are tried where they have the least room, which data drawn at random seldom have."""

import checker
from checker.datasets.drawing import draw_datasets
from checker.datasets.pushing import LABEL, least_room
from checker.engine import Engine
from checker.kernel.evaluate import Machine
from checker.statement import (
    Holds,
    Nonzero,
    Theorem,
    at_most,
    dimensions,
    dot,
    equal,
    frobenius,
    less,
    matrix,
    norm,
    norm1,
    spectral,
    vector,
)

n, d = dimensions("n d")
A, B, x = matrix("A", n, d), matrix("B", n, d), vector("x", n)
TRIES = 250


def found(theorem, tries=60):
    return least_room(theorem, Machine(theorem.program), 0, tries)


def test_a_wrong_inequality_that_random_data_satisfy_is_refuted():
    wrong = Theorem(title="Two spectral norms", claims=[at_most(dot(A, B), spectral(A) * spectral(B))])
    engine = Engine(wrong)
    drawn = draw_datasets(wrong, 30, 0, lambda dataset: True).datasets
    assert {engine.decide(dataset).verdict for dataset in drawn} == {"holds"}
    assert "refuted" in {engine.decide(dataset).verdict for dataset in found(wrong, TRIES)}


def test_a_right_inequality_is_tried_where_both_sides_are_equal():
    right = Theorem(title="Cauchy–Schwarz", claims=[at_most(dot(A, B), frobenius(A) * frobenius(B))])
    engine = Engine(right)
    outcomes = [engine.decide(dataset).outcomes["relation"] for dataset in found(right)]
    assert {outcome.verdict for outcome in outcomes} == {"holds"}
    assert any(outcome.left == outcome.right != 0 for outcome in outcomes)


def test_the_data_satisfy_the_assumptions_and_what_the_claim_presupposes():
    claim = Holds(at_most(norm(x), norm1(x)), name="norms", when=[less(1, norm1(x))])
    theorem = Theorem(title="Norms", given=[Nonzero(x)], claims=[claim])
    engine = Engine(theorem)
    closest = found(theorem)
    assert closest
    assert {dataset.label for dataset in closest} == {LABEL}
    assert all(not engine.inapplicable(dataset) for dataset in closest)
    assert all(engine.decide(dataset).outcomes["norms"].verdict == "holds" for dataset in closest)


def test_the_same_seed_gives_the_same_data():
    theorem = Theorem(title="Norms", claims=[at_most(norm(x), norm1(x))])
    assert [d.digest for d in found(theorem)] == [d.digest for d in found(theorem)]


def test_equations_are_not_searched():
    assert found(Theorem(title="Equation", claims=[equal(norm(x) ** 2, dot(x, x))])) == []


def test_some_of_a_run_of_sixty_datasets_are_the_closest_ones():
    right = Theorem(title="Cauchy–Schwarz", claims=[at_most(dot(A, B), frobenius(A) * frobenius(B))])
    result = checker.verify(right, cases=60, digits=20)
    assert result.holds
    assert (sum(result.strata.values()), result.strata[LABEL]) == (60, 3)
    assert len({record.digest for record in result.datasets}) == 60
